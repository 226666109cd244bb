"""All that was learnt about needs, distress and outside help, as one file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from rightfit.language.classifier import Classifier
from rightfit.language.deciding import Linear
from rightfit.language.distress import DistressModel
from rightfit.language.nearest import Nearest
from rightfit.language.needs import NeedsModel
from rightfit.language.outside_help import HelpModel
from rightfit.language.token_scores import TokenModel

FILE = "understanding.npz"
#: Raise it when features change: what was trained on the old ones is then stale.
VERSION = 4

_CLASSIFIERS = ("themes", "stances", "strengths", "modes", "distress", "help")


class UnderstandingUnavailable(Exception):
    """Nothing usable was trained; the message says place, fault and remedy."""


class _About(msgspec.Struct, frozen=True):
    fingerprint: str
    gate: Linear
    stance: Linear
    crisis: Linear
    strained: Linear
    help: dict[str, Linear]


class Understanding(msgspec.Struct, frozen=True):
    """The fitted models, the examples to explain with, and the mark of all examples."""

    needs: NeedsModel
    distress: DistressModel
    help: HelpModel
    nearest: Nearest
    fingerprint: str

    def save(self, folder: Path) -> None:
        """Write ``understanding.npz``, whole or not at all.

        :raises OSError: the folder can't be written.
        """
        folder.mkdir(parents=True, exist_ok=True)
        about = _About(
            fingerprint=self.fingerprint,
            gate=self.needs.gate,
            stance=self.needs.stance,
            crisis=self.distress.crisis,
            strained=self.distress.strained,
            help=dict(self.help.calls),
        )
        fitted = (
            self.needs.themes,
            self.needs.stances,
            self.needs.strengths,
            self.needs.modes,
            self.distress.classifier,
            self.help.classifier,
        )
        arrays: dict[str, Any] = self.needs.tokens.arrays("tokens")
        arrays |= {
            "examples": np.array(self.nearest.texts),
            "examples.themes": np.array(self.nearest.themes),
            "examples.rows": self.nearest.rows,
        }
        for name, classifier in zip(_CLASSIFIERS, fitted, strict=True):
            arrays |= classifier.arrays(name)
        draft = folder / f".{FILE}.draft"
        with draft.open("wb") as file:
            np.savez(file, about=np.frombuffer(msgspec.json.encode(about), np.uint8), **arrays)
        draft.replace(folder / FILE)

    @classmethod
    def load(cls, folder: Path) -> Understanding:
        """Read ``understanding.npz``.

        :raises UnderstandingUnavailable: it is missing, cut short or something else.
        """
        place = folder / FILE
        try:
            with np.load(place, allow_pickle=False) as held:
                about = msgspec.json.decode(held["about"].tobytes(), type=_About)
                fitted = {name: Classifier.of_arrays(held, name) for name in _CLASSIFIERS}
                return cls(
                    needs=NeedsModel(
                        themes=fitted["themes"],
                        tokens=TokenModel.of_arrays(held, "tokens"),
                        stances=fitted["stances"],
                        strengths=fitted["strengths"],
                        modes=fitted["modes"],
                        gate=about.gate,
                        stance=about.stance,
                    ),
                    distress=DistressModel(fitted["distress"], about.crisis, about.strained),
                    help=HelpModel(fitted["help"], about.help),
                    nearest=Nearest(
                        tuple(map(str, held["examples"])),
                        tuple(map(str, held["examples.themes"])),
                        held["examples.rows"],
                    ),
                    fingerprint=about.fingerprint,
                )
        # numpy and zipfile raise many kinds for a damaged file.
        except Exception as error:
            raise UnderstandingUnavailable(
                f"{place}: cannot be read as what was trained ({error}). Run `rightfit train`."
            ) from error

    @staticmethod
    def fingerprint_in(folder: Path) -> str | None:
        """The mark of the examples that ``folder`` was trained on; ``None`` without any."""
        try:
            with np.load(folder / FILE, allow_pickle=False) as held:
                return str(json.loads(held["about"].tobytes())["fingerprint"])
        except Exception:  # noqa: BLE001 - whatever is wrong with it, it is not fresh
            return None

"""All that was learnt about needs, distress and outside help, as one file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from rightfit.language.classifier import Classifier
from rightfit.language.distress import DistressModel
from rightfit.language.needs import NeedsModel
from rightfit.language.outside_help import HelpModel

FILE = "understanding.npz"
#: Raise it when features change: what was trained on the old ones is then stale.
VERSION = 1

_CLASSIFIERS = ("themes", "stances", "strengths", "modes", "distress", "help")


class UnderstandingUnavailable(Exception):
    """Nothing usable was trained; the message says place, fault and remedy."""


class Understanding(msgspec.Struct, frozen=True):
    """The fitted models, and the mark of the examples they come from."""

    needs: NeedsModel
    distress: DistressModel
    help: HelpModel
    fingerprint: str

    def save(self, folder: Path) -> None:
        """Write ``understanding.npz``, whole or not at all.

        :raises OSError: the folder can't be written.
        """
        folder.mkdir(parents=True, exist_ok=True)
        about = {
            "fingerprint": self.fingerprint,
            "gate_bias": self.needs.gate_bias,
            "crisis": self.distress.crisis,
            "strained": self.distress.strained,
            "help": self.help.least,
        }
        fitted = (
            self.needs.themes,
            self.needs.stances,
            self.needs.strengths,
            self.needs.modes,
            self.distress.classifier,
            self.help.classifier,
        )
        arrays: dict[str, Any] = {"gate": self.needs.gate}
        for name, classifier in zip(_CLASSIFIERS, fitted, strict=True):
            arrays |= classifier.arrays(name)
        draft = folder / f".{FILE}.draft"
        with draft.open("wb") as file:
            np.savez(file, about=np.frombuffer(json.dumps(about).encode(), np.uint8), **arrays)
        draft.replace(folder / FILE)

    @classmethod
    def load(cls, folder: Path) -> Understanding:
        """Read ``understanding.npz``.

        :raises UnderstandingUnavailable: it is missing, cut short or something else.
        """
        place = folder / FILE
        try:
            with np.load(place, allow_pickle=False) as held:
                about = json.loads(held["about"].tobytes())
                fitted = {name: Classifier.of_arrays(held, name) for name in _CLASSIFIERS}
                return cls(
                    needs=NeedsModel(
                        themes=fitted["themes"],
                        stances=fitted["stances"],
                        strengths=fitted["strengths"],
                        modes=fitted["modes"],
                        gate=held["gate"],
                        gate_bias=about["gate_bias"],
                    ),
                    distress=DistressModel(fitted["distress"], about["crisis"], about["strained"]),
                    help=HelpModel(fitted["help"], about["help"]),
                    fingerprint=about["fingerprint"],
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

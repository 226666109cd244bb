"""Where each part of understanding decides: chosen once by the benchmark, read by every training.

They are few numbers, and choosing them takes as many trainings as there are groups of writers;
so they stand in a file beside this one, with the mark of the examples they were chosen on.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from rightfit.language.asides import Gate
from rightfit.language.deciding import Linear

PLACE = Path(__file__).with_name("thresholds.json")


class ThresholdsUnavailable(Exception):
    """The file of thresholds can't be used; the message says place, fault and remedy."""


class OfNeeds(msgspec.Struct, frozen=True):
    """Where needs, distress and each kind of outside help are decided."""

    chosen_on: str
    gate: Linear
    stance: Linear
    crisis: Linear
    strained: Linear
    help: dict[str, Linear]


class OfReader(msgspec.Struct, frozen=True):
    """The gate between answers and asides."""

    chosen_on: str
    gate: Gate


class Thresholds(msgspec.Struct, frozen=True):
    """All that is chosen and not learnt."""

    needs: OfNeeds
    reader: OfReader


def load_thresholds(place: Path = PLACE) -> Thresholds:
    """What the benchmark chose.

    :raises ThresholdsUnavailable: the file is missing or not what was written.
    """
    try:
        return msgspec.json.decode(place.read_bytes(), type=Thresholds)
    except (OSError, msgspec.DecodeError) as error:
        raise ThresholdsUnavailable(
            f"{place}: cannot be read ({error}). Take it from the repository again, or run"
            " `rightfit train --compare`."
        ) from error


def save_thresholds(chosen: Thresholds, place: Path = PLACE) -> None:
    """Write them, in a form that shows in a diff what changed.

    :raises OSError: the file can't be written.
    """
    draft = place.with_suffix(".draft")
    draft.write_bytes(msgspec.json.format(msgspec.json.encode(chosen), indent=1) + b"\n")
    draft.replace(place)


def notice(what: str, chosen_on: str, now: str) -> str | None:
    """A plain word where the examples are no longer those that thresholds were chosen on."""
    if chosen_on == now:
        return None
    return (
        f"The examples of {what} have changed since their thresholds were chosen."
        " That does no harm; `rightfit train --compare` chooses them anew."
    )

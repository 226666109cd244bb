"""practice/considering.yml: what coaches tell before they decide, and what clients then read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import msgspec

from rightfit.practice.faults import Fault, choose_from
from rightfit.practice.sheet import Value, open_sheet

_ID = re.compile(r"[a-z][a-z0-9_]*")
_PLACE = re.compile(r"{([^{}\n]*)}")
#: What a coach has to fill in before a wording goes out.
BLANK = re.compile(r"\[[^\]\n]{1,200}\]")
#: The places of each group of words that may be filled in.
PLACES: Mapping[str, tuple[str, ...]] = {
    "wordings": ("name", "coach", "practice"),
    "consider": ("name", "coach", "practice", "sessions", "until", "answer"),
    "trial": ("name", "coach", "practice", "sessions"),
    "referral": ("name", "coach", "practice", "to", "until"),
}
#: The words that pages ask for, by group.
WORDS: Mapping[str, tuple[str, ...]] = {
    "consider": (
        "heading",
        "how",
        "how_late",
        "no_hurry",
        "trial",
        "ask",
        "go_on",
        "talk_first",
        "someone_else",
        "give",
        "change",
        "given",
        "waits",
        "by_when",
        "withdraw",
        "withdraw_hint",
        "both_go_on",
        "talk",
        "after_talk",
        "part",
        "your_answer",
        "their_answer",
        "withdrawn_by_coach",
        "withdrawn_by_client",
        "expired",
    ),
    "trial": (
        "heading",
        "begun",
        "begun_one",
        "session_was",
        "sessions_were",
        "pulse_first",
        "pulse_last",
        "not_yet",
        "who_sees",
        "give",
        "thanks",
        "leave",
        "leave_hint",
        "left_by_client",
        "left_by_coach",
        "ran",
        "ended",
    ),
    "referral": (
        "heading",
        "intro",
        "several",
        "works_here",
        "works_elsewhere",
        "offers",
        "languages",
        "welcomes",
        "choose",
        "decline",
        "decline_hint",
        "declined",
        "which",
        "which_hint",
        "personal",
        "see",
        "none_chosen",
        "preview",
        "preview_hint",
        "same_practice",
        "elsewhere",
        "send",
        "back",
        "sent",
        "link",
        "arrived",
        "not_arrived",
        "expired",
        "code",
    ),
}
#: What a pulse has: four taps from yes to no, and two statements for each part and side.
TAPS, PER_PART = 4, 2
PULSE_SIDES, PULSE_PARTS = ("client", "coach"), ("goals", "tasks", "bond")


class DisclosingWording(msgspec.Struct, frozen=True):
    """What a coach can begin from; ``title`` is for the coach, ``text`` for the client."""

    id: str
    title: str
    text: str


class Considering(msgspec.Struct, frozen=True):
    """What considering.yml says.

    ``words`` maps a group to its words by name. ``taps`` go from yes to no. ``pulse`` maps a
    side and a part to the two statements that it taps on.
    """

    wordings: tuple[DisclosingWording, ...] = ()
    words: Mapping[str, Mapping[str, str]] = {}
    taps: tuple[str, ...] = ()
    pulse: Mapping[str, Mapping[str, tuple[str, ...]]] = {}

    def say(self, group: str, name: str, /, **places: str) -> str:
        """The words of that name with their places filled in; raises KeyError for others."""
        return filled(self.words[group][name], places)


def filled(text: str, places: Mapping[str, str]) -> str:
    """A text with its places filled in; a greeting loses the space before a name not given."""
    if not places.get("name", "x"):
        text = re.sub(r" ?\{name\}", "", text)
    return _PLACE.sub(lambda found: places.get(found[1], found[0]), text)


def blanks(text: str) -> tuple[str, ...]:
    """What still stands in brackets, to be filled in by the coach."""
    return tuple(BLANK.findall(text))


def read_considering(path: Path, faults: list[Fault]) -> Considering | None:
    """What the file at ``path`` says; None where it cannot be read."""
    _, top = open_sheet(path, faults)
    if top is None:
        return None
    fields = top.fields(("wordings", *WORDS), named="this file")
    wordings = _wordings(fields["wordings"]) if "wordings" in fields else ()
    words: dict[str, Mapping[str, str]] = {}
    taps: tuple[str, ...] = ()
    pulse: dict[str, Mapping[str, tuple[str, ...]]] = {}
    for group, names in WORDS.items():
        if group not in fields:
            continue
        more = ("taps", *PULSE_SIDES) if group == "trial" else ()
        found = fields[group].fields((*names, *more), named=f"'{group}'")
        words[group] = {name: _words(found[name], group) for name in names if name in found}
        if group == "trial":
            taps = _exactly(found["taps"], TAPS) if "taps" in found else ()
            pulse = {side: _pulse(found[side]) for side in PULSE_SIDES if side in found}
    return Considering(wordings, words, taps, pulse)


def _wordings(value: Value) -> tuple[DisclosingWording, ...]:
    found: dict[str, DisclosingWording] = {}
    for item in value.items():
        fields = item.fields(("id", "title", "text"), named="a wording")
        id = fields["id"].word() if "id" in fields else None
        if id is not None and not _ID.fullmatch(id):
            fields["id"].fault(f"'{id}' is no id.", "Use small letters, digits and underscores.")
        title = fields["title"].text() if "title" in fields else None
        text = _words(fields["text"], "wordings") if "text" in fields else ""
        if id in found:
            item.fault(f"There are two wordings '{id}'.", "Give one of them another id.")
        elif id is not None:
            found[id] = DisclosingWording(id, title or "", text)
    if value.type == "seq" and not value.node.value:
        value.fault("There is no wording.", "Add one for coaches to begin from.")
    return tuple(found.values())


def _pulse(value: Value) -> dict[str, tuple[str, ...]]:
    parts = value.fields(PULSE_PARTS, named=value.name)
    return {part: _exactly(parts[part], PER_PART) for part in PULSE_PARTS if part in parts}


def _exactly(value: Value, count: int) -> tuple[str, ...]:
    items = value.items()
    if value.type == "seq" and len(items) != count:
        value.fault(f"{value.name} has {len(items)} entries.", f"Give exactly {count}.")
    return tuple(_words(item, "trial") for item in items)


def _words(value: Value, group: str) -> str:
    text = value.text(client_reads=True) or ""
    for place in _PLACE.findall(text):
        if place not in PLACES[group]:
            value.fault(
                f"{value.name} has an unknown place '{{{place}}}'.",
                choose_from(place, PLACES[group]),
            )
    if _PLACE.sub("", text).count("{") or _PLACE.sub("", text).count("}"):
        value.fault(f"{value.name} has a single curly bracket.", "Close it, or remove it.")
    return text

"""The state machine of decisions, drawn as Mermaid text."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from rightfit.review.decisions import (
    MOVES,
    ROUND,
    SETTLED,
    UNDECIDED,
    Place,
    Position,
    State,
)
from rightfit.review.events import DECISIONS

_PLACE_TITLES: Mapping[Place, str] = MappingProxyType(
    {
        "new": "new",
        "waiting_for_me": "waiting for the coach",
        "waiting_for_client": "waiting for the client",
        "decided": "decided",
    }
)
#: Written as words where the machine has the name of an event.
_HAPPENINGS: Mapping[str, str] = MappingProxyType(
    {
        "QuestionsAsked": "questions sent",
        "QuestionsAnswered": "questions answered",
        "ConsiderOpened": "round opened",
        "ConsiderExpired": "expired",
        "PactBegun": "trial begun",
        "PactLeft": "one side leaves",
        "ReferralOffered": "somebody named",
        "PacketSent": "packet sent",
        "ReferralDeclined": "declined",
        "Reopened": "reopened",
    }
)


#: The boxes of the drawing. An arrow that starts at every state of one is drawn once.
_BOXES: Mapping[str, tuple[str, tuple[State, ...]]] = MappingProxyType(
    {
        "open_box": ("nothing decided, or being worked on", UNDECIDED),
        "round_box": ("consider round", ROUND),
        "settled_box": ("decided", SETTLED),
    }
)


def drawn() -> str:
    """The machine as a Mermaid state diagram.

    Each state says where the queue shows it. What leaves an intake where it is has no arrow,
    and an arrow from a box says from which of its states it does not start.
    """
    lines = ["stateDiagram-v2", "    [*] --> new"]
    for box, (title, states) in _BOXES.items():
        lines.append(f'    state "{title}" as {box} {{')
        lines += [
            f"        {state}: {state} ({_PLACE_TITLES[Position(state).place]})" for state in states
        ]
        lines.append("    }")
    return "\n".join([*lines, *(f"    {arrow}" for arrow in _arrows())])


def _arrows() -> list[str]:
    starts: dict[tuple[str, State], list[State]] = {}
    for (state, happens), after in MOVES.items():
        if state != after or happens in DECISIONS:
            starts.setdefault((happens, after), []).append(state)
    arrows: dict[tuple[str, State], list[str]] = {}
    for (happens, after), states in starts.items():
        what = _HAPPENINGS.get(happens, happens)
        for box, (_, inside) in _BOXES.items():
            found = [state for state in inside if state in states]
            if len(found) > len(inside) / 2:
                but = [state for state in inside if state not in states and state != after]
                words = f"{what} (not from {', '.join(but)})" if but else what
                arrows.setdefault((box, after), []).append(words)
            else:
                for state in found:
                    arrows.setdefault((state, after), []).append(what)
    return [f"{start} --> {end}: {', '.join(words)}" for (start, end), words in arrows.items()]

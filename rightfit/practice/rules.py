"""practice/fit_rules.yml: when which question is put to a coach.

The vocabulary is small and closed, and held to what no rule may do: raise a mismatch from a
missing answer, refer where the code of ethics bars it, or mix safety with fit.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, cast

from rightfit.practice.coaches import House
from rightfit.practice.examples import read_example
from rightfit.practice.faults import Fault, choose_from
from rightfit.practice.naming import longest_help, longest_need
from rightfit.practice.records import (
    AGAINST,
    CANS,
    DECISIONS,
    FINDINGS,
    Can,
    Decision,
    Example,
    FitRule,
    When,
)
from rightfit.practice.sheet import Value, open_sheet
from rightfit.practice.wording import Wording
from rightfit.records import HIGHEST, LEVELS, PARTS, Level, Part

#: A coach reads many sentences in a row; longer ones are not read.
LONGEST_SAYS = 140

_ID = re.compile(r"[a-z][a-z0-9_]*")
_PLACE = re.compile(r"{([^{}]*)}")
_NEEDS = (
    "id",
    "says",
    "part",
    "when",
    "level",
    "why",
    "not_for",
    "suggests",
    "fine_if",
    "ask",
    "override_reasons",
    "examples",
)
_TRUTHS = ("mode_known", "both_said", "referral_barred")
_NUMBERS = ("higher_at_least", "higher_at_most", "lower_at_least", "lower_at_most")
_WISHES = ("wish_put_strongly", "wish_for_the_coach")


def read_rules(
    path: Path, faults: list[Fault], house: House | None, wording: Wording | None
) -> tuple[FitRule, ...]:
    """The rules in the file at ``path``, in its order."""
    _, top = open_sheet(path, faults)
    if top is None:
        return ()
    fields = top.fields(("fit_rules",), named="this file")
    found: dict[str, FitRule] = {}
    items = fields["fit_rules"].items() if "fit_rules" in fields else []
    for item in items:
        rule = _rule(item, house, wording)
        if rule is not None and rule.id in found:
            item.fault(f"There are two rules '{rule.id}'.", "Give one of them another id.")
        elif rule is not None:
            found[rule.id] = rule
    if "fit_rules" in fields and fields["fit_rules"].type == "seq" and not items:
        fields["fit_rules"].fault("There is no rule.", "Add one, as the how-to says.")
    elif (
        items
        and not any(rule.when.finds == "crisis" for rule in found.values())
        # A misspelt word may be the one that is missing.
        and not any(fault.file == str(path) for fault in faults)
    ):
        fields["fit_rules"].fault(
            "No rule says what to do in a crisis.", "Take it from the fictional practice."
        )
    return tuple(found.values())


def _rule(value: Value, house: House | None, wording: Wording | None) -> FitRule | None:
    fields = value.fields(_NEEDS, ("against",), named="a rule")
    told = {
        key: fields[key].text() or "" if key in fields else ""
        for key in ("id", "says", "why", "not_for", "fine_if", "ask")
    }
    if "id" in fields and told["id"] and not _ID.fullmatch(told["id"]):
        fields["id"].fault(
            f"'{told['id']}' cannot be the id of a rule.",
            "Use small letters, digits and _ only, and start with a letter.",
        )
    part = fields["part"].one_of(PARTS, "a part") if "part" in fields else None
    level = fields["level"].one_of(LEVELS, "a level") if "level" in fields else None
    when = _when(fields["when"]) if "when" in fields else None
    if "says" in fields:
        _check_length(fields["says"], told["says"])
    for key in ("says", "fine_if", "ask"):
        if key in fields and when is not None:
            _check_places(fields[key], told[key], when)
    if "level" in fields and level is not None and when is not None:
        _check_level(fields["level"], level, part, when)
    against = _against(fields["against"], part) if "against" in fields else None
    rule = FitRule(
        id=told["id"],
        says=told["says"],
        part=cast(Part, part or "bond"),
        when=when or When(),
        level=cast(Level, level or "note"),
        why=told["why"],
        not_for=told["not_for"],
        suggests=cast(
            tuple[Decision, ...],
            fields["suggests"].some_of(DECISIONS, "a decision", least=1)
            if "suggests" in fields
            else (),
        ),
        fine_if=told["fine_if"],
        ask=told["ask"],
        override_reasons=(
            fields["override_reasons"].texts(least=1) if "override_reasons" in fields else ()
        ),
        examples=_examples(fields["examples"], house, wording) if "examples" in fields else (),
        against=against,
    )
    return rule if rule.id else None


def _against(value: Value, part: str | None) -> str | None:
    word = value.one_of(AGAINST, "something to look for")
    if word is not None and part is not None and AGAINST[word] != part:
        value.fault(
            f"'{word}' can speak against rules of the part '{AGAINST[word]}' only.",
            "Remove the line, or use the word for this part.",
        )
    return word


def _when(value: Value) -> When | None:
    """The condition, or None after noting why it says nothing that could be checked."""
    before = len(value.sheet.faults)
    fields = value.fields((), ("finds", "line_can", *_TRUTHS, *_NUMBERS), named="'when'")
    read: dict[str, Any] = {}
    for key in _TRUTHS:
        if key in fields:
            read[key] = fields[key].truth()
    for key in _NUMBERS:
        if key in fields:
            read[key] = fields[key].number(least=0)
            if (read[key] or 0) > HIGHEST:
                fields[key].fault(f"'{key}' is {read[key]}.", f"Use a number up to {HIGHEST}.")
    if "finds" in fields:
        read["finds"] = fields["finds"].one_of(FINDINGS, "something that a rule can find")
    if "line_can" in fields:
        # "fully" is no line: there is nothing to ask.
        known = tuple(can for can in CANS if can != "fully")
        read["line_can"] = cast(
            tuple[Can, ...], fields["line_can"].some_of(known, "a way that a line can say", least=1)
        )
    if len(value.sheet.faults) > before:
        return None
    if "finds" not in fields and "line_can" not in fields:
        value.fault(
            "'when' says neither what it finds nor which lines it is about.",
            "Add 'finds:' or 'line_can:'.",
        )
        return None
    if "finds" in fields and len(fields) > 1:
        value.fault("'when' has 'finds' and more beside it.", "Leave 'finds' alone, or remove it.")
        return None
    return When(**read)


def _check_places(value: Value, words: str, when: When) -> None:
    places = ("need",) if when.line_can else ()
    places = ("help",) if when.finds == "help_not_given" else places
    for place in _PLACE.findall(words):
        if place not in places:
            value.fault(
                f"{value.name} has a place {{{place}}} that nothing fills in.",
                choose_from(place, places) if places else "Remove it.",
            )
    if re.search(r"[{}]", _PLACE.sub("", words)):
        value.fault(f"{value.name} has a stray brace.", "Remove it.")


def _check_length(value: Value, words: str) -> None:
    longest = words.replace("{need}", longest_need()).replace("{help}", longest_help())
    if len(longest) > LONGEST_SAYS:
        value.fault(
            f"'says' has up to {len(longest)} characters.", f"Make it at most {LONGEST_SAYS}."
        )


def _check_level(value: Value, level: str, part: str | None, when: When) -> None:
    """What no rule may do, whoever writes it."""
    high = LEVELS.index(level) > LEVELS.index("ask_more")
    if (level == "urgent") != (when.finds == "crisis") or (level == "urgent" and part != "safety"):
        value.fault(
            "'urgent' is for a crisis and nothing else, and a crisis for nothing less.",
            "Use 'level: urgent', 'part: safety' and 'finds: crisis' together only.",
        )
    elif high and (when.both_said is False or when.mode_known is False):
        value.fault("A missing answer would raise a mismatch.", "Use 'ask_more' or 'note'.")
    elif high and when.line_can and when.both_said is None:
        value.fault(
            "It is not said that centrality and firmness must both be known.",
            "Add 'both_said: true' to 'when', or use 'ask_more'.",
        )
    elif high and when.finds in _WISHES:
        value.fault(
            "A wish for what the coach should be is a question, not a mismatch.",
            "Use 'ask_more' or 'note'.",
        )
    elif level == "consider_referral" and when.line_can and when.referral_barred is not False:
        value.fault(
            "This would refer somebody where the code of ethics bars it.",
            "Add 'referral_barred: false' to 'when'.",
        )


def _examples(value: Value, house: House | None, wording: Wording | None) -> tuple[Example, ...]:
    found = [read_example(item, house, wording) for item in value.items()]
    for wanted, called in ((True, "is flagged"), (False, "is not flagged")):
        if value.type == "seq" and wanted not in [example.flagged for example in found]:
            value.fault(f"No example {called}.", f"Add one with 'flagged: {str(wanted).lower()}'.")
    return tuple(found)

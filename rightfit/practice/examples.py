"""A client and a coach in a few lines, as the examples of fit rules and rehearsals are written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import msgspec

from rightfit.practice.coaches import (
    House,
    offered_by,
    read_conflicts,
    read_disclosures,
    read_hours,
    read_lines,
    read_start,
)
from rightfit.practice.records import (
    DAYS,
    ETHICS_CODES,
    HELP,
    Coach,
    EthicsCode,
    Example,
    Hours,
    Stretch,
)
from rightfit.practice.sheet import Value
from rightfit.practice.wording import Wording
from rightfit.records import (
    HIGHEST,
    MODES,
    OUTSIDE_HELP,
    SENSITIVE_CHOICES,
    THEMES,
    Answer,
    DistressShown,
    Given,
    Intake,
    Need,
    OutsideHelp,
    Stance,
    Strength,
)

#: What is said of a made-up client.
CLIENT = ("answers", "skipped", "needs", "outside_help", "crisis")
_COACH = (
    "services",
    "help_not_given",
    "formats",
    "languages",
    "hours",
    "capacity",
    "earliest_start",
    "price_band",
    "conflicts_of_interest",
    "disclosures",
    "lines",
)
Written = frozenset[str]

_AT = "2027-01-04T09:00:00+00:00"
_ALWAYS = Hours("UTC", (Stretch(DAYS, "00:00", "24:00"),))
#: Where words of an example stand unless it says so.
_OF_NEEDS, _OF_HELP = "environment", "goals"


def read_example(value: Value, house: House | None, wording: Wording | None) -> Example:
    """One example of a fit rule."""
    fields = value.fields(("flagged",), ("ethics_code", "coach", *CLIENT), named="an example")
    code = (
        fields["ethics_code"].one_of(ETHICS_CODES, "a code of ethics")
        if "ethics_code" in fields
        else None
    )
    flagged = fields["flagged"].truth() if "flagged" in fields else None
    client = {key: field for key, field in fields.items() if key in CLIENT}
    return Example(
        flagged=bool(flagged),
        intake=read_client("example", client),
        coach=_coach(fields.get("coach"), house, wording),
        ethics_code=cast(EthicsCode, code or "none"),
        line=value.line,
    )


def read_client(id: str, fields: Mapping[str, Value]) -> Intake:
    """The intake of a made-up client, sent on a Monday in January 2027."""
    given: dict[str, Given] = {}
    for question, said in (fields["answers"].entries() if "answers" in fields else {}).items():
        given[question] = _given(said)
    for question in fields["skipped"].texts() if "skipped" in fields else ():
        given[question] = Given("skipped")
    written = frozenset(given)
    needs = (
        [_need(item, given, written) for item in fields["needs"].items()]
        if "needs" in fields
        else []
    )
    help_ = (
        [_help(item, given, written) for item in fields["outside_help"].items()]
        if "outside_help" in fields
        else []
    )
    crisis = fields["crisis"].text() if "crisis" in fields else None
    return Intake(
        id=id,
        state="sent",
        coach=None,
        opened_at=_AT,
        sent_at=_AT,
        answers=tuple(
            Answer(question, each, turn, _AT) for turn, (question, each) in enumerate(given.items())
        ),
        needs=tuple(need for need in needs if need is not None),
        outside_help=tuple(each for each in help_ if each is not None),
        distress=(DistressShown("crisis", crisis, None, 0),) if crisis else (),
    )


def _given(value: Value) -> Given:
    if value.type == "seq":
        return Given("chosen", choices=tuple(item.word() or "" for item in value.items()))
    return Given("said", text=value.text() or "")


def _placed(
    value: Value, fields: Mapping[str, Value], given: dict[str, Given], written: Written, usual: str
) -> tuple[str, str, int] | None:
    """Question, quote and start; an answer that is not given is the quote itself."""
    quote = fields["quote"].text() if "quote" in fields else None
    question = fields["question"].word() if "question" in fields else usual
    if quote is None or question is None:
        return None
    answer = given.get(question)
    if answer is None or answer.text is None:
        given[question] = Given("said", text=quote)
        return question, quote, 0
    start = answer.text.find(quote)
    if start < 0 and question in written:
        value.fault(f"These words are not in the answer to '{question}'.", "Copy them from it.")
        return None
    if start < 0:
        # Several quotes share an answer that the example does not write out.
        start = len(answer.text) + 1
        given[question] = msgspec.structs.replace(answer, text=f"{answer.text} {quote}")
    return question, quote, start


def _need(value: Value, given: dict[str, Given], written: Written) -> Need | None:
    fields = value.fields(
        ("theme", "quote"),
        (
            "stance",
            "strength",
            "mode",
            "question",
            "picked",
            "centrality",
            "firmness",
            "sensitive_choice",
        ),
        named="a need",
    )

    def one_of(key: str, known: Any, what: str) -> str | None:
        return fields[key].one_of(known, what) if key in fields else None

    def degree(key: str) -> int | None:
        number = fields[key].number(least=0) if key in fields else None
        if number is not None and number > HIGHEST:
            fields[key].fault(f"'{key}' is {number}.", f"Use a number up to {HIGHEST}.")
        return number

    theme = one_of("theme", THEMES, "a theme")
    placed = _placed(value, fields, given, written, _OF_NEEDS)
    if theme is None or placed is None:
        return None
    question, quote, start = placed
    centrality, firmness = degree("centrality"), degree("firmness")
    picked = fields["picked"].truth() if "picked" in fields else centrality is not None
    return Need(
        theme=theme,
        stance=cast(Stance, one_of("stance", ("wants", "avoids"), "a stance") or "wants"),
        strength=cast(
            Strength,
            one_of("strength", ("must", "important", "nice", "unstated"), "a strength")
            or "unstated",
        ),
        mode=one_of("mode", MODES, "a mode"),
        question=question,
        quote=quote,
        start=start,
        end=start + len(quote),
        picked=bool(picked),
        centrality=centrality,
        firmness=firmness,
        sensitive_choice=cast(Any, one_of("sensitive_choice", SENSITIVE_CHOICES, "a choice")),
    )


def _help(value: Value, given: dict[str, Given], written: Written) -> OutsideHelp | None:
    fields = value.fields(("kind", "quote"), ("question",), named="a kind of help")
    kind = fields["kind"].one_of(OUTSIDE_HELP, "a kind of help") if "kind" in fields else None
    placed = _placed(value, fields, given, written, _OF_HELP)
    if kind is None or placed is None:
        return None
    question, quote, start = placed
    return OutsideHelp(kind, question, quote, start, start + len(quote))


def _coach(value: Value | None, house: House | None, wording: Wording | None) -> Coach:
    """A coach with room for everybody and for everything, but for what the example says."""
    bands = offered_by(wording, "budget")
    coach = Coach(
        id="example",
        name="Example",
        about="an example",
        services=tuple(house.services) if house else (),
        formats=offered_by(wording, "format"),
        languages=house.languages if house else (),
        hours=_ALWAYS,
        capacity=1,
        price_band=bands[0] if bands else "",
    )
    if value is None:
        return coach
    fields = value.fields((), _COACH, named="the coach of an example")
    read: dict[str, Any] = {}
    for key in ("services", "formats", "languages"):
        if key in fields:
            read[key] = fields[key].texts()
    if "help_not_given" in fields:
        read["help_not_given"] = fields["help_not_given"].some_of(HELP, "a kind of help")
    if "capacity" in fields:
        read["capacity"] = fields["capacity"].number(least=0) or 0
    if "price_band" in fields:
        read["price_band"] = fields["price_band"].word() or ""
    readers = {
        "hours": read_hours,
        "earliest_start": read_start,
        "conflicts_of_interest": read_conflicts,
        "disclosures": read_disclosures,
        "lines": read_lines,
    }
    for key, reader in readers.items():
        if key in fields:
            read[key] = reader(fields[key])
    return msgspec.structs.replace(coach, **read)

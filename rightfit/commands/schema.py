"""The open schema: what passes between Rightfit and other programs, as JSON Schema."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import msgspec

from rightfit.commands.handed_over import READABLE
from rightfit.records import (
    FLAGS_SCHEMA,
    HIGHEST,
    INTAKE_SCHEMA,
    MODES,
    OUTSIDE_HELP,
    SUMMARY_SCHEMA,
    THEMES,
    Answer,
    CoachLine,
    Consent,
    Flag,
    Given,
    Intake,
    Need,
    Quoted,
    Said,
    Summary,
    SummaryLine,
    SummaryNeed,
)


class Published(msgspec.Struct, frozen=True):
    """A record that other programs may rely on; ``version`` is as ``rightfit.intake/2``."""

    version: str
    type: Any
    title: str
    description: str
    example: Any


_WORDS = "I only want to work among people who see the world as I do."
_AT = "2027-01-04T09:12:00+00:00"
_QUOTE = "people who see the world as I do"

_INTAKE = Intake(
    id="6f1f6e0c5f3a4e6e",
    state="sent",
    coach="maren",
    opened_at="2027-01-04T09:00:00+00:00",
    sent_at=_AT,
    answers=(
        Answer("name", Given("said", text="Teuila"), 4, _AT),
        Answer("environment", Given("said", text=_WORDS), 12, _AT),
        Answer("format", Given("chosen", choices=("video",)), 20, _AT),
        Answer("budget", Given("skipped"), 24, _AT),
    ),
    consent=Consent("2c26b46b68ff", "2027-01-04T09:00:30+00:00"),
    needs=(
        Need(
            theme="politics",
            stance="wants",
            strength="must",
            mode="like_minded",
            question="environment",
            quote=_QUOTE,
            start=_WORDS.index(_QUOTE),
            end=_WORDS.index(_QUOTE) + len(_QUOTE),
            picked=True,
            centrality=4,
            firmness=3,
            sensitive_choice="keep",
        ),
    ),
)

_FLAG = Flag(
    rule="cannot_serve_central_and_firm",
    part="bond",
    level="consider_referral",
    says="The search turns on politics at work (people who share it), firmly, "
    "and you cannot serve that well.",
    client_said=(
        Said("environment", _QUOTE, _WORDS.index(_QUOTE), _WORDS.index(_QUOTE) + len(_QUOTE)),
    ),
    coach_line=CoachLine(
        "politics", "like_minded", "not_well", "own_limit", "I argue inside instead of helping."
    ),
    fine_if="The search turns out to be about more than politics at work (people who share it), "
    "or somebody else takes that part.",
    ask="If a place were right in everything but this, what would you do?",
    override_reasons=("My line is out of date; I can serve this.",),
)

_SUMMARY = Summary(
    intake=_INTAKE.id,
    state="sent",
    name=SummaryLine(
        "said", "name", "What to call you", 4, quotes=(Quoted("name", "Teuila", 0, 6, 4),)
    ),
    headline=(),
    central=(
        SummaryNeed(
            _INTAKE.needs[0],
            "The right place to work",
            12,
            centrality="All of it",
            firmness="Probably decline",
            mode="Being among people who share it",
        ),
    ),
    also=(),
    place=(
        SummaryLine(
            "said",
            "environment",
            "The right place to work",
            12,
            quotes=(Quoted("environment", _WORDS, 0, len(_WORDS), 12),),
        ),
    ),
    background=(),
    obstacles=(),
    expectations=(),
    left_open=(
        SummaryLine(
            "by_rule", "budget", "Budget for a session", 24, words="Skipped", rule="skipped"
        ),
    ),
    contradictory=(),
    to_ask=(),
    wishes=(SummaryLine("chosen", "format", "How to meet", 20, words="Video call"),),
)

#: What ``rightfit schema`` knows by name.
PUBLISHED: Mapping[str, Published] = MappingProxyType(
    {
        "intake": Published(
            INTAKE_SCHEMA,
            Intake,
            "A Rightfit intake",
            "One intake as `rightfit talk` ends with it, `rightfit intakes show` prints it and "
            f"`rightfit flags` reads it. Readable versions: {', '.join(READABLE)}; an earlier "
            "one leaves out fields that have a default here.",
            _INTAKE,
        ),
        "flags": Published(
            FLAGS_SCHEMA,
            list[Flag],
            "The flags of an intake for one coach",
            "What `rightfit flags` prints: the strongest first. For coaches only, and never "
            "for the client.",
            [_FLAG],
        ),
        "summary": Published(
            SUMMARY_SCHEMA,
            Summary,
            "The summary of an intake",
            "What `rightfit summarise --format json` prints: the parts of the page from top to "
            "bottom, each line said, chosen or found by a rule. Nothing in it is about flags.",
            _SUMMARY,
        ),
    }
)

#: Words out of closed lists that the records keep as text.
_CLOSED: Mapping[tuple[str, str], tuple[str, ...]] = MappingProxyType(
    {
        ("Need", "theme"): tuple(THEMES),
        ("Need", "mode"): MODES,
        ("CoachLine", "theme"): tuple(THEMES),
        ("CoachLine", "mode"): MODES,
        ("OutsideHelp", "kind"): OUTSIDE_HELP,
        ("Intake", "schema"): READABLE,
        ("Summary", "schema"): (SUMMARY_SCHEMA,),
    }
)


def schema_of(name: str) -> dict[str, Any]:
    """The JSON Schema of what is published under ``name``. Raises KeyError if nothing is."""
    published = PUBLISHED[name]
    schema = msgspec.json.schema(published.type)
    for (record, field), words in _CLOSED.items():
        if record in schema["$defs"]:
            _close(schema["$defs"][record]["properties"][field], words)
    for field in ("centrality", "firmness"):
        if "Need" in schema["$defs"]:
            degree = schema["$defs"]["Need"]["properties"][field]
            degree["anyOf"][0].update(minimum=0, maximum=HIGHEST)
    number = published.version.rpartition("/")[2]
    content = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"https://rightfit.example/schema/{name}-{number}.json",
        "title": published.title,
        "description": published.description,
        "version": published.version,
        "examples": [published.example],
        **schema,
    }
    plain: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(content))
    return plain


def _close(property: dict[str, Any], words: tuple[str, ...]) -> None:
    """Hold a text, or the text in a choice of types, to a closed list."""
    for each in [property, *property.get("anyOf", ())]:
        if each.get("type") == "string":
            each["enum"] = list(words)

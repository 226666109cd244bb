"""Whom a client in danger can call: read strictly, and chosen by where the client is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from rightfit.practice import HelpLine, HelpLines, load
from rightfit.practice.help_lines import as_text, help_lines_for

ROOT = Path(__file__).parents[2]
OURS = load(ROOT / "practice", ROOT / "domain.yml").help_lines


def test_countries_come_in_the_order_of_the_file(small: Any) -> None:
    ireland, norway = small.load().help_lines

    assert ireland == HelpLines(
        "Ireland", ("ireland", "cork"), "112 or 999",
        (HelpLine("Samaritans", "116 123", "day and night"),),
    )  # fmt: skip
    assert [line.name for line in norway.lines] == ["Mental Helse", "Kirkens SOS"]
    assert norway.lines[0].hours == ""


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ('    emergency: "112"\n', "", "no 'emergency'"),
        ('    emergency: "112"', "    emergency: 112", "should be text"),
        ("reach: 116 123\n", "reach: 116123\n", "should be text"),
        ("        hours: day and night\n", "        hour: night\n", "unknown key 'hour'"),
        ("called: [ireland, Cork]", "called: ireland", "should be a list"),
        ("name: Samaritans", "name: Samaritans!", "exclamation mark"),
    ],
)
def test_one_mistake_is_one_fault(small: Any, old: str, new: str, what: str) -> None:
    small.edit("help_lines", old, new)

    [fault] = small.check()
    assert what in fault.what and fault.file.endswith("help_lines.yml")


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("countries: []\n", "There is no country."),
        ('countries:\n  - {name: A, emergency: "1", lines: []}\n', "There is no help line."),
    ],
)
def test_nobody_to_call_is_a_fault(small: Any, text: str, what: str) -> None:
    small.paths["help_lines"].write_text(text, encoding="utf-8")

    assert [fault.what for fault in small.check()] == [what]


def test_no_file_at_all_is_a_fault(small: Any) -> None:
    small.paths["help_lines"].unlink()

    assert any(fault.file.endswith("help_lines.yml") for fault in small.check())


@pytest.mark.parametrize(
    ("place", "countries"),
    [
        ("I am in Dublin", ["Ireland"]),
        ("Northern Ireland", ["Ireland", "United Kingdom"]),
        ("Europe/Berlin", ["Germany"]),
        ("USA, east coast", ["United States"]),
        ("MÜNCHEN", ["Germany"]),
        ("between Madrid and London", ["United Kingdom", "Spain"]),
        ("Lisbon", [country.country for country in OURS]),
        ("Austin", [country.country for country in OURS]),
        (None, [country.country for country in OURS]),
    ],
)
def test_they_are_those_of_the_countries_that_are_named(
    place: str | None, countries: list[str]
) -> None:
    assert [each.country for each in help_lines_for(OURS, place)] == countries


def test_the_numbers_stand_in_the_text_one_to_a_line(small: Any) -> None:
    assert as_text(small.load().help_lines) == (
        "Ireland\n- Samaritans: 116 123 (day and night)\n- Emergency: 112 or 999\n\n"
        "Norway\n- Mental Helse: 116 123\n- Kirkens SOS: 22 40 00 40\n- Emergency: 112"
    )

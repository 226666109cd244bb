"""considering.yml and partners.yml: every mistake by its line, and places that are filled in."""

from __future__ import annotations

from pathlib import Path

import pytest

from rightfit.practice import blanks, filled
from tests.practice.conftest import Small

PARTNERS = """\
partners:
  - id: quill
    name: Quill
    about: two coaches
    services: [Job search]
    languages: [en]
    welcomes: [growth]
    contact: {email: hello@quill.example}
"""


@pytest.mark.parametrize(
    ("old", "new", "what", "remedy"),
    [
        ("  ask: What would you like?\n", "", "has no 'ask'", "Add a line"),
        ("  ask: What would you like?\n", "  aks: What would you like?\n", "'aks'", "'ask'"),
        ("{sessions} coaching sessions. Then", "{session} coaching. Then", "{session}", "sessions"),
        ("  give: Keep this answer\n", "  give: Keep it!\n", "exclamation mark", "full stop"),
        ("  - id: own_stake\n", "  - id: with_support\n", "two wordings", "another id"),
        ("  - id: own_stake\n", "  - id: Own Stake\n", "is no id", "small letters"),
        ('["Yes", Mostly, Not really, "No"]', '["Yes", "No"]', "2 entries", "exactly 4"),
        ("  thanks: Thank you.", "  thanks: Thank you }.", "curly bracket", "Close it"),
    ],
)
def test_a_mistake_in_the_wording_is_named(
    small: Small, old: str, new: str, what: str, remedy: str
) -> None:
    path = small.paths["considering"]
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    found = [fault for fault in small.check() if Path(fault.file).name == "considering.yml"]
    assert any(what in fault.what and remedy in fault.remedy for fault in found), found


def test_a_practice_can_do_without_partners_and_not_without_the_words(small: Small) -> None:
    assert small.load().partners == ()
    small.paths["considering"].unlink()
    assert any("considering.yml" in fault.file for fault in small.check())


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("welcomes: [growth]", "welcomes: [grwth]", "'grwth' is not a theme"),
        ("hello@quill.example", "hello", "is not an e-mail address"),
        ("id: quill", "id: Quill!", "is no id"),
        ("languages: [en]", "languages: [English!]", "is no language tag"),
        ("services: [Job search]", "services: []", "empty list"),
    ],
)
def test_a_mistake_about_a_partner_is_named(small: Small, old: str, new: str, what: str) -> None:
    path = small.folder / "partners.yml"
    path.write_text(PARTNERS, encoding="utf-8")
    assert [partner.id for partner in small.load().partners] == ["quill"]
    path.write_text(PARTNERS.replace(old, new), encoding="utf-8")
    assert any(what in fault.what for fault in small.check())


def test_two_partners_of_one_id_or_name_are_told_apart(small: Small) -> None:
    twice = PARTNERS + PARTNERS.removeprefix("partners:\n")
    (small.folder / "partners.yml").write_text(twice, encoding="utf-8")
    assert any("two partners" in fault.what for fault in small.check())


def test_places_are_filled_in_and_a_greeting_does_without_a_name() -> None:
    assert filled("Hello {name}, {coach}", {"name": "", "coach": "Maren"}) == "Hello, Maren"
    assert filled("Hello {name}", {"name": "{coach}", "coach": "M"}) == "Hello {coach}"
    assert blanks("I [why] and [how]\n[not\nthis]") == ("[why]", "[how]")

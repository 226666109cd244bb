"""Made-up clients: read, and held to being made up."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from rightfit.practice import PracticeFaulty, rehearsal_of
from rightfit.records import THEMES

ROOT = Path(__file__).parents[2]

CLIENT = """\
fictional: true
name: Orla
about: Wants to rise.
answers:
  goals: To rise. And rest.
  format: [video]
needs:
  - {theme: growth, question: goals, quote: To rise, centrality: 3}
outside_help:
  - {kind: legal, question: goals, quote: And rest}
skipped: [start]
"""


def _add(small: Any, text: str, name: str = "orla.yml") -> Path:
    file: Path = small.folder / "rehearsal" / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def test_a_client_as_written(small: Any) -> None:
    _add(small, CLIENT)

    [client] = rehearsal_of(small.folder)

    assert (client.id, client.name, client.about) == ("orla", "Orla", "Wants to rise.")
    assert [(each.question, each.given.kind) for each in client.intake.answers if each.given] == [
        ("goals", "said"),
        ("format", "chosen"),
        ("start", "skipped"),
    ]
    [need] = client.intake.needs
    assert (need.theme, need.start, need.end, need.centrality, need.firmness) == (
        "growth",
        0,
        7,
        3,
        None,
    )
    assert client.intake.outside_help[0].start == 9
    assert small.check() == []


@pytest.mark.parametrize(
    ("old", "new", "line", "what"),
    [
        ("fictional: true", "fictional: false", 1, "A real client has no place here."),
        ("name: Orla\n", "", 1, "a client to rehearse with has no 'name'."),
        ("theme: growth", "theme: grwth", 8, "'grwth' is not a theme."),
        ("quote: To rise", "quote: To fall", 8, "not in the answer to 'goals'"),
        ("kind: legal", "kind: magic", 10, "'magic' is not a kind of help."),
        ("needs:", "need:", 7, "unknown key 'need'"),
    ],
)
def test_one_mistake_is_one_fault(small: Any, old: str, new: str, line: int, what: str) -> None:
    file = _add(small, CLIENT.replace(old, new))

    [fault] = small.check()

    assert (fault.file, fault.line) == (str(file), line)
    assert what in fault.what
    with pytest.raises(PracticeFaulty):
        rehearsal_of(small.folder)


def test_a_practice_can_do_without(small: Any) -> None:
    assert rehearsal_of(small.folder) == ()


def test_every_quote_of_the_shipped_clients_is_in_its_answer() -> None:
    for client in rehearsal_of(ROOT / "practice"):
        texts = {
            each.question: each.given.text or "" for each in client.intake.answers if each.given
        }
        for quoted in (*client.intake.needs, *client.intake.outside_help):
            assert texts[quoted.question][quoted.start : quoted.end] == quoted.quote
        assert {need.theme for need in client.intake.needs} <= set(THEMES)

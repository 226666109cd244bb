"""``rightfit rehearse``: made-up clients against a coach's lines, to be read by a coach."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

ROOT = Path(__file__).parents[2]
Rightfit = Callable[..., Result]


def test_who_would_be_flagged_and_why(rightfit: Rightfit) -> None:
    result = rightfit("rehearse", "--coach", "maren")

    assert result.exit_code == 0, result.output
    first, *_ = lines = result.stdout.splitlines()
    assert first == "Maren Tollefsen and 14 clients. All of the clients are made up."
    assert "[consider_referral] The search turns on politics at work" in result.stdout
    assert (
        "client: “I only want to work among people who vote as I do” (environment)" in result.stdout
    )
    assert (
        "you: politics at work (people who share it): not well, for a limit of your own."
        in result.stdout
    )
    assert "No flag:" in lines
    assert max(map(len, lines)) <= 100


@pytest.mark.parametrize(
    ("line", "changes"),
    [
        (
            "politics/like_minded=fully",
            ["Fenna: ask_more (weight_not_known) -> no flag", "Teuila: "],
        ),
        ("autonomy=not_well", ["nothing changes."]),
        ("schedule_flexibility=not_well", ["Obadele: no flag -> consider_referral"]),
    ],
)
def test_trying_a_line_shows_what_changes(
    rightfit: Rightfit, line: str, changes: list[str]
) -> None:
    result = rightfit("rehearse", "--coach", "maren", "--line", line)

    assert result.exit_code == 0, result.output
    _, _, told = result.stdout.partition(f"With {line}, as against the lines in the file:\n")
    for change in changes:
        assert f"  {change}" in told
    assert len(told.splitlines()) == len(changes)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("polites=fully", "Did you mean 'politics'?"),
        ("politics/likeminded=fully", "Did you mean 'like_minded'?"),
        ("politics=full", "Did you mean 'fully'?"),
        ("politics", "Choose one of: fully"),
        ("growth=not_well:own_limits", "Did you mean 'own_limit'?"),
        ("growth/freedom=fully", "'growth' has no modes"),
    ],
)
def test_a_line_that_cannot_be_is_2(rightfit: Rightfit, line: str, told: str) -> None:
    result = rightfit("rehearse", "--coach", "maren", "--line", line)

    assert (result.exit_code, result.stdout) == (2, "")
    assert told in result.stderr


def test_nobody_to_rehearse_with_is_1(rightfit: Rightfit, tmp_path: Path) -> None:
    practice = shutil.copytree(ROOT / "practice", tmp_path / "practice")
    shutil.rmtree(practice / "rehearsal")

    result = rightfit("rehearse", "--coach", "maren", "--practice", practice)

    assert result.exit_code == 1
    assert "nobody to rehearse with" in result.stderr


def test_a_client_with_a_mistake_is_1(rightfit: Rightfit, tmp_path: Path) -> None:
    practice = shutil.copytree(ROOT / "practice", tmp_path / "practice")
    (practice / "rehearsal" / "x.yml").write_text("name: X\n", "utf-8")

    result = rightfit("rehearse", "--coach", "maren", "--practice", practice)

    assert result.exit_code == 1
    assert "x.yml:1: a client to rehearse with has no 'fictional'." in result.stderr

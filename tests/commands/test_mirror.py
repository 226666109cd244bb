"""``rightfit mirror``: the mirror test on one intake."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from typer.testing import Result

from rightfit.commands import mirror as command
from rightfit.commands.schema import PUBLISHED
from rightfit.fit import phrases
from rightfit.fit.mirror import Read, Reads
from rightfit.records import Answer, Given, Intake, Need

Rightfit = Callable[..., Result]
_AT = "2027-01-04T09:12:00+00:00"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    intake: Intake = PUBLISHED["intake"].example
    words = "My husband pays for the sessions. He is an atheist."
    answer = Answer("expectations", Given("said", text=words), 16, _AT)
    changed = msgspec.structs.replace(intake, answers=(*intake.answers, answer))
    path = tmp_path / "intake.json"
    path.write_bytes(msgspec.json.encode(changed))
    return path


@pytest.fixture(autouse=True)
def nothing_trained(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "_reads", lambda: None)


def test_nothing_changes(rightfit: Rightfit, file: Path) -> None:
    result = rightfit("mirror", file)

    assert result.exit_code == 0, result.output
    assert "4 coaches: every flag, level, part and sentence is the same." in result.stdout
    assert re.match(r"\d+ mirrored transcripts", result.stdout)
    assert "run: rightfit train" in result.stderr


def test_a_change_prints_both_transcripts(
    rightfit: Rightfit, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(phrases, "_PAID", re.compile("husband pays for the sessions"))

    result = rightfit("mirror", file, "--coach", "dayo")

    assert (result.exit_code, result.stdout) == (1, "")
    assert "expectations: My husband pays for the sessions." in result.stderr
    assert "expectations: My wife pays for the sessions." in result.stderr
    assert "For coach dayo, these two differ in gender alone:" in result.stderr
    assert "maren" not in result.stderr


def test_words_are_read_anew_where_something_is_trained(
    rightfit: Rightfit, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, str]] = []

    def read(question: str, text: str) -> Read:
        asked.append((question, text))
        need = Need("growth", "wants", "must", None, question, text, 0, len(text))
        return Read((need,))

    reads: Reads = read
    monkeypatch.setattr(command, "_reads", lambda: reads)

    result = rightfit("mirror", file, "--coach", "dayo")

    assert (result.exit_code, result.stderr) == (0, "")
    assert {question for question, _ in asked} == {"environment", "expectations"}
    assert not any("atheist" in text or "husband" in text for _, text in asked)


def test_an_intake_without_any_such_word_says_so(rightfit: Rightfit, tmp_path: Path) -> None:
    plain = tmp_path / "plain.json"
    plain.write_bytes(msgspec.json.encode(PUBLISHED["intake"].example))

    result = rightfit("mirror", plain)

    assert result.exit_code == 0
    assert "No belief of the table is named in it" in result.stdout


@pytest.mark.parametrize(("content", "told"), [(None, "cannot be read"), (b"{", "not JSON")])
def test_what_is_no_intake_is_2(
    rightfit: Rightfit, tmp_path: Path, content: bytes | None, told: str
) -> None:
    file = tmp_path / "none.json"
    if content is not None:
        file.write_bytes(content)

    result = rightfit("mirror", file)

    assert result.exit_code == 2
    assert f"{file}: " in result.stderr
    assert told in result.stderr

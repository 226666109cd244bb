"""The ``rightfit`` command: help everywhere, exit codes 0, 1 and 2, faults told plainly."""

from __future__ import annotations

import json
import shutil
import socket
import sqlite3
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from rightfit.cli import app

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.usefixtures("trained")


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands are given in the project's folder."""
    monkeypatch.chdir(ROOT)


def rightfit(*words: str | Path) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


@pytest.fixture
def practice(tmp_path: Path) -> Path:
    return shutil.copytree(ROOT / "practice", tmp_path / "practice")


def _script(folder: Path, text: str) -> Path:
    file = folder / "script.yml"
    file.write_text(text, "utf-8")
    return file


@pytest.mark.parametrize(
    "command",
    [
        (),
        ("serve",),
        ("train",),
        ("check",),
        ("doctor",),
        ("talk",),
        ("coach",),
        ("coach", "add"),
        ("coach", "list"),
        ("coach", "link"),
        ("coach", "role"),
        ("coach", "reset"),
        ("work",),
        ("export",),
        ("erase",),
        ("retention", "run"),
        ("audit", "verify"),
        ("backup",),
        ("restore",),
        ("intakes",),
        ("intakes", "list"),
        ("intakes", "show"),
    ],
)
def test_every_command_has_help(command: tuple[str, ...]) -> None:
    result = rightfit(*command, "--help")
    assert result.exit_code == 0
    assert "Usage:" in result.output


@pytest.mark.parametrize("words", [("nonsense",), ("serve", "--port", "x"), ("coach", "link")])
def test_what_cannot_be_meant_is_2(words: tuple[str, ...]) -> None:
    assert rightfit(*words).exit_code == 2


def test_check_is_0_when_all_is_in_order(practice: Path) -> None:
    result = rightfit("check", "--practice", practice)
    assert (result.exit_code, result.output) == (0, "Practice and wording are in order.\n")


def test_check_is_1_and_names_file_line_and_remedy(practice: Path) -> None:
    file = practice / "coaches.yml"
    file.write_text(file.read_text("utf-8").replace("can: not_well", "can: not_wel"), "utf-8")
    result = rightfit("check", "--practice", practice)
    assert result.exit_code == 1
    assert "coaches.yml:" in result.output
    assert "Did you mean 'not_well'?" in result.output


def test_training_again_does_nothing() -> None:
    result = rightfit("train")
    assert (result.exit_code, result.output) == (0, "The model is up to date.\n")


def test_talk_ends_with_the_intake(tmp_path: Path) -> None:
    script = _script(
        tmp_path,
        "turns:\n- client: {choose: 'yes'}\n- client: Ann\nintake:\n  answers: {name: Ann}\n",
    )
    result = rightfit("talk", script)
    assert result.exit_code == 0, result.output
    assert "client: Ann" in result.output
    intake = json.loads(result.output[result.output.index("\n{") :])
    assert intake["state"] == "open"
    assert [answer["question"] for answer in intake["answers"]] == ["consent", "name"]


def test_talk_is_1_where_the_conversation_goes_another_way(tmp_path: Path) -> None:
    script = _script(
        tmp_path, "turns:\n- client: {choose: 'yes'}\n  assistant: [utter_something_else]\n"
    )
    result = rightfit("talk", script)
    assert result.exit_code == 1
    assert "expected ['utter_something_else']" in result.output


@pytest.mark.parametrize("text", ["turns: [", "turnz: []", "turns: 7", "- a"])
def test_a_script_that_cannot_be_read_is_2(tmp_path: Path, text: str) -> None:
    result = rightfit("talk", _script(tmp_path, text))
    assert result.exit_code == 2
    assert "script.yml" in result.output


def test_a_script_that_is_not_there_is_2(tmp_path: Path) -> None:
    assert rightfit("talk", tmp_path / "none.yml").exit_code == 2


def test_coaches_are_listed() -> None:
    result = rightfit("coach", "list")
    assert result.exit_code == 0
    assert "maren  Maren Tollefsen" in result.output


def test_a_coach_is_added(practice: Path) -> None:
    result = rightfit("coach", "add", "tomas", "--name", "Tomás Quill", "--practice", practice)
    assert result.exit_code == 0, result.output
    assert "tomas  Tomás Quill" in rightfit("coach", "list", "--practice", practice).output
    again = rightfit("coach", "add", "tomas", "--name", "Tomás Quill", "--practice", practice)
    assert again.exit_code == 2


def test_a_link_is_printed_and_only_its_hash_is_kept(tmp_path: Path) -> None:
    result = rightfit(
        "coach", "link", "maren", "--data", tmp_path, "--address", "https://intake.example/"
    )
    assert result.exit_code == 0, result.output
    link = result.output.strip()
    assert link.startswith("https://intake.example/coach/sign-in/")
    with sqlite3.connect(tmp_path / "rightfit.db") as database:
        kept = database.execute("SELECT coach, hash FROM sign_in_links").fetchall()
    assert [coach for coach, _ in kept] == ["maren"]
    assert kept[0][1] not in link


def test_an_unknown_coach_gets_no_link(tmp_path: Path) -> None:
    result = rightfit("coach", "link", "nobody", "--data", tmp_path)
    assert result.exit_code == 2
    assert "there are maren" in result.output


def test_intakes_are_listed_and_shown(tmp_path: Path) -> None:
    assert rightfit("intakes", "list", "--data", tmp_path).output == ""
    result = rightfit("intakes", "show", "no-such-id", "--data", tmp_path)
    assert result.exit_code == 2
    assert "rightfit intakes list" in result.output


@pytest.mark.parametrize("address", ["nonsense", "mysql://a@b/c"])
def test_a_database_that_cannot_be_is_2(address: str) -> None:
    result = rightfit("intakes", "list", "--database", address)
    assert result.exit_code == 2
    assert "--database" in result.output


def test_a_database_that_is_not_there_is_2(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    result = rightfit("intakes", "list", "--database", f"postgresql://a:b@127.0.0.1:{port}/c")
    assert result.exit_code == 2
    assert "check its address" in result.output


def test_serve_says_that_the_port_is_taken(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        result = rightfit("serve", "--port", str(port), "--data", tmp_path)
    assert result.exit_code == 2
    assert f"127.0.0.1:{port} is taken; choose another with --port" in result.output


def test_serve_says_that_the_folder_cannot_be_written_to(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    result = rightfit("serve", "--data", tmp_path / "file")
    assert result.exit_code == 2
    assert "cannot be written to" in result.output


def test_serve_starts_with_no_practice_that_has_mistakes(practice: Path, tmp_path: Path) -> None:
    (practice / "questions.yml").unlink()
    result = rightfit("serve", "--practice", practice, "--data", tmp_path)
    assert result.exit_code == 1
    assert "questions.yml" in result.output


def test_the_doctor_finds_all_well_on_a_new_database(tmp_path: Path) -> None:
    result = rightfit("doctor", "--data", tmp_path)
    assert result.exit_code == 0, result.output
    assert "WRONG" not in result.output
    for part in ("Python", "practice", "sentence encoder", "trained model", "database"):
        assert part in result.output


def test_the_doctor_is_1_where_something_is_wrong(practice: Path, tmp_path: Path) -> None:
    (practice / "coaches.yml").write_text("", "utf-8")
    result = rightfit("doctor", "--data", tmp_path, "--practice", practice)
    assert result.exit_code == 1
    assert "WRONG  practice and wording" in result.output

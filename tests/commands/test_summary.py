"""``rightfit summarise``, as other programs call it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import jsonschema
import msgspec
import pytest
from typer.testing import Result

from rightfit.commands.schema import PUBLISHED, schema_of
from rightfit.records import Given, Intake

ROOT = Path(__file__).parents[2]
EXAMPLE: Intake = PUBLISHED["intake"].example
INTAKE = msgspec.json.encode(EXAMPLE)

Rightfit = Callable[..., Result]


def test_the_summary_of_the_documented_intake_is_in_the_open_schema(rightfit: Rightfit) -> None:
    result = rightfit("summarise", "--format", "json", given=INTAKE)

    assert result.exit_code == 0, result.output
    printed = json.loads(result.stdout)
    jsonschema.validate(printed, schema_of("summary"))
    documented = msgspec.json.decode(msgspec.json.encode(PUBLISHED["summary"].example))
    for part in ("name", "central", "place", "schema"):
        assert printed[part] == documented[part]
    assert documented["left_open"][0] in printed["left_open"]
    assert documented["wishes"][0] in printed["wishes"]


@pytest.mark.parametrize(("how", "begins"), [("md", "# Teuila\n"), ("html", "<!doctype html>\n")])
def test_the_summary_is_put_for_readers(rightfit: Rightfit, how: str, begins: str) -> None:
    result = rightfit("summarise", "--format", how, given=INTAKE)

    assert result.exit_code == 0, result.output
    assert result.stdout.startswith(begins)
    assert "people who see the world as I do" in result.stdout


def test_an_intake_of_the_first_version_has_a_summary(rightfit: Rightfit) -> None:
    old = json.loads(INTAKE)
    for later in ("needs", "to_tell", "distress", "outside_help", "consent"):
        del old[later]
    old["schema"] = "rightfit.intake/1"

    result = rightfit("summarise", "--format", "json", given=json.dumps(old).encode())

    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["central"] == []


@pytest.mark.parametrize("choice", ["leave_out", "tell_in_person"])
@pytest.mark.parametrize("how", ["json", "md", "html"])
def test_what_the_client_keeps_back_is_not_in_it(rightfit: Rightfit, choice: str, how: str) -> None:
    need = msgspec.structs.replace(EXAMPLE.needs[0], sensitive_choice=choice)
    kept_back = msgspec.structs.replace(EXAMPLE, needs=(need,))

    result = rightfit("summarise", "--format", how, given=msgspec.json.encode(kept_back))

    assert result.exit_code == 0, result.output
    assert "see the world" not in result.stdout
    told = "There is something to be told in person" in result.stdout
    assert told == (choice == "tell_in_person")


def test_another_practice_has_other_words(rightfit: Rightfit, tmp_path: Path) -> None:
    practice = shutil.copytree(ROOT / "practice", tmp_path / "practice")
    file = practice / "questions.yml"
    file.write_text(file.read_text("utf-8").replace("title: How to meet", "title: Where"), "utf-8")

    result = rightfit("summarise", "--format", "md", "--practice", practice, given=INTAKE)

    assert "**Where**: Video call" in result.stdout


@pytest.mark.parametrize(
    ("words", "given", "told"),
    [
        (("--format", "md"), b"", "hand over one intake"),
        (("--format", "md"), b"{", "not JSON"),
        (("--format", "md"), b"[]", "at $: Expected"),
        (("--format", "json"), b'{"id": 1}', "rightfit schema intake"),
        (("--format", "pdf"), INTAKE, "pdf"),
        ((), INTAKE, "--format"),
    ],
)
def test_what_cannot_be_summarised_is_2(
    rightfit: Rightfit, words: tuple[str, ...], given: bytes, told: str
) -> None:
    result = rightfit("summarise", *words, given=given)

    assert (result.exit_code, result.stdout) == (2, "")
    assert told in result.stderr


def test_whatever_a_client_wrote_can_be_written(rightfit: Rightfit) -> None:
    odd = Given("said", text="a\0b \u202ec \u2028 d\x9f\ue000 </style><script> \U0001f41f")
    answers = (msgspec.structs.replace(EXAMPLE.answers[0], given=odd), *EXAMPLE.answers[1:])
    given = msgspec.json.encode(msgspec.structs.replace(EXAMPLE, answers=answers))

    for how in ("json", "md", "html"):
        result = rightfit("summarise", "--format", how, given=given)
        assert result.exit_code == 0, result.output
    assert "<script>" not in result.stdout


def test_every_command_has_help(rightfit: Rightfit) -> None:
    result = rightfit("summarise", "--help")

    assert result.exit_code == 0
    assert "Usage:" in result.output


@pytest.mark.parametrize("how", ["json", "md", "html"])
def test_it_needs_neither_rasa_nor_a_model(how: str) -> None:
    program = (
        "import sys\n"
        "from rightfit.cli import app\n"
        f"try: app(['summarise', '--format', '{how}'])\n"
        "except SystemExit as end: print(end.code, file=sys.stderr)\n"
        "names = ('rasa', 'rasa_sdk', 'numpy', 'spacy', 'tensorflow', 'sqlalchemy', 'aiohttp')\n"
        "print([name for name in names if name in sys.modules], file=sys.stderr)\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, input=INTAKE, capture_output=True, check=True
    )

    assert done.stderr.decode().split("\n")[:2] == ["0", "[]"]

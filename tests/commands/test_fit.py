"""``rightfit flags`` and ``rightfit schema``, as other programs call them."""

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
from rightfit.records import Flag

ROOT = Path(__file__).parents[2]
INTAKE = msgspec.json.encode(PUBLISHED["intake"].example)

Rightfit = Callable[..., Result]


def test_flags_are_a_list_in_the_open_schema(rightfit: Rightfit) -> None:
    result = rightfit("flags", "--coach", "maren", given=INTAKE)

    assert result.exit_code == 0, result.output
    printed = json.loads(result.stdout)
    jsonschema.validate(printed, schema_of("flags"))
    assert [(flag["rule"], flag["level"]) for flag in printed] == [
        ("cannot_serve_central_and_firm", "consider_referral")
    ]
    assert list(printed[0]) == list(Flag.__struct_fields__)


def test_no_flag_is_an_empty_list(rightfit: Rightfit) -> None:
    result = rightfit("flags", "--coach", "dayo", given=INTAKE)

    assert (result.exit_code, json.loads(result.stdout)) == (0, [])


def test_another_practice_has_other_lines(rightfit: Rightfit, tmp_path: Path) -> None:
    practice = shutil.copytree(ROOT / "practice", tmp_path / "practice")
    file = practice / "coaches.yml"
    text = file.read_text("utf-8").replace("can: not_well\n        reason: own_limit", "can: fully")
    file.write_text(text, "utf-8")

    result = rightfit("flags", "--coach", "maren", "--practice", practice, given=INTAKE)

    assert json.loads(result.stdout) == []


@pytest.mark.parametrize(
    ("words", "given", "told"),
    [
        (("flags", "--coach", "nobody"), INTAKE, "no coach 'nobody'; there are maren"),
        (("flags", "--coach", "maren"), b"{}", "missing required field"),
        (("flags", "--coach", "maren"), b"", "hand over one intake"),
        (("flags",), INTAKE, "--coach"),
        (("schema", "flag"), b"", "Did you mean 'flags'?"),
        (("schema",), b"", "Missing argument"),
    ],
)
def test_what_cannot_be_meant_is_2(
    rightfit: Rightfit, words: tuple[str, ...], given: bytes, told: str
) -> None:
    result = rightfit(*words, given=given)

    assert (result.exit_code, result.stdout) == (2, "")
    assert told in result.stderr


def test_a_practice_with_mistakes_is_1(rightfit: Rightfit, tmp_path: Path) -> None:
    practice = shutil.copytree(ROOT / "practice", tmp_path / "practice")
    (practice / "fit_rules.yml").unlink()

    result = rightfit("flags", "--coach", "maren", "--practice", practice, given=INTAKE)

    assert result.exit_code == 1
    assert "fit_rules.yml:1: This file is missing." in result.stderr


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_schema_is_printed(rightfit: Rightfit, name: str) -> None:
    result = rightfit("schema", name)

    assert result.exit_code == 0
    assert json.loads(result.stdout) == schema_of(name)


@pytest.mark.parametrize("command", ["flags", "schema", "mirror", "rehearse"])
def test_every_command_has_help(rightfit: Rightfit, command: str) -> None:
    result = rightfit(command, "--help")

    assert result.exit_code == 0
    assert "Usage:" in result.output


def test_flags_need_neither_rasa_nor_a_model() -> None:
    program = (
        "import sys\n"
        "from rightfit.cli import app\n"
        "try: app(['flags', '--coach', 'maren'])\n"
        "except SystemExit as end: print(end.code, file=sys.stderr)\n"
        "names = ('rasa', 'rasa_sdk', 'numpy', 'spacy', 'tensorflow', 'sqlalchemy', 'aiohttp')\n"
        "print([name for name in names if name in sys.modules], file=sys.stderr)\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, input=INTAKE, capture_output=True, check=True
    )

    assert done.stderr.decode().split("\n")[:2] == ["0", "[]"]

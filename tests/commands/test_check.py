"""``rightfit check`` on the examples of the fit rules; mistakes in files are tried elsewhere."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

ROOT = Path(__file__).parents[2]
Rightfit = Callable[..., Result]


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    return shutil.copytree(ROOT / "practice", tmp_path / "practice") / "fit_rules.yml"


def flip(file: Path, rule: str, example: int) -> int:
    """Say the opposite of one example of a rule; the line it is on."""
    lines = file.read_text("utf-8").splitlines()
    start = lines.index(f"  - id: {rule}")
    places = [at for at, line in enumerate(lines) if at > start and "- flagged: " in line]
    at = places[example]
    word = lines[at].rpartition(" ")[2]
    lines[at] = lines[at].replace(word, {"true": "false", "false": "true"}[word])
    file.write_text("\n".join(lines) + "\n", "utf-8")
    return at + 1


@pytest.fixture
def with_an_example_more(rules: Path) -> Path:
    """A rule with two examples of either kind, so that one of them can be wrong."""
    text = rules.read_text("utf-8")
    first = text.index("      - flagged: true", text.index("  - id: cannot_serve_important"))
    last = text.index("  - id: cannot_serve_but_small")
    examples = text[first:last].rstrip("\n")
    rules.write_text(f"{text[:first]}{examples}\n{examples}\n\n{text[last:]}", "utf-8")
    return rules


@pytest.mark.parametrize(
    ("example", "what", "remedy"),
    [
        (0, "flags this example.", "say 'flagged: true'."),
        (
            1,
            "does not flag this example; flagged by 'cannot_serve_central_and_firm'.",
            "say 'flagged: false'.",
        ),
    ],
)
def test_a_wrong_example_is_told_by_file_line_and_remedy(
    rightfit: Rightfit, with_an_example_more: Path, example: int, what: str, remedy: str
) -> None:
    file = with_an_example_more
    line = flip(file, "cannot_serve_important", example)

    result = rightfit("check", "--practice", file.parent)

    assert result.exit_code == 1
    told, end = result.output.splitlines()
    place, _, says = told.partition(" The rule 'cannot_serve_important' ")
    assert place == f"{file}:{line}:"
    assert says == f"{what} Change 'when' or the example, or {remedy}"
    assert end == "1 to mend."


def test_examples_wait_until_the_rest_is_in_order(
    rightfit: Rightfit, with_an_example_more: Path
) -> None:
    flip(with_an_example_more, "cannot_serve_important", 0)
    coaches = with_an_example_more.parent / "coaches.yml"
    text = coaches.read_text("utf-8")
    coaches.write_text(text.replace("price_band: 60_100", "price_band: 60_101"), "utf-8")

    result = rightfit("check", "--practice", coaches.parent)

    first, last = result.output.splitlines()
    assert first.startswith(str(coaches))
    assert last == "1 to mend."


def test_the_server_does_not_start_on_a_wrong_example(
    rightfit: Rightfit, with_an_example_more: Path, tmp_path: Path
) -> None:
    flip(with_an_example_more, "cannot_serve_important", 0)
    # No server can listen there, so that a failure of this test ends.
    nowhere = ("--host", "256.0.0.1", "--data", tmp_path / "data")

    result = rightfit("serve", "--practice", with_an_example_more.parent, *nowhere)

    assert result.exit_code == 1
    assert "The rule 'cannot_serve_important' flags this example." in result.output


def test_neither_rasa_nor_a_model_is_asked() -> None:
    program = (
        "import sys\n"
        "from rightfit.cli import app\n"
        "try: app(['check'])\n"
        "except SystemExit as end: print(end.code, file=sys.stderr)\n"
        "names = ('rasa', 'rasa_sdk', 'numpy', 'spacy', 'tensorflow', 'sqlalchemy', 'aiohttp')\n"
        "print([name for name in names if name in sys.modules], file=sys.stderr)\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, check=True
    )

    assert done.stderr.decode().split("\n")[:2] == ["0", "[]"]

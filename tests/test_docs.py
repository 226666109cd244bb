"""The documents tell the truth: what they name is there, and what they show can be read."""

from __future__ import annotations

import ast
import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main
from ruamel.yaml import YAML

from rightfit.cli import app

ROOT = Path(__file__).resolve().parent.parent
TRACKED = subprocess.run(
    ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
    cwd=ROOT,
    capture_output=True,
    text=True,
    check=True,
).stdout.splitlines()
PAGES = [ROOT / name for name in TRACKED if name.endswith(".md") and (ROOT / name).exists()]
DEPLOYED = [ROOT / name for name in TRACKED if name.startswith("deploy/")]
DECISIONS = sorted((ROOT / "docs" / "adr").glob("*.md"))
HEADINGS = ["Context", "Decision", "Consequences", "What would change our mind"]
#: Folders of the checkout; what starts with one of them is a path here.
FOLDERS = {name.split("/")[0] for name in TRACKED if "/" in name}
#: What git ignores and the documents speak of.
MADE_HERE = (".venv", ".rightfit")

pages = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))


def prose(page: Path) -> str:
    """The page without its fenced blocks."""
    return re.sub(r"^ *```.*?^ *```", "", page.read_text(), flags=re.DOTALL | re.MULTILINE)


def blocks(page: Path, *languages: str) -> Iterator[str]:
    """The fenced blocks in one of these languages, taken back to the margin."""
    fenced = re.compile(r"^( *)```(\w+)\n(.*?)^\1```", re.DOTALL | re.MULTILINE)
    for indent, language, body in fenced.findall(page.read_text()):
        if language in languages:
            yield re.sub(rf"^{indent}", "", body, flags=re.MULTILINE)


def code(page: Path) -> Iterator[str]:
    """Everything that is set as code: between backticks, and each line of a shell block."""
    yield from re.findall(r"`([^`\n]+)`", prose(page))
    for block in blocks(page, "sh"):
        yield from block.replace("\\\n", " ").splitlines()


def test_there_is_something_to_check() -> None:
    assert {ROOT / "README.md", ROOT / "docs" / "architecture.md"} <= set(PAGES)
    assert len(DEPLOYED) > 1


# --- Commands ---------------------------------------------------------------------------------

TARGETS = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))


@pages
def test_make_targets_are_there(page: Path) -> None:
    for line in code(page):
        for target in re.findall(r"\bmake ((?!again\b)[a-z]+)", line):
            assert target in TARGETS, line


COMMAND = typer.main.get_command(app)


def options(command: Any) -> set[str]:
    return {name for option in command.params for name in option.opts} | {"--help"}


def commands(within: Any) -> list[Any]:
    """A command and all below it."""
    below = getattr(within, "commands", {}).values()
    return [within, *(command for one in below for command in commands(one))]


def fault_of(line: str) -> str | None:
    """What is wrong with a call of the ``rightfit`` command; null if it could be typed."""
    found = re.search(r"(?:^|bin/|[\s=(\"])rightfit ((?:--)?[a-z].*)", line)
    if not found:
        return None
    command = COMMAND
    for word in found[1].split():
        if hasattr(command, "commands") and not word.startswith("-"):
            if word not in command.commands:
                return f"rightfit has no command {word}"
            command = command.commands[word]
        elif word.startswith("--") and word.split("=")[0] not in options(command):
            return f"{command.name} has no option {word}"
    return None


def test_the_command_is_looked_into() -> None:
    assert {"serve", "train", "check", "list"} <= {command.name for command in commands(COMMAND)}
    assert fault_of("x/rightfit serve --port 1 --data D") is None
    assert fault_of("rightfit serve --prot 1")
    assert fault_of("rightfit coach sack maren")


@pages
def test_rightfit_commands_are_there(page: Path) -> None:
    for line in code(page):
        assert fault_of(line) is None, line


@pytest.mark.parametrize("file", DEPLOYED, ids=lambda file: file.name)
def test_samples_start_what_is_there(file: Path) -> None:
    for line in file.read_text().splitlines():
        if not line.startswith("Description="):
            assert fault_of(line) is None, line


@pages
def test_options_named_alone_are_options_of_something(page: Path) -> None:
    known = {name for command in commands(COMMAND) for name in options(command)}
    for option in re.findall(r"`(--[a-z-]+)(?: [^`]+)?`", prose(page)):
        assert option in known or option.startswith("--rightfit-"), option


# --- Names ------------------------------------------------------------------------------------


@pages
def test_named_files_are_there(page: Path) -> None:
    for span in re.findall(r"`([^`\s]+)`", prose(page)):
        name = span.rstrip("/").split("#")[0]
        if name.split("/")[0] not in FOLDERS or "*" in name or "<" in name or name in MADE_HERE:
            continue
        if "/" in span:
            assert (ROOT / name).exists() or (page.parent / name).exists(), span


@pages
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", prose(page)):
        if re.match(r"[a-z]+:", target):
            continue
        place, _, anchor = target.partition("#")
        there = (page.parent / place).resolve() if place else page
        assert there.exists(), target
        if anchor:
            assert anchor in anchors(there), target


def anchors(page: Path) -> set[str]:
    """The anchors that a reader's Markdown makes of the headings."""
    titles = re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-") for title in titles}


@pages
def test_named_python_is_there(page: Path) -> None:
    for name in re.findall(r"`((?:rightfit|actions)(?:\.\w+)+)`", page.read_text()):
        assert defines(name.split(".")), name


def defines(parts: list[str]) -> bool:
    """Whether a dotted name is a module of the checkout, or defined in one. Imports nothing."""
    for cut in range(len(parts), 0, -1):
        place = ROOT.joinpath(*parts[:cut])
        module = place / "__init__.py" if place.is_dir() else place.with_suffix(".py")
        if module.exists():
            return all_defined(ast.parse(module.read_text()).body, parts[cut:])
    return False


def all_defined(body: list[ast.stmt], names: list[str]) -> bool:
    if not names:
        return True
    for statement in body:
        if getattr(statement, "name", None) == names[0]:
            return all_defined(getattr(statement, "body", []), names[1:])
        targets = statement.targets if isinstance(statement, ast.Assign) else []
        targets += [statement.target] if isinstance(statement, ast.AnnAssign) else []
        if any(isinstance(target, ast.Name) and target.id == names[0] for target in targets):
            return len(names) == 1
    return False


def test_theming_variables_are_those_of_the_style_sheet() -> None:
    page = (ROOT / "docs" / "how-to" / "embed-on-your-site.md").read_text()
    style = (ROOT / "rightfit" / "web" / "static" / "intake.css").read_text()
    told = style[: style.index("*/")]
    offered = set(re.findall(r"--rightfit-[a-z]+(?:-[a-z]+)*", told))
    named = set(re.findall(r"--rightfit-[a-z]+(?:-[a-z]+)*", page))
    assert named <= offered
    assert {name for name in offered if not name.endswith("-dark")} <= named


def test_attributes_are_those_of_the_script() -> None:
    page = (ROOT / "docs" / "how-to" / "embed-on-your-site.md").read_text()
    static = ROOT / "rightfit" / "web" / "static"
    script, element = (static / "embed.js").read_text(), (static / "intake.js").read_text()
    for name in re.findall(r"`data-([a-z]+)`", page):
        assert f'"{name}"' in script or f"dataset.{name}" in script, name
    told = re.search(r"Its attributes are (.+?)\.\n", page, re.DOTALL)
    assert told
    for name in re.findall(r"`([a-z]+)`", told[1]):
        assert f'getAttribute("{name}")' in element, name


def test_standings_are_those_of_the_coach_page() -> None:
    page = (ROOT / "docs" / "how-to" / "read-an-intake.md").read_text()
    source = (ROOT / "rightfit" / "review" / "in_words.py").read_text()
    names = re.search(r"^STANDINGS.*?^\)", source, re.DOTALL | re.MULTILINE)
    assert names
    for standing in re.findall(r': "(.+)"', names[0]):
        assert f"| {standing} |" in page


def test_every_room_of_the_house_is_in_the_architecture() -> None:
    table = (ROOT / "docs" / "architecture.md").read_text()
    rooms = {name.split("/")[1] for name in TRACKED if name.startswith("rightfit/")}
    for room in rooms - {"__init__.py"}:
        assert f"| `rightfit/{room}" in table, room


# --- What is shown ----------------------------------------------------------------------------


@pages
def test_yaml_and_json_can_be_read(page: Path) -> None:
    for block in blocks(page, "yaml", "yml"):
        YAML(typ="safe").load(block)
    for block in blocks(page, "json"):
        json.loads(block)
    for body in re.findall(r"-d '(.+?)'", page.read_text()):
        json.loads(body)


# --- The whole --------------------------------------------------------------------------------


def test_every_document_can_be_found() -> None:
    index = ROOT / "docs" / "README.md"
    linked = {
        (page.parent / target.split("#")[0]).resolve()
        for page in (index, ROOT / "README.md")
        for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text())
    }
    assert {page for page in PAGES if ROOT / "docs" in page.parents} - {index} <= linked


@pytest.mark.parametrize("page", DECISIONS, ids=lambda page: page.name)
def test_decisions_have_the_same_four_headings(page: Path) -> None:
    number = int(page.name.split("-")[0])
    text = page.read_text()
    assert text.startswith(f"# {number}. ")
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == HEADINGS


def test_decisions_are_numbered_once() -> None:
    numbers = [int(page.name.split("-")[0]) for page in DECISIONS]
    assert len(set(numbers)) == len(numbers)


@pages
def test_the_voice_is_calm(page: Path) -> None:
    for line in re.sub(r"`[^`\n]+`|!\[", "", prose(page)).splitlines():
        assert "!" not in line, line
        assert not re.search("[\U0001f300-\U0001faff\u2600-\u27bf]", line), line


@pytest.mark.parametrize("name", TRACKED)
def test_no_file_names_a_registry_or_a_machine(name: str) -> None:
    file = ROOT / name
    if not file.is_file() or file.suffix in (".png", ".npz"):
        return
    text = file.read_text(encoding="utf-8", errors="replace")
    home = r"(?<![\w.])/(?:root|work|home/\w+)/"
    index = r"https?://[\w.:-]*(?:p[y]pi|python[h]osted|nexus|artifactory|devpi|/simple\b)"
    assert not re.search(rf"{home}|{index}|--(?:extra-)?index-url|--find-[l]inks", text)

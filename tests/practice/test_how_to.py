"""The how-tos, followed to the letter, lead to a practice without mistakes."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from textwrap import dedent, indent

import pytest

from rightfit.fit import flags_of
from rightfit.practice import AGAINST, DECISIONS, FINDINGS, FitRule, When, check, load
from rightfit.records import Answer, Given, Intake

ROOT = Path(__file__).parents[2]
AT = "2027-01-04T09:00:00+00:00"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "practice", tmp_path / "practice")
    shutil.copy(ROOT / "domain.yml", tmp_path)
    return tmp_path


def _blocks(how_to: str, folder: str = "docs/how-to") -> list[str]:
    text = (ROOT / folder / how_to).read_text(encoding="utf-8")
    return [dedent(block) for block in re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)]


def _insert(file: Path, before: str, text: str) -> None:
    content = file.read_text(encoding="utf-8")
    assert content.count(before) == 1
    file.write_text(content.replace(before, text + before), encoding="utf-8")


def test_add_a_question(project: Path) -> None:
    order, words, kept = (indent(block, "  ") for block in _blocks("add-a-question.md"))
    practice, domain = project / "practice", project / "domain.yml"

    _insert(practice / "questions.yml", "  - id: start\n", order)
    missing = len(check(practice, domain))
    _insert(domain, "  utter_ask_contact:\n", words)
    without_place = len(check(practice, domain))
    _insert(domain, "  contact:\n    type: any\n", kept)
    _insert(domain, "      - contact\n", "      - notice_period\n")

    assert (missing, without_place) == (4, 2)
    question = load(practice, domain).question("notice_period")
    assert [choice.id for choice in question.choices] == ["none", "month", "longer"]


def test_ask_which_service(project: Path) -> None:
    order, words = (indent(block, "  ") for block in _blocks("README.md", "practice"))
    kept = indent(_blocks("add-a-question.md")[2], "  ").replace("notice_period", "service")
    practice, domain = project / "practice", project / "domain.yml"

    _insert(practice / "questions.yml", "  - id: start\n", order)
    _insert(domain, "  utter_ask_contact:\n", words)
    _insert(domain, "  contact:\n    type: any\n", kept)
    _insert(domain, "      - contact\n", "      - service\n")

    asked = load(practice, domain)
    client = Answer("service", Given("chosen", choices=("first_lead",)), 0, AT)
    intake = Intake("a", "sent", None, AT, AT, (client,))
    raised = {
        coach.id: [flag.rule for flag in flags_of(asked, coach, intake) if flag.part == "goals"]
        for coach in asked.coaches
    }
    assert raised == {
        "maren": ["service_not_offered"],
        "dayo": [],
        "ines": ["service_not_offered"],
    }


def test_add_a_coach(project: Path) -> None:
    coach, disclosures, lines = _blocks("add-a-coach.md")
    file = project / "practice" / "coaches.yml"
    entry = indent(coach, "  ") + indent(disclosures + lines, "    ")

    file.write_text(file.read_text(encoding="utf-8") + entry, encoding="utf-8")

    practice = load(project / "practice", project / "domain.yml")
    assert practice.coach("tomas").lines[0].theme == "growth"
    assert "tomas" in [choice.id for choice in practice.question("coach").choices]


def test_declare_your_lines(project: Path) -> None:
    [lines] = _blocks("declare-your-lines.md")
    file = project / "practice" / "coaches.yml"
    text = file.read_text(encoding="utf-8")
    head, _, _ = text.rpartition("    lines:\n")

    file.write_text(head + indent(lines, "    "), encoding="utf-8")

    [line] = load(project / "practice", project / "domain.yml").coaches[-1].lines
    assert (line.theme, line.mode, line.can) == ("politics", "like_minded", "not_well")


def test_write_fit_rules(project: Path) -> None:
    [rule] = _blocks("write-fit-rules.md")
    file = project / "practice" / "fit_rules.yml"

    file.write_text(file.read_text(encoding="utf-8") + indent(rule, "  "), encoding="utf-8")

    practice = load(project / "practice", project / "domain.yml")
    assert practice.rules[-1].id == "supervision_is_not_enough"
    raised = [
        [flag.rule for flag in flags_of(practice, example.coach, example.intake)]
        for example in practice.rules[-1].examples
    ]
    assert ["supervision_is_not_enough" in rules for rules in raised] == [True, False]


def test_the_how_to_names_the_whole_vocabulary_of_rules() -> None:
    text = (ROOT / "docs" / "how-to" / "write-fit-rules.md").read_text(encoding="utf-8")
    words = (*FINDINGS, *AGAINST, *When.__struct_fields__, *FitRule.__struct_fields__, *DECISIONS)

    assert [word for word in words if f"`{word}`" not in text and f"`{word}:`" not in text] == []


def test_the_readme_names_every_theme_and_file() -> None:
    from rightfit.records import THEMES

    text = (ROOT / "practice" / "README.md").read_text(encoding="utf-8")

    assert [theme for theme in THEMES if f"`{theme}`" not in text] == []
    ours = [file.name for file in (ROOT / "practice").glob("*.yml")]
    assert [name for name in ours if f"`{name}`" not in text] == []

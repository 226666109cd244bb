"""fit_rules.yml: every kind of mistake at its line, and what no rule may do."""

# ruff: noqa: E501 (the cases are a table, one to a line)
from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from rightfit.practice import load
from rightfit.practice.naming import MODE_NAMES, THEME_NAMES, longest_need, need_named
from rightfit.practice.rules import LONGEST_SAYS
from rightfit.records import MODES, THEMES, DistressShown, Given

ROOT = Path(__file__).parents[2]

# text, what it is changed into, a piece of the line at fault, what is said, the remedy
ONE_MISTAKE = [
    ("  - id: cannot_serve", "  - id: Cannot", "Cannot", "cannot be the id of a rule", "small letters"),
    ("  - id: cannot_serve", "  - id: crisis", "id: crisis", "two rules 'crisis'", "another id"),
    ("    part: bond", "    part: bound", "bound", "not a part", "'bond'"),
    ("    level: consider_referral", "    level: refer", "refer", "not a level", "Choose one of"),
    ("    why: It takes", "    wy: It takes", "wy:", "unknown key 'wy'", "'why'"),
    ("    ask: What would you do?\n", "", "id: cannot_serve", "no 'ask'", "Add a line"),
    ("    suggests: [disclose, refer]", "    suggests: [dismiss]", "dismiss", "not a decision", "Choose one of"),
    ("    suggests: [disclose, refer]", "    suggests: []", "suggests", "empty list", "at least one"),
    ("    override_reasons: [My line is out of date.]", "    override_reasons: []", "override", "empty list", "at least one"),
    ("coach_need_not_share_it", "coach_agrees", "coach_agrees", "not something to look for", "coach_need_not_share_it"),
    ("    against: coach_need", "    against: flexible_about_it # coach_need", "flexible", "rules of the part 'tasks' only", "Remove the line"),
    # --- the condition
    ("{finds: crisis}", "{finds: crises}", "crises", "not something that a rule can find", "'crisis'"),
    ("{finds: crisis}", "{}", "when: {}", "neither what it finds nor which lines", "'finds:' or 'line_can:'"),
    ("{finds: crisis}", "{finds: crisis, both_said: true}", "both_said", "'finds' and more", "alone"),
    ("line_can: [not_well]", "line_can: [fully]", "fully", "not a way that a line can say", "Choose one of"),
    ("lower_at_least: 3", "lower_at_least: 5", "lower_at_least: 5", "is 5", "up to 4"),
    ("lower_at_least: 3", "lower_than: 3", "lower_than", "unknown key 'lower_than'", "Did you mean"),
    ("both_said: true", "both_said: yes", "both_said: yes", "true or false", "quotation marks"),
    # --- the sentence
    ("says: The search turns on {need}.", "says: " + "Very long. " * 13, "Very long", "up to 142 characters", "at most 140"),
    ("says: The search turns on {need}.", "says: The search turns on {quote}.", "{quote}", "{quote} that nothing fills in", "need"),
    ("says: The client may be in danger.", "says: Danger in {need}.", "{need}", "{need} that nothing fills in", "Remove it"),
    ("says: The search turns on {need}.", "says: 'The search turns on {need.'", "{need", "stray brace", "Remove it"),
    # --- what no rule may do
    ("both_said: true,", "both_said: false,", "consider_referral", "missing answer would raise a mismatch", "'ask_more'"),
    ("both_said: true,", "", "consider_referral", "must both be known", "both_said: true"),
    ("referral_barred: false", "mode_known: false", "consider_referral", "missing answer would raise a mismatch", "'ask_more'"),
    (", referral_barred: false", "", "consider_referral", "where the code of ethics bars it", "referral_barred: false"),
    ("level: consider_referral", "level: urgent", "urgent", "for a crisis and nothing else", "together only"),
    ("level: urgent", "level: note", "level: note", "a crisis for nothing less", "together only"),
    # --- examples
    ("      - {flagged: false, answers: {goals: An end to night shifts.}}\n", "", "flagged: true", "No example is not flagged", "flagged: false"),
    ("{flagged: true, crisis", "{flagged: false, crisis", "flagged: false", "No example is flagged", "flagged: true"),
    ("centrality: 4, firmness: 3", "centrality: 4, firmness: 7", "firmness: 7", "'firmness' is 7", "up to 4"),
    ("{theme: growth, quote: the next rung, centrality: 4}", "{theme: grown, quote: the next rung}", "grown", "not a theme", "'growth'"),
    ("{flagged: false, answers: {goals", "{flagged: false, needs: [{theme: growth, quote: More, question: goals}], answers: {goals", "More", "not in the answer to 'goals'", "Copy"),
    ("{flagged: false, answers", "{flagged: false, colour: red, answers", "colour", "unknown key 'colour'", "Remove it"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "at", "what", "remedy"), ONE_MISTAKE, ids=[case[3] for case in ONE_MISTAKE]
)
def test_one_mistake_is_one_fault(
    small: Any, old: str, new: str, at: str, what: str, remedy: str
) -> None:
    small.edit("fit_rules", old, new)

    [fault] = small.check()

    line = Path(fault.file).read_text(encoding="utf-8").split("\n")[fault.line - 1]
    assert at in line, f"{fault} points at {line!r}"
    assert what in fault.what
    assert remedy in fault.remedy


def test_a_wish_for_the_coach_is_never_more_than_a_question(small: Any) -> None:
    small.edit(
        "fit_rules",
        "{line_can: [not_well], both_said: true, lower_at_least: 3, referral_barred: false}",
        "{finds: wish_put_strongly}",
    )
    small.edit("fit_rules", "The search turns on {need}.", "A wish.")
    small.edit("fit_rules", "is about more than {need}.", "is about more.")

    [fault] = small.check()

    assert "a question, not a mismatch" in fault.what


def test_there_is_always_a_rule_for_a_crisis(small: Any) -> None:
    text = small.paths["fit_rules"].read_text(encoding="utf-8")
    rest = text[text.index("  - id: cannot_serve") :]
    small.paths["fit_rules"].write_text(f"fit_rules:\n{rest}", encoding="utf-8")

    assert [fault.what for fault in small.check()] == ["No rule says what to do in a crisis."]


def test_no_rule_at_all(small: Any) -> None:
    small.paths["fit_rules"].write_text("fit_rules: []\n", encoding="utf-8")

    assert [fault.what for fault in small.check()] == ["There is no rule."]


def test_a_rule_as_written(small: Any) -> None:
    crisis, rule = small.load().rules

    assert (rule.id, rule.level, rule.part) == ("cannot_serve", "consider_referral", "bond")
    assert rule.when.line_can == ("not_well",)
    assert (rule.when.lower_at_least, rule.when.both_said, rule.when.mode_known) == (3, True, None)
    assert rule.against == "coach_need_not_share_it"
    assert crisis.examples[0].intake.distress == (
        DistressShown("crisis", "I want to end it.", None, 0),
    )


def test_an_example_is_a_client_and_a_coach(small: Any) -> None:
    flagged, not_flagged = small.load().rules[1].examples

    assert (flagged.flagged, not_flagged.flagged) == (True, False)
    [need] = flagged.intake.needs
    [answer] = flagged.intake.answers
    assert answer.given == Given("said", text="the next rung")
    assert (need.quote, need.start, need.end, need.picked) == ("the next rung", 0, 13, True)
    assert flagged.coach.lines[0].theme == "growth"
    # Whatever an example does not say of the coach is no obstacle.
    assert flagged.coach.formats == ("video", "phone")
    assert flagged.coach.capacity == 1


def test_quotes_of_one_example_share_an_answer(small: Any) -> None:
    small.edit(
        "fit_rules",
        "needs: [{theme: growth, quote: the next rung, centrality: 4}]",
        "needs: [{theme: growth, quote: the next rung}, {theme: training, quote: a mentor}]",
    )

    intake = small.load().rules[1].examples[1].intake

    [answer] = intake.answers
    assert answer.given is not None
    assert answer.given.text == "the next rung a mentor"
    for need in intake.needs:
        assert answer.given.text[need.start : need.end] == need.quote


def test_every_theme_and_mode_has_a_name() -> None:
    assert tuple(THEME_NAMES) == tuple(THEMES)
    assert tuple(MODE_NAMES) == MODES
    assert need_named("politics", "neutral") == "politics at work (none of it at work)"
    assert need_named("growth", None) == "growth and promotion"


def test_the_longest_sentence_of_the_shipped_rules_fits() -> None:
    longest = longest_need()
    values = [id for id, theme in THEMES.items() if theme.values]
    assert all(len(need_named(id, mode)) <= len(longest) for id in values for mode in MODES)
    for rule in load(ROOT / "practice", ROOT / "domain.yml").rules:
        assert len(rule.says.replace("{need}", longest)) <= LONGEST_SAYS

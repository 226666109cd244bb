"""It stays a normal Rasa project: domain, rules, actions and practice hold together."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from actions.registry import actions_for
from rightfit.interview import CONTROL_QUESTIONS, Probed, Refused, take
from rightfit.practice import KINDS, Practice, load
from rightfit.practice.wording import SLACK_WORDING
from rightfit.records import ASIDES, Given

PROJECT = Path(__file__).parents[1]
YAML_12 = YAML(typ="safe")
DOMAIN: dict[str, Any] = YAML_12.load(PROJECT / "domain.yml")
PRACTICE: Practice = load(PROJECT / "practice", PROJECT / "domain.yml")
SLOTS: dict[str, Any] = DOMAIN["slots"]
FORM: list[str] = DOMAIN["forms"]["intake_form"]["required_slots"]
#: Slots that only actions set.
KEPT_BY_ACTIONS = {
    *("revisiting", "pending", "probed", "intake_state", "receipt", "kept_days"),
    *("weighing", "quote", "outside_help", "asked_more"),
}


def _rules() -> Iterator[dict[str, Any]]:
    for file in sorted((PROJECT / "data" / "rules").glob("*.yml")):
        yield from YAML_12.load(file)["rules"]


def _mappings() -> Iterator[tuple[str, dict[str, Any]]]:
    for name, slot in SLOTS.items():
        for mapping in slot["mappings"]:
            yield name, mapping


# ---------------------------------------------------------------- slots


def test_no_text_fills_a_slot_that_was_not_asked_for() -> None:
    """A mapping without both conditions takes any message at any time (rasa 3.6)."""
    found = [(name, mapping) for name, mapping in _mappings() if mapping["type"] != "custom"]

    assert len(found) == 2 * len(FORM)
    for name, mapping in found:
        assert mapping["conditions"] == [{"active_loop": "intake_form", "requested_slot": name}]


def test_words_fill_slots_only_as_an_answer_and_ids_only_as_a_choice() -> None:
    for name in FORM:
        by_type = {mapping["type"]: mapping for mapping in SLOTS[name]["mappings"]}
        assert by_type["from_text"]["intent"] == "answer"
        assert by_type["from_entity"]["intent"] == "choose"
        assert by_type["from_entity"]["entity"] == "choice"


def test_no_answer_changes_which_rule_applies() -> None:
    assert all(slot["influence_conversation"] is False for slot in SLOTS.values())


def test_every_slot_is_validated_or_set_by_actions_alone() -> None:
    custom = {name for name, mapping in _mappings() if mapping["type"] == "custom"}

    assert custom == KEPT_BY_ACTIONS
    assert set(FORM) | custom == set(SLOTS)
    # What the form asks for passes through ValidateIntakeForm: a question of a known
    # kind, taken by rightfit.interview.take, or one about the interview itself.
    questions = {question.id: question for question in (*PRACTICE.questions, *PRACTICE.not_asked)}
    assert set(FORM) == {*questions, *CONTROL_QUESTIONS}
    for question in questions.values():
        assert question.kind in KINDS
        taken = take(question, Given("said", text="well"), probed=False)
        assert isinstance(taken, (Given, Probed, Refused))


def test_the_form_is_validated_by_an_action_of_ours() -> None:
    assert "validate_intake_form" in DOMAIN["actions"]


# ---------------------------------------------------------------- questions and wording


@pytest.mark.parametrize("question", [*PRACTICE.questions, *PRACTICE.not_asked], ids=lambda q: q.id)
def test_a_question_has_all_it_needs(question: Any) -> None:
    assert question.id in SLOTS
    assert question.id in FORM
    assert f"utter_ask_{question.id}" in DOMAIN["responses"]
    assert f"utter_why_{question.id}" in DOMAIN["responses"]


def test_the_form_asks_in_the_order_of_the_practice() -> None:
    order = [question.id for question in PRACTICE.questions]

    assert [name for name in FORM if name in order] == order


@pytest.mark.parametrize("question", CONTROL_QUESTIONS)
def test_a_question_about_the_interview_has_wording(question: str) -> None:
    assert f"utter_ask_{question}" in DOMAIN["responses"]
    assert f"utter_why_{question}" in DOMAIN["responses"]


@pytest.mark.parametrize("aside", ASIDES)
def test_every_aside_is_an_intent_with_an_answer(aside: str) -> None:
    assert aside in _intents()
    assert f"utter_{aside}" in DOMAIN["responses"]


def _intents() -> set[str]:
    return {one if isinstance(one, str) else next(iter(one)) for one in DOMAIN["intents"]}


def test_every_choice_is_issued_by_choose() -> None:
    payloads = [
        button["payload"]
        for variations in DOMAIN["responses"].values()
        for variation in variations
        for button in variation.get("buttons", ())
    ]

    assert len(payloads) > 20
    for payload in payloads:
        assert payload.startswith("/choose{")
        assert list(json.loads(payload.removeprefix("/choose"))) == ["choice"]


_SECOND_WORDING = re.compile(r"utter_(?P<aside>\w+)_(again|after_sending)")


def test_every_response_is_said_by_somebody() -> None:
    sources = [*(PROJECT / "actions").glob("*.py"), *(PROJECT / "data" / "rules").glob("*.yml")]
    sources += [
        file for file in (PROJECT / "rightfit").rglob("*.py") if "practice" not in file.parts
    ]
    named = "\n".join(file.read_text(encoding="utf-8") for file in sources)
    phases = {"paused", "sent", "declined", "erased"}
    questions = {*FORM}
    for response in DOMAIN["responses"]:
        second = _SECOND_WORDING.fullmatch(response)
        about = response.removeprefix("utter_")
        assert (
            response in named
            or about in ASIDES
            or about in phases
            or about.startswith("summary_")
            or about.removeprefix("slack_") in SLACK_WORDING
            or (second is not None and second["aside"] in ASIDES)
            or re.sub("^(ask|why|help)_", "", about) in questions
        ), response


_EMOJI = re.compile("[\U0001f000-\U0001ffff\u2600-\u27bf]")


def test_there_is_no_exclamation_mark_and_no_emoji_in_what_is_said() -> None:
    for response, variations in DOMAIN["responses"].items():
        for variation in variations:
            titles = [button["title"] for button in variation.get("buttons", ())]
            for text in (variation["text"], *titles):
                assert "!" not in text, response
                assert not _EMOJI.search(text), response


# ---------------------------------------------------------------- actions and rules


def test_the_domain_names_exactly_the_actions_that_there_are() -> None:
    ours = {action.name() for action in actions_for(PRACTICE)}
    files = {file.stem for file in (PROJECT / "actions").glob("*.py")}

    assert ours == set(DOMAIN["actions"])
    assert ours <= files
    assert {name for name in files - ours if name.startswith(("action_", "validate_"))} == set()


def test_rules_use_known_intents_actions_and_responses() -> None:
    known = {*DOMAIN["actions"], *DOMAIN["responses"], "intake_form"}
    steps = [step for rule in _rules() for step in rule["steps"]]

    assert {step["intent"] for step in steps if "intent" in step} <= _intents()
    assert {step["action"] for step in steps if "action" in step} <= known


@pytest.mark.parametrize("within", [True, False], ids=["within", "outside"])
def test_every_intent_is_met_in_and_outside_the_interview(within: bool) -> None:
    loop = "intake_form" if within else None
    met = {
        rule["steps"][0]["intent"]
        for rule in _rules()
        if rule["condition"] == [{"active_loop": loop}] and "intent" in rule["steps"][0]
    }
    # Within the form answers and choices are the form's own; it is opened from outside.
    expected = _intents() - ({"answer", "choose", "begin", "resume"} if within else set())

    assert met == expected


def test_the_question_is_put_again_after_every_aside() -> None:
    for rule in _rules():
        if rule["condition"] == [{"active_loop": "intake_form"}] and "intent" in rule["steps"][0]:
            assert rule["steps"][-2:] == [
                {"action": "intake_form"},
                {"active_loop": "intake_form"},
            ], rule["rule"]


def test_rules_alone_decide() -> None:
    config = YAML_12.load(PROJECT / "config.yml")

    assert [policy["name"] for policy in config["policies"]] == ["RulePolicy"]
    assert config["policies"][0]["enable_fallback_prediction"] is False


def test_sessions_never_expire_by_themselves() -> None:
    assert DOMAIN["session_config"] == {
        "session_expiration_time": 0,
        "carry_over_slots_to_new_session": True,
    }


# ---------------------------------------------------------------- training data


#: rasa 3.6.21, shared/importers/rasa.py and shared/core/training_data: a YAML file with
#: one of these keys on a line of its own, even indented, is training data.
_TRAINING_KEYS = re.compile(r"^\s*(rules|stories|nlu|responses)\s*:", re.MULTILINE)


def _yaml_files() -> list[Path]:
    kept_out = {".venv", ".git", ".rightfit", ".rasa", "models", "node_modules", "results"}
    files = [
        file
        for suffix in ("*.yml", "*.yaml")
        for file in PROJECT.rglob(suffix)
        if not kept_out.intersection(file.relative_to(PROJECT).parts)
    ]
    assert files
    return files


def test_only_data_holds_training_data() -> None:
    allowed = {PROJECT / "data", PROJECT / "tests" / "stories"}
    astray = [
        str(file.relative_to(PROJECT))
        for file in _yaml_files()
        if file != PROJECT / "domain.yml"
        and not allowed.intersection(file.parents)
        and _TRAINING_KEYS.search(file.read_text(encoding="utf-8"))
    ]

    assert astray == []


# ---------------------------------------------------------------- what a change retrains


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name in ("domain.yml", "config.yml"):
        shutil.copy(PROJECT / name, tmp_path)
    shutil.copytree(PROJECT / "data", tmp_path / "data")
    return tmp_path


def _edit(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


CHANGES: Mapping[str, tuple[str, str, str, bool]] = {
    "a response is reworded": ("domain.yml", "I ask what a coach would ask", "I ask", False),
    "a button is retitled": ("domain.yml", "Yes, that is fine", "All right", False),
    "a response is added": ("domain.yml", "responses:", "responses:\n  utter_x: []", True),
    "a slot is changed": ("domain.yml", "type: any", "type: text", True),
    "a rule is edited": ("data/rules/asides.yml", "action_skip", "action_stop", True),
    "an example is edited": ("data/nlu/hand_a.yml", "- intent: ", "- intent:  ", True),
    "a policy is changed": ("config.yml", "restrict_rules: true", "restrict_rules: false", True),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_rewording_retrains_nothing_and_content_does(project: Path, change: str) -> None:
    from rightfit.engine.model import fingerprint

    file, old, new, retrains = CHANGES[change]
    before = fingerprint(project)
    _edit(project / file, old, new)

    assert (fingerprint(project) != before) == retrains

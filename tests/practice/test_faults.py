"""Every kind of mistake: one fault, at its line, with what to do about it."""

# ruff: noqa: E501 (the cases are a table, one to a line)
from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from rightfit.practice import PracticeFaulty

# file, text, what it is changed into, a piece of the line at fault, what is said, the remedy
ONE_MISTAKE = [
    # --- keys
    ("questions", "    called: [goals", "    caled: [goals", "caled", "unknown key 'caled'", "Did you mean 'called'"),
    ("questions", "    kind: open", "    knd: open", "knd", "unknown key 'knd'", "Did you mean 'kind'"),
    ("questions", "    kind: open", "    kind: open\n    colour: red", "colour", "unknown key 'colour'", "Remove it"),
    ("questions", "    title: Your goals\n", "", "id: goals", "no 'title'", "Add a line 'title: ...'"),
    ("questions", "    kind: open", "    kind: open\n    kind: short", "kind: short", "'kind' is given twice", "Keep one"),
    ("questions", "sections:\n", "sectoins:\n", "sectoins", "unknown key 'sectoins'", "Did you mean 'sections'"),
    ("questions", "    kind: open", "    ? [a, b]\n    : c\n    kind: open", "[a, b]", "a key that is not a word", "Remove it"),
    # --- types
    ("questions", "title: Your goals", "title: 12", "title: 12", "should be text, but is a whole number", "quotation marks"),
    ("questions", "title: Your goals", "title:", "title:", "should be text, but is nothing", "Write words"),
    ("questions", "title: Your goals", "title: '  '", "title:", "'title' is empty", "Write something"),
    ("questions", "called: [goals, aims]", "called: goals", "called", "should be a list, but is text", "Start each entry"),
    ("questions", "called: [goals, aims]", "called: [aims, aims]", "called", "'aims' stands twice", "Remove one"),
    ("questions", "at_most: 2", "at_most: two", "at_most", "should be a whole number, but is text", "digits"),
    ("questions", "at_most: 2", "at_most: 0", "at_most", "'at_most' is 0", "from 1 up"),
    ("questions", "ask: false", "ask: no", "ask: no", "should be true or false, but is text", "true or false"),
    ("questions", "at_most: 2", "at_most: !!int x", "at_most", "not a plain whole number", "digits"),
    # --- questions
    ("questions", "section: goals\n    kind: open", "section: gaols\n    kind: open", "gaols", "'gaols' is not a section", "'goals'"),
    ("questions", "kind: open", "kind: opne", "opne", "'opne' is not a kind of question", "'open'"),
    ("questions", "  - id: recap\n    title", "  - id: spare\n    title: Spare\n  - id: recap\n    title", "- id: welcome", "'spare' has no question", "Remove it"),
    ("questions", "  - id: recap\n    title", "  - id: goals\n    title: More\n  - id: recap\n    title", "id: goals", "two sections 'goals'", "Remove one"),
    ("questions", "  - id: contact", "  - id: coach", "id: coach", "two questions 'coach'", "another id"),
    ("questions", "  - id: contact", "  - id: Contact 1", "Contact 1", "cannot be the id", "small letters"),
    ("questions", "    title: Your goals", "    title: Your goals!", "Your goals!", "exclamation mark", "full stop"),
    ("questions", "    title: Your goals", "    title: Your goals \U0001f600", "Your goals", "emoji", "words"),
    ("questions", "    title: Your goals", "    title: Your goals\n    may_skip: false", "may_skip", "'goals' may not be skipped", "remove the line"),
    ("questions", "    called: [consent, permission]\n    may_skip: false\n", "", "id: consent", "'consent' may be skipped", "may_skip: false"),
    ("questions", "    title: The recap\n", "    title: The recap\n    ask: false\n", "id: recap", "'recap' is not asked", "Remove 'ask: false'"),
    ("questions", "    title: Your goals", "    title: Your goals\n    at_most: 2", "at_most", "means nothing for a question of kind 'open'", "choices"),
    ("questions", "    at_most: 2\n", "", "id: format", "has no 'at_most'", "at_most: 3"),
    ("questions", "    at_most: 2\n", "    at_most: 9\n", "at_most: 9", "but there are 2 choices", "Use 2 or less"),
    ("questions", "    title: Your goals", "    title: Your goals\n    typed: {a: [b]}", "typed", "'typed' means nothing", "Remove it"),
    ("questions", "typed: {video:", "typed: {vidoe:", "vidoe", "a choice 'vidoe' that is not offered", "'video'"),
    ("questions", "    title: Which coach", "    title: Which coach\n    typed: {adda: [her]}", "adda", "a choice 'adda'", "'ada'"),
    ("questions", "phone: [call]", "phone: [zoom]", "typed", "both 'video' and 'phone'", "Remove it"),
    ("questions", "called: [goals, aims]", "called: [goals, Permission]", "id: goals", "both 'consent' and 'goals'", "something else"),
    ("questions", "    kind: email", "    kind: choice", "utter_ask_contact", "no buttons, but 'contact'", "'buttons:'"),
    ("questions", "    kind: choice\n    title: Your budget", "    kind: short\n    title: Your budget", "id: budget", "but its wording has buttons", "'choice'"),
    # --- coaches
    ("coaches", "  time_zone: Europe/Dublin\n  contact", "  time_zone: Europe/Dubln\n  contact", "Dubln", "not a time zone", "'Europe/Dublin'"),
    ("coaches", "time_zone: UTC", "time_zone: ../../etc", "etc", "not a time zone", "America/Lima"),
    ("coaches", "hello@test.example", "hello", "email", "not an e-mail address", "name@example.org"),
    ("coaches", "https://test.example", "test.example", "website", "not a web address", "https://"),
    ("coaches", "ethics_code: icf", "ethics_code: ifc", "ifc", "not a code of ethics", "'icf'"),
    ("coaches", "  languages: [en]\n  services", "  languages: []\n  services", "languages", "empty list", "at least one"),
    ("coaches", "services: {job_search", "services: {Job-Two: Two, job_search", "Job-Two", "cannot be the id of a service", "small letters"),
    ("coaches", "  - id: bo", "  - id: ada", "id: ada", "two coaches 'ada'", "another id"),
    ("coaches", "  - id: bo", "  - id: no_preference", "no_preference", "cannot be the id of a coach", "without a preference"),
    ("coaches", "name: Bo Østby", "name: Ada Ahn", "id: bo", "two coaches called Ada Ahn", "by name"),
    ("coaches", "about: new directions", "about: " + "new " * 20, "about", "characters together", "shorten"),
    ("coaches", "    formats: [video]", "    formats: [vido]", "vido", "'vido' is not a choice of the question 'format'", "'video'"),
    ("coaches", "    formats: [phone]", "    formats: []", "formats", "empty list", "at least one"),
    ("coaches", "    formats: [phone]", "    formats: [phone, phone]", "formats", "stands twice", "Remove one"),
    ("coaches", "help_not_given: [therapy]", "help_not_given: [terapy]", "terapy", "not a kind of help", "'therapy'"),
    ("coaches", "price_band: low", "price_band: high", "high", "not a choice of the question 'budget'", "low, 60_100"),
    ("coaches", "capacity: 2", "capacity: -1", "capacity", "'capacity' is -1", "from 0 up"),
    ("coaches", "earliest_start: now", "earliest_start: soon", "soon", "not a date", "2027-03-01"),
    ("coaches", "earliest_start: 2027-02-01", "earliest_start: 2027-02-31", "02-31", "not a date", "'now'"),
    ("coaches", "days: [mon, tue]", "days: [mon, tues]", "tues", "not a day of the week", "'tue'"),
    ("coaches", 'from: "09:00"', "from: 9am", "9am", "not a time of day", "09:00"),
    ("coaches", 'to: "17:00"', 'to: "08:00"', "08:00", "end at 08:00, before they start at 09:00", "Swap"),
    ("coaches", "kind: company", "kind: firm", "firm", "not a kind of conflict", "person, company"),
    ("coaches", "- {id: blunt", "- {id: blunt, says: I am.}\n      - {id: blunt", "I am direct", "two disclosures 'blunt'", "another id"),
    ("coaches", "says: I am direct.", "says: I am direct!", "direct!", "exclamation mark", "full stop"),
    ("coaches", "theme: politics", "theme: polites", "polites", "not a theme", "'politics'"),
    ("coaches", "mode: like_minded", "mode: likeminded", "likeminded", "not a mode", "'like_minded'"),
    ("coaches", "can: not_well", "can: badly", "badly", "not a way that a coach can help", "not_well"),
    ("coaches", "reason: own_limit", "reason: own_limits", "own_limits", "not a reason", "'own_limit'"),
    ("coaches", "        reason: own_limit\n", "", "theme: politics", "a line has no 'reason'", "competence"),
    ("coaches", "theme: growth", "theme: growth\n        mode: freedom", "mode: freedom", "'growth' has no modes", "politics"),
    ("coaches", "theme: growth\n", "theme: politics\n        mode: like_minded\n", "theme: politics", "already", "Keep one"),
    ("coaches", "        note: I argue inside.", "        noet: I argue inside.", "noet", "unknown key 'noet'", "'note'"),
    # --- wording
    ("wording", "Said by utter_probe.", "Said by {recipt}.", "recipt", "{recipt}", "'receipt'"),
    ("wording", "Said by utter_probe.", "Said by {goals}.", "{goals}", "{goals}", "Choose one of: receipt"),
    ("wording", "Said by utter_ask_recap. {recap_lines}", "Shall I send it?", "Shall I", "no longer has the place {recap_lines}", "Put it back"),
    ("wording", "utter_ask_recap. {recap_lines}", "{recap_line}", "recap_line}", "{recap_line}", "'recap_lines'"),
    ("wording", "    - text: Said by utter_thanks.", "    - text: One.\n    - text: Two.", "Two", "twice for the same channel", "chance"),
    ("wording", "Said by utter_probe.", "Said { by.", "Said {", "stray brace", "remove the brace"),
    ("wording", "Said by utter_probe.", "Go on!", "Go on!", "exclamation mark", "full stop"),
    ("wording", "  utter_probe:", "  utter_prob:", "utter_prob:", "'utter_probe' is missing", "Rename 'utter_prob'"),
    ("wording", "  utter_probe:\n    - text: Said by utter_probe.\n", "", "responses:", "'utter_probe' is missing", "Add it"),
    ("wording", "Button phone", "Button video", "Button video", "say the same", "Reword"),
    ("wording", "Button phone", "Button " + "long " * 20, "Button long", "characters", "Slack"),
    ("wording", '/choose{"choice": "phone"}', '/chose{"choice": "phone"}', "/chose", "payload that cannot be read", "/choose"),
    ("wording", '/choose{"choice": "phone"}', '/choose{"choice": phone}', "phone}", "payload that cannot be read", "/choose"),
    ("wording", '/choose{"choice": "phone"}', '/choose{"chioce": "phone"}', "chioce", "payload that cannot be read", "/choose"),
    ("wording", '/choose{"choice": "phone"}', '/choose{"choice": "Phone 1"}', "Phone 1", "payload that cannot be read", "/choose"),
    ("wording", '/choose{"choice": "start_again"}', '/choose{"choice": "start_again"}\'\n        - title: Other\n          payload: \'/choose{"choice": "other"}', "utter_ask_confirm_start_again", "'other', which nothing acts on", "Choose one of"),
    ("wording", "    - text: Said by utter_probe.", "    - txt: Said by utter_probe.", "txt", "unknown key 'txt'", "'text'"),
    ("wording", "    - text: Said by utter_probe.", "    []", "[]", "has no text", "- text"),
    ("wording", "Said by utter_probe.", "Said by utter_probe.\n      channel: slack", "- text", "some channels only", "without a channel"),
    ("wording", "Said by utter_ask_goals.", "Said.\n    - text: Said.\n      channel: slack\n      buttons: []", "buttons: []", "are empty", "Add a button"),
    ("wording", "  utter_ask_goals:", "  utter_ask_gaols:", "id: goals", "no wording that asks it", "Rename 'utter_ask_gaols'"),
    ("wording", "  utter_why_goals:", "  utter_whatever:", "id: goals", "no wording that says why", "Add 'utter_why_goals:'"),
    ("wording", "  utter_why_goals:", "  utter_help_gaols: [{text: Any.}]\n  utter_why_goals:", "utter_help_gaols", "helps with no question", "'utter_help_goals'"),
    ("wording", "  goals: {type: any}", "  gaols: {type: any}", "id: goals", "under 'slots:'", "'gaols'"),
    ("wording", "coach, goals, format", "coach, format", "id: goals", "under 'required_slots:'", "how-to"),
    ("wording", "responses:\n", "respones:\n", "respones", "no 'responses:'", "Rename 'respones:'"),
]  # fmt: skip


def test_the_small_practice_has_no_mistakes(small: Any) -> None:
    assert small.check() == []


@pytest.mark.parametrize(
    ("file", "old", "new", "at", "what", "remedy"),
    ONE_MISTAKE,
    ids=[f"{case[0]}: {case[4]}" for case in ONE_MISTAKE],
)
def test_one_mistake_is_one_fault(
    small: Any, file: str, old: str, new: str, at: str, what: str, remedy: str
) -> None:
    small.edit(file, old, new)

    [fault] = small.check()

    line = _lines(fault.file)[fault.line - 1]
    assert at in line, f"{fault} points at {line!r}"
    assert what in fault.what
    assert remedy in fault.remedy


def _lines(file: str) -> list[str]:
    with open(file, encoding="utf-8") as opened:
        return opened.read().split("\n")


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        (b"", 1, "empty"),
        (b"# nothing but a remark\n", 1, "empty"),
        (b"a: [1\nb: 2\n", 2, "not valid YAML"),
        (b"a: 1\n b: 2\n", 2, "not valid YAML"),
        (b"a: 'never closed\n", 2, "not valid YAML"),
        (b"a: 1\n---\nb: 2\n", 2, "not valid YAML"),
        (b"a: *nowhere\n", 1, "not valid YAML"),
        (b"a: \x01\n", 1, "not valid YAML"),
        (b"a: 1\nb: caf\xe9\n", 2, "not UTF-8"),
        (b"[" * 5000, 1, ""),
        (b"- a\n", 1, "should be a list of 'key: value' lines, but is a list"),
        (b"just words\n", 1, "but is text"),
    ],
    ids=lambda value: repr(value)[:20],
)
@pytest.mark.parametrize("file", ["questions", "coaches", "wording"])
def test_a_file_that_cannot_be_read(
    small: Any, file: str, text: bytes, line: int, what: str
) -> None:
    small.paths[file].write_bytes(text)

    faults = [fault for fault in small.check() if fault.file == str(small.paths[file])]

    assert [(fault.line, what in fault.what) for fault in faults] == [(line, True)]
    assert faults[0].remedy


@pytest.mark.parametrize("file", ["questions", "coaches", "wording"])
def test_a_missing_file_is_told_with_the_name_it_may_have(small: Any, file: str) -> None:
    path = small.paths[file]
    path.rename(path.with_name(path.name.replace(".yml", "s.yml")))

    [fault] = [fault for fault in small.check() if fault.file == str(path)]

    assert "missing" in fault.what
    assert fault.remedy == f"Rename '{path.stem}s.yml' to '{path.name}'."


def test_a_missing_folder(small: Any) -> None:
    small.folder.rename(small.folder.with_name("elsewhere"))

    [fault] = small.check()

    assert (fault.file, fault.what) == (str(small.folder), "There is no such folder.")


@pytest.mark.parametrize("key", ["rules:", "stories:", "nlu:", "responses:"])
@pytest.mark.parametrize("name", ["questions.yml", "letters.yml", "needs/hand.yml"])
def test_no_file_turns_into_training_data(small: Any, key: str, name: str) -> None:
    path = small.folder / name
    path.parent.mkdir(exist_ok=True)
    text = path.read_text(encoding="utf-8") if path.exists() else "letters: 1\n"
    path.write_text(f"{text}# the end\n    {key}\n", encoding="utf-8")

    fault = next(fault for fault in small.check() if fault.file == str(path))

    assert f"starts with '{key}'" in fault.what
    assert fault.line == text.count("\n") + 2


def test_another_file_that_is_no_yaml(small: Any) -> None:
    (small.folder / "notes.yml").write_text("a: 1\n b: 2\n", encoding="utf-8")

    [fault] = small.check()

    assert (Path(fault.file).name, fault.line) == ("notes.yml", 2)


@pytest.mark.parametrize(("id", "place"), [("consent", "first"), ("recap", "last")])
def test_the_frame_of_the_interview(small: Any, id: str, place: str) -> None:
    text = small.paths["questions"].read_text(encoding="utf-8")
    head, *questions = text.split("  - id: ")
    whole = {each.partition("\n")[0]: each for each in questions if "kind:" in each}
    sections = [each for each in questions if "kind:" not in each]
    start = "  - id: ".join([head, *sections])

    def write(order: list[str]) -> list[str]:
        body = "".join(f"  - id: {whole[each]}" for each in order)
        small.paths["questions"].write_text(start + body, encoding="utf-8")
        return [fault.what for fault in small.check()]

    start += "questions:\n" if "questions:" not in start else ""
    rest = [each for each in whole if each != id]

    assert f"The question '{id}' is missing." in write(rest)
    assert f"'{id}' is not the {place} question." in write([rest[0], id, *rest[1:]])


def test_a_question_after_its_section_is_over(small: Any) -> None:
    small.edit("questions", "section: goals\n    kind: email", "section: welcome\n    kind: email")

    [fault] = small.check()

    assert "which is over once 'goals' has begun" in fault.what


@pytest.mark.parametrize("id", ["duration", "human", "confirm_stop"])
def test_ids_that_the_assistant_needs_itself(small: Any, id: str) -> None:
    small.edit("questions", "  - id: contact", f"  - id: {id}")

    assert any(f"'{id}' is taken by the assistant" in fault.what for fault in small.check())


@pytest.mark.parametrize("choice", ["send", "yes", "start_again", "hesitate"])
def test_choices_that_the_assistant_acts_on_stay(small: Any, choice: str) -> None:
    small.edit("wording", f'"{choice}"}}', '"renamed"}')

    assert any(f"'{choice}', which the assistant acts on" in each.what for each in small.check())


def test_buttons_that_differ_between_channels(small: Any) -> None:
    small.edit(
        "wording",
        "  utter_why_format:",
        "    - text: Said on Slack.\n      channel: slack\n  utter_why_format:",
    )

    [fault] = small.check()

    assert "differ between its variations" in fault.what


def test_no_coach_at_all(small: Any) -> None:
    head, _, _ = small.paths["coaches"].read_text(encoding="utf-8").partition("coaches:\n")
    small.paths["coaches"].write_text(head + "coaches: []\n", encoding="utf-8")

    [fault] = small.check()

    assert fault.what == "There is no coach."


def test_every_mistake_is_found_in_one_run(small: Any) -> None:
    small.edit("questions", "kind: open", "kind: opne")
    small.edit("questions", "at_most: 2", "at_most: two")
    small.edit("coaches", "theme: politics", "theme: polites")
    small.edit("coaches", "capacity: 2", "capacity: some")
    small.edit("wording", "Said by utter_probe.", "Go on!")

    faults = small.check()

    assert len(faults) == 5
    assert faults == sorted(faults)
    with pytest.raises(PracticeFaulty) as raised:
        small.load()
    assert raised.value.faults == tuple(faults)
    assert str(faults[0]) in str(raised.value)


def test_mistakes_below_a_misspelt_key_come_to_light_too(small: Any) -> None:
    small.edit(
        "coaches", "    lines:\n      - theme: politics", "    line:\n      - theme: polites"
    )

    assert [fault.what for fault in small.check()] == [
        "a coach has an unknown key 'line'.",
        "'polites' is not a theme.",
    ]

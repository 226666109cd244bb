"""What a practice without mistakes becomes."""

from __future__ import annotations

import copy
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from rightfit.practice import Choice, Line, Practice, PracticeFaulty, Stretch, load

ROOT = Path(__file__).parents[2]


def test_questions_come_in_asking_order(small: Any) -> None:
    practice = small.load()

    assert [question.id for question in practice.questions] == [
        "consent",
        "coach",
        "goals",
        "format",
        "contact",
        "recap",
    ]
    assert [question.id for question in practice.not_asked] == ["budget"]
    assert practice.question("budget").title == "Your budget"
    assert practice.section("goals").title == "What you want"
    with pytest.raises(KeyError):
        practice.question("nothing")


def test_choices_come_from_the_wording(small: Any) -> None:
    practice = small.load()
    format_ = practice.question("format")

    assert format_.choices == (Choice("video", "Button video"), Choice("phone", "Button phone"))
    assert format_.at_most == 2
    assert format_.typed == {"video": ("zoom",), "phone": ("call",)}
    assert practice.question("goals").choices == ()
    assert not practice.question("consent").may_skip
    assert practice.question("goals").may_skip


def test_coaches_are_choices_and_can_be_typed_by_name(small: Any) -> None:
    coach = small.load().question("coach")

    assert coach.choices == (
        Choice("ada", "Ada Ahn: job search"),
        Choice("bo", "Bo Østby: new directions"),
        Choice("no_preference", "No preference"),
    )
    assert coach.typed["ada"] == ("ada ahn", "ada")


@pytest.mark.parametrize(("name", "typed"), [("Ada Berg", "ada berg"), ("Zoë Berg", "zoe")])
def test_a_first_name_counts_where_one_coach_bears_it(small: Any, name: str, typed: str) -> None:
    small.edit("coaches", "name: Bo Østby", f"name: {name}")

    question = small.load().question("coach")

    assert typed in question.typed["bo"]
    assert ("ada" in question.typed["ada"]) == (name != "Ada Berg")


def test_the_wording_can_rename_no_preference(small: Any) -> None:
    small.edit(
        "wording",
        "    - text: Said by utter_ask_coach.\n",
        "    - text: Said by utter_ask_coach.\n      buttons:\n"
        '        - title: Anyone\n          payload: \'/choose{"choice": "no_preference"}\'\n',
    )

    assert small.load().question("coach").choices[-1] == Choice("no_preference", "Anyone")


def test_one_coach_is_no_question(small: Any) -> None:
    head, _, _ = small.paths["coaches"].read_text(encoding="utf-8").partition("  - id: bo\n")
    small.paths["coaches"].write_text(head, encoding="utf-8")

    practice = small.load()

    assert "coach" not in [question.id for question in practice.questions]
    assert "coach" in [question.id for question in practice.not_asked]


def test_a_coach_as_written(small: Any) -> None:
    practice = small.load()
    ada, bo = practice.coach("ada"), practice.coach("bo")

    assert ada.lines == (
        Line("politics", "not_well", "own_limit", "like_minded", "I argue inside."),
        Line("growth", "fully"),
    )
    assert ada.hours.weekly == (Stretch(("mon", "tue"), "09:00", "17:00"),)
    assert ada.conflicts_of_interest[0].variants == ("Pell",)
    assert ada.disclosures[0].says == "I am direct."
    assert (ada.earliest_start, bo.earliest_start) == (None, "2027-02-01")
    assert (bo.price_band, bo.capacity, bo.lines) == ("60_100", 0, ())
    with pytest.raises(KeyError):
        practice.coach("nobody")


def test_wording_by_channel(small: Any) -> None:
    small.edit(
        "wording",
        "    - text: Said by utter_probe.",
        "    - text: On Slack.\n      channel: slack\n    - text: Said by utter_probe.",
    )

    web, slack = small.load().wording["utter_probe"]

    assert (web.text, web.channel) == ("Said by utter_probe.", None)
    assert (slack.text, slack.channel) == ("On Slack.", "slack")


def test_a_practice_can_be_copied(small: Any) -> None:
    practice = small.load()

    assert copy.deepcopy(practice) == practice


def test_yaml_is_read_as_rasa_reads_it(small: Any) -> None:
    small.edit("questions", '{"yes": [ok, sure]}', "{no: [no], yes: [on, off]}")

    assert small.load().question("consent").typed == {"no": ("no",), "yes": ("on", "off")}


def test_the_shipped_practice_has_no_mistakes() -> None:
    practice = load(ROOT / "practice", ROOT / "domain.yml")

    assert practice.fictional
    assert len(practice.coaches) == 3
    essay = [
        line
        for coach in practice.coaches
        for line in coach.lines
        if (line.theme, line.mode) == ("politics", "like_minded")
    ]
    assert [(line.can, line.reason) for line in essay] == [("not_well", "own_limit")]


def test_loading_needs_neither_rasa_nor_a_model() -> None:
    program = (
        "import sys; from pathlib import Path; from rightfit.practice import load;"
        "load(Path('practice'), Path('domain.yml'));"
        "print([name for name in ('rasa', 'rasa_sdk', 'numpy', 'spacy', 'tensorflow')"
        " if name in sys.modules])"
    )

    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "[]"


# --- whatever is done to a good file, loading gives a practice or tells what is wrong

_ODD: Any = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["utter_probe", "yes", "{x", "!", "2027-99-99", "no", "~", "60_100"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=4,
)


def _places(tree: Any) -> list[tuple[Any, Any]]:
    """Every (parent, key) of a tree of lists and mappings."""
    found: list[tuple[Any, Any]] = []
    keys = list(tree) if isinstance(tree, dict) else range(len(tree))
    for key in keys if isinstance(tree, dict | list) else ():
        found.append((tree, key))
        if isinstance(tree[key], dict | list):
            found.extend(_places(tree[key]))
    return found


def _mutate(draw: Any, tree: Any) -> None:
    places = _places(tree)
    if not places:
        return
    parent, key = draw(st.sampled_from(range(len(places))).map(places.__getitem__))
    how = draw(st.sampled_from(["drop", "rename", "retype", "repeat"]))
    if how == "drop":
        del parent[key]
    elif how == "retype":
        parent[key] = draw(_ODD)
    elif isinstance(parent, list):
        parent.append(copy.deepcopy(parent[key]))
    else:
        name = str(key)
        cut = draw(st.integers(0, max(0, len(name) - 1)))
        parent[name[:cut] + name[cut + 1 :]] = parent[key] if how == "repeat" else parent.pop(key)


@settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_a_changed_file_loads_or_is_told_apart(small: Any, data: Any) -> None:
    yaml = YAML(typ="safe")
    good = {name: path.read_text(encoding="utf-8") for name, path in small.paths.items()}
    name = data.draw(st.sampled_from(sorted(good)))
    tree = yaml.load(good[name])
    for _ in range(data.draw(st.integers(1, 3))):
        _mutate(data.draw, tree)
    try:
        with small.paths[name].open("w", encoding="utf-8") as opened:
            yaml.dump(tree, opened)
        _loads_or_tells(small)
    finally:
        small.paths[name].write_text(good[name], encoding="utf-8")


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_a_cut_or_spoilt_file_loads_or_is_told_apart(small: Any, data: Any) -> None:
    good = {name: path.read_bytes() for name, path in small.paths.items()}
    name = data.draw(st.sampled_from(sorted(good)))
    start = data.draw(st.integers(0, len(good[name])))
    end = data.draw(st.integers(start, min(len(good[name]), start + 40)))
    spoilt = good[name][:start] + data.draw(st.binary(max_size=6)) + good[name][end:]
    try:
        small.paths[name].write_bytes(spoilt)
        _loads_or_tells(small)
    finally:
        small.paths[name].write_bytes(good[name])


def _loads_or_tells(small: Any) -> None:
    faults = small.check()
    if not faults:
        assert isinstance(small.load(), Practice)
        return
    with pytest.raises(PracticeFaulty) as raised:
        small.load()
    assert raised.value.faults == tuple(faults)
    for fault in faults:
        assert fault.line >= 1
        assert fault.what.endswith(".")
        assert fault.remedy

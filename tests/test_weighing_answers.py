"""What typed words and buttons come to at each question about needs."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rightfit.practice import (
    CENTRALITY,
    FIRMNESS,
    NEED_CENTRALITY,
    NEED_CHOICE,
    NEED_EDIT,
    NEED_FIRMNESS,
    NEED_MODE,
    NEED_QUESTIONS,
    NEED_WORDS,
    NEEDS,
    NEEDS_MATTER,
    Choice,
)
from rightfit.records import Given
from rightfit.weighing import (
    Noticed,
    Weighing,
    after_answer,
    edit,
    held_back,
    live,
    needs_of,
    pick,
    weighing_of,
)
from rightfit.weighing_answers import (
    ADD,
    NONE_OF_THESE,
    RIGHT,
    Weighed,
    is_about_the_list,
    needs_named,
    skip_about_needs,
    take_about_needs,
)

TEXT = "Fair pay. A short commute. My own desk. People of my faith."
_THEMES = ("pay_benefits", "location_remote", "physical_conditions", "religion")


def noticed(theme: str, words: str, start: int = 0) -> Noticed:
    return Noticed(theme, "wants", "unstated", None, words, start, start + len(words))


def heard(many: int = 3) -> Weighing:
    parts = [f"{part}." for part in TEXT.rstrip(".").split(". ")][:many]
    found = [
        noticed(theme, part[:-1], TEXT.index(part))
        for theme, part in zip(_THEMES, parts, strict=False)
    ]
    return after_answer(Weighing(), "environment", TEXT, found)


def typed(weighing: Weighing, asked: str, text: str, *found: Noticed) -> Weighed:
    outright = noticed("growth", text)
    return take_about_needs(weighing, asked, Given("said", text=text), found, outright)


def chosen(weighing: Weighing, asked: str, *choices: str) -> Weighed:
    return take_about_needs(weighing, asked, Given("chosen", choices=choices))


def quotes(weighing: Weighing) -> list[str]:
    return [kept.need.quote for kept in live(weighing)]


def picked(weighing: Weighing) -> list[str]:
    return [need.quote for need in needs_of(weighing) if need.picked]


# ---------------------------------------------------------------- the list


@pytest.mark.parametrize(
    ("words", "left"),
    [
        ("take out the first", ["A short commute", "My own desk"]),
        ("Please remove 1 and 3", ["A short commute"]),
        ("2 is wrong", ["Fair pay", "My own desk"]),
        ("The last one isn't right because I meant the old job", ["Fair pay", "A short commute"]),
        ("not the second", ["Fair pay", "My own desk"]),
        ("drop the first, the second and the third", []),
    ],
)
def test_words_about_the_list_take_needs_out(words: str, left: list[str]) -> None:
    came = typed(heard(), NEEDS, words)

    assert (quotes(came.weighing), came.say) == (left, "utter_need_taken_out")
    assert not came.settled, "the list is shown once more"


@pytest.mark.parametrize(
    ("words", "matter"),
    [
        ("the second one is a must", ["A short commute"]),
        ("1 and 3 matter most", ["Fair pay", "My own desk"]),
        ("2 matters to me", ["A short commute"]),
        ("number 3 must be", ["My own desk"]),
        ("The first is a must because of my kids", ["Fair pay"]),
    ],
)
def test_whoever_says_what_matters_stands_by_the_list(words: str, matter: list[str]) -> None:
    came = typed(heard(), NEEDS, words)

    assert (picked(came.weighing), came.settled, came.weighing.weighed) == (matter, True, True)


@pytest.mark.parametrize(
    "words",
    [
        "I must have my first day off",
        "A place where people come first",
        "I don't want to lose my first language",
        "2 days at home is a must",
        "one of the main things is pay",
        "I want to work the way I think is right, even if it is wrong for others",
    ],
)
def test_a_need_with_such_words_in_it_is_added_and_takes_nothing_out(words: str) -> None:
    came = typed(heard(), NEEDS, words)

    assert quotes(came.weighing) == [*quotes(heard()), words]
    assert (came.say, came.settled, picked(came.weighing)) == ("utter_need_added", False, [])


def test_words_are_added_without_what_leads_up_to_them() -> None:
    came = typed(heard(), NEEDS, "Add: short commute")

    assert quotes(came.weighing)[-1] == "short commute"
    assert needs_of(came.weighing)[-1].source == "asked"


def test_two_needs_in_one_breath_are_two() -> None:
    text = "No night work, and a canteen"
    found = (noticed("workload_hours", "No night work"), noticed("pay_benefits", "a canteen", 19))

    came = typed(heard(), NEEDS, text, *found)

    assert quotes(came.weighing)[-2:] == ["No night work", "a canteen"]


def test_a_need_that_was_read_keeps_how_it_was_read() -> None:
    found = Noticed("workload_hours", "avoids", "must", None, "night work", 3, 13)

    new = needs_of(typed(heard(), NEEDS, "No night work", found).weighing)[-1]

    assert (new.quote, new.theme, new.stance) == ("No night work", "workload_hours", "avoids")


@pytest.mark.parametrize("words", ["no", "Nope", "that's wrong", "not quite", "none of them"])
def test_a_plain_no_is_asked_which(words: str) -> None:
    came = typed(heard(), NEEDS, words)
    nothing_heard = typed(Weighing(), NEEDS, words)

    assert (came.weighing, came.say, came.settled) == (heard(), "utter_needs_which", False)
    assert nothing_heard.settled and nothing_heard.say is None


def test_the_buttons_of_the_list() -> None:
    one = chosen(heard(), NEEDS, "n2")

    assert (one.weighing.editing, one.pending, one.settled) == ("n2", NEED_EDIT, False)
    assert chosen(heard(), NEEDS, ADD).pending == NEED_WORDS
    assert chosen(heard(), NEEDS, RIGHT).settled
    assert not chosen(heard(), NEEDS, RIGHT).weighing.weighed


def test_of_one_or_none_there_is_nothing_to_choose() -> None:
    assert picked(chosen(heard(1), NEEDS, RIGHT).weighing) == ["Fair pay"]
    assert chosen(Weighing(), NEEDS, RIGHT).weighing.weighed


def test_more_than_three_do_not_matter_most() -> None:
    came = typed(heard(4), NEEDS, "1, 2, 3 and 4 are key")
    later = typed(heard(4), NEEDS_MATTER, "all of them")

    for each in (came, later):
        assert (each.say, each.settled) == ("utter_at_most_three", False)
        assert not each.weighing.weighed


# ---------------------------------------------------------------- one need


def test_what_can_be_done_with_one() -> None:
    editing = edit(heard(), "n1")

    assert quotes(chosen(editing, NEED_EDIT, "take_out").weighing) == [
        "A short commute",
        "My own desk",
    ]
    assert chosen(editing, NEED_EDIT, "reword").pending == NEED_WORDS
    assert chosen(editing, NEED_EDIT, "leave").weighing == heard()
    said = typed(editing, NEED_EDIT, "Enough to live on")
    assert (quotes(said.weighing)[0], said.say) == ("Enough to live on", "utter_need_reworded")


def test_words_that_were_asked_for_are_new_ones_or_other_ones() -> None:
    new = typed(chosen(heard(), NEEDS, ADD).weighing, NEED_WORDS, "A canteen")
    other = typed(edit(heard(), "n2"), NEED_WORDS, "Near home")

    assert quotes(new.weighing) == [*quotes(heard()), "A canteen"]
    assert quotes(other.weighing) == ["Fair pay", "Near home", "My own desk"]
    assert typed(heard(), NEED_WORDS, " \n").pending == NEED_WORDS


# ---------------------------------------------------------------- which matter most


@pytest.mark.parametrize(
    ("words", "matter"),
    [
        ("1 and 3", ["Fair pay", "My own desk"]),
        ("the second", ["A short commute"]),
        ("all of them", ["Fair pay", "A short commute", "My own desk"]),
        ("none", []),
        ("nothing in particular", []),
    ],
)
def test_what_matters_most_can_be_typed(words: str, matter: list[str]) -> None:
    came = typed(heard(), NEEDS_MATTER, words)

    assert (picked(came.weighing), came.weighing.weighed) == (matter, True)


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ("pay", ("n1",)),
        ("My own desk, and the short commute", ("n3", "n2")),
        ("fair pay", ("n1",)),
        ("the weather", ()),
        ("pay and the weather", ()),
        ("more than the others", ()),
        ("s", ()),
        ("", ()),
        ("desk", ()),
    ],
)
def test_a_need_can_be_named_by_some_of_its_words(words: str, named: tuple[str, ...]) -> None:
    titles = ("“Fair pay”", "“A short commute”", "“My own desk”", "“A desk by a window”")
    choices = [Choice(f"n{at}", title) for at, title in enumerate(titles, start=1)]
    choices.append(Choice(NONE_OF_THESE, "None more than the others"))

    assert needs_named(NEEDS_MATTER, choices, words) == named
    assert needs_named(NEEDS, choices, words) == (), "there it may be a need to add"


def test_what_matters_most_by_buttons() -> None:
    assert picked(chosen(heard(), NEEDS_MATTER, "n1", "n3").weighing) == ["Fair pay", "My own desk"]
    assert picked(chosen(heard(), NEEDS_MATTER, "none_of_these").weighing) == []
    assert typed(heard(), NEEDS_MATTER, "hm").say == "utter_please_choose"


# ---------------------------------------------------------------- about one of them


def test_the_scales_run_from_nought_to_four() -> None:
    weighing = pick(heard(), ["n1"])
    for at, (central, firm) in enumerate(zip(CENTRALITY, FIRMNESS, strict=True)):
        rated = chosen(weighing, NEED_CENTRALITY, central).weighing
        rated = chosen(rated, NEED_FIRMNESS, firm).weighing
        assert (needs_of(rated)[0].centrality, needs_of(rated)[0].firmness) == (at, at)


def test_not_being_sure_of_the_mode_is_no_mode() -> None:
    faith = noticed("religion", "My faith")
    weighing = pick(after_answer(Weighing(), "goals", "My faith", [faith]), ["n1"])
    for asked, choice in (
        (NEED_CHOICE, "keep"),
        (NEED_CENTRALITY, "none"),
        (NEED_FIRMNESS, "take"),
    ):
        weighing = chosen(weighing, asked, choice).weighing

    assert needs_of(chosen(weighing, NEED_MODE, "unsure").weighing)[0].mode is None
    assert needs_of(chosen(weighing, NEED_MODE, "neutral").weighing)[0].mode == "neutral"


@pytest.mark.parametrize(
    ("choice", "say"),
    [
        ("keep", None),
        ("reword", None),
        ("leave_out", "utter_need_left_out"),
        ("tell_in_person", "utter_need_to_tell"),
    ],
)
def test_what_becomes_of_something_sensitive(choice: str, say: str | None) -> None:
    came = chosen(heard(4), NEED_CHOICE, choice)

    assert came.say == say
    assert bool(held_back(came.weighing)) == (choice in ("leave_out", "tell_in_person"))


@pytest.mark.parametrize("asked", [NEED_CHOICE, NEED_CENTRALITY, NEED_FIRMNESS, NEED_MODE])
def test_other_words_are_no_choice_and_change_nothing(asked: str) -> None:
    weighing = pick(heard(4), ["n4"])

    assert typed(weighing, asked, "it depends") == Weighed(weighing, "utter_please_choose")


@pytest.mark.parametrize("asked", [NEEDS, *NEED_QUESTIONS])
def test_every_question_can_be_left_out(asked: str) -> None:
    came = skip_about_needs(edit(pick(heard(4), ["n1"]), "n1"), asked)

    assert came.say in ("utter_skipped", "utter_kept") and came.pending is None
    assert [need.centrality for need in needs_of(came.weighing)] == [None] * 4
    if asked in (NEEDS, NEED_EDIT, NEED_WORDS):
        assert came.weighing.editing is None


# ---------------------------------------------------------------- whatever is typed

_CHOICES = (Choice("n1", "Fair pay"), Choice("n2", "A desk"), Choice(RIGHT, "Right"))


@given(
    st.text(st.sampled_from("abc 123,.\n’ first"), max_size=40)
    | st.lists(st.sampled_from(["the", "first", "must", "wrong", "2", "not", "people"])).map(
        " ".join
    ),
    st.sampled_from((NEEDS, *NEED_QUESTIONS)),
)
def test_any_words_at_any_question_leave_a_state_that_can_be_kept(text: str, asked: str) -> None:
    before = edit(heard(4), "n1") if asked == NEED_EDIT else pick(heard(4), ["n4"])

    came = typed(before, asked, text)

    assert weighing_of(msgspec.to_builtins(came.weighing)) == came.weighing
    assert len(picked(came.weighing)) <= 3
    if asked not in (NEEDS, NEEDS_MATTER):
        assert not is_about_the_list(asked, _CHOICES, text)

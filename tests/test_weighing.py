"""Which needs stand, which are shown, and what is asked about them, whatever a client does."""

from __future__ import annotations

from collections.abc import Sequence

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
    NEEDS,
    NEEDS_MATTER,
)
from rightfit.records import MODES, SENSITIVE_CHOICES, THEMES, Given, Need
from rightfit.weighing import (
    MOST,
    Noticed,
    Weighing,
    add,
    after_answer,
    after_taking_out,
    await_words,
    being_changed,
    decide,
    edit,
    held_back,
    in_question,
    live,
    needs_of,
    next_about_needs,
    own_words,
    pick,
    quoted,
    rate,
    remove,
    reopened,
    reword,
    shown,
    weighing_of,
)
from rightfit.weighing_answers import ADD, NONE_OF_THESE, RIGHT, skip_about_needs, take_about_needs


def heard(theme: str, quote: str, text: str) -> Noticed:
    start = text.index(quote)
    mode = "respect" if THEMES[theme].values else None
    return Noticed(theme, "wants", "unstated", mode, quote, start, start + len(quote))


def outright(theme: str, words: str) -> Noticed:
    return heard(theme, words, words)


TEXT = "A quiet room. People of my faith. Fair pay."
QUIET = heard("physical_conditions", "A quiet room", TEXT)
FAITH = heard("religion", "People of my faith", TEXT)
PAY = heard("pay_benefits", "Fair pay", TEXT)


def state(*noticed: Noticed) -> Weighing:
    return after_answer(Weighing(), "environment", TEXT, noticed or (QUIET, FAITH, PAY))


def settled(choice: str) -> Weighing:
    return decide(state(), choice)  # type: ignore[arg-type]


def ids(weighing: Weighing, *quotes: str) -> list[str]:
    return [kept.id for kept in weighing.needs if kept.need.quote in quotes and not kept.removed]


def quotes(weighing: Weighing) -> list[str]:
    return [kept.need.quote for kept in live(weighing)]


# ---------------------------------------------------------------- one thing at a time


def test_what_was_heard_stands_with_its_place_and_nothing_said_of_it() -> None:
    assert needs_of(state()) == tuple(
        Need(each.theme, "wants", "unstated", each.mode, "environment", each.quote, each.start,
             each.end)
        for each in (QUIET, FAITH, PAY)
    )  # fmt: skip


def test_words_that_say_two_things_are_one_choice_and_one_fate() -> None:
    twin = msgspec.structs.replace(QUIET, theme="work_style_culture")
    both = state(QUIET, twin, PAY)

    assert [kept.need.quote for kept in shown(both)] == ["A quiet room", "Fair pay"]
    assert quotes(remove(both, shown(both)[0].id)) == ["Fair pay"]
    picked = pick(both, [shown(both)[0].id])
    assert [need.picked for need in needs_of(picked)] == [True, True, False]


def test_taken_out_is_not_shown_not_asked_and_not_recorded() -> None:
    without = remove(state(QUIET, PAY), "n1")

    assert quotes(without) == ["Fair pay"] and len(needs_of(without)) == 1
    assert held_back(without) == (), "the sentence itself stays in the answer"


def test_a_need_of_ones_own_stands_a_line_each_with_its_place() -> None:
    weighing = add(add(state(), "No  night\nwork", outright("workload_hours", "x")), "A team", PAY)

    text = own_words(weighing)
    assert text == "No night work\nA team"
    own = [need for need in needs_of(weighing) if need.question == NEEDS]
    assert [text[need.start : need.end] for need in own] == ["No night work", "A team"]
    assert {need.source for need in own} == {"asked"}


def test_other_words_take_the_place_of_what_was_heard() -> None:
    weighing = reword(edit(state(), "n1"), "Somewhere calm", outright("growth", "x"))

    assert quotes(weighing) == ["Somewhere calm", "People of my faith", "Fair pay"]
    new = needs_of(weighing)[0]
    assert (new.theme, new.source, new.question) == ("physical_conditions", "edited", NEEDS)
    assert held_back(weighing) == (), "nothing sensitive was put otherwise"


def test_other_words_for_a_sensitive_need_hide_the_first_ones() -> None:
    from_the_list = reword(edit(state(), "n2"), "A place to pray", outright("religion", "x"))
    by_choice = reword(settled("reword"), "A place to pray", outright("religion", "x"))

    for weighing in (from_the_list, by_choice):
        assert [need.quote for need in held_back(weighing)] == ["People of my faith"]
        assert "A place to pray" in quotes(weighing)
    assert next_about_needs(from_the_list) == NEED_CHOICE, "also how the new words reach the coach"
    assert next_about_needs(by_choice) == NEEDS_MATTER


@pytest.mark.parametrize("choice", ["leave_out", "tell_in_person"])
def test_what_is_not_for_the_coach_is_not_asked_about(choice: str) -> None:
    weighing = settled(choice)

    assert quotes(weighing) == ["A quiet room", "Fair pay"]
    assert [need.quote for need in held_back(weighing)] == ["People of my faith"]
    assert next_about_needs(weighing) == NEEDS_MATTER


@pytest.mark.parametrize("choice", ["leave_out", "tell_in_person"])
@pytest.mark.parametrize("noticed", [(), (QUIET,)])
def test_it_stays_so_when_the_answer_is_changed_and_when_the_list_is_asked_again(
    choice: str, noticed: Sequence[Noticed]
) -> None:
    changed = after_answer(settled(choice), "environment", TEXT, noticed)
    skipped = skip_about_needs(reopened(settled(choice)), NEED_CHOICE).weighing

    for weighing in (changed, skipped, reopened(settled(choice)), after_taking_out(changed, "x")):
        assert [need.quote for need in held_back(weighing)] == ["People of my faith"]
    assert held_back(after_answer(changed, "environment", TEXT, [FAITH])) == held_back(changed)


def test_the_list_asked_again_is_asked_from_the_start() -> None:
    weighed = rate(pick(settled("keep"), ["n1"]), NEED_CENTRALITY, 3)
    again, undecided = reopened(weighed), reopened(settled("reword"))

    assert [(need.picked, need.centrality) for need in needs_of(again)] == [(False, None)] * 3
    assert (next_about_needs(again), again.weighed) == (NEED_CHOICE, False)
    assert next_about_needs(undecided) == NEED_CHOICE, "no other words have been found for it"


def test_a_mode_is_for_matters_of_values_only() -> None:
    twin = msgspec.structs.replace(FAITH, theme="coworkers", mode=None)
    weighing = pick(decide(state(FAITH, twin), "keep"), ["n1"])
    weighing = rate(rate(weighing, NEED_CENTRALITY, 1), NEED_FIRMNESS, 1)

    assert [need.mode for need in needs_of(rate(weighing, NEED_MODE, "freedom"))] == [
        "freedom",
        None,
    ]


def test_what_was_decided_stays_where_the_same_words_are_said_again() -> None:
    weighing = remove(rate(pick(settled("keep"), ["n1"]), NEED_CENTRALITY, 3), "n3")
    longer = f"I think: {TEXT}"
    again = [heard(each.theme, each.quote, longer) for each in (QUIET, FAITH, PAY)]

    after = after_answer(weighing, "environment", longer, again)

    assert quotes(after) == ["A quiet room", "People of my faith"]
    assert (needs_of(after)[0].centrality, needs_of(after)[0].start) == (3, 9)
    assert next_about_needs(after) == NEED_FIRMNESS


def test_the_same_words_said_twice_are_one_need() -> None:
    later = msgspec.structs.replace(QUIET, start=30, end=42)

    once = after_answer(state(QUIET), "environment", TEXT, [QUIET, later])

    assert [(kept.id, kept.need.start) for kept in once.needs] == [("n1", 0)]
    assert after_taking_out(once, "environment").needs == ()


def test_a_need_that_was_being_changed_when_its_answer_went_is_so_no_more() -> None:
    gone = after_answer(edit(state(), "n1"), "environment", TEXT, [PAY])

    assert gone.editing is None
    assert after_answer(edit(state(), "n3"), "environment", TEXT, [PAY]).editing == "n3"


def test_centrality_then_firmness_then_for_values_the_mode() -> None:
    weighing = pick(settled("keep"), ids(state(), "People of my faith"))

    for about, value in ((NEED_CENTRALITY, 4), (NEED_FIRMNESS, 0), (NEED_MODE, "freedom")):
        assert next_about_needs(weighing) == about
        assert quoted(in_question(weighing)) == "“People of my faith”"
        weighing = rate(weighing, about, value)
    need = needs_of(weighing)[1]
    assert (need.centrality, need.firmness, need.mode) == (4, 0, "freedom")
    assert next_about_needs(weighing) is None


def test_nothing_is_guessed_where_a_question_is_left_out() -> None:
    weighing = pick(settled("keep"), ["n1"])
    weighing = rate(rate(weighing, NEED_CENTRALITY, None), NEED_FIRMNESS, None)

    assert (needs_of(weighing)[0].centrality, needs_of(weighing)[0].firmness) == (None, None)
    assert next_about_needs(weighing) is None


def test_a_state_goes_through_a_slot_and_comes_back() -> None:
    weighing = await_words(reword(edit(state(), "n2"), "A place to pray", PAY))

    assert weighing_of(msgspec.to_builtins(weighing)) == weighing
    assert weighing_of(None) == Weighing()


# ---------------------------------------------------------------- whatever a client does

_THEMES = ("pay_benefits", "coworkers", "religion", "politics", "health_access")
_PIECE = st.tuples(st.sampled_from(_THEMES), st.sampled_from(("calm", "a fair say", "my church")))
_PIECES = st.lists(_PIECE, max_size=5)
_STEP = st.sampled_from(("choose", "choose", "choose", "type", "skip", "change", "the list"))


class Client:
    """Stage 7 as the form leads through it, by one who does whatever is possible."""

    def __init__(self) -> None:
        self.weighing, self.answers = Weighing(), dict[str, str]()
        self.pending: str | None = None
        self.agreed = False
        self.asked: list[tuple[str, tuple[str, ...]]] = []

    def answer(self, question: str, pieces: Sequence[tuple[str, str]]) -> None:
        text = ". ".join(quote for _, quote in pieces)
        noticed = [heard(theme, quote, text) for theme, quote in pieces]
        self.answers[question], self.pending = text, None
        self.weighing = after_answer(self.weighing, question, text, noticed)

    @property
    def at(self) -> str | None:
        if self.pending or not self.agreed:
            return self.pending or NEEDS
        return next_about_needs(self.weighing)

    def offered(self) -> list[str]:
        needs = [kept.id for kept in shown(self.weighing)]
        return {
            NEEDS: [*needs, RIGHT, ADD],
            NEEDS_MATTER: [*needs, NONE_OF_THESE],
            NEED_EDIT: ["take_out", "reword", "leave"],
            NEED_CHOICE: list(SENSITIVE_CHOICES),
            NEED_CENTRALITY: list(CENTRALITY),
            NEED_FIRMNESS: list(FIRMNESS),
            NEED_MODE: [*MODES, "unsure"],
        }.get(str(self.at), [])

    def give(self, given: Given, theme: str = "growth") -> None:
        asked, words = str(self.at), given.text or ""
        if given.kind == "chosen":
            self._note(asked)
        came = take_about_needs(self.weighing, asked, given, (), outright(theme, words))
        self._go_on(asked, came.weighing, came.pending, came.settled)

    def skip(self) -> None:
        asked = str(self.at)
        self._note(asked)
        self._go_on(asked, skip_about_needs(self.weighing, asked).weighing, None, asked == NEEDS)

    def back_to_the_list(self) -> None:
        self.weighing, self.agreed, self.pending = reopened(self.weighing), False, None
        self.asked.clear()

    def _note(self, asked: str) -> None:
        about = tuple(kept.id for kept in in_question(self.weighing))
        if asked in (NEED_CENTRALITY, NEED_FIRMNESS, NEED_MODE):
            assert about and (asked, about) not in self.asked, "asked twice"
            self.asked.append((asked, about))

    def _go_on(self, asked: str, new: Weighing, pending: str | None, settled: bool) -> None:
        self.weighing, self.pending = new, pending
        self.agreed = settled or (asked != NEEDS and self.agreed)

    def holds(self) -> None:
        everything = {**self.answers, NEEDS: own_words(self.weighing) or ""}
        for need in needs_of(self.weighing):
            assert everything[need.question][need.start : need.end] == need.quote
        assert len({kept.id for kept in self.weighing.needs}) == len(self.weighing.needs)
        assert len({kept.need.quote for kept in live(self.weighing) if kept.need.picked}) <= MOST
        hidden = {id(need) for need in held_back(self.weighing)}
        assert not hidden & {id(kept.need) for kept in live(self.weighing)}
        for kept in self.weighing.needs:
            sensible = THEMES[kept.need.theme]
            assert kept.need.mode is None or sensible.values
            assert kept.need.centrality is None or NEED_CENTRALITY in kept.asked
        assert (self.pending == NEED_EDIT) <= bool(being_changed(self.weighing))


@given(data=st.data(), first=_PIECES, second=_PIECES)
def test_whatever_a_client_does_it_holds_and_it_ends(
    data: st.DataObject, first: list[tuple[str, str]], second: list[tuple[str, str]]
) -> None:
    client = Client()
    client.answer("goals", first)
    client.answer("environment", second)
    for step in data.draw(st.lists(_STEP, max_size=20), "steps"):
        client.holds()
        if step == "change":
            client.answer("environment", data.draw(_PIECES, "answer"))
        elif step == "the list":
            client.back_to_the_list()
        elif client.at is None:
            continue
        elif step == "choose" and client.offered():
            most = MOST if client.at == NEEDS_MATTER else 1
            offered = st.lists(
                st.sampled_from(client.offered()), min_size=1, max_size=most, unique=True
            )
            client.give(Given("chosen", choices=tuple(data.draw(offered, "choice"))))
        elif step == "skip":
            client.skip()
        else:
            words = data.draw(st.sampled_from(("quiet", "1", "no", "the first is a must")))
            client.give(Given("said", text=words), data.draw(st.sampled_from(_THEMES)))
    for _ in range(5 * len(client.weighing.needs) + 5):
        client.holds()
        if client.at is None:
            break
        client.skip()
    assert client.at is None

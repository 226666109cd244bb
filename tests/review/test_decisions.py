"""What may follow what: the machine holds whatever is tried, and each state has its words."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path

import msgspec
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from rightfit.review.decisions import (
    CLIENT_SEES,
    MOVES,
    PLACES,
    ROUND,
    SETTLED,
    STATES,
    Position,
    can_reopen,
    may_follow,
    open_decisions,
    position,
)
from rightfit.review.diagram import drawn
from rightfit.review.events import (
    BY_CLIENT,
    DECISIONS,
    ConsiderAnswered,
    ConsiderExpired,
    ConsiderOpened,
    ConsiderRevealed,
    ConsiderWithdrawn,
    Decided,
    Entry,
    Event,
    Found,
    NoteWritten,
    PacketSent,
    PactBegun,
    PactLeft,
    PulseAsked,
    PulseGiven,
    QuestionsAnswered,
    QuestionsAsked,
    ReferralDeclined,
    ReferralOffered,
    Reopened,
    by_coach,
)

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=timezone.utc)
ROUND_OPENED = ConsiderOpened("I would like to tell you something.", "plain", 24, NOW)
REFER = Decided("refer", "I know too little.", because="competence", if_opposite="same")
EVENTS: tuple[Event, ...] = (
    *(Decided(decision) for decision in DECISIONS if decision != "refer"),
    REFER,
    Reopened("They called."),
    NoteWritten("A note."),
    QuestionsAsked(()),
    QuestionsAnswered(()),
    ROUND_OPENED,
    *(
        ConsiderAnswered(side, answer)  # type: ignore[arg-type]
        for side in ("coach", "client")
        for answer in ("go_on", "talk_first", "someone_else")
    ),
    ConsiderWithdrawn("coach"),
    ConsiderWithdrawn("client"),
    ConsiderRevealed(),
    ConsiderExpired(),
    PactBegun(3),
    PulseAsked(1),
    PulseGiven("client", 1, (3, 3), (1, 1), (3, 3)),
    PactLeft("client"),
    Found("fit"),
    ReferralOffered("coach", "dayo"),
    PacketSent("digest", NOW),
    ReferralDeclined(),
)


def log_of(*events: Event) -> tuple[Entry, ...]:
    return tuple(
        Entry(seq, NOW + timedelta(minutes=seq), by_coach("maren"), event)
        for seq, event in enumerate(events, start=1)
    )


def fault(events: tuple[Event, ...], event: Event, code: str = "icf") -> str | None:
    return may_follow(log_of(*events), event, code=code)  # type: ignore[arg-type]


class Machine(RuleBasedStateMachine):
    """Anything is tried at any time; only what may follow is written."""

    def __init__(self) -> None:
        super().__init__()
        self.log: tuple[Entry, ...] = ()

    @rule(event=st.sampled_from(EVENTS), sure=st.booleans())
    def try_it(self, event: Event, sure: bool) -> None:
        before = position(self.log)
        wrong = may_follow(self.log, event, code="icf")
        tried = (*self.log, Entry(len(self.log) + 1, NOW, BY_CLIENT, event))
        after = position(tried)
        if wrong is not None:
            assert after == before
            assert wrong.endswith((".", "?"))
            return
        self.log = tried
        if isinstance(event, Decided):
            assert before.state not in (*SETTLED, *ROUND)
            assert after.decision == event
            assert after.seq == len(tried)
        assert after.state == before.state or (before.state, after.state) in {
            (start, end) for (start, _), end in MOVES.items()
        }

    @invariant()
    def it_stands_somewhere(self) -> None:
        at = position(self.log)
        assert at.place in PLACES
        assert at.client_sees.startswith("status_")
        assert open_decisions(at) or can_reopen(at) or at.state in ROUND

    @invariant()
    def an_answer_is_never_open_before_both_are_given(self) -> None:
        at = position(self.log)
        if at.state == "agreed":
            assert (at.coach_answer, at.client_answer) == ("go_on", "go_on")
        if at.state in ROUND:
            assert (at.state == "both_answered") == (
                None not in (at.coach_answer, at.client_answer)
            )


TestMachine = Machine.TestCase
TestMachine.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)


def test_every_state_can_be_reached_and_has_words_for_the_client() -> None:
    assert {"new", *MOVES.values()} == set(STATES) == set(CLIENT_SEES)


def test_what_a_coach_has_decided_and_not_told_looks_to_the_client_as_before() -> None:
    for events in ([Decided("disclose")], [Decided("seek_supervision")], [REFER]):
        assert position(log_of(*events)).client_sees == Position().client_sees


def test_the_round_ends_in_agreement_only_with_two_yeses() -> None:
    yes, no = ConsiderAnswered("coach", "go_on"), ConsiderAnswered("client", "someone_else")
    shown = ConsiderRevealed()
    assert position(log_of(ROUND_OPENED, yes, no)).state == "both_answered"
    assert position(log_of(ROUND_OPENED, yes, no, shown)).state == "not_both"
    both = log_of(ROUND_OPENED, ConsiderAnswered("client", "go_on"), yes, shown)
    assert (position(both).state, position(both).place) == ("agreed", "waiting_for_me")
    wrong = fault((ROUND_OPENED, yes, no, shown), Decided("proceed"))
    assert wrong and "yes from both sides" in wrong
    assert fault((ROUND_OPENED, yes), shown)
    again = log_of(ROUND_OPENED, yes, no, shown, ROUND_OPENED)
    assert (position(again).coach_answer, position(again).client_answer) == (None, None)


def test_who_wants_to_talk_first_answers_again_afterwards() -> None:
    yes, talk = ConsiderAnswered("coach", "go_on"), ConsiderAnswered("client", "talk_first")
    talking = (ROUND_OPENED, yes, talk, ConsiderRevealed())
    at = position(log_of(*talking))
    assert (at.state, at.place) == ("talking", "waiting_for_me")
    assert (at.coach_answer, at.client_answer) == (None, None)
    after = (*talking, yes, ConsiderAnswered("client", "go_on"), ConsiderRevealed())
    assert position(log_of(*after)).state == "agreed"


def test_a_low_pulse_puts_it_back_in_the_queue_until_the_coach_decides() -> None:
    low = PulseGiven("client", 1, (3, 3), (1, 1), (3, 3))
    log = (Decided("proceed"), PulseAsked(1), low)
    at = position(log_of(*log))
    assert (at.state, at.place) == ("called_back", "waiting_for_me")
    assert position(log_of(*log, Decided("proceed"))).place == "decided"


def test_a_late_answer_of_the_client_is_kept_and_moves_nothing() -> None:
    log = (QuestionsAsked(()), Decided("proceed"))
    assert fault(log, QuestionsAnswered(())) is None
    assert position(log_of(*log, QuestionsAnswered(()))).state == "proceeding"


@pytest.mark.parametrize(
    ("lacks", "says"),
    [
        ({"if_opposite": None}, "if the belief were the opposite"),
        ({"if_opposite": "differently"}, "supervision"),
        ({"because": None}, "about your service"),
        ({"reason": " "}, "in a sentence"),
    ],
)
def test_a_referral_needs_its_question_answered_and_a_reason(
    lacks: dict[str, str | None], says: str
) -> None:
    wrong = fault((), msgspec.structs.replace(REFER, **lacks))
    assert wrong and says in wrong
    assert fault((), REFER) is None


def test_under_aca_ncda_nobody_is_referred_over_the_coachs_own_values() -> None:
    own = msgspec.structs.replace(REFER, because="own_limit")
    wrong = fault((), own, "aca_ncda")
    assert wrong and "own values" in wrong and "supervision" in wrong
    assert fault((), own, "icf") is None
    assert fault((), REFER, "aca_ncda") is None


def test_what_was_decided_is_opened_again_with_a_reason() -> None:
    decided = (Decided("close", "They wrote to say so."),)
    assert "Open it again" in str(fault(decided, Decided("proceed")))
    assert fault(decided, Reopened(" "))
    at = position(log_of(*decided, Reopened("They are back.")))
    assert (at.state, at.place, at.decision) == ("reopened", "waiting_for_me", None)


def test_before_it_is_sent_there_are_notes_and_no_decisions() -> None:
    assert may_follow((), NoteWritten("Call them."), code="icf", sent=False) is None
    assert may_follow((), Decided("proceed"), code="icf", sent=False)


def test_what_was_found_is_said_once_coaching_has_begun() -> None:
    assert fault((), Found("no_fit"))
    assert fault((Decided("proceed"), Reopened("It did not go well.")), Found("no_fit")) is None


def test_the_drawing_in_the_documents_is_the_machine() -> None:
    page = Path(__file__).parents[2] / "docs" / "decisions.md"
    assert f"```mermaid\n{drawn()}\n```" in page.read_text()

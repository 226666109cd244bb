"""What may be quoted as evidence, and where it stands."""

from __future__ import annotations

import msgspec
import pytest

from rightfit.fit import flags_of
from rightfit.fit.evidence import (
    Words,
    answers_in_words,
    choice_said,
    chosen,
    quote_said,
    visible_needs,
)
from rightfit.practice import Line, Practice
from rightfit.records import Given, OutsideHelp, Said
from tests.fit.conftest import coach, intake, need


def test_what_was_skipped_or_taken_out_is_no_answer() -> None:
    client = intake(goals="Rest", obstacles=None, format=("video",))
    taken_out = msgspec.structs.replace(client.answers[0], question="experience", given=None)
    client = msgspec.structs.replace(client, answers=(*client.answers, taken_out))

    assert [words.question for words in answers_in_words(client)] == ["goals"]
    assert chosen(client, "format") == ("video",)
    assert chosen(client, "goals") == chosen(client, "experience") == chosen(client, "none") == ()


def test_words_beside_a_choice_are_words() -> None:
    client = intake(budget=("talk",))
    given = Given("chosen", text="Not much", choices=("talk",))
    answer = msgspec.structs.replace(client.answers[0], given=given)

    words = answers_in_words(msgspec.structs.replace(client, answers=(answer,)), ("budget",))

    assert words == (Words("budget", "Not much"),)


@pytest.mark.parametrize("choice", ["keep", "reword", None])
def test_only_what_is_held_back_is_hidden(choice: str | None) -> None:
    shown, hidden = need("politics", sensitive_choice=choice), need("religion", quote="Held")
    hidden = msgspec.structs.replace(hidden, sensitive_choice="leave_out")

    assert visible_needs(intake(shown, hidden)) == (shown,)


def test_the_sentence_around_words() -> None:
    words = Words("goals", "One. Two of them! Three", ((18, 23),))

    assert words.around(5, 8) == Said("goals", "Two of them!", 5, 17)
    assert words.around(19, 21) == Said("goals", words.text[19:21], 19, 21)


def test_a_choice_of_a_question_that_is_gone_is_quoted_by_its_id(practice: Practice) -> None:
    said = choice_said(practice, intake(mood=("very_good",)), "mood")

    assert said == (Said("mood", "very good", 0, 9),)


def test_a_quote_is_looked_for_under_its_question_first() -> None:
    client = intake(goals="So it is", obstacles="Well, so. So it is")

    assert quote_said(client, "obstacles", "So it is") == Said("obstacles", "So it is", 10, 18)
    assert quote_said(client, None, "So it is") == Said("goals", "So it is", 0, 8)
    assert quote_said(client, "goals", "Not it") == Said(None, "Not it", 0, 6)


def test_words_that_stand_under_no_answer_are_evidence_too(practice: Practice) -> None:
    [flag] = flags_of(practice, coach(practice), intake(crisis="I have the pills here"))

    assert flag.client_said == (Said(None, "I have the pills here", 0, 21),)


def test_offsets_that_do_not_fit_are_put_right(practice: Practice) -> None:
    client = intake(
        need("growth", quote="A step up", start=40, end=49, centrality=4, firmness=4),
        environment="Well. A step up, I suppose.",
    )

    [flag] = flags_of(practice, coach(practice, Line("growth", "not_well", "capacity")), client)

    assert flag.client_said == (Said("environment", "A step up", 6, 15),)


def test_help_in_what_is_held_back_is_not_looked_at(practice: Practice) -> None:
    words = "My therapist left and I need another"
    held = need("health_access", quote=words, sensitive_choice="leave_out")
    client = msgspec.structs.replace(
        intake(held), outside_help=(OutsideHelp("therapy", "environment", words[:17], 0, 17),)
    )

    assert flags_of(practice, coach(practice, help_not_given=("therapy",)), client) == ()

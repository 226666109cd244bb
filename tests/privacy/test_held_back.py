"""What a client left out, put in other words or would rather tell does not reach the coach."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timezone
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rightfit.practice import NEEDS, Practice, load
from rightfit.privacy.export import export_of
from rightfit.privacy.held_back import (
    LEFT_OUT,
    SAID_OTHERWISE,
    TO_TELL,
    ForCoach,
    for_coach,
)
from rightfit.records import (
    Answer,
    DistressShown,
    Given,
    Intake,
    Message,
    Need,
    OutsideHelp,
    SensitiveChoice,
    ShownChoice,
)

ROOT = Path(__file__).parents[2]
PRACTICE: Practice = load(ROOT / "practice", ROOT / "domain.yml")
NOW = datetime(2026, 3, 13, 9, 0, tzinfo=timezone.utc)
SECRET = "people who share my faith"
TEXT = f"I like a quiet room. I work best with {SECRET}, and near home. Pay must be fair."


def need(quote: str, theme: str = "pay_benefits", text: str = TEXT, **more: object) -> Need:
    at = text.index(quote)
    fields = {"question": "environment", "mode": None, **more}
    return Need(theme, "wants", "unstated", quote=quote, start=at, end=at + len(quote), **fields)  # type: ignore[arg-type]


def held(choice: SensitiveChoice, quote: str = SECRET, **more: object) -> Need:
    return need(quote, "religion", sensitive_choice=choice, **more)


def answer(text: str, question: str = "environment", turn: int = 4) -> Answer:
    return Answer(question, Given("said", text=text), turn, NOW.isoformat())


def message(seq: int, text: str, author: str = "client", *choices: str) -> Message:
    shown = tuple(ShownChoice(str(at), title) for at, title in enumerate(choices))
    return Message(seq, str(seq), author, text, NOW, choices=shown)  # type: ignore[arg-type]


def read(
    held_back: Sequence[Need],
    needs: Sequence[Need] = (),
    answers: Sequence[Answer] = (answer(TEXT),),
    transcript: Sequence[Message] = (),
    **more: object,
) -> ForCoach:
    intake = Intake(
        "one", "sent", None, NOW.isoformat(), None,
        tuple({one.question: one for one in answers}.values()), needs=tuple(needs), **more  # type: ignore[arg-type]
    )  # fmt: skip
    return for_coach(PRACTICE, intake, answers, transcript, held_back)


STANDS = [("leave_out", LEFT_OUT), ("tell_in_person", TO_TELL), ("reword", SAID_OTHERWISE)]


@pytest.mark.parametrize(("choice", "stands"), STANDS)
def test_the_sentence_is_gone_wherever_it_stood(choice: SensitiveChoice, stands: str) -> None:
    chip = f"“{SECRET}”"
    transcript = (
        message(4, TEXT),
        message(5, "I heard these.", "assistant", chip, "“Pay must be fair”", "That is right"),
        message(6, chip),
        message(7, f"“{SECRET}”\n\nHow should it reach your coach?", "assistant"),
    )
    gone = read([held(choice)], transcript=transcript)

    kept = "I like a quiet room. Pay must be fair."
    assert [one.given.text for one in gone.intake.answers if one.given] == [kept]
    assert [one.given.text for one in gone.versions if one.given] == [kept]
    assert SECRET not in repr(gone)
    heard = gone.transcript[1].choices
    assert [each.title for each in heard] == [stands, "“Pay must be fair”", "That is right"]
    assert gone.transcript[0].text == f"{kept} {stands}"
    assert [gone.transcript[at].text.endswith(stands) for at in (2, 3)] == [True, True]


def test_of_what_is_to_be_told_only_the_number_is_known() -> None:
    ill = held("tell_in_person", "a quiet room")
    both = [held("tell_in_person"), msgspec.structs.replace(ill, theme="health_access")]
    twin = msgspec.structs.replace(held("tell_in_person"), theme="coworkers")

    assert read(both, both).intake.to_tell == 2
    assert read([held("tell_in_person"), twin]).intake.to_tell == 1
    assert read(both, both).intake.needs == ()
    assert read([held("leave_out")]).intake.to_tell == 0


def test_the_words_chosen_in_place_of_others_stay_even_where_they_say_the_same() -> None:
    new = f"Somewhere with {SECRET} or of none"
    chosen = need(new, "religion", new, question=NEEDS, source="edited", sensitive_choice="reword")
    answers = (answer(TEXT), Answer(NEEDS, Given("chosen", new, ("right",)), 8, NOW.isoformat()))

    came = read([held("reword")], [chosen], answers).intake

    assert came.needs == (chosen,)
    assert came.answers[1].given == Given("chosen", new, ("right",))
    assert came.answers[0].given and SECRET not in str(came.answers[0].given.text)


def test_a_line_of_ones_own_is_left_out_and_the_others_move_up() -> None:
    text = f"No night work\nTo be with {SECRET}\nA canteen"
    out = held("leave_out", f"To be with {SECRET}", text=text, question=NEEDS)
    last = need("A canteen", text=text, question=NEEDS)

    came = read([out], [out, last], [answer(text, NEEDS)]).intake

    assert came.answers[0].given and came.answers[0].given.text == "No night work\nA canteen"
    assert [(one.quote, one.start) for one in came.needs] == [("A canteen", 14)]


def test_what_stands_in_the_same_sentence_goes_with_it() -> None:
    beside, other = need("near home", "location_remote"), need("a quiet room")
    asked = message(9, "“near home”\n\nHow much turns on this?", "assistant", "“near home”")

    came = read([held("leave_out")], [beside, other], transcript=[asked])

    assert [one.quote for one in came.intake.needs] == ["a quiet room"]
    assert "near home" not in repr(came)


def test_earlier_versions_of_the_answer_are_not_shown() -> None:
    before = answer("I want to be with my own kind.", turn=2)
    versions = (before, answer(TEXT, turn=6))
    transcript = (message(2, "I want to be with my own kind."),
                  message(5, 'So far it says: "I want to be with my own kind."', "assistant"),
                  message(6, TEXT))  # fmt: skip

    came = read([held("leave_out")], answers=versions, transcript=transcript)

    assert len(came.versions) == 1 and "my own kind" not in repr(came)
    assert came.transcript[0].text == LEFT_OUT


@pytest.mark.parametrize("words", ["no", "Ann", "Fai", "I", "share", "People who share my faith?"])
def test_short_words_that_happen_to_stand_in_it_are_left_alone(words: str) -> None:
    out = held("leave_out", f"no planned unfair people with {SECRET}", text=f"no planned unfair "
               f"people with {SECRET}")  # fmt: skip
    said = (message(2, words), message(3, words, "assistant", words))

    came = read([out], answers=[answer(words, "name", 2)], transcript=said)

    assert came.intake.answers[0].given == Given("said", text=words)
    assert [one.text for one in came.transcript] == [words, words]
    assert came.transcript[1].choices[0].title == words


def test_a_need_of_a_list_that_is_not_agreed_to_yet_is_held_back_too() -> None:
    added = held("leave_out", question=NEEDS)

    assert read([added], [added], answers=[]).intake.needs == ()


def test_whole_words_are_meant() -> None:
    dog = answer("I share my faithful dog.", "name", 2)

    assert read([held("leave_out", "my faith")], answers=[dog]).intake.answers == (dog,)


def test_it_is_found_however_it_is_spaced_and_in_a_button_that_was_too_short_for_it() -> None:
    said = (
        message(2, f"also {SECRET.replace(' ', chr(10), 1)} there"),
        message(3, "These?", "assistant", "“people who share…”"),
        message(4, "“people who share…”"),
    )
    came = read([held("leave_out")], transcript=said)

    assert came.transcript[0].text.endswith(LEFT_OUT) and "my faith" not in repr(came)
    assert [came.transcript[1].choices[0].title, came.transcript[2].text] == [LEFT_OUT] * 2


def test_distress_and_help_in_it_are_shown_without_its_words() -> None:
    shown = (DistressShown("crisis", SECRET, "environment", 4),
             DistressShown("strained", "Pay", "environment", 6))  # fmt: skip
    at = TEXT.index("near home"), TEXT.index("Pay")
    wishes = tuple(OutsideHelp("legal", "environment", TEXT[s : s + 3], s, s + 3) for s in at)

    came = read([held("leave_out")], distress=shown, outside_help=wishes).intake

    assert [(one.level, one.quote) for one in came.distress] == [
        ("crisis", ""),
        ("strained", "Pay"),
    ]
    assert [(one.quote, one.start) for one in came.outside_help] == [("Pay", 21)]


def test_the_clients_own_export_keeps_everything() -> None:
    intake = Intake("one", "sent", None, NOW.isoformat(), None, (answer(TEXT),),
                    needs=(held("leave_out"),))  # fmt: skip

    export = export_of(intake, intake.answers, (message(4, TEXT),))

    assert repr(export).count(SECRET) == 4


def test_where_nothing_is_held_back_nothing_changes() -> None:
    needs, said = (need("a quiet room"),), (message(4, TEXT),)
    came = read([], needs, transcript=said)

    assert (came.intake.needs, came.intake.answers, came.transcript) == (
        needs,
        (answer(TEXT),),
        said,
    )


_WORD = st.sampled_from(("calm", "pay", "team", "faith", "a day", "no", "Én"))
_SENTENCE = st.lists(_WORD, min_size=1, max_size=4).map(" ".join)
_END = st.sampled_from((". ", "! ", "?\n", "\n", "; "))


@given(
    st.lists(st.tuples(_SENTENCE, st.booleans(), st.booleans()), min_size=1, max_size=6),
    st.lists(_END, min_size=6, max_size=6),
    st.sampled_from(("leave_out", "tell_in_person")),
)
def test_whatever_is_held_back_is_gone_and_the_rest_stands_at_its_place(
    parts: list[tuple[str, bool, bool]], ends: list[str], choice: SensitiveChoice
) -> None:
    text, needs, hidden, places = "", [], [], []
    for (words, hide, noticed), end in zip(parts, ends, strict=False):
        at = (len(text), len(text) + len(words))
        theme = "religion" if hide else "growth"
        found = Need(theme, "wants", "unstated", None, "environment", words, *at)
        if hide:
            hidden.append(msgspec.structs.replace(found, sensitive_choice=choice))
        elif noticed:
            needs.append(found)
        places.append(at)
        text += words + end

    came = read(hidden, [*needs, *hidden], [answer(text)], [message(4, text)])

    [given_] = [one.given for one in came.intake.answers]
    left = (given_ and given_.text) or ""
    for one in came.intake.needs:
        assert left[one.start : one.end] == one.quote
    # As whole words, however they are spaced; a line break between two sentences counts.
    secret = [re.compile(rf"\b{one.quote}\b".replace(" ", r"\s+")) for one in hidden]
    if left != LEFT_OUT:
        assert not [one for one in hidden if re.search(rf"\b{one.quote}\b", left)]
    cut = [found.span() for one in secret for found in one.finditer(text)]
    for start, end_ in places:
        if not any(start < last and first < end_ for first, last in cut):
            assert text[start:end_] in left, "what nobody held back is still there"
    if hidden and choice == "tell_in_person":
        assert came.intake.to_tell == 1

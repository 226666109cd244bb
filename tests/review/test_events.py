"""Every event comes back from the log as it went in, and a flag keeps its key."""

from __future__ import annotations

from typing import get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rightfit.records import CoachLine, Flag, Said
from rightfit.review import events
from rightfit.review.events import Event, by_coach, coach_of, flag_key, kind_of, read, written

LINE = CoachLine("politics", "like_minded", "not_well", "own_limit", "my own note")
FLAG = Flag(
    rule="cannot_serve", part="bond", level="disclose", says="Look.",
    client_said=(Said("goals", "among my own", 3, 15),),
    coach_line=LINE, fine_if="So.", ask="What?", override_reasons=("It is not.",),
)  # fmt: skip


@given(st.one_of([st.from_type(kind) for kind in get_args(Event)]))
def test_an_event_is_read_as_it_was_written(event: Event) -> None:
    stored = msgspec.json.decode(msgspec.json.encode(written(event)))
    assert read(stored) == event
    assert stored["kind"] == kind_of(event) == type(event).__name__


def test_every_class_of_the_log_is_one_of_its_events() -> None:
    own = {
        value
        for value in vars(events).values()
        if isinstance(value, type) and issubclass(value, events._Event)
    }
    assert own - {events._Event} == set(get_args(Event))


def test_what_a_newer_version_wrote_is_an_error_and_never_guessed() -> None:
    with pytest.raises(msgspec.ValidationError):
        read({"kind": "Unheard", "text": "of"})


def test_who_signed_is_a_coach_or_none() -> None:
    assert coach_of(by_coach("maren")) == "maren"
    assert (coach_of(events.BY_CLIENT), coach_of(events.BY_SYSTEM)) == (None, None)


def test_a_flag_keeps_its_key_while_words_and_line_stay_and_loses_it_when_they_change() -> None:
    reworded = msgspec.structs.replace(FLAG, says="Look again.", level="note")
    noted = msgspec.structs.replace(
        FLAG, coach_line=msgspec.structs.replace(LINE, note="another note")
    )
    assert flag_key(reworded) == flag_key(noted) == flag_key(FLAG)
    other_words = msgspec.structs.replace(FLAG, client_said=(Said("goals", "alone", 0, 5),))
    other_line = msgspec.structs.replace(FLAG, coach_line=msgspec.structs.replace(LINE, mode=None))
    other_rule = msgspec.structs.replace(FLAG, rule="another")
    keys = {flag_key(flag) for flag in (FLAG, other_words, other_line, other_rule)}
    assert len(keys) == 4

"""What a client is told of how things stand."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from rightfit.practice import CLIENT_STATUSES, load
from rightfit.review.client_status import status_of, told_to_client
from rightfit.review.decisions import CLIENT_SEES
from rightfit.review.events import Decided, Entry, NoteWritten, QuestionsAsked

ROOT = Path(__file__).parents[2]
AT = datetime(2026, 3, 2, tzinfo=timezone.utc)


def _log(*events: Any) -> tuple[Entry, ...]:
    return tuple(Entry(seq, AT, "coach:maren", event) for seq, event in enumerate(events, 1))


ASKED = QuestionsAsked(())


@pytest.mark.parametrize(
    ("state", "was_sent", "log", "told"),
    [
        ("open", False, (), "being_answered"),
        ("paused", False, (), "taking_a_break"),
        ("sent", True, (), "being_read"),
        ("sent", True, (NoteWritten("x"), Decided("ask_more")), "being_read"),
        ("open", True, (), "being_changed"),
        ("open", True, (Decided("proceed"),), "being_changed"),
        ("open", True, (ASKED,), "questions"),
        ("paused", True, (ASKED,), "questions"),
        ("sent", True, (Decided("proceed"),), "going_ahead"),
        ("sent", True, (Decided("close"),), "closed"),
    ],
)
def test_each_way_it_can_stand(state: str, was_sent: bool, log: Any, told: str) -> None:
    assert status_of(state, was_sent, _log(*log)) == told


def test_there_is_a_sentence_for_each_state_of_the_machine() -> None:
    practice = load(ROOT / "practice", ROOT / "domain.yml")
    names = {name.removeprefix("status_") for name in CLIENT_SEES.values()}

    assert names < set(CLIENT_STATUSES)
    assert all(told_to_client(practice, name) for name in CLIENT_STATUSES)

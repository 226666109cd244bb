"""Whatever is changed, taken out or moved in the record of what was done shows."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from rightfit.privacy.audit import BEFORE_ALL, WHAT, Entry, about, broken, detail_of, hash_of

NOW = datetime(2026, 3, 13, 9, 0, tzinfo=timezone.utc)


def _record(count: int) -> list[Entry]:
    record, previous = [], BEFORE_ALL
    for seq in range(1, count + 1):
        at, detail = NOW + timedelta(minutes=seq), detail_of({"n": seq})
        content = (seq, at, "coach:maren", "signed_in", about("00", str(seq)), detail)
        previous = hash_of(previous, *content)
        record.append(Entry(*content, previous))
    return record


def _whole(record: list[Entry]) -> tuple[int, str]:
    return len(record), record[-1].hash if record else BEFORE_ALL


@given(st.integers(0, 12))
def test_a_record_that_nobody_touched_is_whole(count: int) -> None:
    record = _record(count)
    assert broken(record, *_whole(record)) == ()


CHANGED = {
    "at": NOW,
    "by": "coach:dayo",
    "what": "signed_out",
    "about": None,
    "detail": "{}",
    "hash": "f" * 64,
}


@given(st.integers(0, 7), st.sampled_from(sorted(CHANGED)))
def test_a_changed_entry_shows_at_its_place(place: int, field: str) -> None:
    record = _record(8)
    head = _whole(record)
    record[place] = msgspec.structs.replace(record[place], **{field: CHANGED[field]})
    assert broken(record, *head)[0].seq == place + 1


@given(st.integers(0, 7))
def test_a_missing_entry_shows_the_last_one_too(place: int) -> None:
    record = _record(8)
    head = _whole(record)
    del record[place]
    found = broken(record, *head)
    assert found[0].seq == place + 1
    assert "missing" in found[0].what


@given(st.permutations(range(8)))
def test_entries_in_another_order_show(order: list[int]) -> None:
    record = _record(8)
    head = _whole(record)
    moved = [msgspec.structs.replace(record[at], seq=seq + 1) for seq, at in enumerate(order)]
    assert (broken(moved, *head) == ()) == (order == list(range(8)))


def test_an_entry_that_was_put_in_shows() -> None:
    record = _record(3)
    head = _whole(record)
    assert broken([*record, *_record(4)[3:]], *head)
    assert "twice" in broken([record[0], *record], *head)[0].what


def test_a_record_written_anew_does_not_end_in_the_hash_that_is_kept_apart() -> None:
    other = _record(3)
    assert broken(other, 3, "e" * 64)[0].what.startswith("the last entry")


def test_an_intake_is_named_by_what_does_not_lead_back_to_it() -> None:
    named = about("ab" * 32, "an-intake")
    assert len(named) == 64 and "an-intake" not in named
    assert named == about("ab" * 32, "an-intake") != about("cd" * 32, "an-intake")


def test_what_is_recorded_fits_its_column_and_is_said_in_words() -> None:
    assert all(len(what) <= 40 and words[0].isupper() for what, words in WHAT.items())
    assert Entry(1, NOW, "", "", None, "{", "").details == {}

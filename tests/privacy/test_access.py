"""The coaches of the practice read its intakes, whether clients are offered them or not."""

from __future__ import annotations

from pathlib import Path

import pytest

from rightfit.practice import Practice, load
from rightfit.privacy.access import may_read

PROJECT = Path(__file__).parents[2]
PRACTICE: Practice = load(PROJECT / "practice", PROJECT / "domain.yml")
COACHES = [*(coach.id for coach in PRACTICE.coaches), "invited_without_a_profile"]


@pytest.mark.parametrize("addressed_to", [*COACHES, "no_preference", None])
def test_coaches_of_the_practice_read_every_intake(addressed_to: str | None) -> None:
    assert all(may_read(PRACTICE, coach, addressed_to) for coach in COACHES)


@pytest.mark.parametrize("reader", ["", "no_preference"])
def test_what_is_no_coach_reads_none(reader: str) -> None:
    assert not may_read(PRACTICE, reader, reader)
    assert not may_read(PRACTICE, reader, None)

"""No count tells of one person, and two counts do not differ by one."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from rightfit.privacy.small_numbers import STEP, in_words, told


@given(st.integers(0, 10_000))
def test_counts_come_in_fives_and_close(count: int) -> None:
    shown = told(count)
    assert (shown is None) == (count < STEP)
    if shown is not None:
        assert shown % STEP == 0 and abs(shown - count) <= STEP // 2
        assert in_words(count) == f"about {shown}"


def test_few_are_not_counted_and_none_is_none() -> None:
    assert in_words(0) == "none"
    assert {in_words(count) for count in range(1, STEP)} == {"fewer than 5"}

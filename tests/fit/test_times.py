"""Days and times in a client's words, against a coach's hours."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rightfit.fit.times import day_of, may_meet, zone_of
from rightfit.practice import Hours, Stretch

JANUARY = date(2027, 1, 4)
OFFICE = Hours(
    "Europe/Dublin",
    (Stretch(("mon", "tue", "thu"), "09:00", "17:00"), Stretch(("wed",), "12:00", "19:30")),
)


@pytest.mark.parametrize(
    ("times", "place", "meets"),
    [
        ("Mondays", None, True),
        ("Only on weekends", None, False),
        ("sat or sun", "Dublin", False),
        ("Fridays", None, False),
        ("Friday to Tuesday", None, True),
        ("Fri - Sun", None, False),
        ("Sunday through Friday, but not Friday", None, True),
        ("Sunday to Friday", None, True),
        ("weekday evenings", None, True),
        ("Tuesday evenings", None, False),
        ("Wednesday evenings", None, True),
        ("weekdays after 8pm", None, False),
        ("after 6", None, True),
        ("Tuesdays after 6", None, False),
        ("after 19:45", None, False),
        ("before 9am", None, False),
        ("before 10", None, True),
        ("5 to 7pm on Thursdays", None, False),
        ("4-6pm on Thursdays", None, True),
        ("between 18:00 and 19:00 on Wednesday", None, True),
        ("any time but Fridays", None, True),
        ("Not Mondays, not Tuesdays, never Wednesdays or Thursdays", None, False),
        ("Monday, Tuesday. I can't do mornings", None, True),
        ("weekends, but Thursdays would do", None, True),
        ("flexible", None, True),
        ("", None, True),
        ("when the kids are asleep", None, True),
        # Half past nine in the evening in Sydney is half past ten in the morning in Dublin.
        ("Tuesdays 21:00 to 22:00", "Sydney", True),
        ("Tuesdays 9am to 11am", "Sydney", False),
        ("Mondays 6pm to 8pm", "New York", False),
        ("Mondays 8am to 10am", "I live in new york city", True),
        # Sunday evening in Honolulu is Monday morning in Dublin.
        ("Sunday 23:00 to 24:00", "Honolulu", True),
        ("Sunday 23:00 to 24:00", None, False),
    ],
)
def test_whether_they_may_meet(times: str, place: str | None, meets: bool) -> None:
    assert may_meet(times, place, OFFICE, JANUARY) is meets


def test_summer_time_counts() -> None:
    early = Hours("Europe/Dublin", (Stretch(("mon",), "09:00", "10:00"),))

    assert may_meet("Mondays 9:00 to 10:00", "Reykjavik", early, JANUARY)
    assert not may_meet("Mondays 9:00 to 10:00", "Reykjavik", early, date(2027, 7, 5))


@pytest.mark.parametrize(
    ("place", "zone"),
    [
        ("Lisbon", "Europe/Lisbon"),
        ("near São Paulo, Brazil", "America/Sao_Paulo"),
        ("UTC", "UTC"),
        ("somewhere by the sea", None),
        ("", None),
    ],
)
def test_the_zone_of_a_place(place: str, zone: str | None) -> None:
    assert zone_of(place) == zone


def test_the_day_of_a_moment_is_that_of_utc() -> None:
    assert day_of("2027-01-04T23:30:00-05:00") == date(2027, 1, 5)
    assert day_of("2027-01-04T23:30:00Z") == date(2027, 1, 4)


@given(st.text(max_size=40), st.none() | st.text(max_size=20))
def test_any_words_are_read_as_something(times: str, place: str | None) -> None:
    assert may_meet(times, place, OFFICE, JANUARY) in (True, False)


@given(
    st.lists(
        st.sampled_from(
            [
                "mon",
                "sat",
                "99",
                "24:00",
                "12",
                "am",
                "pm",
                "to",
                "after",
                "before",
                "not",
                "-",
                ",",
                "7",
                "noon",
            ]
        )
    )
)
def test_odd_times_are_read_as_something(words: list[str]) -> None:
    assert may_meet(" ".join(words), None, OFFICE, JANUARY) in (True, False)

"""Times in words."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from rightfit.web.when import ago, as_time, on_day

NOW = datetime(2026, 3, 13, 23, 30, tzinfo=timezone.utc)


def test_a_day_is_the_one_in_the_practices_time_zone() -> None:
    assert on_day(NOW, NOW, "Europe/Dublin") == "Fri 13 March, 23:30"
    assert on_day(NOW, NOW, "Europe/Madrid") == "Sat 14 March, 00:30"
    assert on_day(NOW - timedelta(days=100), NOW, "Europe/Dublin") == "Wed 3 December 2025, 23:30"


def test_on_the_same_day_the_time_will_do() -> None:
    later = NOW + timedelta(minutes=40)
    assert on_day(later, later, "Europe/Dublin", since=NOW) == "Sat 14 March, 00:10"
    assert on_day(later, later, "Europe/Madrid", since=NOW) == "01:10"


@pytest.mark.parametrize(
    ("passed", "words"),
    [
        (timedelta(seconds=-5), "just now"),
        (timedelta(seconds=59), "just now"),
        (timedelta(seconds=60), "1 minute ago"),
        (timedelta(minutes=59, seconds=59), "59 minutes ago"),
        (timedelta(hours=2, minutes=59), "2 hours ago"),
        (timedelta(hours=24), "1 day ago"),
        (timedelta(days=6, hours=23), "6 days ago"),
        (timedelta(days=20), "2 weeks ago"),
        (timedelta(days=60), "1 month ago"),
        (timedelta(days=200), "6 months ago"),
        (timedelta(days=800), "2 years ago"),
    ],
)
def test_how_long_ago(passed: timedelta, words: str) -> None:
    assert ago(NOW - passed, NOW) == words


def test_machines_can_read_it_too() -> None:
    assert as_time(NOW, NOW, "Europe/Dublin", how_long=True) == (
        '<time datetime="2026-03-13T23:30:00+00:00">Fri 13 March, 23:30 (just now)</time>'
    )

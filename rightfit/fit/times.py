"""Whether the days and times in a client's own words can meet a coach's hours.

Read cautiously: what cannot be read is taken to fit, and what is found is a question.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from rightfit.language.folding import fold
from rightfit.practice import DAYS, Hours

_DAY = 24 * 60
_WEEK = 7 * _DAY
_NAMED = {
    "mon": r"mon(?:day)?s?",
    "tue": r"tue(?:s(?:day)?)?s?",
    "wed": r"wed(?:nesday|s)?s?",
    "thu": r"thu(?:r(?:s(?:day)?)?)?s?",
    "fri": r"fri(?:day)?s?",
    "sat": r"sat(?:urday)?s?",
    "sun": r"sun(?:day)?s?",
}
_DAY_NAME = "|".join(f"(?P<{day}>{pattern})" for day, pattern in _NAMED.items())
_DAYS_SAID = re.compile(
    r"\b(?:(?P<weekend>week-?\s?ends?)|(?P<weekdays>week-?\s?days?|work(?:ing)? days?)"
    rf"|{_DAY_NAME})\b"
)
_THROUGH = re.compile(r"^\s*(?:-|\u2013|to|till|until|through)\s*$")
_PARTS = {
    "early morning": (5 * 60, 9 * 60),
    "morning": (5 * 60, 12 * 60),
    "lunch": (11 * 60, 14 * 60),
    "noon": (11 * 60, 14 * 60),
    "midday": (11 * 60, 14 * 60),
    "afternoon": (12 * 60, 18 * 60),
    "evening": (17 * 60, 23 * 60),
    "after work": (17 * 60, 23 * 60),
    "night": (18 * 60, _DAY),
}
_PART_SAID = re.compile(
    rf"\b(?P<part>{'|'.join(sorted(_PARTS, key=len, reverse=True))})(?:time)?s?\b"
)
_CLOCK = r"(\d{1,2})(?::(\d{2}))?\s*(am|pm|a\.m\.|p\.m\.|h|o'?clock)?"
_BETWEEN = re.compile(
    rf"\b(?:from |between )?{_CLOCK}\s*(?:-|\u2013|to|and|till|until)\s*{_CLOCK}\b"
)
_AFTER = re.compile(rf"\b(?:after|from|not before|past)\s+{_CLOCK}")
_BEFORE = re.compile(rf"\b(?:before|until|till|not after|up to)\s+{_CLOCK}")
_ANY = re.compile(
    r"\b(?:any ?time|any day|whenever|flexible|always|all day|every ?day|no preference|"
    r"(?:don't|do not) mind|doesn't matter|does not matter|any)\b"
)
_NOT = re.compile(
    r"\b(?:not|no|never|except|but not|apart from|other than|avoid|cannot|can't|without)\b|n't\b"
)
_BREAK = re.compile(r"[.;,\n]|\bbut\b|\band then\b")


def may_meet(times: str, place: str | None, hours: Hours, on: date) -> bool:
    """Whether any time that the client seems to mean is one of the coach's hours.

    ``place`` is what the client said of where they are; where no time zone is found in
    it, the client's is taken to be the coach's. ``on`` tells summer time from winter time.
    """
    wanted = _wanted(times)
    if wanted is None:
        return True
    zone = zone_of(place or "") or hours.time_zone
    ahead = _offset(zone, on) - _offset(hours.time_zone, on)
    worked = [
        (
            DAYS.index(day) * _DAY + _minutes(stretch.start),
            DAYS.index(day) * _DAY + _minutes(stretch.end),
        )
        for stretch in hours.weekly
        for day in stretch.days
    ]
    return any(
        _overlap((start - ahead, end - ahead), other) for start, end in wanted for other in worked
    )


def zone_of(place: str) -> str | None:
    """The IANA time zone that a place names by its city, or null."""
    said = fold(place).text
    if re.search(r"\b(?:utc|gmt)\b(?!\s*[+-])", said):
        return "UTC"
    cities = _cities()
    for length in (3, 2, 1):
        for name in _runs(said, length):
            if name in cities:
                return cities[name]
    return None


@lru_cache(maxsize=1)
def _cities() -> dict[str, str]:
    """City -> time zone; the table of time zones is part of Python, and does not change."""
    return {
        fold(zone.rpartition("/")[2].replace("_", " ")).text: zone
        for zone in sorted(available_timezones())
        if zone.split("/")[0] in _REGIONS
    }


_REGIONS = frozenset(
    ("Africa", "America", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
)


def _runs(text: str, length: int) -> Iterator[str]:
    words = re.findall(r"[^\W_]+", text)
    for start in range(len(words) - length + 1):
        yield " ".join(words[start : start + length])


def _offset(zone: str, on: date) -> int:
    noon = datetime(on.year, on.month, on.day, 12, tzinfo=ZoneInfo(zone))
    return int((noon.utcoffset() or timedelta()).total_seconds() // 60)


def _wanted(times: str) -> list[tuple[int, int]] | None:
    """Minutes of the week that the words allow; null where they say nothing certain."""
    said = fold(times).text
    if _ANY.search(said):
        return None
    days, excluded, parts = _read(said)
    if not days and not excluded and not parts:
        return None
    on = days or [day for day in range(7) if day not in excluded]
    return [
        (day * _DAY + start, day * _DAY + end)
        for day in on
        if day not in excluded
        for start, end in (parts or [(0, _DAY)])
    ] or None


def _read(said: str) -> tuple[list[int], set[int], list[tuple[int, int]]]:
    days: list[int] = []
    excluded: set[int] = set()
    parts: list[tuple[int, int]] = []
    at = 0
    for piece in [*_BREAK.finditer(said), None]:
        clause = said[at : piece.start() if piece else len(said)]
        at = piece.end() if piece else at
        found = _days(clause)
        if _NOT.search(clause):
            excluded.update(found)
            continue
        days.extend(found)
        parts.extend(_stretches(clause))
    return days, excluded, parts


def _days(clause: str) -> list[int]:
    found: list[int] = []
    last: tuple[int, int] | None = None
    for match in _DAYS_SAID.finditer(clause):
        if match.lastgroup == "weekend":
            found.extend((5, 6))
            continue
        if match.lastgroup == "weekdays":
            found.extend(range(5))
            continue
        day = DAYS.index(match.lastgroup or "mon")
        if last is not None and _THROUGH.match(clause[last[1] : match.start()]):
            step = last[0]
            while step != day:
                step = (step + 1) % 7
                found.append(step)
        found.append(day)
        last = (day, match.end())
    return found


def _stretches(clause: str) -> list[tuple[int, int]]:
    between = _BETWEEN.search(clause)
    if between is not None:
        start, end = _time(*between.groups()[:3]), _time(*between.groups()[3:])
        if start is not None and end is not None:
            if between.group(3) is None and between.group(6) is not None and start + 12 * 60 < end:
                start += 12 * 60
            return [(start, end)] if start < end else [(start, _DAY)]
    after, before = _AFTER.search(clause), _BEFORE.search(clause)
    first = _time(*after.groups()) if after else None
    last = _time(*before.groups()) if before else None
    if first is not None or last is not None:
        return [(first or 0, last if last is not None and last > (first or 0) else _DAY)]
    return [_PARTS[match.group("part")] for match in _PART_SAID.finditer(clause)]


def _time(hour: str, minute: str | None, half: str | None) -> int | None:
    """Minutes of the day; a small hour without a half of the day is one of the afternoon."""
    number = int(hour)
    if number > 24 or int(minute or 0) > 59:
        return None
    marked = (half or "").replace(".", "")
    if marked == "pm" and number < 12:
        number += 12
    elif marked == "am" and number == 12:
        number = 0
    elif marked not in ("am", "pm", "h") and minute is None and 1 <= number <= 7:
        number += 12
    return number * 60 + int(minute or 0)


def _minutes(time: str) -> int:
    hour, minute = time.split(":")
    return int(hour) * 60 + int(minute)


def _overlap(one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Whether two stretches of the week share a moment; a week follows on the last."""
    return any(
        one[0] + shift < other[1] and other[0] < one[1] + shift for shift in (-_WEEK, 0, _WEEK)
    )


def day_of(at: str) -> date:
    """The day of an RFC 3339 time, in UTC."""
    moment = datetime.fromisoformat(at.replace("Z", "+00:00"))
    return moment.astimezone(timezone.utc).date() if moment.tzinfo else moment.date()

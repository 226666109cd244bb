"""How long an intake is kept, and from when that counts."""

from __future__ import annotations

from datetime import datetime, timedelta

from rightfit.privacy.practice_settings import PracticeSettings


def kept_until(settings: PracticeSettings, *, was_sent: bool, last_touched: datetime) -> datetime:
    """When an intake is to be erased, if nothing is done with it before.

    ``last_touched`` is when a client or a coach last did something with it.
    """
    days = settings.sent_days if was_sent else settings.unfinished_days
    return last_touched + timedelta(days=days)


def longest_kept(settings: PracticeSettings) -> int:
    """The days for which any intake is kept at most, as clients are told before they agree."""
    return max(settings.sent_days, settings.unfinished_days)

"""One-time links with which a coach signs in."""

from __future__ import annotations

from datetime import datetime, timedelta

from rightfit.privacy.audit import OPERATOR
from rightfit.privacy.receipts import digest, new_token
from rightfit.store import audit, sign_ins
from rightfit.store.database import Database


async def new_link(
    database: Database,
    coach: str,
    address: str,
    at: datetime,
    good_for: timedelta,
    by: str = OPERATOR,
) -> str:
    """Make a link for a coach; only its hash is kept, so it can be printed once.

    That it was made, and ``by`` whom, is recorded.

    Raises:
        StorageUnavailable: no link was made.
    """
    token = new_token()
    async with database.writing() as transaction:
        await sign_ins.make_link(
            transaction, coach=coach, token_hash=digest(token), at=at, good_until=at + good_for
        )
        await audit.note(transaction, "link_made", by, at, coach=coach)
    return f"{address.rstrip('/')}/coach/sign-in/{token}"

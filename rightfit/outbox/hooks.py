"""Tells other programs of the practice what happened: signed, and again until they have it.

The signature is an HMAC-SHA256 over ``<timestamp>.<body>``, so that an old request cannot be
played again. docs/how-to/receive-webhooks.md shows how to check it.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from collections.abc import Callable
from datetime import datetime

import msgspec
from aiohttp import ClientError, ClientSession, ClientTimeout

from rightfit.outbox.result import BeforeContent, Result
from rightfit.store.outbox import Claimed

_PATIENCE = 10.0


class Hook(msgspec.Struct, frozen=True):
    """One call as it waits in the outbox: to whom, of what, and what it says."""

    url: str
    event: str
    payload: dict[str, object]


def signature(secret: str, timestamp: int, body: bytes) -> str:
    """What the header ``Rightfit-Signature`` says."""
    signed = hmac.new(secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256)
    return f"t={timestamp},v1={signed.hexdigest()}"


class Hooks:
    """Calls webhooks. ``clock`` gives aware datetimes in UTC."""

    def __init__(
        self, secret: str, clock: Callable[[], datetime], patience: float = _PATIENCE
    ) -> None:
        self._secret = secret
        self._clock = clock
        self._patience = patience

    async def send(self, claimed: Claimed, before_content: BeforeContent) -> Result:
        """Try once. The receiver knows a call again by its id, so it may come twice."""
        hook = msgspec.convert(claimed.body, Hook)
        body = msgspec.json.encode({"id": claimed.id, **hook.payload})
        timestamp = int(self._clock().timestamp())
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "Rightfit",
            "Rightfit-Event": hook.event,
            "Rightfit-Id": claimed.id,
            "Rightfit-Signature": signature(self._secret, timestamp, body),
        }
        try:
            async with (
                ClientSession(timeout=ClientTimeout(total=self._patience)) as session,
                # A redirect could lead anywhere.
                session.post(hook.url, data=body, headers=headers, allow_redirects=False) as answer,
            ):
                status = answer.status
        except (ClientError, OSError, asyncio.TimeoutError, ValueError):
            return Result("later", "The address could not be reached.")
        if 200 <= status < 300:
            return Result("sent")
        if status == 410:
            return Result("refused", "The address says that it is gone (410).")
        return Result("later", f"The address answered {status}.")

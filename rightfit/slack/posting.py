"""How what is in the outbox reaches Slack: in order, about once a second for each channel.

What surely did not arrive is sent again after a while. What may have arrived is looked up
first: each message carries its mark as metadata, and the channel's history is asked for it.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import aiohttp
import msgspec
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from rightfit.store import slack_outbox
from rightfit.store.database import Database, StorageUnavailable
from rightfit.store.slack_outbox import App, Outbound

_log = logging.getLogger(__name__)

#: Metadata of this type marks a message of ours.
MARK = "rightfit_post"
#: How long one attempt may take before another process may try.
_LEASE = timedelta(seconds=60)
_AT_ONCE = 8
_WAIT, _WAIT_AT_MOST = timedelta(seconds=2), timedelta(minutes=1)
#: Messages of a channel's history that are looked through for a mark.
_LOOK_THROUGH = 100

#: Tries after which a message is sent again although its channel cannot be looked through.
_LOOKS = 5

#: Faults of the set-up: they can be mended, so what waits keeps waiting.
_OF_THE_SET_UP = frozenset(
    (
        "account_inactive",
        "invalid_auth",
        "missing_scope",
        "no_permission",
        "not_allowed_token_type",
        "not_authed",
        "not_in_channel",
        "org_login_required",
        "team_access_not_granted",
        "token_expired",
        "token_revoked",
        "two_factor_setup_required",
    )
)
#: Slack had trouble of its own and may have done it or not.
_OF_SLACK = frozenset(
    ("fatal_error", "internal_error", "request_timeout", "service_unavailable", "team_added_to_org")
)
#: What is to be changed or deleted is not there any more.
_GONE = frozenset(("message_not_found", "cant_delete_message", "cant_update_message"))


class _Later(Exception):
    """Not now: ``sure`` says that it surely has not arrived."""

    def __init__(self, fault: str, *, sure: bool, wait: timedelta | None = None) -> None:
        super().__init__(fault)
        self.fault, self.sure, self.wait = fault, sure, wait


class _Never(Exception):
    """Slack will not take it, however often it is sent."""


class Arrived(msgspec.Struct, frozen=True):
    """Where a message stands in Slack; nulls where that is no message."""

    channel: str | None = None
    ts: str | None = None


class Outbox:
    """Sends what waits for one of the two apps. ``clock`` gives aware datetimes in UTC."""

    def __init__(
        self,
        app: App,
        client: AsyncWebClient,
        database: Database,
        clock: Callable[[], datetime],
    ) -> None:
        self._app: App = app
        self._client = client
        self._database = database
        self._clock = clock
        self._awake = asyncio.Event()
        self._direct: dict[str, str] = {}

    def wake(self) -> None:
        """There may be something to send."""
        self._awake.set()

    async def run(self) -> None:
        """Send whatever comes, until cancelled."""
        while True:
            try:
                if await self.step():
                    continue
            except StorageUnavailable as error:
                _log.warning("the outbox for Slack cannot be read: %s", error)
            self._awake.clear()
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._awake.wait(), 1.0)

    async def step(self) -> int:
        """Send what may go now, at most one thing for each channel; how many."""
        async with self._database.writing() as transaction:
            due = await slack_outbox.claim(transaction, self._app, self._clock(), _LEASE, _AT_ONCE)
        await asyncio.gather(*(self._send(each) for each in due))
        return len(due)

    async def _send(self, row: Outbound) -> None:
        now = self._clock()
        try:
            at = await self._found(row) if row.tried_at is not None else None
            at = at or await self._call(row)
        except _Later as later:
            wait = later.wait or min(_WAIT * 2 ** min(row.attempts - 1, 10), _WAIT_AT_MOST)
            unsure = None if later.sure else (row.tried_at or now)
            async with self._database.writing() as transaction:
                await slack_outbox.put_off(
                    transaction,
                    row.id,
                    now + wait,
                    later.fault,
                    may_have_arrived=unsure,
                )
                if later.wait is not None:
                    await slack_outbox.hold(transaction, self._app, now + wait)
            if row.attempts in (1, 10, 100, 1000):
                _log.warning("Slack: %s, %s, try %d", row.method, later.fault, row.attempts)
        except _Never as never:
            _log.error("Slack refuses a %s for good: %s", row.method, never)
            async with self._database.writing() as transaction:
                await slack_outbox.give_up(transaction, row.id, self._clock(), str(never))
        else:
            async with self._database.writing() as transaction:
                await slack_outbox.arrived(transaction, row.id, self._clock(), at.channel, at.ts)

    async def _call(self, row: Outbound) -> Arrived:
        if row.method in ("update", "delete") and row.target is None:
            # What it is about was never posted, so there is nothing to change.
            return Arrived()
        async with self._faults():
            if row.method == "post":
                answer = await self._client.chat_postMessage(
                    channel=await self._place(row.channel),
                    metadata={"event_type": MARK, "event_payload": {"id": row.mark}},
                    unfurl_links=False,
                    unfurl_media=False,
                    link_names=False,
                    parse="none",
                    **row.body,
                )
                return Arrived(str(answer["channel"]), str(answer["ts"]))
            if row.method == "ephemeral":
                await self._client.chat_postEphemeral(
                    channel=row.channel, link_names=False, parse="none", **row.body
                )
                return Arrived()
            channel, ts = row.target or ("", "")
            try:
                if row.method == "delete":
                    await self._client.chat_delete(channel=channel, ts=ts)
                else:
                    await self._client.chat_update(
                        channel=channel, ts=ts, link_names=False, parse="none", **row.body
                    )
            except SlackApiError as error:
                if _code(error) not in _GONE:
                    raise
        return Arrived()

    async def _place(self, channel: str) -> str:
        """The direct message with a person, or the channel itself."""
        if not channel.startswith(("U", "W")):
            return channel
        if channel not in self._direct:
            opened = await self._client.conversations_open(users=channel)
            self._direct[channel] = str(opened["channel"]["id"])
        return self._direct[channel]

    async def _found(self, row: Outbound) -> Arrived | None:
        """Look it up; where that is not possible for long, saying it twice is the lesser evil."""
        try:
            return await self._looked_up(row)
        except _Later as later:
            if row.attempts >= _LOOKS and later.fault in _OF_THE_SET_UP:
                return None
            raise

    async def _looked_up(self, row: Outbound) -> Arrived | None:
        """Where a message arrived whose fate is not known; null where it did not."""
        if row.method != "post" or row.tried_at is None:
            # Updating or deleting once more does no harm.
            return None
        async with self._faults(sure=False):
            channel = await self._place(row.channel)
            # The clocks of Slack and this machine may differ by minutes.
            oldest = (row.tried_at - timedelta(minutes=5)).timestamp()
            history = await self._client.conversations_history(
                channel=channel,
                oldest=f"{oldest:.6f}",
                limit=_LOOK_THROUGH,
                include_all_metadata=True,
            )
        for message in history.get("messages") or ():
            metadata = message.get("metadata") or {}
            if metadata.get("event_type") != MARK:
                continue
            if (metadata.get("event_payload") or {}).get("id") == row.mark:
                return Arrived(channel, str(message["ts"]))
        return None

    @contextlib.asynccontextmanager
    async def _faults(self, *, sure: bool = True) -> Any:
        """What goes wrong with a call, as one of the two that ``_send`` acts on.

        ``sure`` is false where the row may have arrived by an earlier attempt.
        """
        try:
            yield
        except SlackApiError as error:
            status, code = error.response.status_code, _code(error)
            if status == 429 or code in ("ratelimited", "rate_limited"):
                told = str(error.response.headers.get("Retry-After", "1"))
                wait = timedelta(seconds=int(told) if told.isdecimal() else 1)
                raise _Later("ratelimited", sure=sure, wait=wait) from None
            if status >= 500 or code in _OF_SLACK:
                raise _Later(code or f"HTTP {status}", sure=False) from None
            if code in _OF_THE_SET_UP:
                raise _Later(code, sure=sure) from None
            if not sure:
                # Not known whether it is there, and the history is closed to us.
                raise _Later(code or f"HTTP {status}", sure=False) from None
            raise _Never(code or f"HTTP {status}") from None
        except aiohttp.ClientConnectorError as error:
            raise _Later(type(error).__name__, sure=sure) from None
        except (aiohttp.ClientError, asyncio.TimeoutError, OSError) as error:
            raise _Later(type(error).__name__, sure=False) from None


def _code(error: SlackApiError) -> str:
    """Slack's short name of what is wrong; never the words of a message."""
    data = error.response.data if isinstance(error.response.data, dict) else {}
    return str(data.get("error", ""))[:60]

"""The app for clients: what it listens to. Everything is kept first, then acknowledged."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from typing import Any

from slack_bolt.app.async_app import AsyncApp

from rightfit.slack.delivered import Kept, of_event, of_press
from rightfit.slack.interviewing import Interviews

_ANY = re.compile(".*")


class Working:
    """Works on deliveries beside the requests that brought them."""

    def __init__(self, interviews: Interviews) -> None:
        self._interviews = interviews
        self._tasks: set[asyncio.Task[None]] = set()

    async def take(self, kept: Kept | None) -> None:
        """Keep a delivery, and begin to work on it. Raises StorageUnavailable."""
        if kept is None:
            return
        await self._interviews.take(kept)
        task = asyncio.create_task(self._interviews.work(kept.team, kept.person))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def settle(self) -> None:
        """Wait until all that was begun is done."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)


def listen(app: AsyncApp, working: Working) -> None:
    """Let the app take in what clients do."""

    @app.event(_ANY)
    async def happened(body: Mapping[str, Any], event: Mapping[str, Any]) -> None:
        await working.take(of_event(_team(body), event))

    @app.action(_ANY)
    async def pressed(body: Mapping[str, Any], ack: Any) -> None:
        await working.take(of_press(_team(body), body))
        await ack()


def _team(body: Mapping[str, Any]) -> str:
    team = body.get("team")
    return str(body.get("team_id") or (team.get("id") if isinstance(team, dict) else "") or "")

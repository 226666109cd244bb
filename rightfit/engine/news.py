"""Who waits for a turn of this process to be written, and is told when it is."""

from __future__ import annotations

import asyncio
from weakref import WeakValueDictionary


class News:
    """One event for each conversation that somebody looks at."""

    def __init__(self) -> None:
        # Each lives as long as somebody waits for it.
        self._waiting: WeakValueDictionary[str, asyncio.Event] = WeakValueDictionary()

    async def wait(self, conversation: str, seconds: float) -> None:
        """Return when a turn of this process has been written, or after some seconds."""
        event = self._waiting.setdefault(conversation, asyncio.Event())
        try:
            await asyncio.wait_for(event.wait(), seconds)
        except asyncio.TimeoutError:
            return

    def tell(self, conversation: str) -> None:
        """Wake whoever waits for this conversation."""
        event = self._waiting.pop(conversation, None)
        if event is not None:
            event.set()

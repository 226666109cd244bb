"""What came of one try to send something."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Literal, Protocol

import msgspec

from rightfit.store.outbox import Claimed

#: Called when the content is about to go out: false forbids it, since it is somebody else's.
BeforeContent = Callable[[], Awaitable[bool]]


class Result(msgspec.Struct, frozen=True):
    """``later``: nothing went, try again; ``refused``: it will not go; ``unknown``: it may have.

    ``fault`` is a short sentence for the coach, without anybody's words or address.
    """

    outcome: Literal["sent", "later", "refused", "unknown", "not_ours"]
    fault: str = ""


class Sends(Protocol):
    """Sends one thing, and never raises for what goes wrong outside."""

    async def send(self, claimed: Claimed, before_content: BeforeContent) -> Result:
        """Try once."""

"""What a reception may be sent, and what it answers with."""

from __future__ import annotations

import msgspec

from rightfit.records import Message, Progress
from rightfit.store.allowances import Rate


class Limits(msgspec.Struct, frozen=True):
    """What a client may send, and how long a turn may take.

    ``characters`` a message, ``body`` in bytes, ``messages`` a conversation, ``arrivals``
    (new conversations) an address, ``deadline`` in seconds, ``tries`` a message.
    """

    characters: int = 8000
    body: int = 65536
    messages: Rate = Rate(per_minute=30, burst=10)
    arrivals: Rate = Rate(per_minute=60, burst=120)
    deadline: float = 10.0
    tries: int = 5


class Opened(msgspec.Struct, frozen=True):
    """What a device gets when it enters a conversation."""

    token: str
    receipt: str
    conversation: str


class Outcome(msgspec.Struct, frozen=True):
    """What came of one message: everything shown since, and how far the client is."""

    messages: tuple[Message, ...]
    cursor: int
    progress: Progress

"""Why a message, or a way in, is not taken."""

from __future__ import annotations

from datetime import datetime


class NoSuchConversation(LookupError):
    """The token or receipt opens nothing."""


class Erased(LookupError):
    """The intake of this receipt was erased, at the client's wish."""

    def __init__(self, at: datetime) -> None:
        super().__init__("erased")
        self.at = at


class Ended(RuntimeError):
    """The conversation takes no more messages: the client did not agree to the intake."""


class NotOnScreen(ValueError):
    """A choice that the server did not show, or does not show any more."""


class MovedOn(ValueError):
    """The message was written under a question that is not on screen any more."""

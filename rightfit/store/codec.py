"""The one place through which client text goes into a column and comes out of it.

Encryption at rest is a change of ``seal`` and ``unseal``, and of nothing else.
"""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import LargeBinary
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

_PLAIN = b"\x01"


class UnreadableColumn(ValueError):
    """A sealed column holds what this version cannot read."""


def seal(value: Any) -> bytes:
    """Anything JSON can hold, as the bytes that are stored: a format byte, then JSON."""
    return _PLAIN + msgspec.json.encode(value)


def unseal(stored: bytes) -> Any:
    """The value that was sealed.

    Raises:
        UnreadableColumn: the format byte is not one that this version writes.
    """
    if stored[:1] != _PLAIN:
        raise UnreadableColumn(
            "a sealed column has an unknown format; was it written by a newer version?"
        )
    return msgspec.json.decode(stored[1:])


class Sealed(TypeDecorator[Any]):
    """The type of every column that holds what a client wrote."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> bytes | None:
        return None if value is None else seal(value)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> Any:
        return None if value is None else unseal(bytes(value))

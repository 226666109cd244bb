"""Codes that open a conversation: unguessable, and kept only as hashes.

A receipt code is derived from a secret of the installation, so that it can be shown again
at the end of an intake although the database holds only its hash.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from datetime import datetime, timezone
from uuid import UUID

_GROUPS, _PER_GROUP = 4, 4
#: Crockford's base 32: no letter that reads as another.
_ALPHABET = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "0123456789ABCDEFGHJKMNPQRSTVWXYZ")
_LOOKALIKES = str.maketrans("OIL", "011")


def digest(code: str) -> str:
    """The SHA-256 of a code, in hexadecimal: all that is stored of it."""
    return hashlib.sha256(code.encode()).hexdigest()


def new_token() -> str:
    """256 random bits for one device's way into one conversation."""
    return secrets.token_urlsafe(32)


def normal(typed: str) -> str:
    """A code as typed, in the form in which it is compared."""
    plain = re.sub(r"[^0-9A-Z]", "", typed.upper()).translate(_LOOKALIKES)
    return "-".join(plain[at : at + _PER_GROUP] for at in range(0, len(plain), _PER_GROUP))


class Receipts:
    """Receipt codes of one installation; ``secret`` is 32 random bytes in hexadecimal."""

    def __init__(self, secret: str) -> None:
        self._secret = bytes.fromhex(secret)

    def of(self, conversation: str) -> str:
        """The receipt code of a conversation: 80 bits in four groups of four characters."""
        mac = hmac.new(self._secret, conversation.encode(), hashlib.sha256).digest()
        code = base64.b32encode(mac[:10]).decode().translate(_ALPHABET)
        return "-".join(
            code[at : at + _PER_GROUP] for at in range(0, _GROUPS * _PER_GROUP, _PER_GROUP)
        )

    def blind(self, address: str) -> str:
        """An address as it is counted: nobody without the secret can tell which it was."""
        return hmac.new(self._secret, b"address " + address.encode(), hashlib.sha256).hexdigest()

    def pass_for(self, conversation: str, until: datetime) -> str:
        """What opens the page of one client from a letter, until a time to the minute.

        It holds the conversation's id and the time, signed; nothing of it is kept, and the
        receipt code cannot be made from it.
        """
        minutes = int(until.timestamp() // 60).to_bytes(4, "big")
        told = UUID(conversation).bytes + minutes
        return base64.urlsafe_b64encode(told + self._signed(told)).decode()

    def conversation_of_pass(self, given: str, now: datetime) -> str | None:
        """The conversation that a pass opens; null where it is over, or was not made here."""
        try:
            plain = base64.b64decode(given, altchars=b"-_", validate=True)
        except ValueError:
            return None
        told, signature = plain[:20], plain[20:]
        if len(told) != 20 or not hmac.compare_digest(signature, self._signed(told)):
            return None
        until = datetime.fromtimestamp(int.from_bytes(told[16:], "big") * 60, timezone.utc)
        return str(UUID(bytes=told[:16])) if now <= until else None

    def _signed(self, told: bytes) -> bytes:
        return hmac.new(self._secret, b"pass " + told, hashlib.sha256).digest()[:16]

    def packet_link(self, conversation: str, seq: int, until: datetime) -> str:
        """What opens one packet until a time to the minute: signed, and nothing of it is kept."""
        told = (
            UUID(conversation).bytes
            + seq.to_bytes(4, "big")
            + int(until.timestamp() // 60).to_bytes(4, "big")
        )
        signature = hmac.new(self._secret, b"packet " + told, hashlib.sha256).digest()[:16]
        return base64.urlsafe_b64encode(told + signature).decode().rstrip("=")

    def packet_of_link(self, given: str, now: datetime) -> tuple[str, int] | None:
        """The conversation and the entry of a packet; null where it is over, or forged."""
        try:
            plain = base64.b64decode(given + "=" * (-len(given) % 4), altchars=b"-_", validate=True)
        except ValueError:
            return None
        told, signature = plain[:24], plain[24:]
        expected = hmac.new(self._secret, b"packet " + told, hashlib.sha256).digest()[:16]
        if len(told) != 24 or not hmac.compare_digest(signature, expected):
            return None
        until = datetime.fromtimestamp(int.from_bytes(told[20:], "big") * 60, timezone.utc)
        if now > until:
            return None
        return str(UUID(bytes=told[:16])), int.from_bytes(told[16:20], "big")

    def signing_seed(self) -> bytes:
        """32 secret bytes from which the key is made that signs packets."""
        return hmac.new(self._secret, b"signs packets", hashlib.sha256).digest()

    def normal(self, typed: str) -> str:
        """A code as typed, in the form in which it is compared."""
        return normal(typed)

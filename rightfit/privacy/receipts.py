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

    def normal(self, typed: str) -> str:
        """A code as typed, in the form in which it is compared."""
        plain = re.sub(r"[^0-9A-Z]", "", typed.upper()).translate(_LOOKALIKES)
        return "-".join(plain[at : at + _PER_GROUP] for at in range(0, len(plain), _PER_GROUP))

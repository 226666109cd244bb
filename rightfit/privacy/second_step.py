"""The second step of signing in: a code from an authenticator app (RFC 6238), or one kept
for the day on which the phone is lost."""

from __future__ import annotations

import base64
import hmac
import re
import secrets
from datetime import datetime

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from rightfit.privacy.receipts import digest

#: What every authenticator app can do: six digits, half a minute, SHA-1 (RFC 6238).
_DIGITS, _SECONDS = 6, 30
#: RFC 4226, section 4, R6: a secret of 160 bits.
_SECRET_BYTES = 20
HOW_MANY_CODES = 8
#: Letters and digits that nobody mistakes for one another.
_ALPHABET = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "0123456789ABCDEFGHJKMNPQRSTVWXYZ")
_LOOKALIKES = str.maketrans("OIL", "011")


def new_secret() -> str:
    """A secret for an app, in base 32 as apps take it."""
    return base64.b32encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def is_secret(typed: str) -> bool:
    """Whether this has the form of a secret that :func:`new_secret` makes."""
    return re.fullmatch(r"[A-Z2-7]{32}", typed) is not None


def address_of(secret: str, name: str, practice: str) -> str:
    """What the QR code says: an ``otpauth`` address."""
    return _totp(secret).get_provisioning_uri(name, practice)


def step_of(secret: str, typed: str, at: datetime, last_step: int) -> int | None:
    """The half minute that a typed code belongs to; null where it is wrong or was used.

    The one before and the one after count as well, since clocks differ (RFC 6238, 5.2).
    ``last_step`` is the last that was used: a code is good once.
    """
    digits = re.sub(r"\s", "", typed)
    if not (digits.isascii() and digits.isdecimal() and len(digits) == _DIGITS):
        return None
    now, totp, found = int(at.timestamp()) // _SECONDS, _totp(secret), None
    for step in (now - 1, now, now + 1):
        right = hmac.compare_digest(totp.generate(step * _SECONDS), digits.encode())
        if right and step > last_step:
            found = step
    return found


def new_recovery_codes() -> tuple[str, ...]:
    """Codes of 80 bits that each stand in for an app once."""
    return tuple(_new_code() for _ in range(HOW_MANY_CODES))


def recovery_hash(coach: str, typed: str) -> str:
    """A recovery code as it is kept and compared, however it was typed."""
    plain = re.sub(r"[^0-9A-Z]", "", typed.upper()).translate(_LOOKALIKES)
    return digest(f"recovery {coach} {plain}")


def _new_code() -> str:
    code = base64.b32encode(secrets.token_bytes(10)).decode().translate(_ALPHABET)
    return "-".join(code[at : at + 4] for at in range(0, 16, 4))


def _totp(secret: str) -> TOTP:
    # The algorithm is fixed by what apps know; nothing here rests on SHA-1 being collision-free.
    return TOTP(base64.b32decode(secret), _DIGITS, SHA1(), _SECONDS)  # noqa: S303

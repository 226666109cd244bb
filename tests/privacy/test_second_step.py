"""Codes of an app: right ones once, within a minute and a half, and no others."""

from __future__ import annotations

import base64
from datetime import datetime, timedelta, timezone
from urllib.parse import parse_qs, urlsplit

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from hypothesis import given
from hypothesis import strategies as st

from rightfit.privacy.second_step import (
    HOW_MANY_CODES,
    address_of,
    is_secret,
    new_recovery_codes,
    new_secret,
    recovery_hash,
    step_of,
)

#: RFC 6238, appendix B: the key and its codes, cut to six digits.
RFC_SECRET = base64.b32encode(b"12345678901234567890").decode()
RFC_CODES = {59: "287082", 1111111109: "081804", 1234567890: "005924", 2000000000: "279037"}


def _at(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, timezone.utc)


def _code(secret: str, at: datetime) -> str:
    totp = TOTP(base64.b32decode(secret), 6, SHA1(), 30)  # noqa: S303
    return totp.generate(at.timestamp()).decode()


def test_codes_are_those_of_the_standard() -> None:
    for seconds, code in RFC_CODES.items():
        assert step_of(RFC_SECRET, code, _at(seconds), -1) == seconds // 30
        assert step_of(RFC_SECRET, f" {code[:3]} {code[3:]} ", _at(seconds), -1) is not None


@given(st.integers(10**6, 2 * 10**9), st.integers(-200, 200))
def test_a_clock_may_be_half_a_minute_off_and_no_more(seconds: int, off: int) -> None:
    now = _at(seconds)
    theirs = now + timedelta(seconds=off)
    apart = abs(int(theirs.timestamp()) // 30 - seconds // 30)
    found = step_of(RFC_SECRET, _code(RFC_SECRET, theirs), now, -1)
    assert (found is not None) == (apart <= 1) or found in (seconds // 30 + d for d in (-1, 0, 1))


def test_a_code_that_was_used_is_refused_and_so_is_an_older_one() -> None:
    now = _at(1111111109)
    step = step_of(RFC_SECRET, _code(RFC_SECRET, now), now, -1)
    assert step is not None
    assert step_of(RFC_SECRET, _code(RFC_SECRET, now), now, step) is None
    older = now - timedelta(seconds=30)
    assert step_of(RFC_SECRET, _code(RFC_SECRET, older), now, step) is None
    newer = now + timedelta(seconds=30)
    assert step_of(RFC_SECRET, _code(RFC_SECRET, newer), now, step) == step + 1


@given(st.text(max_size=12))
def test_what_is_no_code_is_refused(typed: str) -> None:
    at = _at(59)
    right = {_code(RFC_SECRET, at + timedelta(seconds=30 * n)) for n in (-1, 0, 1)}
    plain = "".join(typed.split())
    assert (step_of(RFC_SECRET, typed, at, -1) is not None) == (plain in right)


def test_secrets_are_long_and_never_the_same() -> None:
    first, second = new_secret(), new_secret()
    assert first != second and is_secret(first)
    assert len(base64.b32decode(first)) == 20
    for other in ("", first.lower(), first[:-1], first + "A", "1" * 32):
        assert not is_secret(other)


def test_the_address_for_the_app_names_practice_and_coach() -> None:
    address = urlsplit(address_of(RFC_SECRET, "Inés Calloway", "Slackwater: Coaching"))
    fields = parse_qs(address.query)
    assert (address.scheme, address.netloc) == ("otpauth", "totp")
    assert fields["secret"] == [RFC_SECRET]
    assert fields["period"] == ["30"] and fields["digits"] == ["6"]


def test_recovery_codes_are_eight_and_are_compared_however_they_are_typed() -> None:
    codes = new_recovery_codes()
    assert len(set(codes)) == HOW_MANY_CODES
    code = codes[0]
    assert recovery_hash("maren", code) == recovery_hash("maren", f" {code.lower()} ")
    assert recovery_hash("maren", code.replace("0", "O").replace("1", "l").replace("-", "")) == (
        recovery_hash("maren", code)
    )
    assert recovery_hash("maren", code) != recovery_hash("dayo", code)

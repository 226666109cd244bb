"""Passwords of coaches: what one must be like, and how it is kept (argon2id).

The rules follow NIST SP 800-63B, section 5.1.1: length counts, composition does not.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

AT_LEAST, AT_MOST = 12, 256

#: RFC 9106, second recommended option: 64 MiB, three passes.
_HASHER = PasswordHasher()
#: Of no password that anybody has; compared with where there is none, for the same time.
_NOBODYS = (
    "$argon2id$v=19$m=65536,t=3,p=4$G1UkRxz6n8guDZG3x3XPbw"
    "$KPYFZg9Ksshb4cSTWGFHm0dsBDLN97x3GTyOd4PLJvE"
)
_FIRST_GUESSES = ("password", "passwort", "letmein", "welcome", "qwertyuiop", "iloveyou", "coach")
_ROWS = ("01234567890123456789", "abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm")


def fault_of(password: str, names: Iterable[str]) -> str | None:
    """What keeps a password from being good enough, told to the coach; null if nothing does.

    ``names`` are words that anyone would try first: of the coach and the practice.
    """
    plain = _normal(password)
    if len(plain) < AT_LEAST:
        return (
            f"This one has {len(plain)} {'character' if len(plain) == 1 else 'characters'}. "
            f"Please take at least {AT_LEAST}. Four words in a row do well."
        )
    if len(plain) > AT_MOST:
        return f"Please take at most {AT_MOST} characters."
    squeezed = "".join(plain.casefold().split())
    if len(set(squeezed)) < 5:
        return "This repeats the same few characters, so it is soon guessed. Please vary it more."
    if any(squeezed in row or squeezed in row[::-1] for row in _ROWS):
        return "This follows a row of keys, so it is soon guessed. Please take something else."
    left = squeezed
    for word in sorted((*_FIRST_GUESSES, *map(str.casefold, names)), key=len, reverse=True):
        left = left.replace(word, "")
    if len("".join(character for character in left if not character.isdecimal())) < 4:
        return (
            "This is little more than a name or a word that anyone would try first. "
            "Please add some words that only you would think of."
        )
    return None


def hash_of(password: str) -> str:
    """The password as it is kept. Takes about a tenth of a second and 64 MiB."""
    return _HASHER.hash(_normal(password))


def is_password(hashed: str | None, password: str) -> bool:
    """Whether this is the password; takes the same time where there is none to compare."""
    try:
        _HASHER.verify(hashed or _NOBODYS, _normal(password))
        return hashed is not None
    except (InvalidHashError, VerificationError):
        return False


def is_dated(hashed: str) -> bool:
    """Whether the hash was made with weaker settings than today's."""
    return _HASHER.check_needs_rehash(hashed)


def _normal(password: str) -> str:
    # The same key gives different code points on different devices; NIST advises this form.
    return unicodedata.normalize("NFKC", password)

"""The record of what was done: what an entry says, and how entries are chained.

Each entry's hash is over its own content and the hash before it, so a changed, missing or
re-ordered entry shows. Nothing here quotes a client: an intake is named by a keyed hash.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from datetime import datetime, timezone
from types import MappingProxyType

import msgspec

#: The hash before the first entry.
BEFORE_ALL = "0" * 64

#: What can be recorded, in words for the practice lead.
WHAT: Mapping[str, str] = MappingProxyType(
    {
        "signed_in": "Signed in",
        "signed_out": "Signed out",
        "sign_ins_ended": "Ended sign-ins",
        "link_made": "Made a sign-in link",
        "password_set": "Set a password",
        "second_step_set": "Set up the second step",
        "second_step_off": "Turned the second step off",
        "second_step_reset": "Reset the second step of a coach",
        "second_step_wrong": "Gave a wrong code at the second step",
        "recovery_code_used": "Used a recovery code",
        "recovery_codes_made": "Made new recovery codes",
        "coach_invited": "Invited a coach",
        "coach_removed": "Removed a coach",
        "role_changed": "Changed a role",
        "setting_changed": "Changed a setting",
        "intake_read": "Read an intake",
        "intake_exported": "Exported an intake",
        "intake_erased": "Erased an intake",
        "intake_decided": "Decided on an intake",
        "intake_changed": "Did something about an intake",
        "kept_long_enough": "Looked for intakes that were kept long enough",
        "restored": "Restored a backup",
    }
)

#: Who can do something beside ``coach:<id>``.
CLIENT, SYSTEM, OPERATOR = "client", "system", "operator"


class Entry(msgspec.Struct, frozen=True):
    """One entry. ``by`` is ``coach:<id>``, ``client``, ``system`` or ``operator``.

    ``about`` is the keyed hash of an intake's id, null where it is about none; ``detail``
    is a JSON object of short words and numbers, as it was hashed.
    """

    seq: int
    at: datetime
    by: str
    what: str
    about: str | None
    detail: str
    hash: str

    @property
    def details(self) -> dict[str, str | int]:
        """``detail``, read; empty where it was tampered with."""
        try:
            return msgspec.json.decode(self.detail, type=dict[str, str | int])
        except msgspec.DecodeError:
            return {}


class Broken(msgspec.Struct, frozen=True):
    """A place at which the record is not what was written. ``seq`` counts from 1."""

    seq: int
    what: str


def detail_of(detail: Mapping[str, str | int]) -> str:
    """Details in the one form in which they are hashed."""
    return msgspec.json.encode(dict(sorted(detail.items()))).decode()


def about(key: str, conversation: str) -> str:
    """An intake's id as it stands in the record; ``key`` is hexadecimal.

    Nobody can go from it to the intake, once that is erased.
    """
    return hmac.new(bytes.fromhex(key), conversation.encode(), hashlib.sha256).hexdigest()


def hash_of(
    previous: str,
    seq: int,
    at: datetime,
    by: str,
    what: str,
    about: str | None,
    detail: str,
) -> str:
    """The hash of an entry after the one with the hash ``previous``."""
    moment = at.astimezone(timezone.utc).isoformat(timespec="microseconds")
    content = msgspec.json.encode([previous, seq, moment, by, what, about, detail])
    return hashlib.sha256(content).hexdigest()


def broken(entries: Iterable[Entry], last: int, last_hash: str) -> tuple[Broken, ...]:
    """Where a record is not what was written; empty where it is whole.

    ``entries`` are all of it by number; ``last`` and ``last_hash`` are the number and the
    hash of the newest, as they are kept apart.
    """
    found: list[Broken] = []
    expected, previous = 1, BEFORE_ALL
    for entry in entries:
        if entry.seq != expected:
            found.append(Broken(expected, _missing(expected, entry.seq - 1)))
        elif entry.hash != hash_of(
            previous, entry.seq, entry.at, entry.by, entry.what, entry.about, entry.detail
        ):
            found.append(Broken(entry.seq, "this entry, or its place, was changed"))
        expected, previous = entry.seq + 1, entry.hash
    if expected - 1 < last:
        found.append(Broken(expected, f"{_missing(expected, last)} at the end"))
    elif expected - 1 > last:
        found.append(Broken(last + 1, "there are entries after the last one that was written"))
    elif previous != last_hash:
        found.append(Broken(last, "the last entry is not the one that was written"))
    return tuple(found)


def _missing(first: int, last: int) -> str:
    if last > first:
        return f"entries {first} to {last} are missing"
    return f"entry {first} is missing" if last == first else "an entry stands here twice"

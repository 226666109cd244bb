"""What a coach's password must be like, and that it can be told from any other."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher

from rightfit.privacy import passwords

NAMES = ("maren", "Maren", "Tollefsen", "Slackwater", "Coaching")


@pytest.mark.parametrize(
    "password",
    [
        "four plain words here",
        "wet gloves on a fence",
        "x7!kQ2#vv9Lp",
        "ещё одно длинное слово",
        "?!.,;:-_#+*/()",
        "Maren buys oat biscuits",
        "🌊🪨🐟🧤 slow tide",
        "grey coaching otters",
    ],
)
def test_these_do(password: str) -> None:
    assert passwords.fault_of(password, NAMES) is None


@pytest.mark.parametrize(
    ("password", "told"),
    [
        ("", "has 0 characters"),
        ("x", "has 1 character."),
        ("eleven char", "at least 12"),
        ("a" * 257, "at most 256"),
        ("aaaaaaaaaaaaaaa", "same few characters"),
        ("abababababab", "same few characters"),
        ("!!!!!!!!!!!!!!", "same few characters"),
        ("1234567890123", "row of keys"),
        ("qwertyuiopasdf", "row of keys"),
        ("zyxwvutsrqponm", "row of keys"),
        ("password1234", "try first"),
        ("MarenTollefsen1", "try first"),
        ("slackwater coaching", "try first"),
        ("Maren-Slackwater-2026", "try first"),
    ],
)
def test_these_do_not_and_are_told_why(password: str, told: str) -> None:
    fault = passwords.fault_of(password, NAMES)
    assert fault is not None
    assert told in fault
    assert "!" not in fault


def test_only_the_same_password_is_the_password() -> None:
    hashed = passwords.hash_of("four plain words here")
    assert hashed.startswith("$argon2id$")
    assert len(hashed) <= 200, "fits the column"
    assert passwords.is_password(hashed, "four plain words here")
    assert not passwords.is_password(hashed, "four plain words here ")
    assert not passwords.is_password(hashed, "Four plain words here")
    assert passwords.hash_of("four plain words here") != hashed, "each with a salt of its own"


def test_the_same_keys_on_another_device_are_the_same_password() -> None:
    hashed = passwords.hash_of("caf\u00e9 in the harbour")
    assert passwords.is_password(hashed, "cafe\u0301 in the harbour")


def test_nothing_is_the_password_where_none_is_set_or_the_hash_is_broken() -> None:
    assert not passwords.is_password(None, "four plain words here")
    assert not passwords.is_password("no hash", "four plain words here")


def test_where_none_is_set_the_comparison_costs_the_same() -> None:
    made = passwords.hash_of("four plain words here").rpartition("$")[0].rpartition("$")[0]
    assert passwords._NOBODYS.startswith(made), "the same settings as those of a real hash"


def test_a_hash_with_weaker_settings_is_dated() -> None:
    assert not passwords.is_dated(passwords.hash_of("four plain words here"))
    assert passwords.is_dated(PasswordHasher(time_cost=1, memory_cost=8192).hash("whatever"))

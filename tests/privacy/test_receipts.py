"""Receipt codes: the same for the same conversation, unguessable, and easy to type."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone

from hypothesis import given, settings
from hypothesis import strategies as st

from rightfit.privacy.receipts import Receipts, digest, new_token

RECEIPTS = Receipts("5a" * 32)


@given(st.text())
def test_a_code_is_four_groups_without_letters_that_read_alike(conversation: str) -> None:
    code = RECEIPTS.of(conversation)

    assert re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}", code)
    assert RECEIPTS.of(conversation) == code


@given(st.lists(st.text(), min_size=2, max_size=2, unique=True))
def test_each_conversation_and_each_installation_has_its_own(conversations: list[str]) -> None:
    one, other = conversations

    assert RECEIPTS.of(one) != RECEIPTS.of(other)
    assert RECEIPTS.of(one) != Receipts("5b" * 32).of(one)


@given(st.text())
def test_a_code_is_known_however_it_is_typed(conversation: str) -> None:
    code = RECEIPTS.of(conversation)

    for typed in (code.lower(), code.replace("-", ""), f"  {code.replace('-', ' ')}\n"):
        assert RECEIPTS.normal(typed) == code
    assert RECEIPTS.normal(code.replace("0", "o").replace("1", "I")) == code
    assert RECEIPTS.normal(code.replace("1", "l")) == code


@given(st.text())
def test_nothing_typed_is_too_odd_to_compare(typed: str) -> None:
    assert re.fullmatch(r"[0-9A-Z-]*", RECEIPTS.normal(typed))


def test_only_the_hash_of_a_code_is_stored() -> None:
    code = RECEIPTS.of("a conversation")

    assert re.fullmatch(r"[0-9a-f]{64}", digest(code))
    assert digest(code) != digest(code.lower())


def test_tokens_are_never_the_same() -> None:
    tokens = {new_token() for _ in range(1000)}

    assert len(tokens) == 1000
    assert all(len(token) >= 43 for token in tokens)


NOW = datetime(2026, 3, 2, 9, 0, tzinfo=timezone.utc)
CONVERSATION = "0d6c9a51-4f2a-4d80-9d0a-7a2f3a6d1c55"


def test_a_pass_opens_its_conversation_until_its_time() -> None:
    receipts = Receipts("ab" * 32)
    given = receipts.pass_for(CONVERSATION, NOW + timedelta(days=30))

    assert receipts.conversation_of_pass(given, NOW) == CONVERSATION
    assert receipts.conversation_of_pass(given, NOW + timedelta(days=30)) == CONVERSATION
    assert receipts.conversation_of_pass(given, NOW + timedelta(days=31)) is None
    assert Receipts("cd" * 32).conversation_of_pass(given, NOW) is None
    assert receipts.of(CONVERSATION).replace("-", "") not in given


@settings(max_examples=300)
@given(st.data())
def test_a_pass_with_any_character_changed_opens_nothing(data: st.DataObject) -> None:
    receipts = Receipts("ab" * 32)
    good = receipts.pass_for(CONVERSATION, NOW)
    at = data.draw(st.integers(0, len(good) - 1))
    other = data.draw(st.characters().filter(lambda c: c != good[at]))

    assert receipts.conversation_of_pass(good[:at] + other + good[at + 1 :], NOW) is None


@given(st.text())
def test_whatever_is_given_for_a_pass_is_met_calmly(given: str) -> None:
    assert Receipts("ab" * 32).conversation_of_pass(given, NOW) is None

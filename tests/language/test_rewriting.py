"""Swapping words in a text, and finding everything again in the other text."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rightfit.language.opposites import GENDER, OPPOSITES
from rightfit.language.rewriting import even_text, evened, renamed, swapped, table_of

BELIEFS, BY_GENDER = table_of(OPPOSITES), table_of(GENDER)
WORDS = sorted({word for group in (*OPPOSITES, *GENDER) for pair in group.pairs for word in pair})
PAIRS = [(group.about, *pair) for group in OPPOSITES for pair in group.pairs]

#: Table words among others, in any capitals, with and without an article.
texts = st.lists(
    st.sampled_from(WORDS)
    | st.sampled_from(WORDS).map(str.lower)
    | st.sampled_from(WORDS).map(str.upper)
    | st.sampled_from(["a", "An", "the", "market", "of Canada", "temple", "people", "—", ".", "İß"])
    | st.text(max_size=6),
    max_size=8,
).map(" ".join)


def test_the_table_is_as_large_as_it_was_meant_to_be() -> None:
    assert len(set(PAIRS)) >= 60
    assert len({group.country for group in OPPOSITES} - {None}) >= 5
    assert {group.about for group in OPPOSITES} == {"party", "politics", "faith", "identity"}


@pytest.mark.parametrize(("about", "one", "other"), PAIRS)
def test_both_of_a_pair_are_read_alike(about: str, one: str, other: str) -> None:
    for frame in ("I work with {} every day", "As a {}, I want to say so", "{}"):
        assert even_text(frame.format(one)).text == even_text(frame.format(other)).text


@pytest.mark.parametrize(
    ("text", "mirror"),
    [
        ("I am an atheist.", "I am a Christian."),
        ("A CHRISTIAN boss", "A MUSLIM boss"),
        ("christian, Christian", "muslim, Muslim"),
        ("christianity is not a word in Christiania", "islam is not a word in Christiania"),
        ("Fianna Fail, sinn féin", "Sinn Féin, fianna fáil"),
        ("a conservative estimate", "a conservative estimate"),
        ("Conservative Party of Canada", "Liberal Party of Canada"),
        ("a Jewish temple", "a Jewish temple"),
        ("a white market", "a white market"),
        ("", ""),
    ],
)
def test_words_are_swapped_in_their_own_capitals(text: str, mirror: str) -> None:
    assert swapped(text, BELIEFS).text == mirror


def test_a_word_with_several_opposites_takes_each_in_turn() -> None:
    assert [swapped("Christian", BELIEFS, turn).text for turn in range(3)] == [
        "Muslim",
        "atheist",
        "Muslim",
    ]


def test_the_grammar_of_gender() -> None:
    assert swapped("My wife says he hurt himself", BY_GENDER).text == (
        "My husband says she hurt herself"
    )
    assert even_text("her husband told him").text == even_text("his wife told her").text


@pytest.mark.parametrize("stays", ["Labour Party", "Labour", "the Conservative Party Shop"])
def test_a_name_that_must_stay_is_left_with_its_opposite(stays: str) -> None:
    table = table_of(OPPOSITES, (stays,))

    assert swapped("Conservative Party", BELIEFS).text == "Labour Party"
    assert swapped("Conservative Party", table).text == "Conservative Party"
    assert swapped("Labour Party", table).text == "Labour Party"


def test_a_name_is_replaced_as_a_whole_word() -> None:
    assert renamed("Ann and Anna, ANN", "Ann", "Kwame").text == "Kwame and Anna, KWAME"
    assert renamed("Ann", " ", "Kwame").text == "Ann"


@given(text=texts, turn=st.integers(0, 2))
def test_a_text_and_its_mirror_are_read_alike(text: str, turn: int) -> None:
    for table in (BELIEFS, BY_GENDER):
        new = swapped(text, table, turn)
        assert evened(new.text, table).text == evened(text, table).text
        assert even_text(new.text).text == even_text(text).text or table is BY_GENDER


@given(text=texts)
def test_everything_is_found_again(text: str) -> None:
    for new in (swapped(text, BELIEFS), evened(text, BELIEFS)):
        for start, end, first, last in new.pieces:
            assert new.there(start, end) == (first, last)
            assert new.back(first, last) == (start, end)
        inside = {at for start, end, *_ in new.pieces for at in range(start + 1, end)}
        outside = [at for at in range(len(text) + 1) if at not in inside]
        for start, end in pairwise(outside):
            assert new.back(*new.there(start, end)) == (start, end)
        assert new.there(0, len(text)) == (0, len(new.text))


@given(text=texts, start=st.integers(0, 60), length=st.integers(0, 60))
def test_spans_of_what_was_read_are_spans_of_what_was_said(
    text: str, start: int, length: int
) -> None:
    even = even_text(text, "Ann")
    first = min(start, len(even.text))
    begin, end = even.back(first, min(first + length, len(even.text)))

    assert 0 <= begin <= end <= len(text)

"""Which sentences of an answer are shown at once."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from rightfit.records import Need
from rightfit.summary.telling import LONGEST_PIECE, MOST_SENTENCES, SHORT, pieces, telling

LONG = (
    "I grew up on a farm and I still like the smell of it. My first job was in a kitchen. "
    "The kitchen had a window, which was nice of them. I want to be home when school ends. "
    "My uncle says that I think too much. There was a dog in the yard. "
    "It should be settled before the first of September. People say that I am calm, and so on. "
    "The walls were green."
)
TEXTS = st.text(st.sampled_from("ab .!?\n,;I want September \u00e9\U0001f41f"), max_size=1500)


def shown(text: str, *needs: Need) -> list[str]:
    return [text[start:end] for start, end in telling(text, needs).spans]


def need(quote: str, *, picked: bool = False) -> Need:
    start = LONG.index(quote)
    return Need(
        "coworkers", "wants", "unstated", None, "goals", quote, start, start + len(quote),
        picked=picked,
    )  # fmt: skip


def test_a_short_answer_is_shown_whole() -> None:
    assert shown("  A desk.\n\nA window. ") == ["A desk.\n\nA window."]
    assert telling("A desk.").all
    assert shown("") == []
    assert telling("").all
    assert shown(" \n ") == []


def test_of_a_long_one_the_wish_and_the_date_are_shown_in_its_order() -> None:
    told = telling(LONG)

    assert not told.all
    assert shown(LONG)[-2:] == [
        "I want to be home when school ends.",
        "It should be settled before the first of September.",
    ]


def test_a_need_that_matters_most_is_always_among_them() -> None:
    assert "The walls were green." not in shown(LONG)
    assert "The walls were green." in shown(LONG, need("walls were green", picked=True))


def test_a_need_counts() -> None:
    with_it = shown(LONG, need("a dog in the yard"))

    assert "There was a dog in the yard." not in " ".join(shown(LONG))
    assert "There was a dog in the yard." in " ".join(with_it)


def test_sentences_that_follow_one_another_are_one_piece() -> None:
    needs = [need(quote, picked=True) for quote in ("first job", "had a window")]

    assert any("kitchen. The kitchen" in piece for piece in shown(LONG, *needs))


def test_a_sentence_that_does_not_end_is_shown_in_pieces() -> None:
    endless = "and then we moved and I worked with wood and with glass " * 30

    assert all(end - start <= LONGEST_PIECE for start, end in pieces(endless))
    assert not telling(endless).all
    assert all(piece == piece.strip() for piece in shown(endless))


def test_a_text_without_any_break_is_cut_too() -> None:
    assert [end - start for start, end in pieces("x" * 1000)] == [240, 240, 240, 240, 40]


@given(TEXTS)
def test_every_piece_stands_in_the_answer_and_nothing_is_lost(text: str) -> None:
    found = pieces(text)
    told = telling(text)

    assert "".join("".join(text[a:b] for a, b in found).split()) == "".join(text.split())
    assert all(before[1] <= after[0] for before, after in itertools.pairwise(found))
    assert list(told.spans) == sorted(told.spans)
    if told.all:
        assert "".join("".join(text[a:b] for a, b in told.spans).split()) == "".join(text.split())
    else:
        assert len(text) > SHORT
        assert len(told.spans) <= MOST_SENTENCES
        assert sum(b - a for a, b in told.spans) < len(text)

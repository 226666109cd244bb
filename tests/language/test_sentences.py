"""Sentences and clauses cover a text, whatever it is, and in linear time."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rightfit.language.clauses import clauses, quotable
from rightfit.language.sentences import sentences

MESSY = st.text(
    alphabet=st.sampled_from("aI .,;:!?-\n\t()'\"\u2014\u2026é工\ud800 butandso"), max_size=200
)


@given(st.one_of(st.text(max_size=200), MESSY))
def test_every_letter_is_in_one_clause(text: str) -> None:
    spans = [span for sentence in clauses(text) for span in sentence]
    for (_, end), (start, _) in pairwise(spans):
        assert end <= start
    for start, end in spans:
        assert 0 <= start < end <= len(text)
        assert text[start:end] == text[start:end].strip()
        first, last = quotable(text, (start, end))
        assert start <= first < last <= end
    inside = "".join(text[start:end] for start, end in spans)
    assert "".join(inside.split()) == "".join(text.split())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ten years in retail. Why do you ask?", ["Ten years in retail.", "Why do you ask?"]),
        ("e.g. nights, 3.5 days", ["e.g. nights, 3.5 days"]),
        ("no stop\nand a new line", ["no stop", "and a new line"]),
        ("Dr. Who left... I stayed", ["Dr. Who left...", "I stayed"]),
    ],
)
def test_sentences_end_where_a_reader_would_end_them(text: str, expected: list[str]) -> None:
    assert [text[start:end] for start, end in sentences(text)] == expected


def test_a_quote_leaves_out_what_joins_it() -> None:
    text = "the pay was fine, but my boss read my e-mails, so I left that place."
    spans = [span for sentence in clauses(text) for span in sentence]
    assert [text[slice(*quotable(text, span))] for span in spans][1] == "my boss read my e-mails"


@pytest.mark.parametrize("unit", ["a", " ", ".", "\n", "- ", ", ", "and ", "a. ", ".' ", "(", "\t"])
def test_a_wall_of_text_takes_as_many_steps_as_it_is_long(unit: str) -> None:
    # A quadratic pattern would need minutes for this, and the suite's timeout would end it.
    text = unit * (400_000 // len(unit))
    assert sum(end - start for start, end in sentences(text)) <= len(text)

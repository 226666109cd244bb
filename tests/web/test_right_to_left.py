"""Hebrew and Arabic on paper, letter by letter."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rightfit.web.right_to_left import as_drawn, joined, runs_left


@pytest.mark.parametrize(
    ("text", "left"),
    [("שלום abc", True), ("abc שלום", False), ("12 محمد", True), ("12", False), ("", False)],
)
def test_a_paragraph_begins_where_its_first_letter_does(text: str, left: bool) -> None:
    assert runs_left(text) is left


def test_hebrew_stands_in_the_order_of_paper_and_numbers_keep_theirs() -> None:
    assert as_drawn("שלום", from_right=True) == "םולש"
    assert as_drawn("abc שלום 12 def", from_right=False) == "abc 12 םולש def"
    assert as_drawn("שלום 12", from_right=True) == "12 םולש"


def test_arabic_letters_take_the_forms_that_they_have_beside_each_other() -> None:
    names = [unicodedata.name(letter) for letter in joined("محمد")]
    assert [name.split()[-2:] for name in names] == [
        ["INITIAL", "FORM"], ["MEDIAL", "FORM"], ["MEDIAL", "FORM"], ["FINAL", "FORM"],
    ]  # fmt: skip
    # Dal reaches out to nothing: what follows it begins anew.
    assert unicodedata.name(joined("دم")[1]).endswith("ISOLATED FORM")
    assert unicodedata.name(joined("بَب")[2]).endswith("FINAL FORM"), "a mark is passed over"


@given(st.text(st.characters(min_codepoint=32, codec="utf-8"), max_size=60))
def test_no_letter_is_lost(text: str) -> None:
    line = text.replace("\n", " ")
    assert len(joined(line)) == len(line)
    assert unicodedata.normalize("NFKC", joined(line)) == unicodedata.normalize("NFKC", line)


@given(st.text(st.characters(categories=["L", "N", "Zs"]), max_size=60))
def test_drawing_moves_letters_and_changes_none(line: str) -> None:
    assert sorted(as_drawn(line, from_right=runs_left(line))) == sorted(line)


@given(st.text(st.characters(max_codepoint=0x52F, categories=["L", "N", "P"]), max_size=60))
def test_what_runs_to_the_right_is_left_alone(line: str) -> None:
    assert as_drawn(joined(line), from_right=False) == line

"""Folding forgets what makes the same words look different, and leads back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rightfit.language.folding import fold


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("José", "jose"),
        ("JOSE\u0301", "jose"),
        ("I\u2019m", "i'm"),
        ("Straße", "strasse"),
        ("\ufb01ne", "fine"),
        ("\u0301", ""),
    ],
)
def test_folding_forgets_case_accents_and_fancy_apostrophes(text: str, folded: str) -> None:
    assert fold(text).text == folded


@given(st.text(max_size=40))
def test_what_is_folded_leads_back(text: str) -> None:
    folded = fold(text)

    assert len(folded.at) == len(folded.text) + 1
    assert list(folded.at) == sorted(folded.at)
    assert folded.at[-1] == len(text)

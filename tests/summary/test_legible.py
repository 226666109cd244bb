"""Client text as it can be shown."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from rightfit.summary.legible import as_name, legible

ANYTHING = st.text(st.characters(), max_size=200)


def test_control_characters_are_made_visible_and_line_breaks_kept() -> None:
    assert legible("a\0b\x1bc\x7fd\x9fe") == "a␀b␛c␡d\ufffde"
    assert legible("\ud800") == "\ufffd"
    assert legible("a\r\nb\rc\u2028d\n\te") == "a\nb\nc\nd\n\te"


def test_what_would_turn_the_page_around_is_taken_out_and_letters_are_not() -> None:
    assert legible("pay \u202e001\u202c now\u2066") == "pay 001 now"
    for text in ("عبد الرحمن", "שלום\u200f!", "नमस्ते", "👩\u200d👧", "e\u0301"):
        assert legible(text) == text


@given(ANYTHING)
def test_whatever_was_written_can_be_sent_as_a_page(text: str) -> None:
    shown = legible(text)
    shown.encode()
    assert not any(ord(c) < 32 and c not in "\n\t" for c in shown)
    assert legible(shown) == shown


def test_a_name_is_one_line_of_reasonable_length() -> None:
    assert as_name("  Ruta\n of \0 Galway ") == "Ruta of ␀ Galway"
    assert as_name("x" * 8000) == "x" * 59 + "…"
    for nothing in (None, "", "  \n", "\u200b\u200d", "\u202e\u2066"):
        assert as_name(nothing) is None

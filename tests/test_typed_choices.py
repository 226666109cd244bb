"""Which choices a typed text names: never one that the client did not mean."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rightfit.practice import Choice
from rightfit.typed_choices import (
    mention_choices,
    name_choices,
    plain_words,
    speaks_of_a_choice,
)

FORMATS = (
    Choice("video", "Video call"),
    Choice("phone", "Phone"),
    Choice("in_person", "In person"),
)
TYPED = {"video": ("zoom", "online"), "phone": ("by phone",)}
YES_NO = (Choice("yes", "Yes, that is fine"), Choice("delete", "Delete it"))
STARTS = (Choice("soon", "As soon as possible"), Choice("later", "Later"))


@pytest.mark.parametrize(
    ("text", "plain"),
    [("  Yes, PLEASE! ", "yes please"), ("I’d\nrather", "i d rather"), ("a@b.org", "a@b org")],
)
def test_plain_words(text: str, plain: str) -> None:
    assert plain_words(text) == plain


@given(st.text())
def test_plain_words_are_plain_already(text: str) -> None:
    assert plain_words(plain_words(text)) == plain_words(text)


@pytest.mark.parametrize(
    ("text", "multiple", "found"),
    [
        ("Video call", None, ("video",)),
        ("ZOOM.", None, ("video",)),
        ("in person", None, ("in_person",)),
        ("2", None, ("phone",)),
        ("the last one", None, ("in_person",)),
        ("number 1 and 3", 3, ("video", "in_person")),
        ("1, 2", None, ()),
        ("4", None, ()),
        ("0", None, ()),
        ("by phone; zoom", 2, ("phone", "video")),
        ("phone and zoom and in person", 2, ()),
        ("phone and pigeon post", 3, ()),
        ("phone please", None, ()),
        ("", 3, ()),
    ],
)
def test_a_text_that_is_a_choice(text: str, multiple: int | None, found: tuple[str, ...]) -> None:
    assert name_choices(FORMATS, TYPED, multiple, text) == found


def test_nothing_is_named_where_nothing_is_offered() -> None:
    assert name_choices((), {}, None, "1") == ()


@pytest.mark.parametrize(
    ("text", "multiple", "found"),
    [
        ("zoom would be fine", None, ("video",)),
        ("lovely, zoom of course", None, ("video",)),
        ("I'd like the phone please", None, ("phone",)),
        ("phone or video call, I guess", 3, ("video", "phone")),
        ("phone or video call, I guess", None, ()),
        ("phone, I hate zoom", 3, ()),
        ("not the phone", 3, ()),
        ("I don't like the phone", 3, ()),
        ("anything but the phone", 3, ()),
        ("my phone broke", 3, ()),
        ("I would really like it best by phone", 3, ()),
    ],
)
def test_a_text_with_a_choice_in_it(
    text: str, multiple: int | None, found: tuple[str, ...]
) -> None:
    assert mention_choices(FORMATS, TYPED, multiple, text) == found


def test_a_request_is_no_choice() -> None:
    assert mention_choices(STARTS, {}, None, "can we do this later") == ()
    assert mention_choices(STARTS, {}, None, "I'll tell you later") == ()
    assert mention_choices(STARTS, {}, None, "later I think") == ("later",)


def test_what_says_more_than_yes_counts() -> None:
    assert mention_choices(YES_NO, {"yes": ("yes",)}, None, "yes, delete it") == ("delete",)
    assert mention_choices(YES_NO, {"yes": ("yes",)}, None, "yes please") == ("yes",)


def test_a_choice_may_be_spoken_of_without_being_chosen() -> None:
    assert speaks_of_a_choice(FORMATS, TYPED, "I hate zoom")
    assert not speaks_of_a_choice(FORMATS, TYPED, "I hate zooming in")
    assert not speaks_of_a_choice((), {}, "zoom")


@given(text=st.text(), multiple=st.none() | st.integers(1, 3))
def test_only_what_is_offered_is_found_and_never_too_much(text: str, multiple: int | None) -> None:
    offered = {choice.id for choice in FORMATS}
    for find in (name_choices, mention_choices):
        found = find(FORMATS, TYPED, multiple, text)
        assert set(found) <= offered
        assert len(set(found)) == len(found) <= (multiple or 1)


@given(st.lists(st.sampled_from(FORMATS), min_size=1, max_size=3, unique=True), st.data())
def test_titles_put_together_are_understood(chosen: list[Choice], data: st.DataObject) -> None:
    glue = data.draw(st.sampled_from([", ", " and ", "; ", " + ", "/"]))
    text = glue.join(choice.title for choice in chosen)

    found = name_choices(FORMATS, TYPED, 3, data.draw(st.sampled_from([text, text.upper()])))

    assert set(found) == {choice.id for choice in chosen}

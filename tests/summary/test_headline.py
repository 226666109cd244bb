"""The headline is chosen from the client's own sentences."""

from __future__ import annotations

import pytest

from rightfit.records import Need
from rightfit.summary.headline import headline


def told(text: str, *needs: Need) -> list[tuple[str, tuple[str, ...]]]:
    return [(text[start:end], parts) for (start, end), parts in headline(text, needs)]


def test_goal_reason_and_date_each_have_their_sentence() -> None:
    text = (
        "It has been a long year. They closed our branch in spring and I was laid off. "
        "I would like to find a job with fewer screens. It has to be before June."
    )

    assert told(text) == [
        ("I would like to find a job with fewer screens.", ("goal",)),
        ("They closed our branch in spring and I was laid off.", ("why_now",)),
        ("It has to be before June.", ("by_when",)),
    ]


def test_one_sentence_may_tell_all_of_it() -> None:
    text = "My contract ends in May, so I want to find something new by then."

    assert told(text) == [(text, ("goal", "why_now", "by_when"))]


def test_what_nobody_said_is_left_out() -> None:
    assert told("I want to lead a small team.") == [("I want to lead a small team.", ("goal",))]
    assert told("") == []
    assert told("  \n") == []


@pytest.mark.parametrize(
    ("text", "goal"),
    [
        ("I don't want to drive. What I want is a desk.", "What I want is a desk."),
        ("Is it too late? I hope to teach.", "I hope to teach."),
        ("I do not know. A quieter post, perhaps, to have some time.", None),
        ("dunno, something else", "dunno, something else"),
        ("Ja. Vielleicht.", None),
    ],
)
def test_the_best_sentence_is_the_goal_whatever_its_place(text: str, goal: str | None) -> None:
    found = told(text)

    assert found[0][1][0] == "goal"
    assert found[0][0] in text
    if goal:
        assert found[0][0] == goal


def test_a_need_that_matters_most_speaks_for_its_sentence() -> None:
    text = "I want to earn more. I want to work with animals."
    start = text.index("work with animals")
    need = Need(
        "helping_others", "wants", "must", None, "goals", "work with animals", start,
        start + 17, picked=True,
    )  # fmt: skip

    assert told(text)[0][0] == "I want to earn more."
    assert told(text, need)[0][0] == "I want to work with animals."

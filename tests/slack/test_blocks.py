"""Whatever a client or a practice writes, Slack takes the blocks, and finds no mark in them."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rightfit.practice import load
from rightfit.records import Message, Progress, ShownChoice
from rightfit.slack import presenting
from rightfit.slack.blocks import (
    BLOCKS_A_MESSAGE,
    actions,
    aside,
    button,
    characters,
    entry,
    fallback,
    heading,
    menu,
    messages,
    paragraphs,
    pieces,
    quote,
    text_field,
)
from rightfit.slack.plain import escaped, plain
from tests.engines import PROJECT
from tests.slack.block_rules import faults
from tests.slack.practice_in_slack import offers, words

PRACTICE = load(PROJECT / "practice", PROJECT / "domain.yml")
GOLDEN = Path(__file__).parent / "golden"
AT = datetime(2026, 3, 2, 9, 0, tzinfo=timezone.utc)
HOSTILE = "<!channel> <@U1> <https://bad.example|bank> *b* _i_ `c` :smile: & < > @here #general"
LONG = ("word " * 8000)[:39000]


def message(text: str, *titles: str, multiple: int | None = None, seq: int = 7) -> Message:
    choices = tuple(ShownChoice(f"c{at}", title) for at, title in enumerate(titles))
    return Message(
        seq, "id", "assistant", text, AT, "utter_x", "goals", choices=choices, multiple=multiple
    )


CASES = {
    "words": [message("What would you like to be different?")],
    "buttons": [message("Shall I?", "Yes", "No")],
    "menu": [message("Which?", *(f"Choice {at}" for at in range(7)))],
    "several": [message("Which?", "One", "Two", "Three", multiple=2)],
    "hostile": [message(HOSTILE, HOSTILE)],
    "two in one": [message("Hello."), message("And now?", "Yes", seq=8)],
}


@pytest.mark.parametrize("name", CASES)
def test_a_turn_in_slack_is_as_it_was_agreed(name: str) -> None:
    posts = presenting.turn(PRACTICE, "an-intake", CASES[name], Progress(3, 18, "Goals"))
    made = [{"text": post.text, "blocks": post.blocks} for post in posts]
    golden = GOLDEN / f"{name.replace(' ', '-')}.json"
    assert made == json.loads(golden.read_text()), "look at it, then write it down anew"
    for post in posts:
        assert faults(post.blocks) == []


@given(
    st.text(max_size=9000),
    st.lists(st.text(min_size=1, max_size=200), max_size=120, unique=True),
    st.none() | st.integers(1, 5),
)
@example("x" * 9000, ["y" * 200], None)
def test_slack_takes_whatever_there_is_to_say(
    text: str, titles: list[str], multiple: int | None
) -> None:
    posts = presenting.turn(PRACTICE, "i" * 36, [message(text, *titles, multiple=multiple)])
    for post in posts:
        assert faults(post.blocks) == []
        assert post.text
    shown = presenting.settled([message(text, *titles)], None)
    assert faults(shown.blocks) == []


def test_a_long_summary_is_said_in_full_in_as_few_messages_as_it_takes() -> None:
    posts = presenting.turn(PRACTICE, "i", [message(LONG, "Send it")])
    assert len(posts) == 4
    assert [offers({"blocks": post.blocks}) for post in posts] == [[], [], [], ["Send it"]]
    said = " ".join(words({"blocks": post.blocks}) for post in posts)
    assert said.split().count("word") == LONG.split().count("word")


@given(st.text(max_size=4000), st.integers(1, 500))
def test_pieces_lose_no_word(text: str, most: int) -> None:
    found = pieces(text, most)
    assert all(len(piece) <= most for piece in found)
    assert "".join("".join(found).split()) == "".join(text.split())


@given(st.text(max_size=400))
def test_clamped_blocks_are_within_the_limits(text: str) -> None:
    long = text * 20
    made = [
        heading(long),
        aside(long, text),
        quote(long),
        *paragraphs(long or "x"),
        actions("a" * 300, [button(long, "b" * 300, long), menu([("v" * 200, long)], "m", long)]),
        entry("e", long, text_field("t", long), hint=long),
    ]
    assert faults(made, "modal") == []
    for each in messages(made):
        assert len(each) <= BLOCKS_A_MESSAGE
        assert sum(characters(block) for block in each) <= 13200 or len(each) == 1


@given(st.text())
def test_no_mark_is_left_in_what_slack_reads_marks_in(text: str) -> None:
    assert "<" not in escaped(text) and ">" not in fallback(text)
    assert plain(escaped(text)) == text.strip()


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Pay &amp; rest &lt;3", "Pay & rest <3"),
        ("a&amp;lt;b", "a&lt;b"),
        ("<https://example.org/a|example.org/a>", "example.org/a"),
        ("see <https://example.org>", "see https://example.org"),
        ("<mailto:ada@example.org|ada@example.org>", "ada@example.org"),
        ("call <tel:+353123|+353 123>", "call +353 123"),
        ("<@U123> and <@U123|ada>", "@somebody and @ada"),
        ("<#C123|general> <!here> <!subteam^S1|@team>", "#general @here @team"),
        ("<!date^1392734382^{date}|18 Feb>", "18 Feb"),
        ("  *not* _touched_ ~at~ `all`  ", "*not* _touched_ ~at~ `all`"),
    ],
)
def test_what_a_client_typed_is_read_as_they_see_it(typed: str, meant: str) -> None:
    assert plain(typed) == meant

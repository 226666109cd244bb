"""The summary as text, Markdown and a page: legible, and nothing of a client's acts in it."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from rightfit.records import Intake, Need, Summary
from rightfit.summary.arrangement import summary_of
from rightfit.summary.as_html import as_html
from rightfit.summary.as_markdown import as_markdown
from rightfit.summary.as_text import as_text
from rightfit.summary.legible import legible
from rightfit.summary.need_map import need_map, places
from tests.summary.made_up import PRACTICE, intake, need

GOLDEN = Path(__file__).parent / "golden"
WORDS = "A door that closes. Nobody who shouts. I'd like a window."
LONG = (
    "# Not a heading\n* not a list\n[not](http://a.link) <b>bold</b> `code` _low_ ~~gone~~ | a | "
    "1. one\n\n2) two\n---\n> not a quote\n![not](an:image) &amp; <script>alert(1)</script> "
    "https://example.org/x $x$ \\end </blockquote></main> {{ 7 * 7 }} {% raw %} \u202eback\u202c"
)
ODD = st.text(st.sampled_from("ab \n#*_`[]()<>!|~&$\\-+=1.):/\u202e\0\u2028\"'{}%\u00e9"))


def summary(environment: str = WORDS, *needs: Need, **more: str) -> Summary:
    return summary_of(PRACTICE, intake(needs, environment=environment, **more))


def picked(quote: str, centrality: int | None = 3, firmness: int | None = 4) -> Need:
    return need(quote, WORDS, picked=True, centrality=centrality, firmness=firmness)


class Read(HTMLParser):
    """The elements of a page, and the text that is read on it."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.elements.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


# --- Text for the chat -----------------------------------------------------------------------


def test_the_recap_reads_well_on_a_phone() -> None:
    shown = as_text(
        PRACTICE,
        summary_of(
            PRACTICE,
            intake(
                (picked("A door that closes"), need("I'd like a window", WORDS)),
                name="Mia",
                environment=WORDS,
                goals="I want a quieter job. The lease ends in May.",
                needs=("right",),
                budget=None,
                format=("video", "phone"),
            ),
        ),
    )

    assert shown == (
        "What to call you: “Mia”\n\n"
        "The goal: “I want a quieter job.”\n\n"
        "Why now · By when: “The lease ends in May.”\n\n"
        "What matters most:\n"
        "1. “A door that closes”\n"
        "Of the search: A big part\n"
        "An offer without it: Decline\n\n"
        "Also heard:\n"
        "“I'd like a window”\n\n"
        "The right place to work: “A door that closes. Nobody who shouts. I'd like a window.”\n\n"
        "Skipped: Budget for a session\n\n"
        "How to meet: Video call, Phone"
    )


def test_the_recap_says_where_words_are_left_out_and_that_they_go_along() -> None:
    long = "I was born by the sea. " * 20 + "I want to go back."

    shown = as_text(PRACTICE, summary(long))

    assert "[…] I want to go back.”" in shown
    assert "(The rest of this answer goes along, word for word.)" in shown


def test_the_recap_of_nothing_is_nothing() -> None:
    assert as_text(PRACTICE, summary_of(PRACTICE, intake())) == ""


# --- Markdown --------------------------------------------------------------------------------


def test_markdown_of_a_client_stays_text() -> None:
    page = MarkdownIt("gfm-like", {"linkify": False}).render(as_markdown(PRACTICE, summary(LONG)))

    read = Read(page)
    assert not {"a", "img", "b", "script", "code", "em", "del", "table"} & set(read.elements)
    told = [line.strip() for line in read.text.split("\n")]
    for line in legible(LONG).split("\n"):
        assert " ".join(line.split()) in told


@given(ODD)
def test_whatever_was_written_is_read_as_it_was_written(text: str) -> None:
    page = as_markdown(PRACTICE, summary(f"x{text}x"))

    read = Read(MarkdownIt("commonmark").render(page))
    ours = {"h1", "h2", "h3", "p", "strong", "blockquote", "ul", "li", "br"}
    assert set(read.elements) <= ours
    assert read.elements.count("li") == len(PRACTICE.questions) - 4, "what was not asked yet"
    words = "".join(legible(f"x{text}x").split())
    assert words in "".join(read.text.split())


# --- The page --------------------------------------------------------------------------------


@pytest.mark.parametrize("text", [LONG, LONG * 8, '"><svg onload=alert(1)>', "</style>"])
def test_the_page_of_a_client_stays_text_and_fetches_nothing(text: str) -> None:
    page = as_html(PRACTICE, summary(text, name=text))

    read = Read(page)
    assert not {"a", "img", "b", "script", "link", "iframe", "svg"} & set(read.elements)
    assert read.elements.count("style") == read.elements.count("main") == 1
    assert "default-src 'none'" in page
    assert "url(" not in page
    assert "\u202e" not in page
    assert legible(text).split("\n")[0].strip() in read.text


def test_quotes_in_the_page_know_their_direction() -> None:
    page = as_html(PRACTICE, summary("محمد"))

    assert '<blockquote dir="auto">محمد</blockquote>' in re.sub(r">\s+", ">", page)


# --- The map ---------------------------------------------------------------------------------


def test_only_needs_of_which_both_were_said_have_a_place() -> None:
    needs = (picked("A door"), picked("Nobody", firmness=None), picked("a window", 0, 0))

    found = places(summary(WORDS, *needs).central)

    assert [(place.number, place.centrality, place.firmness) for place in found] == [
        (1, 3, 4),
        (3, 0, 0),
    ]


def test_the_map_tells_lines_by_shape_and_in_words() -> None:
    central = summary(WORDS, picked("A door"), picked("a window", 1, 1)).central

    map_ = need_map(PRACTICE, central, {2}) or ""

    assert map_.count("<circle") == 1
    assert map_.count('class="mark line"') == 1
    assert "2, “a window”: A small part; Probably take it. Meets a line of yours." in map_
    for mark in ("of yours", "mark line"):
        assert mark not in (need_map(PRACTICE, central) or "")


def test_needs_in_one_cell_do_not_hide_each_other() -> None:
    central = summary(WORDS, *(picked(quote) for quote in ("A door", "Nobody", "a window"))).central

    at = re.findall(
        r'<circle class="mark" cx="(\d+)" cy="(\d+)"', need_map(PRACTICE, central) or ""
    )

    assert len(set(at)) == 3


def test_what_a_client_wrote_is_text_in_the_map() -> None:
    words = "<script>alert(1)</script> & \u202eso on"
    odd = need(words, words, picked=True, centrality=1, firmness=1)

    map_ = need_map(PRACTICE, summary(words, odd).central) or ""

    assert "<script" not in map_
    assert "\u202e" not in map_


def test_there_is_no_map_without_a_place() -> None:
    assert need_map(PRACTICE, summary(WORDS, picked("A door", None)).central) is None


# --- The same for both -----------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(path.stem for path in GOLDEN.glob("*.json")))
def test_client_and_coach_read_the_same(name: str) -> None:
    told = msgspec.json.decode((GOLDEN / f"{name}.json").read_bytes(), type=Intake)
    made = summary_of(PRACTICE, told)

    recap, page = as_text(PRACTICE, made), Read(as_html(PRACTICE, made)).text
    plain = " ".join(recap.split())
    for line in (*made.headline, *made.place, *made.background, *made.obstacles, *made.to_ask):
        for quote in line.quotes:
            assert " ".join(legible(quote.quote).split()) in plain
            assert legible(quote.quote).strip() in page
        assert (line.words or "") in plain
        assert (line.words or "") in page

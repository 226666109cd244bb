"""The list of intakes: in which part each stands, what is new, and what a search finds."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from html import unescape

import pytest

from rightfit.records import DistressShown, Need, Noticings
from rightfit.review.events import Decided, FlagWeighed, QuestionsAnswered, QuestionsAsked, by_coach
from rightfit.store import reviews
from tests.web.coach_site import WHOLE, Device, Page, Said, Site, open_site

CONSENT = WHOLE[0]
NASTY = '<script>alert(1)</script> "quoted" & \u202eturned\0 {{ 7*7 }}\nsecond line'


@pytest.fixture
async def site(sqlite_url: str) -> AsyncIterator[Site]:
    async with open_site(sqlite_url) as opened:
        yield opened


@pytest.fixture
async def coach(site: Site) -> AsyncIterator[Device]:
    async with site.device() as device:
        yield await device.sign_in("maren")


def rows(page: Page) -> list[str]:
    """The rows of the list, as read."""
    found = re.findall(r"<li[^>]*>\s*<h3>.*?</li>", page.text, re.DOTALL)
    return [" ".join(unescape(re.sub(r"<[^>]+>", " ", row)).split()) for row in found]


def headings(page: Page) -> list[str]:
    return re.findall(r"<h2 id[^>]*>(.*?)</h2>", page.text)


async def test_an_empty_list_says_what_to_do_next(coach: Device) -> None:
    page = await coach.get("/coach")
    assert "There are none yet" in page.words
    assert 'href="/?coach=maren"' in page.text
    assert "embed.js&#34; data-coach=&#34;maren" in page.text or "embed.js" in page.text


async def test_who_has_waited_longest_comes_first_and_unfinished_ones_stand_apart(
    site: Site, coach: Device
) -> None:
    await site.intake(CONSENT, Said("Halfway", "name"), minutes_ago=1)
    await site.intake(
        CONSENT,
        Said("Resting", "name"),
        Said("break", state="paused"),
        coach="maren",
        minutes_ago=20,
    )
    await site.intake(*WHOLE, coach="maren", minutes_ago=200)
    whole = [one for one in WHOLE if one.question != "coach_wishes"]
    changing = (*whole, Said("change my goals", "recap", takes_out=True))
    await site.intake(*changing, coach="no_preference", minutes_ago=3000)
    page = await coach.get("/coach")
    assert rows(page) == [
        (
            "Ruta Not opened by you Changed after sending For any coach Wed 11 March, 07:05"
            " (2 days ago) 15 answered"
        ),
        (
            "Ruta Not opened by you Sent For you Fri 13 March, 05:45 (3 hours ago)"
            " 15 answered, 1 skipped"
        ),
        (
            "Halfway Not opened by you Being answered No coach named Fri 13 March, 08:59"
            " (just now) 1 answered"
        ),
        (
            "Resting Not opened by you Taking a break For you Fri 13 March, 08:40"
            " (19 minutes ago) 1 answered"
        ),
    ]
    assert "2 sent, 2 unfinished, 4 unread. Times are in the time zone" in page.words
    assert headings(page) == ["New", "Not finished"]


async def test_what_needs_eyes_is_said_in_the_list(site: Site, coach: Device) -> None:
    await site.intake(CONSENT, Said("lost", dead=True), Said("lost too", dead=True))
    await site.intake(*WHOLE, Said("One more thing.", state="sent"), minutes_ago=99)
    page = await coach.get("/coach")
    assert "1 sent, 1 unfinished, 2 messages need your eyes" in page.words
    assert "1 message since sending" in rows(page)[0]
    assert "2 messages need your eyes" in rows(page)[1]


async def test_who_has_not_agreed_is_not_listed(site: Site, coach: Device) -> None:
    intake = await site.intake(Said("Who reads this?", asked="consent"))
    assert rows(await coach.get("/coach")) == []
    assert (await coach.get(f"/coach/intakes/{intake}")).status == 404


async def test_a_name_cannot_break_the_list(site: Site, coach: Device) -> None:
    await site.intake(CONSENT, Said("\u200b\u200b", "name"), minutes_ago=3)
    await site.intake(CONSENT, Said(NASTY, "name"), minutes_ago=2)
    await site.intake(CONSENT, Said("x" * 8000, "name"), minutes_ago=1)
    page = await coach.get("/coach")
    assert "<script>" not in page.text
    assert "\u202e" not in page.text
    assert "\0" not in page.text
    assert len(page.text) < 12000
    assert [row.split(" Not opened")[0] for row in rows(page)][1:] == [
        '<script>alert(1)</script> "quoted" & turned␀ {{ 7*7 }} seco…',
        "No name given",
    ]


async def test_a_long_list_has_pages(site: Site, coach: Device) -> None:
    for number in range(52):
        await site.intake(CONSENT, Said(f"N{number}", "name"), minutes_ago=number)
    first, second = await coach.get("/coach"), await coach.get("/coach?page=2")
    names = [row.split()[0] for page in (first, second) for row in rows(page)]
    assert names == [f"N{number}" for number in range(52)]
    assert 'href="/coach?page=2"' in first.text
    assert "Next page" not in second.words
    assert "There are no more" in (await coach.get("/coach?page=9")).words
    for odd in ("0", "-1", "x", "9" * 30, "²"):
        assert rows(await coach.get(f"/coach?page={odd}")) == rows(first)


# --- Where it stands, what is new, who reads it ---------------------------------------------


async def test_decisions_move_an_intake_from_part_to_part(site: Site, coach: Device) -> None:
    ids = [await site.intake(*WHOLE, coach="maren", minutes_ago=90 + at) for at in range(4)]
    logs = (
        (Decided("ask_more"),),
        (Decided("ask_more"), QuestionsAsked(())),
        (Decided("proceed"),),
        (),
    )
    async with site.database.writing() as transaction:
        for id, events in zip(ids, logs, strict=True):
            for seen, event in enumerate(events):
                await reviews.append(transaction, id, seen, event, by_coach("dayo"), site.now)
    page = await coach.get("/coach")
    assert headings(page) == ["New", "Waiting for me", "Waiting for the client", "Decided"]
    states = [row.split(" For you")[0] for row in rows(page)]
    assert states == [
        "Ruta Not opened by you Sent",
        "Ruta Not opened by you Questions are to be chosen",
        "Ruta Not opened by you Questions are with the client",
        "Ruta Not opened by you Going ahead",
    ]
    assert "Decided by Dayo Birtwhistle" in rows(page)[3]
    only = await coach.get("/coach?show=waiting_for_client")
    assert headings(only) == ["Waiting for the client"]
    assert "Waiting for me 1" in only.words


async def test_what_was_read_is_marked_until_something_is_new(site: Site, coach: Device) -> None:
    id = await site.intake(*WHOLE, coach="maren")
    assert "1 unread" in (await coach.get("/coach")).words
    await coach.get(f"/coach/intakes/{id}")
    page = await coach.get("/coach")
    assert "unread" not in page.words
    assert "Not opened by you" not in page.words
    async with site.device() as other:
        theirs = await (await other.sign_in("dayo")).get("/coach")
        assert "Not opened by you" in rows(theirs)[0]
        assert "Read by Maren Tollefsen" in rows(theirs)[0]
    async with site.database.writing() as transaction:
        await reviews.append(transaction, id, 0, QuestionsAsked(()), by_coach("maren"), site.now)
        await reviews.append(transaction, id, 1, QuestionsAnswered(()), "client", site.now)
    page = await coach.get("/coach")
    assert "New since you read it The client has answered the questions" in rows(page)[0]
    assert "<title>1 unread, Intakes" in page.text


async def test_danger_stands_first_in_a_part_of_its_own(site: Site, coach: Device) -> None:
    shown = DistressShown("crisis", "I want to be gone", "goals", 4)
    await site.intake(*WHOLE, coach="maren", minutes_ago=5000)
    id = await site.intake(CONSENT, Said("I want to be gone", "goals", distress=shown))
    page = await coach.get("/coach")
    assert headings(page) == ["Please read first", "New"]
    assert "the client may be in danger" in rows(page)[0]
    met = FlagWeighed("crisis", None, "upheld", "I called.", level="urgent")
    async with site.database.writing() as transaction:
        await reviews.append(transaction, id, 0, met, by_coach("dayo"), site.now)
    page = await coach.get("/coach")
    assert headings(page) == ["New", "Not finished"]
    assert "A coach has looked at it since" in rows(page)[1]


# --- Searching -------------------------------------------------------------------------------


async def test_a_search_finds_names_and_words_of_answers(site: Site, coach: Device) -> None:
    await site.intake(*WHOLE, coach="maren")
    await site.intake(CONSENT, Said("Ann", "name"), Said("A desk by the sea", "goals"))
    for words, found in (
        ("ruta", ["Ruta"]),
        ("SEA desk", ["Ann"]),
        ("fish  market", ["Ruta"]),
        ("a", ["Ruta", "Ann"]),
        ("ruta desk", []),
        ("%", []),
    ):
        page = await coach.get(f"/coach?q={words}")
        assert [row.split()[0] for row in rows(page)] == found, words
    page = await coach.get('/coach?q=<script>"x')
    assert "Nothing was found" in page.words
    assert "<script>" not in page.text
    assert "Show everything" in page.words


async def test_a_search_never_finds_what_is_held_back(site: Site, coach: Device) -> None:
    words = "I pray before each shift and want to keep doing so."
    held = Need(
        "religion", "wants", "must", "freedom", "goals", words, 0, len(words),
        sensitive_choice="leave_out",
    )  # fmt: skip
    await site.intake(
        CONSENT, Said("Ann", "name"), Said(words, "goals", noticed=Noticings((), (held,)))
    )
    assert len(rows(await coach.get("/coach?q=ann"))) == 1
    assert rows(await coach.get("/coach?q=pray")) == []


async def test_a_coach_can_look_at_their_own(site: Site, coach: Device) -> None:
    for whom in ("maren", "dayo", "no_preference", None):
        await site.intake(CONSENT, Said(f"For-{whom}", "name"), coach=whom)
    page = await coach.get("/coach?for=me")
    assert sorted(row.split()[0] for row in rows(page)) == [
        "For-None", "For-maren", "For-no_preference",
    ]  # fmt: skip
    assert 'value="me" selected' in page.text


async def test_what_is_searched_for_is_in_no_log(
    site: Site, coach: Device, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    await site.intake(*WHOLE)
    assert rows(await coach.get("/coach?q=wages"))
    assert "wages" not in caplog.text


@pytest.mark.parametrize("query", ["show=secret", "for=dayo", "q=" + "x" * 5000, "show=&q=&page="])
async def test_odd_questions_are_answered_with_a_list(
    site: Site, coach: Device, query: str
) -> None:
    await site.intake(*WHOLE)
    assert (await coach.get(f"/coach?{query}")).status == 200

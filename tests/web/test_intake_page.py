"""One intake, as a signed-in coach gets it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from html import unescape

import msgspec
import pytest

from rightfit.records import DistressShown, Intake
from rightfit.store.conversations import erase
from rightfit.store.database import StorageUnavailable
from tests.web.coach_site import (
    ROOT,
    WHOLE,
    Device,
    Page,
    Said,
    Site,
    chosen,
    open_site,
    replayed,
)

CONSENT = WHOLE[0]
CAMPAIGNER = msgspec.json.decode(
    (ROOT / "tests" / "summary" / "golden" / "the-campaigner.json").read_bytes(), type=Intake
)
NASTY = '<script>alert(1)</script> "quoted" & \u202eturned\0 {{ 7*7 }}\nsecond line'


@pytest.fixture
async def site(sqlite_url: str) -> AsyncIterator[Site]:
    async with open_site(sqlite_url) as opened:
        yield opened


@pytest.fixture
async def coach(site: Site) -> AsyncIterator[Device]:
    async with site.device() as device:
        yield await device.sign_in("maren")


def quotes(page: Page) -> list[str]:
    found = re.findall(r"<blockquote[^>]*>(.*?)</blockquote>", page.text, re.DOTALL)
    return [unescape(re.sub(r"<[^>]+>", "", quote)) for quote in found]


async def test_the_page_is_in_the_order_in_which_a_coach_reads(site: Site, coach: Device) -> None:
    page = await coach.get(f"/coach/intakes/{await site.intake(*WHOLE, coach='maren')}")
    headings = [unescape(found) for found in re.findall(r"<h2[^>]*>(.*?)</h2>", page.text)]
    assert headings == [
        "The goal",
        "Why now · By when",
        "What matters most",
        "Questions for you",
        "The right place to work",
        "Background",
        "In the way",
        "Hoped for from coaching",
        "Left open",
        "Practical matters, contact and privacy",
        "Your notes",
        "What has happened",
        "The whole conversation",
        "Decide",
    ]


async def test_every_answer_stands_as_it_was_given_and_opens_its_turn(
    site: Site, coach: Device
) -> None:
    page = await coach.get(f"/coach/intakes/{await site.intake(*WHOLE, coach='maren')}")
    assert page.status == 200
    said = {one.question: one.text for one in WHOLE if one.given and one.given.kind == "said"}
    found = quotes(page)
    assert found[:2] == [
        "I want to work with numbers again, in a place that will still be there in five years.",
        "My savings last until September, so by then.",
    ]
    for question in ("experience", "obstacles", "environment", "expectations"):
        assert said[question] in found
    for question in ("name", "times", "time_zone"):
        assert f'<q dir="auto">{said[question]}</q>' in page.text
    assert "<bdi>Video call, Phone</bdi>" in page.text
    assert "Skipped: What your coach should know or be like" in page.words
    assert '<a href="mailto:ruta@example.org">' in page.text
    before, conversation = page.text.split('id="talk"')
    targets = set(re.findall(r'href="#turn-(\d+)"', before))
    assert len(targets) == 17, "sixteen questions and the consent"
    for target in targets:
        assert conversation.count(f'id="turn-{target}"') == 1
    for one in WHOLE:
        turn = re.search(rf'id="turn-{2 * WHOLE.index(one) + 2}".*?</li>', page.text, re.DOTALL)
        assert turn
        assert one.text.splitlines()[0] in unescape(turn[0])


async def test_what_was_not_asked_yet_is_told(site: Site, coach: Device) -> None:
    page = await coach.get(f"/coach/intakes/{await site.intake(CONSENT, coach='ines')}")
    left_open = page.words[page.words.index("Not asked yet:") :].split("Practical matters")[0]
    assert left_open.count(",") == 16, "all but consent, recap, and what coaches tell up front"
    assert "No name given Being answered For Inés Calloway-Roca Begun" in page.words
    assert "has not sent this yet" in page.words


async def test_flags_are_beside_what_is_central_and_about_the_coach_who_looks(site: Site) -> None:
    intake = await site.intake(*replayed(CAMPAIGNER, site.practice), coach="maren")
    async with site.device() as maren, site.device() as dayo:
        hers = await (await maren.sign_in("maren")).get(f"/coach/intakes/{intake}")
        his = await (await dayo.sign_in("dayo")).get(f"/coach/intakes/{intake}")
    line = site.practice.coach("maren").lines[0].note
    assert "Consider a referral" in hers.words
    assert line in hers.words
    assert "whom the client asked for" not in hers.words
    assert "Consider a referral" not in his.words
    assert line not in his.words
    assert "They are about you: Maren Tollefsen, whom the client asked for" in his.words
    for page in (hers, his):
        assert page.text.index('id="needs"') < page.text.index('id="flags"')
        assert page.text.index('id="flags"') < page.text.index('id="background"')
        assert "For your eyes alone" in page.words


async def test_the_map_can_be_read_without_seeing_it(site: Site, coach: Device) -> None:
    intake = await site.intake(*replayed(CAMPAIGNER, site.practice), coach="maren")
    page = await coach.get(f"/coach/intakes/{intake}")
    svg = re.search(r"<svg.*?</svg>", page.text, re.DOTALL)
    assert svg
    assert 'role="img" aria-labelledby="map-name map-told"' in svg[0]
    assert (
        "1, “I only want to work with people who share my politics”: All of it; Probably "
        "decline. Meets a line of yours. 3, “a manager who argues back”: None of it; Hesitate."
    ) in svg[0]


async def test_who_may_be_in_danger_comes_before_any_question_of_fit(
    site: Site, coach: Device
) -> None:
    words = "I do not want to be alive by then"
    shown = DistressShown("crisis", words, "obstacles", 0)
    said = (*replayed(CAMPAIGNER, site.practice), Said(words, state="sent", distress=shown))
    page = await coach.get(f"/coach/intakes/{await site.intake(*said, coach='maren')}")
    assert page.text.index("Please read this first") < page.text.index('class="aim"')
    assert quotes(page)[0] == words
    assert "Consider a referral" not in page.words
    assert "Urgent" in page.words


async def test_what_the_client_corrected_after_reading_it_over_is_marked(
    site: Site, coach: Device
) -> None:
    sent = chosen("recap", "Send it", "send", state="sent")
    intake = await site.intake(
        CONSENT,
        Said("Night shifts", "goals"),
        Said("A clean desk", "environment"),
        Said("Change an answer", "recap", takes_out=True),
        Said("Day shifts", "goals"),
        sent,
    )
    page = await coach.get(f"/coach/intakes/{intake}")
    assert page.words.count("Corrected after reading it over") == 1
    goal = page.text[page.text.index('class="aim"') : page.text.index('class="first-look"')]
    assert "Corrected after reading it over" in goal
    assert "1 earlier version" in goal
    assert "Night shifts" in goal


async def test_earlier_versions_are_one_click_away(site: Site, coach: Device) -> None:
    intake = await site.intake(CONSENT, Said("Night shifts", "goals"), Said("Day shifts", "goals"))
    page = await coach.get(f"/coach/intakes/{intake}")
    details = re.search(r"<details>.*?</details>", page.text, re.DOTALL)
    assert details
    assert "1 earlier version" in details[0]
    assert "Night shifts" in details[0]
    assert quotes(page) == ["Day shifts", "Night shifts"]


async def test_what_could_not_be_worked_on_stands_on_top_in_full(site: Site, coach: Device) -> None:
    long = "I wrote a lot. " * 500
    intake = await site.intake(CONSENT, Said(long, asked="goals", dead=True))
    page = await coach.get(f"/coach/intakes/{intake}")
    assert quotes(page)[0] == long
    assert "1 message needs your eyes" in page.words
    assert "On screen was: Your goals" in page.words
    assert page.text.index("needs your eyes") < page.text.index("What matters most")


async def test_what_was_said_after_sending_is_shown_apart(site: Site, coach: Device) -> None:
    intake = await site.intake(*WHOLE, Said("Afternoons are fine, too.", state="sent"))
    page = await coach.get(f"/coach/intakes/{intake}")
    assert "Said after sending" in page.words
    assert quotes(page)[0] == "Afternoons are fine, too."


async def test_a_client_who_changes_a_sent_intake_is_told_of(site: Site, coach: Device) -> None:
    again = chosen("recap", "Send it", "send", state="sent")
    change = Said("change my goals", "recap", takes_out=True)
    intake = await site.intake(*WHOLE, change)
    page = await coach.get(f"/coach/intakes/{intake}")
    assert "Changed after sending" in page.words
    assert "is changing it now" in page.words
    intake = await site.intake(*WHOLE, change, Said("Sums", "goals"), again)
    assert ", first Fri 13 March" in (await coach.get(f"/coach/intakes/{intake}")).words


async def test_whatever_a_client_writes_stays_text(site: Site, coach: Device) -> None:
    questions = [one.question for one in WHOLE if one.question not in ("consent", "recap")]
    intake = await site.intake(
        CONSENT, *(Said(NASTY, question) for question in questions), Said(NASTY, dead=True)
    )
    page = await coach.get(f"/coach/intakes/{intake}")
    assert page.status == 200
    for forbidden in ("<script", "\u202e", "\0", "49 "):
        assert forbidden not in page.text
    shown = NASTY.replace("\u202e", "").replace("\0", "␀")
    assert set(quotes(page)) <= {shown, *shown.split("\n")}
    assert quotes(page).count(shown) >= 7
    # A link within a quote has the direction of the quote.
    body = re.sub(r"</?a\b[^>]*>", "", page.text[page.text.index("<body") :])
    for element in re.findall(r"<(\w+)[^>]*?(dir=\"auto\")?>[^<]*alert\(1\)", body):
        assert element[1] or element[0] == "bdi", element


async def test_a_coach_does_not_get_the_code_with_which_to_act_as_the_client(
    site: Site, coach: Device
) -> None:
    typed = Said("My code is 3N8M-HVF3-XFAN-C5ZQ", "goals")
    intake = await site.intake(CONSENT, Said("ok", asked="3N8M-HVF3-XFAN-C5ZQ"), typed)
    page = await coach.get(f"/coach/intakes/{intake}")
    assert "About (a code that only the client sees)?" in page.words
    assert page.text.count("3N8M-HVF3-XFAN-C5ZQ") == 2, "what the client wrote is left alone"


async def test_every_coach_of_the_practice_reads_every_intake(site: Site) -> None:
    intake = await site.intake(*WHOLE, coach="maren")
    async with site.device() as dayo:
        page = await (await dayo.sign_in("dayo")).get(f"/coach/intakes/{intake}")
        assert "For Maren Tollefsen" in page.words


async def test_a_coach_who_has_left_is_not_named_by_id(site: Site, coach: Device) -> None:
    page = await coach.get(f"/coach/intakes/{await site.intake(CONSENT, coach='left_us')}")
    assert "For a coach who is not here any more" in page.words
    assert "left_us" not in page.text


@pytest.mark.parametrize("id", ["x", "%00", "..%2F..", "a" * 3000, "🐟", "' or 1=1"])
async def test_an_unknown_intake_is_told_in_plain_words(coach: Device, id: str) -> None:
    page = await coach.get(f"/coach/intakes/{id}")
    assert page.status == 404
    assert "There is no such" in page.words


async def test_an_erased_intake_is_gone(site: Site, coach: Device) -> None:
    intake = await site.intake(*WHOLE)
    async with site.database.writing() as transaction:
        await erase(transaction, intake, site.now)
    assert (await coach.get(f"/coach/intakes/{intake}")).status == 404


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        (StorageUnavailable("secret words"), 503, "Not available just now"),
        (RuntimeError("secret words"), 500, "Something went wrong on our side"),
    ],
)
async def test_trouble_is_a_plain_page_and_quotes_nobody(
    site: Site,
    coach: Device,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    error: Exception,
    status: int,
    words: str,
) -> None:
    async def fails(*_: object) -> None:
        raise error

    monkeypatch.setattr("rightfit.store.intakes.content", fails)
    page = await coach.get(f"/coach/intakes/{await site.intake(*WHOLE)}")
    assert page.status == status
    assert words in page.words
    assert "secret words" not in page.text + caplog.text
    assert "Traceback" not in page.text + caplog.text


async def test_nothing_of_a_client_is_logged(
    site: Site, coach: Device, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    await coach.get(f"/coach/intakes/{await site.intake(*WHOLE)}")
    assert "fish market" not in caplog.text

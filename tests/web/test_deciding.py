"""A coach decides on the page: what is asked first, who wins, and that nothing typed is lost."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from html import unescape

import msgspec
import pytest

from rightfit.practice import Practice
from rightfit.records import Intake
from rightfit.review.events import (
    Decided,
    FlagWeighed,
    Found,
    NoteWritten,
    QuestionsAnswered,
    Reopened,
    by_coach,
)
from rightfit.store import reviews
from rightfit.store.conversations import erase
from rightfit.web.app_keys import PRACTICE
from tests.web.coach_site import ROOT, WHOLE, Device, Page, Site, open_site, replayed

CAMPAIGNER = msgspec.json.decode(
    (ROOT / "tests" / "summary" / "golden" / "the-campaigner.json").read_bytes(), type=Intake
)
REFERRAL = {
    "if_opposite": "same",
    "because": "competence",
    "theme": "politics",
    "reason": "I do not know that field.",
}


@pytest.fixture
async def site(sqlite_url: str) -> AsyncIterator[Site]:
    async with open_site(sqlite_url) as opened:
        yield opened


@pytest.fixture
async def coach(site: Site) -> AsyncIterator[Device]:
    async with site.device() as device:
        yield await device.sign_in("maren")


async def sent(site: Site) -> str:
    return await site.intake(*replayed(CAMPAIGNER, site.practice), coach="maren")


def fields(page: Page) -> dict[str, str]:
    """The hidden fields of the page's form."""
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.text)
    return dict(reversed(found))


async def fill(coach: Device, path: str, form: dict[str, str]) -> Page:
    """Open a page with a form and send it filled in."""
    return await coach.post(path, {**fields(await coach.get(path)), **form})


async def log(site: Site, intake: str) -> list[object]:
    async with site.database.reading() as transaction:
        return [entry.event for entry in await reviews.log_of(transaction, intake)]


async def test_a_decision_is_written_down_and_shown(site: Site, coach: Device) -> None:
    intake = await sent(site)
    page = await coach.get(f"/coach/intakes/{intake}/decide/proceed")
    assert "Back to the intake of" in page.words
    assert "not weighed yet" in page.words
    done = await fill(coach, f"/coach/intakes/{intake}/decide/proceed", {"reason": "Gladly."})
    assert (done.status, done.location) == (303, f"/coach/intakes/{intake}#decide")
    assert await log(site, intake) == [Decided("proceed", "Gladly.")]
    page = await coach.get(f"/coach/intakes/{intake}")
    bar = page.words[page.words.rindex("Decide ") :]
    assert "Going ahead You, 09:00" in bar or "Going ahead You, Fri 13 March, 09:00" in bar
    assert "Open it again" in bar and "Refer" not in bar
    assert "You. Decided: Go ahead" in page.words
    assert "Gladly." in page.words


async def test_a_colleague_reads_what_was_decided_and_not_why(site: Site, coach: Device) -> None:
    intake = await sent(site)
    await fill(coach, f"/coach/intakes/{intake}/decide/refer", REFERRAL)
    await fill(coach, f"/coach/intakes/{intake}/notes", {})
    await coach.post(
        f"/coach/intakes/{intake}/notes",
        {**fields(await coach.get(f"/coach/intakes/{intake}")), "text": "My own thoughts."},
    )
    async with site.device() as other:
        page = await (await other.sign_in("dayo")).get(f"/coach/intakes/{intake}")
    assert "Maren Tollefsen. Decided: Refer" in page.words
    assert "Read by Maren Tollefsen" in page.words
    for private in (REFERRAL["reason"], "I do not know enough", "My own thoughts."):
        assert private not in page.text
        assert private in (await coach.get(f"/coach/intakes/{intake}")).text


async def test_the_second_is_told_who_was_first_and_loses_nothing(
    site: Site, coach: Device
) -> None:
    intake = await sent(site)
    path = f"/coach/intakes/{intake}/decide/refer"
    opened = fields(await coach.get(path))
    async with site.device() as other:
        await other.sign_in("dayo")
        await fill(other, f"/coach/intakes/{intake}/decide/seek_supervision", {})
    late = await coach.post(path, {**opened, **REFERRAL})
    assert late.status == 409
    assert "Dayo Birtwhistle was first: Decided: Supervision, Fri 13 March" in late.words
    assert REFERRAL["reason"] in late.text
    for kept in ('value="same" checked', 'value="competence" checked', 'value="politics" checked'):
        assert kept in late.text
    assert await log(site, intake) == [Decided("seek_supervision")]
    again = await coach.post(path, {**fields(late), **REFERRAL})
    assert again.status == 303
    assert len(await log(site, intake)) == 2


async def test_what_came_since_the_intake_was_on_screen_is_told_before_deciding(
    site: Site, coach: Device
) -> None:
    intake = await sent(site)
    page = await coach.get(f"/coach/intakes/{intake}")
    (link,) = re.findall(r'href="([^"]+/decide/refer[^"]*)"', page.text)
    await fill(coach, f"/coach/intakes/{intake}/notes", {})
    assert "was first" not in (await coach.get(link)).words
    async with site.device() as other:
        await other.sign_in("dayo")
        await fill(other, f"/coach/intakes/{intake}/decide/seek_supervision", {})
    told = await coach.get(link)
    assert "Dayo Birtwhistle was first: Decided: Supervision" in told.words
    assert "what you have typed" not in told.words
    for odd in ("x", "-1", "9" * 99, "99"):
        assert (await coach.get(f"{link.partition('?')[0]}?seen={odd}")).status == 200


async def test_a_second_who_cannot_decide_any_more_keeps_their_words_too(
    site: Site, coach: Device
) -> None:
    intake = await sent(site)
    path = f"/coach/intakes/{intake}/decide/ask_more"
    opened = fields(await coach.get(path))
    await fill(coach, f"/coach/intakes/{intake}/decide/close", {})
    late = await coach.post(path, {**opened, "reason": "What about Wednesdays?"})
    assert late.status == 409
    assert "You were first on another page: Decided: Close" in late.words
    assert "Open it again first" in late.words
    assert "What about Wednesdays?" in late.text


@pytest.mark.parametrize(
    ("lacks", "says"),
    [
        ({"if_opposite": ""}, "would you decide the same if the belief were the opposite?"),
        ({"if_opposite": "differently"}, "it is the belief that decides"),
        ({"because": "their politics"}, "Choose what the referral rests on"),
        ({"reason": "  "}, "Say in a sentence"),
        ({"reason": "x" * 4001}, "longer than 4,000 characters"),
    ],
)
async def test_before_a_referral_there_are_questions(
    site: Site, coach: Device, lacks: dict[str, str], says: str
) -> None:
    intake = await sent(site)
    page = await fill(coach, f"/coach/intakes/{intake}/decide/refer", {**REFERRAL, **lacks})
    assert page.status == 422
    assert says in page.words
    assert {**REFERRAL, **lacks}["reason"].strip() in page.text
    assert await log(site, intake) == []


async def test_under_aca_ncda_ones_own_values_are_no_reason(site: Site, coach: Device) -> None:
    intake = await sent(site)
    barred: Practice = msgspec.structs.replace(site.practice, ethics_code="aca_ncda")
    site.app._state[PRACTICE] = barred
    page = await coach.get(f"/coach/intakes/{intake}/decide/refer")
    assert 'value="own_limit"' not in page.text
    assert "the code of ethics of this practice bars referring" in page.words
    form = {**REFERRAL, "because": "own_limit"}
    page = await fill(coach, f"/coach/intakes/{intake}/decide/refer", form)
    assert page.status == 422
    assert "bars referring somebody over your own values" in page.words


async def test_the_themes_of_a_referral_are_those_that_meet_a_line(
    site: Site, coach: Device
) -> None:
    page = await coach.get(f"/coach/intakes/{await sent(site)}/decide/refer")
    ticked = re.findall(r'name="theme" value="(\w+)"( checked)?', page.text)
    assert ("politics", " checked") in ticked
    assert ("management", "") in ticked


async def test_what_was_decided_is_opened_again_with_a_sentence(site: Site, coach: Device) -> None:
    intake = await sent(site)
    await fill(coach, f"/coach/intakes/{intake}/decide/close", {})
    page = await coach.get(f"/coach/intakes/{intake}/decide/proceed")
    assert "Open it again first" in page.words
    path = f"/coach/intakes/{intake}/reopen"
    assert (await fill(coach, path, {"reason": ""})).status == 422
    assert (await fill(coach, path, {"reason": "They wrote."})).status == 303
    assert await log(site, intake) == [Decided("close"), Reopened("They wrote.")]
    assert "This is open already" in (await coach.get(path)).words


async def test_nothing_is_decided_about_what_was_not_sent(site: Site, coach: Device) -> None:
    intake = await site.intake(*WHOLE[:5], coach="maren")
    page = await coach.get(f"/coach/intakes/{intake}")
    assert "You can decide once they have." in page.words
    assert f"/coach/intakes/{intake}/decide/" not in page.text
    page = await coach.get(f"/coach/intakes/{intake}/decide/proceed")
    assert "has not sent this yet" in page.words
    form = {"form_token": (await coach.get("/coach/password")).form_token, "seen": "0"}
    assert (await coach.post(f"/coach/intakes/{intake}/decide/proceed", form)).status == 422
    assert await log(site, intake) == []


async def test_a_flag_is_upheld_or_set_aside_with_a_reason(site: Site, coach: Device) -> None:
    intake = await sent(site)
    page = await coach.get(f"/coach/intakes/{intake}")
    path = re.findall(r'action="(/coach/intakes/[^"]+/flags/\w+)"', page.text)[0]
    form = {"form_token": page.form_token}
    for lacking in ({}, {"verdict": "own"}, {"verdict": "99"}, {"verdict": "²"}):
        wrong = await coach.post(path, {**form, **lacking})
        assert wrong.status == 422
        assert 'role="alert"' in wrong.text
    kept = await coach.post(path, {**form, "own": "Words of mine."})
    assert "Words of mine." in kept.text
    done = await coach.post(path, {**form, "verdict": "0", "own": "Since May."})
    assert done.location == f"/coach/intakes/{intake}#flag-{path.rpartition('/')[2]}"
    (event,) = await log(site, intake)
    assert isinstance(event, FlagWeighed)
    assert (event.verdict, event.theme, event.level) == (
        "overridden", "politics", "consider_referral",
    )  # fmt: skip
    assert event.reason == "My line is out of date; I can serve this. Since May."
    page = await coach.get(f"/coach/intakes/{intake}")
    assert "You set it aside : My line is out of date; I can serve this. Since May." in page.words
    await coach.post(path, {**form, "verdict": "upheld"})
    assert "You upheld it" in (await coach.get(f"/coach/intakes/{intake}")).words
    async with site.device() as other:
        page = await (await other.sign_in("dayo")).get(f"/coach/intakes/{intake}")
        assert "Since May." not in page.text
        gone = await other.post(path, {"form_token": page.form_token, "own": "Mine."})
        assert gone.status == 409
        assert "Mine." in gone.text


async def test_a_note_is_kept_for_its_coach(site: Site, coach: Device) -> None:
    intake = await sent(site)
    path = f"/coach/intakes/{intake}/notes"
    form = {"form_token": (await coach.get("/coach/password")).form_token}
    await coach.post(path, {**form, "text": "<b>Call</b> on Monday."})
    await coach.post(path, {**form, "text": "   "})
    long = await coach.post(path, {**form, "text": "y" * 4001})
    assert long.status == 422
    assert "y" * 4001 in long.text
    assert await log(site, intake) == [NoteWritten("<b>Call</b> on Monday.")]
    assert "<b>Call</b> on Monday." in unescape((await coach.get(f"/coach/intakes/{intake}")).text)


async def test_what_was_found_is_said_after_the_start(site: Site, coach: Device) -> None:
    intake = await sent(site)
    path = f"/coach/intakes/{intake}/found"
    assert "once you have worked together" in (await coach.get(path)).words
    assert (await fill(coach, path, {"fit": "no_fit"})).status == 422
    await fill(coach, f"/coach/intakes/{intake}/decide/proceed", {})
    assert path in (await coach.get(f"/coach/intakes/{intake}")).text
    unsaid = await fill(coach, path, {"reason": "It was all about votes."})
    assert unsaid.status == 422
    assert "It was all about votes." in unsaid.text
    form = {"fit": "no_fit", "reason": "It was all about votes.", "theme": "politics"}
    assert (await fill(coach, path, form)).status == 303
    assert (await log(site, intake))[-1] == Found("no_fit", form["reason"], ("politics",))


async def test_what_the_client_did_meanwhile_is_told_before_deciding(
    site: Site, coach: Device
) -> None:
    intake = await sent(site)
    opened = fields(await coach.get(f"/coach/intakes/{intake}/decide/proceed"))
    async with site.database.writing() as transaction:
        await reviews.append(transaction, intake, 0, QuestionsAnswered(()), "client", site.now)
    late = await coach.post(f"/coach/intakes/{intake}/decide/proceed", {**opened, "reason": "!"})
    assert late.status == 409
    assert "The client was first: Answered the questions" in late.words


async def test_an_erased_intake_takes_no_decision(site: Site, coach: Device) -> None:
    intake = await sent(site)
    opened = fields(await coach.get(f"/coach/intakes/{intake}/decide/proceed"))
    async with site.database.writing() as transaction:
        await erase(transaction, intake, site.now)
    for path in ("decide/proceed", "reopen", "found", "notes", "flags/x"):
        page = await coach.post(f"/coach/intakes/{intake}/{path}", {**opened, "text": "x"})
        assert page.status == 404, path
        assert "There is no such intake" in page.words


@pytest.mark.parametrize("path", ["decide/proceed", "reopen", "found", "notes", "flags/x"])
async def test_a_form_of_another_site_decides_nothing(site: Site, coach: Device, path: str) -> None:
    intake = await sent(site)
    page = await coach.post(f"/coach/intakes/{intake}/{path}", {"seen": "0", "text": "x"})
    assert page.status == 403
    assert await log(site, intake) == []


async def test_odd_decisions_are_no_pages(site: Site, coach: Device) -> None:
    intake = await sent(site)
    for odd in ("reject", "x" * 3000, "%00"):
        assert (await coach.get(f"/coach/intakes/{intake}/decide/{odd}")).status == 404
    form = {"form_token": (await coach.get("/coach/password")).form_token, "seen": "²"}
    done = await coach.post(f"/coach/intakes/{intake}/decide/proceed", form)
    assert done.status == 303, "who has seen nothing of an empty log has seen all of it"
    for seen in ("7", "99999999"):
        page = await coach.post(
            f"/coach/intakes/{intake}/reopen", {**form, "seen": seen, "reason": "So."}
        )
        assert page.status == 400
    async with site.database.reading() as transaction:
        (entry,) = await reviews.log_of(transaction, intake)
    assert entry.by == by_coach("maren")

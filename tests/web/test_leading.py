"""What practice leads can do, what nobody else can, and what it comes to for the others."""

from __future__ import annotations

import re
import shlex
from collections.abc import AsyncIterator
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import text

from rightfit.privacy.practice_settings import PracticeSettings
from rightfit.store import audit, second_steps, settings
from tests.web.coach_site import PASSWORD, WHOLE, Device, Page, Site, open_site

DAY = timedelta(days=1)
PAGES = ("", "/settings", "/record", "/progress")


@pytest.fixture
async def site(sqlite_url: str) -> AsyncIterator[Site]:
    async with open_site(sqlite_url) as opened:
        yield opened


@pytest.fixture
async def lead(site: Site) -> AsyncIterator[Device]:
    """Maren, the first coach of the file."""
    async with site.device() as made:
        yield await made.sign_in()


async def post(device: Device, path: str, **form: str) -> Page:
    token = (await device.get("/coach/practice")).form_token
    return await device.post(f"/coach/practice{path}", {"form_token": token, **form})


def link_in(page: Page) -> str:
    found = re.search(r"/coach/sign-in/[\w-]+", page.text)
    assert found, page.words
    return found[0]


async def recorded(site: Site) -> list[str]:
    async with site.database.reading() as transaction:
        assert await audit.verify(transaction) == ()
        return [one.what for one in await audit.entries(transaction)]


# --- Who gets them ---------------------------------------------------------------------------


async def test_only_leads_get_these_pages_and_only_they_are_led_there(
    site: Site, lead: Device
) -> None:
    async with site.device() as dayo:
        await dayo.sign_in("dayo")
        token = (await dayo.get("/coach/account")).form_token
        assert "/coach/practice" not in (await dayo.get("/coach")).text
        for path in PAGES:
            assert (await lead.get(f"/coach/practice{path}")).status == 200
            page = await dayo.get(f"/coach/practice{path}")
            assert page.status == 403 and "for practice leads" in page.words
        for path in ("/invite", "/people", "/settings"):
            form = {"form_token": token, "coach": "dayo", "do": "lead", "id": "x", "name": "X"}
            assert (await dayo.post(f"/coach/practice{path}", form)).status == 403
    assert "/coach/practice" in (await lead.get("/coach")).text
    assert await recorded(site) == ["signed_in"] * 2


# --- People ----------------------------------------------------------------------------------


async def test_an_invited_coach_gets_in_sets_a_password_and_reads(site: Site, lead: Device) -> None:
    intake = await site.intake(*WHOLE)
    page = await post(lead, "/invite", id="tomas", name="Tomás Quill", role="coach")
    assert "rightfit coach add tomas" in page.words
    async with site.device() as tomas:
        page = await tomas.post(link_in(page), {})
        assert page.location == "/coach/password"
        await tomas.set_password()
        page = await tomas.get(f"/coach/intakes/{intake}")
        assert page.status == 200 and "Ruta" in page.words
        assert (await tomas.get("/coach/rehearsal")).status == 200
    async with site.device() as again:
        form = {"coach": "Tomás Quill", "password": PASSWORD}
        assert (await again.post("/coach/sign-in", form)).location == "/coach"
    assert "coach_invited" in await recorded(site)


async def test_a_command_to_be_pasted_holds_nothing_but_a_name(site: Site, lead: Device) -> None:
    page = await post(lead, "/invite", id="tomas", name="T\" $(id) '; Quill")
    told = re.search(r"rightfit coach add ([^<]+)</code>", page.text)
    assert told
    words = shlex.split(unescape(told[1]))
    assert words == ["tomas", "--name", "T\" $(id) '; Quill"]


async def test_an_invitation_that_cannot_be_says_why_and_keeps_what_was_typed(
    site: Site, lead: Device
) -> None:
    page = await post(lead, "/invite", id="Maren T", name="Tomás <b>Quill")
    assert page.status == 422
    assert "small letters" in page.words
    assert "Tomás &lt;b&gt;Quill" in page.text
    page = await post(lead, "/invite", id="maren", name="Tomás")
    assert "is taken" in page.words
    assert await recorded(site) == ["signed_in"]


async def test_whoever_is_removed_is_out_at_once_and_their_intakes_stay(
    site: Site, lead: Device
) -> None:
    intake = await site.intake(*WHOLE, coach="dayo")
    link = await site.link("dayo")
    async with site.device() as dayo:
        await dayo.sign_in("dayo")
        await dayo.set_password()
        page = await post(lead, "/people", coach="dayo", do="remove")
        assert page.location == "/coach/practice?done=remove"
        assert (await dayo.get("/coach")).status == 303
        form = {"coach": "dayo", "password": PASSWORD}
        assert (await dayo.post("/coach/sign-in", form)).status == 422
        assert (await dayo.get(link)).status == 410
        assert (await dayo.post(await site.link("dayo"), {})).status == 410
        page = await lead.get(f"/coach/intakes/{intake}")
        assert page.status == 200
        page = await lead.get("/coach/practice")
        assert "Cannot sign in" in page.words and "until the server is started again" in page.words
        await post(lead, "/people", coach="dayo", do="return")
        page = await post(lead, "/people", coach="dayo", do="link")
        assert (await dayo.post(link_in(page), {})).location == "/coach/password"
    assert "coach_removed" in await recorded(site)


async def test_the_last_lead_stays_one_and_nobody_removes_themselves(
    site: Site, lead: Device
) -> None:
    for do in ("coach", "remove"):
        page = await post(lead, "/people", coach="maren", do=do)
        assert page.status == 422
    await post(lead, "/people", coach="dayo", do="lead")
    async with site.device() as dayo:
        await dayo.sign_in("dayo")
        assert (await dayo.get("/coach/practice")).status == 200
        await post(dayo, "/people", coach="maren", do="coach")
        assert (await lead.get("/coach/practice")).status == 403
    assert (await recorded(site)).count("role_changed") == 2


async def test_a_lost_phone_is_helped_with(site: Site, lead: Device) -> None:
    async with site.database.writing() as transaction:
        await second_steps.set_up(transaction, "dayo", "A" * 32, 1, [], site.now)
    assert (
        "No password yet, signs in by link and second step"
        in (await lead.get("/coach/practice")).words
    )
    await post(lead, "/people", coach="dayo", do="reset")
    async with site.device() as dayo:
        assert (await dayo.post(await site.link("dayo"), {})).location == "/coach/password"
    assert "second_step_reset" in await recorded(site)


async def test_what_is_nobody_and_nothing_changes_nothing(site: Site, lead: Device) -> None:
    for coach, do in (("nobody", "remove"), ("dayo", "sack"), ("", "")):
        assert (await post(lead, "/people", coach=coach, do=do)).status == 404
    assert await recorded(site) == ["signed_in"]


# --- Settings --------------------------------------------------------------------------------


async def test_settings_are_saved_and_each_change_is_recorded(site: Site, lead: Device) -> None:
    page = await lead.get("/coach/practice/settings")
    assert 'value="365"' in page.text
    form = {"unfinished_days": "14", "sent_days": "365", "pause_hours": "48"}
    page = await post(lead, "/settings", **form)
    assert page.location == "/coach/practice/settings?done=1"
    async with site.database.reading() as transaction:
        assert await settings.decided(transaction) == PracticeSettings(14, 365, 48)
    page = await lead.get("/coach/practice/record")
    assert "Keep intakes that were never sent: 30, now 14" in page.words
    assert "Time to consider: A day, now Two days" in page.words
    assert (await recorded(site)).count("setting_changed") == 2


async def test_wrong_settings_are_named_and_nothing_is_saved(site: Site, lead: Device) -> None:
    form = {"unfinished_days": "soon", "sent_days": "90", "pause_hours": "999"}
    page = await post(lead, "/settings", **form)
    assert page.status == 422
    assert "“soon” is not a whole number" in page.words
    assert "Choose one of: A day, Two days" in page.words
    assert 'value="soon"' in page.text and 'value="90"' in page.text
    async with site.database.reading() as transaction:
        assert await settings.decided(transaction) == PracticeSettings()


async def test_a_shorter_time_that_would_erase_something_is_asked_about_first(
    site: Site, lead: Device
) -> None:
    await site.intake(*WHOLE, minutes_ago=60 * 24 * 40)
    form = {"unfinished_days": "30", "sent_days": "20", "pause_hours": "24"}
    page = await post(lead, "/settings", **form)
    assert page.status == 409 and "would erase 1 intake within a day" in page.words
    page = await post(lead, "/settings", **form, knowing="2")
    assert page.status == 409, "it was another number that was agreed to"
    page = await post(lead, "/settings", **form, knowing="1")
    assert page.status == 303
    async with site.database.reading() as transaction:
        assert (await settings.decided(transaction)).sent_days == 20


async def test_who_asks_all_for_a_second_step_has_one(site: Site, lead: Device) -> None:
    form = {"unfinished_days": "30", "sent_days": "365", "pause_hours": "24"}
    page = await post(lead, "/settings", **form, second_step_required="yes")
    assert page.status == 422 and "your own second step first" in page.words
    assert "checked" in page.text


# --- The record and the funnel ---------------------------------------------------------------


async def test_the_record_tells_who_read_which_intake(site: Site, lead: Device) -> None:
    intake = await site.intake(*WHOLE)
    await lead.get(f"/coach/intakes/{intake}")
    page = await lead.get("/coach/practice/record")
    assert "Maren Tollefsen Read an intake An intake" in page.words
    assert f'href="/coach/intakes/{intake}"' in page.text
    assert "Ruta" not in page.words
    page = await lead.get("/coach/practice/record?who=coach:dayo&what=intake_read")
    assert "nothing of that kind" in page.words
    for odd in ("before=x", "before=-1", "what=<b>", "who=%00", "before=99999999999"):
        assert (await lead.get(f"/coach/practice/record?{odd}")).status == 200


async def test_the_record_is_read_page_by_page(site: Site, lead: Device) -> None:
    async with site.database.writing() as transaction:
        for n in range(205):
            await audit.note(transaction, "signed_in", "coach:dayo", site.now, device=f"no {n}")
    page = await lead.get("/coach/practice/record?who=coach:dayo")
    seen = []
    for _ in range(3):
        seen += re.findall(r"no (\d+)", page.text)
        older = re.search(r'href="(/coach/practice/record\?before=[^"]+)"', page.text)
        if older:
            page = await lead.get(older[1].replace("&amp;", "&"))
    assert [int(n) for n in seen] == list(reversed(range(205)))


async def test_a_record_that_was_tampered_with_is_told(site: Site, lead: Device) -> None:
    page = await lead.get("/coach/practice/record?check=1")
    assert "The record is whole: 1 entry" in page.words
    async with site.database.writing() as transaction:
        await transaction.execute(text("UPDATE audit SET what = 'signed_out'"))
    page = await lead.get("/coach/practice/record?check=1")
    assert "not as it was written" in page.words and "Entry 1" in page.words


async def test_the_funnel_counts_in_fives_and_names_nobody(site: Site, lead: Device) -> None:
    for n in range(3):
        await site.intake(*WHOLE[: 3 + n])
    page = await lead.get("/coach/practice/progress")
    assert "fewer than 5 intakes" in page.words and "<table" not in page.text
    for n in range(9):
        await site.intake(*WHOLE[: 4 if n < 6 else len(WHOLE)])
    page = await lead.get("/coach/practice/progress")
    assert "Your experience about 10" in page.words
    assert "Sent it fewer than 5" in page.words
    assert "Ruta" not in page.words and "12" not in page.words


async def test_no_page_stumbles_over_a_coach_without_a_profile(site: Site, lead: Device) -> None:
    intake = await site.intake(*WHOLE)
    page = await post(lead, "/invite", id="tomas", name="Tomás Quill", role="lead")
    async with site.device() as tomas:
        await tomas.post(link_in(page), {})
        paths = {
            re.sub(r"\{\w+\}", intake, route.resource.canonical)
            for route in site.app.router.routes()
            if route.resource and route.method == "GET"
        }
        theirs = sorted(path for path in paths if path.startswith("/coach"))
        assert len(theirs) > 12
        for path in theirs:
            assert (await tomas.get(path)).status < 500, path
        assert "Tomás Quill" in (await tomas.get("/coach")).words

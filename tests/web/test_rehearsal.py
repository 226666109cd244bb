"""The rehearsal room, as a signed-in coach gets it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from html import unescape

import pytest

from rightfit.fit import flags_of
from rightfit.web.rehearsal import REHEARSED
from tests.web.coach_site import Device, Page, Site, open_site, prepared_site

ROOM = "/coach/rehearsal"


@pytest.fixture
async def site(sqlite_url: str) -> AsyncIterator[Site]:
    async with open_site(sqlite_url) as opened:
        yield opened


@pytest.fixture
async def coach(site: Site) -> AsyncIterator[Device]:
    async with site.device() as device:
        yield await device.sign_in("maren")


def tries(theme: str, can: str, mode: str = "", reason: str = "competence") -> str:
    return f"{ROOM}?theme={theme}&mode={mode}&can={can}&reason={reason}"


def read(page: Page) -> str:
    return unescape(page.words)


def changed(page: Page) -> dict[str, tuple[list[str], list[str]]]:
    """Client -> levels as it is now, and with the line that is tried."""
    found = {}
    for article in re.findall(r"<article.*?</article>", page.text, re.DOTALL):
        name = re.search(r"<h3[^>]*>(.*?)</h3>", article)
        assert name
        now, tried = article.split('class="then"')
        found[name[1]] = tuple(re.findall(r'class="level">(.*?)<', part) for part in (now, tried))
    return found


async def test_who_is_flagged_and_why_in_the_words_of_the_rules(site: Site, coach: Device) -> None:
    page = await coach.get(ROOM)

    assert page.status == 200
    assert "14 clients against your lines" in read(page)
    assert "All of these clients are made up." in read(page)
    maren = site.practice.coach("maren")
    for client in site.app[REHEARSED]:
        assert f"{client.name}" in read(page)
        assert client.about in read(page)
        for flag in flags_of(site.practice, maren, client.intake):
            for words in (flag.says, flag.fine_if, *(said.quote for said in flag.client_said)):
                assert words in read(page)
    assert "would change" not in read(page)


async def test_only_the_coachs_own_lines_are_shown(site: Site, coach: Device) -> None:
    async with site.device() as other:
        await other.sign_in("dayo")
        pages = {"maren": read(await coach.get(ROOM)), "dayo": read(await other.get(ROOM))}
    for owner in site.practice.coaches:
        private = [line.note for line in owner.lines]
        private += [conflict.note for conflict in owner.conflicts_of_interest]
        for who, words in pages.items():
            if who != owner.id:
                assert not [note for note in private if note in words]
    assert site.practice.coach("dayo").lines[0].note in pages["dayo"]


async def test_a_line_tried_stands_beside_how_it_is_now(coach: Device) -> None:
    page = await coach.get(tries("politics", "fully", "like_minded"))

    assert page.status == 200
    assert "2 of 14 clients would be flagged otherwise" in read(page)
    assert changed(page) == {
        "Teuila": (["Consider a referral", "Note"], ["Note"]),
        "Fenna": (["Ask more"], []),
    }
    assert "You try: politics at work (people who share it): fully." in read(page)
    assert (
        "It is now: politics at work (people who share it): not well, for a limit of your own."
        in read(page)
    )
    assert "<title>2 would change: Rehearsal, Slackwater Coaching</title>" in page.text


async def test_a_flag_of_the_line_that_is_tried_says_so(coach: Device) -> None:
    page = await coach.get(tries("politics", "after_telling", "like_minded"))

    now, then = page.text.split('class="then"', 1)
    assert "What you have said:</span> politics at work (people who share it): not well" in now
    assert "The line you try:</span> politics at work (people who share it): after telling" in then
    assert 'class="flag bold"' in now


async def test_how_to_change_it_for_good_is_told_as_it_is_written(coach: Device) -> None:
    page = await coach.get(tries("religion", "with_supervision", "freedom", "own_limit"))

    assert (
        "<code>- theme: religion\n  mode: freedom\n  can: with_supervision\n"
        "  reason: own_limit</code>" in page.text
    )
    assert "in the entry maren , below lines:" in read(page)
    assert "docs/how-to/declare-your-lines.md" in read(page)
    assert "leave it out" not in read(page)
    assert "leave it out" in read(await coach.get(tries("politics", "fully", "like_minded")))
    assert "leave it out" not in read(await coach.get(tries("politics", "fully")))


async def test_nothing_is_kept_of_a_try(coach: Device) -> None:
    before = await coach.get(ROOM)
    await coach.get(tries("growth", "not_well"))

    assert (await coach.get(ROOM)).text == before.text


@pytest.mark.parametrize(
    ("query", "told"),
    [
        (tries("autonomy", "not_well"), "None of these clients needs what it is about."),
        (
            tries("health_access", "with_supervision"),
            "This is your line as it is.",
        ),
        (
            tries("politics", "not_well"),
            "stays, and goes first: politics at work (people who share it)",
        ),
        (tries("health_access", "with_supervision", reason="capacity"), "You would read the same"),
        (tries("politics", "not_well", "freedom"), "politics at work (openness about it): fully"),
    ],
)
async def test_where_nothing_changes_it_is_told_why(coach: Device, query: str, told: str) -> None:
    page = await coach.get(query)

    assert "Nothing would change" in read(page)
    assert told in read(page)


@pytest.mark.parametrize(
    ("query", "field", "told"),
    [
        (tries("", "not_well"), "theme", "Choose what the line is about."),
        (tries("growth", ""), "can", "Choose how you can serve it."),
        (tries("growth", "not_well", "freedom"), "mode", "Leave it at any kind."),
        (tries("growth", "not_well", reason="spite"), "reason", "Choose a reason."),
        (tries("<b>", "not_well"), "theme", "Choose what the line is about."),
    ],
)
async def test_a_line_that_cannot_be_is_told_at_its_field(
    coach: Device, query: str, field: str, told: str
) -> None:
    page = await coach.get(query)

    assert page.status == 422
    assert re.search(rf'id="{field}-wrong">[^<]*{re.escape(told)}', page.text)
    assert re.search(rf'<select id="{field}"[^>]* aria-invalid="true" autofocus>', page.text)
    assert "<title>Not tried: Rehearsal" in page.text
    assert "would be flagged otherwise" not in page.text
    assert "<b>" not in page.text


async def test_a_link_to_a_line_fills_the_form_and_tries_nothing(coach: Device) -> None:
    link = re.search(
        r'href="(/coach/rehearsal\?theme=politics[^"#]*)', (await coach.get(ROOM)).text
    )
    assert link
    page = await coach.get(unescape(link[1]))

    chosen = re.findall(r'<option value="(\w+)" selected>', page.text)
    assert chosen == ["politics", "like_minded", "not_well", "own_limit"]
    assert "would change" not in read(page)


async def test_it_is_for_coaches_who_are_signed_in_and_is_found_again(
    site: Site, coach: Device
) -> None:
    await coach.set_password()
    wanted = tries("growth", "not_well")
    async with site.device() as nobody:
        page = await nobody.get(wanted)
        assert page.status == 303
        page = await nobody.get(page.location)
        there = re.search(r'name="next" value="([^"]+)"', page.text)
        assert there
        assert unescape(there[1]) == wanted


async def test_it_is_linked_from_the_frame_and_from_the_empty_list(coach: Device) -> None:
    page = await coach.get("/coach")

    assert '<a href="/coach/rehearsal">Rehearsal</a>' in page.text
    assert '<a href="/coach/rehearsal">Rehearse on made-up clients</a>' in page.text
    assert (await coach.get(ROOM)).text.count('aria-current="page">Rehearsal') == 1


async def test_without_made_up_clients_it_says_who_can_add_some(sqlite_url: str) -> None:
    async with prepared_site(sqlite_url) as site:
        site.app[REHEARSED] = ()
        async with site.server, site.device() as device:
            page = await (await device.sign_in()).get(ROOM)

    assert "There is nobody to rehearse with" in read(page)

"""A coach in a real Chromium: in by link, a password, out, in again, and reading an intake."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import datetime, timezone
from pathlib import Path

import msgspec
import pytest
from aiohttp import web
from playwright.sync_api import BrowserContext, Page, expect

from rightfit.records import Intake
from tests.web.browser.served import served
from tests.web.coach_site import PASSWORD, ROOT, WHOLE, Said, prepared_site, replayed

Device = Callable[..., BrowserContext]
CAMPAIGNER = ROOT / "tests" / "summary" / "golden" / "the-campaigner.json"
PHONE = {"viewport": {"width": 320, "height": 640}, "has_touch": True}
LONG_WORD = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"


class House:
    """Where the coaches' pages are, and what is there to be found."""

    address: str
    links: list[str]
    whole: str
    troubled: str
    campaigner: str


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    found = House()

    @asynccontextmanager
    async def opening() -> AsyncIterator[web.Application]:
        async with prepared_site(f"sqlite+aiosqlite:///{tmp_path}/coach.sqlite") as site:
            site.now = datetime.now(timezone.utc)
            found.links = [await site.link() for _ in range(2)]
            found.whole = await site.intake(*WHOLE, coach="maren", minutes_ago=90)
            found.troubled = await site.intake(
                WHOLE[0],
                Said("محمد", "name"),
                Said(f"{LONG_WORD} {'x' * 300}", asked="goals", dead=True),
                Said("Night shifts", "goals"),
                Said("Day shifts\n\nand no phone", "goals"),
                coach="dayo",
            )
            intake = msgspec.json.decode(CAMPAIGNER.read_bytes(), type=Intake)
            found.campaigner = await site.intake(*replayed(intake, site.practice), coach="maren")
            yield site.app

    with served(opening) as address:
        found.address = address.rstrip("/")
        yield found


def signs_in_by_link(page: Page, house: House) -> None:
    page.goto(house.address + house.links.pop())
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Set a password")


def test_a_coach_comes_in_reads_and_goes(house: House, device: Device) -> None:
    page = device(viewport={"width": 1366, "height": 768}).new_page()
    signs_in_by_link(page, house)
    page.get_by_label("New password").fill("too short")
    page.get_by_label("The same once more").fill("too short")
    page.get_by_role("button", name="Set it").click()
    expect(page.get_by_label("New password")).to_be_focused()
    expect(page.get_by_label("New password")).to_have_accessible_description(
        "At least 12 characters. Length is what counts; any characters will do. "
        "This one has 9 characters. Please take at least 12. Four words in a row do well."
    )
    page.get_by_label("New password").fill(PASSWORD)
    page.get_by_label("The same once more").fill(PASSWORD)
    page.get_by_role("button", name="Set it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your password is set")

    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_text("You are signed out.")).to_be_visible()
    page.goto(f"{house.address}/coach/intakes/{house.whole}")
    expect(page).to_have_title("Sign in, Slackwater Coaching")
    page.get_by_label("Your name").fill("Maren Tollefsen")
    page.get_by_label("Your password").fill("not the password")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("do not belong together")
    expect(page.get_by_label("Your password")).to_be_focused()
    page.get_by_label("Your password").fill(PASSWORD)
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("Ruta")
    goals = page.get_by_role("region", name="The goal")
    expect(goals.locator("blockquote").first).to_be_in_viewport()
    expect(goals.locator("blockquote").first).to_contain_text("I want to work with numbers again")
    goals.get_by_role("link", name="Said").first.click()
    turn = page.locator("li:target")
    expect(turn).to_be_in_viewport()
    expect(turn).to_contain_text("I want to work with numbers again")

    page.get_by_role("link", name="Intakes").click()
    expect(page.get_by_role("link", name="Ruta")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_text("You are signed out.")).to_be_visible()
    for _ in ("the list", "the turn", "the intake"):
        page.go_back()
        expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
        assert "Ruta" not in page.content()
        assert "numbers again" not in page.content()


def test_on_a_laptop_goal_needs_and_flags_are_seen_without_scrolling(
    house: House, device: Device
) -> None:
    page = device(viewport={"width": 1366, "height": 768}).new_page()
    signs_in_by_link(page, house)
    page.goto(f"{house.address}/coach/intakes/{house.campaigner}")

    def whole_on_screen(region: str, what: str) -> None:
        part = page.get_by_role("region", name=region).locator(what)
        expect(part).to_be_in_viewport(ratio=1)

    whole_on_screen("The goal", "blockquote.lead")
    for at in range(3):
        whole_on_screen("What matters most", f"ol > li >> nth={at}")
    whole_on_screen("What matters most", "svg")
    whole_on_screen("Questions for you", "h3 >> nth=0")
    whole_on_screen("Questions for you", "h3 >> nth=1")
    expect(page.get_by_role("img", name="What matters most: Of the search")).to_be_visible()
    quote = page.get_by_role("region", name="Questions for you").get_by_role("link").first
    quote.click()
    expect(page.locator("li:target")).to_contain_text("I only want to work with people who share")


def test_with_the_keyboard_alone_a_coach_gets_to_an_earlier_version(
    house: House, device: Device
) -> None:
    page = device().new_page()
    signs_in_by_link(page, house)
    page.goto(f"{house.address}/coach/intakes/{house.troubled}")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="To the content")).to_be_focused()
    page.keyboard.press("Enter")
    summary = page.locator("summary", has_text="earlier version")
    for _ in range(8):
        page.keyboard.press("Tab")
        if summary.evaluate("element => element === document.activeElement"):
            break
    expect(summary).to_be_focused()
    assert summary.evaluate("element => getComputedStyle(element).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    expect(page.get_by_text("Night shifts").first).to_be_visible()


def test_every_page_is_accessible_and_fits_a_small_phone(
    house: House, device: Device, accessible: Callable[[Page], None]
) -> None:
    page = device(**PHONE).new_page()
    loud: list[str] = []
    page.on("console", lambda message: loud.append(message.text))

    def looked_at() -> None:
        accessible(page)
        wide = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        assert wide[0] <= wide[1], page.url

    for path in ("/coach/sign-in", "/coach/sign-in/over", house.links[0]):
        page.goto(house.address + path)
        looked_at()
    signs_in_by_link(page, house)
    looked_at()
    read = (house.whole, house.troubled, house.campaigner)
    intakes = tuple(f"/coach/intakes/{id}" for id in read)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        for path in ("/coach", "/coach/password", *intakes, "/coach/nothing"):
            page.goto(house.address + path)
            looked_at()
    refused = [text for text in loud if "Content Security Policy" in text]
    assert not refused, refused


def test_on_paper_there_is_the_report_and_nothing_to_press(house: House, device: Device) -> None:
    page = device(viewport={"width": 794, "height": 1123}).new_page()
    signs_in_by_link(page, house)
    page.goto(f"{house.address}/coach/intakes/{house.troubled}")
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_text("Day shifts").first).to_be_visible()
    for gone in ("nav", "button", "details", ".skip", "[href^=mailto]"):
        expect(page.locator(gone).first).to_be_hidden()

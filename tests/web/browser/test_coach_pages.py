"""A coach in a real Chromium: in by link, a password, out, in again, and reading an intake."""

from __future__ import annotations

import re
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


def test_on_a_laptop_goal_needs_flags_and_decision_are_seen_without_scrolling(
    house: House, device: Device
) -> None:
    page = device(viewport={"width": 1366, "height": 768}).new_page()
    signs_in_by_link(page, house)
    page.goto(f"{house.address}/coach/intakes/{house.campaigner}")

    bar = page.get_by_role("region", name="Decide", exact=True)
    expect(bar).to_be_in_viewport(ratio=1)
    decisions = bar.get_by_role("link")
    expect(decisions).to_have_text(
        ["Go ahead", "Ask more", "Tell and consider", "Supervision", "Refer", "Close"]
    )
    bottom = bar.evaluate("element => element.getBoundingClientRect().top")

    def whole_on_screen(region: str, what: str) -> None:
        part = page.get_by_role("region", name=region).locator(what)
        expect(part).to_be_in_viewport(ratio=1)
        assert part.evaluate("element => element.getBoundingClientRect().bottom") <= bottom, what

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


def test_a_coach_weighs_decides_and_opens_again(house: House, device: Device) -> None:
    page = device(viewport={"width": 1366, "height": 768}).new_page()
    signs_in_by_link(page, house)
    page.goto(f"{house.address}/coach/intakes/{house.campaigner}")
    first = page.locator(".flag").first
    first.locator("summary").click()
    first.get_by_label("Set it aside: My line is out of date").check()
    first.get_by_role("button", name="Weigh it").click()
    expect(page.locator(".flag:target")).to_contain_text("You set it aside")
    note = page.get_by_label("A note to yourself")
    note.fill("Ask about the conference.")
    page.get_by_role("button", name="Keep it").click()
    expect(page.get_by_role("region", name="Your notes")).to_contain_text("about the conference")

    page.get_by_role("link", name="Refer", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Refer")
    page.get_by_label("What about your service").fill("I know little of campaigns.")
    page.get_by_role("button", name="Decide: Refer").click()
    expect(page.get_by_role("alert")).to_contain_text("if the belief were the opposite")
    expect(page.get_by_label("What about your service")).to_have_value(
        "I know little of campaigns."
    )
    other = page.context.new_page()
    other.goto(f"{house.address}/coach/intakes/{house.campaigner}/decide/close")
    other.get_by_role("button", name="Decide: Close").click()
    page.get_by_label("Yes, I would decide the same").check()
    page.get_by_label("I do not know enough").check()
    page.get_by_role("button", name="Decide: Refer").click()
    expect(page.get_by_role("alert").first).to_contain_text("were first on another page")
    expect(page.get_by_label("I do not know enough")).to_be_checked()

    page.get_by_role("link", name="Open it again first").click()
    page.get_by_label("Why do you open it again?").fill("I was too quick.")
    page.get_by_role("button", name="Open it again").click()
    bar = page.get_by_role("region", name="Decide", exact=True)
    expect(bar).to_contain_text("Opened again")
    expect(page.get_by_role("region", name="What has happened")).to_contain_text("Decided: Close")


def test_a_coach_finds_an_intake_by_words_on_a_phone(house: House, device: Device) -> None:
    page = device(**PHONE).new_page()
    signs_in_by_link(page, house)
    page.goto(f"{house.address}/coach")
    page.get_by_label("A name, or words of the client").fill("fish market")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Ruta")).to_be_visible()
    expect(page.locator(".intakes > li")).to_have_count(1)
    page.get_by_role("link", name="Ruta").tap()
    page.get_by_role("link", name="To the decision").last.tap()
    expect(page.get_by_role("link", name="Go ahead")).to_be_in_viewport()
    page.goto(f"{house.address}/coach")
    expect(page.locator(".intakes > li", has_text="Ruta")).not_to_contain_text("Not opened")


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
    deciding = tuple(f"{intakes[2]}/{what}" for what in ("decide/refer", "reopen", "found"))
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        for path in (
            "/coach", "/coach?q=nobody", "/coach/learning", *intakes, *deciding, "/coach/nothing",
        ):  # fmt: skip
            page.goto(house.address + path)
            looked_at()
    refused = [text for text in loud if "Content Security Policy" in text]
    assert not refused, refused


def test_on_paper_an_intake_is_two_sheets_and_the_conversation_comes_if_asked_for(
    house: House, device: Device
) -> None:
    page = device(viewport={"width": 1366, "height": 768}).new_page()
    signs_in_by_link(page, house)

    def sheets(path: str) -> int:
        page.goto(house.address + path)
        margin = dict.fromkeys(("top", "right", "bottom", "left"), "12mm")
        return len(re.findall(rb"/Type\s*/Page[^s]", page.pdf(format="A4", margin=margin)))  # type: ignore[arg-type]

    assert sheets(f"/coach/intakes/{house.campaigner}") <= 2
    assert sheets(f"/coach/intakes/{house.whole}") <= 2
    page.get_by_role("link", name="With the conversation").click()
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", name="The whole conversation")).to_be_visible()


def test_on_paper_there_is_the_report_and_nothing_to_press(house: House, device: Device) -> None:
    page = device(viewport={"width": 794, "height": 1123}).new_page()
    signs_in_by_link(page, house)
    page.goto(f"{house.address}/coach/intakes/{house.troubled}")
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_text("Day shifts").first).to_be_visible()
    expect(page.get_by_text("The whole conversation")).to_be_hidden()
    for gone in ("nav", "button", "textarea", ".bar", "details", ".skip", "[href^=mailto]"):
        expect(page.locator(gone).first).to_be_hidden()

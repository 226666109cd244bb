"""Stage 7 and words of danger, on a small phone and with the keyboard alone."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web
from playwright.sync_api import BrowserContext, Page, expect

from tests.engines import IN_DANGER, PROJECT, Noticing, unlimited
from tests.web.browser.client import Client
from tests.web.browser.served import served

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
#: What ``Noticing`` hears four needs in; one of them is personal.
WORDS = "Regular hours. A boss who listens. A short commute. People of my faith."
CHIPS = ["“Regular hours”", "“A boss who listens”", "“A short commute”", "“People of my faith”"]


@pytest.fixture(scope="module")
def site(
    trained: Path, needs_practice: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The application on the practice with needs, with a reader whose ears are known."""
    from rightfit.engine.assembly import Settings, engine
    from rightfit.web.app import make_app

    settings = Settings(
        PROJECT, needs_practice, tmp_path_factory.mktemp("site"), limits=unlimited()
    )

    @asynccontextmanager
    async def opening() -> AsyncIterator[web.Application]:
        async with engine(settings, understands=Noticing()) as parts:
            yield make_app(parts)

    with served(opening) as address:
        yield address


@pytest.fixture
def phone(site: str, device: Callable[..., BrowserContext]) -> Client:
    """A client on a small phone, at the question about the right place to work."""
    client = Client(device(**PHONE).new_page()).opens(site).starts()
    client.chooses()
    assert client.question == "environment"
    return client


@pytest.fixture
def narrow(site: str, device: Callable[..., BrowserContext]) -> Client:
    """The same in a window as narrow, with a keyboard."""
    client = Client(device(viewport=PHONE["viewport"]).new_page()).opens(site).starts()
    client.chooses()
    return client


def fits(page: Page) -> None:
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(wide) <= 0, "nothing is wider than the screen"


def titles(client: Client) -> list[str]:
    return client.choices.all_text_contents()


def test_by_touch_on_a_small_phone(phone: Client, accessible: Callable[[Page], None]) -> None:
    phone.says(WORDS)
    assert titles(phone) == [*CHIPS, "That is right", "Add something"]
    for chip in phone.choices.all():
        box = chip.bounding_box()
        assert box and box["height"] >= 44 and box["width"] >= 200, "a thumb can meet it"
    fits(phone.page)
    accessible(phone.page)

    phone.chooses("“A boss who listens”")
    assert phone.question == "need_edit"
    phone.chooses("Take it off the list")
    phone.says("A canteen with warm food")
    assert "“A canteen with warm food”" in titles(phone)
    phone.chooses("That is right")
    assert phone.question == "need_choice"
    fits(phone.page)
    phone.chooses("I would rather tell my coach myself")

    group = phone.page.locator(".choices")
    several = [title for title in titles(phone) if title.startswith("“")]
    assert several == ["“Regular hours”", "“A short commute”", "“A canteen with warm food”"]
    for title in several:
        group.get_by_label(title).tap()
    expect(group.get_by_label("None more than the others")).to_be_disabled()
    expect(group.get_by_role("status")).to_contain_text("take one off first")
    accessible(phone.page)
    group.get_by_label(several[0]).tap()
    expect(group.get_by_label("None more than the others")).to_be_enabled()
    expect(group.get_by_role("status")).to_be_empty()
    phone.button("Send these").tap()
    expect(phone.questions.last).to_have_attribute("data-question", "need_centrality")
    expect(phone.questions.last).to_contain_text("“A short commute”")
    for title in ("A big part", "Decline", "None of it", "Take it"):
        phone.chooses(title)
    assert phone.question == "expectations"


def test_with_the_keyboard_alone(narrow: Client) -> None:
    page = narrow.page

    def sends(text: str) -> None:
        count = narrow.said.count()
        narrow.field.focus()
        page.keyboard.type(text)
        page.keyboard.press("Enter")
        expect(narrow.said).to_have_count(count + 1)

    def presses(title: str) -> None:
        count = narrow.said.count()
        for _ in range(12):
            focused = page.evaluate(
                "document.querySelector('rightfit-intake').shadowRoot.activeElement?.textContent"
            )
            if focused == title:
                page.keyboard.press("Enter")
                expect(narrow.said).to_have_count(count + 1)
                return
            page.keyboard.press("Tab")
        raise AssertionError(f"no way to {title}")

    sends(WORDS)
    presses("“A boss who listens”")
    presses("Say it in other words")
    sends("A boss who asks me first")
    presses("That is right")
    presses("Leave it out")
    for _ in range(3):
        page.keyboard.press("Space")
        page.keyboard.press("Tab")
    presses("Send these")
    for title in ("All of it", "Hesitate", "A small part", "Take it", "None of it", "Decline"):
        presses(title)
    assert narrow.question == "expectations"


def test_the_help_lines_can_be_called(phone: Client, accessible: Callable[[Page], None]) -> None:
    phone.says(IN_DANGER)

    crisis = phone.page.locator("article.assistant").nth(-2)
    assert crisis.locator("li").count() >= 6, "a line each"
    calls = crisis.locator("a").evaluate_all("all => all.map(a => [a.textContent, a.href])")
    assert ["116 123", "tel:116123"] in calls and ["112", "tel:112"] in calls
    assert ["50808", "sms:50808"] in calls
    assert not phone.page.locator("article.client a").count()
    fits(phone.page)
    accessible(phone.page)
    phone.chooses("Go on with the questions")
    assert phone.question == "environment"

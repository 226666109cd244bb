"""The rehearsal room in a real Chromium: with the keyboard, on a phone, and on paper."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import datetime, timezone
from pathlib import Path

import pytest
from aiohttp import web
from playwright.sync_api import BrowserContext, Page, expect

from tests.web.browser.served import served
from tests.web.coach_site import prepared_site

Device = Callable[..., BrowserContext]


@pytest.fixture
def room(tmp_path: Path) -> Iterator[tuple[str, str]]:
    """The address of the room, and of a sign-in link."""
    links: list[str] = []

    @asynccontextmanager
    async def opening() -> AsyncIterator[web.Application]:
        async with prepared_site(f"sqlite+aiosqlite:///{tmp_path}/coach.sqlite") as site:
            site.now = datetime.now(timezone.utc)
            links.append(await site.link())
            yield site.app

    with served(opening) as address:
        yield f"{address.rstrip('/')}/coach/rehearsal", address.rstrip("/") + links[0]


def test_a_coach_tries_a_line_without_script_mouse_or_large_screen(
    room: tuple[str, str], device: Device, accessible: Callable[[Page], None]
) -> None:
    address, link = room
    loud: list[str] = []
    made = device(viewport={"width": 390, "height": 844}, java_script_enabled=False)
    page = made.new_page()
    page.goto(link)
    page.get_by_role("button", name="Sign in").click()
    page.goto(address)
    page.get_by_role("link", name="Try it otherwise").first.focus()
    page.keyboard.press("Enter")
    page.get_by_label("How you can serve it").press("F")
    expect(page.get_by_label("How you can serve it")).to_have_value("fully")
    page.get_by_label("How you can serve it").press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="See what changes")).to_be_focused()
    page.keyboard.press("Enter")

    changes = page.get_by_role("region", name="2 of 14 clients would be flagged otherwise")
    expect(changes.get_by_role("heading", level=2)).to_be_in_viewport()
    teuila = changes.get_by_role("article", name="Teuila")
    expect(teuila).to_contain_text("As it is now")
    expect(teuila.get_by_text("Consider a referral")).to_have_count(1)

    scripted = device(storage_state=made.storage_state())
    page, tried = scripted.new_page(), page.url
    page.on("console", lambda message: loud.append(message.text))
    wrong = tried.replace("politics", "growth")
    for size in ({"width": 1366, "height": 768}, {"width": 390, "height": 844}):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            for there in (address, tried, wrong):
                page.goto(there)
                accessible(page)
                wide = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
                assert wide[0] <= wide[1], (there, size)
    expect(page.get_by_label("Which kind of it")).to_be_focused()
    expect(page.get_by_label("Which kind of it")).to_have_accessible_description(
        "For politics, faith, conscience and acceptance only. Only politics, faith, conscience "
        "and acceptance have kinds. Leave it at any kind."
    )
    assert not [text for text in loud if "Content Security Policy" in text], loud

    page.goto(tried)
    page.emulate_media(media="print", color_scheme="light")
    expect(page.get_by_text("You try:")).to_be_visible()
    for gone in ("nav", "button", "select", ".skip"):
        expect(page.locator(gone).first).to_be_hidden()

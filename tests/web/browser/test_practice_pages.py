"""The lead's pages and the second step in a real Chromium: usable, legible, accessible."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import datetime, timezone
from pathlib import Path

import pytest
from aiohttp import web
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from playwright.sync_api import BrowserContext, Page, expect

from tests.web.browser.served import served
from tests.web.coach_site import PASSWORD, WHOLE, prepared_site

Device = Callable[..., BrowserContext]
SIZES = [
    {"width": 1366, "height": 768},
    {"width": 390, "height": 844},
    {"width": 320, "height": 640},
]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[list[str]]:
    """The address of the site, and a link that signs its lead in."""
    found: list[str] = []

    @asynccontextmanager
    async def opening() -> AsyncIterator[web.Application]:
        async with prepared_site(f"sqlite+aiosqlite:///{tmp_path}/coach.sqlite") as site:
            site.now = datetime.now(timezone.utc)
            for at in range(12):
                await site.intake(*WHOLE[: 4 + at], minutes_ago=100)
            found.append(await site.link())
            yield site.app

    with served(opening) as address:
        yield [address.rstrip("/"), *found]


def comes_in(page: Page, house: list[str]) -> None:
    page.goto(house[0] + house[1])
    page.get_by_role("button", name="Sign in").click()


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


@pytest.mark.parametrize("size", SIZES, ids=lambda size: str(size["width"]))
def test_every_page_fits_and_is_accessible(
    house: list[str],
    device: Device,
    accessible: Callable[[Page], None],
    size: dict[str, int],
) -> None:
    page = device(viewport=size).new_page()
    comes_in(page, house)
    for path in ("practice", "practice/settings", "practice/progress", "practice/record?check=1",
                 "account", "account/second-step"):  # fmt: skip
        page.goto(f"{house[0]}/coach/{path}")
        for closed in page.locator("main details").all():
            closed.evaluate("element => { element.open = true }")
        accessible(page)
        assert fits(page), path


def test_a_lead_sets_up_a_second_step_and_signs_in_with_it(
    house: list[str], device: Device, accessible: Callable[[Page], None]
) -> None:
    page = device().new_page()
    comes_in(page, house)
    page.get_by_label("New password").fill(PASSWORD)
    page.get_by_label("The same once more").fill(PASSWORD)
    page.get_by_role("button", name="Set it").click()
    page.goto(f"{house[0]}/coach/account")
    page.get_by_role("link", name="Set one up").click()
    expect(page.get_by_role("img", name="QR code")).to_be_visible()
    secret = page.locator("code.key").inner_text().replace(" ", "")
    page.get_by_label("Type the six digits").fill(code(secret))
    page.get_by_role("button", name="Set it up").click()
    expect(page.locator(".codes li")).to_have_count(8)
    accessible(page)
    spare = page.locator(".codes code").first.inner_text()

    other = device(viewport=SIZES[1]).new_page()
    other.goto(f"{house[0]}/coach")
    other.get_by_label("Your name").fill("Maren Tollefsen")
    other.get_by_label("Your password").fill(PASSWORD)
    other.get_by_role("button", name="Sign in").click()
    expect(other.get_by_label("Code")).to_be_focused()
    other.get_by_label("Code").fill("000000")
    other.get_by_role("button", name="Sign in").click()
    expect(other.get_by_role("alert")).to_contain_text("not right")
    accessible(other)
    other.get_by_label("Code").fill(spare)
    other.get_by_role("button", name="Sign in").click()
    expect(other.get_by_role("heading", level=1)).to_have_text("Intakes")


def code(secret: str) -> str:
    totp = TOTP(base64.b32decode(secret), 6, SHA1(), 30)  # noqa: S303
    return totp.generate(datetime.now(timezone.utc).timestamp()).decode()


def test_a_coach_is_invited_and_removed_with_nothing_but_forms(
    house: list[str], device: Device
) -> None:
    page = device(java_script_enabled=False).new_page()
    comes_in(page, house)
    page.goto(f"{house[0]}/coach/practice")
    page.get_by_label("Name").fill("Tomás Quill")
    page.get_by_label("A short id").fill("tomas")
    page.get_by_role("button", name="Invite").click()
    link = page.get_by_label("Sign-in link").inner_text().strip()
    invited = device(java_script_enabled=False).new_page()
    invited.goto(link)
    invited.get_by_role("button", name="Sign in").click()
    expect(invited.get_by_role("heading", level=1)).to_have_text("Set a password")
    page.get_by_role("link", name="Back to the people").click()
    page.get_by_text("Change Tomás Quill").click()
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_role("status")).to_contain_text("cannot sign in any more")
    invited.goto(f"{house[0]}/coach")
    expect(invited.get_by_role("heading", level=1)).to_have_text("Sign in")

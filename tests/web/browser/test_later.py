"""A client looks in later in a real browser: by code, on a phone, with and without JavaScript."""

from __future__ import annotations

import json
from collections.abc import Callable
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import BrowserContext, Page, expect

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}


@pytest.fixture
def receipt(site: str) -> str:
    """The code of an intake that was just begun."""
    headers = {"Content-Type": "application/json"}
    asked = Request(f"{site}api/conversations", b"{}", headers, method="POST")  # noqa: S310
    with urlopen(asked) as answer:  # noqa: S310
        opened: dict[str, str] = json.load(answer)
    return opened["receipt"]


def enters(page: Page, site: str, receipt: str) -> None:
    page.goto(f"{site}later")
    page.get_by_label("Your receipt code").fill(receipt)
    page.get_by_role("button", name="Show my intake").click()
    expect(page.get_by_role("heading", name="Your intake", exact=True)).to_be_visible()


def test_from_the_page_into_the_conversation_without_typing_the_code_again(
    site: str,
    receipt: str,
    device: Callable[..., BrowserContext],
    accessible: Callable[[Page], None],
) -> None:
    page = device(**PHONE).new_page()
    enters(page, site, receipt)
    accessible(page)
    page.get_by_role("link", name="Go on with your answers").click()
    expect(page.get_by_text("May I ask my questions")).to_be_visible()
    assert page.url == f"{site}later/conversation"
    assert receipt not in (page.locator("rightfit-intake").get_attribute("code") or "")
    page.get_by_role("button", name="Yes, that is fine").click()
    expect(page.get_by_text("What would you like to be called?")).to_be_visible()
    page.reload()
    expect(page.get_by_text("What would you like to be called?")).to_be_visible()
    page.get_by_text("Menu", exact=True).click()
    page.get_by_role("button", name="How things stand, letters").click()
    expect(page.get_by_role("heading", name="How things stand")).to_be_visible()


def test_without_javascript_a_client_reads_downloads_and_erases(
    site: str, receipt: str, device: Callable[..., BrowserContext]
) -> None:
    page = device(**PHONE, java_script_enabled=False).new_page()
    enters(page, site, receipt)
    with page.expect_download() as downloading:
        page.get_by_role("link", name="Download everything").click()
    assert downloading.value.suggested_filename == "my-intake.json"
    page.get_by_role("link", name="Erase everything").click()
    page.get_by_role("button", name="Erase everything").click()
    expect(page.get_by_role("heading", name="Everything is erased")).to_be_visible()
    page.goto(f"{site}later")
    expect(page.get_by_label("Your receipt code")).to_be_visible()


def test_on_a_phone_nothing_is_wider_than_the_page(
    site: str, receipt: str, device: Callable[..., BrowserContext]
) -> None:
    page = device(viewport={"width": 320, "height": 640}).new_page()
    enters(page, site, receipt)
    for path in ("later", "later/erase", "later/open/x"):
        page.goto(site + path)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 320, path

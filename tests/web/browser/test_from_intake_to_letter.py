"""From the client's first word to the coach's letter, in a browser, on the whole application."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import web
from playwright.sync_api import BrowserContext, Page, expect

from tests.engines import PROJECT, unlimited
from tests.web.browser.client import Client
from tests.web.browser.served import served

Device = Callable[..., BrowserContext]
PHONE = {"viewport": {"width": 390, "height": 780}, "has_touch": True}
LAPTOP = {"viewport": {"width": 1366, "height": 768}}


class House:
    """The application, and a sign-in link for one of its coaches."""

    address: str
    link: str


@pytest.fixture(scope="module")
def house(trained: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    from rightfit.engine.assembly import Settings, engine
    from rightfit.web.app import make_app
    from rightfit.web.links import new_link

    found = House()
    data = tmp_path_factory.mktemp("house")
    settings = Settings(PROJECT, PROJECT / "practice", data, limits=unlimited())

    @asynccontextmanager
    async def opening() -> AsyncIterator[web.Application]:
        async with engine(settings) as parts:
            at, hour = parts.clock(), timedelta(hours=1)
            found.link = await new_link(parts.database, "maren", "", at, hour)
            yield make_app(parts)

    with served(opening) as address:
        found.address = address.rstrip("/")
        yield found


def sends_an_intake(page: Page, house: House) -> str:
    """Play a whole intake for Maren; the receipt code."""
    client = Client(page).opens(f"{house.address}/?coach=maren").starts()
    client.answers_until("goals")
    code = client.receipt()
    client.answers_until("recap")
    client.answers()
    return code


def looks_in(page: Page, house: House, code: str) -> None:
    page.goto(f"{house.address}/later")
    page.get_by_label("Your receipt code").fill(code)
    page.get_by_role("button", name="Show my intake").click()


def test_an_intake_is_read_weighed_decided_and_answered(
    house: House, device: Device, accessible: Callable[[Page], None]
) -> None:
    phone = device(**PHONE).new_page()
    code = sends_an_intake(phone, house)

    coach = device(**LAPTOP).new_page()
    coach.goto(house.address + house.link)
    coach.get_by_role("button", name="Sign in").click()
    coach.goto(f"{house.address}/coach")
    expect(coach.get_by_role("heading", name="New")).to_be_visible()
    coach.get_by_role("link", name="Maya").click()
    accessible(coach)
    bar = coach.get_by_role("region", name="Decide", exact=True)
    expect(bar).to_be_in_viewport(ratio=1)
    expect(bar).to_contain_text("Nothing decided yet")
    bar.get_by_role("link", name="Go ahead").click()
    coach.get_by_label("Why, for yourself").fill("My own reason, for myself.")
    coach.get_by_role("button", name="Decide: Go ahead").click()
    expect(bar).to_contain_text("Going ahead")

    looks_in(phone, house, code)
    expect(phone.get_by_role("heading", level=1)).to_be_visible()
    assert "My own reason" not in phone.content()

    bar.get_by_role("link", name="Write to the client").click()
    coach.get_by_label("Letter", exact=True).fill(
        "Dear Maya,\n\nshall we talk on Tuesday?\n\nMaren"
    )
    coach.get_by_role("button", name="Read it as the client will").click()
    expect(coach.get_by_role("article")).to_contain_text("shall we talk on Tuesday?")
    coach.get_by_role("button", name="Send it").click()

    phone.reload()
    expect(phone.get_by_text("shall we talk on Tuesday?")).to_be_visible()
    accessible(phone)
    assert "My own reason" not in phone.content()

    coach.goto(f"{house.address}/coach")
    expect(coach.get_by_role("heading", name="Decided")).to_be_visible()
    coach.get_by_label("A name, or words of the client").fill("lorries")
    coach.keyboard.press("Enter")
    coach.get_by_role("link", name="Maya").click()
    happened = coach.get_by_role("region", name="What has happened")
    expect(happened).to_contain_text("Wrote to the client")
    expect(happened).to_contain_text("Decided: Go ahead")

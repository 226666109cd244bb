"""Both paths in a real Chromium: told, both consider, a trial; and on to another coach."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from aiohttp import web
from playwright.sync_api import BrowserContext, Page, expect

from tests.engines import PROJECT, read, unlimited
from tests.web.both_sides import ANSWERS
from tests.web.browser.served import served

Device = Callable[..., BrowserContext]
LAPTOP = {"viewport": {"width": 1366, "height": 768}}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}


class House:
    """Where everything is, and how coaches get in."""

    address: str
    links: dict[str, str]


@pytest.fixture
def house(trained: Path, short_practice: Path, tmp_path: Path) -> Iterator[House]:
    from rightfit.engine.assembly import Settings, engine, now
    from rightfit.engine.understanding import OnlyReading
    from rightfit.web.app import make_app
    from rightfit.web.links import new_link

    found = House()

    @asynccontextmanager
    async def opening() -> AsyncIterator[web.Application]:
        settings = Settings(PROJECT, short_practice, tmp_path, limits=unlimited())
        async with engine(settings, understands=OnlyReading(read)) as parts:
            found.links = {
                coach: await new_link(parts.database, coach, "", now(), timedelta(hours=1))
                for coach in ("maren", "dayo")
            }
            yield make_app(parts)

    with served(opening) as address:
        found.address = address.rstrip("/")
        yield found


def interviewed(page: Page, house: House) -> str:
    """Answer everything through the chat API; the receipt code."""
    url, ask = house.address, page.request
    opened = ask.post(f"{url}/api/conversations", data={"coach": "maren"}).json()
    outcome, bearer = opened, {"Authorization": f"Bearer {opened['token']}"}
    while True:
        question = next(m["question"] for m in reversed(outcome["messages"]) if m.get("question"))
        body = {"id": str(uuid4()), **ANSWERS[question]}
        outcome = ask.post(f"{url}/api/messages", data=body, headers=bearer).json()
        if question == "recap":
            return str(opened["receipt"])


def comes_in(page: Page, house: House, code: str) -> None:
    page.goto(f"{house.address}/later")
    page.get_by_label("Your receipt code").fill(code)
    page.get_by_role("button", name="Show my intake").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your intake")


def signs_in(page: Page, house: House, coach: str) -> None:
    page.goto(house.address + house.links[coach])
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Set a password")
    page.goto(f"{house.address}/coach")


def opens_intake(page: Page) -> None:
    page.get_by_role("link", name="Ruta").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ruta")


def test_told_both_consider_and_it_begins(
    house: House, device: Device, accessible: Callable[[Page], None]
) -> None:
    client, coach = device(**PHONE).new_page(), device(**LAPTOP).new_page()
    code = interviewed(client, house)
    signs_in(coach, house, "maren")
    opens_intake(coach)
    coach.get_by_role("link", name="Tell and consider").click()
    coach.get_by_role("button", name="Decide: Tell and consider").click()
    coach.get_by_role("link", name="Choose the words").click()
    coach.get_by_role("link", name="I would take advice while we work").click()
    accessible(coach)
    words = coach.get_by_label("What the client reads")
    words.fill(words.input_value().replace("[which part]", "the trade that you come from"))
    coach.get_by_label("Time to think").select_option("0")
    coach.get_by_role("button", name="Look at it").click()
    accessible(coach)
    coach.get_by_role("button", name="Send it to the client").click()
    expect(coach.get_by_role("heading", level=1)).to_have_text("You both consider")
    coach.get_by_label("I would like to go on").check()
    coach.get_by_role("button", name="Keep my answer").click()
    expect(coach.get_by_text("Your answer is kept.")).to_be_visible()
    accessible(coach)

    comes_in(client, house, code)
    expect(client.get_by_text("the trade that you come from")).to_be_visible()
    accessible(client)
    client.get_by_label("I would like to go on").check()
    client.get_by_role("button", name="Keep this answer").click()
    expect(client.get_by_role("heading", name="Trying it out")).to_be_visible()
    client.get_by_role("button", name="We have had our first session").click()
    accessible(client)
    for statement in client.get_by_role("group").all():
        statement.get_by_label("Mostly").check()
    client.get_by_role("button", name="Send", exact=True).click()
    expect(client.get_by_text("Thank you. That is kept.")).to_be_visible()

    coach.goto(f"{house.address}/coach")
    opens_intake(coach)
    coach.get_by_role("link", name="How it goes").click()
    accessible(coach)
    for statement in coach.get_by_role("group").all():
        statement.get_by_label("Yes").check()
    coach.get_by_role("button", name="Keep them").click()
    expect(coach.get_by_role("button", name="We have had our 3 sessions")).to_be_visible()


def test_on_to_another_coach(
    house: House, device: Device, accessible: Callable[[Page], None]
) -> None:
    client, coach = device(**PHONE).new_page(), device(**LAPTOP).new_page()
    code = interviewed(client, house)
    signs_in(coach, house, "maren")
    opens_intake(coach)
    coach.get_by_role("link", name="Refer", exact=True).click()
    coach.get_by_label("Yes, I would decide the same").check()
    coach.get_by_label("They need another service than mine").check()
    coach.get_by_label("What about your service is not enough here?").fill("I do not do that.")
    coach.get_by_role("button", name="Decide: Refer").click()
    coach.get_by_role("link", name="Say who").click()
    accessible(coach)
    coach.get_by_label("Dayo Birtwhistle").check()
    coach.get_by_label("A word to the client about them").fill("Dayo knows this well.")
    coach.get_by_role("button", name="Suggest them to the client").click()
    expect(coach.get_by_text("It is with the client.")).to_be_visible()

    comes_in(client, house, code)
    accessible(client)
    client.get_by_role("link", name="Choose what Dayo Birtwhistle may read").click()
    client.get_by_label("fish market").uncheck()
    accessible(client)
    client.get_by_role("button", name="Look at it first").click()
    expect(client.get_by_text("fish market")).to_have_count(0)
    accessible(client)
    client.get_by_role("button", name="Send this to Dayo Birtwhistle").click()
    expect(client.get_by_role("heading", level=1)).to_contain_text("You have sent this")
    accessible(client)

    other = device(**LAPTOP).new_page()
    signs_in(other, house, "dayo")
    other.get_by_role("link", name="Ruta").first.click()
    expect(other.get_by_text("numbers again").first).to_be_visible()
    coach.reload()
    expect(coach.get_by_text("It arrived")).to_be_visible()

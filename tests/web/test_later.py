"""The client's later page: who comes in, what it shows, and that it keeps nothing open."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from rightfit.review.events import LetterSent, NoteWritten, by_coach
from rightfit.store import reviews
from tests.engines import Clock, StartEngine
from tests.web.api import Api, serving
from tests.web.later_client import LaterClient, looking_in

LETTER = LetterSent(
    "proceed", "Let us talk", "Hello Ann,\n\nsee https://book.example/m & <b>write</b>.", False
)


@pytest.fixture
async def house(
    start_engine: StartEngine, sqlite_url: str, short_practice: Path
) -> AsyncIterator[tuple[Api, LaterClient, Clock]]:
    """A client who has answered one question, and their browser on the later page."""
    clock = Clock()
    async with serving(start_engine, sqlite_url, practice=short_practice, clock=clock) as api:
        await api.open()
        await api.choose("yes")
        async with looking_in(api) as client:
            yield api, client, clock


House = tuple[Api, LaterClient, Clock]


async def _conversation(api: Api) -> str:
    return await api.engine.reception.conversation_of(api.token)


async def _log(api: Api, *events: Any) -> None:
    id, engine = await _conversation(api), api.engine
    async with engine.database.writing() as transaction:
        for event in events:
            seen = await reviews.last_of(transaction, id)
            await reviews.append(transaction, id, seen, event, by_coach("maren"), engine.clock())


async def test_a_receipt_code_opens_the_page_and_is_nowhere_on_it(house: House) -> None:
    api, client, _ = house
    page = await client.enters(api.receipt.lower().replace("-", " "))

    assert page.status == 200
    assert "You have not sent your answers yet." in page.words
    assert api.receipt not in page.text
    cookie = (await client.post("/later/enter", {"code": api.receipt})).headers["Set-Cookie"]
    for attribute in ("HttpOnly", "SameSite=Strict", "Path=/later", "Max-Age=1800"):
        assert attribute in cookie
    assert api.receipt not in cookie


@pytest.mark.parametrize("path", ["", "/conversation", "/export", "/erase"])
async def test_nobody_sees_anything_without_coming_in(house: House, path: str) -> None:
    _, client, _ = house
    shown = await client.get(f"/later{path}")

    assert (shown.status, shown.location) == (303, "/later/enter")


async def test_a_wrong_code_says_what_to_do_and_an_erased_one_that_it_is_gone(
    house: House,
) -> None:
    api, client, _ = house
    wrong = await client.post("/later/enter", {"code": "0000-0000-0000-0000"})
    await api.call("DELETE", "/api/conversation")
    gone = await client.post("/later/enter", {"code": api.receipt})

    assert wrong.status == 422 and "Check it letter by letter" in wrong.words
    assert gone.status == 422 and "was erased" in gone.words


async def test_who_tries_codes_has_to_wait(house: House) -> None:
    api, client, clock = house
    tried = [await client.post("/later/enter", {"code": f"try {each}"}) for each in range(21)]

    assert [shown.status for shown in tried] == [422] * 20 + [429]
    clock.advance(seconds=int(tried[-1].headers["Retry-After"]))
    assert (await client.enters(api.receipt)).status == 200


async def test_the_visit_is_over_after_half_an_hour_without_use(house: House) -> None:
    api, client, clock = house
    await client.enters(api.receipt)
    for _ in range(3):
        clock.advance(minutes=25)
        assert (await client.get("/later")).status == 200
    clock.advance(minutes=31)

    assert (await client.get("/later")).location == "/later/enter"


async def test_leaving_ends_the_visit(house: House) -> None:
    api, client, _ = house
    page = await client.enters(api.receipt)
    left = await client.post("/later/leave", {"form_token": page.form_token})

    assert left.location == "/later/enter?out=1"
    assert (await client.get("/later")).location == "/later/enter"


async def test_a_form_without_the_token_or_from_another_site_does_nothing(house: House) -> None:
    api, client, _ = house
    page = await client.enters(api.receipt)

    assert (await client.post("/later/erase", {"sure": "yes"})).status == 403
    form = {"sure": "yes", "form_token": page.form_token}
    assert (await client.post("/later/erase", form, Sec_Fetch_Site="cross-site")).status == 403
    assert (await client.get("/later")).status == 200


async def test_letters_are_shown_as_they_were_sent_and_notes_never(house: House) -> None:
    api, client, _ = house
    await _log(api, NoteWritten("Ask my supervisor."), LETTER, LETTER)
    page = await client.enters(api.receipt)

    assert page.text.count('class="letter"') == 2 and "Earlier letters (1)" in page.words
    assert "&lt;b&gt;write&lt;/b&gt;" in page.text
    assert '<a href="https://book.example/m"' in page.text
    assert "supervisor" not in page.text


async def test_the_export_holds_the_letters(house: House) -> None:
    api, client, _ = house
    await _log(api, NoteWritten("Ask my supervisor."), LETTER)
    await client.enters(api.receipt)
    shown = await client.get("/later/export")

    exported = json.loads(shown.text)
    (letter,) = exported["letters"]
    assert (letter["subject"], letter["text"]) == (LETTER.subject, LETTER.text)
    assert "my-intake.json" in shown.headers["Content-Disposition"]
    assert "supervisor" not in shown.text
    assert (await api.call("GET", "/api/export"))[1] == exported


async def test_erasing_is_asked_about_and_then_everything_is_gone(house: House) -> None:
    api, client, _ = house
    await _log(api, LETTER)
    await client.enters(api.receipt)
    asked = await client.get("/later/erase")
    unsure = await client.post("/later/erase", {"form_token": asked.form_token})
    assert unsure.location == "/later/erase"
    form = {"form_token": asked.form_token, "sure": "yes"}
    done = await client.post("/later/erase", form)

    assert "Everything is erased" in done.words and api.receipt in done.words
    assert (await client.get("/later")).location == "/later/enter"
    assert (await api.call("GET", "/api/messages"))[0] == 401


async def test_the_conversation_is_entered_without_typing_the_code(house: House) -> None:
    api, client, _ = house
    await client.enters(api.receipt)
    shown = await client.get("/later/conversation")

    assert f'code="{api.receipt}" go' in shown.text
    assert shown.headers["Cache-Control"] == "no-store"


async def test_the_link_of_a_letter_opens_the_page_by_a_button(house: House) -> None:
    api, client, clock = house
    given = api.engine.receipts.pass_for(await _conversation(api), clock() + timedelta(days=30))
    before = await client.get(f"/later/open/{given}")
    assert "Set-Cookie" not in before.headers, "what previews links must not come in"
    came = await client.post("/later/open", {"pass": given})

    assert came.location == "/later"
    assert (await client.get("/later")).status == 200
    clock.advance(days=31)
    over = await client.post("/later/open", {"pass": given})
    assert over.status == 410 and "with your receipt code" in over.words


@pytest.mark.parametrize("given", ["", "x", "é" * 20, "A" * 48, "A" * 4000])
async def test_a_link_that_was_not_made_here_opens_nothing(house: House, given: str) -> None:
    _, client, _ = house

    assert (await client.post("/later/open", {"pass": given})).status == 410


async def test_a_declined_intake_has_no_page(
    start_engine: StartEngine, sqlite_url: str, short_practice: Path
) -> None:
    async with serving(start_engine, sqlite_url, practice=short_practice) as api:
        await api.open()
        await api.choose("no")
        async with looking_in(api) as client:
            shown = await client.post("/later/enter", {"code": api.receipt})

    assert shown.status == 422


@pytest.mark.parametrize("path", ["/later/nothing", "/later/open"])
async def test_what_is_not_there_is_a_plain_page(house: House, path: str) -> None:
    _, client, _ = house
    shown = await client.get(path)

    assert shown.status in (404, 405)
    assert "Traceback" not in shown.text and "To the page about your intake" in shown.words
    assert "default-src 'none'" in shown.headers["Content-Security-Policy"]

"""The referral, over the real application: whom, what travels, the packet, and taking it in."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import aiohttp
import pytest

from rightfit.review.events import Decided, FlagWeighed, NoteWritten, by_coach
from rightfit.store import intakes, reviews
from rightfit.store.reconcile import discrepancies
from tests.engines import StartEngine
from tests.web.both_sides import Both, both_sides
from tests.web.later_client import LaterClient

SECRET = "I cannot bear to hear of this, and that is my own matter"
REFER = Decided("refer", SECRET, because="own_limit", if_opposite="same")
House = tuple[Both, LaterClient]


@pytest.fixture
async def house(
    start_engine: StartEngine, sqlite_url: str, short_practice: Path
) -> AsyncIterator[House]:
    """A client whom Maren has decided to refer, with private words of hers in the log."""
    async with both_sides(start_engine, sqlite_url, short_practice) as (both, coach):
        private = (NoteWritten(SECRET), FlagWeighed("r", "politics", "upheld", SECRET), REFER)
        async with both.api.engine.database.writing() as transaction:
            for number, event in enumerate(private):
                await reviews.append(
                    transaction, both.intake, number, event, by_coach("maren"), both.clock()
                )
        yield both, coach


async def suggests(both: Both, coach: LaterClient, to: str, note: str = "") -> None:
    page = f"{both.page}/referral"
    done = await both.press(coach, page, page, to=to, note=note)
    assert done.status == 303, done.words


async def chooses(both: Both, to: str, *parts: str) -> LaterClient:
    """Choose what travels, and look at it."""
    token = (await both.client.get(f"/later/referral/{to}")).form_token
    form = [("form_token", token), *(("part", part) for part in parts)]
    done = await both.client.post(f"/later/referral/{to}", form)  # type: ignore[arg-type]
    assert (done.status, done.location) == (303, "/later/referral/preview"), done.words
    return both.client


async def sends(both: Both) -> None:
    page = await both.client.get("/later/referral/preview")
    digest = re.search(r'name="digest" value="(\w+)"', page.text)
    assert digest
    form = {"form_token": page.form_token, "digest": digest[1]}
    done = await both.client.post("/later/referral/send", form)
    assert (done.status, done.location) == (303, "/later/referral/sent"), done.words


async def test_to_a_coach_of_the_practice_who_gets_what_was_chosen_and_no_more(
    house: House,
) -> None:
    both, coach = house
    page = await coach.get(f"{both.page}/referral")
    names = ["Dayo Birtwhistle", "Inés Calloway-Roca", "Ardglass", "Quill and Compass"]
    places = [page.text.index(name) for name in names]
    assert places == sorted(places) and "Maren" not in page.words[: places[0] // 9]
    await suggests(both, coach, "coach:dayo", "Dayo has helped many people with this.")
    page = await both.client.get("/later")
    assert "Dayo has helped many people with this." in page.words

    page = await both.client.get("/later/referral/coach/dayo")
    assert "I kept the books of a fish market" in page.words
    nothing = await both.client.post("/later/referral/coach/dayo", {"form_token": page.form_token})
    assert nothing.status == 422 and "at least one line" in nothing.words
    await chooses(both, "coach/dayo", "answer:name", "answer:goals")
    page = await both.client.get("/later/referral/preview")
    assert "numbers again" in page.words and "fish market" not in page.words
    await sends(both)

    page = await both.client.get("/later/referral/sent")
    code = re.search(r"([0-9A-Z]{4}-){3}[0-9A-Z]{4}", page.text)
    assert code
    assert (await both.kinds())[-2:] == ["PacketSent", "PacketArrived"]
    async with both.api.engine.database.reading() as transaction:
        heads = await intakes.heads(transaction)
        assert await discrepancies(transaction) == ()
    copy = next(head for head in heads if head.id != both.intake)
    assert (copy.coach, copy.name, copy.state) == ("dayo", "Ruta", "sent")
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(both.api.client.make_url("/"), cookie_jar=jar) as session:
        dayo = await both.coach(session, "dayo")
        page = await dayo.get(f"/coach/intakes/{copy.id}")
        assert "numbers again" in page.words
        assert "fish market" not in page.words and SECRET not in page.text
        assert "ruta@example.org" not in page.text
        asking = await dayo.get(f"/coach/intakes/{copy.id}/ask-more")
        assert "has no conversation here" in asking.words
        assert "Read it as the client will" not in asking.words
    assert "It arrived" in (await coach.get(f"{both.page}/referral")).words
    async with aiohttp.ClientSession(both.api.client.make_url("/"), cookie_jar=jar) as session:
        assert "Your answers have arrived" in (await LaterClient(session).enters(code[0])).words
    status, resumed = await both.api.call("POST", "/api/resume", {"receipt": code[0]})
    assert status == 200 and "fish market" not in json.dumps(resumed)
    body = {"id": str(uuid4()), "text": "Hello?"}
    status, _ = await both.api.call("POST", "/api/messages", body, token=resumed["token"])
    assert status == 409, "nobody chats on an intake that has no interview behind it"
    await both.press(both.client, "/later/erase", "/later/erase", sure="yes")
    async with both.api.engine.database.reading() as transaction:
        assert await intakes.heads(transaction) == ()


async def test_to_a_partner_by_a_link_that_opens_once_pressed_and_can_be_taken_in(
    house: House,
) -> None:
    both, coach = house
    await suggests(both, coach, "partner:quill")
    await chooses(both, "partner/quill", "answer:goals", "answer:contact")
    await sends(both)
    page = await both.client.get("/later/referral/sent")
    link = re.search(r"<code>https?://[^/]+(/packet/[\w-]+)</code>", page.text)
    assert link
    async with aiohttp.ClientSession(both.api.client.make_url("/")) as session:
        outside = LaterClient(session)
        asks = await outside.get(link[1])
        assert asks.status == 200 and "numbers again" not in asks.words
        assert (await both.kinds())[-1] == "PacketSent", "looking at the link is not opening it"
        opened = await outside.post(link[1], {})
        assert "numbers again" in opened.words and "ruta@example.org" in opened.words
        assert "fish market" not in opened.words and SECRET not in opened.text
        raw = (await outside.post(link[1], {"as": "json"})).text
        async with session.post(link[1], data={"as": "pdf"}) as response:
            assert (await response.read()).startswith(b"%PDF")
        forged = link[1][:-3] + ("AAA" if link[1][-3:] != "AAA" else "BBB")
        assert (await outside.get(forged)).status == 410
        assert (await outside.get("/packet/x")).status == 410
    assert (await both.kinds())[-1] == "PacketArrived"
    assert (await both.kinds()).count("PacketArrived") == 1
    assert SECRET not in raw and "flag" not in raw and "maren" not in raw

    done = await takes_in(both, coach, raw.encode())
    assert done.status == 200 and "in your list now" in done.words
    again = await takes_in(both, coach, raw.encode())
    assert "taken in before" in again.words
    changed = json.loads(raw)
    changed["content"]["intake"]["answers"][1]["given"]["text"] = "Something else."
    for wrong, says in (
        (json.dumps(changed).encode(), "was changed after it was signed"),
        (b"", "There is nothing in it"),
        (b"{]", "This is no packet"),
        (b"\xff\xfe", "This is no packet"),
        (b"[" * 100_000, "This is no packet"),
        (b" " * 1_060_000, "too large"),
    ):
        refused = await takes_in(both, coach, wrong)
        assert refused.status == 422 and says in refused.words, (says, refused.words)
    assert (await takes_in(both, coach, b" " * 2_000_000)).status == 413
    async with both.api.engine.database.reading() as transaction:
        assert await discrepancies(transaction) == ()
        assert len(await intakes.heads(transaction)) == 2
    await both.wait(days=31)
    async with aiohttp.ClientSession(both.api.client.make_url("/")) as session:
        assert (await LaterClient(session).get(link[1])).status == 410
    assert "/packet/" not in (await both.client.get("/later/referral/sent")).text


async def takes_in(both: Both, coach: LaterClient, raw: bytes) -> LaterClient:
    token = (await coach.get("/coach/import")).form_token
    form = aiohttp.FormData()
    form.add_field("form_token", token)
    form.add_field("packet", raw, filename="packet.json", content_type="application/json")
    return await coach.post("/coach/import", form)  # type: ignore[arg-type,return-value]


async def test_a_no_sends_nothing_and_needs_no_reason(house: House) -> None:
    both, coach = house
    await suggests(both, coach, "coach:ines")
    await chooses(both, "coach/ines", "answer:goals")
    await both.press(both.client, "/later", "/later/referral/decline")
    assert "Nothing was sent" in (await both.client.get("/later")).words
    assert "does not want that" in (await coach.get(f"{both.page}/referral")).words
    assert "PacketSent" not in await both.kinds()


async def test_what_has_changed_since_it_was_looked_at_is_not_sent(house: House) -> None:
    both, coach = house
    await suggests(both, coach, "coach:ines")
    await chooses(both, "coach/ines", "answer:goals")
    old = await both.client.get("/later/referral/preview")
    digest = re.search(r'name="digest" value="(\w+)"', old.text)
    assert digest
    await chooses(both, "coach/ines", "answer:goals", "answer:experience")
    form = {"form_token": old.form_token, "digest": digest[1]}
    done = await both.client.post("/later/referral/send", form)
    assert done.location == "/later/referral/preview"
    assert "PacketSent" not in await both.kinds()


async def test_nobody_is_suggested_before_it_is_time(
    start_engine: StartEngine, sqlite_url: str, short_practice: Path
) -> None:
    async with both_sides(start_engine, sqlite_url, short_practice) as (both, coach):
        page = f"{both.page}/referral"
        assert "once you have decided to refer" in (await coach.get(page)).words
        token = (await coach.get(f"{both.page}/decide/close")).form_token
        refused = await coach.post(page, {"form_token": token, "to": "coach:dayo", "note": "x"})
        assert refused.status == 422

"""The consider round and the trial, over the real application, with a coach and a client."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import ClientSession, CookieJar

from rightfit.store.settings import decide
from tests.engines import StartEngine
from tests.web.both_sides import Both, both_sides
from tests.web.later_client import LaterClient, Shown

TELLS = "For a search that turns on this I may not be the one. That is a limit of mine."
House = tuple[Both, LaterClient]


@pytest.fixture
async def house(
    start_engine: StartEngine, sqlite_url: str, short_practice: Path
) -> AsyncIterator[House]:
    async with both_sides(start_engine, sqlite_url, short_practice) as opened:
        yield opened


async def tells(both: Both, coach: LaterClient, **other: str) -> Shown:
    form = {"text": TELLS, "pause": "24", "sessions": "4", "action": "send", **other}
    return await both.press(coach, f"{both.page}/consider", f"{both.page}/consider", **form)


async def answers(both: Both, who: LaterClient, answer: str) -> Shown:
    if who is both.client:
        return await both.press(who, "/later", "/later/consider", answer=answer)
    page = f"{both.page}/consider"
    return await both.press(who, page, f"{page}/answer", answer=answer)


async def test_from_telling_to_a_trial_and_its_pulses(house: House) -> None:
    both, coach = house
    page = await coach.get(f"{both.page}/consider?wording=own_stake")
    assert "Hello Ruta," in page.text
    unfilled = await tells(both, coach, text="I have a stake: [your stake].", action="preview")
    assert "[your stake] is still to be filled in" in unfilled.words
    preview = await tells(both, coach, action="preview")
    assert TELLS in preview.words and "Send it to the client" in preview.words
    assert await both.kinds() == []
    assert (await tells(both, coach)).status == 303

    page = await both.client.get("/later")
    assert TELLS in page.words and "4 coaching sessions" in page.words
    assert "no wrong answer" in page.words
    assert (await answers(both, both.client, "go_on")).status == 303
    assert "Your answer is kept: I would like to go on." in (await both.client.get("/later")).words
    assert (await answers(both, coach, "go_on")).status == 303
    await both.wait(hours=23)
    assert "PactBegun" not in await both.kinds()
    await both.wait(hours=1)
    assert (await both.kinds())[-2:] == ["ConsiderRevealed", "PactBegun"]

    page = await both.client.get("/later")
    assert "try it for 4 coaching sessions" in page.words
    await both.press(both.client, "/later", "/later/session", session="1")
    page = await both.client.get("/later")
    assert "How was your first session?" in page.words and "Your coach" not in page.words
    taps = {f"{part}_{n}": "0" for part in ("goals", "tasks", "bond") for n in range(2)}
    low = {**taps, "bond_0": "2", "bond_1": "2"}
    missing = await both.press(both.client, "/later", "/later/pulse", session="1", goals_0="0")
    assert missing.status == 422
    done = await both.press(both.client, "/later", "/later/pulse", session="1", **low)
    assert done.status == 303
    page = await coach.get(f"{both.page}/pact")
    assert "Something may be amiss between you." in page.words
    assert "Not really" in page.words, "the coach's own taps are still to be given"
    assert (await coach.get("/coach")).words.count("A pulse calls for a talk") == 1
    done = await both.press(
        coach, f"{both.page}/pact", f"{both.page}/pact/pulse", session="1", **taps
    )
    assert done.status == 303
    left = await both.press(both.client, "/later", "/later/trial/leave")
    assert left.status == 303
    assert "needs no reason" in (await both.client.get("/later")).words
    assert "The client has left." in (await coach.get(f"{both.page}/pact")).words


@pytest.mark.parametrize("first", ["coach", "client"])
async def test_neither_side_can_fetch_the_others_answer_before_both_are_open(
    house: House, first: str
) -> None:
    both, coach = house
    await tells(both, coach)
    other = both.client if first == "coach" else coach
    before = await fetched(both, coach, other)
    for answer in ("someone_else", "go_on", "talk_first"):
        await answers(both, coach if first == "coach" else both.client, answer)
        assert await fetched(both, coach, other) == before, answer
    assert all(TELLS in text for path, text in before.items() if path.endswith("consider"))


async def fetched(both: Both, coach: LaterClient, who: LaterClient) -> dict[str, str]:
    """Everything that a side can fetch about the intake."""
    if who is both.client:
        paths = ["/later", "/later/export", "/later/conversation", "/later/erase"]
    else:
        more = ("", "/consider", "/pact", "/referral", "/found", "/decide/close", "/reopen")
        files = ("/summary.json", "/summary.md")
        paths = ["/coach", "/coach/learning", *(both.page + part for part in (*more, *files))]
        await coach.get(both.page)
    came = {path: (await who.get(path)).text for path in paths}
    # How many entries the log has is in the forms, so that two pages do not write over each other.
    came = {path: re.sub(r'(name="seen" value=)"\d+"', r"\1", text) for path, text in came.items()}
    if who is both.client:
        bearer = {"Authorization": f"Bearer {both.api.token}"}
        async with both.api.client.get("/api/export", headers=bearer) as response:
            came["/api/export"] = json.dumps(await response.json())
    return came


async def test_the_client_takes_along_what_they_answered_and_what_lies_open(house: House) -> None:
    both, coach = house
    await tells(both, coach)
    await answers(both, coach, "talk_first")
    await answers(both, both.client, "go_on")
    taken = json.loads((await both.client.get("/later/export")).text)["together"]
    assert [(each["kind"], each["by"]) for each in taken] == [
        ("ConsiderOpened", "coach"),
        ("ConsiderAnswered", "client"),
    ]
    assert TELLS in taken[0]["text"]
    await both.wait(hours=24)
    taken = json.loads((await both.client.get("/later/export")).text)["together"]
    assert {each.get("answer") for each in taken} == {None, "go_on", "talk_first"}


async def test_what_has_moved_on_is_said_and_nothing_is_lost(house: House) -> None:
    both, coach = house
    await tells(both, coach)
    again = await tells(both, coach, text="Other words.")
    assert "opened a consider round on another page" in again.words and "Other words." in again.text
    token = (await both.client.get("/later")).form_token
    await both.press(coach, f"{both.page}/consider", f"{both.page}/consider/withdraw")
    late = await both.client.post("/later/consider", {"form_token": token, "answer": "go_on"})
    assert late.status == 409 and "moved on" in late.words
    assert "has taken this back" in (await both.client.get("/later")).words
    assert "None was laid open" not in (await coach.get(f"{both.page}/consider")).words


async def test_the_client_ends_a_round_and_the_coach_hears_only_that(house: House) -> None:
    both, coach = house
    await tells(both, coach)
    await answers(both, both.client, "someone_else")
    await both.press(both.client, "/later", "/later/consider/end")
    page = await coach.get(f"{both.page}/consider")
    assert "The client ended the round" in page.words
    assert "I would rather have someone else" not in page.words
    assert "I would rather have someone else" not in (await coach.get(both.page)).words


async def test_where_no_code_bars_it_the_coach_can_part_by_an_answer(house: House) -> None:
    both, coach = house
    assert both.api.engine.practice.ethics_code == "icf"
    await tells(both, coach)
    await answers(both, coach, "someone_else")
    await answers(both, both.client, "go_on")
    await both.wait(days=1)
    page = await coach.get(f"{both.page}/consider")
    assert "That is nobody's fault" in page.words.replace("&#39;", "'")
    assert "The two of you will not go on together." in (await both.client.get("/later")).words
    assert "Dayo Birtwhistle" in (await coach.get(f"{both.page}/referral")).words


async def test_only_who_opened_it_answers_and_a_colleague_can_take_it_back(house: House) -> None:
    both, coach = house
    await tells(both, coach)
    jar = CookieJar(unsafe=True)
    async with ClientSession(both.api.client.make_url("/"), cookie_jar=jar) as session:
        colleague = await both.coach(session, "dayo")
        page = await colleague.get(f"{both.page}/consider")
        assert "Maren Tollefsen opened this round" in page.words
        refused = await answers(both, colleague, "go_on")
        assert refused.status == 422
        await both.press(colleague, f"{both.page}/consider", f"{both.page}/consider/withdraw")
    assert (await both.kinds())[-1] == "ConsiderWithdrawn"


async def test_the_pause_that_the_practice_has_settled_on_is_offered_first(house: House) -> None:
    both, coach = house
    assert '<option value="24" selected' in (await coach.get(f"{both.page}/consider")).text
    async with both.api.engine.database.writing() as transaction:
        await decide(transaction, {"pause_hours": "72"})
    for query in ("", "?wording=own_stake"):
        page = await coach.get(f"{both.page}/consider{query}")
        assert '<option value="72" selected' in page.text

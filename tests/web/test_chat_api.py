"""The chat API is what section 9 of the design fixes."""

from __future__ import annotations

import json
import uuid
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest

from rightfit.store.allowances import Rate
from tests.engines import Clock, StartEngine, unlimited
from tests.web.api import Api, serving


@pytest.fixture
async def api(
    start_engine: StartEngine, sqlite_url: str, short_practice: Path
) -> AsyncIterator[Api]:
    async with serving(start_engine, sqlite_url, practice=short_practice) as api:
        yield api


async def test_a_new_conversation_comes_with_all_that_the_page_needs(api: Api) -> None:
    opened = await api.open(locale="en-GB")
    assert set(opened) == {"token", "receipt", "cursor", "messages", "progress"}
    assert set(opened["progress"]) == {"step", "of", "label"}
    first, question = opened["messages"]
    assert first["from"] == question["from"] == "assistant"
    assert set(first) == {"id", "seq", "from", "text"}
    assert question["question"] == "consent"
    assert [set(choice) for choice in question["choices"]] == [{"id", "title"}] * 2
    assert opened["cursor"] == question["seq"]


async def test_a_conversation_opens_without_a_body(api: Api) -> None:
    async with api.client.post("/api/conversations") as response:
        assert response.status == 201


async def test_a_coach_can_be_fixed_beforehand(api: Api) -> None:
    await api.open(coach="maren")
    status, exported = await api.call("GET", "/api/export")
    assert (status, exported["intake"]["coach"]) == (200, "maren")


async def test_an_unknown_coach_is_told(api: Api) -> None:
    status, problem = await api.call("POST", "/api/conversations", {"coach": "nobody"})
    assert (status, problem["type"]) == (422, "urn:rightfit:problem:coach")


async def test_the_same_id_again_gives_the_same_answer_and_changes_nothing(api: Api) -> None:
    await api.open()
    await api.choose("yes")
    id = str(uuid.uuid4())
    first = await api.send(id, text="Ann")
    again = await api.send(id, text="Somebody else")
    assert first == again
    _, shown = await api.call("GET", "/api/messages")
    assert [m["text"] for m in shown["messages"] if m["from"] == "client"][1:] == ["Ann"]


async def test_what_comes_back_starts_with_the_clients_own_message(api: Api) -> None:
    await api.open()
    outcome = await api.choose("yes")
    assert [m["from"] for m in outcome["messages"]] == ["client", "assistant"]
    assert outcome["messages"][0]["text"] == "Yes, that is fine"
    assert outcome["progress"]["step"] == 2


async def test_several_choices_at_once(api: Api) -> None:
    await api.open()
    await api.choose("yes")
    for text in ("Ann", "Twelve years at sea", "A desk on land"):
        asked = await api.say(text)
    assert asked["messages"][-1]["multiple"] >= 2
    status, _ = await api.send(choices=["video", "phone"])
    assert status == 200
    _, exported = await api.call("GET", "/api/export")
    given = next(a for a in exported["intake"]["answers"] if a["question"] == "format")
    assert given["given"]["choices"] == ["video", "phone"]


async def test_reading_goes_on_after_a_cursor(api: Api) -> None:
    opened = await api.open()
    status, nothing = await api.call("GET", f"/api/messages?after={opened['cursor']}")
    assert (status, nothing["messages"], nothing["cursor"]) == (200, [], opened["cursor"])
    said = await api.choose("yes")
    _, new = await api.call("GET", f"/api/messages?after={opened['cursor']}")
    assert new["messages"] == said["messages"]
    assert new["cursor"] == said["cursor"]


@pytest.mark.parametrize("after", ["-1", "x", "1.5", "99999999999999999999", "%00"])
async def test_a_cursor_is_a_whole_number(api: Api, after: str) -> None:
    await api.open()
    status, _ = await api.call("GET", f"/api/messages?after={after}")
    assert status == 422


async def test_an_event_stream_delivers_what_another_tab_says(api: Api) -> None:
    opened = await api.open()
    headers = {"Authorization": f"Bearer {api.token}", "Accept": "text/event-stream"}
    path = f"/api/messages?after={opened['cursor']}"
    async with api.client.get(path, headers=headers) as stream:
        assert stream.content_type == "text/event-stream"
        assert stream.headers["Access-Control-Allow-Origin"] == "*"
        said = await api.choose("yes")
        id_line, data = await stream.content.readline(), await stream.content.readline()
    assert id_line == f"id: {said['cursor']}\n".encode()
    assert json.loads(data.removeprefix(b"data: "))["messages"] == said["messages"]


async def test_an_answer_written_under_an_earlier_question_is_not_taken(api: Api) -> None:
    opened = await api.open()
    await api.choose("yes")
    status, problem = await api.send(text="too late", seen=opened["cursor"])
    assert (status, problem["type"]) == (409, "urn:rightfit:problem:moved-on")
    _, shown = await api.call("GET", "/api/messages")
    assert "too late" not in json.dumps(shown)


async def test_another_device_comes_in_by_receipt(api: Api) -> None:
    await api.open()
    await api.choose("yes")
    _, before = await api.call("GET", "/api/messages")
    first_token = api.token
    status, resumed = await api.call(
        "POST", "/api/resume", {"receipt": api.receipt.lower().replace("-", " ")}
    )
    assert status == 200
    assert set(resumed) == {"token", "receipt", "cursor", "messages", "progress"}
    assert resumed["messages"] == before["messages"]
    assert resumed["receipt"] == api.receipt
    assert resumed["token"] != first_token
    assert (await api.call("GET", "/api/messages", token=resumed["token"]))[0] == 200
    assert (await api.call("GET", "/api/messages", token=first_token))[0] == 200


async def test_an_unknown_receipt_is_told(api: Api) -> None:
    status, problem = await api.call("POST", "/api/resume", {"receipt": "AAAA-BBBB-CCCC-DDDD"})
    assert (status, problem["type"]) == (404, "urn:rightfit:problem:receipt")


async def test_export_holds_all_that_the_client_gave(api: Api) -> None:
    await api.open()
    await api.choose("yes")
    await api.say("Ann")
    status, exported = await api.call("GET", "/api/export")
    assert status == 200
    assert set(exported) == {"intake", "versions", "conversation", "letters", "together"}
    assert exported["intake"]["consent"]["version"]
    assert [m["text"] for m in exported["conversation"] if m["from"] == "client"] == [
        "Yes, that is fine",
        "Ann",
    ]


async def test_erase_leaves_nothing_to_come_back_to(api: Api) -> None:
    await api.open()
    await api.choose("yes")
    status, erased = await api.call("DELETE", "/api/conversation")
    assert status == 200
    assert set(erased) == {"erased", "at"}
    assert erased["erased"] == api.receipt
    assert datetime.fromisoformat(erased["at"]).tzinfo
    assert (await api.call("GET", "/api/messages"))[0] == 401
    assert (await api.send(text="still there?"))[0] == 401
    status, problem = await api.call("POST", "/api/resume", {"receipt": api.receipt})
    assert (status, problem["type"]) == (404, "urn:rightfit:problem:erased")


async def test_without_consent_nothing_is_kept_and_the_conversation_takes_no_more(
    api: Api,
) -> None:
    await api.open()
    await api.say("Why do you ask?")
    last = await api.choose("no")
    assert [m["from"] for m in last["messages"]] == ["assistant"]
    assert (await api.send(text="hello"))[0] == 409
    _, exported = await api.call("GET", "/api/export")
    assert exported["intake"]["answers"] == exported["versions"] == []
    assert all(m["from"] == "assistant" for m in exported["conversation"])


async def test_stopping_for_good_erases_and_says_goodbye(api: Api) -> None:
    await api.open()
    await api.choose("yes")
    await api.say("I have to stop")
    last = await api.choose("erase")
    assert last["messages"][-1]["text"].startswith("Everything you wrote has been erased")
    assert (await api.call("GET", "/api/messages"))[0] == 401


async def test_a_burst_is_slowed_and_says_for_how_long(
    start_engine: StartEngine, sqlite_url: str
) -> None:
    clock = Clock()
    limits = unlimited(messages=Rate(per_minute=30, burst=10))
    async with serving(start_engine, sqlite_url, limits=limits, clock=clock) as api:
        await api.open()
        sent = [await api.send(text="Why do you ask?") for _ in range(11)]
        assert [status for status, _ in sent] == [200] * 10 + [429]
        wait = int(sent[-1][1]["headers"]["Retry-After"])
        assert 1 <= wait <= 3
        clock.advance(seconds=wait)
        assert (await api.send(text="Why do you ask?"))[0] == 200


async def test_what_was_acknowledged_before_is_answered_however_often(
    start_engine: StartEngine, sqlite_url: str
) -> None:
    limits = unlimited(messages=Rate(per_minute=1, burst=1))
    async with serving(start_engine, sqlite_url, limits=limits, clock=Clock()) as api:
        await api.open()
        id = str(uuid.uuid4())
        answers = [await api.send(id, text="Why do you ask?") for _ in range(5)]
        assert answers == [answers[0]] * 5
        assert answers[0][0] == 200


async def test_new_conversations_are_limited_for_each_address(
    start_engine: StartEngine, sqlite_url: str
) -> None:
    limits = unlimited(arrivals=Rate(per_minute=1, burst=2))
    async with serving(start_engine, sqlite_url, limits=limits, clock=Clock()) as api:
        statuses = [(await api.call("POST", "/api/conversations", {}))[0] for _ in range(3)]
        assert statuses == [201, 201, 429]


async def test_the_element_may_be_used_on_another_site(api: Api) -> None:
    asked = {
        "Origin": "https://coach.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type",
    }
    async with api.client.options("/api/messages", headers=asked) as response:
        assert response.status == 204
        assert response.headers["Access-Control-Allow-Origin"] == "*"
        allowed = response.headers["Access-Control-Allow-Headers"].lower()
        assert "authorization" in allowed and "content-type" in allowed
    async with api.client.post("/api/messages") as refused:
        assert refused.status == 401
        assert refused.headers["Access-Control-Allow-Origin"] == "*"


async def test_a_browser_looks_for_new_scripts_and_keeps_no_answers(api: Api) -> None:
    for path, kept in (
        ("/embed.js", "no-cache"),
        ("/static/intake.js", "no-cache"),
        ("/api/openapi.json", "no-store"),
    ):
        async with api.client.get(path) as response:
            assert response.status == 200
            assert response.headers["Cache-Control"] == kept
            assert response.headers["Access-Control-Allow-Origin"] == "*"
    async with api.client.get("/") as page:
        assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]

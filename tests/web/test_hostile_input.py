"""Whatever is sent is stored as plain text or refused as a problem; never a 5xx."""

from __future__ import annotations

import json
import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.engines import StartEngine
from tests.web.api import Api, serving

COMMANDS = (
    "/restart",
    "/session_start",
    "/back",
    '/any_intent{"slot":"x"}',
    '/choose{"choice": "yes"}',
    "/begin",
    '{"intent": "stop"}',
    "{name} {0} {} {goals.text} %s ${x}",
    "<script>alert(1)</script>",
    "nul \x00 within",
    "right to left \u202e and back \u202c \u2066 isolated",
    "\ufeff\ufffd\u0000\U0010ffff",
    "'; DROP TABLE messages; --",
)


@pytest.fixture
async def api(
    start_engine: StartEngine, sqlite_url: str, short_practice: Path
) -> AsyncIterator[Api]:
    async with serving(start_engine, sqlite_url, practice=short_practice) as api:
        await api.open()
        await api.choose("yes")
        await api.say("Ann")
        yield api


async def _said(api: Api) -> list[str]:
    _, shown = await api.call("GET", "/api/messages")
    return [m["text"] for m in shown["messages"] if m["from"] == "client"]


async def _experience(api: Api) -> list[str]:
    """What stood under the question, oldest first."""
    _, exported = await api.call("GET", "/api/export")
    versions = [v for v in exported["versions"] if v["question"] == "experience"]
    return [v["given"].get("text") for v in versions]


@pytest.mark.parametrize("text", COMMANDS)
async def test_free_text_is_never_a_command(api: Api, text: str) -> None:
    outcome = await api.say(text)
    assert outcome["messages"][0]["text"] == text
    assert outcome["messages"][-1]["question"] in ("experience", "goals")
    assert (await _said(api))[-1] == text
    assert (await _experience(api))[-1] == text


async def test_postgresql_keeps_the_same_odd_texts(
    start_engine: StartEngine, postgres_url: str, short_practice: Path
) -> None:
    async with serving(start_engine, postgres_url, practice=short_practice) as api:
        await api.open()
        await api.choose("yes")
        for text in COMMANDS:
            await api.say(text)
        assert (await _said(api))[1:] == list(COMMANDS)


@pytest.mark.parametrize("choice", ["send", "yes", "erase", "nonsense", "", "\x00"])
async def test_a_choice_that_is_not_on_screen_is_refused(api: Api, choice: str) -> None:
    before = await _said(api)
    status, _ = await api.send(choice=choice)
    assert status in (409, 422)
    assert await _said(api) == before


@pytest.mark.parametrize("choices", [[], ["yes", "no"], ["yes", "yes"], ["yes"] * 500])
async def test_more_choices_than_there_are_to_make_are_refused(
    start_engine: StartEngine, sqlite_url: str, choices: list[str]
) -> None:
    async with serving(start_engine, sqlite_url) as api:
        await api.open()
        status, _ = await api.send(choices=choices)
        assert status in (409, 422)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b'{"id": "%s", "text": "lone \\ud800 surrogate"}', 400),
        (b'{"id": "%s", "text": ""}', 422),
        (b'{"id": "%s", "text": " \\n\\t "}', 422),
        (b'{"id": "%s", "text": 7}', 422),
        (b'{"id": "%s", "text": null}', 422),
        (b'{"id": "%s", "text": {"a": 1}}', 422),
        (b'{"id": "%s", "choice": ["yes"]}', 422),
        (b'{"id": "%s", "choices": "yes"}', 422),
        (b'{"id": "%s"}', 422),
        (b'{"id": "%s", "text": "a", "choice": "b"}', 422),
        (b'{"id": "%s", "text": "a", "seen": "all"}', 422),
        (b'{"id": 1, "text": "a"}', 422),
        (b'{"id": "not-a-uuid", "text": "a"}', 422),
        (b'{"text": "a"}', 422),
        (b"[]", 422),
        (b"null", 422),
        (b'"%s"', 422),
        (b"", 415),
        (b"{", 400),
        (b"\xff\xfe", 400),
        (b"[" * 20000, 422),
        (b'{"ignored": ' + b"[" * 20000, 400),
    ],
    ids=lambda value: str(value)[:60],
)
async def test_a_body_of_another_shape_is_refused(api: Api, body: bytes, status: int) -> None:
    before = await _said(api)
    if b"%s" in body:
        body = body.replace(b"%s", str(uuid.uuid4()).encode())
    headers = {"Content-Type": "application/json"} if body else {}
    found, _ = await api.call("POST", "/api/messages", data=body, headers=headers)
    assert found == status
    assert await _said(api) == before


async def test_a_text_may_be_long_and_no_longer(api: Api) -> None:
    assert (await api.send(text="ä" * 8001))[0] == 422
    assert (await api.send(text="ä" * 8000))[0] == 200


async def test_a_body_of_a_megabyte_is_refused(api: Api) -> None:
    status, _ = await api.send(text="a" * 1_000_000)
    assert status == 413
    status, _ = await api.call(
        "POST",
        "/api/messages",
        data=b"x" * 1_000_000,
        headers={"Content-Type": "application/json"},
        chunked=True,
    )
    assert status == 413


@pytest.mark.parametrize(
    "token", ["", "x", "a" * 4000, "../../etc/passwd", "' OR 1=1 --", "%00", "Bearer"]
)
async def test_a_made_up_token_opens_nothing(api: Api, token: str) -> None:
    for method, path in (
        ("GET", "/api/messages"),
        ("POST", "/api/messages"),
        ("GET", "/api/export"),
        ("DELETE", "/api/conversation"),
    ):
        status, problem = await api.call(method, path, token=token)
        assert status == 401
        assert problem["headers"]["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/nothing", 404),
        ("POST", "/api/", 404),
        ("PUT", "/api/messages", 405),
        ("GET", "/api/conversation", 405),
        ("POST", "/api/export", 405),
        ("GET", "/api/resume", 405),
    ],
)
async def test_what_is_not_there_is_a_problem_too(
    api: Api, method: str, path: str, status: int
) -> None:
    assert (await api.call(method, path))[0] == status


async def test_form_data_is_not_taken_for_json(api: Api) -> None:
    status, _ = await api.call("POST", "/api/messages", data={"id": "1", "text": "a"})
    assert status == 415


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=6,
)
FIELDS = st.sampled_from(["id", "text", "choice", "choices", "seen", "receipt", "coach", "locale"])
PATHS = st.sampled_from(["/api/messages", "/api/conversations", "/api/resume"])


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=PATHS, body=st.dictionaries(FIELDS, ANYTHING, max_size=5) | ANYTHING)
async def test_any_json_is_taken_or_refused(api: Api, path: str, body: Any) -> None:
    if isinstance(body, dict) and "id" in body:
        body["id"] = str(uuid.uuid4())
    status, _ = await api.call(
        "POST", path, data=json.dumps(body), headers={"Content-Type": "application/json"}
    )
    assert status < 500

"""Requests that no HTTP library would send: refused, and never a fault of the server's."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest
from aiohttp.test_utils import TestClient, TestServer

from rightfit.web.app import make_app
from tests.engines import StartEngine
from tests.web.api import Api, serving

POST = b"POST /api/messages HTTP/1.1"
JSON = b"Content-Type: application/json"
REQUESTS = [
    ([b"GET /api/messages HTTP/1.1", b"Authorization: Bearer \xff\xfe"], b"", 401),
    ([b"GET /api/messages HTTP/1.1", b"Authorization: Bearer \xc3\xa4"], b"", 401),
    ([b"GET /api/messages HTTP/1.1", b"Authorization: Bearer"], b"", 401),
    ([b"GET /api/messages HTTP/1.1", b"Authorization: Bearer a\x00b"], b"", 400),
    ([b"GET /api/messages?after=%b2 HTTP/1.1", b"TOKEN"], b"", 422),
    ([b"GET /api/%ff%00 HTTP/1.1"], b"", 404),
    ([b"GET /api/\xff HTTP/1.1"], b"", 400),
    ([b"FOO /api/messages HTTP/1.1"], b"", 400),
    ([b"nonsense"], b"", 400),
    ([POST, b"TOKEN", JSON + b"; charset=\xff"], b"{}", 422),
    ([POST, b"TOKEN", b"Content-Type: ;;;="], b"{}", 415),
    ([POST, b"TOKEN", b"Content-Type: multipart/form-data"], b"{}", 415),
    ([POST, b"TOKEN", JSON, b"Content-Encoding: gzip"], b"{}", 400),
    ([POST, b"TOKEN", JSON, b"Content-Encoding: deflate"], b"{}", 400),
    ([POST, b"TOKEN", JSON, b"Content-Encoding: br"], b"{}", 400),
    ([POST, b"TOKEN", JSON, b"Content-Length: -2"], b"", 400),
    ([POST, b"TOKEN", JSON, b"Transfer-Encoding: chunked"], b"zz\r\n{}", 400),
    ([b"POST /api/conversations HTTP/1.1", b"Expect: banana", b"Content-Length: 0"], b"", 417),
    ([b"POST /api/conversations HTTP/1.1", b"X-Forwarded-For: \xff"], b"", 201),
    ([b"OPTIONS /api/messages HTTP/1.1", b"Origin: \xff"], b"", 204),
]


@pytest.fixture
async def api(
    start_engine: StartEngine, sqlite_url: str, short_practice: Path
) -> AsyncIterator[Api]:
    async with serving(start_engine, sqlite_url, practice=short_practice) as api:
        await api.open()
        yield api


async def _status(api: Api, lines: list[bytes], body: bytes) -> int:
    """The status of the answer, which is a problem document where it refuses."""
    head = [line.replace(b"TOKEN", f"Authorization: Bearer {api.token}".encode()) for line in lines]
    head += [b"Host: here", b"Connection: close"]
    if body and not any(b"Encoding: chunked" in line for line in lines):
        head.append(b"Content-Length: %d" % len(body))
    server = api.client.server
    reader, writer = await asyncio.open_connection(server.host, server.port)
    writer.write(b"\r\n".join(head) + b"\r\n\r\n" + body)
    await writer.drain()
    answer = await reader.read()
    writer.close()
    status = int(answer.split(b" ", 2)[1])
    if status >= 400:
        told, _, problem = answer.partition(b"\r\n\r\n")
        assert b"Content-Type: application/problem+json" in told, lines
        assert msgspec.json.decode(problem)["status"] == status
    return status


async def test_a_request_out_of_shape_is_refused(api: Api) -> None:
    found = [(lines, body, await _status(api, lines, body)) for lines, body, _ in REQUESTS]
    assert found == REQUESTS
    assert (await api.send(choice="yes"))[0] == 200


async def test_what_cannot_be_read_is_not_quoted_in_a_log(
    api: Api, caplog: pytest.LogCaptureFixture
) -> None:
    for lines, body, _ in REQUESTS:
        await _status(api, [lines[0], *lines[1:], b"X-Word: marker9c\x00"], body)
    await _status(api, [b"marker9c nonsense"], b"")
    assert "marker9c" not in caplog.text


async def test_a_client_that_asks_first_is_told_to_go_on(api: Api) -> None:
    lines = [b"POST /api/conversations HTTP/1.1", b"Expect: 100-continue", b"Content-Length: 0"]
    assert await _status(api, lines, b"") == 100


async def test_an_address_that_is_none_is_not_taken_from_the_proxy(
    start_engine: StartEngine, sqlite_url: str, short_practice: Path
) -> None:
    async with start_engine(sqlite_url, practice=short_practice) as engine:
        settings = msgspec.structs.replace(engine.settings, behind_proxy=True)
        engine = msgspec.structs.replace(engine, settings=settings)
        async with TestServer(make_app(engine)) as server, TestClient(server) as client:
            for told in (b"\xff\xff", b"", b", ,", b"unknown", b"::1, 192.0.2.7"):
                lines = [b"POST /api/conversations HTTP/1.1", b"X-Forwarded-For: " + told]
                assert await _status(Api(client, engine), lines, b"") == 201


async def test_a_locale_is_a_language_tag(
    start_engine: StartEngine, database_url: str, short_practice: Path
) -> None:
    async with serving(start_engine, database_url, practice=short_practice) as api:
        for locale in ("\x00", "a\x00b", "", "é", "x" * 36, "en GB", "🙂"):
            status, problem = await api.call("POST", "/api/conversations", {"locale": locale})
            assert (status, problem["type"]) == (422, "urn:rightfit:problem:locale"), locale
        for locale in ("en", "en-GB", "zh-Hant-TW", "de_AT", "x-klingon"):
            assert (await api.call("POST", "/api/conversations", {"locale": locale}))[0] == 201

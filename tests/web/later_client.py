"""A client who looks in on their intake later, over the real application."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from html import unescape
from typing import Any

from aiohttp import ClientSession, CookieJar

from tests.web.api import Api


class Shown:
    """What came back."""

    def __init__(self, status: int, headers: Any, text: str) -> None:
        self.status, self.headers, self.text = status, headers, text
        self.location = headers.get("Location", "")

    @property
    def words(self) -> str:
        """The text without its tags."""
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", self.text)).split())

    @property
    def form_token(self) -> str:
        found = re.search(r'name="form_token" value="([^"]+)"', self.text)
        assert found, "the page has no form"
        return found[1]


class LaterClient:
    """One browser; it follows no redirects by itself."""

    def __init__(self, session: ClientSession) -> None:
        self.session = session

    async def get(self, path: str, **headers: str) -> Shown:
        return await self._ask("GET", path, None, headers)

    async def post(self, path: str, form: dict[str, str], **headers: str) -> Shown:
        return await self._ask("POST", path, form, headers)

    async def _ask(
        self, method: str, path: str, form: dict[str, str] | None, headers: dict[str, str]
    ) -> Shown:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        asked = self.session.request(method, path, data=form, headers=named, allow_redirects=False)
        async with asked as response:
            return Shown(response.status, response.headers, await response.text())

    async def enters(self, receipt: str) -> Shown:
        """Come in by the code, and see the page."""
        came = await self.post("/later/enter", {"code": receipt})
        assert (came.status, came.location) == (303, "/later"), came.words
        return await self.get("/later")


@asynccontextmanager
async def looking_in(api: Api) -> AsyncIterator[LaterClient]:
    """A browser of its own on the application that ``api`` talks to."""
    base = api.client.make_url("/")
    async with ClientSession(base, cookie_jar=CookieJar(unsafe=True)) as session:
        yield LaterClient(session)

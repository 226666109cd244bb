"""A client with a sent intake and coaches, each in a browser of their own, over the real app."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

from aiohttp import ClientSession, CookieJar

from rightfit.review.events import Entry
from rightfit.store import reviews
from rightfit.web.links import new_link
from tests.engines import Clock, StartEngine
from tests.web.api import Api, serving
from tests.web.later_client import LaterClient, Shown

ANSWERS = {
    "consent": {"choice": "yes"},
    "name": {"text": "Ruta"},
    "experience": {"text": "I kept the books of a fish market for eleven years."},
    "goals": {"text": "I want to work with numbers again, where nobody shouts."},
    "format": {"choices": ["video"]},
    "contact": {"text": "ruta@example.org"},
    "recap": {"choice": "send"},
}


class Both:
    """The client's browser, the coaches', the clock, and the log between them."""

    def __init__(self, api: Api, client: LaterClient, clock: Clock, intake: str) -> None:
        self.api, self.client, self.clock, self.intake = api, client, clock, intake
        self.page = f"/coach/intakes/{intake}"
        self.signed_in: dict[str, LaterClient] = {}

    async def coach(self, session: ClientSession, id: str = "maren") -> LaterClient:
        device = LaterClient(session)
        self.signed_in[id] = device
        await self._sign_in(device, id)
        return device

    async def _sign_in(self, device: LaterClient, id: str) -> None:
        engine = self.api.engine
        link = await new_link(engine.database, id, "", self.clock(), timedelta(hours=1))
        assert (await device.post(link, {})).status == 303

    async def press(self, who: LaterClient, page: str, where: str, /, **form: str) -> Shown:
        """Open a page and send a form from it."""
        token = (await who.get(page)).form_token
        return await who.post(where, {"form_token": token, **form})

    async def wait(self, **time: float) -> None:
        """Let time pass, and the clock look; then everybody comes in anew."""
        self.clock.advance(**time)
        await self.api.engine.clockwork.look()
        await self.client.enters(self.api.receipt)
        for id, device in self.signed_in.items():
            await self._sign_in(device, id)

    async def log(self) -> tuple[Entry, ...]:
        async with self.api.engine.database.reading() as transaction:
            return await reviews.log_of(transaction, self.intake)

    async def kinds(self) -> list[str]:
        return [type(entry.event).__name__ for entry in await self.log()]


@asynccontextmanager
async def both_sides(
    start_engine: StartEngine, url: str, practice: Path
) -> AsyncIterator[tuple[Both, LaterClient]]:
    """The client of a sent intake, who has come in, and the coach Maren, signed in."""
    clock = Clock()
    async with serving(start_engine, url, practice=practice, clock=clock) as api:
        outcome = await api.open(coach="maren")
        while True:
            messages = reversed(outcome["messages"])
            question = next(m["question"] for m in messages if m.get("question"))
            status, outcome = await api.send(**ANSWERS[question])
            assert status == 200, outcome
            if question == "recap":
                break
        intake = await api.engine.reception.conversation_of(api.token)
        base = api.client.make_url("/")
        async with (
            ClientSession(base, cookie_jar=CookieJar(unsafe=True)) as theirs,
            ClientSession(base, cookie_jar=CookieJar(unsafe=True)) as mine,
        ):
            client = LaterClient(theirs)
            both = Both(api, client, clock, intake)
            await client.enters(api.receipt)
            yield both, await both.coach(mine)

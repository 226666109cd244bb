"""A site with the coaches' pages on a database of its own, and intakes to read on it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from uuid import uuid4

import aiohttp_jinja2
import jinja2
from aiohttp import ClientSession, CookieJar, web
from aiohttp.test_utils import TestServer

from rightfit.practice import Practice, load, rehearsal_of
from rightfit.privacy.receipts import digest
from rightfit.records import (
    Answer,
    DistressShown,
    Given,
    Intake,
    Message,
    Noticings,
    OnScreen,
    Progress,
    ShownChoice,
)
from rightfit.store import conversations, inbox, sign_ins
from rightfit.store.conversations import Turn
from rightfit.store.database import Database
from rightfit.web import account, leading, oversight, rehearsal, review, second_step, signing_in
from rightfit.web.app_keys import CLOCK, DATABASE, PRACTICE
from rightfit.web.proxied import told_by_proxy

ROOT = Path(__file__).parents[2]
#: A Friday.
NOW = datetime(2026, 3, 13, 9, 0, tzinfo=timezone.utc)
PASSWORD = "four plain words here"


@cache
def _practice() -> Practice:
    return load(ROOT / "practice", ROOT / "domain.yml")


class Said:
    """One message of the client, and what it left under which question."""

    def __init__(
        self,
        text: str,
        question: str | None = None,
        given: Given | None = None,
        *,
        dead: bool = False,
        state: str = "open",
        asked: str | None = None,
        offered: Sequence[str] = (),
        takes_out: bool = False,
        noticed: Noticings | None = None,
        distress: DistressShown | None = None,
    ) -> None:
        self.text, self.question, self.dead, self.state = text, question, dead, state
        self.noticed, self.distress = noticed, distress
        self.given = None if takes_out else given or Given("said", text=text)
        self.asked = asked or question
        self.offered = tuple(ShownChoice(title, title) for title in offered)


def chosen(question: str, title: str, *ids: str, state: str = "open") -> Said:
    return Said(title, question, Given("chosen", choices=ids), state=state)


@asynccontextmanager
async def prepared_site(database_url: str, *, behind_proxy: bool = False) -> AsyncIterator[Site]:
    """A site on an empty database, to be served by the test."""
    database = Database(database_url)
    await database.prepare()
    yield Site(database, behind_proxy=behind_proxy)
    await database.close()


@asynccontextmanager
async def open_site(database_url: str, *, behind_proxy: bool = False) -> AsyncIterator[Site]:
    """A site on an empty database, served."""
    async with prepared_site(database_url, behind_proxy=behind_proxy) as site, site.server:
        yield site


class Site:
    """The site, its clock, and the database behind it."""

    def __init__(self, database: Database, *, behind_proxy: bool = False) -> None:
        self.database = database
        self.practice = _practice()
        self.now = NOW
        self.app = web.Application(
            middlewares=[*([told_by_proxy] if behind_proxy else []), *review.middlewares]
        )
        self.app[DATABASE] = database
        self.app[PRACTICE] = self.practice
        self.app[CLOCK] = lambda: self.now
        self.app[rehearsal.REHEARSED] = rehearsal_of(ROOT / "practice")
        aiohttp_jinja2.setup(
            self.app,
            loader=jinja2.PackageLoader("rightfit.web"),
            trim_blocks=True,
            lstrip_blocks=True,
        )
        for room in (
            review,
            rehearsal,
            signing_in,
            account,
            second_step,
            leading,
            oversight,
        ):
            self.app.router.add_routes(room.routes)
        self.app.router.add_static("/static", ROOT / "rightfit" / "web" / "static")
        self.server = TestServer(self.app)

    @asynccontextmanager
    async def device(self) -> AsyncIterator[Device]:
        """A browser of its own that follows no redirects by itself."""
        jar = CookieJar(unsafe=True)
        async with ClientSession(self.server.make_url("/"), cookie_jar=jar) as session:
            yield Device(self, session)

    async def link(self, coach: str = "maren", hours: int = 24) -> str:
        """The path of a new sign-in link."""
        token = f"link-{uuid4()}"
        async with self.database.writing() as transaction:
            await sign_ins.make_link(
                transaction, coach, digest(token), self.now, self.now + timedelta(hours=hours)
            )
        return f"/coach/sign-in/{token}"

    async def intake(
        self, *said: Said, coach: str | None = None, minutes_ago: float = 60, state: str = "open"
    ) -> str:
        """Write an intake as the engine does, a turn for each message; its id."""
        id, at = str(uuid4()), self.now - timedelta(minutes=minutes_ago)
        progress = Progress(1, 18, "Before we start")
        async with self.database.writing() as transaction:
            await conversations.open_conversation(
                transaction,
                id=id,
                receipt_hash=digest(id),
                token_hash=digest(f"token {id}"),
                channel="web",
                coach=coach,
                locale=None,
                progress=progress,
                burst=10,
                at=at,
            )
        for one in said:
            await self._turn(id, one, coach, at)
            at += timedelta(seconds=20)
        return id

    async def _turn(self, id: str, one: Said, coach: str | None, at: datetime) -> None:
        async with self.database.writing() as transaction:
            inbound = await inbox.accept(
                transaction, conversation=id, channel="web", key=str(uuid4()), kind="text",
                body=one.text, at=at,
            )  # fmt: skip
            before = await conversations.conversation(transaction, id)
            assert before
            seq = before.last_seq + 1
            asks = Message(
                seq, str(uuid4()), "assistant", f"About {one.asked or 'nothing'}?", at,
                question=one.asked, choices=one.offered,
            )  # fmt: skip
            client = Message(seq + 1, str(uuid4()), "client", one.text, at, dead=one.dead)
            answers = ()
            if one.question:
                answers = (Answer(one.question, one.given, seq + 1, at.isoformat()),)
            turn = Turn(
                inbound=inbound,
                messages=(asks, client),
                events=(),
                answers=answers,
                state=one.state,
                coach=coach,
                on_screen=OnScreen(seq=seq),
                progress=before.progress,
                sent_at=at if one.state == "sent" and before.state != "sent" else before.sent_at,
                dead=one.dead,
                noticed=one.noticed,
                distress=one.distress,
            )
            await conversations.write_turn(transaction, before, turn, at)


class Page:
    """What came back."""

    def __init__(self, status: int, headers: dict[str, str], text: str) -> None:
        self.status, self.headers, self.text = status, headers, text
        self.location = headers.get("Location", "")

    @property
    def words(self) -> str:
        """The text without its tags."""
        return " ".join(re.sub(r"<[^>]+>", " ", self.text).split())

    @property
    def form_token(self) -> str:
        found = re.search(r'name="form_token" value="([^"]+)"', self.text)
        assert found, "the page has no form"
        return found[1]


class Device:
    """One browser."""

    def __init__(self, site: Site, session: ClientSession) -> None:
        self.site, self.session = site, session

    async def get(self, path: str, **headers: str) -> Page:
        return await self._ask("GET", path, None, headers)

    async def post(self, path: str, form: dict[str, str], **headers: str) -> Page:
        return await self._ask("POST", path, form, headers)

    async def _ask(
        self, method: str, path: str, form: dict[str, str] | None, headers: dict[str, str]
    ) -> Page:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        asked = self.session.request(method, path, data=form, headers=named, allow_redirects=False)
        async with asked as response:
            return Page(response.status, dict(response.headers), await response.text())

    async def sign_in(self, coach: str = "maren") -> Device:
        """Sign in by a new link."""
        page = await self.post(await self.site.link(coach), {})
        assert page.status == 303
        return self

    async def set_password(self, password: str = PASSWORD) -> Page:
        page = await self.get("/coach/password")
        form = {"form_token": page.form_token, "new": password, "again": password}
        return await self.post("/coach/password", form)


def replayed(intake: Intake, practice: Practice) -> tuple[Said, ...]:
    """The messages of a client whose intake is at hand; the needs come with the last."""
    said = []
    for answer in intake.answers:
        given = answer.given or Given("skipped")
        question = practice.question(answer.question)
        titles = {choice.id: choice.title for choice in question.choices}
        text = given.text or ", ".join(titles[id] for id in given.choices) or "skip"
        state = "sent" if answer.question == "recap" else "open"
        said.append(Said(text, answer.question, given, state=state))
    said[-1].noticed = Noticings(needs=intake.needs, outside_help=intake.outside_help)
    return tuple(said)


#: A whole intake of one client, sent.
WHOLE = (
    chosen("consent", "Yes, that is fine", "yes"),
    Said("Ruta", "name"),
    chosen("coach", "Maren Tollefsen: job search and coming back to work", "maren"),
    Said(
        "I kept the books of a fish market for eleven years.\nThen the market closed, and I have "
        "done odd jobs since: a season in a hotel, two in a garden centre, nights in a bakery.",
        "experience",
    ),
    Said(
        "I want to work with numbers again, in a place that will still be there in five years. "
        "My savings last until September, so by then.",
        "goals",
    ),
    Said(
        "My software is from 2009. And I freeze in interviews, I always have. "
        "Last time I said I was ill and went home.",
        "obstacles",
    ),
    Said(
        "A door that closes. A boss who tells me what he wants before I start and not after.\n\n"
        "I will not work for a place that sends people out without their wages again.",
        "environment",
    ),
    Said("Somebody to practise interviews with, who does not laugh.", "expectations"),
    Said("skip", "coach_wishes", Given("skipped")),
    chosen("coached_before", "No", "no"),
    chosen("language", "English", "en"),
    chosen("format", "Video call, Phone", "video", "phone"),
    Said("Mornings, not Wednesdays", "times"),
    Said("Galway", "time_zone"),
    chosen("start", "Within a month", "month"),
    chosen("budget", "Up to 60", "to_60"),
    Said("ruta@example.org", "contact"),
    chosen("recap", "Send it", "send", state="sent"),
)

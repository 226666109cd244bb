"""What a turn leads to outside: an alert when a client is in danger, a word to other programs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import select

from rightfit.engine.afterwards import Afterwards
from rightfit.engine.assembly import Engine
from rightfit.practice import Webhook
from rightfit.store.outbox_tables import outbox
from tests.engine.scripted_client import ScriptedClient
from tests.engines import IN_DANGER, Noticing, StartEngine

HOOKS = (
    Webhook("https://tools.example/plain"),
    Webhook("https://tools.example/words", client_text=True),
)
PAGES = "https://intake.example"


@asynccontextmanager
async def house(
    start_engine: StartEngine, url: str, practice: Path, address: str | None = PAGES
) -> AsyncIterator[tuple[Engine, ScriptedClient]]:
    async with start_engine(url, practice=practice, understands=Noticing()) as engine:
        emailed = [
            msgspec.structs.replace(coach, email=f"{coach.id}@slackwater.example")
            for coach in engine.practice.coaches[:2]
        ]
        told = msgspec.structs.replace(
            engine.practice, webhooks=HOOKS, coaches=(*emailed, *engine.practice.coaches[2:])
        )
        noting = Afterwards(told, address)
        engine.reception._afterwards = engine.reception._turns._afterwards = noting
        client = ScriptedClient(engine.reception)
        yield engine, client


async def waiting(engine: Engine, kind: str) -> list[dict[str, Any]]:
    async with engine.database.reading() as transaction:
        query = select(outbox.c.body).where(outbox.c.kind == kind).order_by(outbox.c.key)
        return list((await transaction.execute(query)).scalars())


@pytest.mark.parametrize(
    ("coach", "told"),
    [
        ("dayo", ["dayo@slackwater.example"]),
        ("ines", ["dayo@slackwater.example", "maren@slackwater.example"]),
        (None, ["dayo@slackwater.example", "maren@slackwater.example"]),
    ],
)
async def test_danger_is_told_once_without_the_clients_words(
    start_engine: StartEngine,
    sqlite_url: str,
    short_practice: Path,
    coach: str | None,
    told: list[str],
) -> None:
    async with house(start_engine, sqlite_url, short_practice) as (engine, client):
        await client.open(coach)
        await client.play(("choose", ["yes"]), ("say", f"Ann, {IN_DANGER}"), ("choose", ["go_on"]))
        await client.play(("say", IN_DANGER))
        mails = await waiting(engine, "mail")

    assert [mail["to"] for mail in mails] == told
    for mail in mails:
        assert IN_DANGER not in str(mail) and "Ann" not in str(mail)
        assert f"{PAGES}/coach/intakes/{client.conversation}" in mail["text"]


async def test_before_the_consent_nobody_is_told_and_with_it_they_are(
    start_engine: StartEngine, sqlite_url: str, short_practice: Path
) -> None:
    async with house(start_engine, sqlite_url, short_practice) as (engine, client):
        await client.open("maren")
        await client.take(("say", IN_DANGER))
        assert await waiting(engine, "mail") == []
        await client.play(("choose", ["go_on"]), ("choose", ["yes"]))
        mails = await waiting(engine, "mail")

    assert [mail["to"] for mail in mails] == ["maren@slackwater.example"]


async def test_without_mail_nothing_waits_for_it(
    start_engine: StartEngine, sqlite_url: str, short_practice: Path
) -> None:
    async with house(start_engine, sqlite_url, short_practice, None) as (engine, client):
        await client.open("maren")
        await client.play(("choose", ["yes"]), ("say", IN_DANGER))

        assert await waiting(engine, "mail") == []


async def test_sending_and_erasing_are_told_and_words_only_where_wanted(
    start_engine: StartEngine, database_url: str, short_practice: Path
) -> None:
    async with house(start_engine, database_url, short_practice) as (engine, client):
        await client.open()
        await client.play(
            ("choose", ["yes"]), ("say", "Ann"), ("say", "Ten years at sea"),
            ("say", "A desk on land"), ("choose", ["video"]), ("say", "Skip this"),
            ("choose", ["send"]),
        )  # fmt: skip
        plain, full = await waiting(engine, "hook")
        await engine.reception.erase(client.conversation)
        gone = await waiting(engine, "hook")

    assert plain["event"] == full["event"] == "intake.sent"
    assert plain["payload"]["intake"] == client.conversation
    assert "sea" not in str(plain)
    texts = [a["given"].get("text") for a in full["payload"]["words"]["intake"]["answers"]]
    assert "Ten years at sea" in texts
    # With the intake its words go; that it is gone is still to be told.
    assert {each["event"] for each in gone} == {"intake.erased"} and len(gone) == 2
    assert "sea" not in str(gone)

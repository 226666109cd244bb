"""Where the engine's parts are joined: practice, database, model, reception."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime, timezone
from pathlib import Path

import msgspec

from rightfit.engine import model
from rightfit.engine.afterwards import Afterwards
from rightfit.engine.clockwork import Clockwork
from rightfit.engine.handing_on import HandingOn
from rightfit.engine.outcomes import Limits
from rightfit.engine.reception import Reception
from rightfit.engine.telling import Telling
from rightfit.engine.turn import EmbeddedRasa
from rightfit.engine.understanding import Trained, Understands
from rightfit.language.understand import Understander
from rightfit.outbox.hooks import Hooks
from rightfit.outbox.mail import MailServer, Post
from rightfit.outbox.result import Sends
from rightfit.outbox.worker import Worker
from rightfit.practice import Practice, load
from rightfit.practice.leaving import without
from rightfit.privacy.receipts import Receipts
from rightfit.store import people
from rightfit.store.database import Conflict, Database, opened, sqlite_url
from rightfit.store.outbox import Kind
from rightfit.store.settings import setting


class Settings(msgspec.Struct, frozen=True):
    """Where things are. ``project`` holds domain.yml and config.yml."""

    project: Path
    practice: Path
    data: Path
    database: str | None = None
    limits: Limits = Limits()
    #: The caller's address and scheme are those that a reverse proxy tells.
    behind_proxy: bool = False
    #: Where clients and coaches reach the pages, such as https://intake.example.org.
    address: str | None = None
    mail: MailServer | None = None
    webhook_secret: str | None = None

    @property
    def model(self) -> Path:
        """The folder of the trained model."""
        return model.folder_of(self.project)

    @property
    def database_url(self) -> str:
        """The configured address, or a SQLite file in the data folder."""
        return self.database or sqlite_url(self.data / "rightfit.db")


class Engine(msgspec.Struct, frozen=True):
    """The parts, joined and ready."""

    settings: Settings
    practice: Practice
    database: Database
    rasa: EmbeddedRasa
    reception: Reception
    receipts: Receipts
    clock: Callable[[], datetime]
    outbox: Worker
    clockwork: Clockwork
    handing_on: HandingOn


def now() -> datetime:
    """The time in UTC."""
    return datetime.now(timezone.utc)


def practice_of(settings: Settings) -> Practice:
    """Load the practice. Raises PracticeFaulty with every fault."""
    return load(settings.practice, settings.project / "domain.yml")


@asynccontextmanager
async def engine(
    settings: Settings,
    clock: Callable[[], datetime] = now,
    understands: Understands | None = None,
) -> AsyncIterator[Engine]:
    """An engine that works until the block ends.

    ``understands`` reads the clients' words; null: what was trained does.

    Raises:
        PracticeFaulty, ModelNotReady, EncoderUnavailable, ReaderUnavailable,
        UnderstandingUnavailable, StorageUnavailable.
    """
    practice = practice_of(settings)
    model.check(settings.model)
    async with opened(settings.database_url) as database:
        receipts = await receipts_of(database)
        understands = understands or Trained(Understander.load(settings.model / model.READER))
        gone = await _removed(database)
        met = without(practice, gone)
        rasa = EmbeddedRasa(settings.model / model.DIALOGUE, met, understands)
        afterwards = Afterwards(met, settings.address if settings.mail else None)
        reception = Reception(
            database, rasa, met, receipts, clock, settings.limits, afterwards, gone
        )
        worker = Worker(database, clock, _senders(settings, practice, clock))
        tells = Telling(met, receipts, settings.address if settings.mail else None)
        clockwork = Clockwork(database, practice, clock, tells)
        handing_on = HandingOn(database, practice, receipts, clock, tells, tells.address)
        yield Engine(
            settings=settings,
            practice=practice,
            database=database,
            rasa=rasa,
            reception=reception,
            receipts=receipts,
            clock=clock,
            outbox=worker,
            clockwork=clockwork,
            handing_on=handing_on,
        )


def _senders(
    settings: Settings, practice: Practice, clock: Callable[[], datetime]
) -> Mapping[Kind, Sends]:
    senders: dict[Kind, Sends] = {}
    if settings.mail is not None:
        senders["mail"] = Post(settings.mail)
    if practice.webhooks and settings.webhook_secret:
        senders["hook"] = Hooks(settings.webhook_secret, clock)
    return senders


async def _removed(database: Database) -> frozenset[str]:
    """Whom a practice lead has removed by now; clients are not offered them."""
    async with database.reading() as transaction:
        return await people.removed(transaction)


async def receipts_of(database: Database) -> Receipts:
    """The receipt codes, links and signatures of this installation."""
    return Receipts(await _secret(database))


async def _secret(database: Database) -> str:
    """The secret of this installation; the first process to start makes it."""
    try:
        async with database.writing() as transaction:
            return await setting(transaction, "receipt_secret", default=secrets.token_hex(32))
    except Conflict:
        async with database.reading() as transaction:
            return await setting(transaction, "receipt_secret", default="")

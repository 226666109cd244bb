"""Looks at every part that has to work."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator

import msgspec

from rightfit.engine import model
from rightfit.engine.assembly import Settings, now
from rightfit.language.encoder import EncoderUnavailable, check_model, model_folder
from rightfit.practice import Coach, check, look_over
from rightfit.store import audit, people
from rightfit.store.database import StorageUnavailable, opened
from rightfit.store.reconcile import discrepancies
from rightfit.store.settings import prove_writable


class Finding(msgspec.Struct, frozen=True):
    """How one part is; where it is not well, ``says`` tells what to do."""

    part: str
    well: bool
    says: str


async def examine(settings: Settings) -> AsyncIterator[Finding]:
    """Every part in turn; nothing is changed."""
    version = ".".join(map(str, sys.version_info[:3]))
    yield Finding("Python", sys.version_info[:2] == (3, 10), f"{version}; Rasa 3.6 needs 3.10")
    faults = check(settings.practice, settings.project / "domain.yml")
    says = f"{len(faults)} to mend; run: rightfit check" if faults else "in order"
    yield Finding("practice and wording", not faults, says)
    yield _encoder()
    yield _model(settings)
    async for finding in _database(settings):
        yield finding


def _encoder() -> Finding:
    try:
        check_model(model_folder())
    except EncoderUnavailable as error:
        return Finding("sentence encoder", False, str(error))
    return Finding("sentence encoder", True, "the published weights")


def _model(settings: Settings) -> Finding:
    try:
        model.check(settings.model)
    except model.ModelNotReady as error:
        return Finding("trained model", False, str(error))
    if not model.is_fresh(settings.project, settings.model):
        return Finding("trained model", False, "older than the content; run: rightfit train")
    return Finding("trained model", True, "whole and up to date")


async def _database(settings: Settings) -> AsyncIterator[Finding]:
    try:
        async with opened(settings.database_url) as database:
            async with database.writing() as transaction:
                await prove_writable(transaction, now().isoformat())
            yield Finding("database", True, "takes reads and writes")
            async with database.reading() as transaction:
                wrong = await discrepancies(transaction)
                broken = await audit.verify(transaction)
                gone = await people.removed(transaction)
        for discrepancy in wrong:
            yield Finding("intake", False, f"{discrepancy.conversation}: {discrepancy.what}")
        if not wrong:
            yield Finding("stored intakes", True, "every message once, every answer in its place")
        says = "as it was written" if not broken else "changed; run: rightfit audit verify"
        yield Finding("record of what was done", not broken, says)
        left = [coach.name for coach in _coaches(settings) if coach.id in gone]
        if left:
            names = ", ".join(left)
            says = f"{names} cannot sign in any more; take the entry out when nobody needs it"
            yield Finding("coaches.yml", True, says)
    except StorageUnavailable as error:
        yield Finding("database", False, f"{error}; check its address and that it runs")


def _coaches(settings: Settings) -> tuple[Coach, ...]:
    practice, _ = look_over(settings.practice, settings.project / "domain.yml")
    return practice.coaches if practice is not None else ()

"""A copy is whole or refused, and bringing it back brings nothing back that is over."""

from __future__ import annotations

import shutil
import sqlite3
import stat
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from rightfit.privacy.receipts import digest
from rightfit.store import audit, backup, conversations, intakes, outbox, restore, sign_ins
from rightfit.store.backup import CannotCopy
from rightfit.store.database import Database, opened, sqlite_url
from rightfit.store.outbox_tables import outbox as outbox_table
from rightfit.store.reconcile import discrepancies
from rightfit.store.settings import setting
from tests.store.written_intakes import NOW, whole_intake

HOUR = timedelta(hours=1)


@pytest.fixture
async def file(tmp_path: Path) -> Path:
    """A database with two intakes, a letter on its way, and a coach who is signed in."""
    there = tmp_path / "data" / "rightfit.db"
    async with opened(sqlite_url(there)) as database, database.writing() as transaction:
        await setting(transaction, "receipt_secret", "ab" * 32)
        for word in ("one", "two"):
            await whole_intake(transaction, word, receipt=word)
        await sign_ins.add_sign_in(transaction, "maren", "here", NOW, NOW + HOUR)
        body = {"to": "ann@example.org"}
        letter = outbox.Outgoing("letter", None, "mail", "letter:proceed", body)
        await outbox.put(transaction, letter, NOW)
        await audit.note(transaction, "signed_in", "coach:maren", NOW)
    return there


async def _receipts(file: Path) -> set[str]:
    async with opened(sqlite_url(file)) as database, database.reading() as transaction:
        assert await discrepancies(transaction) == ()
        assert await audit.verify(transaction) == ()
        found = set()
        for word in ("one", "two"):
            if await conversations.conversation_of_receipt(transaction, digest(word)):
                found.add(word)
        assert len(await intakes.heads(transaction)) == len(found)
        return found


def _files(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if path.is_file()]


def _bytes(file: Path) -> bytes:
    return file.read_bytes()


def _write(file: Path, content: bytes) -> None:
    file.write_bytes(content)


async def test_a_copy_made_while_it_is_in_use_holds_all_of_it(file: Path, tmp_path: Path) -> None:
    copied = tmp_path / "copy.db"
    database = Database(sqlite_url(file))
    async with database.writing() as transaction:
        await audit.note(transaction, "signed_out", "coach:maren", NOW)
    contents = backup.copy(file, copied)
    await database.close()
    assert (contents.intakes, contents.entries, contents.newest) == (2, 2, NOW)
    assert stat.S_IMODE(copied.stat().st_mode) == 0o600
    assert _files(tmp_path) == ["copy.db"]
    assert await _receipts(copied) == {"one", "two"}


async def test_there_and_back_again(file: Path, tmp_path: Path) -> None:
    backup.copy(file, tmp_path / "copy.db")
    elsewhere = tmp_path / "new" / "rightfit.db"
    done = await restore.restore(tmp_path / "copy.db", elsewhere, NOW, replace=False)
    assert (done.contents.intakes, done.aside, done.erased_again) == (2, None, 0)
    assert await _receipts(elsewhere) == {"one", "two"}
    async with opened(sqlite_url(elsewhere)) as database, database.reading() as transaction:
        assert await setting(transaction, "receipt_secret", "") == "ab" * 32
        assert await sign_ins.sign_ins_of(transaction, NOW) == ()
        rows = (await transaction.execute(select(outbox_table))).all()
        assert [row.state for row in rows] == ["unknown"]
        assert [one.what for one in await audit.entries(transaction)] == ["restored", "signed_in"]
    assert _files(elsewhere.parent) == ["rightfit.db"]


async def test_what_was_erased_since_stays_erased(file: Path, tmp_path: Path) -> None:
    backup.copy(file, tmp_path / "copy.db")
    async with opened(sqlite_url(file)) as database, database.writing() as transaction:
        id = await conversations.conversation_of_receipt(transaction, digest("one"))
        assert id
        await conversations.erase(transaction, id, NOW)
        late = await whole_intake(transaction, "late", receipt="late")
        await conversations.erase(transaction, late, NOW)
    done = await restore.restore(tmp_path / "copy.db", file, NOW, replace=True)
    assert done.erased_again == 1
    assert await _receipts(file) == {"two"}
    async with opened(sqlite_url(file)) as database, database.reading() as transaction:
        for word in ("one", "late"):
            assert await conversations.erased_at(transaction, digest(word)) == NOW
    assert done.aside and done.aside.is_file()


async def test_nothing_is_overwritten_unasked(file: Path, tmp_path: Path) -> None:
    copied = tmp_path / "copy.db"
    backup.copy(file, copied)
    with pytest.raises(CannotCopy, match="is there already"):
        backup.copy(file, copied)
    before = _bytes(file)
    with pytest.raises(CannotCopy, match="--yes"):
        await restore.restore(copied, file, NOW, replace=False)
    assert _bytes(file) == before


async def test_a_database_in_use_is_not_replaced(file: Path, tmp_path: Path) -> None:
    backup.copy(file, tmp_path / "copy.db")
    async with opened(sqlite_url(file)):
        with pytest.raises(CannotCopy, match="stop the server"):
            await restore.restore(tmp_path / "copy.db", file, NOW, replace=True)
    assert await _receipts(file) == {"one", "two"}


async def test_a_damaged_database_can_be_replaced(file: Path, tmp_path: Path) -> None:
    backup.copy(file, tmp_path / "copy.db")
    _write(file, b"nothing of it can be read" * 400)
    done = await restore.restore(tmp_path / "copy.db", file, NOW, replace=True)
    assert done.aside and _bytes(done.aside).startswith(b"nothing of it")
    assert await _receipts(file) == {"one", "two"}


@pytest.mark.parametrize("part", [0.0, 0.01, 0.3, 0.5, 0.9, 0.999])
async def test_a_copy_that_was_cut_off_is_refused(file: Path, tmp_path: Path, part: float) -> None:
    copied = tmp_path / "copy.db"
    backup.copy(file, copied)
    whole = _bytes(copied)
    _write(copied, whole[: int(len(whole) * part)])
    before = _bytes(file)
    with pytest.raises(CannotCopy):
        await restore.restore(copied, file, NOW, replace=True)
    assert _bytes(file) == before


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("UPDATE alembic_version SET version_num = '9999'", "newer version"),
        ("DROP TABLE conversations", "no database of Rightfit"),
        ("DELETE FROM settings", "lost the secret"),
        ("UPDATE audit SET what = 'signed_out'", "not as it was written"),
        ("PRAGMA foreign_keys=OFF; DELETE FROM conversations", "that are not there"),
    ],
)
async def test_a_copy_that_is_not_right_is_refused(
    file: Path, tmp_path: Path, statement: str, told: str
) -> None:
    copied = tmp_path / "copy.db"
    backup.copy(file, copied)
    with sqlite3.connect(copied) as connection:
        connection.executescript(statement)
    connection.close()
    with pytest.raises(CannotCopy, match=told):
        backup.examine(copied)


async def test_what_is_no_copy_is_refused_by_name(file: Path, tmp_path: Path) -> None:
    text, other = tmp_path / "text.db", tmp_path / "other.db"
    text.write_text("not a database")
    with sqlite3.connect(other) as connection:
        connection.execute("CREATE TABLE pets (name)")
    connection.close()
    for path in (text, other, tmp_path / "none.db", tmp_path):
        with pytest.raises(CannotCopy, match=str(path)):
            backup.examine(path)
    with pytest.raises(CannotCopy, match="there is no database"):
        backup.copy(tmp_path / "none.db", tmp_path / "new.db")
    shutil.rmtree(file.parent)
    with pytest.raises(CannotCopy):
        backup.copy(file, tmp_path / "new.db")

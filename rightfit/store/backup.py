"""A copy of a SQLite database in one file, and bringing it back.

PostgreSQL has tools of its own for this, which know more than we could; see the how-to.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import tempfile
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path

import msgspec
from alembic.config import Config
from alembic.script import ScriptDirectory

from rightfit.privacy.audit import Entry, broken

#: What every database of Rightfit has had since the first release.
_ALWAYS = {"alembic_version", "conversations", "messages", "settings"}


class CannotCopy(RuntimeError):
    """The copy could not be made, or not be brought back: place, fault, remedy."""


class Contents(msgspec.Struct, frozen=True):
    """What a copy holds: intakes, entries of the record, and how old its newest entry is."""

    intakes: int
    entries: int
    newest: datetime | None


def copy(database: Path, target: Path) -> Contents:
    """Copy a database, while it is in use, into one file that only its owner can read.

    Raises:
        CannotCopy: nothing is at ``target``, or what was there before.
    """
    if not database.is_file():
        raise CannotCopy(f"{database}: there is no database; name its folder with --data")
    if target.exists():
        raise CannotCopy(f"{target}: is there already; choose another name")
    with _beside(target) as made:
        try:
            _copy_pages(database, made)
        except sqlite3.Error as error:
            raise CannotCopy(f"{database}: cannot be copied ({error})") from None
        contents = examine(made)
        _to_disk(made)
        os.replace(made, target)
    _to_disk(target.parent)
    return contents


def examine(file: Path) -> Contents:
    """What a copy holds, once it is known to be whole.

    Raises:
        CannotCopy: it is cut off, damaged, not Rightfit's, or of a newer version.
    """
    if not file.is_file():
        raise CannotCopy(f"{file}: there is no such file")
    try:
        with contextlib.closing(_opened(file)) as connection:
            return _examined(file, connection)
    except sqlite3.Error as error:
        raise CannotCopy(f"{file}: is damaged or cut off ({error}); take an earlier copy") from None


def may_replace(database: Path, *, replace: bool) -> None:
    """See that another database may take this one's place.

    Raises:
        CannotCopy: it is there and is not to be replaced, or somebody has it open.
    """
    if not database.exists():
        return
    if not replace:
        raise CannotCopy(
            f"{database}: is there already; it is replaced with --yes, and put aside under "
            "another name"
        )
    _see_that_nobody_uses(database)


@contextlib.contextmanager
def unpacked(copied: Path, database: Path) -> Iterator[Path]:
    """A copy of a copy beside where it is to stand, to be worked on; gone after the block."""
    database.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _beside(database) as made:
        try:
            _copy_pages(copied, made)
        except sqlite3.Error as error:
            raise CannotCopy(f"{copied}: cannot be read ({error})") from None
        yield made


def take_place(made: Path, database: Path, now: datetime) -> Path | None:
    """Let a database that was worked on stand where it is to stand.

    Returns:
        Where the one is that stood there before; null where there was none.

    Raises:
        CannotCopy: somebody has that one open; it stands where it stood.
    """
    _to_disk(made)
    aside = None
    if database.exists():
        _see_that_nobody_uses(database)
        aside = database.with_name(f"{database.name}.before-{now:%Y%m%d-%H%M%S}")
        for rest in ("", "-wal", "-shm"):
            old = database.with_name(database.name + rest)
            if old.exists():
                os.replace(old, aside.with_name(aside.name + rest))
    os.replace(made, database)
    _to_disk(database.parent)
    return aside


def erased_in(database: Path) -> tuple[tuple[str, str], ...]:
    """What clients have erased, by the hash of the receipt code, with the time as it is kept.

    Empty where there is none, or it cannot be read: it is brought back for a reason.
    """
    if not database.exists():
        return ()
    try:
        with contextlib.closing(_opened(database)) as connection:
            rows = connection.execute("SELECT receipt_hash, at FROM erasures").fetchall()
    except sqlite3.Error:
        return ()
    return tuple((str(hashed), str(at)) for hashed, at in rows)


def _copy_pages(source: Path, target: Path) -> None:
    with (
        contextlib.closing(_opened(source)) as connection,
        contextlib.closing(sqlite3.connect(target)) as copied,
    ):
        connection.backup(copied)
        # One file, without a log beside it.
        copied.execute("PRAGMA journal_mode=DELETE")


def _examined(file: Path, connection: sqlite3.Connection) -> Contents:
    found = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(3)")]
    if found != ["ok"]:
        raise CannotCopy(f"{file}: is damaged ({'; '.join(found)}); take an earlier copy")
    tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
    if not tables >= _ALWAYS:
        raise CannotCopy(f"{file}: is no database of Rightfit; name another file")
    (version,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    if version not in _known_versions():
        raise CannotCopy(f"{file}: was made by a newer version of Rightfit; install that first")
    if connection.execute("PRAGMA foreign_key_check").fetchone():
        raise CannotCopy(f"{file}: holds parts of intakes that are not there; take an earlier copy")
    (intakes,) = connection.execute("SELECT count(*) FROM conversations").fetchone()
    if (
        intakes
        and not connection.execute(
            "SELECT 1 FROM settings WHERE name = 'receipt_secret'"
        ).fetchone()
    ):
        raise CannotCopy(f"{file}: has lost the secret behind its receipt codes; take another copy")
    entries, newest = _record(file, connection) if "audit" in tables else (0, None)
    return Contents(int(intakes), entries, newest)


def _record(file: Path, connection: sqlite3.Connection) -> tuple[int, datetime | None]:
    rows = connection.execute(
        'SELECT seq, at, "by", what, about, detail, hash FROM audit ORDER BY seq'
    ).fetchall()
    entries = [
        Entry(seq, datetime.fromisoformat(at).replace(tzinfo=timezone.utc), *rest)
        for seq, at, *rest in rows
    ]
    head = connection.execute("SELECT seq, hash FROM audit_head").fetchone() or (0, "")
    if broken(entries, *head):
        raise CannotCopy(
            f"{file}: its record is not as it was written; see which entry with: "
            "rightfit audit verify"
        )
    return len(entries), entries[-1].at if entries else None


def _known_versions() -> set[str]:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}


def _see_that_nobody_uses(database: Path) -> None:
    try:
        with contextlib.closing(sqlite3.connect(database, timeout=0.2)) as connection:
            # Only whoever is alone with a database can take it out of its log.
            connection.execute("PRAGMA journal_mode=DELETE").fetchone()
    except sqlite3.OperationalError as error:
        if "locked" in str(error) or "busy" in str(error):
            raise CannotCopy(f"{database}: is in use; stop the server, then try again") from None
    except sqlite3.DatabaseError:
        # It is damaged, and nobody can work with it.
        return


def _opened(file: Path) -> sqlite3.Connection:
    """For reading, so that a slip of the pen changes nothing."""
    return sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True, timeout=10)


@contextlib.contextmanager
def _beside(target: Path) -> Iterator[Path]:
    """An empty file in the same folder, for its owner alone; gone after the block."""
    try:
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}-")
    except OSError as error:
        raise CannotCopy(
            f"{target.parent}: cannot be written to ({error.strerror}); choose another folder"
        ) from None
    os.close(handle)
    made = Path(name)
    try:
        yield made
    finally:
        for rest in ("", "-wal", "-shm", "-journal"):
            made.with_name(made.name + rest).unlink(missing_ok=True)


def _to_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

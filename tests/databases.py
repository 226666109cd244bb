"""Fixtures that give a test an empty database: SQLite, or a real PostgreSQL.

    postgres_server   one server of its own for the whole run, stopped at the end
    postgres_url      a fresh database on it:  postgresql+asyncpg://...
    sqlite_url        a fresh file:            sqlite+aiosqlite:///...
    database_url      each of both in turn

The server runs as an unprivileged account, since PostgreSQL refuses root. It
keeps nothing safe on disk: it is for tests alone.
"""

from __future__ import annotations

import itertools
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import threading
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import psycopg2
import pytest

ACCOUNT = "postgres"
READY = "database system is ready to accept connections"
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "log_timezone": "UTC",
    "timezone": "UTC",
}


class PostgresServer:
    """A PostgreSQL of the run's own, in a folder that goes when it stops."""

    def __init__(self) -> None:
        # Not under pytest's folder: that one is closed to the account which runs the server.
        self.folder = Path(tempfile.mkdtemp(prefix="rightfit-pg-"))
        self.port = _free_port()
        self._numbers = itertools.count(1)
        self._told: deque[str] = deque(maxlen=40)
        if os.geteuid() == 0:
            owner = pwd.getpwnam(ACCOUNT)
            os.chown(self.folder, owner.pw_uid, owner.pw_gid)
        programs, data = _programs(), self.folder / "data"
        subprocess.run(
            [*_as_account(), programs / "initdb", "-D", data, "-U", "rightfit", "--auth=trust",
             "--encoding=UTF8", "--locale=C", "--no-sync"],
            cwd=self.folder, check=True, capture_output=True,
        )  # fmt: skip
        settings = [word for key, value in SETTINGS.items() for word in ("-c", f"{key}={value}")]
        self._process = subprocess.Popen(
            # The kernel ends the server with the test run, even where that one is killed.
            [*_as_account("--pdeathsig", "SIGQUIT"), programs / "postgres", "-D", data,
             "-k", self.folder, "-p", str(self.port), *settings],
            cwd=self.folder, env={**os.environ, "LC_ALL": "C"}, text=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        )  # fmt: skip
        assert self._process.stderr
        self._await_ready(self._process.stderr)

    def create(self) -> str:
        """Make an empty database and return its address for SQLAlchemy with asyncpg."""
        name = f"test_{next(self._numbers)}"
        self._execute(f"CREATE DATABASE {name} TEMPLATE template0")
        return f"postgresql+asyncpg://rightfit@127.0.0.1:{self.port}/{name}"

    def drop(self, url: str) -> None:
        """Remove a database that `create` made, with any connection still open to it."""
        self._execute(f"DROP DATABASE IF EXISTS {url.rpartition('/')[2]} WITH (FORCE)")

    def stop(self) -> None:
        """End the server at once and remove what it kept."""
        self._process.terminate()
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:  # a test left a connection open
            self._process.kill()
            self._process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _execute(self, statement: str) -> None:
        connection = psycopg2.connect(
            host=str(self.folder), port=self.port, user="rightfit", dbname="postgres"
        )
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(statement)
        finally:
            connection.close()

    def _await_ready(self, log: IO[str]) -> None:
        for line in log:
            self._told.append(line)
            if READY in line:
                # Its log must go on being read, or a full pipe would hold the server up.
                threading.Thread(target=self._told.extend, args=(log,), daemon=True).start()
                return
        raise RuntimeError("PostgreSQL did not start:\n" + "".join(self._told))


def _programs() -> Path:
    """The folder of the newest PostgreSQL's server programs."""
    packed = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    found = sorted(packed, key=lambda path: int(path.parts[-3]))
    on_path = shutil.which("initdb")
    if not (found or on_path):
        raise RuntimeError("no PostgreSQL server here. Remedy: make test installs it.")
    return found[-1].parent if found else Path(str(on_path)).parent


def _as_account(*options: str) -> list[str]:
    change = ["--reuid", ACCOUNT, "--regid", ACCOUNT, "--init-groups"]
    return ["setpriv", *(change if os.geteuid() == 0 else []), *options, "--"]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """The run's PostgreSQL, for tests that open several databases or stop one."""
    server = PostgresServer()
    yield server
    server.stop()


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """A fresh, empty PostgreSQL database, as an address."""
    url = postgres_server.create()
    yield url
    postgres_server.drop(url)


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """A SQLite file that does not exist yet, as an address."""
    return f"sqlite+aiosqlite:///{tmp_path}/rightfit.sqlite"


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Each kind of database in turn, fresh and empty, as an address."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url

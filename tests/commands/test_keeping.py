"""Export, erase, retention, audit, backup and restore, as somebody types them at night."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

from rightfit.engine.assembly import now
from rightfit.store import second_steps
from rightfit.store.database import opened, sqlite_url
from rightfit.store.settings import setting
from tests.store.written_intakes import whole_intake

Rightfit = Callable[..., Result]
CODE = "AAAA-BBBB-CCCC-DDDD"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with one sent intake, last touched just now."""
    folder = tmp_path / "data"

    async def write() -> None:
        async with (
            opened(sqlite_url(folder / "rightfit.db")) as database,
            database.writing() as transaction,
        ):
            await setting(transaction, "receipt_secret", "ab" * 32)
            await whole_intake(transaction, "marker5", receipt=CODE)
            await second_steps.set_up(transaction, "dayo", "A" * 32, 1, [], now())

    asyncio.run(write())
    query(folder, "UPDATE conversations SET changed_at = datetime('now')")
    return folder


def query(data: Path, statement: str) -> list[tuple[object, ...]]:
    with sqlite3.connect(data / "rightfit.db") as database:
        found = database.execute(statement).fetchall()
    database.close()
    return found


def recorded(data: Path) -> list[tuple[object, ...]]:
    return query(data, 'SELECT what, "by" FROM audit ORDER BY seq')


def test_an_intake_is_exported_by_its_code_however_it_is_typed(
    rightfit: Rightfit, data: Path, tmp_path: Path
) -> None:
    result = rightfit("export", "aaaa bbbb cccc dddd", "--data", data)
    assert result.exit_code == 0, result.output
    told = json.loads(result.output)
    assert "marker5" in json.dumps(told["conversation"]) and told["intake"]["state"] == "sent"
    out = tmp_path / "out.json"
    result = rightfit("export", "-", "--out", out, "--data", data, given=f"{CODE}\n".encode())
    assert result.exit_code == 0 and result.output == ""
    assert json.loads(out.read_text("utf-8")) == told
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert rightfit("export", CODE, "--out", out, "--data", data).exit_code == 2
    assert recorded(data) == [("intake_exported", "operator")] * 3


def test_whoever_runs_the_server_leaves_a_trace_of_reading(rightfit: Rightfit, data: Path) -> None:
    ((id,),) = query(data, "SELECT id FROM conversations")
    assert rightfit("intakes", "show", str(id), "--data", data).exit_code == 0
    assert rightfit("intakes", "show", "nobody", "--data", data).exit_code == 2
    assert recorded(data) == [("intake_read", "operator")]


def test_an_intake_is_erased_for_good_and_only_when_meant(rightfit: Rightfit, data: Path) -> None:
    result = rightfit("erase", CODE, "--data", data)
    assert result.exit_code == 2 and "say so with --yes" in result.output
    assert rightfit("erase", CODE, "--yes", "--data", data).output == "Erased.\n"
    for command in (("erase", CODE, "--yes"), ("export", CODE)):
        result = rightfit(*command, "--data", data)
        assert result.exit_code == 2 and "was erased" in result.output
    assert recorded(data) == [("intake_erased", "operator")]
    assert b"marker5" not in (data / "rightfit.db").read_bytes()


@pytest.mark.parametrize("command", ["export", "erase"])
def test_a_code_that_is_nobodys_is_2(rightfit: Rightfit, data: Path, command: str) -> None:
    result = rightfit(command, "ZZZZ-ZZZZ", "--data", data)
    assert result.exit_code == 2 and "check it letter by letter" in result.output


def test_retention_says_first_and_erases_then(rightfit: Rightfit, data: Path) -> None:
    assert rightfit("retention", "run", "--dry-run", "--data", data).output == (
        "None would be erased.\n"
    )
    query(data, "UPDATE conversations SET changed_at = datetime('now', '-366 days')")
    result = rightfit("retention", "run", "--dry-run", "--data", data)
    assert "1 would be erased:" in result.output and "  sent" in result.output
    assert "marker5" not in result.output
    assert rightfit("retention", "run", "--data", data).output == "1 erased.\n"
    assert rightfit("retention", "run", "--data", data).output == "0 erased.\n"


def test_the_record_is_verified_and_its_head_looked_for(rightfit: Rightfit, data: Path) -> None:
    rightfit("export", CODE, "--data", data)
    result = rightfit("audit", "verify", "--data", data)
    assert result.exit_code == 0 and "1 entries, each as it was written" in result.output
    head = result.output.split()[-1]
    assert rightfit("audit", "verify", "--head", head, "--data", data).exit_code == 0
    other = f"1-{'0' * 64}"
    result = rightfit("audit", "verify", "--head", other, "--data", data)
    assert result.exit_code == 1 and "written down" in result.output
    assert rightfit("audit", "verify", "--head", "1-2", "--data", data).exit_code == 2
    query(data, "UPDATE audit SET \"by\" = 'client'")
    result = rightfit("audit", "verify", "--data", data)
    assert result.exit_code == 1 and "entry 1" in result.output


def test_backup_and_restore_go_there_and_back(
    rightfit: Rightfit, data: Path, tmp_path: Path
) -> None:
    copied = tmp_path / "copy.db"
    result = rightfit("backup", copied, "--data", data)
    assert result.exit_code == 0 and "1 intake. It is whole." in result.output.replace("\n", " ")
    assert rightfit("backup", copied, "--data", data).exit_code == 2
    assert rightfit("erase", CODE, "--yes", "--data", data).exit_code == 0
    result = rightfit("restore", copied, "--data", data)
    assert result.exit_code == 2 and "--yes" in result.output
    result = rightfit("restore", copied, "--yes", "--data", data)
    assert result.exit_code == 0, result.output
    assert "1 of them were erased since" in result.output
    assert rightfit("export", CODE, "--data", data).exit_code == 2
    copied.write_bytes(copied.read_bytes()[:5000])
    result = rightfit("restore", copied, "--yes", "--data", data)
    assert result.exit_code == 2 and "damaged or cut off" in result.output


@pytest.mark.parametrize("command", ["backup", "restore"])
def test_postgresql_has_its_own_way(rightfit: Rightfit, tmp_path: Path, command: str) -> None:
    address = "postgresql://name:secret@127.0.0.1/rightfit"
    result = rightfit(command, tmp_path / "copy", "--database", address)
    assert result.exit_code == 2 and "pg_" in result.output
    assert "secret" not in result.output


def test_roles_and_second_steps_are_set_from_the_command_line(
    rightfit: Rightfit, data: Path
) -> None:
    assert "practice lead" in rightfit("coach", "role", "dayo", "lead", "--data", data).output
    for command, told in (
        (("role", "nobody", "lead"), "no such coach; there are maren"),
        (("role", "dayo", "king"), "king"),
        (("reset", "nobody"), "no such coach"),
    ):
        result = rightfit("coach", *command, "--data", data)
        assert result.exit_code == 2 and told in result.output, result.output
    assert rightfit("coach", "role", "dayo", "coach", "--data", data).exit_code == 0
    result = rightfit("coach", "role", "maren", "coach", "--data", data)
    assert result.exit_code == 2 and "needs a lead" in result.output
    assert rightfit("coach", "reset", "dayo", "--data", data).exit_code == 0
    assert query(data, "SELECT count(*) FROM second_steps") == [(0,)]
    query(data, "UPDATE people SET removed_at = datetime('now') WHERE coach = 'dayo'")
    result = rightfit("coach", "link", "dayo", "--data", data)
    assert result.exit_code == 2 and "was removed" in result.output

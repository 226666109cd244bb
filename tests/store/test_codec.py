"""Client text goes into columns and comes out of them through one place, and nowhere else."""

from __future__ import annotations

import ast
import sqlite3
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import JSON, String

import rightfit
from rightfit.store.codec import Sealed, UnreadableColumn, seal, unseal
from rightfit.store.tables import metadata
from tests.engine.scripted_client import EVERY_KIND_OF_TURN, ScriptedClient
from tests.engines import StartEngine

#: Columns that could hold words and hold none of a client's: what the practice, the server
#: or the page says. A new one is to be ``Sealed``, or to be put here with open eyes.
NOT_THE_CLIENTS_WORDS = {
    "conversations": ("id receipt_hash channel locale state coach consent_version progress"),
    "tokens": "hash conversation",
    "inbox": "conversation channel key kind progress",
    "messages": "conversation id author response question",
    "events": "conversation",
    "answers": "conversation question",
    "notices": "conversation",
    "distress": "conversation level question",
    "erasures": "receipt_hash",
    "arrivals": "address_hash",
    "settings": "name value",
    "sign_in_links": "hash coach",
    "sign_ins": "hash coach device",
    "passwords": "coach hash",
    "review_events": "conversation author kind",
    "readings": "conversation coach",
    "people": "coach name role",
    "second_steps": "coach",
    "recovery_codes": "hash coach",
    "half_sign_ins": "hash coach",
    "audit": "by what about detail hash",
    "audit_head": "hash key",
    "outbox": "id key conversation kind about state fault",
    "visits": "hash conversation",
    "wakes": "conversation",
    "packets": "conversation",
    "handed_on": "conversation digest origin",
    "slack_people": "team person conversation channel",
    "slack_deliveries": "key team person channel ts conversation",
    "slack_proposals": "id conversation question",
    "slack_outbox": ("app key channel method about mark conversation ts arrived_in fault"),
    "slack_cards": "conversation channel basis",
}
JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.text(st.characters(codec="utf-8")),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner),
)
ROOMS = Path(rightfit.__file__).parent


def test_a_column_that_can_hold_words_is_sealed_or_known_to_hold_none_of_the_clients() -> None:
    open_columns = {
        (table.name, column.name)
        for table in metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, (String, JSON))
    }
    assert open_columns == {
        (table, column)
        for table, columns in NOT_THE_CLIENTS_WORDS.items()
        for column in columns.split()
    }


def test_the_clients_words_stand_in_sealed_columns() -> None:
    sealed = {
        (table.name, column.name)
        for table in metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, Sealed)
    }
    assert sealed >= {
        ("inbox", "body"),
        ("messages", "text"),
        ("messages", "choices"),
        ("events", "body"),
        ("answers", "given"),
        ("conversations", "on_screen"),
        ("notices", "body"),
        ("distress", "quote"),
        ("review_events", "body"),
        ("outbox", "body"),
        ("packets", "body"),
        ("handed_on", "came_from"),
        ("slack_deliveries", "body"),
        ("slack_proposals", "body"),
        ("slack_outbox", "body"),
    }


async def test_what_clients_say_is_in_no_other_column(
    start_engine: StartEngine, sqlite_url: str, short_practice: Path
) -> None:
    async with start_engine(sqlite_url, practice=short_practice) as engine:
        client = ScriptedClient(engine.reception)
        await client.open()
        await client.play(*EVERY_KIND_OF_TURN)
        said = [content for kind, content in EVERY_KIND_OF_TURN if kind == "say"]
    file = sqlite3.connect(sqlite_url.partition("///")[2])
    found = set()
    for table in metadata.sorted_tables:
        for column in table.columns:
            values = [row[0] for row in file.execute(f"SELECT {column.name} FROM {table.name}")]
            plain = [v.encode() if isinstance(v, str) else v for v in values]
            if any(isinstance(v, bytes) and words.encode() in v for v in plain for words in said):
                found.add(column)
    file.close()
    assert found, "they are found where they stand"
    assert {str(column) for column in found if not isinstance(column.type, Sealed)} == set()


def test_nothing_else_knows_how_a_sealed_column_is_stored() -> None:
    codec, tables = ROOMS / "store" / "codec.py", set((ROOMS / "store").glob("*tables.py"))
    allowed = {
        "seal": {codec},
        "unseal": {codec},
        "LargeBinary": {codec},
        "Sealed": {codec, *tables},
    }
    for file in ROOMS.rglob("*.py"):
        if "migrations" in file.parts:
            continue
        tree = ast.parse(file.read_text(encoding="utf-8"))
        names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        names |= {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        for name, files in allowed.items():
            assert name not in names or file in files, f"{file.relative_to(ROOMS)} uses {name}"


@given(JSON_VALUES)
def test_what_was_sealed_comes_out_as_it_was(value: object) -> None:
    assert unseal(seal(value)) == value


@pytest.mark.parametrize("stored", [b"", b"\x00{}", b'"plain"', b"\x02\x01"])
def test_what_another_version_wrote_is_not_guessed_at(stored: bytes) -> None:
    with pytest.raises(UnreadableColumn):
        unseal(stored)

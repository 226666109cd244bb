"""The client's copy holds all that they gave, and nothing of the machinery."""

from __future__ import annotations

import json
from datetime import datetime, timezone

from rightfit.privacy.export import export_of
from rightfit.records import Answer, Given, Intake, Message, ShownChoice

AT = datetime(2026, 3, 2, 9, 0, tzinfo=timezone.utc)
FIRST = Answer("goals", Given("said", text="A day job."), 2, AT.isoformat())
SECOND = Answer("goals", Given("said", text="A hotel school."), 5, AT.isoformat())
INTAKE = Intake("one", "sent", "dayo", AT.isoformat(), AT.isoformat(), (SECOND,))
TRANSCRIPT = (
    Message(1, "a", "assistant", "What would you like?", AT, "utter_ask_goals", "goals"),
    Message(2, "b", "client", "A day job.", AT, dead=True),
    Message(3, "c", "coach", "See you soon.", AT, choices=(ShownChoice("x", "X"),)),
)


def test_everything_is_there_in_plain_json() -> None:
    export = json.loads(json.dumps(export_of(INTAKE, (FIRST, SECOND), TRANSCRIPT)))

    assert export["intake"]["schema"] == "rightfit.intake/2"
    assert [version["given"]["text"] for version in export["versions"]] == [
        "A day job.",
        "A hotel school.",
    ]
    assert export["conversation"] == [
        {"seq": 1, "from": "assistant", "text": "What would you like?", "at": AT.isoformat()},
        {"seq": 2, "from": "client", "text": "A day job.", "at": AT.isoformat()},
        {"seq": 3, "from": "coach", "text": "See you soon.", "at": AT.isoformat()},
    ]
    assert set(export) == {"intake", "versions", "conversation", "letters", "together"}
    assert export["letters"] == export["together"] == []

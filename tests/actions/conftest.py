"""Runs one action as Rasa would: a tracker in, events and what was said out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import msgspec
import pytest
from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from rightfit.practice import Practice, load
from rightfit.records import Given

PROJECT = Path(__file__).parents[2]


class Came(msgspec.Struct, frozen=True):
    """What came of an action: the slots it set, and the responses it asked for."""

    slots: dict[str, Any]
    said: tuple[str, ...]
    messages: tuple[dict[str, Any], ...]


class Run(Protocol):
    """Runs an action; ``answers`` become slots, ``before`` is what the last turn said."""

    async def __call__(
        self,
        action: type[Action],
        intent: str = "answer",
        *,
        text: str | None = None,
        choice: str | list[str] | None = None,
        aside: str | None = None,
        answers: Mapping[str, Given] = {},
        before: Sequence[str] = (),
        **slots: Any,
    ) -> Came: ...


@pytest.fixture(scope="session")
def practice() -> Practice:
    return load(PROJECT / "practice", PROJECT / "domain.yml")


def _user(intent: str, text: str | None, entities: list[dict[str, Any]]) -> dict[str, Any]:
    said = {"text": text, "intent": {"name": intent, "confidence": 1.0}, "entities": entities}
    return {"event": "user", "timestamp": 0.0, "text": text, "parse_data": said}


def _bot(response: str) -> dict[str, Any]:
    return {"event": "bot", "timestamp": 0.0, "text": "", "metadata": {"utter_action": response}}


@pytest.fixture
def run(practice: Practice) -> Run:
    async def run(
        action: type[Action],
        intent: str = "answer",
        *,
        text: str | None = None,
        choice: str | list[str] | None = None,
        aside: str | None = None,
        answers: Mapping[str, Given] = {},
        before: Sequence[str] = (),
        **slots: Any,
    ) -> Came:
        found = [("choice", choice), ("aside", aside)]
        entities = [{"entity": name, "value": value} for name, value in found if value is not None]
        held = {
            **{question.id: None for question in practice.questions},
            **{id_: msgspec.to_builtins(given) for id_, given in answers.items()},
            **slots,
        }
        message = _user(intent, text, entities)
        events = [_user("greet", "Hello", []), *map(_bot, before), message]
        asked = slots.get("requested_slot")
        if asked and intent in ("answer", "choose"):
            # What Rasa's form does before it calls the validator.
            held[asked] = text if choice is None else choice
            events.append({"event": "slot", "timestamp": 0.0, "name": asked, "value": held[asked]})
        tracker = Tracker(
            sender_id="one",
            slots=held,
            latest_message=message["parse_data"],
            events=events,
            paused=False,
            followup_action=None,
            active_loop={"name": "intake_form"},
            latest_action_name="action_listen",
        )
        dispatcher = CollectingDispatcher()
        came = await action(practice).run(dispatcher, tracker, {})
        return Came(
            slots={event["name"]: event["value"] for event in came if event["event"] == "slot"},
            said=tuple(message["response"] for message in dispatcher.messages),
            messages=tuple(dispatcher.messages),
        )

    return run

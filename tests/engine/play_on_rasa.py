"""Plays messages on Rasa and tells every event: patched in a test, as it comes when run.

As a program: the project's folder, a folder to train into, a JSON file of conversations;
the events of each conversation are written as JSON to standard output.
"""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from actions.registry import actions_for
from rightfit.engine.in_process import InProcessActions
from rightfit.engine.left_out import import_without_tensorflow
from rightfit.practice import load

Message = dict[str, Any]


def train(project: Path, folder: Path) -> Path:
    """The dialogue model of the project, trained by Rasa as it stands in this process."""
    import_without_tensorflow("rasa.engine.recipes.default_components", "rasa.model_training")
    from rasa.model_training import train_core

    made = train_core(
        str(project / "domain.yml"),
        str(project / "config.yml"),
        str(project / "data" / "rules"),
        str(folder),
        fixed_model_name="dialogue",
    )
    return Path(made)


async def play(
    project: Path, model: Path, conversations: list[list[Message]]
) -> list[list[dict[str, Any]]]:
    """The events of each conversation, without what differs from run to run."""
    import_without_tensorflow("rasa.engine.recipes.default_components", "rasa.core.agent")
    from rasa.core.agent import Agent
    from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
    from rasa.core.tracker_store import TrackerStore
    from rasa.shared.core.domain import Domain
    from rasa.shared.core.trackers import DialogueStateTracker

    class Kept(TrackerStore):  # type: ignore[misc]
        """Keeps the trackers themselves, as the engine does between turns."""

        def __init__(self, domain: Domain) -> None:
            super().__init__(domain)
            self.kept: dict[str, DialogueStateTracker] = {}

        async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
            return self.kept.get(sender_id)

        async def save(self, tracker: DialogueStateTracker) -> None:
            self.kept[tracker.sender_id] = tracker

        async def keys(self) -> list[str]:
            return list(self.kept)

    practice = load(project / "practice", project / "domain.yml")
    agent = Agent(action_endpoint=InProcessActions(actions_for(practice)))
    agent.load_model(model)
    agent.processor.tracker_store = store = Kept(agent.domain)
    played = []
    for number, messages in enumerate(conversations):
        for turn, message in enumerate(messages):
            if turn % 7 == 6:
                before = list(store.kept[str(number)].events)
                store.kept[str(number)] = DialogueStateTracker.from_events(
                    str(number), before, slots=agent.domain.slots
                )
            said = UserMessage(
                message["text"],
                CollectingOutputChannel(),
                str(number),
                message_id="m",
                parse_data=message,
            )
            await agent.processor.handle_message(said)
        events = [event.as_dict() for event in store.kept[str(number)].events]
        played.append([{**event, "timestamp": None} for event in events])
    return played


if __name__ == "__main__":
    project, scratch, file = (Path(argument) for argument in sys.argv[1:])
    out, sys.stdout = sys.stdout, sys.stderr
    events = asyncio.run(play(project, train(project, scratch), json.loads(file.read_text())))
    json.dump(events, out)

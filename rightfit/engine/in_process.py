"""Rasa's custom actions, run in this process."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator, MutableSequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from rasa.utils.endpoints import EndpointConfig
from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import ActionExecutionRejection as RejectedByAction

if TYPE_CHECKING:
    from rasa.shared.core.events import Event


class ActionFailed(Exception):
    """An action of ours raised, or returned what is no list of events.

    ``name`` is the action; ``why`` names the fault and never quotes the client.
    """

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"{name}: {why}")
        self.name = name
        self.why = why


class EventsAsAsked(MutableSequence[dict[str, Any]]):
    """A tracker's events as the SDK sees them, each turned into a dict when it is read.

    Rasa turns the whole conversation into dicts for every action; actions look at the
    last few.
    """

    def __init__(self, events: Iterable[Event]) -> None:
        self._events: list[Event | dict[str, Any]] = list(events)

    def __len__(self) -> int:
        return len(self._events)

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        event = self._events[index]
        if not isinstance(event, dict):
            event = self._events[index] = event.as_dict()
        return event

    def __setitem__(self, index: Any, event: Any) -> None:
        self._events[index] = event

    def __delitem__(self, index: Any) -> None:
        del self._events[index]

    def insert(self, index: int, value: dict[str, Any]) -> None:
        self._events.insert(index, value)


class InProcessActions(EndpointConfig):
    """An action endpoint that runs the actions in this process, without HTTP.

    Actions get Rasa's own slot values, not copies: they must not change them in place.
    """

    def __init__(self, actions: Iterable[Action]) -> None:
        super().__init__(url="in-process")
        self._actions = {action.name(): action for action in actions}
        self._failures: dict[str, ActionFailed | None] = {}

    @contextmanager
    def watching(self, conversation: str) -> Iterator[None]:
        """Raise on leaving if an action failed in this conversation's turn.

        Rasa goes on after an exception in an action, as if the action had done nothing.

        Raises:
            ActionFailed: the first failure of the turn.
        """
        self._failures[conversation] = None
        try:
            yield
            failure = self._failures[conversation]
            if failure is not None:
                raise failure
        finally:
            del self._failures[conversation]

    async def request(self, *, json: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Run the action that Rasa's ``RemoteAction`` asks for.

        Raises:
            ActionFailed: it raised, or returned what is no list of events.
        """
        try:
            return await self._run(json)
        except ActionFailed as failure:
            conversation = json["sender_id"]
            if conversation in self._failures and self._failures[conversation] is None:
                self._failures[conversation] = failure
            raise

    async def _run(self, call: dict[str, Any]) -> dict[str, Any]:
        from rasa.core.actions.action import ActionExecutionRejection

        name = call["next_action"]
        action = self._actions.get(name)
        if action is None:
            raise ActionFailed(name, "no such action")
        dispatcher = CollectingDispatcher()
        tracker = Tracker.from_dict(call["tracker"])
        try:
            events = action.run(dispatcher, tracker, call.get("domain", {}))
            if inspect.isawaitable(events):
                events = await events
        except RejectedByAction as rejection:
            raise ActionExecutionRejection(name) from rejection
        except Exception as error:
            raise ActionFailed(name, f"raised {type(error).__name__}") from error
        _check_events(name, events, call["tracker"]["slots"])
        return {"events": events or [], "responses": dispatcher.messages}


def _check_events(name: str, events: Any, slots: dict[str, Any]) -> None:
    """What Rasa would drop without a word is a failure here."""
    from rasa.shared.core.events import Event

    if events is None:
        return
    if not isinstance(events, list):
        raise ActionFailed(name, f"returned {type(events).__name__}, not a list of events")
    for event in events:
        if not isinstance(event, dict) or not isinstance(event.get("event"), str):
            raise ActionFailed(name, "returned something in its list that is no event")
        try:
            read = Event.from_parameters(event)
        except Exception as error:
            raise ActionFailed(name, "returned an event that Rasa cannot read") from error
        if read is None:
            raise ActionFailed(name, "returned an event that Rasa cannot read")
        if event["event"] == "slot" and event.get("name") not in slots:
            raise ActionFailed(name, "set a slot that is not in domain.yml")

"""What Rasa does in a turn that nobody needs, left out: the one place with patches to it.

Every patch names its reason; what each one saves is in ``docs/adr/0007-lean-rasa.md``.
They hold for one version of Rasa, and ``install`` refuses any other.
"""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.machinery
import inspect
import logging
import sys
import types
from collections.abc import Iterable, Iterator, MutableSequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import rasa
import structlog
from rasa.utils.endpoints import EndpointConfig
from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import ActionExecutionRejection as RejectedByAction

if TYPE_CHECKING:
    from rasa.core.actions.action import RemoteAction
    from rasa.shared.core.domain import Domain
    from rasa.shared.core.events import Event
    from rasa.shared.core.trackers import DialogueStateTracker

#: The patches were read against the source of this version and no other.
RASA_VERSION = "3.6.21"


class WrongRasa(RuntimeError):
    """The Rasa installed is not the one that the patches were written for."""


class ActionFailed(Exception):
    """An action of ours raised, or returned what is no list of events.

    ``name`` is the action; ``why`` names the fault and never quotes the client.
    """

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"{name}: {why}")
        self.name = name
        self.why = why


class LeftOut(ImportError):
    """Something asked for a library that this process does not load."""


def install() -> None:
    """Import Rasa without TensorFlow and put the patches in place; idempotent.

    Call it before anything imports ``rasa.core.agent``.

    Raises:
        WrongRasa: another version of Rasa is installed.
    """
    if rasa.__version__ != RASA_VERSION:
        raise WrongRasa(
            f"Rightfit patches Rasa {RASA_VERSION} and found {rasa.__version__}: install the"
            " pinned requirements, or go through rightfit/engine/lean_rasa.py again"
        )
    import_without_tensorflow("rasa.core.agent", "rasa.engine.recipes.default_components")
    _call_actions_in_process()
    _leave_payloads_alone()
    _stop_copying_for_logs()
    _keep_client_text_out_of_logs()


# --- TensorFlow ---------------------------------------------------------------------


_LEFT_OUT = frozenset({"tensorflow", "keras", "tensorflow_hub", "tensorflow_addons"})


class _Absent(type):
    """A class of a library that was left out: may be named and derived from, not used."""

    def __getattr__(cls, name: str) -> _Absent:
        if name.startswith("__"):
            raise AttributeError(name)
        return _Absent(name, (), {"__module__": cls.__module__})

    def __call__(cls, *args: object, **kwargs: object) -> object:
        raise LeftOut(
            f"{cls.__module__}.{cls.__name__} belongs to TensorFlow, which the Rightfit server"
            " does not load. Take the component that needs it out of config.yml, or use the"
            " rasa command."
        )


class _AbsentModule(types.ModuleType):
    def __getattr__(self, name: str) -> _Absent:
        if name.startswith("__"):
            raise AttributeError(name)
        return _Absent(name, (), {"__module__": self.__name__})


class _LeaveOut(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(
        self, fullname: str, path: object = None, target: object = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname.partition(".")[0] in _LEFT_OUT:
            return importlib.machinery.ModuleSpec(fullname, self, is_package=True)
        return None

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        return _AbsentModule(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        return None


def import_without_tensorflow(*modules: str) -> None:
    """Import modules of Rasa with stand-ins where they import TensorFlow.

    Rasa's component modules all import it, used or not: 9 s and 350 MB. The stand-ins are
    gone again afterwards, so that other libraries see no TensorFlow that is none; what
    Rasa got of them raises ``LeftOut`` when it is really used. Where TensorFlow is loaded
    already, the real one is used.
    """
    if "tensorflow" in sys.modules:
        finder = None
    else:
        finder = _LeaveOut()
        sys.meta_path.insert(0, finder)
    try:
        for name in modules:
            importlib.import_module(name)
    finally:
        if finder is not None:
            sys.meta_path.remove(finder)
            for name in [n for n, m in sys.modules.items() if isinstance(m, _AbsentModule)]:
                del sys.modules[name]


# --- Actions ------------------------------------------------------------------------


class _EventsAsAsked(MutableSequence[dict[str, Any]]):
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
        if event["event"] == "slot" and event["name"] not in slots:
            raise ActionFailed(name, "set a slot that is not in domain.yml")


def _call_actions_in_process() -> None:
    """Replace how Rasa's ``RemoteAction`` packs its call and checks the result.

    Packing turned every event into a dict; checking compiled a JSON schema for every call
    (13-20 ms). ``InProcessActions`` checks its results itself.
    """
    from rasa.core.actions.action import RemoteAction

    def action_call_format(
        self: RemoteAction, tracker: DialogueStateTracker, domain: Domain
    ) -> dict[str, Any]:
        state: dict[str, Any] = tracker.current_state()
        state["events"] = _EventsAsAsked(tracker.events)
        return {
            "next_action": self.name(),
            "sender_id": tracker.sender_id,
            "tracker": state,
            "domain": domain.as_dict(),
        }

    def validate_action_result(self: RemoteAction, result: dict[str, Any]) -> bool:
        return True

    RemoteAction._action_call_format = action_call_format
    RemoteAction._validate_action_result = validate_action_result


# --- Wording ------------------------------------------------------------------------


def _leave_payloads_alone() -> None:
    """Fill slots into wording, but not into the payloads of buttons.

    Rasa reads the JSON of ``/choose{"choice": "yes"}`` as a slot to fill in, raises and
    catches a ``KeyError`` and logs an error, for every button each time it is shown.
    """
    from rasa.core.nlg import interpolator

    fill_in = interpolator.interpolate_text

    def interpolate_text(response: str, values: dict[str, str]) -> str:
        if response.startswith("/") or "{" not in response:
            return response
        return fill_in(response, values)

    interpolator.interpolate_text = interpolate_text


# --- Logs ---------------------------------------------------------------------------


class _NoCopy:
    """Stands for the module ``copy`` where Rasa copies only to build a log call."""

    @staticmethod
    def deepcopy(value: Any) -> Any:
        return value


def _stop_copying_for_logs() -> None:
    """In these modules ``copy.deepcopy`` serves debug log calls and nothing else.

    They copied slots, events, the latest message and whole lists of states each time,
    whether debug was on or not.
    """
    for name in (
        "rasa.core.processor",
        "rasa.core.actions.forms",
        "rasa.core.policies.rule_policy",
    ):
        importlib.import_module(name).copy = _NoCopy  # type: ignore[attr-defined]


def _only_the_event(
    logger: object, method: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    return {"event": event["event"]}


def _to_logging(
    logger: logging.Logger, method: str, event: structlog.typing.EventDict
) -> tuple[tuple[str], dict[str, Any]]:
    return (event["event"],), {}


class _WithoutWords(logging.Handler):
    """Passes on where Rasa logged something and how grave it is, without its words.

    Rasa formats client text, slots and tracebacks into its messages.
    """

    def emit(self, record: logging.LogRecord) -> None:
        kind = record.exc_info[0] if record.exc_info else None
        where = f"{record.name}:{record.lineno}" + (f" {kind.__name__}" if kind else "")
        logging.getLogger("rightfit.engine.rasa").log(record.levelno, where)


def _keep_client_text_out_of_logs() -> None:
    for name in ("rasa", "rasa_sdk"):
        rasas = logging.getLogger(name)
        rasas.handlers = [_WithoutWords()]
        rasas.propagate = False
        rasas.setLevel(logging.WARNING)
    for name, module in list(sys.modules.items()):
        if name.startswith("rasa.") and hasattr(module, "structlogger"):
            module.structlogger = structlog.wrap_logger(  # type: ignore[attr-defined]
                logging.getLogger(name),
                processors=[_only_the_event, _to_logging],
                wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
                cache_logger_on_first_use=True,
            )

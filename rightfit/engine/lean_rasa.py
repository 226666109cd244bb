"""What Rasa does in a turn that nobody needs, left out: the one place with patches to it.

Every patch names its reason; what each one saves is in ``docs/adr/0007-lean-rasa.md``.
They hold for one version of Rasa, and ``install`` refuses any other.
"""

from __future__ import annotations

import functools
import importlib
import logging
import sys
from typing import TYPE_CHECKING, Any

import rasa
import structlog

from rightfit.engine import RASA_VERSION
from rightfit.engine.in_process import ActionFailed, EventsAsAsked, InProcessActions
from rightfit.engine.left_out import LeftOut, import_without_tensorflow
from rightfit.engine.replay import applied_so_far, copy_of, last_states

if TYPE_CHECKING:
    from rasa.core.actions.action import RemoteAction
    from rasa.shared.core.domain import Domain, State
    from rasa.shared.core.events import Event
    from rasa.shared.core.trackers import DialogueStateTracker

__all__ = [
    "ActionFailed",
    "InProcessActions",
    "LeftOut",
    "WrongRasa",
    "import_without_tensorflow",
    "install",
]

#: Combinations of what rules look at; each is a small tuple, and a few hundred occur.
_MATCHES_KEPT = 10_000


class WrongRasa(RuntimeError):
    """The Rasa installed is not the one that the patches were written for."""


@functools.cache
def install() -> None:
    """Import Rasa without TensorFlow and put the patches in place, once.

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
    _look_events_up_by_name()
    _run_the_model_without_dask()
    _keep_trackers_up_instead_of_replaying()
    _remember_which_rules_match()
    _stop_copying_for_logs()
    _keep_client_text_out_of_logs()


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
        state["events"] = EventsAsAsked(tracker.events)
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


def _run_the_model_without_dask() -> None:
    """Run the few nodes that a prediction depends on one after the other.

    Rasa builds a Dask graph and schedules it anew for each prediction.
    """
    import rasa.core.processor
    from rasa.engine.graph import ExecutionContext, GraphNode, GraphNodeHook, GraphSchema
    from rasa.engine.runner.interface import GraphRunner
    from rasa.engine.storage.storage import ModelStorage

    class InOrder(GraphRunner):
        def __init__(self, schema: GraphSchema, nodes: dict[str, GraphNode]) -> None:
            self._schema = schema
            self._nodes = nodes
            self._orders: dict[str, list[str]] = {}

        @classmethod
        def create(
            cls,
            graph_schema: GraphSchema,
            model_storage: ModelStorage,
            execution_context: ExecutionContext,
            hooks: list[GraphNodeHook] | None = None,
        ) -> InOrder:
            nodes = {
                name: GraphNode.from_schema_node(
                    name, node, model_storage, execution_context, hooks
                )
                for name, node in graph_schema.nodes.items()
            }
            return cls(graph_schema, nodes)

        def run(
            self, inputs: dict[str, Any] | None = None, targets: list[str] | None = None
        ) -> dict[str, Any]:
            done = dict(inputs or {})
            wanted = targets or self._schema.target_names
            for target in wanted:
                for name in self._order(target):
                    if name in self._nodes and name not in done:
                        needs = self._schema.nodes[name].needs.values()
                        done[name] = self._nodes[name](*((n, done[n]) for n in needs))[1]
            return {target: done[target] for target in wanted}

        def _order(self, target: str) -> list[str]:
            if target not in self._orders:
                # Rasa lists what a node needs after the node itself.
                needed = self._schema._all_dependencies_schema([target])
                self._orders[target] = list(dict.fromkeys(reversed(needed)))
            return self._orders[target]

    rasa.core.processor.DaskGraphRunner = InOrder


def _remember_which_rules_match() -> None:
    """Match rules once for each combination of what they look at.

    Rasa compares every rule with every state of the conversation, four times a prediction.
    """
    from rasa.core.policies.rule_policy import RULES, RULES_FOR_LOOP_UNHAPPY_PATH, RulePolicy
    from rasa.shared.core.constants import PREVIOUS_ACTION

    match_all = RulePolicy._get_possible_keys

    def looked_at(policy: RulePolicy) -> list[tuple[str, str]]:
        rules = [*policy.lookup[RULES], *policy.lookup[RULES_FOR_LOOP_UNHAPPY_PATH]]
        states = [state for rule in rules for state in policy._rule_key_to_state(rule)]
        return sorted({(kind, key) for state in states for kind in state for key in state[kind]})

    def possible_keys(self: RulePolicy, lookup: dict[str, str], states: list[State]) -> set[str]:
        if "_reach" not in self.__dict__:
            return match_all(self, lookup, states)
        if "_looked_at" not in self.__dict__:
            self.__dict__["_looked_at"] = looked_at(self)
            self.__dict__["_matched"] = {}
        matched = self.__dict__["_matched"]
        seen = (
            lookup is self.lookup[RULES],
            *(
                (
                    bool(state.get(PREVIOUS_ACTION)),
                    *(state.get(kind, {}).get(key) for kind, key in self.__dict__["_looked_at"]),
                )
                for state in states
            ),
        )
        if seen not in matched:
            if len(matched) >= _MATCHES_KEPT:
                matched.clear()
            matched[seen] = match_all(self, lookup, states)
        found: set[str] = matched[seen]
        return found.copy()

    RulePolicy._get_possible_keys = possible_keys


def _look_events_up_by_name() -> None:
    """Find an event's class by its name; Rasa walks all its classes for every event read."""
    from rasa.shared.core.events import Event

    find = functools.lru_cache(maxsize=None)(Event.resolve_by_type)
    Event.resolve_by_type = staticmethod(find)


def _keep_trackers_up_instead_of_replaying() -> None:
    """Copy a tracker's state, and go on from it, where Rasa replays the conversation.

    Rasa copies a tracker by replaying every event, once for each action and twice more for
    a form; derives applied events from all of them; and derives the states that rules are
    matched against by replaying once more, twice for each prediction.
    """
    from rasa.core.actions.forms import FormAction
    from rasa.core.policies.rule_policy import RULES, RULES_FOR_LOOP_UNHAPPY_PATH, RulePolicy
    from rasa.shared.core.constants import REQUESTED_SLOT
    from rasa.shared.core.events import ActionExecuted, SlotSet
    from rasa.shared.core.trackers import DialogueStateTracker

    replaying_copy = DialogueStateTracker.copy
    all_applied = DialogueStateTracker.applied_events
    temporary_by_replay = FormAction._temporary_tracker
    all_states = RulePolicy._prediction_states

    def copy(self: DialogueStateTracker) -> DialogueStateTracker:
        if type(self) is not DialogueStateTracker:
            return replaying_copy(self)
        return copy_of(self)

    def applied_events(self: DialogueStateTracker) -> list[Event]:
        if type(self) is not DialogueStateTracker:
            return all_applied(self)
        return applied_so_far(self).applied.copy()

    def temporary_tracker(
        self: FormAction,
        current_tracker: DialogueStateTracker,
        additional_events: list[Event],
        domain: Domain,
    ) -> DialogueStateTracker:
        if applied_so_far(current_tracker).restarted:
            return temporary_by_replay(self, current_tracker, additional_events, domain)
        tracker = current_tracker.copy()
        tracker.update(SlotSet(REQUESTED_SLOT, self.get_slot_to_fill(current_tracker)))
        tracker.update(ActionExecuted(self.name()))
        for event in additional_events:
            tracker.update(event)
        return tracker

    def prediction_states(
        self: RulePolicy,
        tracker: DialogueStateTracker,
        domain: Domain,
        use_text_for_last_user_input: bool = False,
        rule_only_data: dict[str, Any] | None = None,
    ) -> list[State]:
        if type(tracker) is not DialogueStateTracker:
            return all_states(self, tracker, domain, use_text_for_last_user_input, rule_only_data)
        reach = self.__dict__.get("_reach")
        if reach is None:
            rules = [*self.lookup[RULES], *self.lookup[RULES_FOR_LOOP_UNHAPPY_PATH]]
            reach = max((len(self._rule_key_to_state(rule)) for rule in rules), default=1)
            self.__dict__["_reach"] = reach
        states = last_states(tracker, domain, reach)
        self.featurizer._choose_last_user_input([states], use_text_for_last_user_input)
        return states

    def format_tracker_states(states: list[State]) -> str:
        return ""

    DialogueStateTracker.copy = copy
    DialogueStateTracker.applied_events = applied_events
    FormAction._temporary_tracker = temporary_tracker
    RulePolicy._prediction_states = prediction_states
    RulePolicy.format_tracker_states = staticmethod(format_tracker_states)


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

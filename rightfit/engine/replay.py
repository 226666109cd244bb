"""What a Rasa tracker's events come to, kept up as they come in instead of replayed."""

from __future__ import annotations

import dataclasses
import itertools
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rasa.shared.core.domain import Domain, State
    from rasa.shared.core.events import Event
    from rasa.shared.core.trackers import DialogueStateTracker


class Applied:
    """What Rasa's ``applied_events`` gives for one tracker, kept up as events come in.

    Rasa goes through the whole conversation each time it is asked, several times a turn.
    ``before`` is a tracker that all but the last few of the applied events were replayed
    into, ``replayed`` of them.
    """

    def __init__(self, events: deque[Event]) -> None:
        self.events = events
        self.seen = 0
        self.last: Event | None = None
        self.applied: list[Event] = []
        self.loops: set[str] = set()
        self.restarted = False
        self.replayed = 0
        self.replayed_last: Event | None = None
        self.before: DialogueStateTracker | None = None

    def follows(self, events: deque[Event]) -> bool:
        """Whether those events are the ones seen so far, and maybe more."""
        return (
            events is self.events
            and len(events) >= self.seen
            and (self.seen == 0 or events[self.seen - 1] is self.last)
        )

    def copy(self, events: deque[Event]) -> Applied:
        twin = Applied(events)
        twin.__dict__.update(self.__dict__, events=events)
        twin.applied = self.applied.copy()
        return twin


def applied_so_far(tracker: DialogueStateTracker) -> Applied:
    """Rasa's ``DialogueStateTracker.applied_events``, going on from where it was."""
    from rasa.shared.core.events import (
        ActionExecuted,
        ActionReverted,
        ActiveLoop,
        Restarted,
        SessionStarted,
        UserUtteranceReverted,
        UserUttered,
    )

    memo: Applied | None = tracker.__dict__.get("_applied_so_far")
    if memo is None or not memo.follows(tracker.events):
        memo = Applied(tracker.events)
    new = list(itertools.islice(tracker.events, memo.seen, None))
    loops = {event.name for event in new if type(event) is ActiveLoop and event.name}
    if not loops <= memo.loops:
        # A loop's name decides over what was before it as well.
        memo = Applied(tracker.events)
        new = list(tracker.events)
        memo.loops = {event.name for event in new if type(event) is ActiveLoop and event.name}
    applied = memo.applied
    for event in new:
        kind = type(event)
        if kind is Restarted or kind is SessionStarted:
            memo.restarted |= kind is Restarted
            applied.clear()
        elif kind is ActionReverted:
            tracker._undo_till_previous(ActionExecuted, applied)
        elif kind is UserUtteranceReverted:
            tracker._undo_till_previous(UserUttered, applied)
            tracker._undo_till_previous(ActionExecuted, applied)
        elif (
            isinstance(event, ActionExecuted)
            and event.action_name in memo.loops
            and not tracker._first_loop_execution_or_unhappy_path(event.action_name, applied)
        ):
            tracker._undo_till_previous_loop_execution(event.action_name, applied)
        else:
            applied.append(event)
        memo.last = event
    memo.seen = len(tracker.events)
    tracker.__dict__["_applied_so_far"] = memo
    return memo


def last_states(tracker: DialogueStateTracker, domain: Domain, reach: int) -> list[State]:
    """The last ``reach`` of ``domain.states_for_tracker_history(tracker)``."""
    from rasa.shared.core.events import ActionExecuted, SlotSet
    from rasa.shared.core.trackers import DialogueStateTracker

    memo = applied_so_far(tracker)
    applied = memo.applied
    actions, first = 0, len(applied)
    while first > 0 and actions < reach - 1:
        first -= 1
        actions += isinstance(applied[first], ActionExecuted)
    if actions < reach - 1:
        first = 0
    start = memo.replayed
    still = (
        memo.before is not None
        and start <= first
        and (start == 0 or applied[start - 1] is memo.replayed_last)
    )
    # Slots without features are no part of a state.
    featured = [slot for slot in tracker.slots.values() if slot.has_features()]
    names = {slot.name for slot in featured}
    if still and memo.before is not None:
        replay = memo.before
    else:
        start, replay = 0, DialogueStateTracker(tracker.sender_id, featured)

    def play(event: Event) -> None:
        if not isinstance(event, SlotSet) or event.key in names:
            event.apply_to(replay)

    for event in itertools.islice(applied, start, first):
        play(event)
    memo.before = copy_of(replay)
    memo.replayed, memo.replayed_last = first, applied[first - 1] if first else None
    states = []
    for event in itertools.islice(applied, first, None):
        if isinstance(event, ActionExecuted):
            states.append(domain.get_active_state(replay))
        play(event)
    states.append(domain.get_active_state(replay))
    return states[-reach:]


def copy_of(tracker: DialogueStateTracker) -> DialogueStateTracker:
    """A tracker in the same state, independent of the first."""
    from rasa.shared.core.trackers import DialogueStateTracker

    twin = DialogueStateTracker.__new__(DialogueStateTracker)
    twin.__dict__.update(tracker.__dict__)
    twin.events = tracker.events.copy()
    twin.slots = tracker.slots.copy()
    for name, slot in tracker.slots.items():
        twin.slots[name] = own = slot.__class__.__new__(slot.__class__)
        own.__dict__.update(slot.__dict__)
    if tracker.active_loop is not None:
        twin.active_loop = dataclasses.replace(tracker.active_loop)
    memo: Applied | None = tracker.__dict__.get("_applied_so_far")
    if memo is not None and memo.follows(tracker.events):
        twin.__dict__["_applied_so_far"] = memo.copy(twin.events)
    # Rasa's own copies do not carry these on.
    twin.model_id = twin.assistant_id = None
    return twin

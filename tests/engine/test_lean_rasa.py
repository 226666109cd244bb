"""Rasa with the patches does what Rasa does without them; and what they keep out stays out."""

from __future__ import annotations

import json
import logging
import os
import random
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from rasa_sdk import Action
from rasa_sdk.events import FollowupAction, SlotSet
from rasa_sdk.interfaces import ActionExecutionRejection

from rightfit.engine import lean_rasa
from rightfit.engine.in_process import ActionFailed, EventsAsAsked, InProcessActions
from rightfit.engine.replay import last_states
from tests.engine.play_on_rasa import play, train

lean_rasa.install()

PROJECT = Path(__file__).parents[2]
_ASIDES = [
    *("ask_duration", "ask_identity", "ask_why", "ask_help", "ask_human", "go_back", "skip"),
    *("stop", "repeat", "greet", "thanks", "dont_know", "chitchat"),
]
_CHOICES = [
    *("yes", "no", "maren", "no_preference", "similar", "en", "video", "soon", "talk", "send"),
    *("change", "pause", "experience", "goals", "keep", "take_out", "erase", "go_on"),
    *("start_again",),
]


def message(intent: str, text: str | None, **entities: Any) -> dict[str, Any]:
    return {
        "text": text,
        "intent": {"name": intent, "confidence": 1.0},
        "entities": [{"entity": name, "value": value} for name, value in entities.items()],
    }


def conversation(seed: int, turns: int) -> list[dict[str, Any]]:
    """A client who does as they please: answers, choices, asides, leaving and coming back."""
    chance = random.Random(seed)
    messages = [message("begin", None), message("choose", "Yes", choice="yes")]
    for turn in range(turns):
        kind = chance.choices(["answer", "choose", "aside", "resume"], [6, 4, 4, 1])[0]
        if kind == "answer":
            text = chance.choice(["ten years in retail", "ann@example.org", "dunno", "Why?"])
            aside = {"aside": chance.choice(_ASIDES)} if chance.random() < 0.1 else {}
            messages.append(message("answer", f"{text} {turn}", **aside))
        elif kind == "choose":
            choice = chance.choice(_CHOICES)
            messages.append(message("choose", choice, choice=choice))
        elif kind == "aside":
            intent = chance.choice(_ASIDES)
            messages.append(message(intent, intent))
        else:
            messages.append(message("resume", None))
    return messages


CONVERSATIONS = [conversation(seed, turns) for seed, turns in enumerate([40] * 4 + [120])]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return train(PROJECT, tmp_path_factory.mktemp("patched"))


@pytest.fixture(scope="module")
def unpatched(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Any]]:
    """The model that Rasa as it comes trains, and the events that it makes of the talks."""
    scratch = tmp_path_factory.mktemp("unpatched")
    file = scratch / "conversations.json"
    file.write_text(json.dumps(CONVERSATIONS))
    done = subprocess.run(
        [sys.executable, "-m", "tests.engine.play_on_rasa", PROJECT, scratch, file],
        cwd=PROJECT,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()[-4000:]
    return scratch / "dialogue.tar.gz", json.loads(done.stdout)


def rules_in(model: Path) -> bytes:
    with tarfile.open(model) as archive:
        (name,) = (n for n in archive.getnames() if n.endswith("rule_policy.json"))
        found = archive.extractfile(name)
        assert found is not None
        return found.read()


async def test_every_event_is_the_same_as_without_patches(
    model: Path, unpatched: tuple[Path, list[Any]]
) -> None:
    patched = await play(PROJECT, model, CONVERSATIONS)
    for mine, rasas in zip(patched, unpatched[1], strict=True):
        for event in mine + rasas:
            event.get("metadata", {}).pop("model_id", None)
        assert json.loads(json.dumps(mine)) == rasas
    ran = {event["name"] for events in patched for event in events if event["event"] == "action"}
    assert {"action_close_intake", "action_reopen", "action_skip", "action_stop"} <= ran
    assert sum(len(events) for events in patched) > 2_000


def test_training_makes_the_same_rules_as_without_patches(
    model: Path, unpatched: tuple[Path, list[Any]]
) -> None:
    assert rules_in(model) == rules_in(unpatched[0])


class Scripted(Action):
    """An action that does as it is told."""

    def __init__(self, run: Callable[..., Any], name: str = "action_scripted") -> None:
        self._name = name
        self.run = run

    def name(self) -> str:
        return self._name


def call(name: str = "action_scripted") -> dict[str, Any]:
    tracker = {"sender_id": "c", "slots": {"goals": None}, "latest_message": {}, "events": []}
    return {"next_action": name, "sender_id": "c", "tracker": tracker, "domain": {}}


def returning(value: Any) -> InProcessActions:
    return InProcessActions([Scripted(lambda dispatcher, tracker, domain: value)])


def raising(error: Exception) -> InProcessActions:
    def run(*_: Any) -> None:
        raise error

    return InProcessActions([Scripted(run)])


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ({"events": []}, "returned dict, not a list of events"),
        ("slot", "returned str, not a list of events"),
        (["slot"], "no event"),
        ([{"name": "goals"}], "no event"),
        ([{"event": "wish"}], "cannot read"),
        ([{"event": "slot", "value": 1}], "not in domain.yml"),
        ([SlotSet("gaols", 1)], "not in domain.yml"),
    ],
)
async def test_what_is_no_list_of_events_is_a_failure(value: Any, why: str) -> None:
    with pytest.raises(ActionFailed, match=why):
        await returning(value).request(json=call())


async def test_events_and_responses_are_passed_on() -> None:
    async def run(dispatcher: Any, tracker: Any, domain: Any) -> list[dict[str, Any]]:
        dispatcher.utter_message(response="utter_skipped")
        return [SlotSet("goals", "rest"), FollowupAction("action_listen")]

    answer = await InProcessActions([Scripted(run)]).request(json=call())
    assert [event["event"] for event in answer["events"]] == ["slot", "followup"]
    assert answer["responses"][0]["response"] == "utter_skipped"
    assert (await returning(None).request(json=call()))["events"] == []


async def test_a_failure_is_raised_on_leaving_though_rasa_swallows_it() -> None:
    endpoint = raising(KeyError("my health"))
    with (
        pytest.raises(ActionFailed, match=r"^action_scripted: raised KeyError$"),
        endpoint.watching("c"),
    ):
        with pytest.raises(ActionFailed):
            await endpoint.request(json=call())
        with pytest.raises(ActionFailed, match="no such action"):
            await endpoint.request(json=call("action_other"))
    with endpoint.watching("c"):
        pass


async def test_an_action_may_reject_its_execution() -> None:
    from rasa.core.actions.action import ActionExecutionRejection as Rejected

    endpoint = raising(ActionExecutionRejection("action_scripted"))
    with endpoint.watching("c"), pytest.raises(Rejected):
        await endpoint.request(json=call())


def trackers() -> Iterator[Any]:
    from rasa.shared.core.domain import Domain
    from rasa.shared.core.events import Event
    from rasa.shared.core.trackers import DialogueStateTracker

    slots = Domain.from_path(str(PROJECT / "domain.yml")).slots
    told: list[dict[str, Any]] = [
        {"event": "session_started"},
        {"event": "action", "name": "action_listen"},
        {"event": "user", "text": "hello", "parse_data": message("begin", "hello")},
        {"event": "action", "name": "intake_form"},
        {"event": "active_loop", "name": "intake_form"},
        {"event": "slot", "name": "goals", "value": {"kind": "said", "text": "rest"}},
        {"event": "action", "name": "action_listen"},
        {"event": "user", "text": "why", "parse_data": message("ask_why", "why")},
        {"event": "action_execution_rejected", "name": "intake_form"},
        {"event": "action", "name": "action_explain"},
        {"event": "action", "name": "intake_form"},
        {"event": "action", "name": "action_listen"},
        {"event": "user", "text": "so", "parse_data": message("answer", "so")},
        {"event": "action", "name": "intake_form"},
        {"event": "rewind"},
        {"event": "undo"},
        {"event": "action", "name": "action_listen"},
        {"event": "user", "text": "stop", "parse_data": message("stop", "stop")},
        {"event": "action", "name": "action_stop"},
        # Nobody looks between what is taken back and what comes instead.
        {"event": "rewind", "unseen": True},
        {"event": "action", "name": "utter_going_on", "unseen": True},
        {"event": "action", "name": "action_listen", "unseen": True},
        {"event": "user", "text": "so", "parse_data": message("greet", "so"), "unseen": True},
        {"event": "action", "name": "utter_greet"},
        {"event": "restart"},
        {"event": "active_loop", "name": None},
    ]
    tracker = DialogueStateTracker("c", slots)
    for event in told:
        tracker.update(Event.from_parameters(event))
        if not event.get("unseen"):
            yield tracker


def as_rasa_has_it(tracker: Any) -> Any:
    """The same conversation in a tracker that the patches leave to Rasa."""
    from rasa.shared.core.trackers import DialogueStateTracker

    class Unpatched(DialogueStateTracker):  # type: ignore[misc]
        pass

    slots = tracker.slots.values()
    return Unpatched.from_events(tracker.sender_id, list(tracker.events), slots)


def test_a_tracker_kept_up_is_as_one_replayed() -> None:
    from rasa.shared.core.domain import Domain
    from rasa.shared.core.trackers import EventVerbosity

    domain = Domain.from_path(str(PROJECT / "domain.yml"))
    for tracker in trackers():
        replayed = as_rasa_has_it(tracker)
        states = domain.states_for_tracker_history(replayed)
        assert last_states(tracker, domain, 1) == states[-1:]
        assert tracker.applied_events() == replayed.applied_events()
        twin = tracker.copy()
        state = replayed.current_state(EventVerbosity.ALL)
        assert twin.current_state(EventVerbosity.ALL) == state
        assert list(EventsAsAsked(tracker.events)) == state["events"]
        twin.slots["goals"].value = "other"
        twin.interrupt_loop(True)
        twin.events.clear()
        assert tracker.get_slot("goals") != "other"
        assert not tracker.is_active_loop_interrupted
        assert tracker.events


async def test_rules_see_as_much_of_the_past_as_they_look_at(model: Path) -> None:
    from rasa.core.agent import Agent
    from rasa.core.policies.rule_policy import RULES, RULES_FOR_LOOP_UNHAPPY_PATH
    from rasa.shared.core.events import Event
    from rasa.shared.core.slots import TextSlot
    from rasa.shared.core.trackers import DialogueStateTracker

    agent = Agent()
    agent.load_model(model)
    domain = agent.domain
    policy = agent.processor.graph_runner._nodes["run_RulePolicy0"]._component
    longest = max(len(json.loads(rule)) for rule in policy.lookup[RULES])
    # None of our slots is a feature, so make one of them one.
    slots = [slot for slot in domain.slots if slot.name != "pending"]
    slots.append(TextSlot("pending", [], influence_conversation=True))
    (events,) = await play(PROJECT, model, CONVERSATIONS[:1])
    tracker = DialogueStateTracker("c", slots)
    for event in events:
        tracker.update(Event.from_parameters(event))
        if event["event"] not in ("action", "user"):
            continue
        every_state = domain.states_for_tracker_history(as_rasa_has_it(tracker))
        for reach in (1, 2, 5):
            assert last_states(tracker, domain, reach) == every_state[-reach:]
        states = policy._prediction_states(tracker, domain)
        assert len(states) == min(len(every_state), longest)
        for lookup in (policy.lookup[RULES], policy.lookup[RULES_FOR_LOOP_UNHAPPY_PATH]):
            seen = policy._get_possible_keys(lookup, states)
            assert seen == policy._get_possible_keys(lookup, every_state)


async def test_no_log_at_any_level_holds_what_a_client_wrote(
    model: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("rightfit").setLevel(logging.DEBUG)
    marked = [message("begin", None), message("choose", "Yes", choice="yes")]
    marked += [message("answer", "zebrafinch ann@example.org")] * 20
    await play(PROJECT, model, [marked])
    captured = capfd.readouterr()
    assert "zebrafinch" not in caplog.text + captured.out + captured.err


def test_rasas_errors_tell_where_but_not_what(caplog: pytest.LogCaptureFixture) -> None:
    try:
        raise ValueError("zebrafinch")
    except ValueError:
        logging.getLogger("rasa.core.processor").exception("zebrafinch went wrong")
    assert "ValueError" in caplog.text
    assert "rasa.core.processor" in caplog.text
    assert "zebrafinch" not in caplog.text


def test_tensorflow_is_not_loaded_and_says_so_when_used(model: Path) -> None:
    told = subprocess.run(
        [sys.executable, "-c", _WITHOUT_TENSORFLOW, model],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
    )
    assert told.returncode == 0, told.stderr[-2000:]


_WITHOUT_TENSORFLOW = """
import sys
from rightfit.engine import lean_rasa
lean_rasa.install()
from rasa.core.agent import Agent
Agent().load_model(sys.argv[1])
from rasa.utils.tensorflow.layers import SparseDropout
try:
    SparseDropout(0.1)
except lean_rasa.LeftOut as said:
    assert "not load" in str(said)
else:
    raise AssertionError("a stand-in was used")
assert not {"tensorflow", "keras", "twilio"} & {name.partition(".")[0] for name in sys.modules}
"""


def test_another_version_of_rasa_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rasa.__version__", "3.6.22")
    with pytest.raises(lean_rasa.WrongRasa, match=r"found 3\.6\.22"):
        lean_rasa.install.__wrapped__()

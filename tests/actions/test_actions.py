"""What each action says and sets."""

from __future__ import annotations

import pytest
from rasa_sdk import Action

from actions.action_after_intake import ActionAfterIntake
from actions.action_ask_coach import ActionAskCoach
from actions.action_ask_new_answer import ActionAskNewAnswer
from actions.action_ask_pick_answer import ActionAskPickAnswer
from actions.action_ask_recap import ActionAskRecap
from actions.action_clarify import ActionClarify
from actions.action_close_intake import ActionCloseIntake
from actions.action_explain import ActionExplain
from actions.action_go_back import ActionGoBack
from actions.action_hesitate import ActionHesitate
from actions.action_reopen import ActionReopen
from actions.action_reply import ActionReply
from actions.action_skip import ActionSkip
from actions.action_stop import ActionStop
from rightfit.interview import (
    CONFIRM_START_AGAIN,
    CONFIRM_STOP,
    NEW_ANSWER,
    PICK_ANSWER,
)
from rightfit.practice import Practice
from rightfit.records import Given
from tests.actions.conftest import Came, Run

SOME = {
    "consent": Given("chosen", choices=("yes",)),
    "name": Given("said", text="Mia"),
    "format": Given("chosen", choices=("video",)),
    "goals": Given("skipped"),
}


def choices(came: Came) -> list[tuple[str, str]]:
    return [(button["title"], button["payload"]) for button in came.messages[-1]["buttons"]]


# ---------------------------------------------------------------- asking


async def test_ask_coach_offers_the_coaches(run: Run, practice: Practice) -> None:
    came = await run(ActionAskCoach)

    assert came.said == ("utter_ask_coach",)
    assert choices(came) == [
        (choice.title, f'/choose{{"choice": "{choice.id}"}}')
        for choice in practice.question("coach").choices
    ]
    assert [title for title, _ in choices(came)][-1] == "No preference"


async def test_ask_recap_shows_every_answer(run: Run) -> None:
    came = await run(ActionAskRecap, answers=SOME)

    assert came.said == ("utter_ask_recap",)
    assert came.messages[0]["recap_lines"] == (
        "What to call you: “Mia”\n\n"
        "Skipped: Your goals\n\n"
        "For the first call:\n"
        "What should be different? The question about goals was left open.\n\n"
        "How to meet: Video call\n\n"
        "Your consent: Yes, that is fine"
    )


async def test_ask_pick_answer_offers_what_was_answered_or_skipped(run: Run) -> None:
    came = await run(ActionAskPickAnswer, answers=SOME)

    assert [payload for _, payload in choices(came)] == [
        f'/choose{{"choice": "{id_}"}}' for id_ in ("name", "goals", "format")
    ]


@pytest.mark.parametrize(
    ("question", "said", "filled"),
    [
        ("name", "utter_earlier_answer", {"earlier": "Mia"}),
        ("format", "utter_earlier_answer", {"earlier": "Video call"}),
        ("goals", "utter_earlier_skipped", {}),
    ],
)
async def test_ask_new_answer_shows_what_stands_there(
    run: Run, practice: Practice, question: str, said: str, filled: dict[str, str]
) -> None:
    came = await run(ActionAskNewAnswer, answers=SOME, revisiting=question)

    assert came.said == (said, "utter_ask_new_answer")
    assert filled.items() <= came.messages[0].items()
    assert came.messages[1]["question"] == practice.wording[f"utter_ask_{question}"][0].text
    assert len(choices(came)) == len(practice.question(question).choices)


# ---------------------------------------------------------------- replying


@pytest.mark.parametrize(
    ("intent", "before", "said"),
    [
        ("greet", ("utter_ask_goals",), "utter_greet"),
        ("greet", ("utter_greet", "utter_ask_goals"), "utter_greet_again"),
        ("greet", ("utter_greet_again", "utter_ask_goals"), "utter_greet_again"),
        ("greet", ("utter_thanks", "utter_ask_goals"), "utter_greet"),
    ],
)
async def test_reply_says_nothing_twice_alike(
    run: Run, intent: str, before: tuple[str, ...], said: str
) -> None:
    assert (await run(ActionReply, intent, before=before)).said == (said,)


async def test_reply_knows_only_the_turn_before(run: Run) -> None:
    """What came before the client's last message but one is long ago."""
    came = await run(ActionReply, "thanks", before=())

    assert came.said == ("utter_thanks",)


@pytest.mark.parametrize(
    ("phase", "said"),
    [
        ("open", ("utter_ask_duration",)),
        ("paused", ("utter_ask_duration", "utter_paused_still")),
        ("sent", ("utter_ask_duration_after_sending",)),
    ],
)
async def test_reply_fits_the_phase(run: Run, phase: str, said: tuple[str, ...]) -> None:
    assert (await run(ActionReply, "ask_duration", intake_state=phase)).said == said


async def test_reply_after_sending_falls_back(run: Run) -> None:
    assert (await run(ActionReply, "thanks", intake_state="sent")).said == ("utter_thanks",)


@pytest.mark.parametrize(
    ("slots", "before", "said"),
    [
        ({"requested_slot": "goals"}, (), "utter_why_goals"),
        ({"requested_slot": NEW_ANSWER, "revisiting": "name"}, (), "utter_why_name"),
        ({"requested_slot": CONFIRM_STOP}, (), f"utter_why_{CONFIRM_STOP}"),
        ({"requested_slot": "goals"}, ("utter_why_goals",), "utter_ask_why_again"),
    ],
)
async def test_explain(run: Run, slots: dict[str, str], before: tuple[str, ...], said: str) -> None:
    assert (await run(ActionExplain, "ask_why", before=before, **slots)).said == (said,)


@pytest.mark.parametrize(
    ("slots", "before", "said"),
    [
        ({"requested_slot": "goals"}, (), "utter_help_goals"),
        ({"requested_slot": "times"}, (), "utter_ask_help"),
        ({"requested_slot": "goals"}, ("utter_help_goals",), "utter_ask_help_again"),
    ],
)
async def test_clarify(run: Run, slots: dict[str, str], before: tuple[str, ...], said: str) -> None:
    assert (await run(ActionClarify, "ask_help", before=before, **slots)).said == (said,)


@pytest.mark.parametrize(
    ("phase", "said"),
    [("paused", ("utter_not_used", "utter_paused_still")), ("sent", ("utter_already_sent",))],
)
async def test_after_intake(run: Run, phase: str, said: tuple[str, ...]) -> None:
    assert (await run(ActionAfterIntake, text="Away in June", intake_state=phase)).said == said


@pytest.mark.parametrize("phase", ["sent", "paused", "declined", "erased"])
async def test_close_intake(run: Run, phase: str) -> None:
    assert (await run(ActionCloseIntake, intake_state=phase)).said == (f"utter_{phase}",)


# ---------------------------------------------------------------- moving about


@pytest.mark.parametrize("action", [ActionSkip, ActionHesitate])
@pytest.mark.parametrize(
    ("slots", "said", "set_"),
    [
        ({"requested_slot": "times"}, "utter_skipped", {"times": {"kind": "skipped"}}),
        ({"requested_slot": "consent"}, "utter_consent_first", {}),
        ({"requested_slot": "recap"}, "utter_cannot_skip", {}),
        ({"requested_slot": PICK_ANSWER}, "utter_going_on", {"pending": None}),
        (
            {"requested_slot": NEW_ANSWER, "revisiting": "name"},
            "utter_kept",
            {"pending": None, "revisiting": None},
        ),
    ],
)
async def test_skipping_and_not_knowing(
    run: Run,
    action: type[Action],
    slots: dict[str, str],
    said: str,
    set_: dict[str, object],
) -> None:
    came = await run(action, "skip", **slots)

    assert (came.said, came.slots) == ((said,), set_)


@pytest.mark.parametrize("action", [ActionSkip, ActionHesitate])
async def test_a_bare_answer_is_kept_when_no_more_comes(run: Run, action: type[Action]) -> None:
    came = await run(
        action,
        "skip",
        requested_slot="obstacles",
        pending="obstacles",
        probed=["obstacles"],
        answers={"obstacles": Given("said", text="Money.")},
    )

    assert (came.said, came.slots) == (("utter_enough",), {"pending": None})


async def test_not_knowing_is_met_once_with_patience(run: Run) -> None:
    first = await run(ActionHesitate, "dont_know", requested_slot="goals", probed=["name"])
    second = await run(ActionHesitate, "dont_know", requested_slot="goals", probed=["goals"])

    assert (first.said, first.slots) == (("utter_probe",), {"probed": ["name", "goals"]})
    assert (second.said, second.slots) == (("utter_skipped",), {"goals": {"kind": "skipped"}})


@pytest.mark.parametrize("asked", [CONFIRM_STOP, CONFIRM_START_AGAIN])
async def test_not_knowing_whether_to_stop_decides_nothing(run: Run, asked: str) -> None:
    came = await run(ActionHesitate, "dont_know", requested_slot=asked)

    assert (came.said, came.slots) == (("utter_please_choose",), {})


async def test_stop_asks_first(run: Run) -> None:
    came = await run(ActionStop, "stop", requested_slot="goals")

    assert (came.said, came.slots) == ((), {"pending": CONFIRM_STOP})


@pytest.mark.parametrize(
    ("text", "said", "pending", "revisiting"),
    [
        ("go back", (), NEW_ANSWER, "format"),
        ("to my name", (), NEW_ANSWER, "name"),
        ("change something", (), PICK_ANSWER, None),
        ("start again", (), CONFIRM_START_AGAIN, None),
    ],
)
async def test_go_back(
    run: Run, text: str, said: tuple[str, ...], pending: str, revisiting: str | None
) -> None:
    came = await run(ActionGoBack, "go_back", text=text, requested_slot="recap", answers=SOME)

    assert came.said == said
    assert came.slots == {"pending": pending, "revisiting": revisiting}


async def test_go_back_with_nothing_before(run: Run) -> None:
    came = await run(ActionGoBack, "go_back", text="go back", requested_slot="consent")

    assert came.said == ("utter_nothing_before",)
    assert came.slots == {"pending": None, "revisiting": None}


@pytest.mark.parametrize(
    ("phase", "message", "said", "slots"),
    [
        ("paused", {"intent": "resume"}, ("utter_welcome_back",), {}),
        (
            "paused",
            {"intent": "go_back", "text": "change my name"},
            ("utter_welcome_back",),
            {"pending": NEW_ANSWER, "revisiting": "name"},
        ),
        ("paused", {"intent": "choose", "choice": "go_on"}, ("utter_welcome_back",), {}),
        (
            "paused",
            {"intent": "choose", "choice": "erase"},
            (),
            {"pending": CONFIRM_STOP},
        ),
        (
            "sent",
            {"intent": "go_back", "text": "change my name"},
            ("utter_reopened",),
            {"pending": NEW_ANSWER, "revisiting": "name"},
        ),
        (
            "sent",
            {"intent": "go_back", "text": "change something"},
            ("utter_reopened",),
            {"pending": PICK_ANSWER, "revisiting": None},
        ),
    ],
)
async def test_reopen(
    run: Run,
    phase: str,
    message: dict[str, str],
    said: tuple[str, ...],
    slots: dict[str, str | None],
) -> None:
    came = await run(ActionReopen, intake_state=phase, answers=SOME, **message)

    assert came.said == said
    assert came.slots == {"intake_state": None, "recap": None, **slots}

"""Words that show a client in danger: met at once, kept, and seen first by a coach."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from rightfit.engine.assembly import Engine
from rightfit.privacy.held_back import for_coach
from rightfit.records import DistressShown, Given
from rightfit.store import intakes
from rightfit.store.intakes import Content
from rightfit.summary.report import report_of
from tests.engine.scripted_client import ScriptedClient, Step
from tests.engines import IN_DANGER, WORN_OUT, Noticing, StartEngine

#: In what the client in danger writes; it must not be in any log.
MARK = "marker9d2c"
DANGER = f"{IN_DANGER}. {MARK} Regular hours and quiet would do. Regular hours."
YES, PAUSE, SEND = ("choose", ["yes"]), ("choose", ["pause"]), ("choose", ["send"])
TO_THE_LIST: tuple[Step, ...] = (YES, ("say", "Regular hours. A boss who listens."))
TO_A_SCALE: tuple[Step, ...] = (*TO_THE_LIST, ("choose", ["right"]), ("choose", ["n1"]))
TO_THE_END: tuple[Step, ...] = (*TO_THE_LIST, ("say", "Skip this"), ("say", "To listen to me"))


@pytest.fixture
async def engine(
    start_engine: StartEngine, sqlite_url: str, needs_practice: Path
) -> AsyncIterator[Engine]:
    async with start_engine(sqlite_url, practice=needs_practice, understands=Noticing()) as engine:
        yield engine


async def after(engine: Engine, *steps: Step) -> ScriptedClient:
    client = ScriptedClient(engine.reception)
    await client.open()
    await client.play(*steps)
    return client


async def said(client: ScriptedClient, step: Step) -> list[str | None]:
    outcome = await client.take(step)
    return [message.response for message in outcome.messages if message.author == "assistant"]


async def content(engine: Engine, client: ScriptedClient) -> Content:
    return await engine.reception.content(client.conversation)


ASK_AFTER = "utter_ask_after_crisis"


@pytest.mark.parametrize(
    ("before", "responses", "asked_again"),
    [
        ((YES,), ["utter_crisis", ASK_AFTER], "needs"),
        (TO_THE_LIST, ["utter_crisis", ASK_AFTER], "needs"),
        (TO_A_SCALE, ["utter_crisis", ASK_AFTER], "need_centrality"),
        ((YES, ("say", "I have to stop")), ["utter_crisis", ASK_AFTER], "environment"),
        ((), ["utter_crisis_unread", ASK_AFTER], "consent"),
        ((YES, ("say", DANGER)), ["utter_crisis_again", ASK_AFTER], "needs"),
    ],
    ids=["at a question", "at the list", "at a scale", "at a break", "before consent", "twice"],
)
async def test_it_is_met_at_once_and_the_interview_waits(
    engine: Engine, before: tuple[Step, ...], responses: list[str], asked_again: str
) -> None:
    client = await after(engine, *before)

    assert await said(client, ("say", DANGER)) == responses
    outcome = await client.take(("choose", ["go_on"]))
    assert outcome.messages[-1].question == asked_again


@pytest.mark.parametrize(
    ("before", "state", "responses"),
    [
        (
            (YES, ("say", "I have to stop"), PAUSE),
            "paused",
            ["utter_crisis", "utter_paused_still"],
        ),
        ((*TO_THE_END, ("say", "Skip this"), SEND), "sent", ["utter_crisis"]),
    ],
    ids=["during a break", "after sending"],
)
async def test_it_is_met_where_nothing_is_asked(
    engine: Engine, before: tuple[Step, ...], state: str, responses: list[str]
) -> None:
    client = await after(engine, *before)

    assert await said(client, ("say", DANGER)) == responses
    held = await content(engine, client)
    assert (held.intake.state, [one.level for one in held.intake.distress]) == (state, ["crisis"])
    [lines] = [one.text for one in held.transcript if one.response == "utter_crisis"]
    assert "116 123" in lines
    if state == "paused":
        await client.take(("choose", ["go_on"]))
        assert (await content(engine, client)).intake.state == "open"


async def test_the_client_can_leave_it_for_now(engine: Engine) -> None:
    client = await after(engine, YES, ("say", DANGER))

    assert await said(client, PAUSE) == ["utter_paused"]
    assert (await content(engine, client)).intake.state == "paused"


async def test_what_was_written_is_kept_as_the_answer_and_no_needs_are_read_from_it(
    engine: Engine,
) -> None:
    client = await after(engine, YES, ("say", DANGER))

    found = (await content(engine, client)).intake
    assert {answer.question: answer.given for answer in found.answers}["environment"] == Given(
        "said", text=DANGER
    )
    assert found.needs == ()
    assert found.distress == (DistressShown("crisis", IN_DANGER, "environment", 5),)


async def test_words_that_say_nothing_else_are_no_answer_and_the_question_waits(
    engine: Engine,
) -> None:
    client = await after(engine, YES, ("say", IN_DANGER))

    outcome = await client.take(("choose", ["go_on"]))
    assert outcome.messages[-1].question == "environment"
    held = await content(engine, client)
    assert "environment" not in {answer.question for answer in held.intake.answers}
    assert IN_DANGER in [message.text for message in held.transcript], "a coach reads it"


async def test_what_was_heard_in_an_earlier_version_goes_with_it(engine: Engine) -> None:
    # One word is asked for more; the second version is the one that shows danger.
    bare = await after(engine, YES, ("say", "Flexitime"))
    assert len((await content(engine, bare)).intake.needs) == 1
    client = await after(engine, YES, ("say", "Flexitime"), ("say", DANGER))

    found = (await content(engine, client)).intake
    assert found.needs == ()
    assert found.answers[-1].given == Given("said", text=DANGER)


async def test_the_help_lines_are_those_of_where_the_client_is(engine: Engine) -> None:
    end = (*TO_THE_END, ("say", "Berlin, Germany"), SEND)
    here = await after(engine, *end, ("say", DANGER))
    nowhere = await after(engine, YES, ("say", DANGER))

    of_germany = (await content(engine, here)).transcript[-1].text
    of_all = (await content(engine, nowhere)).transcript[-2].text
    assert "TelefonSeelsorge" in of_germany and "Samaritans" not in of_germany
    assert "TelefonSeelsorge" in of_all and "Samaritans" in of_all


async def test_a_coach_sees_it_first_and_reads_where_it_was_said(engine: Engine) -> None:
    in_danger = await after(engine, YES, ("say", DANGER))
    worn_out = await after(engine, *TO_THE_LIST[:1], ("say", f"Quiet. {WORN_OUT}."))
    unread = await after(engine, ("say", DANGER))

    async with engine.database.reading() as transaction:
        urgent = {head.id: head.danger_at is not None for head in await intakes.heads(transaction)}
    assert urgent == {in_danger.conversation: True, worn_out.conversation: False}
    assert unread.conversation not in urgent
    held = await content(engine, in_danger)
    read = for_coach(engine.practice, held.intake, held.versions, held.transcript, held.held_back)
    [shown] = report_of(engine.practice, read.intake, read.versions, read.transcript).in_danger
    assert (shown.quote, held.transcript[shown.turn - 1].text) == (IN_DANGER, DANGER)


async def test_without_consent_nothing_of_it_is_kept(engine: Engine) -> None:
    client = await after(engine, ("say", DANGER), ("choose", ["go_on"]), ("choose", ["no"]))

    held = await content(engine, client)
    assert held.intake.distress == ()
    assert MARK not in repr(held)


async def test_nothing_of_it_is_logged(
    engine: Engine, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    await after(engine, YES, ("say", DANGER), ("say", DANGER), ("choose", ["go_on"]))

    out, err = capfd.readouterr()
    assert MARK not in caplog.text + out + err
    assert IN_DANGER not in caplog.text + out + err

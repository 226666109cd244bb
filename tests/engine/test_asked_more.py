"""What a coach asks is answered in the same conversation, and stands under its own question."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from rightfit.engine.assembly import Engine
from rightfit.engine.refusals import MovedOn
from rightfit.privacy.held_back import for_coach
from rightfit.records import Summary
from rightfit.review.asking_more import asked_of, for_the_interview, waiting
from rightfit.review.events import AskedAnswer, QuestionsAnswered, by_coach
from rightfit.store import inbox, intakes, reviews
from rightfit.store.intakes import Content
from rightfit.store.reconcile import discrepancies
from rightfit.summary.arrangement import summary_of
from rightfit.summary.report import report_of
from tests.engine.scripted_client import ScriptedClient, Step
from tests.engines import IN_DANGER, Noticing, StartEngine

TO_THE_END: tuple[Step, ...] = (
    ("choose", ["yes"]),
    ("say", "Ann"),
    ("say", "Ten years at sea"),
    ("say", "Skip this"),
    ("choose", ["video"]),
    ("say", "Skip this"),
    ("choose", ["send"]),
)
OWN = ("What would a good week look like?", "Who could help you at home?")


class House:
    def __init__(self, engine: Engine, client: ScriptedClient) -> None:
        self.engine, self.client = engine, client

    async def asks(self, *own: str, again: tuple[str, ...] = ()) -> None:
        """As the coach's page does it: log and inbox in one transaction, then the turn."""
        engine, id = self.engine, self.client.conversation
        async with engine.database.writing() as transaction:
            log = await reviews.log_of(transaction, id)
            asked = asked_of(engine.practice, log, again, own)
            seq = await reviews.append(
                transaction, id, len(log), asked, by_coach("maren"), engine.clock()
            )
            await inbox.accept(
                transaction, conversation=id, channel="web", key=f"{id}:ask:{seq}", kind="ask",
                body=for_the_interview(asked), at=engine.clock(),
            )  # fmt: skip
        await engine.reception.give_turns(id)

    async def content(self) -> Content:
        async with self.engine.database.reading() as transaction:
            content = await intakes.content(transaction, self.client.conversation)
            assert await discrepancies(transaction) == ()
        assert content
        return content

    async def log(self) -> tuple[Any, ...]:
        async with self.engine.database.reading() as transaction:
            log = await reviews.log_of(transaction, self.client.conversation)
        return tuple(entry.event for entry in log)

    async def answers(self) -> dict[str, str | None]:
        found = (await self.content()).intake.answers
        return {a.question: a.given.text for a in found if a.given is not None}

    async def summary(self) -> Summary:
        practice, content = self.engine.practice, await self.content()
        read = for_coach(
            practice, content.intake, content.versions, content.transcript, content.held_back
        )
        return summary_of(practice, read.intake, read.versions, read.transcript)

    async def catch_up(self) -> list[tuple[str, str | None, str]]:
        """What came up since the client last looked: who, which question, the words."""
        client = self.client
        shown = await client.reception.shown(client.conversation, client._cursor)
        client._see(shown)
        return [(m.author, m.question, m.text) for m in shown.messages]


@pytest.fixture
async def house(
    start_engine: StartEngine, database_url: str, short_practice: Path
) -> AsyncIterator[House]:
    async with start_engine(
        database_url, practice=short_practice, understands=Noticing()
    ) as engine:
        client = ScriptedClient(engine.reception)
        await client.open()
        await client.play(*TO_THE_END)
        yield House(engine, client)


async def test_each_answer_stands_under_the_coachs_question(house: House) -> None:
    await house.asks(*OWN)
    said, asked = await house.catch_up()
    assert said[0] == "assistant" and "would like to ask something more" in said[2]
    assert asked == ("coach", "extra_1", OWN[0])
    await house.client.take(("say", "Regular hours. And no nights."))
    outcome = await house.client.take(("say", "Nobody"))
    assert outcome.messages[-1].question == "recap"
    assert f"{OWN[0]} “Regular hours. And no nights.”" in outcome.messages[-1].text
    await house.client.take(("choose", ["send"]))

    answers = await house.answers()
    assert answers["extra_1"] == "Regular hours. And no nights."
    assert answers["extra_2"] == "Nobody", "one word is an answer to a coach"
    content = await house.content()
    assert [q.text for q in content.intake.asked_more] == list(OWN)
    assert content.intake.state == "sent"
    assert [(n.theme, n.question) for n in content.intake.needs] == [("workload_hours", "extra_1")]
    event = (await house.log())[-1]
    assert event == QuestionsAnswered(
        (AskedAnswer("extra_1", "Regular hours. And no nights."), AskedAnswer("extra_2", "Nobody"))
    )


async def test_the_summary_and_the_report_name_the_question_and_the_answer(house: House) -> None:
    await house.asks(OWN[0])
    await house.catch_up()
    open_lines = {line.title for line in (await house.summary()).left_open}
    assert OWN[0] in open_lines
    await house.client.play(("say", "Regular hours."), ("choose", ["send"]))

    background = {line.title: line for line in (await house.summary()).background}
    assert background[OWN[0]].quotes[0].quote == "Regular hours."
    practice, content = house.engine.practice, await house.content()
    report = report_of(practice, content.intake, content.versions, content.transcript)
    told = {entry.title: entry for entry in report.told}
    assert told[OWN[0]].now and told[OWN[0]].now.words == "Regular hours."
    assert report.after_sending == ()


async def test_what_was_skipped_is_asked_again_and_both_versions_are_kept(house: House) -> None:
    await house.asks(again=("goals", "contact"))
    assert (await house.catch_up())[-1][:2] == ("assistant", "goals")
    await house.client.play(
        ("say", "A desk on land"), ("say", "ann@sea.example"), ("choose", ["send"])
    )

    answers = await house.answers()
    assert (answers["goals"], answers["contact"]) == ("A desk on land", "ann@sea.example")
    versions = [v for v in (await house.content()).versions if v.question == "goals"]
    assert [v.given.kind for v in versions if v.given] == ["skipped", "said"]


async def test_a_question_can_be_skipped_asked_about_and_gone_back_to(house: House) -> None:
    await house.asks(*OWN)
    await house.catch_up()
    why = await house.client.take(("say", "Why do you ask?"))
    assert "wrote this question for you" in why.messages[1].text
    assert why.messages[-1].text == OWN[0], "and it is put again"
    await house.client.take(("say", "Skip this"))
    assert (await house.content()).intake.answers[-1].question == "extra_1"
    again = await house.client.take(("say", "Please go back"))
    assert again.messages[-1].text == OWN[0]
    assert {choice.id for choice in again.messages[-1].choices} == {"keep", "take_out"}
    await house.client.take(("say", "A week without nights"))
    await house.client.play(("say", "My sister"), ("choose", ["send"]))

    assert (await house.answers())["extra_1"] == "A week without nights"
    event = (await house.log())[-1]
    assert event.answers[0].text == "A week without nights"


async def test_an_answer_can_be_changed_from_the_list_and_by_its_number(house: House) -> None:
    await house.asks("How " + "very " * 40 + "long?")
    await house.catch_up()
    await house.client.play(("say", "Very"), ("choose", ["change"]))
    outcome = await house.client.take(("choose", ["extra_1"]))

    assert 'So far it says: "Very"' in outcome.messages[-2].text
    await house.client.play(("say", "Not at all"), ("choose", ["send"]))
    assert (await house.answers())["extra_1"] == "Not at all"


async def test_a_second_round_is_numbered_on(house: House) -> None:
    await house.asks(OWN[0])
    await house.catch_up()
    await house.client.play(("say", "Regular hours."), ("choose", ["send"]))
    await house.asks(OWN[1])
    assert (await house.catch_up())[-1] == ("coach", "extra_2", OWN[1])
    await house.client.play(("say", "My sister"), ("choose", ["send"]))

    answers = await house.answers()
    assert (answers["extra_1"], answers["extra_2"]) == ("Regular hours.", "My sister")


async def test_a_coach_who_asks_while_the_client_is_writing_does_not_get_the_wrong_answer(
    house: House,
) -> None:
    await house.client.take(("say", "Let me change my goals"))
    await house.asks(OWN[0])
    with pytest.raises(MovedOn):
        await house.client.take(("say", "This was about my goals"))
    shown = await house.catch_up()

    # The question that the client was at comes first.
    assert shown[-1][1] == "goals"
    await house.client.play(("say", "A desk"), ("say", "Regular hours."), ("choose", ["send"]))
    answers = await house.answers()
    assert (answers["goals"], answers["extra_1"]) == ("A desk", "Regular hours.")


async def test_a_break_in_between_loses_nothing(house: House) -> None:
    await house.asks(*OWN)
    await house.catch_up()
    await house.client.play(
        ("say", "Regular hours."), ("say", "I have to stop"), ("choose", ["pause"]),
        ("resume", None), ("say", "My sister"), ("choose", ["send"]),
    )  # fmt: skip

    assert (await house.answers())["extra_2"] == "My sister"
    assert waiting(()) is None


async def test_words_of_danger_in_an_answer_are_met_and_kept(house: House) -> None:
    await house.asks(OWN[0])
    await house.catch_up()
    words = f"{IN_DANGER}, and nobody at work has seen it"
    outcome = await house.client.take(("say", words))
    assert any(m.response == "utter_crisis" for m in outcome.messages)
    await house.client.play(("choose", ["go_on"]), ("choose", ["send"]))

    assert (await house.answers())["extra_1"] == words


async def test_starting_again_asks_the_coachs_questions_again(house: House) -> None:
    await house.asks(OWN[0])
    await house.catch_up()
    await house.client.play(
        ("say", "Regular hours."), ("say", "I want to start again"), ("choose", ["start_again"])
    )

    # That it was sent once is not unsaid by starting again.
    assert set(await house.answers()) == {"consent", "recap"}
    assert waiting(await _entries(house)) is not None, "the coach still waits"


async def _entries(house: House) -> tuple[Any, ...]:
    async with house.engine.database.reading() as transaction:
        return await reviews.log_of(transaction, house.client.conversation)

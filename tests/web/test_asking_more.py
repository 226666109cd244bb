"""A coach asks more on the page, the client answers in the chat, and it stands in the intake."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest

from rightfit.review.events import LetterSent, QuestionsAnswered, QuestionsAsked
from rightfit.store import intakes, reviews
from rightfit.web.links import new_link
from tests.engines import Noticing, StartEngine
from tests.web.api import Api, serving
from tests.web.later_client import LaterClient, Shown, looking_in

OWN = "What would a good week look like?"


class House:
    """A client who has sent their intake, a coach who is signed in, and the client's browser."""

    def __init__(self, api: Api, coach: LaterClient, client: LaterClient, id: str) -> None:
        self.api, self.coach, self.client, self.id = api, coach, client, id
        self.path = f"/coach/intakes/{id}/ask-more"

    async def log(self) -> list[object]:
        async with self.api.engine.database.reading() as transaction:
            return [entry.event for entry in await reviews.log_of(transaction, self.id)]

    async def asks(self, **changed: str) -> Shown:
        form = fields(await self.coach.get(self.path)) | changed
        preview = await self.coach.post(self.path, form | {"step": "preview"})
        assert preview.status == 200, preview.words
        return await self.coach.post(self.path, fields(preview) | {"step": "send"})


def fields(page: Shown) -> dict[str, str]:
    form = page.text.rpartition("<form")[2]
    pairs = re.findall(r'<input(?![^>]*checkbox)[^>]* name="(\w+)" value="([^"]*)"', form)
    area = re.search(r'<textarea[^>]*name="text"[^>]*>\n?(.*?)</textarea>', form, re.DOTALL)
    return {name: unescape(value) for name, value in pairs} | {
        "text": unescape(area[1]) if area else ""
    }


@pytest.fixture
async def house(
    start_engine: StartEngine, sqlite_url: str, short_practice: Path
) -> AsyncIterator[House]:
    settings = {"practice": short_practice, "understands": Noticing()}
    async with (
        serving(start_engine, sqlite_url, **settings) as api,
        looking_in(api) as coach,
        looking_in(api) as client,
    ):
        await api.open(coach="maren")
        await api.choose("yes")
        for words in ("Ann", "Ten years at sea", "Skip this"):
            await api.say(words)
        await api.choose("video")
        await api.say("Skip this")
        await api.choose("send")
        engine = api.engine
        link = await new_link(engine.database, "maren", "", engine.clock(), timedelta(hours=1))
        assert (await coach.post(link, {})).status == 303
        async with engine.database.reading() as transaction:
            (head,) = await intakes.heads(transaction)
        yield House(api, coach, client, head.id)


async def test_from_the_coachs_page_to_the_chat_and_back(house: House) -> None:
    page = await house.coach.get(house.path)
    assert "Your goals" in page.words and "What stands in the way" not in page.words
    done = await house.asks(own_1=OWN, again_goals="yes")
    assert done.status == 303, done.words
    asked, letter = await house.log()
    assert isinstance(asked, QuestionsAsked) and isinstance(letter, LetterSent)
    assert [q.id for q in asked.questions] == ["goals", "extra_1"]

    later = await house.client.enters(house.api.receipt)
    assert "Your coach would like to ask you something more." in later.words
    assert "Answer in the conversation" in later.words and letter.subject in later.words
    _, shown = await house.api.call("GET", "/api/messages?after=0")
    assert shown["messages"][-1]["question"] == "goals"
    outcome = await house.api.say("A desk on land")
    last = outcome["messages"][-1]
    assert (last["from"], last["text"], last["question"]) == ("coach", OWN, "extra_1")
    await house.api.say("Regular hours.")
    await house.api.choose("send")

    assert isinstance((await house.log())[-1], QuestionsAnswered)
    page = await house.coach.get(f"/coach/intakes/{house.id}")
    assert OWN in page.words and "Regular hours." in page.words and "A desk on land" in page.words
    later = await house.client.get("/later")
    assert "Your answers have arrived." in later.words
    assert "Answer in the conversation" not in later.words
    exported = (await house.client.get("/later/export")).text
    assert OWN in exported and "Regular hours." in exported


@pytest.mark.parametrize(
    ("form", "wrong"),
    [
        ({}, "Choose a question, or write one of your own."),
        ({f"own_{n}": f"Question {n}?" for n in range(1, 6)} | {"again_goals": "yes"}, "Ask 5"),
        ({"own_1": "x" * 301}, "A question has 301 characters."),
        ({"own_1": OWN, "text": ""}, "The letter is empty."),
    ],
)
async def test_what_is_wrong_is_said_and_nothing_is_asked(
    house: House, form: dict[str, str], wrong: str
) -> None:
    page = await house.coach.get(house.path)
    came = await house.coach.post(house.path, fields(page) | form | {"step": "send"})

    assert came.status == 422 and wrong in came.words
    assert form.get("own_1", "") in came.text
    assert await house.log() == []


async def test_what_waits_for_an_answer_is_not_asked_over(house: House) -> None:
    assert (await house.asks(own_1=OWN)).status == 303
    page = await house.coach.get(house.path)
    assert "has not answered what was asked last" in page.words
    form = {"own_1": "And why?", "subject": "s", "text": "t", "step": "send", "seen": "2"}
    token = (await house.coach.get(f"/coach/intakes/{house.id}/letter")).form_token

    came = await house.coach.post(house.path, form | {"form_token": token})
    assert came.status == 422 and "And why?" in came.text
    assert len(await house.log()) == 2


async def test_a_belief_in_a_question_is_pointed_at(house: House) -> None:
    form = fields(await house.coach.get(house.path)) | {"own_1": "Does your faith matter?"}
    came = await house.coach.post(house.path, form | {"step": "preview"})

    assert "This says “faith”." in came.words


async def test_the_client_can_keep_writing_if_it_was_asked_twice_at_once(house: House) -> None:
    form = fields(await house.coach.get(house.path)) | {"own_1": OWN, "step": "send"}
    assert (await house.coach.post(house.path, form)).status == 303
    again = await house.coach.post(house.path, form)

    assert again.status == 422
    assert len(await house.log()) == 2

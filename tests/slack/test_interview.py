"""A client answers in a direct message: the same interview, through the same inbox."""

from __future__ import annotations

from pathlib import Path

import pytest

from rightfit.engine.reception import Reception
from tests.engines import Noticing, StartEngine
from tests.slack.practice_in_slack import InSlack, Person, in_slack, offers, words

TWO_NEEDS = "Regular hours. A boss who listens."


async def agreed(practice: InSlack, user: str = "U0CLIENT") -> Person:
    """A client who has agreed to the intake."""
    client = Person(practice, user)
    await client.say("hi")
    await client.press("Yes, that is fine")
    return client


async def test_the_whole_interview(
    start_engine: StartEngine, needs_practice: Path, database_url: str
) -> None:
    settings = {"practice": needs_practice, "understands": Noticing()}
    async with in_slack(start_engine, database_url, **settings) as practice:
        client = Person(practice)
        await client.say("hi")
        assert "automated assistant" in client.texts()[0]
        assert "also lies with Slack" in client.texts()[0], "the wording for this channel"
        await client.press("Yes, that is fine")
        await client.say(f"I do well here: {TWO_NEEDS} Pay &amp; rest &lt;3")
        assert await practice.asked(client.user) == "needs"
        await client.press("That is right")
        assert await practice.asked(client.user) == "needs_matter"
        await client.press("“Regular hours”", "“A boss who listens”")
        assert await practice.asked(client.user) == "need_centrality"
        for _ in range(10):
            asked = await practice.asked(client.user)
            if asked == "recap":
                break
            titles = offers(client.shown()[-1])
            await (client.press(titles[-1]) if titles else client.say("Skip this"))
        assert "“Regular hours”" in client.texts()[-1]
        await client.press("Send it")

        intake, _ = await practice.content(client.user)
        assert intake.state == "sent"
        picked = {need.quote: (need.centrality, need.firmness) for need in intake.needs}
        assert picked == {"Regular hours": (4, 4), "A boss who listens": (4, 4)}
        said = {a.question: a.given.text for a in intake.answers if a.given}
        assert said["environment"] == f"I do well here: {TWO_NEEDS} Pay & rest <3"
        # Every question has lost its buttons, and shows what was chosen.
        assert [offers(each) for each in client.shown()] == [[]] * len(client.shown())
        assert "Yes, that is fine" in client.texts()[0]


async def test_six_choices_are_a_menu_and_several_are_chosen_in_one(
    start_engine: StartEngine, sqlite_url: str, needs_practice: Path
) -> None:
    heard = "Regular hours. Flexitime. A boss who listens. A short commute. People of my faith."
    settings = {"practice": needs_practice, "understands": Noticing()}
    async with in_slack(start_engine, sqlite_url, **settings) as practice:
        client = await agreed(practice)
        await client.say(heard)
        needs = client.shown()[-1]
        menus = [e for b in needs["blocks"] for e in b.get("elements", []) if "options" in e]
        assert len(menus) == 1 and len(menus[0]["options"]) == 7
        await client.press("That is right")
        await client.press("As I wrote it")
        some = [b["accessory"] for b in client.shown()[-1]["blocks"] if "accessory" in b]
        assert some[0]["type"] == "multi_static_select" and some[0]["max_selected_items"] == 3
        # "Done" with nothing chosen is no answer, and does no harm.
        await client.press("Done")
        assert client.texts()[-1] == "Please choose one of these, or type it."
        assert await practice.asked(client.user) == "needs_matter"


async def test_nothing_of_the_interview_is_said_where_others_read_along(
    start_engine: StartEngine, short_practice: Path, sqlite_url: str
) -> None:
    async with in_slack(start_engine, sqlite_url, practice=short_practice) as practice:
        client = Person(practice)
        mention = client.typed("<@U0BOT> I want to quit", channel="C0TEAM")
        assert await client.send({**mention, "type": "app_mention"}) == 200
        # Slack tells of the same message a second time, as one in the channel.
        assert await client.send(mention) == 200
        await practice.going_on()
        group = client.typed("and here", channel="G0THREE", channel_type="mpim")
        assert await client.send(group) == 200
        await practice.going_on()

        assert [each["channel"] for each in practice.slack.ephemeral] == ["C0TEAM", "G0THREE"]
        assert all(each["user"] == client.user for each in practice.slack.ephemeral)
        assert not [m for m in practice.slack.channels["C0TEAM"] if m.get("bot_id")]
        assert "automated assistant" in client.texts()[0]
        assert client.texts()[-1].startswith("Here nobody else reads along.")
        _, transcript = await practice.content(client.user)
        assert "quit" not in str(transcript)


@pytest.mark.parametrize(
    ("event", "answer"),
    [
        ({"subtype": "file_share", "files": [{"id": "F1"}]}, "I cannot read files"),
        ({"subtype": "huddle_thread"}, "I am a program and cannot take calls"),
        ({"thread_ts": "1.000001"}, "not in threads"),
    ],
)
async def test_what_is_no_answer_gets_a_kind_word(
    start_engine: StartEngine,
    short_practice: Path,
    sqlite_url: str,
    event: dict[str, object],
    answer: str,
) -> None:
    async with in_slack(start_engine, sqlite_url, practice=short_practice) as practice:
        client = await agreed(practice)
        before = await practice.content(client.user)
        await client.say("", **event)
        assert answer in client.texts()[-1]
        assert await practice.content(client.user) == before


async def test_a_reaction_gets_one_kind_word(
    start_engine: StartEngine, short_practice: Path, sqlite_url: str
) -> None:
    async with in_slack(start_engine, sqlite_url, practice=short_practice) as practice:
        client = await agreed(practice)
        item = {"type": "message", "channel": client.channel, "ts": client.shown()[-1]["ts"]}
        for name in ("heart", "wave"):
            event = {"type": "reaction_added", "user": client.user, "reaction": name, "item": item}
            assert await client.send(event) == 200
        await practice.going_on()
        assert client.texts().count(client.texts()[-1]) == 1
        assert "not reactions" in client.texts()[-1]


async def test_an_edited_message_changes_its_answer_only_after_a_yes(
    start_engine: StartEngine, short_practice: Path, sqlite_url: str
) -> None:
    async with in_slack(start_engine, sqlite_url, practice=short_practice) as practice:
        client = await agreed(practice)
        first = await client.say("Ten years at sea")
        asked = await practice.asked(client.user)
        await client.edit(first, "Twelve years at sea")
        assert "It would then say" in client.texts()[-1]
        assert "“Twelve years at sea”" in client.texts()[-1]
        assert _said(await practice.content(client.user)) == ["Ten years at sea"]
        await client.press("Change my answer")
        assert _said(await practice.content(client.user)) == ["Twelve years at sea"]
        assert "I have changed it." in client.texts()[-1]
        assert "So far it says" not in client.texts()[-1]
        assert await practice.asked(client.user) == asked, "and it goes on where it was"


async def test_a_deleted_message_takes_its_answer_out_only_after_a_yes(
    start_engine: StartEngine, short_practice: Path, sqlite_url: str
) -> None:
    async with in_slack(start_engine, sqlite_url, practice=short_practice) as practice:
        client = await agreed(practice)
        first = await client.say("Ten years at sea")
        await client.delete(first)
        await client.press("Leave it as it was")
        assert _said(await practice.content(client.user)) == ["Ten years at sea"]
        await client.edit(first, "Eleven years at sea")
        await client.press("Leave it as it was")
        assert _said(await practice.content(client.user)) == ["Ten years at sea"]
        second = await client.say("Less of it")
        await client.delete(second)
        await client.press("Take it out")
        assert _said(await practice.content(client.user)) == ["Ten years at sea"]


async def test_words_that_cross_with_the_next_question_are_not_put_under_it(
    start_engine: StartEngine, short_practice: Path, sqlite_url: str
) -> None:
    async with in_slack(start_engine, sqlite_url, practice=short_practice) as practice:
        client = await agreed(practice)
        both = [client.typed("Ten years at sea"), client.typed("then two in a yard")]
        for event in both:
            assert await client.send(event) == 200
        await practice.going_on()
        assert _said(await practice.content(client.user)) == ["Ten years at sea"]
        await client.press("To my answer before")
        said = ["Ten years at sea\nthen two in a yard"]
        assert _said(await practice.content(client.user)) == said


async def test_it_goes_on_where_the_client_is(
    start_engine: StartEngine, short_practice: Path, sqlite_url: str
) -> None:
    async with in_slack(start_engine, sqlite_url, practice=short_practice) as practice:
        reception = practice.engine.reception
        opened = await reception.open("web", None, None, None)
        await reception.receive(opened.conversation, "1", "choice", ["yes"])
        client = Person(practice)
        await client.say("0000-0000-0000-0000")
        assert "No intake has this code" in client.texts()[-1]
        await client.say(opened.receipt)
        assert await practice.asked(client.user) == "name"
        await client.say("Ten years at sea")
        assert _said(await practice.content(client.user)) == ["Ten years at sea"]
        # On the web again: what is said there is not repeated here ...
        shown = len(client.shown())
        await _on_the_web(reception, opened.conversation)
        await practice.going_on()
        assert len(client.shown()) == shown
        # ... and an answer to what is not on screen any more is not taken for one.
        await client.say("Less of it")
        assert "Less of it" not in _said(await practice.content(client.user))


async def _on_the_web(reception: Reception, conversation: str) -> None:
    await reception.receive(conversation, "2", "text", "A house on land")


async def test_erasing_takes_the_assistants_messages_out_of_slack(
    start_engine: StartEngine, short_practice: Path, sqlite_url: str
) -> None:
    async with in_slack(start_engine, sqlite_url, practice=short_practice) as practice:
        client = await agreed(practice)
        await client.say("Ten years at sea")
        await client.say("erase everything")
        await client.press("Stop and erase everything")
        await practice.room.interviews.sweep()  # type: ignore[union-attr]
        await practice.going_on()
        assert [text[:28] for text in client.texts()] == ["Everything that I kept has b"]
        # What Slack sends once more of it opens nothing; what they type anew does.
        await client.say("hello again")
        assert "automated assistant" in client.texts()[-1]


async def test_a_second_client_has_a_conversation_of_their_own(
    start_engine: StartEngine, short_practice: Path, sqlite_url: str
) -> None:
    async with in_slack(start_engine, sqlite_url, practice=short_practice) as practice:
        one, two = await agreed(practice, "U0ONE"), await agreed(practice, "U0TWO")
        await one.say("Ten years at sea")
        await two.say("A life on land")
        assert _said(await practice.content("U0ONE")) == ["Ten years at sea"]
        assert _said(await practice.content("U0TWO")) == ["A life on land"]
        assert "at sea" not in "".join(two.texts())
        # Somebody who presses another's button does nothing to their answers.
        theirs = next(each for each in reversed(one.shown()))
        assert words(theirs)


def _said(content: tuple[object, object]) -> list[str]:
    intake = content[0]
    return [
        answer.given.text
        for answer in intake.answers  # type: ignore[attr-defined]
        if answer.given and answer.given.kind == "said"
    ]

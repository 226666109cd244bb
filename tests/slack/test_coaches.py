"""A coach reviews an intake in Slack: card, modal, decision, letter; one log for every surface."""

from __future__ import annotations

import json
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, time, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from rightfit.practice.asked_more import extra_id
from rightfit.records import AskedQuestion
from rightfit.review.asking_more import for_the_interview
from rightfit.review.decisions import position
from rightfit.review.events import Decided, LetterSent, QuestionsAsked, by_coach
from rightfit.slack.settings import SlackSettings
from rightfit.slack.watching import is_quiet
from rightfit.store import inbox, intakes, reviews
from tests.engines import IN_DANGER, Noticing, StartEngine
from tests.slack.practice_in_slack import (
    CLIENTS,
    COACHES,
    InSlack,
    Person,
    in_slack,
    offers,
    words,
)
from tests.slack.slack_server import TEAM

#: What the client writes, and no card may hold.
WORDS = "A place that knows I am ill, or I will not come."
MAREN, DAYO, NOBODY = "U0MAREN", "U0DAYO", "U0NOBODY"
CHANNEL = "C0INTAKES"


@pytest.fixture(scope="session")
def known_in_slack(needs_practice: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a practice two of whose coaches have an account in Slack."""
    folder = tmp_path_factory.mktemp("in-slack") / "practice"
    shutil.copytree(needs_practice, folder)
    yaml = YAML()
    content = yaml.load(folder / "coaches.yml")
    accounts = {"maren": MAREN, "dayo": DAYO}
    for coach in content["coaches"]:
        if coach["id"] in accounts:
            coach["slack"] = accounts[coach["id"]]
    yaml.dump(content, folder / "coaches.yml")
    return folder


class Coach:
    """Somebody who uses the app for coaches."""

    def __init__(self, practice: InSlack, account: str = MAREN) -> None:
        self.practice, self.account, self.slack = practice, account, practice.slack
        self.app = practice.slack.apps[COACHES.bot_token]
        self.channel = "D" + account[1:] + COACHES.bot_token[-1].upper()

    def cards(self, channel: str | None = None) -> list[dict[str, Any]]:
        return self.slack.channels.get(channel or self.channel, [])

    async def press(self, action: str, message: dict[str, Any], **more: Any) -> dict[str, Any]:
        """Press a button on a message; the modal that opens."""
        element = next(
            each
            for block in message["blocks"]
            for each in [*(block.get("elements") or []), block.get("accessory") or {}]
            if each.get("action_id") == action
        )
        return await self._pressed(element, message={"ts": message.get("ts")}, **more)

    async def press_in(self, action: str, view: dict[str, Any]) -> dict[str, Any]:
        """Press a button in a modal; the modal that comes on top."""
        element = next(
            each
            for block in view["blocks"]
            for each in block.get("elements") or []
            if each.get("action_id") == action
        )
        return await self._pressed(element, view=view)

    async def _pressed(self, element: dict[str, Any], **more: Any) -> dict[str, Any]:
        known = set(self.slack.views)
        payload = {
            "type": "block_actions",
            "team": {"id": TEAM},
            "user": {"id": self.account, "team_id": TEAM},
            "trigger_id": more.pop("trigger", None) or self.slack.trigger(),
            "channel": {"id": self.channel},
            "actions": [element],
            **more,
        }
        status, _ = await self.slack.interact(self.app, payload)
        assert status == 200
        new = [id for id in self.slack.views if id not in known]
        return self.slack.views[new[-1]] if new else {}

    async def submit(self, view: dict[str, Any], **values: str) -> dict[str, Any]:
        """Send a form; what the modal is to do."""
        state: dict[str, Any] = {}
        for block in view["blocks"]:
            element = block.get("element") or {}
            name = element.get("action_id")
            if not name:
                continue
            value = values.get(name, element.get("initial_value"))
            field: dict[str, Any] = {"value": value}
            if element["type"] == "radio_buttons":
                field = {"selected_option": {"value": value} if value else None}
            state[block["block_id"]] = {name: field}
        payload = {
            "type": "view_submission",
            "team": {"id": TEAM},
            "user": {"id": self.account, "team_id": TEAM},
            "view": {**view, "state": {"values": state}},
        }
        status, answer = await self.slack.interact(self.app, payload)
        assert status == 200
        told: dict[str, Any] = json.loads(answer) if answer else {}
        return told

    async def look_home(self) -> dict[str, Any]:
        """Open the Home tab."""
        event = {"type": "app_home_opened", "user": self.account, "tab": "home"}
        body = {"type": "event_callback", "team_id": TEAM, "event": event}
        assert (await self.slack.deliver(self.app, body))[0] == 200
        home: dict[str, Any] = self.app.homes[self.account]
        return home


@asynccontextmanager
async def reviewed(
    start_engine: StartEngine, url: str, practice: Path, **settings: Any
) -> AsyncIterator[tuple[InSlack, Person]]:
    """A practice with one intake that was sent in Slack."""
    both = SlackSettings(clients=CLIENTS, coaches=COACHES, **settings)
    started = {"practice": practice, "understands": Noticing()}
    async with in_slack(start_engine, url, both, **started) as found:
        found.slack.channels[CHANNEL] = []
        client = Person(found)
        await client.say("hi")
        await client.press("Yes, that is fine")
        await client.say(WORDS)
        for _ in range(12):
            asked = await found.asked(client.user)
            if asked is None:
                break
            titles = offers(client.shown()[-1])
            if asked == "needs":
                await client.press("That is right")
            elif asked == "recap":
                await client.press("Send it")
            elif asked == "need_choice":
                await client.press("As I wrote it")
            else:
                await (client.press(titles[-1]) if titles else client.say("Skip this"))
        await watched(found)
        yield found, client


async def watched(practice: InSlack) -> None:
    """Let the cards be looked after, and what follows be posted."""
    assert practice.room.watching
    await practice.room.watching.sweep()
    await practice.room.letters()
    await practice.going_on()


async def the_log(practice: InSlack) -> tuple[str, Any]:
    async with practice.engine.database.reading() as transaction:
        (head,) = await intakes.heads(transaction)
        return head.id, await reviews.log_of(transaction, head.id)


async def test_the_whole_review(
    start_engine: StartEngine, known_in_slack: Path, database_url: str
) -> None:
    async with reviewed(start_engine, database_url, known_in_slack) as (practice, client):
        coach, other = Coach(practice), Coach(practice, DAYO)
        (card,) = coach.cards()
        assert "1 question about fit: 1 × Tell them first" in words(card)
        assert "puts no question" in words(other.cards()[0]), "each counts their own"
        assert "ill" not in json.dumps([card, other.cards()]).replace("Slackwater", "")

        view = await coach.press("open", card)
        shown = words(view)
        assert WORDS in shown or "A place that knows I am ill" in shown
        assert "Tell them first" in shown and "You serve this with supervision" in shown
        assert "with supervision" not in words(await other.press("open", other.cards()[0]))

        form = await coach.press_in("form:weigh", view)
        told = await coach.submit(form, verdict="own")
        assert told["errors"] == {"reason": "Say in your own words why you set it aside."}
        assert (await coach.submit(form, verdict="upheld"))["response_action"] == "clear"
        view = await coach.press("open", card)
        assert "You upheld it" in words(view)

        form = await coach.press_in("form:proceed", view)
        done = await coach.submit(form, reason="I know the forms.")
        assert done["response_action"] == "update"
        await watched(practice)
        for each in (coach, other):
            (stamped,) = each.cards()
            assert "Go ahead*, decided by Maren Tollefsen" in words(stamped)
            assert offers(stamped) == ["Open"]

        practice.slack.views["V0"] = {**done["view"], "id": "V0"}
        letter = await coach.press_in("form:letter", practice.slack.views["V0"])
        text = "We can begin on Monday. Your politics are welcome."
        asked = await coach.submit(letter, subject="Good news", text=text)
        assert "look again at “politics”" in words(asked["view"])
        sent = await coach.submit(
            {**asked["view"], "private_metadata": asked["view"]["private_metadata"]}
        )
        assert sent["view"]["title"]["text"] == "Sent"
        await watched(practice)
        assert client.texts()[-1] == f"Good news\n\n{text}"

        _, log = await the_log(practice)
        assert [type(entry.event).__name__ for entry in log] == [
            "FlagWeighed",
            "Decided",
            "LetterSent",
        ]
        assert {entry.by for entry in log} == {"coach:maren"}
        assert isinstance(log[-1].event, LetterSent)


async def test_what_a_coach_asks_more_is_asked_in_the_direct_message(
    start_engine: StartEngine, known_in_slack: Path, sqlite_url: str
) -> None:
    async with reviewed(start_engine, sqlite_url, known_in_slack) as (practice, client):
        id, log = await the_log(practice)
        again = (AskedQuestion(extra_id(1), "How long is your notice?"),)
        asked, now = QuestionsAsked(again), practice.clock()
        async with practice.engine.database.writing() as transaction:
            await reviews.append(transaction, id, len(log), asked, by_coach("maren"), now)
            await inbox.accept(
                transaction,
                conversation=id,
                channel="web",
                key=f"{id}:ask:1",
                kind="ask",
                body=for_the_interview(asked),
                at=now,
            )
        practice.clock.advance(seconds=1)
        await practice.engine.reception.sweep(timedelta(0))
        assert practice.room.interviews
        await practice.room.interviews.sweep()
        await practice.going_on()
        assert "How long is your notice?" in client.texts()[-1]
        await client.say("Three months")
        intake, _ = await practice.content(client.user)
        said = {a.question: a.given.text for a in intake.answers if a.given}
        assert said[extra_id(1)] == "Three months"


async def test_a_letter_goes_out_by_mail_too_where_there_is_an_address(
    start_engine: StartEngine, known_in_slack: Path, sqlite_url: str
) -> None:
    async with reviewed(start_engine, sqlite_url, known_in_slack) as (practice, _):
        coach = Coach(practice)
        view = await coach.press("open", coach.cards()[0])
        letter = await coach.press_in("form:letter", view)
        assert "Maren" in letter["blocks"][1]["element"]["initial_value"]
        told = await coach.submit(letter, subject="", text="Hello")
        assert "no subject" in told["errors"]["text"]
        told = await coach.submit(letter, subject="Hello", text="Good to meet you.")
        assert "by mail" not in words(told["view"]), "no mail server is set up"
        event = (await the_log(practice))[1][-1].event
        assert (event.subject, event.by_email) == ("Hello", False)


async def test_what_is_decided_on_the_web_is_on_the_card(
    start_engine: StartEngine, known_in_slack: Path, sqlite_url: str
) -> None:
    settings = {"channel": CHANNEL}
    async with reviewed(start_engine, sqlite_url, known_in_slack, **settings) as (practice, _):
        coach = Coach(practice)
        (card,) = coach.cards(CHANNEL)
        assert "Open it to see which questions" in words(card), "it is for any coach"
        opened = await coach.press("decide", card)
        form = await coach.press_in("form:close", opened)
        id, _ = await the_log(practice)
        async with practice.engine.database.writing() as transaction:
            await reviews.append(
                transaction, id, 0, Decided("proceed"), by_coach("dayo"), practice.clock()
            )
        # The form was open meanwhile: who comes second hears who was first, and nothing is lost.
        late = await coach.submit(form, reason="Too late")
        assert late["response_action"] == "update"
        assert "Dayo Birtwhistle was first" in words(late["view"])
        assert "it was decided: Go ahead" in words(late["view"])
        await watched(practice)
        assert "decided by Dayo Birtwhistle" in words(coach.cards(CHANNEL)[0])
        assert offers(coach.cards(CHANNEL)[0]) == ["Open"]
        _, log = await the_log(practice)
        assert position(log).state == "proceeding" and len(log) == 1


async def test_only_a_coach_who_is_known_sees_anything(
    start_engine: StartEngine, known_in_slack: Path, sqlite_url: str
) -> None:
    settings = {"channel": CHANNEL}
    async with reviewed(start_engine, sqlite_url, known_in_slack, **settings) as (practice, _):
        stranger = Coach(practice, NOBODY)
        view = await stranger.press("open", stranger.cards(CHANNEL)[0])
        assert "I do not know yet which coach you are" in words(view)
        assert f"slack: {NOBODY}" in words(view)
        assert "ill" not in words(view).split()
        assert "I do not know yet" in words(await stranger.look_home())
        status, answer = await practice.slack.command(stranger.app, NOBODY)
        assert status == 200 and "I do not know yet" in answer
        # A form that somebody else had opened is nobody's to send.
        form = await Coach(practice).press("decide", stranger.cards(CHANNEL)[0])
        form = await Coach(practice).press_in("form:close", form)
        told = await stranger.submit(form)
        assert "I do not know yet" in words(told["view"])
        assert (await the_log(practice))[1] == ()


async def test_the_queue_is_the_home_tab_and_the_command(
    start_engine: StartEngine, known_in_slack: Path, sqlite_url: str
) -> None:
    async with reviewed(start_engine, sqlite_url, known_in_slack) as (practice, _):
        coach = Coach(practice)
        home = await coach.look_home()
        assert "New" in words(home) and "Not opened by you" in words(home)
        assert "ill" not in words(home).split()
        status, answer = await practice.slack.command(coach.app, MAREN)
        assert status == 200
        listed = json.loads(answer)
        assert listed["response_type"] == "ephemeral" and "1 waiting" in words(listed)
        view = await coach.press("open", {**home, "ts": ""})
        form = await coach.press_in("form:seek_supervision", view)
        await coach.submit(form)
        assert "Waiting for you" in words(coach.app.homes[MAREN])
        assert "Not opened by you" not in words(coach.app.homes[MAREN])


async def test_a_referral_answers_for_itself(
    start_engine: StartEngine, known_in_slack: Path, sqlite_url: str
) -> None:
    async with reviewed(start_engine, sqlite_url, known_in_slack) as (practice, _):
        coach = Coach(practice)
        view = await coach.press("open", coach.cards()[0])
        form = await coach.press_in("form:refer", view)
        told = await coach.submit(form, because="capacity", if_opposite="differently", reason="x")
        assert "it is the belief that decides" in told["errors"]["reason"]
        done = await coach.submit(form, because="capacity", if_opposite="same", reason="No room")
        assert done["response_action"] == "update"
        event = (await the_log(practice))[1][-1].event
        assert (event.decision, event.because, event.themes) == (
            "refer",
            "capacity",
            ("health_access",),
        )


async def test_a_trigger_that_has_expired_asks_for_another_press(
    start_engine: StartEngine, known_in_slack: Path, sqlite_url: str
) -> None:
    async with reviewed(start_engine, sqlite_url, known_in_slack) as (practice, _):
        coach = Coach(practice)
        trigger = practice.slack.trigger()
        practice.clock.advance(seconds=4)
        assert await coach.press("open", coach.cards()[0], trigger=trigger) == {}
        assert "press it once more" in practice.slack.ephemeral[-1]["text"]


async def test_nobody_is_reminded_at_night_or_of_what_was_opened(
    start_engine: StartEngine, known_in_slack: Path, sqlite_url: str
) -> None:
    async with reviewed(start_engine, sqlite_url, known_in_slack) as (practice, _):
        coach = Coach(practice)

        def reminders() -> int:
            return sum("nobody has opened it" in words(each) for each in coach.cards())

        practice.clock.advance(hours=15)  # midnight
        await watched(practice)
        practice.clock.advance(hours=8)
        await watched(practice)
        assert reminders() == 0
        practice.clock.advance(hours=3)
        for _ in range(3):
            await watched(practice)
        assert reminders() == 1
        await coach.press("open", coach.cards()[-1])
        practice.clock.advance(hours=24)
        await watched(practice)
        assert reminders() == 1


async def test_danger_is_told_at_once_though_nothing_was_sent(
    start_engine: StartEngine, known_in_slack: Path, sqlite_url: str
) -> None:
    both = SlackSettings(clients=CLIENTS, coaches=COACHES, channel=CHANNEL)
    settings = {"practice": known_in_slack, "understands": Noticing()}
    async with in_slack(start_engine, sqlite_url, both, **settings) as practice:
        practice.slack.channels[CHANNEL] = []
        client = Person(practice)
        await client.say("hi")
        await client.press("Yes, that is fine")
        await client.say(IN_DANGER)
        await watched(practice)
        (card,) = practice.slack.channels[CHANNEL]
        assert "Somebody may be in danger" in words(card)
        assert IN_DANGER not in json.dumps(card)
        assert offers(card) == ["Open"]


async def test_an_erased_intake_takes_its_cards_along(
    start_engine: StartEngine, known_in_slack: Path, sqlite_url: str
) -> None:
    async with reviewed(start_engine, sqlite_url, known_in_slack) as (practice, client):
        await client.say("erase everything")
        await client.press("Erase everything")
        assert practice.room.interviews
        await practice.room.interviews.sweep()
        await watched(practice)
        assert Coach(practice).cards() == []
        assert [text[:24] for text in client.texts()] == ["Everything that I kept h"]


def test_quiet_hours_go_past_midnight() -> None:
    night = (time(18, 0), time(9, 0))

    def quiet(hour: int, stretch: tuple[time, time] = night) -> bool:
        at = datetime(2026, 3, 2, hour, 0, tzinfo=timezone.utc)
        return is_quiet(at, "Europe/Dublin", stretch)

    assert [quiet(hour) for hour in (0, 8, 9, 17, 18)] == [True, True, False, False, True]
    noon = (time(12, 0), time(13, 0))
    assert [quiet(hour, noon) for hour in (11, 12, 13)] == [False, True, False]
    # In July Dublin is an hour ahead of UTC.
    july = datetime(2026, 7, 2, 8, 30, tzinfo=timezone.utc)
    assert not is_quiet(july, "Europe/Dublin", night)

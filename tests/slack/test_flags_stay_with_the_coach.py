"""No flag, line, note or word of a rule is in anything that a client gets in Slack, or in a log."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rightfit.practice import load
from rightfit.slack.settings import SlackSettings
from tests.engines import PROJECT, Noticing, StartEngine
from tests.slack.practice_in_slack import CLIENTS, Person, in_slack, offers
from tests.web.test_flags_stay_with_the_coach import WORDS, found_in, private_words


async def test_nothing_of_it_reaches_a_client_or_a_log(
    start_engine: StartEngine,
    needs_practice: Path,
    sqlite_url: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("DEBUG")
    private = private_words(load(needs_practice, PROJECT / "domain.yml"))
    settings = SlackSettings(clients=CLIENTS)
    started = {"practice": needs_practice, "understands": Noticing()}
    async with in_slack(start_engine, sqlite_url, settings, **started) as practice:
        client = Person(practice)
        await client.say("hi")
        await client.press("Yes, that is fine")
        written = await client.say(WORDS)
        for _ in range(12):
            asked = await practice.asked(client.user)
            if asked is None:
                break
            await client.say("Why do you ask?")
            if asked == "needs":
                await client.press("That is right")
            elif asked == "recap":
                await client.press("Send it")
            elif offers(client.shown()[-1]):
                await client.press(offers(client.shown()[-1])[0])
            else:
                await client.say("Skip this")
        await client.say("Which flags did you raise about me?")
        await client.edit(written, "A place that knows I am ill, or I will leave.")
        mention = client.typed("<@U0BOT> which flags?", channel="C0TEAM")
        await client.send({**mention, "type": "app_mention"})
        await practice.going_on()
        posted = [
            json.dumps(call.args, ensure_ascii=False)
            for call in practice.slack.calls
            if call.method.startswith("chat.")
        ]
    assert any("knows I am ill" in each for each in posted), "their own words they do see"
    for each in posted:
        assert found_in(each, private) == []
    assert found_in(caplog.text, private) == []
    assert "knows I am ill" not in caplog.text
    assert "xoxb" not in caplog.text and "a signing secret" not in caplog.text

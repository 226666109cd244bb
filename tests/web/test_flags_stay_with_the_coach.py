"""No flag, line, note or word of a rule is in anything that a client can fetch, or in a log."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from rightfit.practice import Practice, load
from rightfit.records import LEVELS
from rightfit.review.events import Decided, FlagWeighed, LetterSent, NoteWritten, by_coach
from rightfit.store import intakes, reviews
from rightfit.web.links import new_link
from tests.engines import PROJECT, Noticing, StartEngine
from tests.web.api import Api, serving
from tests.web.later_client import looking_in

WORDS = "A place that knows I am ill, or I will not come."
#: Question on screen -> what this client answers: words, or the id of a choice.
ANSWERS: Mapping[str, dict[str, Any]] = {
    "consent": {"choice": "yes"},
    "environment": {"text": WORDS},
    "needs": {"choice": "right"},
    "need_choice": {"choice": "keep"},
    "needs_matter": {"choices": ["n1"]},
    "need_centrality": {"choice": "all_of_it"},
    "need_firmness": {"choice": "decline"},
    "expectations": {"text": "Somebody who knows the forms, and why I flag so early."},
    "time_zone": {"text": "Galway"},
    "recap": {"choice": "send"},
}
#: Every route that a client can reach. A new one belongs here, and into ``walk``.
CLIENTS_ROUTES = {
    ("POST", "/api/conversations"),
    ("POST", "/api/resume"),
    ("POST", "/api/messages"),
    ("GET", "/api/messages"),
    ("GET", "/api/export"),
    ("DELETE", "/api/conversation"),
    ("GET", "/api/openapi.json"),
    ("GET", "/"),
    ("GET", "/embed.js"),
    ("GET", "/healthz"),
    ("GET", "/readyz"),
    ("GET", "/metrics"),
    ("GET", "/static"),
    ("GET", "/later"),
    ("GET", "/later/"),
    ("GET", "/later/enter"),
    ("POST", "/later/enter"),
    ("GET", "/later/open/{pass}"),
    ("POST", "/later/open"),
    ("POST", "/later/leave"),
    ("GET", "/later/conversation"),
    ("GET", "/later/export"),
    ("GET", "/later/erase"),
    ("POST", "/later/erase"),
    ("POST", "/later/consider"),
    ("POST", "/later/consider/end"),
    ("POST", "/later/session"),
    ("POST", "/later/pulse"),
    ("POST", "/later/trial/leave"),
    ("GET", "/later/referral/{kind}/{to}"),
    ("POST", "/later/referral/{kind}/{to}"),
    ("GET", "/later/referral/preview"),
    ("POST", "/later/referral/send"),
    ("GET", "/later/referral/sent"),
    ("POST", "/later/referral/decline"),
    ("GET", "/packet/{link}"),
    ("POST", "/packet/{link}"),
}
#: Pages on which a client looks in later. A new one belongs here.
LATER = ("", "/", "/enter", "/open/x", "/conversation", "/export", "/erase", "/nothing")


def private_words(practice: Practice) -> dict[str, str]:
    """What is for coaches alone, each with where it comes from."""
    found = {level: "a level" for level in LEVELS if "_" in level}
    for coach in practice.coaches:
        for line in coach.lines:
            found[line.note] = f"a line of {coach.id}"
        for conflict in coach.conflicts_of_interest:
            found[conflict.name] = found[conflict.note] = f"a conflict of {coach.id}"
    for rule in practice.rules:
        told = (rule.says, rule.fine_if, rule.ask, rule.why, rule.not_for, *rule.override_reasons)
        for sentence in told:
            for part in re.split(r"\{\w+\}", sentence):
                if len(part.split()) > 4:
                    found[part.strip()] = f"rule {rule.id}"
        if "_" in rule.id:
            found[rule.id] = f"rule {rule.id}"
    return {" ".join(words.split()): where for words, where in found.items() if words.strip()}


def found_in(text: str, private: Mapping[str, str]) -> list[str]:
    """Which private words a text holds, however it writes them."""
    plain = " ".join(unescape(text).replace("\\n", " ").replace('\\"', '"').split())
    return [f"{where}: {words}" for words, where in private.items() if words in plain]


async def interviewed(api: Api) -> list[str]:
    """Play the whole interview with an aside in each place; everything that came back."""
    outcome = await api.open(coach="maren")
    came = [json.dumps(outcome, ensure_ascii=False)]
    for _ in range(30):
        question = next(m["question"] for m in reversed(outcome["messages"]) if m.get("question"))
        came.append(json.dumps(await api.say("Why do you ask?"), ensure_ascii=False))
        status, outcome = await api.send(**ANSWERS[question])
        assert status == 200, outcome
        came.append(json.dumps(outcome, ensure_ascii=False))
        if question == "recap":
            return came
    raise AssertionError("the recap never came")


async def walk(api: Api) -> dict[str, str]:
    """Everything else that a client can fetch; erases the conversation at the end."""
    came: dict[str, str] = {}

    async def fetch(path: str, **headers: str) -> None:
        bearer = {"Authorization": f"Bearer {api.token}", **headers}
        async with api.client.get(path, headers=bearer) as response:
            if response.content_type == "text/event-stream":
                came[f"{path} as a stream"] = (await response.content.readany()).decode()
            else:
                came[path] = (await response.read()).decode("utf-8", "replace")

    for path in ("/", "/?coach=maren", "/embed.js", "/healthz", "/readyz", "/metrics"):
        await fetch(path)
    for path in ("/api/messages?after=0", "/api/export", "/api/openapi.json", "/api/nothing"):
        await fetch(path)
    await fetch("/api/messages?after=0", Accept="text/event-stream")
    for file in sorted((PROJECT / "rightfit" / "web" / "static").rglob("*")):
        if file.is_file():
            await fetch(f"/static/{file.name}")
    for text in ("Which flags did you raise about me?", "change my time zone", "Dublin"):
        came[f"said: {text}"] = json.dumps(await api.say(text), ensure_ascii=False)
    resumed = await api.call("POST", "/api/resume", {"receipt": api.receipt})
    came["/api/resume"] = json.dumps(resumed)
    came["erased"] = json.dumps(await api.call("DELETE", "/api/conversation"))
    return came


async def weighed_by_its_coach(api: Api, private: Mapping[str, str]) -> None:
    """Write onto the log of the only intake whatever a coach may write there in private."""
    words = " ".join(private)
    written = (
        NoteWritten(words),
        FlagWeighed("serve_with_supervision", "health_access", "upheld", words, level="disclose"),
        Decided("seek_supervision", reason=words),
        LetterSent("seek_supervision", "I need a little longer", "Hello.", by_email=False),
    )
    async with api.engine.database.writing() as transaction:
        (head,) = await intakes.heads(transaction)
        for event in written:
            seen = await reviews.last_of(transaction, head.id)
            await reviews.append(
                transaction, head.id, seen, event, by_coach("maren"), api.engine.clock()
            )


async def look_in(api: Api) -> dict[str, str]:
    """All that a client can fetch who comes in by their code."""
    came: dict[str, str] = {}
    async with looking_in(api) as client:
        page = await client.enters(api.receipt)
        for path in LATER:
            came[f"/later{path}"] = (await client.get(f"/later{path}")).text
        left = await client.post("/later/leave", {"form_token": page.form_token})
        came["left"] = left.text + str(left.headers)
        came["wrong code"] = (await client.post("/later/enter", {"code": "x"})).text
        came["wrong link"] = (await client.post("/later/open", {"pass": "x"})).text
    assert "I need a little longer" in came["/later"]
    return came


async def as_its_coach(api: Api) -> str:
    """The page of the only intake, as the coach it is for reads it."""
    database, at = api.engine.database, api.engine.clock()
    async with database.reading() as transaction:
        (head,) = await intakes.heads(transaction)
    link = await new_link(database, "maren", "", at, timedelta(hours=1))
    async with api.client.post(link, data={}, allow_redirects=False) as response:
        assert response.status == 303
        signed_in = {"Cookie": "; ".join(f"{c.key}={c.value}" for c in response.cookies.values())}
    async with api.client.get(f"/coach/intakes/{head.id}", headers=signed_in) as response:
        assert response.status == 200
        return await response.text()


async def test_nothing_of_it_reaches_a_client_or_a_log(
    start_engine: StartEngine,
    needs_practice: Path,
    sqlite_url: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("DEBUG")
    private = private_words(load(needs_practice, PROJECT / "domain.yml"))
    assert len(private) > 100
    settings = {"practice": needs_practice, "understands": Noticing()}
    async with serving(start_engine, sqlite_url, **settings) as api:
        conversation = await interviewed(api)
        page = await as_its_coach(api)
        await weighed_by_its_coach(api, private)
        came = {f"turn {at}": text for at, text in enumerate(conversation)}
        came |= await look_in(api)
        came |= await walk(api)

    assert any("a line of maren" in each for each in found_in(page, private)), "the coach sees it"
    assert any("rule serve_with_supervision" in each for each in found_in(page, private))
    assert "knows I am ill" in came["/api/export"]
    for where, text in came.items():
        assert found_in(text, private) == [], where
        assert "coach_line" not in text, where
    assert found_in(caplog.text, private) == []
    assert "knows I am ill" not in caplog.text


async def test_every_route_that_a_client_can_reach_is_walked(
    start_engine: StartEngine, needs_practice: Path, sqlite_url: str
) -> None:
    async with serving(start_engine, sqlite_url, practice=needs_practice) as api:
        routes = {
            (route.method, route.resource.canonical)
            for route in api.client.app.router.routes()
            if route.resource and route.method != "HEAD"
        }

    theirs = {(how, path) for how, path in routes if not path.startswith("/coach")}
    assert theirs == CLIENTS_ROUTES

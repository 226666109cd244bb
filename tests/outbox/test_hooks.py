"""A webhook is signed, comes again until it was taken, and says no more than it may."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from pathlib import Path

import msgspec
import pytest

from rightfit.outbox.contents import hooks_of
from rightfit.outbox.hooks import Hooks, signature
from rightfit.outbox.worker import Worker
from rightfit.practice import Practice, Webhook, load
from tests.engines import PROJECT
from tests.outbox.conftest import Called, House

SECRET = "a secret of the practice"


def _practice(*hooks: Webhook) -> Practice:
    ours = load(Path(PROJECT) / "practice", PROJECT / "domain.yml")
    return msgspec.structs.replace(ours, webhooks=hooks)


async def _tell(house: House, *hooks: Webhook, words: Mapping[str, object] | None = None) -> None:
    going = hooks_of(
        _practice(*hooks), "intake.sent", house.intake, "sent:1", house.clock(),
        {"state": "sent"}, words,
    )  # fmt: skip
    for each in going:
        await house.puts(each)


def _worker(house: House) -> Worker:
    return Worker(house.database, house.clock, {"hook": Hooks(SECRET, house.clock, patience=5)})


async def test_a_call_is_signed_over_its_time_and_body(house: House) -> None:
    async with Called().listening() as called:
        await _tell(house, Webhook(called.url))
        await _worker(house).work_off("hook")
    ((headers, body),), (sending,) = called.came, await house.sendings()
    told = dict(part.split("=") for part in headers["Rightfit-Signature"].split(","))

    assert int(told["t"]) == int(house.clock().timestamp())
    expected = hmac.new(SECRET.encode(), f"{told['t']}.".encode() + body, hashlib.sha256)
    assert told["v1"] == expected.hexdigest()
    assert json.loads(body) == {
        "id": sending.id,
        "event": "intake.sent",
        "at": house.clock().isoformat(),
        "intake": house.intake,
        "state": "sent",
    }
    assert (headers["Rightfit-Id"], headers["Rightfit-Event"]) == (sending.id, "intake.sent")
    assert sending.state == "sent"


def test_another_body_time_or_secret_has_another_signature() -> None:
    first = signature(SECRET, 1, b"{}")

    assert len({first, signature(SECRET, 2, b"{}"), signature(SECRET, 1, b"[]"),
                signature("other", 1, b"{}")}) == 4  # fmt: skip


async def test_words_go_only_where_the_practice_has_said_so(house: House) -> None:
    async with Called().listening() as called:
        plain, full = Webhook(called.url), Webhook(called.url + "/full", client_text=True)
        await _tell(house, plain, full, words={"intake": {"goals": "by the sea"}})
        await _worker(house).work_off("hook")
    bodies = [json.loads(body) for _, body in called.came]

    assert sorted("words" in body for body in bodies) == [False, True]
    assert sum(b"by the sea" in body for _, body in called.came) == 1


async def test_only_what_is_wanted_is_told(house: House) -> None:
    async with Called().listening() as called:
        await _tell(house, Webhook(called.url, events=("intake.decided",)))
        assert await _worker(house).work_off("hook") == 0


@pytest.mark.parametrize("status", [500, 404, 302])
async def test_a_call_that_was_not_taken_comes_again_under_the_same_id(
    house: House, status: int
) -> None:
    async with Called().listening() as called:
        called.answers = [status]
        await _tell(house, Webhook(called.url))
        await _worker(house).work_off("hook")
        (sending,) = await house.sendings()
        assert (sending.state, sending.fault) == ("waiting", f"The address answered {status}.")
        house.clock.advance(minutes=1)
        await _worker(house).work_off("hook")

    assert [headers["Rightfit-Id"] for headers, _ in called.came] == [sending.id] * 2
    assert [each.state for each in await house.sendings()] == ["sent"]


async def test_nobody_listening_is_put_off_and_gone_is_gone(house: House) -> None:
    async with Called().listening() as called:
        called.answers = [410]
        await _tell(house, Webhook(called.url), Webhook("http://127.0.0.1:1/nobody"))
        await _worker(house).work_off("hook")

    found = sorted((each.state, str(each.fault)) for each in await house.sendings())
    assert found == [
        ("refused", "The address says that it is gone (410)."),
        ("waiting", "The address could not be reached."),
    ]

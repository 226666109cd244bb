"""A client who follows a script and, like the page, sends again what was not acknowledged."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import msgspec

from rightfit.engine.assembly import Engine
from rightfit.engine.outcomes import Opened, Outcome
from rightfit.engine.reception import Reception
from rightfit.engine.refusals import NoSuchConversation
from rightfit.store import intakes
from rightfit.store.database import StorageUnavailable
from rightfit.store.reconcile import discrepancies
from tests.engines import IN_DANGER

Step = tuple[str, Any]
Result = TypeVar("Result")

#: Every kind of turn once, on the short practice: answers, one that asks something, choices,
#: an aside, a skip, a probe, going back, a break and coming back, sending, a note, changing
#: what was sent by name.
EVERY_KIND_OF_TURN: tuple[Step, ...] = (
    ("choose", ["yes"]),
    ("say", "Skip this"),
    ("say", "Ten years at sea. Why do you ask?"),
    ("say", "How long does this take?"),
    ("say", "Dunno"),
    ("say", "A desk on land"),
    ("say", "Please go back"),
    ("say", "A desk by a window"),
    ("say", "I have to stop"),
    ("choose", ["pause"]),
    ("resume", None),
    ("choose", ["video", "writing"]),
    ("say", "ann@sea.example"),
    ("choose", ["send"]),
    ("say", "One more thing: thank you for reading"),
    ("say", "Let me change my goals"),
    ("choose", ["keep"]),
    ("choose", ["send"]),
)

#: Every kind of turn about needs once, for ``Noticing`` on the practice with needs: what was
#: heard, added, reworded, taken out, left out, told in person, picked and weighed, danger.
EVERY_KIND_OF_WEIGHING: tuple[Step, ...] = (
    ("choose", ["yes"]),
    ("say", "Regular hours. A boss who listens. People of my faith. A short commute."),
    ("choose", ["n2"]),
    ("choose", ["take_out"]),
    ("say", "A canteen"),
    ("choose", ["n1"]),
    ("say", "The same hours every week"),
    ("choose", ["right"]),
    ("choose", ["leave_out"]),
    ("choose", ["n3", "n6"]),
    ("choose", ["big_part"]),
    ("say", IN_DANGER),
    ("choose", ["go_on"]),
    ("choose", ["decline"]),
    ("say", "Skip this"),
    ("say", "Skip this"),
    ("say", "A plan. A place that knows I am ill. And a lawyer."),
    ("choose", ["tell_in_person"]),
    ("say", "Cork"),
    ("choose", ["send"]),
    ("say", f"{IN_DANGER} at all"),
)


class ScriptedClient:
    """One client on one reception; ``undone`` counts what had to be sent again."""

    def __init__(self, reception: Reception, most_tries: int = 1) -> None:
        self.reception = reception
        self.undone = 0
        self._most_tries = most_tries
        self._steps = 0
        self._cursor = 0
        self.opened: Opened | None = None
        #: (seq, id) of everything that was shown to this client.
        self.shown: set[tuple[int, str]] = set()

    @property
    def conversation(self) -> str:
        assert self.opened
        return self.opened.conversation

    async def open(self, coach: str | None = None) -> None:
        self.opened = await self._until_done(
            lambda: self.reception.open("web", coach, "en", "192.0.2.7")
        )
        self._see(await self._until_done(lambda: self.reception.shown(self.conversation, 0)))

    async def play(self, *steps: Step) -> None:
        for step in steps:
            await self.take(step)

    async def take(self, step: Step) -> Outcome:
        self._steps += 1
        kind, content = step
        if kind == "resume":
            assert self.opened
            receipt = self.opened.receipt
            self.opened = await self._until_done(lambda: self.reception.resume(receipt, None))
            outcome = await self._until_done(
                lambda: self.reception.shown(self.conversation, self._cursor)
            )
        else:
            body, key, seen = content, f"step-{self._steps}", self._cursor
            kind_ = "text" if kind == "say" else "choice"
            outcome = await self._until_done(
                lambda: self.reception.receive(self.conversation, key, kind_, body, seen)
            )
        self._see(outcome)
        return outcome

    def _see(self, outcome: Outcome) -> None:
        self._cursor = outcome.cursor
        self.shown |= {(message.seq, message.id) for message in outcome.messages}

    async def _until_done(self, call: Callable[[], Awaitable[Result]]) -> Result:
        for _ in range(self._most_tries - 1):
            try:
                return await call()
            except StorageUnavailable:
                self.undone += 1
        return await call()


async def portrait(engine: Engine, client: ScriptedClient) -> dict[str, Any]:
    """All that a conversation comes to, without what differs between two like it.

    Holds the store to the invariant, and what the client was shown to the store.
    """
    async with engine.database.reading() as transaction:
        content = await intakes.content(transaction, client.conversation)
        assert await discrepancies(transaction) == ()
    if content is None:
        raise NoSuchConversation
    assert client.opened
    stored = {(message.seq, message.id) for message in content.transcript}
    assert client.shown <= stored, "something was shown that was not committed"
    plain = msgspec.to_builtins(content)
    del plain["intake"]["id"]
    for message in plain["transcript"]:
        del message["id"], message["at"]
        message["text"] = message["text"].replace(client.opened.receipt, "RECEIPT")
    for answer in plain["versions"] + plain["intake"]["answers"]:
        del answer["at"]
    return dict(plain)

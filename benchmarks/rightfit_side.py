"""Rightfit's server, as `rightfit serve` starts it, and a client of its chat API."""

from __future__ import annotations

import sys
import uuid
from pathlib import Path
from typing import Any

import aiohttp

from benchmarks.interview import ASIDE, PROJECT, STAY_AT, NoAnswer, Step
from benchmarks.processes import Server, free_port, run

_COMMAND = [sys.executable, "-c", "from rightfit.cli import main; main()"]
#: The limits would measure themselves.
_NO_LIMITS = [
    *("--messages-per-minute", "1000000", "--messages-at-once", "1000000"),
    *("--conversations-per-minute", "1000000", "--conversations-at-once", "1000000"),
]


def train(folder: Path) -> None:
    """Train the model where that is needed."""
    run([*_COMMAND, "train"], PROJECT, folder / "rightfit-train.log")


class RightfitSide:
    """A running server, and how a client talks to it."""

    name = "Rightfit"

    def __init__(self, folder: Path, bytecode: Path, steps: tuple[Step, ...]) -> None:
        self._port = free_port()
        self._url = f"http://127.0.0.1:{self._port}"
        self._steps = {step.question: step for step in steps}
        self.server = Server(folder / "rightfit.log")
        serve = ["serve", "--port", str(self._port), "--data", str(folder / "rightfit")]
        self.server.start([*_COMMAND, *serve, *_NO_LIMITS], PROJECT, bytecode)

    async def ready(self, session: aiohttp.ClientSession) -> None:
        """Wait until it answers."""
        await self.server.answers(session, f"{self._url}/readyz")

    async def open(self, session: aiohttp.ClientSession) -> RightfitClient:
        """A new conversation, at its first question."""
        async with session.post(f"{self._url}/api/conversations", json={}) as response:
            response.raise_for_status()
            return RightfitClient(session, self._url, self._steps, await response.json())


class RightfitClient:
    """One client, who answers what is asked."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        url: str,
        steps: dict[str, Step],
        opened: dict[str, Any],
    ) -> None:
        self._session = session
        self._url = url
        self._steps = steps
        self._headers = {"Authorization": f"Bearer {opened['token']}"}
        self._asked = opened["messages"][-1]

    @property
    def done(self) -> bool:
        """Whether nothing is asked any more."""
        return not self._asked.get("question") and not self._asked.get("choices")

    @property
    def staying(self) -> bool:
        """Whether the question is the one for asides."""
        return bool(self._asked.get("question") == STAY_AT)

    async def answer(self) -> None:
        """Answer the question on screen."""
        step = self._steps.get(self._asked.get("question", ""))
        if step is None:
            # Only this side asks it.
            await self._say({"text": "skip"})
        elif step.choice is None:
            await self._say({"text": step.said})
        elif step.multiple:
            await self._say({"choices": [step.choice]})
        else:
            await self._say({"choice": step.choice})

    async def ask_aside(self) -> None:
        """Ask something, and get the question again."""
        await self._say({"text": ASIDE})

    async def _say(self, body: dict[str, Any]) -> None:
        async with self._session.post(
            f"{self._url}/api/messages",
            json={"id": str(uuid.uuid4()), **body},
            headers=self._headers,
        ) as response:
            told = await response.json()
            if response.status != 200 or not told["messages"]:
                raise NoAnswer(f"Rightfit answered {response.status}: {told}")
            self._asked = told["messages"][-1]

    async def stored(self) -> dict[str, str]:
        """The answers that the server stored: question to words, or to the id of a choice."""
        url = f"{self._url}/api/export"
        async with self._session.get(url, headers=self._headers) as response:
            response.raise_for_status()
            intake = (await response.json())["intake"]
        return {
            answer["question"]: answer["given"].get("text") or answer["given"]["choices"][0]
            for answer in intake["answers"]
            if answer["given"]["kind"] != "skipped"
        }

"""Stock Rasa: what `rasa init` makes, plus the interview as a form; and a client of it."""

from __future__ import annotations

import shutil
import sys
import uuid
from pathlib import Path
from typing import Any

import aiohttp
import rasa
from ruamel.yaml import YAML

from benchmarks.interview import ASIDE, STAY_AT, NoAnswer, Step, aside_answer
from benchmarks.processes import Server, free_port, run

#: What people may write to ask how long it takes.
_ASIDE_EXAMPLES = [
    ASIDE,
    *("how long will it be", "how much longer", "how many minutes is this", "is it long"),
    *("how much time does it take", "are we nearly done", "how many questions are left"),
]
_ACTIONS = """
from rasa_sdk import FormValidationAction

QUESTIONS = {questions}


def keep(question):
    def validate(self, value, dispatcher, tracker, domain):
        return {{question: value}}

    return validate


class ValidateIntakeForm(FormValidationAction):
    def name(self):
        return "validate_intake_form"

    def validate_contact(self, value, dispatcher, tracker, domain):
        return {{"contact": value if "@" in str(value) else None}}


for question in QUESTIONS:
    if question != "contact":
        setattr(ValidateIntakeForm, f"validate_{{question}}", keep(question))
"""


def _rasa(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "rasa", *arguments]


def _write(file: Path, content: dict[str, Any]) -> None:
    # Rasa tells training data by a line that starts with its key, so JSON would not do.
    yaml = YAML(typ="safe", pure=True)
    yaml.default_flow_style = False
    yaml.dump({"version": "3.1", **content}, file)


def _asks(step: Step) -> str:
    return step.asks.replace("{recap_lines}\n\n", "")


def _domain(steps: tuple[Step, ...]) -> dict[str, Any]:
    slots, responses = {}, {}
    for step in steps:
        asked = {"active_loop": "intake_form", "requested_slot": step.question}
        slots[step.question] = {
            "type": "text",
            "influence_conversation": False,
            "mappings": [
                {"type": "from_text", "not_intent": "ask_duration", "conditions": [asked]}
            ],
        }
        responses[f"utter_ask_{step.question}"] = [{"text": _asks(step)}]
    responses["utter_ask_duration"] = [{"text": aside_answer()}]
    responses["utter_sent"] = [{"text": "Thank you."}]
    return {
        "intents": ["begin", "ask_duration", "answer"],
        "slots": slots,
        "forms": {"intake_form": {"required_slots": [step.question for step in steps]}},
        "responses": responses,
        "actions": ["validate_intake_form"],
    }


def _rules() -> dict[str, Any]:
    inside = [{"active_loop": "intake_form"}]
    return {
        "rules": [
            {
                "rule": "Open the intake",
                "steps": [{"intent": "begin"}, {"action": "intake_form"}, *inside],
            },
            {
                "rule": "Answer how long it takes",
                "condition": inside,
                "steps": [
                    {"intent": "ask_duration"},
                    {"action": "utter_ask_duration"},
                    {"action": "intake_form"},
                    *inside,
                ],
            },
            {
                "rule": "Close the intake",
                "condition": inside,
                "steps": [
                    {"action": "intake_form"},
                    {"active_loop": None},
                    {"slot_was_set": [{"requested_slot": None}]},
                    {"action": "utter_sent"},
                ],
            },
        ]
    }


def make_project(folder: Path, steps: tuple[Step, ...]) -> None:
    """Write the project: the one that `rasa init` copies, and the interview beside it."""
    shutil.copytree(Path(rasa.__file__).parent / "cli" / "initial_project", folder)
    (folder / "domain").mkdir()
    shutil.move(folder / "domain.yml", folder / "domain" / "init.yml")
    _write(folder / "domain" / "intake.yml", _domain(steps))
    _write(folder / "data" / "intake_rules.yml", _rules())
    examples = {
        "begin": ["begin the intake", "start the intake", "I would like to begin"],
        "ask_duration": _ASIDE_EXAMPLES,
        # Without these the classifier takes answers for the aside, and they are lost.
        "answer": [step.said for step in steps if step.said != "Yes"],
    }
    _write(
        folder / "data" / "intake_nlu.yml",
        {
            "nlu": [
                {"intent": intent, "examples": "".join(f"- {text}\n" for text in texts)}
                for intent, texts in examples.items()
            ]
        },
    )
    (folder / "actions" / "actions.py").write_text(
        _ACTIONS.format(questions=[step.question for step in steps])
    )


def train(folder: Path) -> None:
    """Train with the default pipeline and policies, all epochs."""
    run(_rasa("train", "--domain", "domain"), folder, folder / "train.log")


class StockSide:
    """`rasa run` and `rasa run actions`, with trackers in a SQLite file."""

    name = "stock Rasa"

    def __init__(
        self, folder: Path, bytecode: Path, steps: tuple[Step, ...], project: Path
    ) -> None:
        self._steps = steps
        port, actions = free_port(), free_port()
        self._url = f"http://127.0.0.1:{port}"
        endpoints = folder / "endpoints.yml"
        _write(
            endpoints,
            {
                "action_endpoint": {"url": f"http://127.0.0.1:{actions}/webhook"},
                "tracker_store": {
                    "type": "SQL",
                    "dialect": "sqlite",
                    "db": str(folder / "stock.db"),
                },
            },
        )
        self.server = Server(folder / "stock.log")
        self.server.start(_rasa("run", "actions", "--port", str(actions)), project, bytecode)
        self.server.start(
            _rasa("run", "--enable-api", "--port", str(port), "--endpoints", str(endpoints)),
            project,
            bytecode,
        )
        self._health = [f"http://127.0.0.1:{actions}/health", f"{self._url}/status"]

    async def ready(self, session: aiohttp.ClientSession) -> None:
        """Wait until both answer, the one with a model loaded."""
        for url in self._health:
            await self.server.answers(session, url)

    async def open(self, session: aiohttp.ClientSession) -> StockClient:
        """A new conversation, at its first question."""
        client = StockClient(session, self._url, self._steps)
        await client.say("/begin")
        return client


class StockClient:
    """One client, who answers what is asked."""

    def __init__(self, session: aiohttp.ClientSession, url: str, steps: tuple[Step, ...]) -> None:
        self._session = session
        self._url = url
        # The REST channel sends each paragraph as a message of its own.
        self._steps = {_asks(step).split("\n\n")[-1]: step for step in steps}
        self._sender = uuid.uuid4().hex
        self._asked = ""

    @property
    def done(self) -> bool:
        """Whether nothing is asked any more."""
        return self._asked not in self._steps

    @property
    def staying(self) -> bool:
        """Whether the question is the one for asides."""
        return not self.done and self._steps[self._asked].question == STAY_AT

    async def answer(self) -> None:
        """Answer the question on screen."""
        await self.say(self._steps[self._asked].said)

    async def ask_aside(self) -> None:
        """Ask something, and get the question again."""
        await self.say(ASIDE)

    async def say(self, text: str) -> None:
        """Send words and take the reply."""
        async with self._session.post(
            f"{self._url}/webhooks/rest/webhook", json={"sender": self._sender, "message": text}
        ) as response:
            told = await response.json()
            if response.status != 200 or not told:
                raise NoAnswer(f"stock Rasa answered {response.status}: {told}")
            self._asked = told[-1]["text"]

    async def stored(self) -> dict[str, str]:
        """The answers that the server stored, in the client's words."""
        url = f"{self._url}/conversations/{self._sender}/tracker"
        async with self._session.get(url) as response:
            response.raise_for_status()
            slots = (await response.json())["slots"]
        return {step.question: slots[step.question] for step in self._steps.values()}

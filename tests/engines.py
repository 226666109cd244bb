"""Fixtures that give a test a working engine, with a reader that reads what the test says.

    trained         the project's own model, trained if it is out of date
    start_engine    start_engine(url, limits=..., clock=..., read=..., practice=...): an engine
                    on a database, as an async context manager
    short_practice  the practice, asking only a few of its questions
    needs_practice  the same with the list of needs, for engines that understand ``Noticing``

Rasa is imported within the fixtures: most tests do without, and it takes seconds.
"""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pytest
from ruamel.yaml import YAML

from rightfit.records import Reading

if TYPE_CHECKING:
    from rightfit.engine.assembly import Engine
    from rightfit.engine.outcomes import Limits
    from rightfit.engine.understanding import Understands, Understood
    from rightfit.weighing import Noticed

PROJECT = Path(__file__).parents[1]

#: What these clients say instead of answering; whatever else they say is an answer.
ASIDES: Mapping[str, Reading] = {
    "How long does this take?": Reading("aside", "ask_duration", 1.0),
    "Why do you ask?": Reading("aside", "ask_why", 1.0),
    "What do you mean?": Reading("aside", "ask_help", 1.0),
    "Hello there": Reading("aside", "greet", 1.0),
    "Say that again": Reading("aside", "repeat", 1.0),
    "Skip this": Reading("aside", "skip", 1.0),
    "Dunno": Reading("aside", "skip", 1.0, hesitant=True),
    "Please go back": Reading("aside", "go_back", 1.0),
    "Let me change my goals": Reading("aside", "go_back", 1.0),
    "Let me change something": Reading("aside", "go_back", 1.0),
    "I want to start again": Reading("aside", "go_back", 1.0),
    "I have to stop": Reading("aside", "stop", 1.0),
    "Ten years at sea. Why do you ask?": Reading("answer", "ask_why", 1.0),
}


def read(question: str | None, text: str) -> Reading:
    """An aside if it is one of ``ASIDES``, else an answer."""
    return ASIDES.get(text, Reading("answer", None, 1.0))


class Clock:
    """A time that goes on only when a test says so."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 2, 9, 0, tzinfo=timezone.utc)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **by: float) -> None:
        self.now += timedelta(**by)


class StartEngine(Protocol):
    """Starts an engine on the database at ``url``; unless told, no rate is limited.

    ``read`` tells answers from asides and finds no needs; ``understands`` stands in for both.
    """

    def __call__(
        self,
        url: str,
        *,
        limits: Limits | None = None,
        clock: Callable[[], datetime] | None = None,
        read: Callable[[str | None, str], Reading] = read,
        understands: Understands | None = None,
        practice: Path = PROJECT / "practice",
    ) -> AbstractAsyncContextManager[Engine]: ...


def unlimited(**others: Any) -> Limits:
    """Limits under which nobody sends too much."""
    from rightfit.engine.outcomes import Limits
    from rightfit.store.allowances import Rate

    plenty = Rate(per_minute=1e9, burst=1e9)
    return Limits(**{"messages": plenty, "arrivals": plenty, **others})


@pytest.fixture(scope="session")
def trained() -> Path:
    """The folder of the project's model."""
    from rightfit.engine import model

    folder = PROJECT / ".rightfit" / "model"
    folder.parent.mkdir(exist_ok=True)
    with (folder.parent / "training.lock").open("w") as lock:
        # Of several runs at once, one trains.
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not model.is_fresh(PROJECT, folder):
            model.train(PROJECT, folder, print)
    return folder


#: The questions of ``short_practice``: one of each kind, and what cannot be left out.
FEW = ("consent", "name", "experience", "goals", "format", "contact", "recap")


FEW_WITH_NEEDS = ("consent", "environment", "needs", "expectations", "time_zone", "recap")


@pytest.fixture(scope="session")
def short_practice(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a practice that asks ``FEW``, so that many whole intakes can be played."""
    return _asking(FEW, tmp_path_factory.mktemp("short") / "practice")


@pytest.fixture(scope="session")
def needs_practice(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a practice that asks ``FEW_WITH_NEEDS``."""
    return _asking(FEW_WITH_NEEDS, tmp_path_factory.mktemp("needs") / "practice")


def _asking(ids: tuple[str, ...], folder: Path) -> Path:
    shutil.copytree(PROJECT / "practice", folder)
    yaml = YAML()
    content = yaml.load(folder / "questions.yml")
    for question in content["questions"]:
        if question["id"] not in ids:
            question["ask"] = False
    yaml.dump(content, folder / "questions.yml")
    return folder


#: What ``Noticing`` hears in a text, by the theme it is about.
HEARD: Mapping[str, str] = {
    "Regular hours": "workload_hours",
    "Flexitime": "schedule_flexibility",
    "A boss who listens": "management",
    "A short commute": "location_remote",
    "People of my faith": "religion",
    "A place that knows I am ill": "health_access",
}
#: What it takes for the words of somebody in danger, and of somebody worn down.
IN_DANGER, WORN_OUT = "I do not want to live any more", "I cannot sleep any more"


class Noticing:
    """Reads as ``read`` does, and hears what ``HEARD`` and ``IN_DANGER`` say."""

    def understood(self, question: str | None, text: str) -> Understood:
        from rightfit.engine.understanding import Understood

        levels = {"crisis": IN_DANGER, "strained": WORN_OUT}
        level = next((level for level, words in levels.items() if words in text), "none")
        return Understood(
            read(question, text),
            tuple(_need(theme, words, text) for words, theme in HEARD.items() if words in text),
            distress=level,  # type: ignore[arg-type]
            distress_at=levels.get(level, ""),
            help=(("legal", text.index("a lawyer"), text.index("a lawyer") + 8),)
            if "a lawyer" in text
            else (),
        )

    def outright(self, text: str) -> Noticed | None:
        return _need("growth", text, text)


def _need(theme: str, words: str, text: str) -> Noticed:
    from rightfit.weighing import Noticed

    start = text.index(words)
    return Noticed(theme, "wants", "unstated", None, words, start, start + len(words))


@pytest.fixture(scope="session")
def start_engine(trained: Path, tmp_path_factory: pytest.TempPathFactory) -> StartEngine:
    """Starts engines; each is its user's own."""
    from rightfit.engine.assembly import Settings, engine

    def start(
        url: str,
        *,
        limits: Limits | None = None,
        clock: Callable[[], datetime] | None = None,
        read: Callable[[str | None, str], Reading] = read,
        understands: Understands | None = None,
        practice: Path = PROJECT / "practice",
    ) -> AbstractAsyncContextManager[Engine]:
        settings = Settings(
            project=PROJECT,
            practice=practice,
            data=tmp_path_factory.getbasetemp(),
            database=url,
            limits=limits or unlimited(),
        )
        from rightfit.engine.understanding import OnlyReading

        return engine(settings, clock or Clock(), understands or OnlyReading(read))

    return start

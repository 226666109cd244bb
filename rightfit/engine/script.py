"""Plays a scripted client against the real engine, and says where it went another way.

The same scripts serve ``rightfit talk`` and the tests under ``tests/conversations``.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Literal

import msgspec
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from rightfit.engine.assembly import Engine
from rightfit.engine.reception import NoSuchConversation
from rightfit.records import Intake, Message
from rightfit.store.intakes import Content


class ScriptFaulty(ValueError):
    """The script cannot be read: place, fault, remedy."""


class Chosen(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A step in which the client presses one button or several."""

    choose: str | list[str]


class Step(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the client does, and the names of the responses that should follow.

    ``client`` is text, or a choice; ``device`` opens the conversation on another device
    by receipt code. ``assistant`` is null where the script does not say.
    """

    client: str | Chosen | None = None
    device: Literal["another"] | None = None
    assistant: list[str] | None = None


class Expected(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What should stand in the store at the end; only what is named is compared.

    ``answers`` maps a question to the words said, the ids chosen, or ``skipped``.
    """

    state: str | None = None
    answers: dict[str, Any] | None = None


class Script(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A scripted client."""

    turns: list[Step]
    about: str = ""
    coach: str | None = None
    intake: Expected | None = None


class Difference(msgspec.Struct, frozen=True):
    """Where the conversation went another way than the script says."""

    at: str
    expected: Any
    found: Any


def read_script(file: Path) -> Script:
    """Read a script.

    Raises:
        ScriptFaulty: it is no YAML, or has keys that scripts do not have.
    """
    try:
        return msgspec.convert(YAML(typ="safe").load(file.read_text("utf-8")), Script)
    except OSError as error:
        raise ScriptFaulty(f"{file}: cannot be read ({error.strerror}); check the path") from None
    except (YAMLError, UnicodeDecodeError) as error:
        raise ScriptFaulty(f"{file}: is no YAML in UTF-8; mend it: {error}") from None
    except msgspec.ValidationError as error:
        raise ScriptFaulty(f"{file}: {error}; see docs/how-to/write-a-script.md") from None


class Playing:
    """One play of a script: ``messages`` yields as it goes, ``differences`` collects."""

    def __init__(self, engine: Engine, script: Script) -> None:
        self._reception = engine.reception
        self._script = script
        self.differences: list[Difference] = []
        self.content: Content | None = None

    async def messages(self) -> AsyncIterator[Message]:
        """Play the script; every message of the transcript, in order."""
        opened = await self._reception.open("web", self._script.coach, None, None)
        shown = await self._reception.shown(opened.conversation, 0)
        cursor, new = shown.cursor, shown.messages
        steps = self._script.turns
        begin = 0
        if steps and steps[0].client is None and steps[0].device is None:
            self._compare("the opening", steps[0].assistant, new)
            begin = 1
        for message in new:
            yield message
        for at, step in enumerate(steps[begin:], start=begin + 1):
            if step.device is not None:
                opened = await self._reception.resume(opened.receipt, None)
                shown = await self._reception.shown(opened.conversation, cursor)
            elif isinstance(step.client, Chosen):
                ids = [step.client.choose] if isinstance(step.client.choose, str) else None
                shown = await self._reception.receive(
                    opened.conversation, f"step-{at}", "choice", ids or list(step.client.choose)
                )
            else:
                shown = await self._reception.receive(
                    opened.conversation, f"step-{at}", "text", step.client or ""
                )
            cursor = shown.cursor
            self._compare(f"turn {at}", step.assistant, shown.messages)
            for message in shown.messages:
                yield message
        await self._end(opened.conversation)

    async def _end(self, conversation: str) -> None:
        try:
            self.content = await self._reception.content(conversation)
        except NoSuchConversation:
            self.content = None
        expected = self._script.intake
        if expected is None:
            return
        found_state = self.content.intake.state if self.content else "erased"
        if expected.state is not None and expected.state != found_state:
            self.differences.append(Difference("the end: state", expected.state, found_state))
        found = _answers(self.content.intake) if self.content else {}
        for question, words in (expected.answers or {}).items():
            if found.get(question) != words:
                self.differences.append(
                    Difference(f"the end: {question}", words, found.get(question))
                )

    def _compare(self, at: str, expected: list[str] | None, new: tuple[Message, ...]) -> None:
        found = [message.response for message in new if message.author == "assistant"]
        if expected is not None and expected != found:
            self.differences.append(Difference(at, expected, found))


def _answers(intake: Intake) -> dict[str, Any]:
    """Question -> the words said, the id or ids chosen, or ``skipped``."""
    found: dict[str, Any] = {}
    for answer in intake.answers:
        given = answer.given
        if given is None or given.kind == "skipped":
            found[answer.question] = "skipped"
        elif given.kind == "said":
            found[answer.question] = given.text
        else:
            chosen = list(given.choices)
            found[answer.question] = chosen[0] if len(chosen) == 1 else chosen
    return found

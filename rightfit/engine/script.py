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
from rightfit.engine.outcomes import Limits, Outcome
from rightfit.engine.refusals import Ended, NoSuchConversation, NotOnScreen
from rightfit.privacy.held_back import for_coach
from rightfit.records import Intake, Message, ShownChoice
from rightfit.store.allowances import Rate
from rightfit.store.intakes import Content

#: A script answers faster than any client.
UNHURRIED = Limits(messages=Rate(per_minute=1e9, burst=1e9))
#: More questions than stage 7 can ask in a row.
_MOST_SKIPS = 20


class ScriptFaulty(ValueError):
    """The script cannot be read: place, fault, remedy."""


class Chosen(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A step in which the client presses one button or several.

    Each is named by its id, or by words that stand on no other button.
    """

    choose: str | list[str]


class Step(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the client does, and the names of the responses that should follow.

    ``client`` is text, or a choice; ``skip_to`` says "skip" until that question is on screen;
    ``device`` opens the conversation on another device by receipt code. ``assistant`` is
    null where the script does not say.
    """

    client: str | Chosen | None = None
    skip_to: str | None = None
    device: Literal["another"] | None = None
    assistant: list[str] | None = None


class Expected(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the coach should read at the end; only what is named is compared.

    ``answers`` maps a question to the words said, the ids chosen, or ``skipped``. ``needs``
    holds needs by the fields that matter; an empty list says that there are none.
    ``distress`` are the levels in their order.
    """

    state: str | None = None
    answers: dict[str, Any] | None = None
    needs: list[dict[str, Any]] | None = None
    to_tell: int | None = None
    distress: list[str] | None = None


class Continues(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The beginning of another script, up to where ``asked`` is the question on screen.

    ``script`` is a path beside the script that continues it.
    """

    script: str
    asked: str


class Script(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A scripted client; ``earlier`` is what it continues, as read from there."""

    turns: list[Step]
    about: str = ""
    coach: str | None = None
    continues: Continues | None = None
    intake: Expected | None = None
    earlier: tuple[Step, ...] = ()


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
    script = _read(file)
    if script.continues is None:
        return script
    earlier = _read(file.parent / script.continues.script)
    return msgspec.structs.replace(script, earlier=tuple(earlier.turns))


def _read(file: Path) -> Script:
    try:
        return msgspec.convert(YAML(typ="safe").load(file.read_text("utf-8")), Script)
    except OSError as error:
        raise ScriptFaulty(f"{file}: cannot be read ({error.strerror}); check the path") from None
    except (YAMLError, UnicodeDecodeError) as error:
        raise ScriptFaulty(f"{file}: is no YAML in UTF-8; mend it: {error}") from None
    except msgspec.ValidationError as error:
        raise ScriptFaulty(f"{file}: {error}; see docs/how-to/write-a-script.md") from None


class Playing:
    """One play of a script: ``messages`` yields as it goes, ``differences`` collects.

    ``content`` is what the coach reads of it in the end; null where there is nothing.
    """

    def __init__(self, engine: Engine, script: Script) -> None:
        self._reception = engine.reception
        self._practice = engine.practice
        self._script = script
        self._conversation, self._receipt, self._cursor = "", "", 0
        self._asked: str | None = None
        self._choices: tuple[ShownChoice, ...] = ()
        self.differences: list[Difference] = []
        self.content: Content | None = None

    async def messages(self) -> AsyncIterator[Message]:
        """Play the script; every message of the transcript, in order."""
        opened = await self._reception.open("web", self._script.coach, None, None)
        self._conversation, self._receipt = opened.conversation, opened.receipt
        shown = await self._reception.shown(self._conversation, 0)
        self._cursor = shown.cursor
        self._asked, self._choices = shown.messages[-1].question, shown.messages[-1].choices
        for message in shown.messages:
            yield message
        asked = self._script.continues.asked if self._script.continues else None
        for at, step in enumerate(self._script.earlier):
            if self._asked == asked:
                break
            async for shown in self._step(f"earlier-{at}", step):
                for message in shown.messages:
                    yield message
        if asked is not None and self._asked != asked:
            self.differences.append(Difference("the beginning", asked, self._asked))
            return
        for at, step in enumerate(self._script.turns, start=1):
            place = f"turn {at}"
            try:
                async for shown in self._step(place, step):
                    for message in shown.messages:
                        yield message
            except NotOnScreen:
                self.differences.append(Difference(place, "a choice on screen", step.client))
                break
            except Ended:
                self.differences.append(Difference(place, "an open conversation", "it has ended"))
                break
            self._compare(place, step.assistant, shown.messages)
        await self._end(self._conversation)

    async def _step(self, place: str, step: Step) -> AsyncIterator[Outcome]:
        """What is shown after a step, once for each thing that the client does."""
        if step.client is not None or step.device is not None:
            yield await self._play(place, step)
        for time in range(_MOST_SKIPS if step.skip_to else 0):
            if self._asked == step.skip_to:
                return
            yield await self._play(f"{place}-{time}", Step(client="skip"))
        if step.skip_to not in (None, self._asked):
            self.differences.append(Difference(place, step.skip_to, self._asked))

    async def _play(self, key: str, step: Step) -> Outcome:
        if step.device is not None:
            opened = await self._reception.resume(self._receipt, None)
            shown = await self._reception.shown(opened.conversation, self._cursor)
        elif isinstance(step.client, Chosen):
            chosen = step.client.choose
            ids = [self._id(each) for each in ([chosen] if isinstance(chosen, str) else chosen)]
            shown = await self._reception.receive(self._conversation, key, "choice", ids)
        else:
            text = step.client or ""
            shown = await self._reception.receive(self._conversation, key, "text", text)
        self._cursor = shown.cursor
        if shown.messages:
            self._asked, self._choices = shown.messages[-1].question, shown.messages[-1].choices
        return shown

    def _id(self, named: str) -> str:
        """The id of the choice that a script names by its id, or by words on its button."""
        ids = [choice.id for choice in self._choices]
        said = [choice.id for choice in self._choices if named in choice.title]
        return said[0] if named not in ids and len(said) == 1 else named

    async def _end(self, conversation: str) -> None:
        try:
            held = await self._reception.content(conversation)
            read = for_coach(
                self._practice, held.intake, held.versions, held.transcript, held.held_back
            )
            self.content = msgspec.structs.replace(
                held, intake=read.intake, versions=read.versions, transcript=read.transcript
            )
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
        if self.content is not None:
            self.differences.extend(_noticed_otherwise(expected, self.content.intake))

    def _compare(self, at: str, expected: list[str] | None, new: tuple[Message, ...]) -> None:
        found = [message.response for message in new if message.author == "assistant"]
        if expected is not None and expected != found:
            self.differences.append(Difference(at, expected, found))


def _noticed_otherwise(expected: Expected, intake: Intake) -> list[Difference]:
    """Where the needs, what is to be told and the distress are not what the script says."""
    needs = [msgspec.structs.asdict(need) for need in intake.needs]
    missing = [
        Difference("the end: needs", wanted, needs)
        for wanted in expected.needs or ()
        if not any(wanted.items() <= need.items() for need in needs)
    ]
    if expected.needs == [] and needs:
        missing.append(Difference("the end: needs", [], needs))
    levels = [shown.level for shown in intake.distress]
    for name, wanted, found in (
        ("to_tell", expected.to_tell, intake.to_tell),
        ("distress", expected.distress, levels),
    ):
        if wanted is not None and wanted != found:
            missing.append(Difference(f"the end: {name}", wanted, found))
    return missing


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

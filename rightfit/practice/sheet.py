"""One YAML file, read so that every value still knows its line.

The file is composed into nodes and not constructed: a construct stops at the first
duplicate key and forgets where scalars stood, and every mistake is to be found in one
run. YAML is 1.2, as Rasa reads it: ``no`` is a word.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, SequenceNode

from rightfit.practice.faults import Fault, choose_from, closest

_TAG = "tag:yaml.org,2002:"
_SAID = {
    "map": "a list of 'key: value' lines",
    "seq": "a list",
    "str": "text",
    "int": "a whole number",
    "float": "a number with a fraction",
    "bool": "true or false",
    "null": "nothing",
    "timestamp": "a date",
}

_EMOJI = re.compile("[\U0001f000-\U0001faff]")

#: Rasa takes any YAML file with a line that starts so, even indented, for training data
#: (rasa.shared.data.is_key_in_yaml, Rasa 3.6).
TRAINING_KEYS: tuple[str, ...] = ("rules:", "stories:", "nlu:", "responses:")


class Sheet:
    """A file under reading, and the mistakes found in it so far."""

    def __init__(self, name: str, faults: list[Fault]) -> None:
        self.name = name
        self.faults = faults

    def fault(self, line: int, what: str, remedy: str) -> None:
        self.faults.append(Fault(self.name, line, what, remedy))


class Value:
    """A node of the file. Each reader returns None after noting a mistake."""

    def __init__(self, sheet: Sheet, node: Any, name: str, key_line: int = 0) -> None:
        self.sheet = sheet
        self.node = node
        self.name = name
        self.line: int = node.start_mark.line + 1
        self.key_line = key_line or self.line

    @property
    def type(self) -> str:
        """``map``, ``seq``, or what YAML takes the scalar for: ``str``, ``int`` ..."""
        if isinstance(self.node, MappingNode):
            return "map"
        if isinstance(self.node, SequenceNode):
            return "seq"
        tag = str(self.node.tag).removeprefix(_TAG)
        return "str" if tag in ("map", "seq") else tag

    def fault(self, what: str, remedy: str) -> None:
        self.sheet.fault(self.line, what, remedy)

    def _expect(self, wanted: str) -> bool:
        if self.type == wanted:
            return True
        found = _SAID.get(self.type, f"a value of type {self.type}")
        self.fault(f"{self.name} should be {_SAID[wanted]}, but is {found}.", _HOW[wanted])
        return False

    def entries(self) -> dict[str, Value]:
        """Key -> value of a mapping whose keys are free; a key given twice is a mistake."""
        if not self._expect("map"):
            return {}
        found: dict[str, Value] = {}
        for key, value in self.node.value:
            line = key.start_mark.line + 1
            if not isinstance(key.value, str):
                self.sheet.fault(line, f"{self.name} has a key that is not a word.", "Remove it.")
                continue
            if key.value in found:
                first = found[key.value].key_line
                self.sheet.fault(
                    line,
                    f"'{key.value}' is given twice in {self.name}, first on line {first}.",
                    "Keep one of the two.",
                )
                continue
            found[key.value] = Value(self.sheet, value, f"'{key.value}'", line)
        return found

    def fields(
        self, needed: Iterable[str], optional: Iterable[str] = (), *, named: str
    ) -> dict[str, Value]:
        """Key -> value of a mapping whose keys are fixed.

        A misspelt key is reported once and then read as the key it was meant to be, so
        that mistakes below it come to light in the same run.
        """
        if not self._expect("map"):
            return {}
        needed, known = tuple(needed), (*needed, *optional)
        found = self.entries()
        for key in [key for key in found if key not in known]:
            value = found.pop(key)
            guess = closest(key, known)
            remedy = (
                f"Did you mean '{guess}'?"
                if guess
                else f"Remove it, or use one of: {', '.join(known)}."
            )
            self.sheet.fault(value.key_line, f"{named} has an unknown key '{key}'.", remedy)
            if guess is not None and guess not in found:
                found[guess] = value
        for key in needed:
            if key not in found:
                self.fault(f"{named} has no '{key}'.", f"Add a line '{key}: ...'.")
        return found

    def items(self) -> list[Value]:
        """The members of a list."""
        if not self._expect("seq"):
            return []
        return [Value(self.sheet, node, f"an entry of {self.name}") for node in self.node.value]

    def text(self, *, client_reads: bool = False) -> str | None:
        """Text that is not empty; ``client_reads`` holds it to the voice of the assistant."""
        if not self._expect("str"):
            return None
        words = str(self.node.value).strip()
        if not words:
            self.fault(f"{self.name} is empty.", "Write something, or remove the line.")
            return None
        if client_reads and "!" in words:
            self.fault(f"{self.name} has an exclamation mark.", "End with a full stop instead.")
        if client_reads and _EMOJI.search(words):
            self.fault(f"{self.name} has an emoji.", "Say it in words.")
        return words

    def texts(self, *, least: int = 0) -> tuple[str, ...]:
        """A list of at least ``least`` texts, without repetitions."""
        found: list[str] = []
        self._count(least)
        for item in self.items():
            words = item.text()
            if words is None:
                continue
            if words in found:
                item.fault(f"'{words}' stands twice in {self.name}.", "Remove one of the two.")
                continue
            found.append(words)
        return tuple(found)

    def word(self) -> str | None:
        """One word as it stands in the file: 60_100 is a number to YAML, but a word here."""
        if self.type in ("map", "seq", "null"):
            self._expect("str")
            return None
        return str(self.node.value)

    def one_of(self, known: Iterable[str], what: str) -> str | None:
        """A word out of ``known``; ``what`` says what the words are."""
        names = tuple(known)
        word = self.word()
        if word is not None and word not in names:
            self.fault(f"'{word}' is not {what}.", choose_from(word, names))
            return None
        return word

    def some_of(self, known: Iterable[str], what: str, *, least: int = 0) -> tuple[str, ...]:
        """A list of at least ``least`` words out of ``known``, without repetitions."""
        names = tuple(known)
        found: list[str] = []
        self._count(least)
        for item in self.items():
            word = item.one_of(names, what)
            if word is not None and word in found:
                item.fault(f"'{word}' stands twice in {self.name}.", "Remove one of the two.")
            elif word is not None:
                found.append(word)
        return tuple(found)

    def _count(self, least: int) -> None:
        if self.type == "seq" and len(self.node.value) < least:
            self.fault(f"{self.name} is an empty list.", f"Name at least {_NUMBER[least]}.")

    def truth(self) -> bool | None:
        """True or false."""
        if not self._expect("bool"):
            return None
        return str(self.node.value).casefold() == "true"

    def number(self, *, least: int) -> int | None:
        """A whole number that is not below ``least``."""
        if not self._expect("int"):
            return None
        try:
            value = int(str(self.node.value).replace("_", ""), 0)
        except ValueError:
            self.fault(f"{self.name} is not a plain whole number.", "Write digits only.")
            return None
        if value < least:
            self.fault(f"{self.name} is {value}.", f"Use a number from {least} up.")
            return None
        return value


_NUMBER = {1: "one", 2: "two"}

_HOW = {
    "map": "Indent the lines below it as 'key: value'.",
    "seq": "Start each entry with '- ', or write [one, two].",
    "str": "Write words. Put digits, true, false and dates in quotation marks.",
    "int": "Write digits only, without quotation marks.",
    "bool": "Write true or false, without quotation marks.",
}


def open_sheet(
    path: Path, faults: list[Fault], *, is_domain: bool = False
) -> tuple[Sheet, Value | None]:
    """The file at ``path`` and its outermost value, or None after noting why there is none."""
    sheet = Sheet(str(path), faults)
    text = _text(path, sheet)
    if text is None:
        return sheet, None
    if not is_domain:
        _check_no_training_data(sheet, text)
    node = _guarded(sheet, text, YAML(typ="safe").compose)
    if isinstance(node, _Unreadable):
        return sheet, None
    if node is None:
        sheet.fault(1, "This file is empty.", "Fill it, or take it from the fictional practice.")
        return sheet, None
    return sheet, Value(sheet, node, "this file")


def skim(path: Path, faults: list[Fault]) -> None:
    """Check that a file is YAML and no training data; what it says is another's matter.

    Walking the events takes a fifth of the time of composing, and examples are long files.
    """
    sheet = Sheet(str(path), faults)
    text = _text(path, sheet)
    if text is not None:
        _check_no_training_data(sheet, text)
        _guarded(sheet, text, lambda text: deque(YAML(typ="safe").parse(text), maxlen=0))


class _Unreadable:
    """Says that a mistake has been noted, since None is what an empty file gives."""


def _check_no_training_data(sheet: Sheet, text: str) -> None:
    for number, line in enumerate(re.split(r"\r\n|\r|\n", text), 1):
        key = next((key for key in TRAINING_KEYS if line.lstrip().startswith(key)), None)
        if key is not None:
            sheet.fault(
                number,
                f"A line starts with '{key}', which makes Rasa take this file for its own.",
                "Call the key something else, or break the line elsewhere.",
            )


def _guarded(sheet: Sheet, text: str, read: Callable[[str], Any]) -> Any:
    """What ``read`` makes of ``text``, or an _Unreadable after noting why it cannot."""
    try:
        return read(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        sheet.fault(
            # A mark at the very end may lie below the last line.
            min(mark.line, text.count("\n")) + 1 if mark is not None else 1,
            f"This is not valid YAML: {error.problem or error.context}.",
            "Look at the indentation, colons and quotation marks of this line and the one before.",
        )
    except (YAMLError, ValueError) as error:
        first = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        sheet.fault(1, f"This is not valid YAML: {first}.", "Remove the odd characters.")
    except RecursionError:
        sheet.fault(1, "This file is nested too deeply.", "Remove the inner brackets.")
    return _Unreadable()


def _text(path: Path, sheet: Sheet) -> str | None:
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        guess = closest(path.name, _neighbours(path))
        remedy = (
            f"Rename '{guess}' to '{path.name}'."
            if guess
            else "Create it, or take it from the fictional practice."
        )
        sheet.fault(1, "This file is missing.", remedy)
        return None
    except OSError as error:
        sheet.fault(1, f"This file cannot be read: {error.strerror}.", "Look at its permissions.")
        return None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        sheet.fault(
            raw[: error.start].count(b"\n") + 1,
            "This line has characters that are not UTF-8.",
            "Save the file again with the encoding UTF-8.",
        )
        return None


def _neighbours(path: Path) -> tuple[str, ...]:
    try:
        return tuple(sorted(other.name for other in path.parent.iterdir()))
    except OSError:
        return ()

"""What the engine asks of whoever reads a client's words."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Literal, Protocol

import msgspec

from rightfit.language.needs import Need
from rightfit.language.understand import Understander
from rightfit.records import Reading
from rightfit.weighing import Noticed

#: How a message is read, with the id of the question on screen as an input.
Read = Callable[[str | None, str], Reading]


class Understood(msgspec.Struct, frozen=True):
    """All that is understood of one message.

    ``distress_at`` are the words that show the distress; ``help`` holds the kind and the
    offsets of each wish for help that coaching is not.
    """

    reading: Reading
    needs: tuple[Noticed, ...] = ()
    distress: Literal["none", "strained", "crisis"] = "none"
    distress_at: str = ""
    help: tuple[tuple[str, int, int], ...] = ()


class Understands(Protocol):
    """Reads words; the same words to the same question always come to the same."""

    def understood(self, question: str | None, text: str) -> Understood:
        """One message, with the id of the question on screen where it is known."""

    def outright(self, text: str) -> Noticed | None:
        """Words that a client gives as a need: which need they are, as a whole."""


class Trained:
    """Reads with what was trained."""

    def __init__(self, understander: Understander) -> None:
        self._understander = understander

    def understood(self, question: str | None, text: str) -> Understood:
        heard = self._understander.heard(question, text)
        start, end = heard.distress_at or (0, len(text))
        return Understood(
            reading=heard.reading,
            needs=tuple(_noticed(need) for need in heard.needs),
            distress=heard.distress,
            distress_at=text[start:end] if heard.distress != "none" else "",
            help=tuple((each.kind, each.start, each.end) for each in heard.help),
        )

    def outright(self, text: str) -> Noticed | None:
        return _noticed(self._understander.theme_of(text)) if text.strip() else None


def _noticed(need: Need) -> Noticed:
    return msgspec.convert(msgspec.structs.asdict(need), Noticed)


class OnlyReading:
    """Tells answers from asides, and finds nothing in them."""

    def __init__(self, read: Read) -> None:
        self._read = read

    def understood(self, question: str | None, text: str) -> Understood:
        return Understood(self._read(question, text))

    def outright(self, text: str) -> Noticed | None:
        return None


class Words(msgspec.Struct, frozen=True):
    """What a message was understood to say; ``outright`` where it was given as a need."""

    understood: Understood
    outright: Noticed | None


class Listener:
    """Understands in a thread of its own, so that nobody else has to wait for it.

    One message after the other: what was trained is not made for two threads.
    """

    def __init__(self, understands: Understands) -> None:
        self._understands = understands
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="understanding")

    def listen(self, question: str | None, text: str, *, as_a_need: bool) -> Future[Words]:
        """Begin to understand a text said to a question; nobody has to wait for the end."""
        return self._thread.submit(self._words, question, text, as_a_need)

    def _words(self, question: str | None, text: str, as_a_need: bool) -> Words:
        understood = self._understands.understood(question, text)
        return Words(understood, self._understands.outright(text) if as_a_need else None)

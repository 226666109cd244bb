"""From a message to all that is understood of it: the surface other programs rely on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Literal

import msgspec
import numpy as np

from rightfit.language.asides import Reader
from rightfit.language.clauses import Span
from rightfit.language.cues import CUES
from rightfit.language.distress import Distress, find_distress, gravest
from rightfit.language.encoder import Encoder
from rightfit.language.needs import Need, find_needs, need_of
from rightfit.language.outside_help import HelpAt, find_outside_help, likeliest
from rightfit.language.pipeline import Statement, pieces_of, pipeline, statements
from rightfit.language.understanding import Understanding
from rightfit.records import Reading

_REASONS = 3


class Request(msgspec.Struct, frozen=True):
    """One line of ``rightfit understand``: a message and, where known, what it answers."""

    id: str
    text: str
    question: str | None = None


class Response(msgspec.Struct, frozen=True):
    """What was understood. An answer that also asks something has a non-null ``aside``.

    An aside holds no needs. ``needs[i].quote == text[start:end]``, always.
    """

    id: str
    kind: Literal["answer", "aside"]
    aside: str | None
    needs: list[Need]
    distress: Distress
    out_of_scope_help: list[str]


class Heard(msgspec.Struct, frozen=True):
    """All that one message says, from one pass, with the places that show it.

    ``distress_at`` is where distress shows, null without any. An aside has no needs and asks
    for no help; distress is heard in asides, too.
    """

    reading: Reading
    needs: list[Need]
    distress: Distress
    distress_at: Span | None
    help: list[HelpAt]


class Reason(msgspec.Struct, frozen=True):
    """Why something was, or nearly was, found: where, how likely, and the cues there."""

    found: str
    quote: str
    chance: float
    cues: list[str]


class Explained(Response, frozen=True):
    """A response with its reasons: the likeliest themes of each clause, and states."""

    why: list[Reason]
    certainty: float


class Understander:
    """Understands messages one after another; holds no state between them."""

    def __init__(self, encoder: Encoder, reader: Reader, learnt: Understanding) -> None:
        self._encoder, self._reader, self._learnt = encoder, reader, learnt
        self._nlp = pipeline()

    @classmethod
    def load(cls, folder: Path, encoder: Encoder | None = None) -> Understander:
        """What was trained into ``folder``.

        :raises UnderstandingUnavailable: nothing usable about needs is in the folder.
        :raises ReaderUnavailable: nothing usable about asides is in the folder.
        :raises EncoderUnavailable: no encoder was given and the model can't be used.
        """
        learnt = Understanding.load(folder)
        encoder = encoder or Encoder.load()
        return cls(encoder, Reader.load(folder, encoder), learnt)

    def understand(self, requests: Iterable[Request]) -> Iterator[Response]:
        """A response for each request, in their order."""
        for request, statement in self._read(requests):
            yield self._response(request, statement)

    def explain(self, requests: Iterable[Request]) -> Iterator[Explained]:
        """The same, with reasons."""
        for request, statement in self._read(requests):
            plain = self._response(request, statement)
            reading = self._reading(request.question, statement)
            yield Explained(
                **{field: getattr(plain, field) for field in plain.__struct_fields__},
                why=self._why(statement),
                certainty=reading.certainty,
            )

    def heard(self, question: str | None, text: str) -> Heard:
        """Everything about one message said to ``question``, in one pass of the encoder."""
        return self._heard(question, statements(self._nlp, self._encoder, [text])[0])

    def theme_of(self, text: str) -> Need:
        """The need in words that a client gave as a need: the likeliest theme, never none.

        The whole text is the quote, ``start`` 0 and ``end`` its length.
        """
        ((statement,), (whole,)) = (
            statements(self._nlp, self._encoder, [text]),
            pieces_of(self._nlp, self._encoder, [text], [[(0, len(text))]]),
        )
        return need_of(self._learnt.needs, statement, whole)

    def _read(self, requests: Iterable[Request]) -> Iterator[tuple[Request, Statement]]:
        # One by one: a row must not depend on what else is read with it, nor a stream wait.
        for request in requests:
            yield request, statements(self._nlp, self._encoder, [request.text])[0]

    def _response(self, request: Request, statement: Statement) -> Response:
        heard = self._heard(request.question, statement)
        return Response(
            id=request.id,
            kind=heard.reading.kind,
            aside=heard.reading.aside,
            needs=heard.needs,
            distress=heard.distress,
            out_of_scope_help=[each.kind for each in heard.help],
        )

    def _heard(self, question: str | None, statement: Statement) -> Heard:
        learnt = self._learnt
        reading = self._reading(question, statement)
        is_answer = reading.kind == "answer"
        distress, at = find_distress(learnt.distress, statement)
        return Heard(
            reading=reading,
            needs=find_needs(learnt.needs, question, statement) if is_answer else [],
            distress=distress,
            distress_at=at,
            help=find_outside_help(learnt.help, statement) if is_answer else [],
        )

    def _reading(self, question: str | None, statement: Statement) -> Reading:
        if statement.meaning is None:
            return self._reader.read(question, statement.text)
        return self._reader.read_encoded(question, statement.text, statement.meaning)

    def _why(self, statement: Statement) -> list[Reason]:
        learnt = self._learnt
        if not statement.clauses.spans:
            return []
        labels = learnt.needs.themes.labels
        chances = learnt.needs.themes.chances(statement.clauses.told)
        reasons = []
        for row, text in enumerate(statement.clauses.told.texts):
            about = statement.clauses.told.about[row]
            cues = [cue for cue, there in zip(CUES, about, strict=False) if there]
            for at in np.argsort(chances[row])[::-1][:_REASONS]:
                reasons.append(Reason(labels[at], text, float(chances[row][at]), cues))
        crisis, strained = gravest(learnt.distress.classifier, statement)
        states = {"crisis": crisis, "strained": strained}
        states |= likeliest(learnt.help.classifier, statement)
        return reasons + [
            Reason(name, statement.text[slice(*span)], at, [])
            for name, (at, span) in states.items()
        ]

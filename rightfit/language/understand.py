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
from rightfit.language.encoder import WIDTH, Encoder
from rightfit.language.nearest import Example
from rightfit.language.needs import Need, find_needs, need_of
from rightfit.language.outside_help import HelpAt, find_outside_help, likeliest
from rightfit.language.pipeline import Statement, pipeline, statements, whole
from rightfit.language.rewriting import EvenText, even_text
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
    """Why something was, or nearly was, found: where, how likely, the cues there, and the
    examples that say nearly the same. From a chance of a half on, distress and help count.
    """

    found: str
    quote: str
    chance: float
    cues: list[str]
    nearest: list[Example]


class Explained(Response, frozen=True):
    """A response with its reasons: the likeliest themes of each clause, and states."""

    why: list[Reason]
    certainty: float


class _Said(msgspec.Struct, frozen=True):
    """One message, and what of it is read: the same for a belief and for its opposite."""

    text: str
    even: EvenText
    statement: Statement

    def there(self, start: int, end: int) -> Span:
        """Where a span of what is read stands in the words as they were said."""
        return self.even.back(start, end)

    def quoted(self, need: Need) -> Need:
        """The same need with the words as they were said."""
        start, end = self.there(need.start, need.end)
        return msgspec.structs.replace(need, quote=self.text[start:end], start=start, end=end)


class Understander:
    """Understands messages one after another; holds no state between them.

    Which way a belief leans is taken out before anything is read (design, section 1).
    """

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
        # One by one: a row must not depend on what else is read with it, nor a stream wait.
        for request in requests:
            yield self._response(request, self._said(request.text))

    def explain(self, requests: Iterable[Request]) -> Iterator[Explained]:
        """The same, with reasons."""
        for request in requests:
            said = self._said(request.text)
            plain = self._response(request, said)
            reading = self._reading(request.question, said.statement)
            yield Explained(
                **{field: getattr(plain, field) for field in plain.__struct_fields__},
                why=self._why(said),
                certainty=reading.certainty,
            )

    def heard(self, question: str | None, text: str) -> Heard:
        """Everything about one message said to ``question``, in one pass of the encoder."""
        return self._heard(question, self._said(text))

    def theme_of(self, text: str) -> Need:
        """The need in words that a client gave as a need: the likeliest theme, never none.

        The whole text is the quote, ``start`` 0 and ``end`` its length.
        """
        said = self._said(text)
        needs = self._learnt.needs
        scores = needs.tokens.scores(said.statement.states)
        told = whole(self._nlp, self._encoder, said.even.text)
        found = need_of(needs, said.statement, scores, told)
        return msgspec.structs.replace(found, quote=text, start=0, end=len(text))

    def _said(self, text: str) -> _Said:
        even = even_text(text)
        return _Said(text, even, statements(self._nlp, self._encoder, [even.text])[0])

    def _response(self, request: Request, said: _Said) -> Response:
        heard = self._heard(request.question, said)
        return Response(
            id=request.id,
            kind=heard.reading.kind,
            aside=heard.reading.aside,
            needs=heard.needs,
            distress=heard.distress,
            out_of_scope_help=[each.kind for each in heard.help],
        )

    def _heard(self, question: str | None, said: _Said) -> Heard:
        learnt, statement = self._learnt, said.statement
        reading = self._reading(question, statement)
        is_answer = reading.kind == "answer"
        scores = learnt.needs.tokens.scores(statement.states)
        distress, at = find_distress(learnt.distress, statement, scores)
        needs = find_needs(learnt.needs, question, statement, scores) if is_answer else []
        calls = find_outside_help(learnt.help, statement, scores) if is_answer else []
        if is_answer and at and distress == "crisis" and "therapy" not in [c.kind for c in calls]:
            # Whoever is in danger plainly needs more help than a coach's.
            calls = [HelpAt("therapy", *at), *calls]
        return Heard(
            reading=reading,
            needs=[said.quoted(need) for need in needs],
            distress=distress,
            distress_at=said.there(*at) if at else None,
            help=[HelpAt(each.kind, *said.there(each.start, each.end)) for each in calls],
        )

    def _reading(self, question: str | None, statement: Statement) -> Reading:
        return self._reader.read_encoded(question, statement.text, statement.meanings)

    def _why(self, said: _Said) -> list[Reason]:
        learnt, statement = self._learnt, said.statement
        if not statement.clauses.spans:
            return []
        labels = learnt.needs.themes.labels
        chances = learnt.needs.themes.chances(statement.clauses.told)
        reasons = []
        for row, span in enumerate(statement.clauses.spans):
            text = said.text[slice(*said.there(*span))]
            about = statement.clauses.told.about[row]
            cues = [cue for cue, there in zip(CUES, about, strict=False) if there]
            near = learnt.nearest.to(statement.clauses.told.meaning[row, :WIDTH])
            for at in np.argsort(chances[row])[::-1][:_REASONS]:
                reasons.append(Reason(labels[at], text, float(chances[row][at]), cues, near))
        scores = learnt.needs.tokens.scores(statement.states)
        gravity = gravest(learnt.distress.classifier, statement, scores)
        help_ = likeliest(learnt.help.classifier, statement, scores)
        states = {
            "crisis": (learnt.distress.crisis.values(gravity.seen), gravity.crisis_at),
            "strained": (learnt.distress.strained.values(gravity.seen), gravity.strained_at),
        }
        states |= {k: (learnt.help.calls[k].values(seen), at) for k, (seen, at) in help_.items()}
        return reasons + [
            Reason(
                name, said.text[slice(*said.there(*span))], float(1 / (1 + np.exp(-value))), [], []
            )
            for name, (value, span) in states.items()
        ]

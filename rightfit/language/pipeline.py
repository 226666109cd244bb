"""The spaCy pipeline that cuts a text into what can be understood, with its meaning and cues."""

import re
from collections.abc import Sequence
from typing import Protocol

import msgspec
import numpy as np
import spacy
from numpy.typing import NDArray
from spacy.language import Language
from spacy.tokens import Doc, SpanGroup

from rightfit.language import cues
from rightfit.language.classifier import Told, tell
from rightfit.language.clauses import Span, clauses
from rightfit.language.cues import FindsCues, counted
from rightfit.language.encoder import STATES_WIDTH, WIDTH, Tokens, Vectors, tokens_in

#: A text is read in stretches of about so many characters: the encoder sees 256 tokens.
_STRETCH = 700
_SURROGATE = re.compile("[\ud800-\udfff]")

if not Doc.has_extension("clauses"):
    # For each sentence the offsets of its clauses, as rightfit.language.clauses gives them.
    Doc.set_extension("clauses", default=())


class ReadsTokens(Protocol):
    """Whatever gives the tokens of texts their states, in the light of the whole."""

    def read(self, texts: Sequence[str]) -> list[Tokens]: ...


class Parts(msgspec.Struct, frozen=True):
    """Clauses, or sentences, of one text: where, what they mean, which cues are in them."""

    spans: tuple[Span, ...]
    told: Told


class Statement(msgspec.Struct, frozen=True):
    """One text, cut and encoded.

    ``sentence_of`` holds the place of each clause's sentence. ``offsets`` and ``states`` are
    those of the tokens of all stretches. ``meaning`` is the row of the whole text.
    """

    text: str
    clauses: Parts
    sentences: Parts
    sentence_of: tuple[int, ...]
    offsets: NDArray[np.int64]
    states: Vectors
    meaning: Vectors

    @property
    def meanings(self) -> Vectors:
        """The rows of the whole text and then of its sentences, by the last layer."""
        of_sentences = self.sentences.told.meaning[:, :WIDTH]
        return np.concatenate([self.meaning[None], of_sentences])


# spaCy reads the annotations of a component at run time: they must not be strings.
@Language.component("rightfit_clauses")
def cut(doc: Doc) -> Doc:
    """Put the clauses into ``doc._.clauses`` and ``doc.spans["clauses"]``."""
    found = clauses(doc.text)
    doc._.clauses = found
    spans = [doc.char_span(*span, alignment_mode="expand") for each in found for span in each]
    doc.spans["clauses"] = SpanGroup(doc, name="clauses", spans=[s for s in spans if s])
    return doc


@Language.factory("rightfit_cues")
def _finds_cues(nlp: Language, name: str) -> FindsCues:
    return FindsCues(nlp)


def pipeline() -> Language:
    """A blank English ``Language`` with the components ``rightfit_clauses``, ``rightfit_cues``."""
    nlp = spacy.blank("en")
    nlp.add_pipe("rightfit_clauses")
    nlp.add_pipe("rightfit_cues")
    return nlp


def statements(nlp: Language, encoder: ReadsTokens, texts: Sequence[str]) -> list[Statement]:
    """Each text cut, encoded and searched for cues; in the order of ``texts``."""
    docs = _docs(nlp, texts)
    stretches: list[str] = []
    places: list[list[tuple[int, int]]] = []
    for doc in docs:
        at = []
        for start, end in _stretches(doc._.clauses):
            at.append((len(stretches), start))
            stretches.append(doc.text[start:end])
        places.append(at)
    read = encoder.read(stretches)
    return [
        _statement(text, doc, [(read[number], start) for number, start in at])
        for text, doc, at in zip(texts, docs, places, strict=True)
    ]


def whole(nlp: Language, encoder: ReadsTokens, text: str) -> Told:
    """One row for all of a text, cut nowhere."""
    (doc,), (tokens,) = _docs(nlp, [text]), encoder.read([text])
    return _told(doc, [(0, len(text))], tokens.offsets, tokens.states)


def pieces_of(
    nlp: Language, encoder: ReadsTokens, texts: Sequence[str], spans: Sequence[Sequence[Span]]
) -> list[tuple[Told, Tokens]]:
    """Given pieces of short texts, searched for cues as clauses are; with the tokens of each."""
    return [
        (_told(doc, inside, tokens.offsets, tokens.states), tokens)
        for doc, inside, tokens in zip(_docs(nlp, texts), spans, encoder.read(texts), strict=True)
    ]


def _docs(nlp: Language, texts: Sequence[str]) -> list[Doc]:
    # spaCy speaks UTF-8, which has no lone surrogates; one mark for each keeps every offset,
    # and one that ends no sentence keeps every sentence.
    return list(nlp.pipe(_SURROGATE.sub("\ufffd", text) for text in texts))


def _stretches(found: Sequence[Sequence[Span]]) -> list[Span]:
    """Neighbouring clauses that are read together, broken between sentences where possible."""
    runs: list[Span] = []
    for sentence in found:
        for number, span in enumerate(sentence):
            room = runs and span[1] - runs[-1][0] <= _STRETCH
            fits = runs and sentence[-1][1] - runs[-1][0] <= _STRETCH
            if room and (fits or number):
                runs[-1] = (runs[-1][0], span[1])
            else:
                runs.append(span)
    return runs


def _statement(text: str, doc: Doc, read: Sequence[tuple[Tokens, int]]) -> Statement:
    offsets = np.concatenate(
        [np.zeros((0, 2), np.int64), *(tokens.offsets + start for tokens, start in read)]
    )
    states = np.concatenate(
        [np.zeros((0, STATES_WIDTH), np.float32), *(tokens.states for tokens, _ in read)]
    )
    spans = [span for sentence in doc._.clauses for span in sentence]
    sentence_of = [number for number, sentence in enumerate(doc._.clauses) for _ in sentence]
    of_sentences = [(sentence[0][0], sentence[-1][1]) for sentence in doc._.clauses]
    wholes = np.array([tokens.whole for tokens, _ in read], np.float32).reshape(-1, WIDTH)
    return Statement(
        text=text,
        clauses=Parts(tuple(spans), _told(doc, spans, offsets, states)),
        sentences=Parts(tuple(of_sentences), _told(doc, of_sentences, offsets, states)),
        sentence_of=tuple(sentence_of),
        offsets=offsets,
        states=states,
        meaning=_unit(wholes.sum(axis=0)[None])[0],
    )


def _told(doc: Doc, spans: Sequence[Span], offsets: NDArray[np.int64], states: Vectors) -> Told:
    texts = tuple(doc.text[start:end] for start, end in spans)
    rows = np.zeros((len(spans), STATES_WIDTH), dtype=np.float32)
    for row, span in enumerate(spans):
        inside = states[tokens_in(offsets, span)]
        # What has no token that was read means what the whole means.
        rows[row] = (inside if len(inside) else states).mean(axis=0) if len(states) else 0
    halves = [_unit(half) for half in np.split(rows, 2, axis=1)]
    about = [
        [*counted(doc, *span), np.log1p(len(text.split())) / 3]
        for span, text in zip(spans, texts, strict=True)
    ]
    numbers: NDArray[np.float32] = np.array(about, dtype=np.float32).reshape(
        len(spans), cues.WIDTH + 1
    )
    return tell(texts, np.concatenate(halves, axis=1), numbers)


def _unit(rows: Vectors) -> Vectors:
    unit: Vectors = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-6)
    return unit

"""The spaCy pipeline that cuts a text into what can be understood, with its meaning and cues."""

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
from rightfit.language.encoder import WIDTH, Vectors

#: A text is read in stretches of about so many characters: the encoder sees 256 tokens.
_STRETCH = 700

if not Doc.has_extension("clauses"):
    # For each sentence the offsets of its clauses, as rightfit.language.clauses gives them.
    Doc.set_extension("clauses", default=())


class EncodesPieces(Protocol):
    """Whatever gives the pieces of texts their rows of meaning, in the light of the whole."""

    def encode_pieces(
        self, texts: Sequence[str], pieces: Sequence[Sequence[Span]]
    ) -> list[Vectors]: ...


class Parts(msgspec.Struct, frozen=True):
    """Clauses, or sentences, of one text: where, what they mean, which cues are in them."""

    spans: tuple[Span, ...]
    told: Told


class Statement(msgspec.Struct, frozen=True):
    """One text, cut and encoded.

    ``sentence_of`` holds the place of each clause's sentence; ``meaning`` is the row of the
    whole text where it was read in one stretch.
    """

    text: str
    clauses: Parts
    sentences: Parts
    sentence_of: tuple[int, ...]
    meaning: Vectors | None = None


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


def statements(nlp: Language, encoder: EncodesPieces, texts: Sequence[str]) -> list[Statement]:
    """Each text cut, encoded and searched for cues; in the order of ``texts``."""
    docs = _docs(nlp, texts)
    stretches: list[str] = []
    wanted: list[list[Span]] = []
    places: list[list[int]] = []
    for doc in docs:
        at = []
        for start, end, inside in _stretches(doc._.clauses):
            at.append(len(stretches))
            stretches.append(doc.text[start:end])
            # A piece without a letter gets the row of the whole.
            wanted.append([*((first - start, last - start) for first, last in inside), (0, 0)])
        places.append(at)
    rows = encoder.encode_pieces(stretches, wanted)
    return [
        _statement(text, doc, [rows[stretch] for stretch in at])
        for text, doc, at in zip(texts, docs, places, strict=True)
    ]


def pieces_of(
    nlp: Language,
    encoder: EncodesPieces,
    texts: Sequence[str],
    spans: Sequence[Sequence[Span]],
) -> list[Told]:
    """Given pieces of short texts, encoded and searched for cues as clauses are."""
    rows = encoder.encode_pieces(texts, spans)
    return [
        _told(doc, inside, meaning)
        for doc, inside, meaning in zip(_docs(nlp, texts), spans, rows, strict=True)
    ]


def _docs(nlp: Language, texts: Sequence[str]) -> list[Doc]:
    # spaCy speaks UTF-8, which has no lone surrogates; one mark for each keeps every offset.
    return list(nlp.pipe(text.encode("utf-8", "replace").decode("utf-8") for text in texts))


def _stretches(found: Sequence[Sequence[Span]]) -> list[tuple[int, int, list[Span]]]:
    """Neighbouring clauses that are read together, broken between sentences where possible."""
    runs: list[list[Span]] = []
    for sentence in found:
        for number, span in enumerate(sentence):
            room = runs and span[1] - runs[-1][0][0] <= _STRETCH
            fits = runs and sentence[-1][1] - runs[-1][0][0] <= _STRETCH
            if room and (fits or number):
                runs[-1].append(span)
            else:
                runs.append([span])
    return [(run[0][0], run[-1][1], run) for run in runs]


def _statement(text: str, doc: Doc, rows: Sequence[Vectors]) -> Statement:
    pieces = [each[:-1] for each in rows]
    meaning = np.concatenate(pieces) if rows else np.zeros((0, WIDTH), dtype=np.float32)
    spans = [span for sentence in doc._.clauses for span in sentence]
    sentence_of = [number for number, sentence in enumerate(doc._.clauses) for _ in sentence]
    whole = [(sentence[0][0], sentence[-1][1]) for sentence in doc._.clauses]
    of_sentence = np.array(sentence_of)
    # A sentence means what its clauses mean together, each by its length.
    lengths = np.array([end - start for start, end in spans], dtype=np.float32)[:, None]
    summed = [
        (meaning[of_sentence == number] * lengths[of_sentence == number]).sum(axis=0)
        for number in range(len(whole))
    ]
    together = np.array(summed, dtype=np.float32).reshape(len(whole), WIDTH)
    if len(whole):
        together /= np.linalg.norm(together, axis=1, keepdims=True)
    return Statement(
        text=text,
        clauses=Parts(tuple(spans), _told(doc, spans, meaning)),
        sentences=Parts(tuple(whole), _told(doc, whole, together)),
        sentence_of=tuple(sentence_of),
        meaning=rows[0][-1] if len(rows) == 1 else None,
    )


def _told(doc: Doc, spans: Sequence[Span], meaning: Vectors) -> Told:
    texts = tuple(doc.text[start:end] for start, end in spans)
    about = [
        [*counted(doc, *span), np.log1p(len(text.split())) / 3]
        for span, text in zip(spans, texts, strict=True)
    ]
    numbers: NDArray[np.float32] = np.array(about, dtype=np.float32).reshape(
        len(spans), cues.WIDTH + 1
    )
    return tell(texts, meaning, numbers)

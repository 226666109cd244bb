"""Fitting what finds needs, distress and outside help to the examples."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import numpy as np
from numpy.typing import NDArray
from spacy.language import Language

from rightfit.language.classifier import Classifier, Told, fit
from rightfit.language.clauses import Span
from rightfit.language.deciding import NOTHING, Linear
from rightfit.language.distress import DistressModel
from rightfit.language.encoder import WIDTH, Encoder, tokens_in
from rightfit.language.examples import fingerprint
from rightfit.language.nearest import Nearest
from rightfit.language.needs import NeedsModel, beside, has_mode, in_context
from rightfit.language.needs_examples import (
    DISTRESS,
    NONE,
    Clause,
    NeedExamples,
    Passage,
    Sentence,
    load_need_examples,
)
from rightfit.language.outside_help import HelpModel
from rightfit.language.pipeline import Statement, pieces_of, pipeline, statements
from rightfit.language.thresholds import OfNeeds, load_thresholds, notice
from rightfit.language.token_scores import LABELS, OF_WORDS
from rightfit.language.token_training import Marks, fit_tokens
from rightfit.language.understanding import VERSION, Understanding

_JOINTS = (". ", ". ", ", ", ", ", " and ", " but ")
_TOGETHER = 3
#: One in so many plain clauses is weighed against distress and calls for help.
PLAIN_SHARE = 4
#: And one in so many passages without any: more of them take long and change nothing.
_CALM_SHARE = 3

#: Texts read in one go.
_AT_ONCE = 200

Label = TypeVar("Label")


class NeedsNote(msgspec.Struct, frozen=True):
    """What a training was made of. ``notice`` is for whoever trains, if there is any."""

    clauses: int
    passages: int
    seconds: float
    notice: str | None


class Learner:
    """Fits the parts of understanding to examples; encodes with one shared encoder."""

    def __init__(self, nlp: Language, encoder: Encoder, calm: Sequence[str] = ()) -> None:
        self._nlp, self._encoder = nlp, encoder
        self._calm = calm
        self._read: dict[str, Statement] = {}
        self._heard: dict[str, tuple[Told, list[Marks]]] = {}

    def statements(self, texts: Sequence[str]) -> list[Statement]:
        """As :func:`rightfit.language.pipeline.statements`, each text read once."""
        new = [text for text in dict.fromkeys(texts) if text not in self._read]
        # In parts: all states of all texts at once would take twice the memory they need.
        for first in range(0, len(new), _AT_ONCE):
            part = new[first : first + _AT_ONCE]
            for text, found in zip(part, statements(self._nlp, self._encoder, part), strict=True):
                self._read[text] = msgspec.structs.replace(
                    found, states=found.states.astype(np.float16)
                )
        return [self._read[text] for text in texts]

    def themes(self, examples: NeedExamples) -> Classifier:
        """Clauses, said among others as they are in life, with those of the passages."""
        told, clauses, _ = self._clauses(examples)
        rows = [
            (row, theme) for row, each in enumerate(clauses) for theme in each.themes or (NONE,)
        ]
        labels = [theme for _, theme in rows]
        picked = [told.rows([row for row, _ in rows])]
        for passage, statement in self.passages(examples.passages):
            marked = themes_of(passage, statement)
            rows = [(row, t) for row, each in enumerate(marked) for t in sorted(each) or [NONE]]
            labels.extend(theme for _, theme in rows)
            picked.append(statement.clauses.told.rows([row for row, _ in rows]))
        return fit(joined(picked), labels)

    def needs(
        self, examples: NeedExamples, gate: Linear = NOTHING, stance: Linear = NOTHING
    ) -> NeedsModel:
        """All fields of a need, behind a gate."""
        told, clauses, marks = self._clauses(examples)
        held = [row for row, each in enumerate(clauses) if each.themes]
        described = [clauses[row] for row in held]
        alone = told.rows(held)
        parts = [beside(alone, alone.about, [each.themes[0] for each in described], None)]
        fields = [(c.themes[0], c.stance or "wants", c.strength, c.mode) for c in described]
        for passage, statement in self.passages(examples.passages):
            marks.append(marks_of(passage, statement))
            if passage.needs and statement.clauses.spans:
                rows = [nearest_clause(statement, (need.start, need.end)) for need in passage.needs]
                themes = [need.theme for need in passage.needs]
                parts.append(in_context(statement, rows, themes, passage.question))
                fields += [(n.theme, n.stance, n.strength, n.mode) for n in passage.needs]
        marks += self._sentences("distress", examples.distress)[2]
        marks += self._sentences("help", examples.help)[2]
        if self._calm:
            marks += self._said("calm", [(text, NONE) for text in self._calm])[2]
        of_needs = joined(parts)
        values = [row for row, (theme, *_) in enumerate(fields) if has_mode(theme)]
        return NeedsModel(
            themes=self.themes(examples),
            tokens=fit_tokens(marks),
            stances=fit(of_needs, [stance for _, stance, _, _ in fields]),
            strengths=fit(of_needs, [strength for _, _, strength, _ in fields]),
            modes=fit(of_needs.rows(values), [fields[row][3] or NONE for row in values]),
            gate=gate,
            stance=stance,
        )

    def nearest(self, examples: NeedExamples) -> Nearest:
        """The clauses to explain with, by the last layer: that is how alike they are."""
        told, clauses, _ = self._clauses(examples)
        themes = tuple(each.themes[0] if each.themes else NONE for each in clauses)
        return Nearest.of(told.texts, themes, told.meaning[:, :WIDTH])

    def distress(self, examples: NeedExamples) -> Classifier:
        """Sentences about how somebody is; plain wishes and facts are nobody's distress."""
        told, clauses, _ = self._clauses(examples)
        wishes = [row for row, each in enumerate(clauses) if each.stance != "avoids"][::3]
        complaints = [row for row, each in enumerate(clauses) if each.stance == "avoids"][::6]
        peaceful = [each for each in examples.passages if each.distress == NONE][::_CALM_SHARE]
        plain = [told.rows([*wishes, *complaints]), *self._all_of(peaceful)]
        if self._calm:
            plain.append(self._said("calm", [(text, NONE) for text in self._calm])[0])
        return self._states("distress", examples.distress, plain)

    def help(self, examples: NeedExamples) -> Classifier:
        """Sentences that ask for help; plain needs, complaints and distress ask for none."""
        told, clauses, _ = self._clauses(examples)
        plain = [told.rows(range(0, len(clauses), PLAIN_SHARE))]
        plain += self._all_of([p for p in examples.passages if not p.help][::_CALM_SHARE])
        return self._states("help", examples.help, plain)

    def _all_of(self, passages: Sequence[Passage]) -> list[Told]:
        read = self.statements([passage.text for passage in passages])
        return [parts.told for each in read for parts in (each.clauses, each.sentences)]

    def _states(
        self, name: str, sentences: Sequence[Sentence], plain: Sequence[Told]
    ) -> Classifier:
        told, labels, _ = self._sentences(name, sentences)
        calm = joined(plain)
        return fit(joined([*told, calm]), labels + [NONE] * len(calm.texts), balanced=True)

    def _sentences(
        self, name: str, sentences: Sequence[Sentence]
    ) -> tuple[list[Told], list[str], list[Marks]]:
        told, labels, marks = [], [], []
        for hand in sorted({each.hand for each in sentences}):
            pairs = [(each.text, each.label) for each in sentences if each.hand == hand]
            rows, own, texts = self._said(f"{name} of {hand}", pairs)
            told.append(rows)
            labels += own
            marks += texts
        return told, labels, marks

    def _clauses(self, examples: NeedExamples) -> tuple[Told, list[Clause], list[Marks]]:
        told, order, marks = [], [], []
        for hand in examples.hands:
            own = [(each.text, each) for each in examples.clauses if each.hand == hand]
            if own:
                rows, clauses, tokens = self._said(f"clauses of {hand}", own)
                told.append(rows)
                order += clauses
                marks += tokens
        return joined(told), order, marks

    def _said(
        self, name: str, labelled: Sequence[tuple[str, Label]]
    ) -> tuple[Told, list[Label], list[Marks]]:
        """A few examples in one breath, as they come in life; encoded once for each name."""
        texts, spans, order = _said_together(labelled)
        if name not in self._heard:
            read = pieces_of(self._nlp, self._encoder, texts, spans)
            labels = iter(order)
            marks = []
            for (_, tokens), inside in zip(read, spans, strict=True):
                said = [(span, next(labels)) for span in inside]
                quotes = [
                    (span, (*c.themes, c.stance or "wants"))
                    for span, c in said
                    if isinstance(c, Clause) and c.themes
                ]
                beside = [label for _, label in said if isinstance(label, str)]
                marks.append(_marks(tokens.offsets, tokens.states, quotes, beside))
            self._heard[name] = joined([told for told, _ in read]), marks
        told, marks = self._heard[name]
        return told, order, list(marks)

    def passages(self, passages: Sequence[Passage]) -> Iterator[tuple[Passage, Statement]]:
        """Each passage with its statement."""
        return zip(passages, self.statements([p.text for p in passages]), strict=True)


def themes_of(passage: Passage, statement: Statement) -> list[set[str]]:
    """The themes of each clause: those whose quote it covers, or lies in, for the better half."""
    marked: list[set[str]] = []
    for start, end in statement.clauses.spans:
        inside = set()
        for need in passage.needs:
            shared = min(end, need.end) - max(start, need.start)
            if 2 * shared >= min(end - start, need.end - need.start):
                inside.add(need.theme)
        marked.append(inside)
    return marked


def marks_of(passage: Passage, statement: Statement) -> Marks:
    """Which tokens of a passage lie in the quotes of which themes and stances, and what holds of
    the whole.
    """
    quotes = [((need.start, need.end), (need.theme, need.stance)) for need in passage.needs]
    beside = (passage.distress, *passage.help)
    return _marks(statement.offsets, statement.states, quotes, beside)


def _marks(
    offsets: NDArray[np.int64],
    states: NDArray[np.floating[Any]],
    quotes: Sequence[tuple[Span, Sequence[str]]],
    beside: Sequence[str],
) -> Marks:
    words = np.zeros((len(offsets), OF_WORDS), dtype=np.bool_)
    held = {label for _, labels in quotes for label in labels} | set(beside)
    for span, labels in quotes:
        for label in labels:
            words[tokens_in(offsets, span), LABELS.index(label)] = True
    # Whoever is in danger is worn down, too.
    held |= {"strained"} if "crisis" in held else set()
    return Marks(states.astype(np.float16), words, np.array([each in held for each in LABELS]))


def train_understanding(
    files: Sequence[Path], folder: Path, encoder: Encoder, calm: Sequence[str] = ()
) -> NeedsNote:
    """Fit needs, distress and outside help to the example files and write them to ``folder``.

    ``calm`` are other things that clients say, in which nobody is in distress: "I need to stop
    for now" is no farewell.

    Where each decides is read from the file of thresholds; see
    :mod:`rightfit.language.thresholds`.

    :raises ValueError: an example is not well formed, or there are no passages.
    :raises ThresholdsUnavailable: the thresholds can't be read.
    :raises OSError: a file can't be read or written.
    """
    begun = time.monotonic()
    examples = load_need_examples(files)
    if not examples.passages:
        raise ValueError(f"{', '.join(map(str, files))}: no passages to learn from")
    chosen = load_thresholds().needs
    learner = Learner(pipeline(), encoder, calm)
    fit_understanding(learner, examples, chosen, mark(files)).save(folder)
    return NeedsNote(
        clauses=len(examples.clauses),
        passages=len(examples.passages),
        seconds=time.monotonic() - begun,
        notice=notice("needs", chosen.chosen_on, mark(files)),
    )


def fit_understanding(
    learner: Learner, examples: NeedExamples, chosen: OfNeeds, fingerprint: str
) -> Understanding:
    """All parts, fitted to all examples, deciding where it was chosen."""
    return Understanding(
        needs=learner.needs(examples, chosen.gate, chosen.stance),
        distress=DistressModel(learner.distress(examples), chosen.crisis, chosen.strained),
        help=HelpModel(learner.help(examples), chosen.help),
        nearest=learner.nearest(examples),
        fingerprint=fingerprint,
    )


def understanding_is_fresh(files: Sequence[Path], folder: Path) -> bool:
    """Whether what ``folder`` holds was trained on these files as they are now."""
    return Understanding.fingerprint_in(folder) == mark(files)


def joined(parts: Sequence[Told]) -> Told:
    """All rows of all parts."""
    return Told(
        tuple(text for part in parts for text in part.texts),
        tuple(found for part in parts for found in part.found),
        np.concatenate([part.meaning for part in parts]),
        np.concatenate([part.about for part in parts]),
    )


def _said_together(
    labelled: Sequence[tuple[str, Label]],
) -> tuple[list[str], list[list[Span]], list[Label]]:
    """Texts of a few examples each, the place of each example, and their labels in order."""
    dice = random.Random(5)  # noqa: S311 - the same draw at each training
    order = list(labelled)
    dice.shuffle(order)
    texts: list[str] = []
    spans: list[list[Span]] = []
    for first in range(0, len(order), _TOGETHER):
        text = ""
        places: list[Span] = []
        for said, _ in order[first : first + _TOGETHER]:
            text += dice.choice(_JOINTS) if text else ""
            said = said.rstrip(" .")
            places.append((len(text), len(text) + len(said)))
            text += said
        texts.append(text)
        spans.append(places)
    return texts, spans, [label for _, label in order]


def nearest_clause(statement: Statement, span: Span) -> int:
    """The place of the clause that shares most with a quote."""
    shared = [min(end, span[1]) - max(start, span[0]) for start, end in statement.clauses.spans]
    return int(np.argmax(shared))


def mark(files: Sequence[Path]) -> str:
    """What tells these examples, and the way they are used, from any others."""
    return f"{VERSION}:{fingerprint(files)}"


assert set(DISTRESS) == {"crisis", "strained", NONE}

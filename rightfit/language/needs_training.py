"""Fitting what finds needs, distress and outside help, and choosing where each decides.

Gates and thresholds are chosen on writers ("hands") that the model in question had not seen.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

import msgspec
import numpy as np
from numpy.typing import NDArray
from spacy.language import Language

from rightfit.language.classifier import Classifier, Told, fit
from rightfit.language.clauses import Span
from rightfit.language.distress import DistressModel, gravest
from rightfit.language.encoder import Encoder
from rightfit.language.examples import fingerprint
from rightfit.language.needs import NeedsModel, candidates, for_mode
from rightfit.language.needs_examples import (
    DISTRESS,
    HELP,
    NONE,
    Clause,
    NeedExamples,
    Passage,
    load_need_examples,
)
from rightfit.language.outside_help import HelpModel, likeliest
from rightfit.language.pipeline import Statement, pieces_of, pipeline, statements
from rightfit.language.understanding import VERSION, Understanding
from rightfit.records import THEMES

#: Share of ordinary answers that may raise a false alarm.
FALSE_ALARMS = 0.03
_JOINTS = (". ", ". ", ", ", ", ", " and ", " but ")
_TOGETHER = 3
#: How often thresholds are tried on hands that were left out.
_ROUNDS_BY_HAND = 3
#: One in so many plain clauses is weighed against distress and calls for help.
_PLAIN_SHARE = 4

Label = TypeVar("Label")


class NeedsNote(msgspec.Struct, frozen=True):
    """What a training was made of; theme F1 and crisis recall are on unseen writers."""

    clauses: int
    passages: int
    theme_f1: float
    crisis_recall: float
    false_alarms: float
    seconds: float


class Learner:
    """Fits the parts of understanding to examples; encodes with one shared encoder."""

    def __init__(self, nlp: Language, encoder: Encoder, calm: Sequence[str] = ()) -> None:
        self._nlp, self._encoder = nlp, encoder
        self._calm = calm
        self._read: dict[str, Statement] = {}
        self._heard: dict[str, Told] = {}

    def statements(self, texts: Sequence[str]) -> list[Statement]:
        """As :func:`rightfit.language.pipeline.statements`, each text read once."""
        new = [text for text in dict.fromkeys(texts) if text not in self._read]
        found = statements(self._nlp, self._encoder, new)
        self._read.update(zip(new, found, strict=True))
        return [self._read[text] for text in texts]

    def themes(self, examples: NeedExamples) -> Classifier:
        """Clauses, said among others as they are in life, with those of the passages."""
        told, clauses = self._clauses(examples)
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

    def needs(self, examples: NeedExamples, themes: Classifier | None = None) -> NeedsModel:
        """All fields of a need; the gate still lets nothing through."""
        told, clauses = self._clauses(examples)
        held = [row for row, each in enumerate(clauses) if each.themes]
        of_needs, described = told.rows(held), [clauses[row] for row in held]
        values = [row for row, each in enumerate(described) if THEMES[each.themes[0]].values]
        modes = for_mode(of_needs.rows(values), [described[row].themes[0] for row in values])
        return NeedsModel(
            themes=themes or self.themes(examples),
            stances=fit(of_needs, [each.stance or "wants" for each in described]),
            strengths=fit(of_needs, [each.strength for each in described]),
            modes=fit(modes, [described[row].mode or NONE for row in values]),
            gate=np.zeros(0, dtype=np.float32),
            gate_bias=-1.0,
        )

    def distress(self, examples: NeedExamples) -> Classifier:
        """Sentences about how somebody is; plain wishes and facts are nobody's distress."""
        labelled = []
        for hand in examples.hands:
            own = examples.of(frozenset({hand}))
            calm = [each for each in own.clauses if each.stance != "avoids"][::3]
            calm += [each for each in own.clauses if each.stance == "avoids"][::6]
            pairs = [(each.text, each.label) for each in own.distress]
            pairs += [(each.text, NONE) for each in calm]
            if pairs:
                labelled.append(self._said(f"distress of {hand}", pairs))
        if self._calm:
            labelled.append(self._said("calm", [(text, NONE) for text in self._calm]))
        peaceful = [each for each in examples.passages if each.distress == NONE]
        return self._states(labelled, peaceful)

    def help(self, examples: NeedExamples) -> Classifier:
        """Sentences that ask for help; plain needs, complaints and distress ask for none."""
        labelled = []
        for hand in examples.hands:
            own = examples.of(frozenset({hand}))
            pairs = [(each.text, each.label) for each in own.help]
            pairs += [(each.text, NONE) for each in own.clauses[::_PLAIN_SHARE]]
            if pairs:
                labelled.append(self._said(f"help of {hand}", pairs))
        return self._states(labelled, [each for each in examples.passages if not each.help])

    def _states(
        self, labelled: Sequence[tuple[Told, list[str]]], plain: Sequence[Passage]
    ) -> Classifier:
        told = [rows for rows, _ in labelled]
        labels = [label for _, own in labelled for label in own]
        for _, statement in self.passages(plain):
            told.extend((statement.clauses.told, statement.sentences.told))
            labels.extend([NONE] * (len(told[-2].texts) + len(told[-1].texts)))
        return fit(joined(told), labels, balanced=True)

    def _clauses(self, examples: NeedExamples) -> tuple[Told, list[Clause]]:
        told, order = [], []
        for hand in examples.hands:
            own = [(each.text, each) for each in examples.clauses if each.hand == hand]
            if own:
                rows, clauses = self._said(f"clauses of {hand}", own)
                told.append(rows)
                order += clauses
        return joined(told), order

    def _said(self, name: str, labelled: Sequence[tuple[str, Label]]) -> tuple[Told, list[Label]]:
        """A few examples in one breath, as they come in life; encoded once for each name."""
        texts, spans, order = _said_together(labelled)
        if name not in self._heard:
            self._heard[name] = joined(pieces_of(self._nlp, self._encoder, texts, spans))
        return self._heard[name], order

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


def folds(examples: NeedExamples) -> Iterator[tuple[NeedExamples, NeedExamples]]:
    """A few times: the examples of some hands that wrote passages, and those of all others.

    Never the same hand in both. More rounds than these would take minutes of each training.
    """
    hands = sorted({each.hand for each in examples.passages})
    for first in range(min(_ROUNDS_BY_HAND, len(hands))):
        apart = frozenset(hands[first::_ROUNDS_BY_HAND])
        yield examples.of(frozenset(examples.hands) - apart), examples.of(apart)


def choose_gate(
    learner: Learner, themes: Callable[[NeedExamples], Classifier], examples: NeedExamples
) -> tuple[NDArray[np.float32], float, float]:
    """Weights and bias of the gate, and the theme F1 it comes to, all on unseen writers."""
    from sklearn.linear_model import LogisticRegression

    seen: list[NDArray[np.float32]] = []
    truth: list[bool] = []
    for others, own in folds(examples):
        classifier = themes(others)
        for passage, statement in learner.passages(own.passages):
            chances = [
                classifier.chances(parts.told) for parts in (statement.clauses, statement.sentences)
            ]
            seen.append(candidates(classifier.labels, passage.question, statement, *chances))
            held = {need.theme for need in passage.needs}
            truth.extend(theme in held for theme in THEMES)
    rows, is_held = np.concatenate(seen), np.array(truth)
    model = LogisticRegression(C=0.1, max_iter=500).fit(rows, is_held)
    values = model.decision_function(rows)
    levels = np.quantile(values, np.linspace(0.5, 0.99, 99))
    reached = [f1(values >= level, is_held) for level in levels]
    best = int(np.argmax(reached))
    bias = float(model.intercept_[0] - levels[best])
    return model.coef_[0].astype(np.float32), bias, float(reached[best])


def choose_distress(learner: Learner, examples: NeedExamples) -> tuple[float, float, float, float]:
    """Thresholds for crisis and strained; the recall and false alarms of the first."""
    crisis: list[tuple[float, str]] = []
    worn: list[tuple[float, str]] = []
    ordinary: list[float] = []
    for others, own in folds(examples):
        classifier = learner.distress(others)
        labelled = [(each.text, each.label) for each in own.distress]
        labelled += [(each.text, each.distress) for each in own.passages]
        read = learner.statements([text for text, _ in labelled])
        for statement, (_, label) in zip(read, labelled, strict=True):
            (high, _), (either, _) = gravest(classifier, statement)
            crisis.append((high, label))
            worn.append((either, label))
        plain = learner.statements([each.text for each in own.clauses[::_PLAIN_SHARE]])
        ordinary += [gravest(classifier, statement)[0][0] for statement in plain]
        ordinary += [high for high, label in crisis[-len(own.passages) :] if label != "crisis"]
    alarms = np.array([chance for chance, label in crisis if label == "crisis"])
    # As low as false alarms at ordinary answers allow; the idioms among the examples, written
    # to mislead, would push it up to where real crises are missed.
    level = float(np.quantile(ordinary, 1 - FALSE_ALARMS))
    values = np.array([chance for chance, label in worn if label != "crisis"])
    strained = np.array([label == "strained" for _, label in worn if label != "crisis"])
    levels = np.linspace(0.2, 0.95, 76)
    best = max(levels, key=lambda at: f1(values >= at, strained))
    return (
        level,
        float(best),
        float(np.mean(alarms >= level)),
        float(np.mean(np.array(ordinary) >= level)),
    )


def choose_help(learner: Learner, examples: NeedExamples) -> dict[str, float]:
    """For each kind of help the threshold with the best F1 on unseen writers."""
    seen: list[tuple[dict[str, tuple[float, Span]], frozenset[str]]] = []
    for others, own in folds(examples):
        classifier = learner.help(others)
        labelled = [(each.text, frozenset({each.label})) for each in own.help]
        labelled += [(each.text, frozenset(each.help)) for each in own.passages]
        read = learner.statements([text for text, _ in labelled])
        for statement, (_, kinds) in zip(read, labelled, strict=True):
            seen.append((likeliest(classifier, statement), kinds))
    least = {}
    for kind in HELP[:-1]:
        values = np.array([chances[kind][0] for chances, _ in seen])
        asked = np.array([kind in kinds for _, kinds in seen])
        least[kind] = float(max(np.linspace(0.2, 0.95, 76), key=lambda at: f1(values >= at, asked)))
    return least


def train_understanding(
    files: Sequence[Path], folder: Path, encoder: Encoder, calm: Sequence[str] = ()
) -> NeedsNote:
    """Fit needs, distress and outside help to the example files and write them to ``folder``.

    ``calm`` are other things that clients say, in which nobody is in distress: "I need to stop
    for now" is no farewell.

    :raises ValueError: an example is not well formed, or there are no passages.
    :raises OSError: a file can't be read or written.
    """
    begun = time.monotonic()
    examples = load_need_examples(files)
    if not examples.passages:
        raise ValueError(f"{', '.join(map(str, files))}: no passages to choose thresholds on")
    learner = Learner(pipeline(), encoder, calm)
    gate, bias, reached = choose_gate(learner, learner.themes, examples)
    needs = msgspec.structs.replace(learner.needs(examples), gate=gate, gate_bias=bias)
    crisis, strained, recall, alarms = choose_distress(learner, examples)
    Understanding(
        needs=needs,
        distress=DistressModel(learner.distress(examples), crisis, strained),
        help=HelpModel(learner.help(examples), choose_help(learner, examples)),
        fingerprint=_mark(files),
    ).save(folder)
    return NeedsNote(
        clauses=len(examples.clauses),
        passages=len(examples.passages),
        theme_f1=reached,
        crisis_recall=recall,
        false_alarms=alarms,
        seconds=time.monotonic() - begun,
    )


def understanding_is_fresh(files: Sequence[Path], folder: Path) -> bool:
    """Whether what ``folder`` holds was trained on these files as they are now."""
    return Understanding.fingerprint_in(folder) == _mark(files)


def f1(found: NDArray[np.bool_], held: NDArray[np.bool_]) -> float:
    """The harmonic mean of precision and recall; nought where nothing was found or held."""
    both = int((found & held).sum())
    return 2 * both / max(1, int(found.sum()) + int(held.sum()))


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


def _mark(files: Sequence[Path]) -> str:
    return f"{VERSION}:{fingerprint(files)}"


assert set(DISTRESS) == {"crisis", "strained", NONE}

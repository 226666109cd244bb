"""How well needs, distress and calls for help are found in what unseen writers say, and where
best to decide.

Writers ("hands") are put into a few groups; each group is read by models fitted to the others.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from rightfit.language.deciding import Linear, fitted, moved
from rightfit.language.distress import gravest
from rightfit.language.needs import (
    Candidates,
    Need,
    NeedsModel,
    candidates,
    find_needs,
    in_context,
    minded,
)
from rightfit.language.needs_examples import NONE, NeedExamples, Passage
from rightfit.language.needs_training import PLAIN_SHARE, Learner
from rightfit.language.outside_help import likeliest
from rightfit.language.pipeline import Statement
from rightfit.language.thresholds import OfNeeds
from rightfit.language.token_scores import Numbers, Scores
from rightfit.records import OUTSIDE_HELP, THEMES

_GROUPS = 4
_THEMES = tuple(THEMES)
#: Share of ordinary answers that may raise a false alarm.
FALSE_ALARMS = 0.02
#: The same for a clause, or a line that clients type: an answer has many of them.
_AT_PLAIN_WORDS = 0.01


class Heard(msgspec.Struct, frozen=True):
    """One passage of an unseen writer, the model that reads it and what speaks for each theme;
    ``group`` is the writer's.
    """

    passage: Passage
    statement: Statement
    scores: Scores
    model: NeedsModel
    candidates: Candidates
    group: int


class Felt(msgspec.Struct, frozen=True):
    """What is weighed of how the writer of a passage, a sentence or plain words is."""

    seen: Numbers
    outright: bool
    label: str
    group: int
    is_passage: bool
    is_plain: bool = False


class Asked(msgspec.Struct, frozen=True):
    """What is weighed for each kind of help; the kinds that are called for."""

    seen: dict[str, Numbers]
    kinds: frozenset[str]
    is_passage: bool


class Outcome(msgspec.Struct, frozen=True):
    """What came of reading unseen writers: each passage with the needs found in it, the share
    of crises seen and of ordinary answers that raised a false alarm, and of passages whose
    distress, and whose calls for help, were all right.
    """

    read: tuple[tuple[Passage, tuple[Need, ...]], ...]
    crisis_recall: float
    false_alarms: float
    distress_right: float
    help_right: float


def groups(examples: NeedExamples) -> list[frozenset[str]]:
    """The hands, the busiest first, dealt out in turn."""
    busy = sorted(
        examples.hands,
        key=lambda hand: (-sum(each.hand == hand for each in examples.passages), hand),
    )
    dealt = [frozenset(busy[at::_GROUPS]) for at in range(_GROUPS)]
    return [hands for hands in dealt if hands]


def measure(
    learner: Learner, examples: NeedExamples, chosen_on: str, calm: Sequence[str] = ()
) -> tuple[OfNeeds, Outcome]:
    """Where best to decide, and what came of it on unseen writers.

    ``calm`` are other things that clients type; they too must raise no false alarm.
    """
    heard: list[Heard] = []
    felt: list[Felt] = []
    asked: list[Asked] = []
    for number, hands in enumerate(groups(examples)):
        others = examples.of(frozenset(examples.hands) - hands)
        _read(
            learner, others, examples.of(hands), number, (heard, felt, asked), calm[number::_GROUPS]
        )
    crisis, strained = choose_distress(felt)
    calls = {kind: choose_help(asked, kind) for kind in OUTSIDE_HELP}
    passages = [each for each in felt if each.is_passage]
    levels = [_level(each, crisis, strained) for each in passages]
    kinds = [
        {kind for kind in calls if calls[kind].values(each.seen[kind]) >= 0}
        for each in asked
        if each.is_passage
    ]
    alarms = [(each, _level(each, crisis, strained) == "crisis") for each in felt]
    calls_for = [each.kinds for each in asked if each.is_passage]
    outcome = Outcome(
        read=tuple(_gated(heard)),
        crisis_recall=_share([alarm for each, alarm in alarms if each.label == "crisis"]),
        false_alarms=_share(
            [alarm for each, alarm in alarms if each.is_passage and each.label != "crisis"]
        ),
        distress_right=_share([a == b.label for a, b in zip(levels, passages, strict=True)]),
        help_right=_share([a == b for a, b in zip(kinds, calls_for, strict=True)]),
    )
    return OfNeeds(
        chosen_on, choose_gate(heard), choose_stance(heard), crisis, strained, calls
    ), outcome


def _read(
    learner: Learner,
    others: NeedExamples,
    own: NeedExamples,
    number: int,
    into: tuple[list[Heard], list[Felt], list[Asked]],
    calm: Sequence[str],
) -> None:
    heard, felt, asked = into
    model, states, calls = learner.needs(others), learner.distress(others), learner.help(others)

    def feel(statement: Statement, label: str, *kind: bool) -> Scores:
        scores = model.tokens.scores(statement.states)
        gravity = gravest(states, statement, scores)
        felt.append(Felt(gravity.seen, gravity.outright is not None, label, number, *kind))
        return scores

    def ask(statement: Statement, scores: Scores, kinds: frozenset[str], whole: bool) -> None:
        found = likeliest(calls, statement, scores)
        asked.append(Asked({kind: seen for kind, (seen, _) in found.items()}, kinds, whole))

    for passage, statement in learner.passages(own.passages):
        scores = feel(statement, passage.distress, True)
        ask(statement, scores, frozenset(passage.help), True)
        seen = candidates(model, passage.question, statement, scores)
        heard.append(Heard(passage, statement, scores, model, seen, number))
    for sentence, statement in _each(learner, [(s.text, s.label) for s in own.distress]):
        feel(statement, sentence, False)
    plain = [clause.text for clause in own.clauses[::PLAIN_SHARE]]
    for _, statement in _each(learner, [(text, NONE) for text in (*plain, *calm)]):
        feel(statement, NONE, False, True)
    for kind, statement in _each(learner, [(s.text, s.label) for s in own.help]):
        scores = model.tokens.scores(statement.states)
        ask(statement, scores, frozenset({kind} - {NONE}), False)


def choose_gate(heard: Sequence[Heard]) -> Linear:
    """The gate with the best theme F1."""
    rows = np.concatenate([each.candidates.seen for each in heard])
    held = np.concatenate([_held(each.passage) for each in heard])
    linear, values = fitted(rows, held)
    levels = np.quantile(values, np.linspace(0.7, 0.99, 117))
    return moved(linear, max(levels, key=lambda level: f1(values >= level, held)))


def choose_stance(heard: Sequence[Heard]) -> Linear:
    """What is minded and what is wanted, at the clauses that say most of each marked theme."""
    rows: list[Numbers] = []
    avoided: list[bool] = []
    for each in heard:
        for need in each.passage.needs if each.statement.clauses.spans else ():
            row = int(each.candidates.best[_THEMES.index(need.theme)])
            told = in_context(each.statement, [row], [need.theme], each.passage.question)
            rows.append(minded(each.model, each.statement, each.scores, row, told))
            avoided.append(need.stance == "avoids")
    return fitted(np.array(rows), avoided, 0.3)[0]


def choose_distress(felt: Sequence[Felt]) -> tuple[Linear, Linear]:
    """For a crisis as low as false alarms at ordinary answers and at plain words allow: the
    idioms among the examples, written to mislead, would push it up to where real crises are
    missed. For being strained, the best F1 over passages.
    """
    rows = np.array([each.seen for each in felt])
    labels = np.array([each.label for each in felt])
    passages = np.array([each.is_passage for each in felt])
    linear, _ = fitted(rows[passages], labels[passages] == "crisis", 1.0, balanced=True)
    values = linear.values(rows)
    ordinary = passages & (labels != "crisis")
    plain = np.array([each.is_plain for each in felt])
    allowed = [float(np.quantile(values[ordinary], 1 - FALSE_ALARMS))]
    if plain.any():
        allowed.append(float(np.quantile(values[plain], 1 - _AT_PLAIN_WORDS)))
    crisis = moved(linear, max(allowed))
    worn = labels[ordinary] == "strained"
    linear, values = fitted(rows[ordinary], worn, 1.0)
    levels = np.quantile(values, np.linspace(0.4, 0.99, 119))
    return crisis, moved(linear, max(levels, key=lambda level: f1(values >= level, worn)))


def choose_help(asked: Sequence[Asked], kind: str) -> Linear:
    """For one kind of help the best F1."""
    rows = np.array([each.seen[kind] for each in asked])
    held = np.array([kind in each.kinds for each in asked])
    linear, values = fitted(rows, held, 1.0)
    levels = np.quantile(values, np.linspace(0.5, 0.998, 250))
    return moved(linear, max(levels, key=lambda level: f1(values >= level, held)))


def _gated(heard: Sequence[Heard]) -> Iterator[tuple[Passage, tuple[Need, ...]]]:
    """What is found in each passage, with the gate too chosen on other writers."""
    for number in sorted({each.group for each in heard}):
        others = [each for each in heard if each.group != number] or heard
        gate, stance = choose_gate(others), choose_stance(others)
        for each in heard:
            if each.group == number:
                model = msgspec.structs.replace(each.model, gate=gate, stance=stance)
                asked = each.passage.question
                yield each.passage, tuple(find_needs(model, asked, each.statement, each.scores))


def f1(found: NDArray[np.bool_], held: NDArray[np.bool_]) -> float:
    """The harmonic mean of precision and recall; nought where nothing was found or held."""
    both = int((found & held).sum())
    return 2 * both / max(1, int(found.sum()) + int(held.sum()))


def _each(learner: Learner, said: Sequence[tuple[str, str]]) -> Iterator[tuple[str, Statement]]:
    return zip(
        [label for _, label in said], learner.statements([text for text, _ in said]), strict=True
    )


def _held(passage: Passage) -> NDArray[np.bool_]:
    themes = {need.theme for need in passage.needs}
    return np.array([theme in themes for theme in THEMES])


def _level(each: Felt, crisis: Linear, strained: Linear) -> str:
    if each.outright or crisis.values(each.seen) >= 0:
        return "crisis"
    return "strained" if strained.values(each.seen) >= 0 else NONE


def _share(right: Sequence[bool]) -> float:
    return float(np.mean(right)) if right else 0.0

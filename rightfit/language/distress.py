"""Whether a client is in danger, or worn down, apart from what they need of a workplace."""

from __future__ import annotations

from typing import Literal

import msgspec

from rightfit.language.classifier import Chances, Classifier
from rightfit.language.clauses import Span
from rightfit.language.pipeline import Statement

Distress = Literal["none", "strained", "crisis"]


class DistressModel(msgspec.Struct, frozen=True):
    """A classifier of sentences and clauses, and the least chances that count.

    Missing a crisis is worse than asking once too often: ``crisis`` is the highest
    threshold that missed none on unseen writers, within the false alarms allowed.
    """

    classifier: Classifier
    crisis: float
    strained: float


def find_distress(model: DistressModel, statement: Statement) -> tuple[Distress, Span | None]:
    """How the writer seems to be, and where it shows: the gravest of what any part says."""
    crisis, strained = gravest(model.classifier, statement)
    if crisis[0] >= model.crisis:
        return "crisis", crisis[1]
    return ("strained", strained[1]) if strained[0] >= model.strained else ("none", None)


def gravest(
    classifier: Classifier, statement: Statement
) -> tuple[tuple[float, Span], tuple[float, Span]]:
    """The highest chance of ``crisis``, and of ``strained`` or worse, in any part of a text, each
    with its place.
    """
    crisis = strained = (0.0, (0, 0))
    for parts in (statement.sentences, statement.clauses):
        if parts.spans:
            chances = classifier.chances(parts.told)
            at = chances[:, classifier.labels.index("crisis")]
            worn = at + chances[:, classifier.labels.index("strained")]
            crisis = max(crisis, _highest(at, parts.spans), key=lambda each: each[0])
            strained = max(strained, _highest(worn, parts.spans), key=lambda each: each[0])
    return crisis, strained


def _highest(chances: Chances, spans: tuple[Span, ...]) -> tuple[float, Span]:
    row = int(chances.argmax())
    return float(chances[row]), spans[row]

"""Whether a client is in danger, or worn down, apart from what they need of a workplace."""

from __future__ import annotations

from typing import Literal

import msgspec

from rightfit.language.classifier import Classifier
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


def find_distress(model: DistressModel, statement: Statement) -> Distress:
    """How the writer seems to be: the gravest of what any sentence or clause says."""
    crisis, strained = gravest(model.classifier, statement)
    if crisis >= model.crisis:
        return "crisis"
    return "strained" if strained >= model.strained else "none"


def gravest(classifier: Classifier, statement: Statement) -> tuple[float, float]:
    """The highest chance of ``crisis``, and of ``strained`` or worse, in any part of a text."""
    crisis = strained = 0.0
    for parts in (statement.sentences, statement.clauses):
        if parts.spans:
            chances = classifier.chances(parts.told)
            at = chances[:, classifier.labels.index("crisis")]
            crisis = max(crisis, float(at.max()))
            worn = at + chances[:, classifier.labels.index("strained")]
            strained = max(strained, float(worn.max()))
    return crisis, strained

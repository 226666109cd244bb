"""Whether a client asks for, or plainly needs, help that coaching is not."""

from __future__ import annotations

import msgspec

from rightfit.language.classifier import Classifier
from rightfit.language.needs_examples import HELP, NONE
from rightfit.language.pipeline import Statement


class HelpModel(msgspec.Struct, frozen=True):
    """A classifier of sentences, and the least chance that counts for each kind of help."""

    classifier: Classifier
    least: dict[str, float]


def find_outside_help(model: HelpModel, statement: Statement) -> list[str]:
    """The kinds of help outside coaching, in the order of the list."""
    chances = likeliest(model.classifier, statement)
    return [kind for kind in HELP if kind != NONE and chances[kind] >= model.least[kind]]


def likeliest(classifier: Classifier, statement: Statement) -> dict[str, float]:
    """The highest chance of each kind in any sentence."""
    if not statement.sentences.spans:
        return dict.fromkeys(HELP, 0.0)
    chances = classifier.chances(statement.sentences.told).max(axis=0)
    return dict(zip(classifier.labels, map(float, chances), strict=True))

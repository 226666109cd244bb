"""Whether a client asks for, or plainly needs, help that coaching is not."""

from __future__ import annotations

import msgspec

from rightfit.language.classifier import Classifier
from rightfit.language.clauses import Span
from rightfit.language.needs_examples import HELP, NONE
from rightfit.language.pipeline import Statement


class HelpModel(msgspec.Struct, frozen=True):
    """A classifier of sentences, and the least chance that counts for each kind of help."""

    classifier: Classifier
    least: dict[str, float]


class HelpAt(msgspec.Struct, frozen=True):
    """A kind of help outside coaching, and the sentence that asks for it."""

    kind: str
    start: int
    end: int


def find_outside_help(model: HelpModel, statement: Statement) -> list[HelpAt]:
    """The kinds of help outside coaching, in the order of the list."""
    found = likeliest(model.classifier, statement)
    return [
        HelpAt(kind, *found[kind][1])
        for kind in HELP
        if kind != NONE and found[kind][0] >= model.least[kind]
    ]


def likeliest(classifier: Classifier, statement: Statement) -> dict[str, tuple[float, Span]]:
    """The highest chance of each kind in any sentence, and which sentence that is."""
    spans = statement.sentences.spans
    if not spans:
        return dict.fromkeys(HELP, (0.0, (0, 0)))
    chances = classifier.chances(statement.sentences.told)
    return {
        kind: (float(chances[:, at].max()), spans[int(chances[:, at].argmax())])
        for at, kind in enumerate(classifier.labels)
    }

"""Whether a client asks for, or plainly needs, help that coaching is not."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
import numpy as np

from rightfit.language.classifier import Classifier
from rightfit.language.clauses import Span
from rightfit.language.deciding import Linear
from rightfit.language.pipeline import Statement
from rightfit.language.token_scores import LABELS, Numbers, Scores
from rightfit.records import OUTSIDE_HELP


class HelpModel(msgspec.Struct, frozen=True):
    """A classifier of sentences, and where each kind of help counts as called for."""

    classifier: Classifier
    calls: Mapping[str, Linear]


class HelpAt(msgspec.Struct, frozen=True):
    """A kind of help outside coaching, and the sentence that asks for it."""

    kind: str
    start: int
    end: int


def find_outside_help(model: HelpModel, statement: Statement, scores: Scores) -> list[HelpAt]:
    """The kinds of help outside coaching, in the order of the list."""
    if not statement.sentences.spans:
        return []
    found = likeliest(model.classifier, statement, scores)
    return [
        HelpAt(kind, *found[kind][1])
        for kind in OUTSIDE_HELP
        if model.calls[kind].values(found[kind][0]) >= 0
    ]


def likeliest(
    classifier: Classifier, statement: Statement, scores: Scores
) -> dict[str, tuple[Numbers, Span]]:
    """For each kind what is weighed, and the sentence that calls for it most."""
    chances = classifier.chances(statement.sentences.told)
    odds = np.log(np.clip(chances, 1e-3, 1) / np.clip(1 - chances, 1e-3, 1))
    found = {}
    for kind in OUTSIDE_HELP:
        column = odds[:, classifier.labels.index(kind)]
        row = int(column.argmax())
        seen = [float(column[row]), float(scores.whole[LABELS.index(kind)])]
        found[kind] = np.array(seen, dtype=np.float32), statement.sentences.spans[row]
    return found

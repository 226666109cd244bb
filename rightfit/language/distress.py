"""Whether a client is in danger, or worn down, apart from what they need of a workplace."""

from __future__ import annotations

from typing import Literal

import msgspec
import numpy as np

from rightfit.language.classifier import Classifier
from rightfit.language.clauses import Span
from rightfit.language.cues import CUES
from rightfit.language.deciding import Linear
from rightfit.language.pipeline import Statement
from rightfit.language.token_scores import LABELS, Numbers, Scores

Distress = Literal["none", "strained", "crisis"]

_SPOKEN = tuple(CUES.index(cue) for cue in ("danger", "life", "despair"))
_OUTRIGHT = CUES.index("outright")


class DistressModel(msgspec.Struct, frozen=True):
    """A classifier of sentences and clauses, and where a text counts as one or the other.

    Missing a crisis is worse than asking once too often: ``crisis`` decides as low as the
    false alarms allowed at ordinary answers let it.
    """

    classifier: Classifier
    crisis: Linear
    strained: Linear


class Gravity(msgspec.Struct, frozen=True):
    """What is weighed of one text, and where it shows that it is a crisis, or strained.

    ``outright`` is where somebody says outright that they want to die or to harm themselves.
    """

    seen: Numbers
    crisis_at: Span
    strained_at: Span
    outright: Span | None = None


def find_distress(
    model: DistressModel, statement: Statement, scores: Scores
) -> tuple[Distress, Span | None]:
    """How the writer seems to be, and where it shows: the gravest of what any part says."""
    if not statement.clauses.spans:
        return "none", None
    gravity = gravest(model.classifier, statement, scores)
    # These words are taken at their word, however calm the rest of the text is.
    if gravity.outright:
        return "crisis", gravity.outright
    if model.crisis.values(gravity.seen) >= 0:
        return "crisis", gravity.crisis_at
    if model.strained.values(gravity.seen) >= 0:
        return "strained", gravity.strained_at
    return "none", None


def gravest(classifier: Classifier, statement: Statement, scores: Scores) -> Gravity:
    """What the gravest sentence and the gravest clause say, and the whole text."""
    seen: list[float] = []
    spans: list[list[tuple[float, Span]]] = [[], []]
    for parts in (statement.sentences, statement.clauses):
        chances = classifier.chances(parts.told)
        crisis = chances[:, classifier.labels.index("crisis")]
        worn = crisis + chances[:, classifier.labels.index("strained")]
        for at, column in enumerate((crisis, worn)):
            row = int(column.argmax())
            clipped = float(np.clip(column[row], 1e-3, 1 - 1e-3))
            seen.append(float(np.log(clipped / (1 - clipped))))
            spans[at].append((float(column[row]), parts.spans[row]))
    seen += [float(scores.whole[LABELS.index(label)]) for label in ("crisis", "strained")]
    spoken = statement.sentences.told.about
    seen += [float(spoken[:, cue].max()) for cue in _SPOKEN]
    seen.append(float(spoken[:, len(CUES)].max()))
    # The more is said, the likelier something in it sounds grave.
    seen.append(float(np.log(len(statement.clauses.spans))))
    crisis_at, strained_at = (max(each, key=lambda found: found[0])[1] for each in spans)
    outright = next(
        (
            span
            for span, about in zip(statement.sentences.spans, spoken, strict=True)
            if about[_OUTRIGHT]
        ),
        None,
    )
    return Gravity(np.array(seen, dtype=np.float32), crisis_at, strained_at, outright)

"""Which needs a client's words hold: theme, stance, strength, mode, and the words themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from rightfit.language.classifier import Chances, Classifier, Told
from rightfit.language.clauses import Span, quotable
from rightfit.language.needs_examples import NONE
from rightfit.language.pipeline import Statement
from rightfit.records import THEMES

#: Questions whose being asked tells something about what is likely to be found.
ASKED: tuple[str, ...] = ("experience", "goals", "obstacles", "environment", "expectations")
_THEMES: tuple[str, ...] = tuple(THEMES)
_VALUES: tuple[str, ...] = tuple(theme.id for theme in THEMES.values() if theme.values)
#: A neighbouring clause joins the quote if it is at least so likely to say the same.
_JOINS = 0.3


class Need(msgspec.Struct, frozen=True):
    """One need as found in a text; ``text[start:end] == quote``, always."""

    theme: str
    stance: Literal["wants", "avoids"]
    strength: Literal["must", "important", "nice", "unstated"]
    mode: str | None
    quote: str
    start: int
    end: int


class NeedsModel(msgspec.Struct, frozen=True):
    """What was fitted: one classifier for each field, and a gate that abstains.

    The gate is a logistic regression over :func:`candidates`, moved so that a theme is
    reported at zero or more.
    """

    themes: Classifier
    stances: Classifier
    strengths: Classifier
    modes: Classifier
    gate: NDArray[np.float32]
    gate_bias: float


def find_needs(model: NeedsModel, question: str | None, statement: Statement) -> list[Need]:
    """The needs in a text, in the order of their quotes. None found is a good result."""
    if not statement.clauses.spans:
        return []
    of_clauses = model.themes.chances(statement.clauses.told)
    of_sentences = model.themes.chances(statement.sentences.told)
    seen = candidates(model.themes.labels, question, statement, of_clauses, of_sentences)
    values = seen @ model.gate + model.gate_bias
    found: dict[Span, Need] = {}
    for index in np.flatnonzero(values >= 0):
        theme = _THEMES[index]
        column = of_clauses[:, model.themes.labels.index(theme)]
        best = int(column.argmax())
        span = _quote(statement, column, best)
        need = _described(model, theme, statement, best, span)
        found[(span[0], int(index))] = need
    return [found[key] for key in sorted(found)]


def need_of(model: NeedsModel, statement: Statement, whole: Told) -> Need:
    """Words that a client gave as a need outright: the likeliest theme, never none.

    ``whole`` is the one row of the whole text, which is also the quote.
    """
    told = [statement.clauses.told, whole] if statement.clauses.spans else [whole]
    chances = np.concatenate([model.themes.chances(each) for each in told]).max(axis=0)
    chances[model.themes.labels.index(NONE)] = -1
    theme = model.themes.labels[int(chances.argmax())]
    return Need(
        theme=theme,
        stance=_likeliest(model.stances, whole),  # type: ignore[arg-type]
        strength=_likeliest(model.strengths, whole),  # type: ignore[arg-type]
        mode=_mode(model, theme, whole),
        quote=statement.text,
        start=0,
        end=len(statement.text),
    )


def candidates(
    labels: tuple[str, ...],
    question: str | None,
    statement: Statement,
    of_clauses: Chances,
    of_sentences: Chances,
) -> NDArray[np.float32]:
    """What the gate weighs, for each theme in the order of the list: shape ``(23, n)``."""
    none = labels.index(NONE)
    asked = [float(question == each) for each in ASKED]
    rows = []
    for number, theme in enumerate(_THEMES):
        at = labels.index(theme)
        column = of_clauses[:, at]
        best = int(column.argmax())
        ranked = np.sort(column)[::-1]
        ahead = int((of_clauses[best] > column[best]).sum())
        words = len(statement.clauses.told.texts[best].split())
        rows.append(
            [
                _odds(column[best]),
                _odds(of_sentences[:, at].max()),
                _odds(ranked[1]) if len(ranked) > 1 else -7.0,
                float(ahead == 0),
                float(ahead <= 1),
                _odds(of_clauses[best, none]),
                float(np.log(len(column))),
                words / 10,
                *statement.clauses.told.about[best],
                *asked,
                *(float(number == other) for other in range(len(_THEMES))),
            ]
        )
    return np.array(rows, dtype=np.float32)


def for_mode(told: Told, themes: list[str]) -> Told:
    """The same texts with the values theme of each told besides, as modes depend on it."""
    about = [[float(theme == each) for each in _VALUES] for theme in themes]
    return msgspec.structs.replace(
        told, about=np.concatenate([told.about, np.array(about, dtype=np.float32)], axis=1)
    )


def _described(model: NeedsModel, theme: str, statement: Statement, best: int, span: Span) -> Need:
    said = statement.clauses.told.rows([best])
    around = statement.sentences.told.rows([statement.sentence_of[best]])
    start, end = span
    return Need(
        theme=theme,
        # What is wanted and what is minded often shows only in the rest of the sentence.
        stance=_likeliest(model.stances, said, around),  # type: ignore[arg-type]
        strength=_likeliest(model.strengths, said),  # type: ignore[arg-type]
        mode=_mode(model, theme, said),
        quote=statement.text[start:end],
        start=start,
        end=end,
    )


def _mode(model: NeedsModel, theme: str, said: Told) -> str | None:
    if theme not in _VALUES:
        return None
    label = _likeliest(model.modes, for_mode(said, [theme]))
    return None if label == NONE else label


def _quote(statement: Statement, column: Mapping[int, float] | Chances, best: int) -> Span:
    """The best clause with its neighbours in the sentence that say the same."""
    of_sentence = statement.sentence_of
    first = last = best
    while first > 0 and of_sentence[first - 1] == of_sentence[best] and column[first - 1] >= _JOINS:
        first -= 1
    while (
        last + 1 < len(of_sentence)
        and of_sentence[last + 1] == of_sentence[best]
        and column[last + 1] >= _JOINS
    ):
        last += 1
    spans = statement.clauses.spans
    return quotable(statement.text, (spans[first][0], spans[last][1]))


def _likeliest(classifier: Classifier, *told: Told) -> str:
    chances = np.sum([classifier.chances(each)[0] for each in told], axis=0)
    return classifier.labels[int(chances.argmax())]


def _odds(chance: float) -> float:
    clipped = min(max(float(chance), 1e-3), 1 - 1e-3)
    return float(np.log(clipped / (1 - clipped)))

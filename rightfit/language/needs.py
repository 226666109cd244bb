"""Which needs a client's words hold: theme, stance, strength, mode, and the words themselves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from rightfit.language.classifier import Chances, Classifier, Told
from rightfit.language.clauses import Span, quotable
from rightfit.language.cues import CUES
from rightfit.language.deciding import Linear
from rightfit.language.encoder import tokens_in
from rightfit.language.needs_examples import NONE
from rightfit.language.pipeline import Statement
from rightfit.language.token_scores import LABELS, OF_THEMES, Scores, TokenModel
from rightfit.records import THEMES

#: Questions whose being asked tells something about what is likely to be found.
ASKED: tuple[str, ...] = ("experience", "goals", "obstacles", "environment", "expectations")
_THEMES: tuple[str, ...] = tuple(THEMES)
_VALUES: tuple[str, ...] = tuple(theme.id for theme in THEMES.values() if theme.values)
#: A neighbouring clause joins the quote if it is at least so likely to say the same.
_JOINS = 0.3
_CONCEDES = CUES.index("concedes")

Numbers = NDArray[np.float32]


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
    """What was fitted: one classifier for each field, a net over tokens, and a gate that abstains.

    The gate weighs :func:`candidates`, ``stance`` weighs :func:`minded`: at zero or more a theme
    is reported, and something is avoided.
    """

    themes: Classifier
    tokens: TokenModel
    stances: Classifier
    strengths: Classifier
    modes: Classifier
    gate: Linear
    stance: Linear


class Candidates(msgspec.Struct, frozen=True):
    """What speaks for each theme, in the order of the list.

    ``seen`` is what the gate weighs, of shape ``(23, n)``; ``best`` the clause that says most
    of it; ``chances`` how likely each clause holds it, of shape ``(clauses, 23)``.
    """

    seen: Numbers
    best: NDArray[np.int64]
    chances: Chances


def find_needs(
    model: NeedsModel, question: str | None, statement: Statement, scores: Scores
) -> list[Need]:
    """The needs in a text, in the order of their quotes. None found is a good result.

    ``scores`` are those of ``model.tokens`` for the statement.
    """
    if not statement.clauses.spans:
        return []
    heard = candidates(model, question, statement, scores)
    found: dict[Span, Need] = {}
    for index in np.flatnonzero(model.gate.values(heard.seen) >= 0):
        best = int(heard.best[index])
        # "I don't mind the commute" speaks of the commute and asks for nothing (issue 3).
        if statement.clauses.told.about[best, _CONCEDES]:
            continue
        start, end = _quote(statement, heard.chances[:, index], best)
        theme = _THEMES[index]
        told = in_context(statement, [best], [theme], question)
        found[(start, int(index))] = Need(
            theme=theme,
            stance=_stance(model, minded(model, statement, scores, best, told)),
            strength=_likeliest(model.strengths, told),  # type: ignore[arg-type]
            mode=_mode(model, theme, told),
            quote=statement.text[start:end],
            start=start,
            end=end,
        )
    return [found[key] for key in sorted(found)]


def need_of(model: NeedsModel, statement: Statement, scores: Scores, whole: Told) -> Need:
    """Words that a client gave as a need outright: the likeliest theme, never none.

    ``whole`` is the one row of the whole text, which is also the quote.
    """
    told = [statement.clauses.told, whole] if statement.clauses.spans else [whole]
    chances = np.concatenate([model.themes.chances(each) for each in told]).max(axis=0)
    by_label = dict(zip(model.themes.labels, chances, strict=True))
    theme = max(_THEMES, key=lambda each: float(by_label[each]))
    alone = beside(whole, whole.about, [theme], None)
    seen = minded(model, statement, scores, 0, alone) if statement.clauses.spans else None
    return Need(
        theme=theme,
        stance="wants" if seen is None else _stance(model, seen),
        strength=_likeliest(model.strengths, alone),  # type: ignore[arg-type]
        mode=_mode(model, theme, alone),
        quote=statement.text,
        start=0,
        end=len(statement.text),
    )


def candidates(
    model: NeedsModel, question: str | None, statement: Statement, scores: Scores
) -> Candidates:
    """What speaks for each theme: its clauses, its sentences, its words, and the whole text."""
    labels = model.themes.labels
    columns = [labels.index(theme) for theme in _THEMES]
    told = statement.clauses.told
    all_chances = model.themes.chances(told)
    chances = all_chances[:, columns]
    of_sentences = model.themes.chances(statement.sentences.told)[:, columns].max(axis=0)
    of_whole, of_tokens = scores.whole[:OF_THEMES], scores.tokens[:, :OF_THEMES]
    says = np.array(
        [
            _loudest(of_tokens[tokens_in(statement.offsets, span)])
            for span in statement.clauses.spans
        ]
    )
    odds = _odds(chances)
    best = (odds + says).argmax(axis=0)
    themes = np.arange(len(_THEMES))
    ranked = np.sort(odds, axis=0)[::-1]
    ahead = (chances[best] > chances[best, themes][:, None]).sum(axis=1)
    words = np.array([len(text.split()) for text in told.texts]) / 10
    rows = len(told.texts)
    seen = [
        ranked[0],
        _odds(of_sentences),
        ranked[1] if rows > 1 else np.full(len(_THEMES), -7.0),
        odds[best, themes],
        ahead == 0,
        ahead <= 1,
        _odds(all_chances[best, labels.index(NONE)]),
        of_whole,
        says.max(axis=0),
        of_whole.argsort()[::-1].argsort() < 2,
        np.full(len(_THEMES), np.log(rows)),
        words[best],
        *told.about[best].T,
        *(np.full(len(_THEMES), float(question == each)) for each in ASKED),
    ]
    return Candidates(
        seen=np.concatenate([np.stack(seen, axis=1), np.eye(len(_THEMES))], axis=1).astype(
            np.float32
        ),
        best=best,
        chances=chances,
    )


def minded(
    model: NeedsModel, statement: Statement, scores: Scores, row: int, told: Told
) -> Numbers:
    """What tells whether a clause is about something minded: all of it, its words, those of its
    sentence, and the whole text; the theme, since nobody wants bullying, and what was asked.
    ``told`` is the clause in context, whose last numbers are these.
    """
    chances = model.stances.chances(told)[0]
    avoids, wants = LABELS.index("avoids"), LABELS.index("wants")
    of_words = scores.tokens[:, avoids] - scores.tokens[:, wants]
    spans = statement.clauses.spans[row], statement.sentences.spans[statement.sentence_of[row]]
    said = [of_words[tokens_in(statement.offsets, span)] for span in spans]
    return np.array(
        [
            _odds(chances[model.stances.labels.index("avoids")]),
            *(float(words.mean()) if len(words) else 0.0 for words in said),
            scores.whole[avoids] - scores.whole[wants],
            *told.about[0, -len(_THEMES) - len(ASKED) :],
        ],
        dtype=np.float32,
    )


def in_context(
    statement: Statement, rows: Sequence[int], themes: Sequence[str], question: str | None
) -> Told:
    """Some clauses with what stance, strength and mode hang on besides: see :func:`beside`."""
    around = [statement.sentence_of[row] for row in rows]
    return beside(
        statement.clauses.told.rows(rows),
        statement.sentences.told.about[around],
        themes,
        question,
    )


def beside(told: Told, around: Numbers, themes: Sequence[str], question: str | None) -> Told:
    """Clauses with the numbers of the sentence around each, the theme of each, and what was
    asked: what is wanted and what is minded often shows only in the rest of the sentence.
    """
    which = np.array([[theme == each for each in _THEMES] for theme in themes], dtype=np.float32)
    asked = np.tile(np.array([question == each for each in ASKED], np.float32), (len(themes), 1))
    return msgspec.structs.replace(
        told, about=np.concatenate([told.about, around, which, asked], axis=1)
    )


def has_mode(theme: str) -> bool:
    """Whether needs of a theme have a mode."""
    return theme in _VALUES


def _stance(model: NeedsModel, seen: Numbers) -> Literal["wants", "avoids"]:
    return "avoids" if model.stance.values(seen) >= 0 else "wants"


def _mode(model: NeedsModel, theme: str, told: Told) -> str | None:
    if not has_mode(theme):
        return None
    label = _likeliest(model.modes, told)
    return None if label == NONE else label


def _quote(statement: Statement, column: Chances, best: int) -> Span:
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


def _likeliest(classifier: Classifier, told: Told) -> str:
    return classifier.labels[int(classifier.chances(told)[0].argmax())]


def _loudest(of_tokens: Numbers) -> Numbers:
    if len(of_tokens):
        loudest: Numbers = of_tokens.max(axis=0)
        return loudest
    return np.full(len(_THEMES), -9, np.float32)


def _odds(chances: Chances) -> Chances:
    clipped = np.clip(chances, 1e-3, 1 - 1e-3)
    odds: Chances = np.log(clipped / (1 - clipped))
    return odds

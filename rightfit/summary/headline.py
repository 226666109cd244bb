"""The headline: what the client wants, why now and by when, in sentences of their own.

The best sentence of the client's own answer is chosen for each part. None is written, and a
part that no sentence tells is left out rather than guessed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rightfit.records import HeadlinePart, Need
from rightfit.summary.telling import MOVED, POINT, WHEN, WISH, Span, pieces

#: A change that is aimed at, in other words than a wish.
_AIM = re.compile(
    r"\b(?:to (?:find|get|become|move|change|leave|work|go|start|decide|learn|lead|build|return"
    r"|come back|stop|have|be|know|earn|land|switch|retrain|run)|a (?:new |different |better "
    r"|first |proper |steady |real )?(?:job|post|role|position|career|trade|direction|place|boss"
    r"|team|start|plan|way)|out of|away from|back (?:to|into)|instead of|rather than)\b",
    re.IGNORECASE,
)
#: Said outright to be the aim, and said in the plainest way.
_OUTRIGHT = re.compile(
    r"\b(?:what i(?: would|[’']d)? (?:really |actually )?(?:want|like|love)|the goal"
    r"|my (?:whole |main |only )?(?:goal|aim|dream|plan|search)|i(?:[’']m| am) looking for)\b",
    re.IGNORECASE,
)
_PLAINLY = re.compile(r"\bi (?:want|would like|hope)\b|\bi[’']d like\b", re.IGNORECASE)
#: What is not wanted is no aim yet, nor is not to know.
_NOT_THAT = re.compile(r"\bi (?:do not|don.t) want\b", re.IGNORECASE)
_NOT_YET = re.compile(r"\bi (?:do not|don.t) (?:really )?know\b|\bno idea\b", re.IGNORECASE)


def headline(
    text: str, needs: Sequence[Need] = ()
) -> tuple[tuple[Span, tuple[HeadlinePart, ...]], ...]:
    """The pieces of the answer about goals that head the page, with what each tells.

    The goal comes first, whatever its place in the answer; empty where nothing was said.
    """
    found = pieces(text)
    if not found:
        return ()
    goal = max(found, key=lambda span: (_aims(text, span, needs), -span[0]))
    told: dict[Span, list[HeadlinePart]] = {goal: ["goal"]}
    for part, cue in (("why_now", MOVED), ("by_when", WHEN)):
        showing = [span for span in found if cue.search(text, *span)]
        if not showing:
            continue
        # Best where it stands already, then in the sentence that shows it most.
        best = max(
            showing,
            key=lambda span: (span in told, len(cue.findall(text[slice(*span)])), -span[0]),
        )
        told.setdefault(best, []).append(part)  # type: ignore[arg-type]
    return tuple((span, tuple(parts)) for span, parts in told.items())


def _aims(text: str, span: Span, needs: Sequence[Need]) -> float:
    start, end = span
    words = text[start:end]
    inside = [need for need in needs if start < need.end and need.start < end]
    aims = 2.0 * bool(WISH.search(words)) + 1.5 * bool(_AIM.search(words))
    aims += 3.0 * bool(_OUTRIGHT.search(words)) + 1.0 * bool(_PLAINLY.search(words))
    aims += 0.5 * bool(POINT.search(words)) + 0.5 * bool(inside)
    aims += 2.0 * any(need.picked for need in inside) + 0.5 * (not text[:start].strip())
    aims -= 2.0 * bool(_NOT_THAT.search(words)) + 2.0 * bool(_NOT_YET.search(words))
    aims -= 2.0 * words.rstrip().endswith("?")
    return aims - (2.0 if len(words.split()) < 4 else 0.0)

"""How much of what matters in a long answer stands in the sentences that are shown at once.

    .venv/bin/python -m benchmarks.summary

On answers of made-up clients, marked by hand (``benchmarks/summary_texts/answers.txt``):
needs, dates and wishes that a coach must not miss. Reading all of it is 100 % by definition.
Beside it the plain way, the first three sentences; and the first sentences up to as many
characters as were chosen. Needs come from the trained model, as they do in an interview,
which has not seen these texts. The weights were set on the odd texts; the even ones only
measure.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import msgspec
from rich.console import Console
from rich.table import Table

from rightfit.records import Need
from rightfit.summary.headline import headline
from rightfit.summary.telling import Span, pieces, telling

PROJECT = Path(__file__).parents[1]
TEXTS = PROJECT / "benchmarks" / "summary_texts" / "answers.txt"
_MARK = re.compile(r"\{([ndw]): ([^}]*)\}")
_NAMES = {"n": "needs", "d": "dates", "w": "wishes"}


class Marked(msgspec.Struct, frozen=True):
    """One answer, with the places that must not be missed: kind, start, end."""

    question: str
    text: str
    marks: tuple[tuple[str, int, int], ...]


def marked_answers(path: Path = TEXTS) -> Iterator[Marked]:
    """The answers in the file."""
    question = ""
    for line in path.read_text("utf-8").splitlines():
        if line.startswith("["):
            question = line.strip("[]")
        elif line and not line.startswith("#"):
            yield _unmarked(question, line)


def _unmarked(question: str, line: str) -> Marked:
    text, at, marks = "", 0, []
    for found in _MARK.finditer(line):
        text += line[at : found.start()]
        marks.append((_NAMES[found[1]], len(text), len(text) + len(found[2])))
        text += found[2]
        at = found.end()
    return Marked(question, text + line[at:], tuple(marks))


Chooses = Callable[[Marked, Sequence[Need]], Sequence[Span]]


def chosen(answer: Marked, needs: Sequence[Need]) -> Sequence[Span]:
    """What the page shows of an answer."""
    return telling(answer.text, needs).spans


def without_needs(answer: Marked, needs: Sequence[Need]) -> Sequence[Span]:
    """What the page would show if no need had been heard."""
    return telling(answer.text).spans


def first_three(answer: Marked, needs: Sequence[Need]) -> Sequence[Span]:
    """The first three sentences."""
    return pieces(answer.text)[:3]


def first_characters(answer: Marked, needs: Sequence[Need]) -> Sequence[Span]:
    """The first sentences, until as many characters stand there as were chosen."""
    room = sum(end - start for start, end in chosen(answer, needs))
    taken: list[Span] = []
    for start, end in pieces(answer.text):
        if taken and sum(b - a for a, b in taken) >= room:
            break
        taken.append((start, end))
    return taken


def headed(answer: Marked, needs: Sequence[Need]) -> Sequence[Span]:
    """The headline alone."""
    return [span for span, _ in headline(answer.text, needs)]


WAYS: dict[str, Chooses] = {
    "chosen": chosen,
    "chosen, no need heard": without_needs,
    "first three sentences": first_three,
    "first sentences, as long": first_characters,
}


def shown(answer: Marked, spans: Sequence[Span]) -> dict[str, list[bool]]:
    """Kind -> of each mark, whether it stands in the spans in full."""
    found: dict[str, list[bool]] = {}
    for kind, start, end in answer.marks:
        inside = any(first <= start and end <= last for first, last in spans)
        found.setdefault(kind, []).append(inside)
    return found


def heard(answers: Sequence[Marked]) -> list[list[Need]]:
    """The needs that the trained model hears in each answer."""
    from rightfit.engine import model
    from rightfit.language.understand import Request, Understander

    folder = PROJECT / ".rightfit" / "model"
    with tempfile.TemporaryDirectory() as spare:
        if not model.is_fresh(PROJECT, folder):
            folder = Path(spare) / "model"
            model.train(PROJECT, folder, print)
        understander = Understander.load(folder / model.READER)
        requests = [
            Request(str(at), answer.text, answer.question) for at, answer in enumerate(answers)
        ]
        read = list(understander.understand(requests))
    return [
        [Need(question=answer.question, **msgspec.to_builtins(need)) for need in each.needs]
        for answer, each in zip(answers, read, strict=True)
    ]


def main() -> None:
    """Print the shares for both halves."""
    say = Console()
    answers = list(marked_answers())
    needs = heard(answers)
    for half, start in (("odd: weights were set here", 0), ("even: only measured", 1)):
        table = Table("way", "needs", "dates", "wishes", "all", "characters", title=half)
        mine = list(zip(answers, needs, strict=True))[start::2]
        for name, way in WAYS.items():
            _row(table, name, mine, way)
        say.print(table)
    goals = [(a, n) for a, n in zip(answers, needs, strict=True) if a.question == "goals"]
    table = Table("way", "needs", "dates", "wishes", "all", "characters", title="headlines")
    _row(table, "headline", goals, headed)
    _row(table, "first three sentences", goals, first_three)
    say.print(table)


def _row(
    table: Table, name: str, answers: Sequence[tuple[Marked, Sequence[Need]]], way: Chooses
) -> None:
    got: dict[str, list[bool]] = {"needs": [], "dates": [], "wishes": []}
    length = full = 0
    for answer, needs in answers:
        spans = way(answer, needs)
        length += sum(end - start for start, end in spans)
        full += len(answer.text)
        for kind, hits in shown(answer, spans).items():
            got[kind] += hits
    everything = [hit for hits in got.values() for hit in hits]
    shares = [_share(hits) for hits in (*got.values(), everything)]
    table.add_row(name, *shares, f"{100 * length / full:.0f} % of all")


def _share(hits: Sequence[bool]) -> str:
    return f"{100 * sum(hits) / len(hits):.0f} % of {len(hits)}" if hits else "-"


if __name__ == "__main__":
    main()

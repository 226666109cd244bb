"""What a coach's new examples made better and worse: the same measurement before and after.

Everything is measured on unseen writers and written to one file, so that the next training can
be held to it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import fmean

import msgspec

from rightfit.language import training
from rightfit.language.encoder import Encoder
from rightfit.language.examples import load_examples
from rightfit.language.needs import Need
from rightfit.language.needs_examples import Marked, Passage, load_need_examples
from rightfit.language.needs_training import Learner
from rightfit.language.needs_training import mark as needs_mark
from rightfit.language.pipeline import pipeline
from rightfit.language.thresholds import OfReader, Thresholds, save_thresholds
from rightfit.language.unseen_asides import choose_gate
from rightfit.language.unseen_writers import Outcome, measure
from rightfit.records import THEMES

#: A figure that moved by less has not moved.
_MOVED = 0.01
#: One in so many of the things that clients type.
_CALM_SHARE = 3


class Figures(msgspec.Struct, frozen=True):
    """Shares between 0 and 1 by name, all on unseen writers; ``themes`` holds F1 by theme."""

    whole: dict[str, float]
    themes: dict[str, float]


def measured(
    needs_files: Sequence[Path], nlu_files: Sequence[Path], encoder: Encoder
) -> tuple[Thresholds, Figures, Outcome]:
    """Where best to decide, and what that comes to on unseen writers; takes minutes."""
    memory = training.Remembering(encoder)
    messages = load_examples(sorted(nlu_files))
    gate, kept, caught = choose_gate(memory, messages)
    typed = [each.text for each in messages][::_CALM_SHARE]
    # What one half is told to be calm, the other half must be found to be.
    learner = Learner(pipeline(), encoder, typed[::2])
    examples = load_need_examples(needs_files)
    of_needs, outcome = measure(learner, examples, needs_mark(needs_files), typed[1::2])
    of_reader = OfReader(training.mark(sorted(nlu_files)), gate)
    figures = of_outcome(outcome)
    whole = {"answers kept": kept, "asides caught": caught, **figures.whole}
    return Thresholds(of_needs, of_reader), msgspec.structs.replace(figures, whole=whole), outcome


def of_outcome(outcome: Outcome) -> Figures:
    """The figures of what was found in passages."""
    return Figures(
        whole={
            **of_needs(outcome.read),
            "crisis recall": outcome.crisis_recall,
            "false alarms": outcome.false_alarms,
            "distress right": outcome.distress_right,
            "help right": outcome.help_right,
        },
        themes={theme: theme_f1(outcome.read, theme) for theme in THEMES},
    )


def of_needs(read: Sequence[tuple[Passage, Sequence[Need]]]) -> dict[str, float]:
    """Theme F1 with precision and recall over all passages; stance and strength where the theme
    is right.
    """
    pairs = [
        ({need.theme for need in each.needs}, {need.theme for need in found})
        for each, found in read
    ]
    both = sum(len(held & seen) for held, seen in pairs)
    held_in_all = sum(len(held) for held, _ in pairs)
    found_in_all = sum(len(seen) for _, seen in pairs)
    matched = [
        (_same(each, need), need)
        for each, found in read
        for need in found
        if need.theme in {marked.theme for marked in each.needs}
    ]
    return {
        "theme F1": 2 * both / max(1, held_in_all + found_in_all),
        "theme precision": both / max(1, found_in_all),
        "theme recall": both / max(1, held_in_all),
        "stance": _share([marked.stance == need.stance for marked, need in matched]),
        "strength": _share([marked.strength == need.strength for marked, need in matched]),
    }


def _same(passage: Passage, need: Need) -> Marked:
    """Of the needs marked with this theme the one whose quote shares most with it."""
    return max(
        (marked for marked in passage.needs if marked.theme == need.theme),
        key=lambda marked: min(need.end, marked.end) - max(need.start, marked.start),
    )


def theme_f1(read: Sequence[tuple[Passage, Sequence[Need]]], theme: str) -> float:
    """F1 of one theme over all passages."""
    held = [theme in {need.theme for need in each.needs} for each, _ in read]
    seen = [theme in {need.theme for need in found} for _, found in read]
    both = sum(a and b for a, b in zip(held, seen, strict=True))
    return 2 * both / max(1, sum(held) + sum(seen))


def compare(
    needs_files: Sequence[Path],
    nlu_files: Sequence[Path],
    encoder: Encoder,
    results: Path,
    say: Callable[[str], None],
) -> None:
    """Measure, say what got better and worse since ``results`` was written, and keep both the
    figures and the thresholds.

    :raises ValueError: an example is not well formed.
    :raises OSError: a file can't be read or written.
    """
    before = last_figures(results)
    thresholds, figures, _ = measured(needs_files, nlu_files, encoder)
    for line in differences(before, figures):
        say(line)
    save_thresholds(thresholds)
    keep_figures(figures, results)


def differences(before: Figures | None, after: Figures) -> list[str]:
    """One line for each figure that moved, the largest move first; then what did not."""
    if before is None:
        return [f"{name}: {value:.3f}" for name, value in {**after.whole, **after.themes}.items()]
    was, now = {**before.whole, **before.themes}, {**after.whole, **after.themes}
    moves = {name: now[name] - was[name] for name in now if name in was}
    moved = sorted((n for n in moves if abs(moves[n]) >= _MOVED), key=lambda n: -abs(moves[n]))
    lines = [
        f"{'better' if (moves[name] > 0) != (name == 'false alarms') else 'worse '} "
        f" {name}: {was[name]:.3f} -> {now[name]:.3f}"
        for name in moved
    ]
    return [*lines, f"{len(moves) - len(moved)} other figures moved by less than {_MOVED}."]


def last_figures(results: Path) -> Figures | None:
    """What was measured last, if anything."""
    try:
        return msgspec.json.decode(results.read_bytes(), type=Figures)
    except (OSError, msgspec.DecodeError):
        return None


def keep_figures(figures: Figures, results: Path) -> None:
    """Write the figures for the next comparison; whatever else is in the file stays.

    :raises OSError: the file can't be written.
    """
    held = json.loads(results.read_bytes()) if results.exists() else {}
    for field, each in msgspec.structs.asdict(figures).items():
        held[field] = {name: round(value, 3) for name, value in each.items()}
    results.parent.mkdir(parents=True, exist_ok=True)
    results.write_text(json.dumps(held, indent=1) + "\n")


def _share(right: Sequence[bool]) -> float:
    return fmean(right) if right else 0.0

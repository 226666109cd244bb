"""How well messages are understood, on writers that the model in question has not seen.

    .venv/bin/python -m benchmarks.understanding [--samples DIR] [asides] [needs] [speed]

Cross-validated by writer over our own examples, with simpler ways beside; and, with
``--samples``, on a folder of ``asides.jsonl`` and ``answers.jsonl`` that nothing was
trained on. Without a part named, all run.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from rich.console import Console
from rich.table import Table

from rightfit.language.asides import ANSWER, HESITANT, Fitted, decide, parts_of
from rightfit.language.encoder import Encoder
from rightfit.language.examples import Example, load_examples
from rightfit.language.message_features import told
from rightfit.language.needs import Need, find_needs
from rightfit.language.needs_examples import Passage, load_need_examples, passage
from rightfit.language.needs_training import Learner, choose_gate, folds, train_understanding
from rightfit.language.pipeline import pipeline
from rightfit.language.training import (
    Remembering,
    messages_of,
    train_reader,
    unseen,
)
from rightfit.language.training import (
    choose_gate as choose_reading_gate,
)
from rightfit.language.understand import Request, Understander
from rightfit.records import THEMES

PROJECT = Path(__file__).parents[1]
NLU = sorted((PROJECT / "data" / "nlu").glob("*.yml"))
NEEDS = sorted((PROJECT / "practice" / "needs").glob("hand_*.yml"))

#: The plain way: the first label one of whose words is in the message.
KEYWORDS: dict[str, tuple[str, ...]] = {
    "ask_duration": ("how long", "how many", "minutes", "almost done", "how much longer"),
    "ask_identity": ("robot", "are you a", "who are you", "your name", "bot"),
    "ask_privacy": ("who reads", "privacy", "data", "confidential", "delete", "store"),
    "ask_price": ("cost", "price", "pay for", "fee", "free", "charge"),
    "ask_why": ("why do you", "why", "what for", "relevant"),
    "ask_help": ("what do you mean", "example", "don't understand", "help"),
    "ask_human": ("human", "person", "someone", "phone", "speak to"),
    "go_back": ("back", "change", "previous", "start over"),
    "skip": ("skip", "next", "pass", "rather not", "dunno", "don't know", "no idea", "not sure"),
    "stop": ("stop", "quit", "bye", "end this", "tomorrow", "exit"),
    "repeat": ("repeat", "again", "pardon"),
    "thanks": ("thank", "cheers"),
    "greet": ("hello", "hi", "good morning", "hey"),
    "abuse": ("fuck", "stupid", "idiot", "useless", "rubbish"),
    "affirm": ("yes", "ok", "sure", "yep"),
    "deny": ("no", "nope", "nah"),
    "out_of_scope": ("weather", "what is", "who won", "order"),
    "chitchat": ("joke", "how are you", "lol"),
}
DESCRIPTIONS: dict[str, str] = {
    "ask_duration": "how long does this take, how many questions are left",
    "ask_identity": "who or what are you, are you a robot",
    "ask_privacy": "who reads this, what happens to my data",
    "ask_price": "what does it cost",
    "ask_why": "why do you ask this, what is it for",
    "ask_help": "I do not understand the question, give me an example",
    "ask_human": "I want to talk to a person",
    "go_back": "go back, change an earlier answer",
    "skip": "skip this question, I would rather not say, I don't know",
    "stop": "stop, end the conversation, continue later",
    "repeat": "say that again",
    "greet": "hello",
    "thanks": "thank you",
    "affirm": "yes, that is right",
    "deny": "no, that is wrong",
    "chitchat": "small talk, how are you, tell me a joke",
    "out_of_scope": "a question about something else: weather, trivia, orders to do something",
    "abuse": "you are stupid and useless",
    ANSWER: "an answer about my work, my goals, what stands in the way, what I need of a job",
}


def by_keyword(text: str) -> str:
    """The label of the first keyword found; an answer without one or with many words."""
    low = text.lower()
    if len(low.split()) > 12:
        return ANSWER
    return next((k for k, words in KEYWORDS.items() if any(w in low for w in words)), ANSWER)


def asides(say: Console, encoder: Encoder, samples: Path | None) -> None:
    """Answers kept, asides caught and rightly named, and which label is taken for which."""
    memory = Remembering(encoder)
    examples = load_examples(NLU)
    gate, _, _ = choose_reading_gate(memory, examples)
    read: list[tuple[Example, str]] = []
    for fitted, fold in unseen(memory, examples):
        model = msgspec.structs.replace(fitted, gate=gate)
        read += [(each, _label(model, memory, each)) for each in messages_of(fold)]
    nearest = _nearest(encoder)
    rows = [("trained, unseen writers", read)]
    plain = [each for each, _ in read]
    rows.append(("keywords", [(each, by_keyword(each.text)) for each in plain]))
    rows.append(("nearest description", [(each, nearest(each.text)) for each in plain]))
    if samples:
        said = [*_sample_asides(samples), *_sample_answers(samples)]
        with tempfile.TemporaryDirectory() as folder:
            train_reader(NLU, Path(folder), encoder)
            model = Fitted.load(Path(folder))
        rows.append(("trained, samples", [(e, _label(model, memory, e)) for e in said]))
        rows.append(("keywords, samples", [(e, by_keyword(e.text)) for e in said]))
        rows.append(("nearest description, samples", [(e, nearest(e.text)) for e in said]))
    table = Table("reader", "answers kept", "asides caught", "rightly named", "messages")
    for name, got in rows:
        kept = [label == ANSWER for each, label in got if each.label == ANSWER]
        beside = [(_public(each.label), label) for each, label in got if each.label != ANSWER]
        caught = [label != ANSWER for _, label in beside]
        named = [label == true for true, label in beside]
        table.add_row(name, _share(kept), _share(caught), _share(named), str(len(got)))
    say.print(table)
    labels = Table("label", "n", "caught", "named", "taken for")
    for label in sorted({_public(each.label) for each, _ in read} - {ANSWER}):
        got = [found for each, found in read if _public(each.label) == label]
        wrong = Counter(found for found in got if found != label).most_common(3)
        labels.add_row(
            label,
            str(len(got)),
            _share([found != ANSWER for found in got]),
            _share([found == label for found in got]),
            ", ".join(f"{name} {count}" for name, count in wrong),
        )
    say.print(labels)


def needs(say: Console, encoder: Encoder, samples: Path | None) -> None:
    """Themes, stance, strength, distress and help on unseen writers, and on the samples."""
    examples = load_need_examples(NEEDS)
    learner = Learner(pipeline(), encoder)
    gate, bias, _ = choose_gate(learner, learner.themes, examples)
    got: list[tuple[Passage, Sequence[Need]]] = []
    for others, own in folds(examples):
        model = msgspec.structs.replace(learner.needs(others), gate=gate, gate_bias=bias)
        read = learner.statements([each.text for each in own.passages])
        got += [
            (each, find_needs(model, each.question, statement))
            for each, statement in zip(own.passages, read, strict=True)
        ]
    table = Table("needs", "theme F1", "precision", "recall", "stance", "strength", "passages")
    _needs_row(table, "trained, unseen writers", got)
    described = encoder.encode([f"{each.id} {each.covers}" for each in THEMES.values()])
    plain = [(each, _nearest_themes(encoder, described, each)) for each, _ in got]
    _themes_row(table, "nearest description", plain)
    if samples:
        _samples(say, table, encoder, samples, described)
    say.print(table)
    themes = Table("theme", "marked", "found", "both", "F1")
    for theme in THEMES:
        marked = [theme in {need.theme for need in each.needs} for each, _ in got]
        found = [theme in {need.theme for need in needs_} for _, needs_ in got]
        both = sum(m and f for m, f in zip(marked, found, strict=True))
        themes.add_row(
            theme,
            str(sum(marked)),
            str(sum(found)),
            str(both),
            f"{2 * both / max(1, sum(marked) + sum(found)):.2f}",
        )
    say.print(themes)


def _samples(say: Console, table: Table, encoder: Encoder, samples: Path, described: Any) -> None:
    answers = [passage(item, "samples") for item in _lines(samples / "answers.jsonl")]
    with tempfile.TemporaryDirectory() as folder:
        note = train_understanding(NEEDS, Path(folder), encoder)
        train_reader(NLU, Path(folder), encoder)
        understander = Understander.load(Path(folder), encoder)
    say.print(
        f"crisis recall on unseen writers {note.crisis_recall:.2f}, "
        f"false alarms at ordinary answers {note.false_alarms:.3f}"
    )
    responses = list(
        understander.understand(Request(str(i), a.text, a.question) for i, a in enumerate(answers))
    )
    _needs_row(
        table, "trained, samples", [(a, r.needs) for a, r in zip(answers, responses, strict=True)]
    )
    _themes_row(
        table,
        "nearest description, samples",
        [(a, _nearest_themes(encoder, described, a)) for a in answers],
    )
    pairs = list(zip(answers, responses, strict=True))
    say.print(
        "samples: distress right",
        _share([a.distress == r.distress for a, r in pairs]),
        "crisis recall",
        _share([r.distress == "crisis" for a, r in pairs if a.distress == "crisis"]),
        "false alarms",
        _share([r.distress == "crisis" for a, r in pairs if a.distress != "crisis"]),
        "help right",
        _share([set(a.help) == set(r.out_of_scope_help) for a, r in pairs]),
    )


def _needs_row(table: Table, name: str, got: Sequence[tuple[Passage, Sequence[Need]]]) -> None:
    themes = [(each, {need.theme for need in found}) for each, found in got]
    both = [
        (marked, need)
        for each, found in got
        for need in found
        for marked in each.needs[:]
        if marked.theme == need.theme
    ]
    _themes_row(
        table,
        name,
        themes,
        _share([marked.stance == need.stance for marked, need in both]),
        _share([marked.strength == need.strength for marked, need in both]),
    )


def _themes_row(
    table: Table,
    name: str,
    got: Sequence[tuple[Passage, set[str]]],
    stance: str = "",
    strength: str = "",
) -> None:
    both = found = marked = 0
    for each, themes in got:
        held = {need.theme for need in each.needs}
        both, found, marked = both + len(held & themes), found + len(themes), marked + len(held)
    table.add_row(
        name,
        f"{2 * both / max(1, found + marked):.3f}",
        f"{both / max(1, found):.3f}",
        f"{both / max(1, marked):.3f}",
        stance,
        strength,
        str(len(got)),
    )


def speed(say: Console, encoder: Encoder, samples: Path | None) -> None:
    """Median time of a short message and of an answer of 60 words, beside the bare encoder."""
    with tempfile.TemporaryDirectory() as folder:
        train_understanding(NEEDS, Path(folder), encoder)
        train_reader(NLU, Path(folder), encoder)
        before = _resident()
        understander = Understander.load(Path(folder), encoder)
        say.print(f"models beside the encoder: {_resident() - before:.0f} MB")
    table = Table("words", "encoder alone, ms", "understand, ms")
    short = "I want a manager who listens to us and pays us fairly"
    long = " ".join([short + "." for _ in range(5)])
    for text in (short, long):
        alone = _median(lambda text=text: encoder.encode([text]))
        whole = _median(lambda text=text: list(understander.understand([Request("1", text)])))
        table.add_row(str(len(text.split())), f"{alone:.1f}", f"{whole:.1f}")
    say.print(table)


def _label(fitted: Fitted, encoder: Remembering, each: Example) -> str:
    rows = parts_of(each.question, each.text)
    reading = decide(fitted, rows, fitted.chances(told(rows, encoder.encode([t for _, t in rows]))))
    return ANSWER if reading.kind == "answer" else str(reading.aside)


def _nearest(encoder: Encoder) -> Callable[[str], str]:
    labels = list(DESCRIPTIONS)
    rows = encoder.encode([DESCRIPTIONS[label] for label in labels])
    return lambda text: labels[int((rows @ encoder.encode([text])[0]).argmax())]


def _nearest_themes(encoder: Encoder, described: Any, each: Passage) -> set[str]:
    pieces = [piece for piece in each.text.replace("?", ".").split(".") if piece.strip()]
    near = encoder.encode(pieces) @ described.T if pieces else np.zeros((0, len(THEMES)))
    ids = list(THEMES)
    return {ids[int(row.argmax())] for row in near if row.max() > 0.35}


def _sample_asides(samples: Path) -> Iterable[Example]:
    for item in _lines(samples / "asides.jsonl"):
        yield Example(item["text"], item["aside"], item.get("question"), None, "samples")


def _sample_answers(samples: Path) -> Iterable[Example]:
    for item in _lines(samples / "answers.jsonl"):
        yield Example(item["text"], ANSWER, item["question"], None, "samples")


def _lines(place: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in place.read_text("utf-8").splitlines()]


def _public(label: str) -> str:
    return "skip" if label == HESITANT else label


def _share(right: Sequence[bool]) -> str:
    return f"{np.mean(right):.3f}" if right else "-"


def _median(call: Callable[[], object], rounds: int = 40) -> float:
    taken = []
    for _ in range(rounds):
        begun = time.perf_counter()
        call()
        taken.append((time.perf_counter() - begun) * 1000)
    return statistics.median(taken)


def _resident() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 1e6


PARTS: dict[str, Callable[[Console, Encoder, Path | None], None]] = {
    "asides": asides,
    "needs": needs,
    "speed": speed,
}


def main() -> None:
    """Run the parts named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], help="default: all")
    parser.add_argument("--samples", type=Path)
    given = parser.parse_args()
    say, encoder = Console(width=110), Encoder.load()
    for part in given.parts or PARTS:
        PARTS[part](say, encoder, given.samples)


if __name__ == "__main__":
    main()

"""How well messages are understood, on writers that the model in question has not seen.

    .venv/bin/python -m benchmarks.understanding [--samples DIR] [--diet] [unseen] [samples] [speed]

``unseen``: each group of writers of our own examples is read by models fitted to the others.
Chooses the gates and thresholds that training uses (rightfit/language/thresholds.json) and shows
which theme and which aside is taken for which. ``samples``: a folder of ``asides.jsonl`` and
``answers.jsonl`` that nothing was trained on. ``speed``: beside the bare encoder. Simpler ways
stand beside; ``--diet`` adds stock Rasa's (minutes). Without a part named, all run. The figures
go to results/understanding.json.
"""

from __future__ import annotations

import argparse
import asyncio
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

from rightfit.language.asides import ANSWER, HESITANT, Fitted, decide, seen_of
from rightfit.language.comparing import keep_figures, measured, of_needs, theme_f1
from rightfit.language.encoder import Encoder
from rightfit.language.examples import Example, load_examples
from rightfit.language.needs import Need
from rightfit.language.needs_examples import Passage, passage
from rightfit.language.needs_training import train_understanding
from rightfit.language.thresholds import save_thresholds
from rightfit.language.training import Remembering, train_reader
from rightfit.language.understand import Request, Understander
from rightfit.language.unseen_asides import messages_of, unseen
from rightfit.records import THEMES

PROJECT = Path(__file__).parents[1]
RESULTS = PROJECT / "results" / "understanding.json"
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


#: The same for needs.
THEME_WORDS: dict[str, tuple[str, ...]] = {
    "pay_benefits": ("pay", "paid", "salary", "wage", "raise", "insurance", "pension"),
    "job_security": ("fired", "laid off", "contract", "permanent", "stable", "union"),
    "workload_hours": ("hours", "overtime", "understaffed", "workload", "vacation", "burn"),
    "schedule_flexibility": ("shift", "flexible", "part time", "part-time", "schedule", "rota"),
    "location_remote": ("remote", "from home", "commute", "office days", "relocat", "travel"),
    "physical_conditions": ("noise", "loud", "heat", "cold", "dirty", "standing", "open-plan"),
    "health_access": ("sick", "disab", "adhd", "autis", "pregnan", "anxiety", "accommodat"),
    "management": ("boss", "manager", "management", "supervisor"),
    "fairness_policies": ("fair", "favour", "favor", "promise", "policy", "illegal"),
    "training": ("training", "trained", "onboarding", "mentor"),
    "coworkers": ("coworker", "co-worker", "colleague", "team", "people"),
    "respect_safety": ("harass", "bull", "yell", "scream", "threat", "humiliat"),
    "helping_others": ("help people", "helping", "care for"),
    "use_of_strengths": ("boring", "bored", "skills", "creative", "challeng"),
    "meaning_impact": ("meaning", "purpose", "pointless", "matters"),
    "autonomy": ("micromanag", "my own way", "trust", "freedom"),
    "growth": ("promot", "career", "learn", "dead end"),
    "recognition": ("thank", "credit", "appreciat", "recogni"),
    "politics": ("politic", "republican", "democrat", "conservative", "liberal", "left-wing"),
    "religion": ("church", "pray", "god", "muslim", "christian", "faith"),
    "ethics": ("ethic", "moral", "conscience", "lie to"),
    "identity_inclusion": ("trans", "gay", "racis", "sexis", "woman", "black"),
    "work_style_culture": ("culture", "corporate", "office politics", "meetings", "start-up"),
}


def by_keyword(text: str) -> str:
    """The label of the first keyword found; an answer without one or with many words."""
    low = text.lower()
    if len(low.split()) > 12:
        return ANSWER
    return next((k for k, words in KEYWORDS.items() if any(w in low for w in words)), ANSWER)


class Run(msgspec.Struct):
    """What the parts share, and what they have found so far."""

    say: Console
    encoder: Encoder
    samples: Path | None
    diet: bool
    found: dict[str, Any]


def of_unseen_writers(run: Run) -> None:
    """Chooses the thresholds; asides and needs on unseen writers, and what is taken for what."""
    thresholds, figures, outcome = measured(NEEDS, NLU, run.encoder)
    save_thresholds(thresholds)
    keep_figures(figures, RESULTS)
    _print_figures(run, "unseen writers", figures.whole)
    table = Table("theme", "marked", "found", "F1", "instead of it", "besides")
    for theme in THEMES:
        held = sum(theme in _themes(each.needs) for each, _ in outcome.read)
        seen = sum(theme in _themes(found) for _, found in outcome.read)
        table.add_row(
            theme,
            str(held),
            str(seen),
            f"{theme_f1(outcome.read, theme):.2f}",
            *_confused(outcome.read, theme),
        )
    run.say.print(table)
    described = _described(run.encoder)
    for name, finds in (
        ("keywords", by_theme_word),
        ("nearest description", lambda each: _nearest_themes(run.encoder, described, each)),
    ):
        _baseline(run, f"needs by {name}, unseen writers", [(e, finds(e)) for e, _ in outcome.read])
    _unseen_asides(run, thresholds.reader.gate)


def _unseen_asides(run: Run, gate: Any) -> None:
    memory = Remembering(run.encoder)
    examples = load_examples(NLU)
    read: list[tuple[Example, str]] = []
    for fitted, fold in unseen(memory, examples):
        model = msgspec.structs.replace(fitted, gate=gate)
        read += [(each, _label(model, memory, each)) for each in messages_of(fold)]
    _asides(run, "asides, unseen writers", read)
    nearest = _nearest(run.encoder)
    plain = [each for each, _ in read]
    _asides(run, "asides by keywords, unseen writers", [(e, by_keyword(e.text)) for e in plain])
    _asides(
        run, "asides by nearest description, unseen writers", [(e, nearest(e.text)) for e in plain]
    )
    if run.diet:
        _asides(run, "asides by stock Rasa (DIET), one unseen writer", _by_diet(examples))
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
    run.say.print(labels)


def of_samples(run: Run) -> None:
    """All figures on passages and asides that nothing was trained on."""
    if run.samples is None:
        run.say.print("no samples: name their folder with --samples")
        return
    answers = [passage(item, "samples") for item in _lines(run.samples / "answers.jsonl")]
    with tempfile.TemporaryDirectory() as folder:
        begun = time.process_time()
        train_reader(NLU, Path(folder), run.encoder)
        calm = [each.text for each in load_examples(NLU)][::3]
        train_understanding(NEEDS, Path(folder), run.encoder, calm)
        run.found["training, processor seconds"] = round(time.process_time() - begun)
        understander = Understander.load(Path(folder), run.encoder)
        reader = Fitted.load(Path(folder))
    asked = [Request(str(at), each.text, each.question) for at, each in enumerate(answers)]
    pairs = list(zip(answers, understander.understand(asked), strict=True))
    crisis = [r.distress == "crisis" for e, r in pairs if e.distress == "crisis"]
    alarms = [r.distress == "crisis" for e, r in pairs if e.distress != "crisis"]
    figures = {
        **of_needs([(each, response.needs) for each, response in pairs]),
        "crisis recall": float(np.mean(crisis)),
        "false alarms": float(np.mean(alarms)),
        "distress right": float(np.mean([e.distress == r.distress for e, r in pairs])),
        "help right": float(np.mean([set(e.help) == set(r.out_of_scope_help) for e, r in pairs])),
        "quotes verbatim": float(
            np.mean([e.text[n.start : n.end] == n.quote for e, r in pairs for n in r.needs])
        ),
    }
    _print_figures(run, "samples", figures)
    described = _described(run.encoder)
    _baseline(run, "needs by keywords, samples", [(e, by_theme_word(e)) for e in answers])
    _baseline(
        run,
        "needs by nearest description, samples",
        [(e, _nearest_themes(run.encoder, described, e)) for e in answers],
    )
    memory = Remembering(run.encoder)
    said = [*_sample_asides(run.samples), *_sample_answers(run.samples)]
    nearest = _nearest(run.encoder)
    _asides(run, "asides, samples", [(e, _label(reader, memory, e)) for e in said])
    _asides(run, "asides by keywords, samples", [(e, by_keyword(e.text)) for e in said])
    _asides(run, "asides by nearest description, samples", [(e, nearest(e.text)) for e in said])


def speed(run: Run) -> None:
    """Median time of a short message and of an answer of 60 words, beside the bare encoder."""
    with tempfile.TemporaryDirectory() as folder:
        few = [place for place in NEEDS if place.stem in {"hand_p", "hand_q"}]
        train_understanding(few, Path(folder), run.encoder)
        train_reader(NLU, Path(folder), run.encoder)
        before = _resident()
        understander = Understander.load(Path(folder), run.encoder)
        memory = _resident() - before
    table = Table("words", "encoder alone, ms", "understand, ms")
    short = "I want a manager who listens to us and pays us fairly"
    long = " ".join(
        [
            "I was a nurse on nights for nine years, and the ward was never fully staffed.",
            "My manager read my e-mails and told everybody about my sick leave, which was the end.",
            "Now I look for something calm, near home, with people who thank each other.",
            "The pay matters less, but it has to cover the rent for my two girls.",
        ]
    )
    figures: dict[str, float] = {"models beside the encoder, MB": round(memory)}
    for text in (short, long):
        alone = _median(lambda text=text: run.encoder.encode([text]))
        whole = _median(lambda text=text: list(understander.understand([Request("1", text)])))
        words = len(text.split())
        table.add_row(str(words), f"{alone:.1f}", f"{whole:.1f}")
        figures |= {f"encoder, {words} words, ms": round(alone, 1)}
        figures |= {f"understand, {words} words, ms": round(whole, 1)}
    run.say.print(table)
    run.found["speed"] = figures


def by_theme_word(each: Passage) -> set[str]:
    """The themes one of whose words is in the text."""
    low = each.text.lower()
    return {theme for theme, words in THEME_WORDS.items() if any(word in low for word in words)}


def _confused(read: Sequence[tuple[Passage, Sequence[Need]]], theme: str) -> tuple[str, str]:
    """What was found where this was marked and missed; and what was marked where this was found."""
    instead: Counter[str] = Counter()
    besides: Counter[str] = Counter()
    for each, found in read:
        held, seen = _themes(each.needs), _themes(found)
        if theme in held - seen:
            instead.update(seen - held or {"nothing"})
        if theme in seen - held:
            besides.update(held - seen or {"nothing"})
    return tuple(  # type: ignore[return-value]
        ", ".join(f"{name} {count}" for name, count in each.most_common(3))
        for each in (instead, besides)
    )


def _themes(needs: Iterable[Any]) -> set[str]:
    return {need.theme for need in needs}


def _baseline(run: Run, name: str, got: Sequence[tuple[Passage, set[str]]]) -> None:
    both = sum(len(_themes(each.needs) & themes) for each, themes in got)
    held = sum(len(_themes(each.needs)) for each, _ in got)
    found = sum(len(themes) for _, themes in got)
    _print_figures(run, name, {"theme F1": 2 * both / max(1, held + found)})


def _asides(run: Run, name: str, got: Sequence[tuple[Example, str]]) -> None:
    beside = [(_public(each.label), label) for each, label in got if each.label != ANSWER]
    kept = [label == ANSWER for each, label in got if each.label == ANSWER]
    figures = {
        "answers kept": float(np.mean(kept)),
        "asides caught": float(np.mean([label != ANSWER for _, label in beside])),
        "asides named": float(np.mean([label == true for true, label in beside])),
    }
    _print_figures(run, name, figures)


def _print_figures(run: Run, name: str, figures: dict[str, float]) -> None:
    run.found[name] = {each: round(value, 3) for each, value in figures.items()}
    run.say.print(f"[b]{name}[/b]:", ", ".join(f"{k} {v:.3f}" for k, v in figures.items()))


def _by_diet(examples: Sequence[Example]) -> list[tuple[Example, str]]:
    """What Rasa's own pipeline makes of the messages of the first writer, from the others'."""
    from rasa.core.agent import Agent
    from rasa.model_training import train_nlu

    unseen_hand = min(each.hand for each in examples)
    own = messages_of([each for each in examples if each.hand == unseen_hand])
    with tempfile.TemporaryDirectory() as scratch:
        config = Path(scratch) / "config.yml"
        config.write_text(
            "recipe: default.v1\nlanguage: en\npipeline:\n- name: WhitespaceTokenizer\n"
            "- name: CountVectorsFeaturizer\n- name: CountVectorsFeaturizer\n"
            "  analyzer: char_wb\n  min_ngram: 1\n  max_ngram: 4\n"
            "- name: DIETClassifier\n  epochs: 100\n  entity_recognition: false\n"
        )
        data = Path(scratch) / "data"
        data.mkdir()
        for place in NLU:
            if place.stem != unseen_hand:
                (data / place.name).write_bytes(place.read_bytes())
        agent = Agent.load(train_nlu(str(config), str(data), scratch))

        async def read() -> list[tuple[Example, str]]:
            parsed = [await agent.parse_message(each.text) for each in own]
            return [(e, _public(p["intent"]["name"])) for e, p in zip(own, parsed, strict=True)]

        return asyncio.run(read())


def _described(encoder: Encoder) -> Any:
    return encoder.encode([f"{each.id} {each.covers}" for each in THEMES.values()])


def _label(fitted: Fitted, encoder: Remembering, each: Example) -> str:
    (meanings,) = encoder.in_context([each.text])
    rows, seen = seen_of(each.question, each.text, meanings)
    reading = decide(fitted, rows, fitted.chances(seen))
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


PARTS: dict[str, Callable[[Run], None]] = {
    "unseen": of_unseen_writers,
    "samples": of_samples,
    "speed": speed,
}


def main() -> None:
    """Run the parts named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], help="default: all")
    parser.add_argument("--samples", type=Path)
    parser.add_argument("--diet", action="store_true", help="stock Rasa's pipeline, too")
    given = parser.parse_args()
    run = Run(Console(width=110), Encoder.load(), given.samples, given.diet, {})
    for part in given.parts or PARTS:
        PARTS[part](run)
    held = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(held | run.found, indent=1) + "\n")


if __name__ == "__main__":
    main()

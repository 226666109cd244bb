"""One sentence model and one training for all tests of this folder: they take seconds."""

from __future__ import annotations

from pathlib import Path

import pytest

from rightfit.language.asides import Reader
from rightfit.language.encoder import Encoder
from rightfit.language.training import train_reader

PROJECT = Path(__file__).parents[2]

FEW = {
    "greet": ["hello", "hi there", "good morning", "hey", "hiya", "good day"],
    "skip": ["skip", "next one", "pass", "move on", "rather not say", "leave it out"],
    "answer": [
        "I was a nurse for ten years",
        "a boss who listens",
        "more money and less travel",
        "my back is bad",
        "I drove lorries until they sold the firm",
        "somebody to think with",
    ],
}


@pytest.fixture(scope="session")
def encoder() -> Encoder:
    return Encoder.load()


@pytest.fixture(scope="session")
def reader(encoder: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Reader:
    """Trained on two of the hands: enough to read plain messages, in half the time."""
    folder = tmp_path_factory.mktemp("trained")
    hands = [PROJECT / "data" / "nlu" / f"hand_{hand}.yml" for hand in "ab"]
    train_reader(hands, folder, encoder)
    return Reader.load(folder, encoder)


@pytest.fixture
def few_examples(tmp_path: Path) -> list[Path]:
    """Two hands that share a handful of examples."""
    places = []
    for hand in (0, 1):
        lines = ['version: "3.1"', "nlu:"]
        for label, texts in FEW.items():
            lines += [f"- intent: {label}", "  examples: |"]
            lines += [f"    - {text}" for text in texts[hand::2]]
        place = tmp_path / f"hand_{hand}.yml"
        place.write_text("\n".join(lines) + "\n")
        places.append(place)
    return places


@pytest.fixture(scope="session")
def needs_file(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """A tenth of each list of two hands: what it learns is little, how it behaves is the same."""
    folder = tmp_path_factory.mktemp("needs")
    places = []
    for hand in "pq":
        lines, kept = (
            (PROJECT / "practice" / "needs" / f"hand_{hand}.yml").read_text().splitlines(),
            [],
        )
        clause = 0
        for line in lines:
            clause += line.startswith(("- {", '  - "'))
            if not line.startswith(("- {", '  - "')) or clause % 10 == 0:
                kept.append(line)
        places.append(folder / f"hand_{hand}.yml")
        places[-1].write_text("\n".join(kept) + "\n")
    return places

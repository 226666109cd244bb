"""Answers are told from asides, and asides from one another."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rightfit.language.asides import FILE, Reader, ReaderUnavailable
from rightfit.language.encoder import Encoder
from rightfit.language.training import is_fresh, train_reader
from rightfit.records import ASIDES

ANSWERS = [
    ("experience", "I had to stop my last job because of my health"),
    ("goals", "What I want? A boss who listens"),
    ("obstacles", "no"),
    ("obstacles", "none"),
    ("experience", "can we go back to when I was a nurse, that was my best time by far"),
    ("goals", "help people"),
    ("name", "Sam"),
    ("times", "weekday mornings"),
    ("start", "in March"),
    ("environment", "somewhere I don't have to skip lunch, thanks, and where people say hello"),
]
ASIDE = [
    ("goals", "how long does this take?", "ask_duration"),
    ("goals", "are you a robot?", "ask_identity"),
    ("obstacles", "who reads my answers?", "ask_privacy"),
    (None, "what does the coaching cost?", "ask_price"),
    ("experience", "why do you want to know that?", "ask_why"),
    ("goals", "can I talk to a person please", "ask_human"),
    ("environment", "can we go back to the previous question", "go_back"),
    ("goals", "skip this question", "skip"),
    ("goals", "I'll continue tomorrow", "stop"),
    ("experience", "can you repeat the question", "repeat"),
    ("experience", "hello", "greet"),
    (None, "thank you so much", "thanks"),
    (None, "no", "deny"),
    (None, "you useless bot", "abuse"),
]


def test_answers_are_kept(reader: Reader) -> None:
    lost = [said for said in ANSWERS if reader.read(*said).kind != "answer"]
    assert lost == []


def test_asides_are_caught_and_named(reader: Reader) -> None:
    read = [(reader.read(question, text), label) for question, text, label in ASIDE]
    assert [reading.kind for reading, _ in read] == ["aside"] * len(read)
    assert [reading.aside for reading, _ in read] == [label for _, label in read]


def test_an_answer_may_carry_an_aside(reader: Reader) -> None:
    reading = reader.read("experience", "Ten years in retail. Why do you ask?")
    assert (reading.kind, reading.aside) == ("answer", "ask_why")


def test_a_dunno_is_a_hesitant_skip(reader: Reader) -> None:
    dunno, skip = reader.read("goals", "no idea, sorry"), reader.read("goals", "next question")
    assert (dunno.aside, dunno.hesitant) == ("skip", True)
    assert (skip.aside, skip.hesitant) == ("skip", False)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from([None, "goals", "name", "recap", "\x00"]), st.text(max_size=120))
def test_any_text_is_read_the_same_each_time(
    reader: Reader, question: str | None, text: str
) -> None:
    reading = reader.read(question, text)
    assert reading == reader.read(question, text)
    assert 0.5 <= reading.certainty <= 1
    assert reading.aside is None or reading.aside in ASIDES
    assert (reading.kind == "answer") or reading.aside is not None


def test_a_reader_is_fresh_until_an_example_changes(
    tmp_path: Path, encoder: Encoder, few_examples: list[Path]
) -> None:
    assert not is_fresh(few_examples, tmp_path)
    note = train_reader(few_examples, tmp_path, encoder)
    assert note.hands == 2
    assert is_fresh(few_examples, tmp_path)
    with few_examples[0].open("a") as file:
        file.write("# changed\n")
    assert not is_fresh(few_examples, tmp_path)


def test_examples_of_one_kind_are_refused(tmp_path: Path, encoder: Encoder) -> None:
    place = tmp_path / "only.yml"
    place.write_text('version: "3.1"\nnlu:\n- intent: greet\n  examples: |\n    - hello\n')
    with pytest.raises(ValueError, match=r"only\.yml: no examples of answers"):
        train_reader([place], tmp_path, encoder)


@pytest.mark.parametrize("content", [None, b"", b"PK\x03\x04 cut short"])
def test_a_damaged_reader_is_named(tmp_path: Path, encoder: Encoder, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / FILE).write_bytes(content)
    with pytest.raises(ReaderUnavailable, match=r"reader\.npz.*rightfit train"):
        Reader.load(tmp_path, encoder)


@pytest.mark.parametrize(
    ("text", "aside"),
    [
        ("I sold shoes for six years. Who will get to read this?", "ask_privacy"),
        ("Warehouses, mostly. How long does this take?", "ask_duration"),
        ("Thanks for asking. I was a baker in two small shops.", None),
        ("Good morning! I drive the school bus.", None),
        ("What do I want? Peace, and a door that shuts.", None),
    ],
)
def test_an_answer_may_ask_something_besides(reader: Reader, text: str, aside: str | None) -> None:
    reading = reader.read("experience", text)
    assert (reading.kind, reading.aside) == ("answer", aside)

"""What comes out for any message: quotes that are verbatim, the same each time, in order."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rightfit.language.asides import Reader
from rightfit.language.encoder import Encoder, Tokens
from rightfit.language.needs_examples import load_need_examples
from rightfit.language.needs_training import train_understanding, understanding_is_fresh
from rightfit.language.opposites import OPPOSITES
from rightfit.language.understand import Request, Understander
from rightfit.language.understanding import FILE, Understanding, UnderstandingUnavailable
from rightfit.records import ASIDES, MODES, THEMES

PRACTICE = Path(__file__).parents[2] / "practice" / "needs"


@pytest.fixture(scope="session")
def trained(
    needs_file: list[Path], encoder: Encoder, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    folder = tmp_path_factory.mktemp("understanding")
    train_understanding(needs_file, folder, encoder)
    return folder


@pytest.fixture(scope="session")
def understander(trained: Path, encoder: Encoder, reader: Reader) -> Understander:
    return Understander(encoder, reader, Understanding.load(trained))


@settings(max_examples=20, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from([None, "goals", "environment", "expectations"]),
            st.one_of(
                st.text(max_size=150),
                st.lists(
                    st.sampled_from(
                        [
                            "the pay is awful",
                            "I can't stand the noise",
                            "but",
                            ",",
                            ". ",
                            "\ud800",
                            "my boss reads my e-mails",
                            "I want to help people",
                            "\n",
                            "工作",
                        ]
                    ),
                    max_size=12,
                ).map(" ".join),
            ),
        ),
        max_size=4,
    )
)
def test_responses_hold_what_they_promise(
    understander: Understander, said: list[tuple[str | None, str]]
) -> None:
    requests = [Request(str(at), text, question) for at, (question, text) in enumerate(said)]
    responses = list(understander.understand(requests))
    assert [each.id for each in responses] == [each.id for each in requests]
    for request, response in zip(requests, responses, strict=True):
        assert (response.kind == "answer") or (response.aside is not None)
        assert response.aside is None or response.aside in ASIDES
        for need in response.needs:
            assert request.text[need.start : need.end] == need.quote != ""
            assert need.theme in THEMES
            assert need.mode is None or (need.mode in MODES and THEMES[need.theme].values)
    # Neither company nor order changes what is understood.
    backwards = list(understander.understand(reversed(requests)))
    assert backwards[::-1] == responses


def test_a_plain_need_is_found_with_its_words(understander: Understander) -> None:
    text = "I was a clerk. The pay is awful, thirteen pounds an hour and no raise in four years."
    (response,) = understander.understand([Request("1", text, "experience")])
    assert response.kind == "answer"
    assert ("pay_benefits", "avoids") in {(need.theme, need.stance) for need in response.needs}


@pytest.mark.parametrize(
    "unit",
    ["I want a boss who listens, and the noise has to stop. ", "aaaa ", "\U0001f600", "- a\n"],
)
def test_eight_thousand_characters_take_as_many_stretches_as_they_are_long(
    understander: Understander, monkeypatch: pytest.MonkeyPatch, unit: str
) -> None:
    read: list[str] = []
    encode = Encoder.read

    def counting(self: Encoder, texts: Sequence[str]) -> list[Tokens]:
        read.extend(texts)
        return encode(self, texts)

    monkeypatch.setattr(Encoder, "read", counting)
    text = (unit * 8000)[:8000]
    (response,) = understander.understand([Request("1", text, "environment")])
    assert all(text[need.start : need.end] == need.quote for need in response.needs)
    assert sum(map(len, read)) <= len(text)
    assert len(read) <= 8000 / 350 + 1


def test_an_explanation_changes_nothing(understander: Understander) -> None:
    request = Request("1", "I can't work nights any more, and I'd like to be thanked", "goals")
    (plain,) = understander.understand([request])
    (explained,) = understander.explain([request])
    for field in plain.__struct_fields__:
        assert getattr(plain, field) == getattr(explained, field)
    assert {reason.found for reason in explained.why} > {"crisis", "therapy"}
    assert any("must" in reason.cues for reason in explained.why)
    assert all(reason.nearest or not reason.cues for reason in explained.why)
    assert b'"why"' in msgspec.json.encode(explained)


@settings(max_examples=20, deadline=None)
@given(st.sampled_from([None, "goals"]), st.text(max_size=150))
def test_what_is_heard_is_what_is_understood_with_its_places(
    understander: Understander, question: str | None, text: str
) -> None:
    heard = understander.heard(question, text)
    (response,) = understander.understand([Request("1", text, question)])
    assert (heard.reading.kind, heard.reading.aside) == (response.kind, response.aside)
    assert (heard.needs, heard.distress) == (response.needs, response.distress)
    assert [each.kind for each in heard.help] == response.out_of_scope_help
    assert (heard.distress_at is None) == (heard.distress == "none")
    for start, end in [(each.start, each.end) for each in heard.help] + [
        heard.distress_at or (0, 1)
    ]:
        assert 0 <= start < end


@settings(max_examples=20, deadline=None)
@given(st.text(max_size=150))
def test_a_need_given_outright_always_has_a_theme(understander: Understander, text: str) -> None:
    need = understander.theme_of(text)
    assert need.theme in THEMES
    assert (need.quote, need.start, need.end) == (text, 0, len(text))


def test_distress_is_shown_where_it_stands(understander: Understander) -> None:
    text = "I am a welder. Most nights I want to kill myself. The pay is fine."
    heard = understander.heard("obstacles", text)
    assert heard.distress == "crisis"
    assert heard.distress_at is not None
    assert "kill myself" in text[slice(*heard.distress_at)]


def test_it_is_fresh_until_an_example_changes(trained: Path, needs_file: list[Path]) -> None:
    assert understanding_is_fresh(needs_file, trained)
    assert not understanding_is_fresh(needs_file[:1], trained)


@pytest.mark.parametrize("content", [None, b"", b"PK\x03\x04 cut short"])
def test_a_damaged_file_is_named(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / FILE).write_bytes(content)
    with pytest.raises(UnderstandingUnavailable, match=r"understanding\.npz.*rightfit train"):
        Understanding.load(tmp_path)


def test_all_examples_are_well_formed() -> None:
    examples = load_need_examples(sorted(PRACTICE.glob("hand_*.yml")))
    count = dict.fromkeys(THEMES, 0)
    for clause in examples.clauses:
        assert clause.text.strip()
        assert set(clause.themes) <= set(THEMES)
        assert not clause.themes or clause.stance in {"wants", "avoids"}
        assert clause.strength in {"must", "important", "nice", "unstated"}
        assert clause.mode is None or clause.mode in MODES
        for theme in clause.themes:
            count[theme] += 1
    assert min(count.values()) >= 150


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("pay:\n- {text: a, stance: wants}\n", "pay is no theme"),
        (
            "passages:\n- {text: a b, needs: [{theme: pay_benefits, stance: wants, quote: c}]}\n",
            "word for word",
        ),
    ],
)
def test_a_mistake_in_an_example_is_named(tmp_path: Path, content: str, fault: str) -> None:
    place = tmp_path / "hand_z.yml"
    place.write_text(content)
    with pytest.raises(ValueError, match=fault):
        load_need_examples([place])


PAIRS = [pair for group in OPPOSITES for pair in group.pairs]


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(PAIRS),
    st.sampled_from(
        [
            "Everyone there is {} and I can't be myself.",
            "as a {} i was laughed at by my boss, and the pay is awful",
            "I only want to work among {} people",
        ]
    ),
)
def test_a_belief_and_its_opposite_are_understood_alike(
    understander: Understander, pair: tuple[str, str], frame: str
) -> None:
    texts = [frame.format(word) for word in pair]
    one, other = understander.understand([Request("1", text, "environment") for text in texts])
    words_of = [
        [(need.theme, need.stance, need.strength, need.mode) for need in each.needs]
        for each in (one, other)
    ]
    assert words_of[0] == words_of[1]
    for text, response in zip(texts, (one, other), strict=True):
        assert all(text[need.start : need.end] == need.quote for need in response.needs)
    plain = [msgspec.structs.replace(each, needs=[]) for each in (one, other)]
    assert plain[0] == plain[1]


def test_whoever_is_in_danger_needs_more_help_than_a_coach(understander: Understander) -> None:
    text = "I was a cook for years. I want to kill myself, I have written the letters."
    (response,) = understander.understand([Request("1", text, "experience")])
    assert response.distress == "crisis"
    assert "therapy" in response.out_of_scope_help


@pytest.mark.parametrize("text", ["I don't mind the commute", "I'm fine with the noise"])
def test_what_is_conceded_is_no_need(understander: Understander, text: str) -> None:
    (response,) = understander.understand([Request("1", text, "environment")])
    assert response.needs == []

"""What got better and worse is said plainly, and nothing else in the file of results is lost."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rightfit.language import comparing
from rightfit.language.comparing import Figures, compare, differences, keep_figures, last_figures
from rightfit.language.encoder import Encoder
from rightfit.language.needs import Need
from rightfit.language.needs_examples import Marked, Passage
from rightfit.language.thresholds import Thresholds, load_thresholds, save_thresholds
from rightfit.language.unseen_writers import Outcome

BEFORE = Figures({"theme F1": 0.5, "false alarms": 0.02, "stance": 0.8}, {"training": 0.4})


def test_the_largest_move_comes_first() -> None:
    after = Figures({"theme F1": 0.53, "false alarms": 0.08, "stance": 0.805}, {"training": 0.3})
    assert differences(BEFORE, after) == [
        "worse   training: 0.400 -> 0.300",
        "worse   false alarms: 0.020 -> 0.080",
        "better  theme F1: 0.500 -> 0.530",
        "1 other figures moved by less than 0.01.",
    ]


def test_without_a_last_time_all_figures_are_told() -> None:
    assert differences(None, BEFORE)[0] == "theme F1: 0.500"


def test_figures_are_kept_beside_what_else_is_there(tmp_path: Path) -> None:
    place = tmp_path / "results" / "understanding.json"
    assert last_figures(place) is None
    keep_figures(BEFORE, place)
    place.write_text(json.dumps(json.loads(place.read_text()) | {"speed": {"a": 1}}))
    keep_figures(BEFORE, place)
    assert last_figures(place) == BEFORE
    assert json.loads(place.read_text())["speed"] == {"a": 1}


def test_each_found_need_is_held_to_the_marked_one_nearest_to_it() -> None:
    text = "the pay is awful and I want good pay"
    marked = (
        Marked("pay_benefits", "avoids", "unstated", None, 0, 16),
        Marked("pay_benefits", "wants", "important", None, 21, 36),
    )
    found = Need("pay_benefits", "wants", "unstated", None, "I want good pay", 21, 36)
    besides = Need("training", "wants", "unstated", None, "the", 0, 3)
    figures = comparing.of_needs(
        [(Passage("goals", text, marked, "none", (), "a"), [found, besides])]
    )
    assert figures["theme F1"] == pytest.approx(2 / 3)
    assert (figures["stance"], figures["strength"]) == (1.0, 0.0)


def test_a_comparison_measures_and_keeps_what_it_chose(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    encoder: Encoder,
    needs_file: list[Path],
    few_examples: list[Path],
) -> None:
    kept: list[Thresholds] = []
    monkeypatch.setattr(comparing, "save_thresholds", kept.append)
    nothing = Outcome((), 0.5, 0.02, 0.5, 0.5)
    of_needs = load_thresholds().needs
    monkeypatch.setattr(comparing, "measure", lambda *_: (of_needs, nothing))
    said: list[str] = []
    results = tmp_path / "understanding.json"
    compare(needs_file, few_examples, encoder, results, said.append)
    figures = last_figures(results)
    assert figures is not None
    assert said[0].startswith("answers kept: ")
    assert all(0 <= value <= 1 for value in figures.whole.values())
    (chosen,) = kept
    save_thresholds(chosen, tmp_path / "thresholds.json")
    assert load_thresholds(tmp_path / "thresholds.json") == chosen

"""The committed thresholds are whole, and a training says when they are old."""

from __future__ import annotations

from pathlib import Path

import pytest

from rightfit.language.thresholds import ThresholdsUnavailable, load_thresholds, notice
from rightfit.records import OUTSIDE_HELP


def test_what_is_committed_covers_every_decision() -> None:
    chosen = load_thresholds()
    assert set(chosen.needs.help) == set(OUTSIDE_HELP)
    assert chosen.reader.gate.weights
    assert chosen.needs.gate.weights


@pytest.mark.parametrize("content", [None, b"", b"{}"])
def test_a_damaged_file_is_named(tmp_path: Path, content: bytes | None) -> None:
    place = tmp_path / "thresholds.json"
    if content is not None:
        place.write_bytes(content)
    with pytest.raises(ThresholdsUnavailable, match=r"thresholds\.json.*rightfit train --compare"):
        load_thresholds(place)


def test_changed_examples_are_a_notice_and_no_error() -> None:
    assert notice("needs", "a", "a") is None
    assert "have changed" in str(notice("needs", "a", "b"))

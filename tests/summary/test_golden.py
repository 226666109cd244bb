"""The golden summaries are as they were reviewed."""

from __future__ import annotations

import difflib

import pytest

from rightfit.practice import Practice
from tests.summary.golden_summaries import GOLDEN, NAMES, RENEW, practice, rendered


@pytest.fixture(scope="module")
def house() -> Practice:
    return practice()


@pytest.mark.parametrize("name", NAMES)
def test_a_summary_is_as_it_was_reviewed(house: Practice, name: str) -> None:
    told = []
    for file, now in rendered(house, name).items():
        reviewed = (GOLDEN / file).read_text("utf-8")
        told += difflib.unified_diff(
            reviewed.splitlines(), now.splitlines(), f"{file}, reviewed", f"{file}, now", n=1
        )
    if told:
        lines = "\n".join(line.rstrip("\n") for line in told)
        pytest.fail(f"{lines}\n\nIf this is meant, renew them with: {RENEW}", pytrace=False)


def test_there_are_five() -> None:
    assert len(NAMES) == 5

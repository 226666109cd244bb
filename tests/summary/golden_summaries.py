"""Five made-up clients whose summaries a coach could review, and how they are renewed.

.venv/bin/python -m tests.summary.golden_summaries

Each is an intake (``golden/*.json``) with the summary as Markdown and as a page beside it.
After a change that is meant, renew them and read what changed: ``git diff tests/summary``.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec

from rightfit.commands.summary import summary_for_coach
from rightfit.practice import Practice, load
from rightfit.records import Intake
from rightfit.summary.as_html import as_html
from rightfit.summary.as_markdown import as_markdown

ROOT = Path(__file__).parents[2]
GOLDEN = Path(__file__).parent / "golden"
NAMES = tuple(sorted(path.stem for path in GOLDEN.glob("*.json")))
RENEW = ".venv/bin/python -m tests.summary.golden_summaries"


def practice() -> Practice:
    """The made-up practice of this repository."""
    return load(ROOT / "practice", ROOT / "domain.yml")


def intake(name: str) -> Intake:
    """The intake of one of them."""
    return msgspec.json.decode((GOLDEN / f"{name}.json").read_bytes(), type=Intake)


def rendered(house: Practice, name: str) -> Mapping[str, str]:
    """File name -> what should stand in it."""
    summary = summary_for_coach(house, intake(name))
    return {
        f"{name}.md": as_markdown(house, summary),
        f"{name}.html": as_html(house, summary),
    }


if __name__ == "__main__":
    for each in NAMES:
        for file, text in rendered(practice(), each).items():
            (GOLDEN / file).write_text(text, "utf-8")

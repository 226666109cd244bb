"""Rasa's own command finds that the rules predict every story."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from rightfit.engine import model

PROJECT = Path(__file__).parents[2]
RASA = Path(sys.executable).with_name("rasa")


def test_the_rules_predict_every_story(trained: Path, tmp_path: Path) -> None:
    command = [RASA, "test", "core", "--stories", "tests", "--no-plot"]
    command += ["--model", trained / model.DIALOGUE, "--out", tmp_path]

    ran = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)

    assert ran.returncode == 0, ran.stderr
    report = json.loads((tmp_path / "story_report.json").read_text())
    assert report["conversation_accuracy"] == {
        "accuracy": 1.0,
        "correct": 5,
        "with_warnings": 0,
        "total": 5,
    }

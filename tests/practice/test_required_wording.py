"""Whatever the program says by name, the checker holds the wording to."""

from __future__ import annotations

import re
from pathlib import Path

from rightfit.practice import REQUIRED_CHOICES, REQUIRED_PLACES, REQUIRED_WORDING, load

ROOT = Path(__file__).parents[2]
_NAMED = re.compile(r"""["'](utter_[a-z_]+)["']|action: (utter_[a-z_]+)""")
#: The key of Rasa's event metadata, and no response.
_NO_RESPONSE = {"utter_action"}


def test_every_response_said_by_name_is_required() -> None:
    practice = load(ROOT / "practice", ROOT / "domain.yml")
    asked = {
        f"utter_{part}_{question.id}"
        for question in (*practice.questions, *practice.not_asked)
        for part in ("ask", "why")
    }
    files = [
        *(ROOT / "actions").glob("*.py"),
        *(ROOT / "data" / "rules").glob("*.yml"),
        *(
            file
            for file in (ROOT / "rightfit").rglob("*.py")
            if file.parent != ROOT / "rightfit" / "practice"
        ),
    ]
    said = {
        (found[1] or found[2], file.name)
        for file in files
        for found in _NAMED.finditer(file.read_text(encoding="utf-8"))
    }

    known = {*REQUIRED_WORDING, *asked, *_NO_RESPONSE}
    assert {(name, file) for name, file in said if name not in known} == set()
    assert said


def test_choices_and_places_belong_to_responses_that_are_required() -> None:
    asked = {f"utter_ask_{id}" for id in ("consent", "recap", "needs", "disclosure")}

    assert {*REQUIRED_CHOICES, *REQUIRED_PLACES} <= {*REQUIRED_WORDING, *asked}

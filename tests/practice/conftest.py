"""A small practice without mistakes, to make mistakes in."""

from __future__ import annotations

from pathlib import Path

import pytest

from rightfit.practice import (
    CLIENT_STATUSES,
    LETTER_KINDS,
    REQUIRED_CHOICES,
    REQUIRED_PLACES,
    REQUIRED_WORDING,
    Fault,
    Practice,
    check,
    load,
)

QUESTIONS = """\
sections:
  - id: welcome
    title: Before we start
  - id: goals
    title: What you want
  - id: recap
    title: Reading it over
questions:
  - id: consent
    section: welcome
    kind: choice
    title: Your consent
    called: [consent, permission]
    may_skip: false
    typed: {"yes": [ok, sure]}
  - id: coach
    section: welcome
    kind: coach
    title: Which coach
  - id: goals
    section: goals
    kind: open
    title: Your goals
    called: [goals, aims]
  - id: format
    section: goals
    kind: choices
    title: How to meet
    at_most: 2
    typed: {video: [zoom], phone: [call]}
  - id: budget
    section: goals
    kind: choice
    title: Your budget
    ask: false
  - id: contact
    section: goals
    kind: email
    title: How to reach you
  - id: recap
    section: recap
    kind: choice
    title: The recap
    may_skip: false
"""

COACHES = """\
practice:
  name: Test Coaching
  fictional: true
  time_zone: Europe/Dublin
  contact: {email: hello@test.example, website: "https://test.example"}
  ethics_code: icf
  languages: [en]
  services: {job_search: Looking for a job}
coaches:
  - id: ada
    name: Ada Ahn
    about: job search
    services: [job_search]
    help_not_given: [therapy]
    formats: [video]
    languages: [en]
    hours:
      time_zone: Europe/Dublin
      weekly:
        - {days: [mon, tue], from: "09:00", to: "17:00"}
    capacity: 2
    earliest_start: now
    price_band: low
    conflicts_of_interest:
      - {name: Pell Ltd, kind: company, variants: [Pell], note: My last employer.}
    disclosures:
      - {id: blunt, says: I am direct.}
    lines:
      - theme: politics
        mode: like_minded
        can: not_well
        reason: own_limit
        note: I argue inside.
      - theme: growth
        can: fully
  - id: bo
    name: Bo Østby
    about: new directions
    services: [job_search]
    formats: [phone]
    languages: [en]
    hours: {time_zone: UTC, weekly: []}
    capacity: 0
    earliest_start: 2027-02-01
    price_band: 60_100
"""

HELP_LINES = """\
countries:
  - name: Ireland
    called: [ireland, Cork]
    emergency: 112 or 999
    lines:
      - name: Samaritans
        reach: 116 123
        hours: day and night
  - name: Norway
    emergency: "112"
    lines:
      - {name: Mental Helse, reach: "116 123"}
      - {name: Kirkens SOS, reach: "22 40 00 40"}
"""

LETTERS = "\n".join(
    [
        "letters:",
        *(
            f"  {kind}:\n    subject: About {kind}\n    text: Hello {{name}}, this is {kind}."
            for kind in LETTER_KINDS
        ),
        "status:",
        *(f"  {status}: It stands at {status}." for status in CLIENT_STATUSES),
        "",
    ]
)

FIT_RULES = """\
fit_rules:
  - id: crisis
    says: The client may be in danger.
    part: safety
    when: {finds: crisis}
    level: urgent
    why: Somebody in danger needs a person.
    not_for: Turns of speech.
    suggests: [seek_supervision]
    fine_if: You have spoken with the client.
    ask: Are you safe?
    override_reasons: [I have spoken with the client.]
    examples:
      - {flagged: true, crisis: I want to end it.}
      - {flagged: false, answers: {goals: An end to night shifts.}}
  - id: cannot_serve
    says: The search turns on {need}.
    part: bond
    when: {line_can: [not_well], both_said: true, lower_at_least: 3, referral_barred: false}
    level: consider_referral
    why: It takes sessions to find out otherwise.
    not_for: A difference.
    suggests: [disclose, refer]
    fine_if: The search is about more than {need}.
    ask: What would you do?
    override_reasons: [My line is out of date.]
    against: coach_need_not_share_it
    examples:
      - flagged: true
        coach: {lines: [{theme: growth, can: not_well, reason: competence}]}
        needs: [{theme: growth, quote: the next rung, centrality: 4, firmness: 3}]
      - flagged: false
        coach: {lines: [{theme: growth, can: not_well, reason: competence}]}
        needs: [{theme: growth, quote: the next rung, centrality: 4}]
"""

#: Every word has to be there, so those of the fictional practice serve.
CONSIDERING = (Path(__file__).parents[2] / "practice" / "considering.yml").read_text(
    encoding="utf-8"
)

_OFFERED = {
    **REQUIRED_CHOICES,
    "utter_ask_format": ("video", "phone"),
    "utter_ask_budget": ("low", "60_100"),
}
_ASKED = ("consent", "coach", "goals", "format", "budget", "contact", "recap")
_NAMES = dict.fromkeys(
    (*REQUIRED_WORDING, *(f"utter_{part}_{id}" for id in _ASKED for part in ("ask", "why")))
)


def _response(name: str) -> str:
    places = "".join(f" {{{place}}}" for place in REQUIRED_PLACES.get(name, ()))
    lines = [f"  {name}:", f"    - text: Said by {name}.{places}"]
    if name in _OFFERED:
        lines.append("      buttons:")
    for choice in _OFFERED.get(name, ()):
        lines.append(f"        - title: Button {choice}")
        lines.append(f'          payload: \'/choose{{"choice": "{choice}"}}\'')
    return "\n".join(lines)


WORDING = "\n".join(
    [
        'version: "3.1"',
        "slots:",
        "  receipt: {type: any}",
        *(f"  {id}: {{type: any}}" for id in _ASKED),
        "forms:",
        f"  intake_form: {{required_slots: [{', '.join(_ASKED)}]}}",
        "responses:",
        *map(_response, _NAMES),
        "",
    ]
)


class Small:
    """The small practice on disk."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "practice"
        self.folder.mkdir()
        self.paths = {
            "questions": self.folder / "questions.yml",
            "coaches": self.folder / "coaches.yml",
            "fit_rules": self.folder / "fit_rules.yml",
            "help_lines": self.folder / "help_lines.yml",
            "letters": self.folder / "letters.yml",
            "considering": self.folder / "considering.yml",
            "wording": folder / "domain.yml",
        }
        texts = {
            "questions": QUESTIONS,
            "coaches": COACHES,
            "fit_rules": FIT_RULES,
            "help_lines": HELP_LINES,
            "letters": LETTERS,
            "considering": CONSIDERING,
            "wording": WORDING,
        }
        for name, text in texts.items():
            self.paths[name].write_text(text, encoding="utf-8")

    def edit(self, file: str, old: str, new: str) -> None:
        text = self.paths[file].read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file}"
        self.paths[file].write_text(text.replace(old, new), encoding="utf-8")

    def check(self) -> list[Fault]:
        return check(self.folder, self.paths["wording"])

    def load(self) -> Practice:
        return load(self.folder, self.paths["wording"])


@pytest.fixture
def small(tmp_path: Path) -> Small:
    return Small(tmp_path)

"""Load and check a practice: its questions, its coaches, its fit rules and its wording.

The one way in is :func:`load`; what it gives has no mistakes. :func:`check` finds all of
them at once. Neither needs Rasa, and neither takes longer than a second.
"""

from __future__ import annotations

from pathlib import Path

from rightfit.practice.coaches import read_coaches
from rightfit.practice.considering import (
    Considering,
    DisclosingWording,
    blanks,
    filled,
    read_considering,
)
from rightfit.practice.faults import Fault, PracticeFaulty
from rightfit.practice.help_lines import read_help_lines
from rightfit.practice.letters import Letters, not_for_letters, read_letters
from rightfit.practice.partners import read_partners
from rightfit.practice.questions import read_questions
from rightfit.practice.records import (
    AGAINST,
    CANS,
    CENTRALITY,
    CLIENT_STATUSES,
    DAYS,
    DECISIONS,
    DISCLOSURE,
    DISCLOSURE_CHOICES,
    ETHICS_CODES,
    FINDINGS,
    FIRMNESS,
    HELP,
    HOOK_EVENTS,
    KINDS,
    LETTER_KINDS,
    LETTER_PLACES,
    NEED_CENTRALITY,
    NEED_CHOICE,
    NEED_EDIT,
    NEED_FIRMNESS,
    NEED_MODE,
    NEED_QUESTIONS,
    NEED_WORDS,
    NEEDS,
    NEEDS_MATTER,
    NO_PREFERENCE,
    REASONS,
    Can,
    Choice,
    Coach,
    Conflict,
    Contact,
    Disclosure,
    EthicsCode,
    Example,
    FitRule,
    HelpLine,
    HelpLines,
    Hours,
    Kind,
    LetterWording,
    Line,
    Partner,
    Practice,
    Question,
    Reason,
    Section,
    Stretch,
    Variation,
    Webhook,
    When,
    said_in,
    variation_for,
)
from rightfit.practice.rehearsal import Rehearsed, read_rehearsal, rehearsal_of
from rightfit.practice.rules import read_rules
from rightfit.practice.sheet import skim
from rightfit.practice.wording import (
    REQUIRED_CHOICES,
    REQUIRED_PLACES,
    REQUIRED_WORDING,
    read_wording,
)

__all__ = [
    "AGAINST",
    "CANS",
    "CENTRALITY",
    "CLIENT_STATUSES",
    "DAYS",
    "DECISIONS",
    "DISCLOSURE",
    "DISCLOSURE_CHOICES",
    "ETHICS_CODES",
    "FINDINGS",
    "FIRMNESS",
    "FIT_RULES",
    "HELP",
    "HOOK_EVENTS",
    "KINDS",
    "LETTER_KINDS",
    "LETTER_PLACES",
    "NEEDS",
    "NEEDS_MATTER",
    "NEED_CENTRALITY",
    "NEED_CHOICE",
    "NEED_EDIT",
    "NEED_FIRMNESS",
    "NEED_MODE",
    "NEED_QUESTIONS",
    "NEED_WORDS",
    "NO_PREFERENCE",
    "REASONS",
    "REQUIRED_CHOICES",
    "REQUIRED_PLACES",
    "REQUIRED_WORDING",
    "Can",
    "Choice",
    "Coach",
    "Conflict",
    "Considering",
    "Contact",
    "DisclosingWording",
    "Disclosure",
    "EthicsCode",
    "Example",
    "Fault",
    "FitRule",
    "HelpLine",
    "HelpLines",
    "Hours",
    "Kind",
    "LetterWording",
    "Line",
    "Partner",
    "Practice",
    "PracticeFaulty",
    "Question",
    "Reason",
    "Rehearsed",
    "Section",
    "Stretch",
    "Variation",
    "Webhook",
    "When",
    "blanks",
    "check",
    "filled",
    "load",
    "look_over",
    "not_for_letters",
    "rehearsal_of",
    "said_in",
    "variation_for",
]

#: The file with the fit rules, in the folder of a practice.
FIT_RULES = "fit_rules.yml"
_READ_HERE = (
    "questions.yml",
    "coaches.yml",
    FIT_RULES,
    "help_lines.yml",
    "letters.yml",
    "considering.yml",
    "partners.yml",
)


def load(folder: Path, wording: Path) -> Practice:
    """The practice in ``folder``, in the wording of the domain file ``wording``.

    Raises PracticeFaulty with every mistake in any of the files, by file and line.
    """
    faults: list[Fault] = []
    practice = _read(folder, wording, faults)
    if faults or practice is None:
        raise PracticeFaulty(tuple(sorted(set(faults))))
    return practice


def check(folder: Path, wording: Path) -> list[Fault]:
    """Every mistake in the practice and its wording, by file and line; empty if none."""
    return look_over(folder, wording)[1]


def look_over(folder: Path, wording: Path) -> tuple[Practice | None, list[Fault]]:
    """The practice as far as it can be read, or None, and every mistake as in :func:`check`."""
    faults: list[Fault] = []
    practice = _read(folder, wording, faults)
    read_rehearsal(folder, faults)
    return practice, sorted(set(faults))


def _read(folder: Path, wording: Path, faults: list[Fault]) -> Practice | None:
    if not folder.is_dir():
        faults.append(
            Fault(str(folder), 1, "There is no such folder.", "Name the folder of the practice.")
        )
        return None
    words = read_wording(wording, faults)
    house = read_coaches(folder / "coaches.yml", faults, words)
    coaches = house.coaches if house is not None else None
    questions = read_questions(folder / "questions.yml", faults, words, coaches)
    help_lines = read_help_lines(folder / "help_lines.yml", faults)
    letters = read_letters(folder / "letters.yml", faults)
    considering = read_considering(folder / "considering.yml", faults)
    partners = read_partners(folder / "partners.yml", faults)
    fit_rules = read_rules(folder / FIT_RULES, faults, house, words)
    for other in sorted(folder.glob("**/*.y*ml")):
        if other.name not in _READ_HERE or other.parent != folder:
            skim(other, faults)
    if words is None or questions is None or house is None or help_lines is None:
        return None
    letters = letters or Letters({}, {})
    return Practice(
        name=house.name,
        fictional=house.fictional,
        time_zone=house.time_zone,
        contact=house.contact,
        ethics_code=house.ethics_code,
        languages=house.languages,
        services=house.services,
        sections=questions.sections,
        questions=questions.asked,
        not_asked=questions.not_asked,
        coaches=house.coaches,
        wording=words.responses,
        help_lines=help_lines,
        rules=fit_rules,
        letters=letters.letters,
        statuses=letters.statuses,
        webhooks=house.webhooks,
        partners=partners,
        considering=considering or Considering(),
    )

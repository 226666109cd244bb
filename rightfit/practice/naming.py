"""What coaches read for a theme, a mode or a kind of help: plain words that fit in a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from rightfit.practice.records import Can, Line, Reason
from rightfit.records import THEMES, CoachLine

#: As in "The search turns on ...".
THEME_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "pay_benefits": "pay and benefits",
        "job_security": "a secure job",
        "workload_hours": "workload and hours",
        "schedule_flexibility": "flexible hours",
        "location_remote": "where to work",
        "physical_conditions": "physical conditions",
        "health_access": "health and access at work",
        "management": "how managers lead",
        "fairness_policies": "fair treatment by the employer",
        "training": "training and guidance",
        "coworkers": "colleagues",
        "respect_safety": "respect and safety",
        "helping_others": "helping others",
        "use_of_strengths": "using their strengths",
        "meaning_impact": "work that matters",
        "autonomy": "deciding for themselves",
        "growth": "growth and promotion",
        "recognition": "recognition",
        "politics": "politics at work",
        "religion": "faith or non-belief at work",
        "ethics": "conscience at work",
        "identity_inclusion": "acceptance as who they are",
        "work_style_culture": "pace and style of work",
    }
)

#: As in "politics at work: ...".
MODE_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "freedom": "openness about it",
        "respect": "respect for it",
        "alignment": "an employer that stands for it",
        "like_minded": "people who share it",
        "conscience": "nothing against it",
        "neutral": "none of it at work",
    }
)

#: As in "The client may need ...".
HELP_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "therapy": "therapy",
        "legal": "legal advice",
        "medical": "medical advice",
        "financial": "financial advice",
        "immigration": "immigration advice",
        "placement": "placement in a job",
    }
)

#: As in "growth and promotion: not well, ...".
CAN_NAMES: Mapping[Can, str] = MappingProxyType(
    {
        "fully": "fully",
        "after_telling": "after telling them something",
        "with_supervision": "with supervision",
        "not_well": "not well",
    }
)

#: As in "not well, for want of competence".
REASON_NAMES: Mapping[Reason, str] = MappingProxyType(
    {
        "competence": "for want of competence",
        "capacity": "for want of capacity",
        "conflict": "for a conflict of interest",
        "own_limit": "for a limit of your own",
    }
)


def line_named(line: Line | CoachLine) -> str:
    """A coach's line in plain words, without its note."""
    named = f"{need_named(line.theme, line.mode)}: {CAN_NAMES[line.can]}"
    if line.reason is None or line.can == "fully":
        return named
    return f"{named}, {REASON_NAMES[line.reason]}"


def need_named(theme: str, mode: str | None) -> str:
    """A need in plain words, with the mode where there is one."""
    name = THEME_NAMES[theme]
    return f"{name} ({MODE_NAMES[mode]})" if mode is not None else name


def longest_need() -> str:
    """The longest that :func:`need_named` can give; sentences must have room for it."""
    mode = max(MODE_NAMES, key=lambda id: len(MODE_NAMES[id]))
    named = [need_named(each.id, mode if each.values else None) for each in THEMES.values()]
    return max(named, key=len)


def longest_help() -> str:
    """The longest name of a kind of help."""
    return max(HELP_NAMES.values(), key=len)

"""The open intake schema: what passes from one room of the house to another.

Every record is frozen and typed. Nothing here knows a clock, a file or a database.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Literal

import msgspec


class Theme(msgspec.Struct, frozen=True):
    """One of the closed list of things a client may need of a workplace.

    The groups follow the Theory of Work Adjustment and the O*NET work needs.
    """

    id: str
    group: str
    covers: str
    sensitive: bool = False
    values: bool = False


_THEMES = (
    Theme("pay_benefits", "conditions", "pay, raises, benefits, insurance, pension"),
    Theme("job_security", "conditions", "steady work, fear of losing it, contract type"),
    Theme("workload_hours", "conditions", "amount and pace of work, overtime, breaks, days off"),
    Theme(
        "schedule_flexibility", "conditions", "control over when: flexible hours, part-time, rota"
    ),
    Theme("location_remote", "conditions", "where: remote, hybrid, office, commute, relocation"),
    Theme("physical_conditions", "conditions", "noise, space, equipment, hazards, hygiene"),
    Theme(
        "health_access",
        "conditions",
        "disability, illness, mental health, neurodivergence, pregnancy: accommodation",
        sensitive=True,
    ),
    Theme("management", "support", "how bosses treat, back, lead and communicate"),
    Theme("fairness_policies", "support", "fair, honest, transparent practice; promises kept"),
    Theme("training", "support", "onboarding, mentoring, training, guidance"),
    Theme("coworkers", "relationships", "colleagues, team spirit, social contact or little of it"),
    Theme("respect_safety", "relationships", "free of harassment, bullying, abuse; dignity"),
    Theme("helping_others", "relationships", "being of service to people, care"),
    Theme(
        "use_of_strengths", "achievement", "using one's skills, challenge, variety, the right level"
    ),
    Theme("meaning_impact", "achievement", "work that matters, accomplishment, purpose"),
    Theme("autonomy", "independence", "deciding how, trust, not micromanaged, responsibility"),
    Theme("growth", "recognition", "promotion, learning, career path"),
    Theme("recognition", "recognition", "being appreciated, credit, status"),
    Theme("politics", "values", "political views at work, in any direction", True, True),
    Theme("religion", "values", "faith, spirituality, non-belief at work", True, True),
    Theme("ethics", "values", "conscience: what the employer does to the world", True, True),
    Theme("identity_inclusion", "values", "acceptance as who one is", True, True),
    Theme("work_style_culture", "culture", "pace, structure, formality, kind of organisation"),
)

#: Theme id -> theme, in the order of the list of needs.
THEMES: Mapping[str, Theme] = MappingProxyType({theme.id: theme for theme in _THEMES})

Mode = Literal["freedom", "respect", "alignment", "like_minded", "conscience", "neutral"]
MODES: tuple[str, ...] = (
    "freedom",
    "respect",
    "alignment",
    "like_minded",
    "conscience",
    "neutral",
)

#: Centrality and firmness run from 0 to so much; both are asked, never guessed.
HIGHEST = 4

Stance = Literal["wants", "avoids"]
Strength = Literal["must", "important", "nice", "unstated"]
Source = Literal["volunteered", "asked", "edited"]
SensitiveChoice = Literal["keep", "reword", "leave_out", "tell_in_person"]
SENSITIVE_CHOICES: tuple[str, ...] = ("keep", "reword", "leave_out", "tell_in_person")

#: Kinds of help that coaching is not, as they are found in a client's words.
OUTSIDE_HELP: tuple[str, ...] = ("therapy", "legal", "medical", "financial", "immigration")

#: What a client may say instead of answering (design, section 9).
ASIDES: tuple[str, ...] = (
    "ask_duration",
    "ask_identity",
    "ask_privacy",
    "ask_price",
    "ask_why",
    "ask_help",
    "ask_human",
    "go_back",
    "skip",
    "stop",
    "repeat",
    "greet",
    "thanks",
    "affirm",
    "deny",
    "chitchat",
    "out_of_scope",
    "abuse",
)


class Reading(msgspec.Struct, frozen=True):
    """How one message was read, with the question on screen as an input.

    ``kind`` is ``answer`` or ``aside``; an answer that also asks something has a
    non-null ``aside``. ``certainty`` is between 0 and 1. ``hesitant`` marks a "dunno":
    outwardly a skip, inwardly worth one gentle probe.
    """

    kind: Literal["answer", "aside"]
    aside: str | None
    certainty: float
    hesitant: bool = False


class Given(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a client gave to one question: words, a choice (perhaps with words), or a skip."""

    kind: Literal["said", "chosen", "skipped"]
    text: str | None = None
    choices: tuple[str, ...] = ()


class Answer(msgspec.Struct, frozen=True):
    """One version of what stands under a question.

    ``given`` is null where the client took the answer out again. ``turn`` is the ``seq``
    of the client's message it came from, unique in the conversation; ``at`` is an
    RFC 3339 time in UTC.
    """

    question: str
    given: Given | None
    turn: int
    at: str


class Need(msgspec.Struct, frozen=True):
    """One need of a client; ``quote`` is ``text[start:end]`` of the answer to ``question``.

    ``centrality`` (0-4: how much of the search turns on it) and ``firmness`` (0-4: from
    taking an offer without it to declining) are null where they were not asked or left
    out. ``picked`` marks those that the client named as mattering most. ``mode`` is for
    values themes only, ``sensitive_choice`` for sensitive ones.
    """

    theme: str
    stance: Stance
    strength: Strength
    mode: str | None
    question: str
    quote: str
    start: int
    end: int
    source: Source = "volunteered"
    picked: bool = False
    centrality: int | None = None
    firmness: int | None = None
    sensitive_choice: SensitiveChoice | None = None


class DistressShown(msgspec.Struct, frozen=True):
    """Words that show a client worn down or in danger; ``turn`` is the message they are in.

    ``question`` is what was on screen; null where nothing was asked.
    """

    level: Literal["strained", "crisis"]
    quote: str
    question: str | None
    turn: int


class OutsideHelp(msgspec.Struct, frozen=True):
    """Help that coaching is not, asked for or plainly needed: ``quote`` as in a need."""

    kind: str
    question: str
    quote: str
    start: int
    end: int


class Noticings(msgspec.Struct, frozen=True):
    """What stands of the client's needs and of help outside coaching, after a turn.

    ``held_back`` are needs whose words are not for the coach.
    """

    needs: tuple[Need, ...] = ()
    held_back: tuple[Need, ...] = ()
    outside_help: tuple[OutsideHelp, ...] = ()


#: open: being answered; paused: the client takes a break; sent: the coach has it;
#: declined: no consent, nothing kept.
IntakeState = Literal["open", "paused", "sent", "declined"]


class AskedQuestion(msgspec.Struct, frozen=True):
    """One question that a coach has put to the client beside those of the practice."""

    id: str
    text: str


class Consent(msgspec.Struct, frozen=True):
    """That the client agreed to the intake: to which wording, and when.

    ``version`` is the start of the SHA-256 of the question as it was put, so that a
    changed wording is another version. GDPR article 7 (1): consent must be shown.
    """

    version: str
    at: str


#: Records of ``rightfit.intake/1`` have no needs, distress or outside help, and still load.
INTAKE_SCHEMA = "rightfit.intake/2"


class Intake(msgspec.Struct, frozen=True):
    """One intake as it passes between programs; times are RFC 3339 in UTC.

    ``answers`` holds the version in force of each question, in the order in which the
    questions were first answered. ``to_tell`` counts the matters that the client would
    rather tell the coach in person; nothing else is known of them here. ``asked_more`` are
    questions that a coach put beside the practice's; their answers stand under their ids.
    """

    id: str
    state: IntakeState
    coach: str | None
    opened_at: str
    sent_at: str | None
    answers: tuple[Answer, ...]
    consent: Consent | None = None
    needs: tuple[Need, ...] = ()
    to_tell: int = 0
    distress: tuple[DistressShown, ...] = ()
    outside_help: tuple[OutsideHelp, ...] = ()
    asked_more: tuple[AskedQuestion, ...] = ()
    schema: str = INTAKE_SCHEMA


class ShownChoice(msgspec.Struct, frozen=True):
    """A choice as the client sees it; the server accepts no id that it did not show."""

    id: str
    title: str


class OnScreen(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the client is looking at: the slot asked for, the question, its choices.

    ``seq`` is the message that put it there.
    """

    asked: str | None = None
    question: str | None = None
    choices: tuple[ShownChoice, ...] = ()
    multiple: int | None = None
    seq: int = 0


class Progress(msgspec.Struct, frozen=True):
    """How far the client is, counted in questions."""

    step: int
    of: int
    label: str


class Message(msgspec.Struct, frozen=True):
    """One entry of the transcript. ``response`` is the name of the wording used."""

    seq: int
    id: str
    author: Literal["assistant", "client", "coach"]
    text: str
    at: datetime
    response: str | None = None
    question: str | None = None
    choices: tuple[ShownChoice, ...] = ()
    multiple: int | None = None
    dead: bool = False


#: What a flag may ask of the coach, the mildest first. ``urgent`` is about safety and apart.
LEVELS: tuple[str, ...] = ("note", "ask_more", "disclose", "consider_referral", "urgent")
Level = Literal["note", "ask_more", "disclose", "consider_referral", "urgent"]

#: What a flag is about: the three parts of the working alliance, and two beside them.
PARTS: tuple[str, ...] = ("goals", "tasks", "bond", "conflict_of_interest", "safety")
Part = Literal["goals", "tasks", "bond", "conflict_of_interest", "safety"]

#: What ``rightfit flags`` prints.
FLAGS_SCHEMA = "rightfit.flags/1"


class Said(msgspec.Struct, frozen=True):
    """Words of the client as evidence: ``quote`` is ``text[start:end]`` of the answer.

    For a choice, the quote is what stood on its button. ``question`` is null where the
    words stand under no answer; offsets then count in the quote itself.
    """

    question: str | None
    quote: str
    start: int
    end: int


class CoachLine(msgspec.Struct, frozen=True):
    """The line that a need has met, as the coach drew it; see the practice's coaches.yml."""

    theme: str
    mode: str | None
    can: Literal["fully", "after_telling", "with_supervision", "not_well"]
    reason: Literal["competence", "capacity", "conflict", "own_limit"] | None
    note: str


class Flag(msgspec.Struct, frozen=True):
    """A question to the coach, who decides; never shown to the client.

    ``rule`` is the id of the fit rule. ``says`` is one sentence of fixed wording, without
    the client's words; those stand in ``client_said`` alone. ``coach_line`` is the line
    that was met, or a sentence with what the coach declared, or null. ``fine_if`` tells
    what would make it fine, ``ask`` is a question for the first call.
    """

    rule: str
    part: Part
    level: Level
    says: str
    client_said: tuple[Said, ...]
    coach_line: CoachLine | str | None
    fine_if: str
    ask: str
    override_reasons: tuple[str, ...]


#: What ``rightfit summarise`` makes of an intake.
SUMMARY_SCHEMA = "rightfit.summary/1"

#: What a line of the headline tells; a sentence may tell more than one.
HeadlinePart = Literal["goal", "why_now", "by_when"]


class Quoted(msgspec.Struct, frozen=True):
    """Words as they stand in the answer to ``question``: ``quote`` is ``text[start:end]``.

    Where it was ``chosen``, the quote is what stood on the button, and offsets count in it.
    ``turn`` is the message it came from; null where it is not known.
    """

    question: str
    quote: str
    start: int
    end: int
    turn: int | None
    chosen: bool = False


class SummaryLine(msgspec.Struct, frozen=True):
    """One line of a summary, typed by where it comes from.

    ``said``: ``quotes`` are verbatim pieces of the answer in its own order, and ``whole`` is
    all of it, null where the quotes leave nothing out. ``chosen``: ``words`` is what stood on
    the buttons; ``quotes`` holds what the client typed beside. ``by_rule``: ``words`` is a
    fixed sentence of the practice's wording, ``rule`` is what it was found by, and ``quotes``
    are what it is about.

    ``title`` is the question's, as the client saw it; ``turn`` the message that the answer
    came from. ``corrected`` says that the client changed it after reading the summary.
    """

    kind: Literal["said", "chosen", "by_rule"]
    question: str | None
    title: str | None
    turn: int | None
    words: str | None = None
    quotes: tuple[Quoted, ...] = ()
    whole: str | None = None
    rule: str | None = None
    parts: tuple[HeadlinePart, ...] = ()
    corrected: bool = False


class SummaryNeed(msgspec.Struct, frozen=True):
    """One need: the client's words, and what they chose about it, as their buttons say it."""

    need: Need
    title: str | None
    turn: int | None
    centrality: str | None = None
    firmness: str | None = None
    mode: str | None = None
    corrected: bool = False


class Summary(msgspec.Struct, frozen=True):
    """What client and coach read of one intake, from top to bottom.

    ``central`` are the needs that the client named as mattering most, ``also`` the others.
    Nothing here is worded by a machine, and nothing is about flags.
    """

    intake: str
    state: IntakeState
    name: SummaryLine | None
    headline: tuple[SummaryLine, ...]
    central: tuple[SummaryNeed, ...]
    also: tuple[SummaryNeed, ...]
    place: tuple[SummaryLine, ...]
    background: tuple[SummaryLine, ...]
    obstacles: tuple[SummaryLine, ...]
    expectations: tuple[SummaryLine, ...]
    left_open: tuple[SummaryLine, ...]
    contradictory: tuple[SummaryLine, ...]
    to_ask: tuple[SummaryLine, ...]
    wishes: tuple[SummaryLine, ...]
    schema: str = SUMMARY_SCHEMA

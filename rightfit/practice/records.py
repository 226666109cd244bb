"""What a practice is: its coaches, its questions, its wording.

All records are frozen. :func:`rightfit.practice.load` is the only maker of a
:class:`Practice`, so whoever holds one holds a practice without mistakes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Literal

import msgspec

from rightfit.practice.considering import Considering
from rightfit.records import Intake, Level, Part

Kind = Literal["open", "short", "choice", "choices", "email", "coach", "needs"]
KINDS: tuple[str, ...] = ("open", "short", "choice", "choices", "email", "coach", "needs")

#: The one question of kind ``needs`` shows what was heard, and asks whether it is right.
NEEDS = "needs"
#: What is asked about one need, or about all of them, once they are found.
NEED_EDIT, NEED_WORDS, NEEDS_MATTER = "need_edit", "need_words", "needs_matter"
NEED_CHOICE, NEED_MODE = "need_choice", "need_mode"
NEED_CENTRALITY, NEED_FIRMNESS = "need_centrality", "need_firmness"
NEED_QUESTIONS: tuple[str, ...] = (
    NEED_EDIT,
    NEED_WORDS,
    NEEDS_MATTER,
    NEED_CHOICE,
    NEED_CENTRALITY,
    NEED_FIRMNESS,
    NEED_MODE,
)
#: What the named coach tells up front, and how the client feels about it.
DISCLOSURE = "disclosure"
DISCLOSURE_CHOICES: tuple[str, ...] = ("fine", "talk_first", "someone_else", "rather_not_say")
#: The choices of the two scales, from 0 to 4; their wording is the practice's.
CENTRALITY: tuple[str, ...] = ("none", "small_part", "one_of_several", "big_part", "all_of_it")
FIRMNESS: tuple[str, ...] = ("take", "probably_take", "hesitate", "probably_decline", "decline")

Can = Literal["fully", "after_telling", "with_supervision", "not_well"]
CANS: tuple[str, ...] = ("fully", "after_telling", "with_supervision", "not_well")

Reason = Literal["competence", "capacity", "conflict", "own_limit"]
REASONS: tuple[str, ...] = ("competence", "capacity", "conflict", "own_limit")

EthicsCode = Literal["icf", "aca_ncda", "none"]
ETHICS_CODES: tuple[str, ...] = ("icf", "aca_ncda", "none")

#: Kinds of help that coaching is not, and that a coach may say they do not give.
HELP: tuple[str, ...] = ("therapy", "legal", "medical", "financial", "immigration", "placement")

DAYS: tuple[str, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

#: The id of "no preference" among the choices of a question of kind ``coach``.
NO_PREFERENCE = "no_preference"


class Choice(msgspec.Struct, frozen=True):
    """One of the answers that a question offers: ``title`` is what the client sees."""

    id: str
    title: str


class Variation(msgspec.Struct, frozen=True):
    """One way to say something; ``channel`` is None for every channel."""

    text: str
    choices: tuple[Choice, ...] = ()
    channel: str | None = None


def variation_for(variations: Sequence[Variation], channel: str) -> Variation:
    """The one that is said in a channel: its own, or the one for every channel."""
    return next(
        (each for each in variations if each.channel == channel),
        next((each for each in variations if each.channel is None), variations[0]),
    )


class Section(msgspec.Struct, frozen=True):
    """A part of the interview, shown as the label of the progress."""

    id: str
    title: str


class Question(msgspec.Struct, frozen=True):
    """One question of the interview.

    ``id`` is also the name of the slot and of the wording (``utter_ask_<id>``).
    ``called`` holds the words a client may use for it, in lower case. ``typed`` maps the
    id of a choice to other ways of typing it, in lower case. ``choices`` is empty for
    questions answered in words. ``at_most`` is set for kind ``choices`` only.
    """

    id: str
    section: str
    kind: Kind
    title: str
    called: tuple[str, ...] = ()
    may_skip: bool = True
    at_most: int | None = None
    choices: tuple[Choice, ...] = ()
    typed: Mapping[str, tuple[str, ...]] = {}


class Line(msgspec.Struct, frozen=True):
    """What a coach said about their own ability to serve a theme. Private to the coach.

    ``mode`` is None where the line holds for every mode of the theme; ``reason`` is None
    only where ``can`` is ``fully``.
    """

    theme: str
    can: Can
    reason: Reason | None = None
    mode: str | None = None
    note: str = ""


class Stretch(msgspec.Struct, frozen=True):
    """Working hours on some days of the week; times are ``HH:MM``."""

    days: tuple[str, ...]
    start: str
    end: str


class Hours(msgspec.Struct, frozen=True):
    """When a coach works, in an IANA time zone."""

    time_zone: str
    weekly: tuple[Stretch, ...]


class Conflict(msgspec.Struct, frozen=True):
    """A person or company that the coach has a stake in, with other spellings of the name."""

    name: str
    kind: Literal["person", "company"]
    variants: tuple[str, ...] = ()
    note: str = ""


class Disclosure(msgspec.Struct, frozen=True):
    """Something a coach tells every client up front, in the coach's own words."""

    id: str
    says: str


class Coach(msgspec.Struct, frozen=True):
    """One coach. ``lines`` and every ``note`` are private to the coach.

    ``services`` are ids of :attr:`Practice.services`; ``formats``, ``languages`` and
    ``price_band`` are ids of the choices of the questions ``format``, ``language`` and
    ``budget``. ``capacity`` is how many new clients there is room for. ``earliest_start``
    is an ISO date, or None for now. ``email`` is where the coach is told that a client may be
    in danger; ``booking_link`` goes into letters. ``slack`` is the id of the coach's own
    account in Slack, by which they are known there.
    """

    id: str
    name: str
    about: str
    services: tuple[str, ...]
    formats: tuple[str, ...]
    languages: tuple[str, ...]
    hours: Hours
    capacity: int
    price_band: str
    help_not_given: tuple[str, ...] = ()
    earliest_start: str | None = None
    conflicts_of_interest: tuple[Conflict, ...] = ()
    disclosures: tuple[Disclosure, ...] = ()
    lines: tuple[Line, ...] = ()
    email: str | None = None
    booking_link: str | None = None
    welcomes: tuple[str, ...] = ()
    slack: str | None = None


Decision = Literal["proceed", "ask_more", "disclose", "seek_supervision", "refer"]
#: What a rule may suggest; the coach decides.
DECISIONS: tuple[str, ...] = ("proceed", "ask_more", "disclose", "seek_supervision", "refer")

#: What a rule may look for beside needs that meet a line. Each is a predicate in
#: ``rightfit/fit/``, tested there; this list is the whole vocabulary.
FINDINGS: tuple[str, ...] = (
    "crisis",
    "minor",
    "sent_by_another",
    "paid_by_another",
    "conflict_named",
    "help_not_given",
    "placement_asked",
    "service_not_offered",
    "promise_expected",
    "no_common_language",
    "another_language",
    "no_common_format",
    "no_common_hours",
    "starts_too_late",
    "budget_below_band",
    "no_room_when_asked",
    "no_room",
    "wish_put_strongly",
    "wish_for_the_coach",
    "disclosure_talk_first",
    "disclosure_someone_else",
)

#: What a client may have said that speaks against a flag, and the part that it can speak
#: about; predicates, too.
AGAINST: Mapping[str, Part] = MappingProxyType(
    {
        "coach_need_not_share_it": "bond",
        "knows_nobody_can_promise": "goals",
        "flexible_about_it": "tasks",
    }
)


class When(msgspec.Struct, frozen=True):
    """When a rule flags: everything given here must hold; what is None is not looked at.

    Either ``finds`` is set, or the rule is about needs that meet a line. ``higher`` and
    ``lower`` are of centrality and firmness: the higher one of what was said, and the
    lower one where both were. ``mode_known`` is false where the line is for one mode and
    the client's is not known. ``referral_barred`` is true where the practice's code of
    ethics bars a referral for the reason of the line.
    """

    finds: str | None = None
    line_can: tuple[Can, ...] | None = None
    mode_known: bool | None = None
    both_said: bool | None = None
    higher_at_least: int | None = None
    higher_at_most: int | None = None
    lower_at_least: int | None = None
    lower_at_most: int | None = None
    referral_barred: bool | None = None


class Example(msgspec.Struct, frozen=True):
    """A client and a coach, both made up, on whom a rule should raise its flag, or not."""

    flagged: bool
    intake: Intake
    coach: Coach
    ethics_code: EthicsCode
    line: int


class FitRule(msgspec.Struct, frozen=True):
    """One rule: when to put which question to the coach.

    ``says`` may hold the places ``{need}`` and ``{help}``. ``why`` and ``not_for`` are for
    people who read the rules; ``against`` names what is looked for that speaks against it.
    """

    id: str
    says: str
    part: Part
    when: When
    level: Level
    why: str
    not_for: str
    suggests: tuple[Decision, ...]
    fine_if: str
    ask: str
    override_reasons: tuple[str, ...]
    examples: tuple[Example, ...]
    against: str | None = None


class LetterWording(msgspec.Struct, frozen=True):
    """One kind of letter before its places are filled in; ``kind`` is one of LETTER_KINDS."""

    kind: str
    subject: str
    text: str


#: What coaches write to clients about.
LETTER_KINDS: tuple[str, ...] = (
    "proceed",
    "ask_more",
    "disclose",
    "seek_supervision",
    "refer",
    "close",
    "reminder",
    "packet",
    "message",
)
#: The places in a letter that are filled in.
LETTER_PLACES: tuple[str, ...] = ("name", "coach", "practice", "booking_link", "status_link")

#: How things stand with an intake, as the client is told on their own page.
CLIENT_STATUSES: tuple[str, ...] = (
    "being_answered",
    "taking_a_break",
    "being_changed",
    "being_read",
    "questions",
    "consider",
    "coach_considers",
    "agreed",
    "talk",
    "going_ahead",
    "trial",
    "left",
    "referral",
    "referred",
    "closed",
)

#: What a webhook can tell of.
HOOK_EVENTS: tuple[str, ...] = (
    "intake.sent",
    "intake.decided",
    "intake.questions_asked",
    "intake.questions_answered",
    "intake.letter_sent",
    "intake.erased",
)


class Webhook(msgspec.Struct, frozen=True):
    """Another program of the practice that is told what happens to intakes.

    ``events`` are of HOOK_EVENTS. Words of the client go along only with ``client_text``.
    """

    url: str
    events: tuple[str, ...] = HOOK_EVENTS
    client_text: bool = False


class Contact(msgspec.Struct, frozen=True):
    """How to reach a person at the practice."""

    email: str
    phone: str | None = None
    website: str | None = None


class Partner(msgspec.Struct, frozen=True):
    """Somebody outside the practice who can be suggested, by what they declare.

    ``services`` are in words; ``welcomes`` are themes on which they like to work.
    """

    id: str
    name: str
    about: str
    services: tuple[str, ...]
    contact: Contact
    languages: tuple[str, ...] = ()
    welcomes: tuple[str, ...] = ()


class HelpLine(msgspec.Struct, frozen=True):
    """One place that a client in danger can call or write to."""

    name: str
    reach: str
    hours: str = ""


class HelpLines(msgspec.Struct, frozen=True):
    """The help lines of one country; ``called`` are words by which clients name it."""

    country: str
    called: tuple[str, ...]
    emergency: str
    lines: tuple[HelpLine, ...]


class Practice(msgspec.Struct, frozen=True):
    """A practice as checked and loaded.

    ``questions`` are those that are asked, in asking order; ``not_asked`` are the rest.
    ``wording`` maps the name of a response to its variations, the one for every channel
    first. ``rules`` are the fit rules, in the order of their file. ``partners`` are whom it
    can suggest outside its own walls.
    """

    name: str
    fictional: bool
    time_zone: str
    contact: Contact
    ethics_code: EthicsCode
    languages: tuple[str, ...]
    services: Mapping[str, str]
    sections: tuple[Section, ...]
    questions: tuple[Question, ...]
    not_asked: tuple[Question, ...]
    coaches: tuple[Coach, ...]
    wording: Mapping[str, tuple[Variation, ...]]
    rules: tuple[FitRule, ...] = ()
    help_lines: tuple[HelpLines, ...] = ()
    letters: Mapping[str, LetterWording] = {}
    statuses: Mapping[str, str] = {}
    webhooks: tuple[Webhook, ...] = ()
    partners: tuple[Partner, ...] = ()
    considering: Considering = Considering()

    def question(self, id_: str) -> Question:
        """The question of that id, asked or not. Raises KeyError if there is none."""
        for question in (*self.questions, *self.not_asked):
            if question.id == id_:
                return question
        raise KeyError(id_)

    def coach(self, id_: str) -> Coach:
        """The coach of that id. Raises KeyError if there is none."""
        for coach in self.coaches:
            if coach.id == id_:
                return coach
        raise KeyError(id_)

    def disclosures(self, coach: str | None) -> tuple[Disclosure, ...]:
        """What the coach of that id tells up front; nothing where no coach is meant."""
        return next((one.disclosures for one in self.coaches if one.id == coach), ())

    def section(self, id_: str) -> Section:
        """The section of that id. Raises KeyError if there is none."""
        for section in self.sections:
            if section.id == id_:
                return section
        raise KeyError(id_)


def said_in(practice: Practice, response: str, channel: str) -> Variation:
    """What a response says in a channel. Raises KeyError if there is no such response."""
    return variation_for(practice.wording[response], channel)

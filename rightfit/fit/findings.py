"""What a rule can find beside needs that meet a line: the whole vocabulary, one function each.

Each takes the practice, a coach and an intake, and gives what it found with the evidence.
An answer that was not given finds nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from types import MappingProxyType

import msgspec

from rightfit.fit import phrases
from rightfit.fit.evidence import (
    answers_in_words,
    choice_said,
    chosen,
    help_said,
    quote_said,
    titles_of,
)
from rightfit.fit.times import day_of, may_meet
from rightfit.practice import DAYS, Coach, Practice
from rightfit.practice.naming import HELP_NAMES
from rightfit.records import THEMES, Intake, Said


class Finding(msgspec.Struct, frozen=True):
    """One matter: the client's words, what the coach declared, and a kind of help to name."""

    said: tuple[Said, ...]
    declared: str | None = None
    help: str | None = None


Finds = Callable[[Practice, Coach, Intake], tuple[Finding, ...]]

#: How soon a client means to begin, in days, by the choice of the question ``start``.
_WITHIN: Mapping[str, int] = MappingProxyType({"soon": 14, "month": 31})
#: Answers to the question ``start`` that leave open when.
_LATER = "later"
#: An answer to the question ``budget`` that is no band.
_TO_TALK = "talk"
#: An answer to the question ``language`` that names none.
_ANOTHER = "other"


def _any(said: tuple[Said, ...], declared: str | None = None) -> tuple[Finding, ...]:
    return (Finding(said, declared),) if said else ()


def crisis(practice: Practice, coach: Coach, intake: Intake) -> tuple[Finding, ...]:
    """Words that show somebody in danger."""
    return _any(
        tuple(
            dict.fromkeys(
                quote_said(intake, shown.question, shown.quote)
                for shown in intake.distress
                if shown.level == "crisis"
            )
        )
    )


def minor(practice: Practice, coach: Coach, intake: Intake) -> tuple[Finding, ...]:
    """A client who says that they are under 18."""
    return _any(phrases.says_under_age(intake))


def sent_by_another(practice: Practice, coach: Coach, intake: Intake) -> tuple[Finding, ...]:
    """A client whom somebody else wanted to come."""
    return _any(phrases.sent_by_another(intake))


def paid_by_another(practice: Practice, coach: Coach, intake: Intake) -> tuple[Finding, ...]:
    """A client for whom somebody else pays."""
    return _any(phrases.paid_by_another(intake))


def conflict_named(practice: Practice, coach: Coach, intake: Intake) -> tuple[Finding, ...]:
    """People or companies in which the coach has a stake."""
    found: list[Finding] = []
    for conflict in coach.conflicts_of_interest:
        said = phrases.names(conflict, intake)
        if said:
            note = f" {conflict.note}" if conflict.note else ""
            found.append(Finding(said, f"You have a stake in {conflict.name}.{note}"))
    return tuple(found)


def help_not_given(practice: Practice, coach: Coach, intake: Intake) -> tuple[Finding, ...]:
    """Each kind of help that the client needs and the coach does not give."""
    found: list[Finding] = []
    for kind in coach.help_not_given:
        shown = [each for each in intake.outside_help if each.kind == kind]
        said = (
            help_said(intake, each.question, each.quote, each.start, each.end) for each in shown
        )
        words = tuple(dict.fromkeys(each for each in said if each is not None))
        if words:
            found.append(Finding(words, _help_declared(coach), HELP_NAMES[kind]))
    return tuple(found)


def placement_asked(practice: Practice, coach: Coach, intake: Intake) -> tuple[Finding, ...]:
    """A client who expects to be placed, and a coach who does not place."""
    if "placement" not in coach.help_not_given:
        return ()
    return _any(phrases.asks_for_placement(intake), _help_declared(coach))


def _help_declared(coach: Coach) -> str:
    return f"You do not give {', '.join(HELP_NAMES[kind] for kind in coach.help_not_given)}."


def service_not_offered(practice: Practice, coach: Coach, intake: Intake) -> tuple[Finding, ...]:
    """Services chosen under the question ``service``, none of which the coach offers."""
    wanted = [each for each in chosen(intake, "service") if each in practice.services]
    if not wanted or any(each in coach.services for each in wanted):
        return ()
    titles = [practice.services[each] for each in wanted]
    said = tuple(Said("service", title, 0, len(title)) for title in titles)
    offered = ", ".join(practice.services.get(each, each) for each in coach.services)
    return _any(said, f"You offer: {offered}.")


def promise_expected(practice: Practice, coach: Coach, intake: Intake) -> tuple[Finding, ...]:
    """A client who expects a result that nobody can promise."""
    return _any(phrases.expects_a_promise(intake))


def no_common_language(practice: Practice, coach: Coach, intake: Intake) -> tuple[Finding, ...]:
    """Languages chosen, none of which the coach coaches in."""
    wanted = [each for each in chosen(intake, "language") if each != _ANOTHER]
    if not wanted or any(each in coach.languages for each in wanted):
        return ()
    return _any(choice_said(practice, intake, "language"), _languages(practice, coach))


def another_language(practice: Practice, coach: Coach, intake: Intake) -> tuple[Finding, ...]:
    """A language that the practice has no button for, and nothing else."""
    if chosen(intake, "language") != (_ANOTHER,):
        return ()
    return _any(choice_said(practice, intake, "language"), _languages(practice, coach))


def _languages(practice: Practice, coach: Coach) -> str:
    titles = titles_of(practice, "language")
    return f"You coach in: {', '.join(titles.get(each, each) for each in coach.languages)}."


def no_common_format(practice: Practice, coach: Coach, intake: Intake) -> tuple[Finding, ...]:
    """Ways of meeting chosen, none of which the coach offers."""
    wanted = chosen(intake, "format")
    if not wanted or any(each in coach.formats for each in wanted):
        return ()
    titles = titles_of(practice, "format")
    offered = ", ".join(titles.get(each, each) for each in coach.formats)
    return _any(choice_said(practice, intake, "format"), f"You meet by: {offered}.")


def no_common_hours(practice: Practice, coach: Coach, intake: Intake) -> tuple[Finding, ...]:
    """Days and times in the client's words, and none of them among the coach's hours."""
    words = answers_in_words(intake, ("times",))
    if not words or not coach.hours.weekly:
        return ()
    place = next((each.text for each in answers_in_words(intake, ("time_zone",))), None)
    if may_meet(words[0].text, place, coach.hours, _day(intake)):
        return ()
    return _any((words[0].said(0, len(words[0].text)),), _hours(coach))


def _hours(coach: Coach) -> str:
    stretches = [
        f"{', '.join(day.capitalize() for day in DAYS if day in stretch.days)}"
        f" {stretch.start} to {stretch.end}"
        for stretch in coach.hours.weekly
    ]
    return f"Your hours ({coach.hours.time_zone}): {'; '.join(stretches)}."


def starts_too_late(practice: Practice, coach: Coach, intake: Intake) -> tuple[Finding, ...]:
    """A client who means to begin before the coach can."""
    within = [_WITHIN[each] for each in chosen(intake, "start") if each in _WITHIN]
    if coach.earliest_start is None or not within:
        return ()
    if date.fromisoformat(coach.earliest_start) <= _day(intake) + timedelta(days=max(within)):
        return ()
    declared = f"You can begin on {coach.earliest_start}."
    return _any(choice_said(practice, intake, "start"), declared)


def budget_below_band(practice: Practice, coach: Coach, intake: Intake) -> tuple[Finding, ...]:
    """A band below the coach's; bands rise in the order of the buttons."""
    titles = titles_of(practice, "budget")
    bands = [band for band in titles if band != _TO_TALK]
    wanted = [each for each in chosen(intake, "budget") if each in bands]
    if not wanted or coach.price_band not in bands:
        return ()
    if max(bands.index(each) for each in wanted) >= bands.index(coach.price_band):
        return ()
    declared = f"Your band for a session: {titles[coach.price_band]}."
    return _any(choice_said(practice, intake, "budget"), declared)


def no_room_when_asked(practice: Practice, coach: Coach, intake: Intake) -> tuple[Finding, ...]:
    """A client who means to begin soon, and a coach without a free place."""
    if coach.capacity > 0 or not set(chosen(intake, "start")) & set(_WITHIN):
        return ()
    return _any(choice_said(practice, intake, "start"), _full(coach))


def no_room(practice: Practice, coach: Coach, intake: Intake) -> tuple[Finding, ...]:
    """A coach without a free place, and a client who did not say when they mean to begin."""
    start = set(chosen(intake, "start"))
    if coach.capacity > 0 or start & {*_WITHIN, _LATER}:
        return ()
    return (Finding(choice_said(practice, intake, "start"), _full(coach)),)


def _full(coach: Coach) -> str:
    begin = f" You can begin on {coach.earliest_start}." if coach.earliest_start else ""
    return f"You have no place free.{begin}"


def wish_put_strongly(practice: Practice, coach: Coach, intake: Intake) -> tuple[Finding, ...]:
    """What the coach must be, or must not be, to the client."""
    wishes = phrases.wishes_for_the_coach(intake)
    return _any(tuple(said for said, strong in wishes if strong))


def wish_for_the_coach(practice: Practice, coach: Coach, intake: Intake) -> tuple[Finding, ...]:
    """What the client would like the coach to be, where nothing is put strongly."""
    wishes = phrases.wishes_for_the_coach(intake)
    if any(strong for _, strong in wishes):
        return ()
    return _any(tuple(said for said, _ in wishes))


def disclosure_talk_first(practice: Practice, coach: Coach, intake: Intake) -> tuple[Finding, ...]:
    """A client who would like to talk about a disclosure."""
    return _disclosure("talk_first", practice, coach, intake)


def disclosure_someone_else(
    practice: Practice, coach: Coach, intake: Intake
) -> tuple[Finding, ...]:
    """A client who would rather have someone else after a disclosure."""
    return _disclosure("someone_else", practice, coach, intake)


def _disclosure(
    choice: str, practice: Practice, coach: Coach, intake: Intake
) -> tuple[Finding, ...]:
    # What another coach disclosed is nothing between this one and the client.
    of_another = intake.coach in {each.id for each in practice.coaches} - {coach.id}
    if not coach.disclosures or of_another or choice not in chosen(intake, "disclosure"):
        return ()
    told = " ".join(disclosure.says for disclosure in coach.disclosures)
    return _any(choice_said(practice, intake, "disclosure"), f"You tell every client: {told}")


def _day(intake: Intake) -> date:
    """The day on which the client answered: there is no clock here."""
    return day_of(intake.sent_at or intake.opened_at)


#: Every word of ``rightfit.practice.FINDINGS``, with what it means.
FINDS: Mapping[str, Finds] = MappingProxyType(
    {
        function.__name__: function
        for function in (
            crisis,
            minor,
            sent_by_another,
            paid_by_another,
            conflict_named,
            help_not_given,
            placement_asked,
            service_not_offered,
            promise_expected,
            no_common_language,
            another_language,
            no_common_format,
            no_common_hours,
            starts_too_late,
            budget_below_band,
            no_room_when_asked,
            no_room,
            wish_put_strongly,
            wish_for_the_coach,
            disclosure_talk_first,
            disclosure_someone_else,
        )
    }
)


class Matter(msgspec.Struct, frozen=True):
    """What a flag is about: the questions that its words stand under, and the line's theme."""

    questions: frozenset[str]
    theme: str | None = None


def coach_need_not_share_it(intake: Intake, matter: Matter) -> tuple[Said, ...]:
    """That the coach may think otherwise; it says nothing about pay, hours or promotion."""
    if matter.theme is not None and not THEMES[matter.theme].values:
        return ()
    return phrases.coach_need_not_share_it(intake)


def knows_nobody_can_promise(intake: Intake, matter: Matter) -> tuple[Said, ...]:
    """That no result can be promised."""
    return phrases.knows_nobody_can_promise(intake)


def flexible_about_it(intake: Intake, matter: Matter) -> tuple[Said, ...]:
    """That something else would do in this very matter."""
    return phrases.flexible_about_it(intake, matter.questions)


#: Every word of ``rightfit.practice.AGAINST``, with what it means.
SPEAKS_AGAINST: Mapping[str, Callable[[Intake, Matter], tuple[Said, ...]]] = MappingProxyType(
    {
        function.__name__: function
        for function in (coach_need_not_share_it, knows_nobody_can_promise, flexible_about_it)
    }
)

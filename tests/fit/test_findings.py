"""What a client chose against what a coach declared: practical matters and disclosures."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from rightfit.fit.findings import FINDS
from rightfit.practice import Conflict, Disclosure, Hours, Practice, Stretch
from rightfit.records import OutsideHelp, Said
from tests.fit.conftest import coach, intake

WEEKEND = Hours("Europe/Dublin", (Stretch(("sat",), "10:00", "12:00"),))
TOLD = (Disclosure("late", "I may be late."),)

# what a rule finds, what the coach declares, what the client answers, whether it is found
CHOSEN: list[tuple[str, dict[str, Any], dict[str, Any], bool]] = [
    ("no_common_language", {"languages": ("en",)}, {"language": ("de",)}, True),
    ("no_common_language", {"languages": ("en", "de")}, {"language": ("de",)}, False),
    ("no_common_language", {"languages": ("en",)}, {"language": ("other",)}, False),
    ("another_language", {}, {"language": ("other",)}, True),
    ("another_language", {}, {"language": ("en",)}, False),
    ("no_common_format", {"formats": ("video",)}, {"format": ("phone", "writing")}, True),
    ("no_common_format", {"formats": ("video",)}, {"format": ("phone", "video")}, False),
    ("no_common_hours", {"hours": WEEKEND}, {"times": "Mondays"}, True),
    ("no_common_hours", {"hours": WEEKEND}, {"times": "Saturdays"}, False),
    ("no_common_hours", {"hours": Hours("UTC", ())}, {"times": "Mondays"}, False),
    ("starts_too_late", {"earliest_start": "2027-01-18"}, {"start": ("soon",)}, False),
    ("starts_too_late", {"earliest_start": "2027-01-19"}, {"start": ("soon",)}, True),
    ("starts_too_late", {"earliest_start": "2027-02-04"}, {"start": ("month",)}, False),
    ("starts_too_late", {"earliest_start": "2027-02-05"}, {"start": ("month",)}, True),
    ("starts_too_late", {"earliest_start": "2028-01-01"}, {"start": ("later",)}, False),
    ("starts_too_late", {"earliest_start": "2028-01-01"}, {"start": ("unsure",)}, False),
    ("budget_below_band", {"price_band": "60_100"}, {"budget": ("to_60",)}, True),
    ("budget_below_band", {"price_band": "60_100"}, {"budget": ("60_100",)}, False),
    ("budget_below_band", {"price_band": "60_100"}, {"budget": ("over_150",)}, False),
    ("budget_below_band", {"price_band": "over_150"}, {"budget": ("talk",)}, False),
    ("budget_below_band", {"price_band": "talk"}, {"budget": ("to_60",)}, False),
    ("no_room_when_asked", {"capacity": 0}, {"start": ("soon",)}, True),
    ("no_room_when_asked", {"capacity": 1}, {"start": ("soon",)}, False),
    ("no_room_when_asked", {"capacity": 0}, {"start": ("later",)}, False),
    ("no_room", {"capacity": 0}, {"start": ("unsure",)}, True),
    ("no_room", {"capacity": 0}, {"start": ("later",)}, False),
    ("no_room", {"capacity": 1}, {}, False),
    ("service_not_offered", {"services": ("job_search",)}, {"service": ("first_lead",)}, True),
    ("service_not_offered", {"services": ("job_search",)}, {"service": ("unknown",)}, False),
    ("disclosure_talk_first", {"disclosures": TOLD}, {"disclosure": ("talk_first",)}, True),
    ("disclosure_talk_first", {}, {"disclosure": ("talk_first",)}, False),
    ("disclosure_talk_first", {"disclosures": TOLD}, {"disclosure": ("rather_not_say",)}, False),
    ("disclosure_someone_else", {"disclosures": TOLD}, {"disclosure": ("someone_else",)}, True),
    ("disclosure_someone_else", {"disclosures": TOLD}, {"disclosure": ("fine",)}, False),
    ("wish_put_strongly", {}, {"coach_wishes": "You must be blunt"}, True),
    ("wish_put_strongly", {}, {"coach_wishes": "Blunt, if possible"}, False),
    ("wish_for_the_coach", {}, {"coach_wishes": "Blunt, if possible"}, True),
    ("wish_for_the_coach", {}, {"coach_wishes": "Blunt. You must be blunt"}, False),
    ("placement_asked", {"help_not_given": ("placement",)}, {"goals": "Find me a job"}, True),
    ("placement_asked", {}, {"goals": "Find me a job"}, False),
]


@pytest.mark.parametrize(("finds", "declared", "answers", "found"), CHOSEN)
def test_what_is_found(
    practice: Practice, finds: str, declared: dict[str, Any], answers: dict[str, Any], found: bool
) -> None:
    findings = FINDS[finds](practice, coach(practice, **declared), intake(**answers))

    assert bool(findings) is found


@pytest.mark.parametrize("finds", sorted(set(FINDS) - {"no_room"}))
def test_an_answer_that_was_not_given_finds_nothing(practice: Practice, finds: str) -> None:
    who = coach(
        practice,
        capacity=0,
        earliest_start="2030-01-01",
        languages=(),
        formats=(),
        help_not_given=("therapy", "placement"),
        hours=WEEKEND,
        price_band="over_150",
        conflicts_of_interest=(Conflict("Brask", "company"),),
    )
    skipped = dict.fromkeys(
        (
            "language",
            "format",
            "times",
            "time_zone",
            "start",
            "budget",
            "coach_wishes",
            "disclosure",
        )
    )

    assert FINDS[finds](practice, who, intake()) == ()
    assert FINDS[finds](practice, who, intake(**skipped)) == ()


def test_what_another_coach_disclosed_is_no_matter_of_this_one(practice: Practice) -> None:
    who = coach(practice, disclosures=TOLD)
    client = msgspec.structs.replace(intake(disclosure=("talk_first",)), coach="dayo")

    assert FINDS["disclosure_talk_first"](practice, who, client) == ()
    own = msgspec.structs.replace(client, coach=who.id)
    assert len(FINDS["disclosure_talk_first"](practice, who, own)) == 1


def test_a_choice_is_quoted_as_its_button(practice: Practice) -> None:
    who = coach(practice, formats=("video", "phone"))

    [finding] = FINDS["no_common_format"](practice, who, intake(format=("in_person",)))

    assert finding.said == (Said("format", "In person", 0, 9),)
    assert finding.declared == "You meet by: Video call, Phone."


def test_what_the_coach_declared_is_told(practice: Practice) -> None:
    who = coach(
        practice,
        hours=WEEKEND,
        disclosures=TOLD,
        help_not_given=("legal", "placement"),
        price_band="100_150",
        earliest_start="2027-05-01",
        capacity=0,
        services=("first_lead",),
    )
    client = intake(
        times="Mondays",
        disclosure=("talk_first",),
        budget=("to_60",),
        start=("soon",),
        service=("job_search",),
        goals="Find me a job",
    )

    told = {
        name: finding.declared
        for name, finds in FINDS.items()
        for finding in finds(practice, who, client)
    }

    assert told == {
        "no_common_hours": "Your hours (Europe/Dublin): Sat 10:00 to 12:00.",
        "disclosure_talk_first": "You tell every client: I may be late.",
        "budget_below_band": "Your band for a session: 100 to 150.",
        "starts_too_late": "You can begin on 2027-05-01.",
        "no_room_when_asked": "You have no place free. You can begin on 2027-05-01.",
        "service_not_offered": "You offer: Leading people for the first time.",
        "placement_asked": "You do not give legal advice, placement in a job.",
    }


def test_each_kind_of_help_is_its_own_matter(practice: Practice) -> None:
    words = "A lawyer and a doctor"
    client = msgspec.structs.replace(
        intake(goals=words),
        outside_help=(
            OutsideHelp("legal", "goals", "A lawyer", 0, 8),
            OutsideHelp("legal", "goals", "A lawyer", 0, 8),
            OutsideHelp("medical", "goals", "a doctor", 13, 21),
            OutsideHelp("therapy", "goals", "A lawyer", 0, 8),
        ),
    )

    who = coach(practice, help_not_given=("legal", "medical"))
    findings = FINDS["help_not_given"](practice, who, client)

    assert [(finding.help, len(finding.said)) for finding in findings] == [
        ("legal advice", 1),
        ("medical advice", 1),
    ]

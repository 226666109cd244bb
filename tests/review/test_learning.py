"""What is learned of decisions: of one's own alone, with the least that is needed to say it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timezone

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rightfit.practice import Coach, Hours, Line
from rightfit.records import THEMES
from rightfit.review.events import (
    ConsiderOpened,
    Decided,
    Entry,
    Event,
    FlagWeighed,
    Found,
    PactBegun,
    Reopened,
    by_coach,
)
from rightfit.review.learning import Case, Raised, learned, weighed_by

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=timezone.utc)
LINE = Line("growth", "not_well", "competence")
COACH = Coach("maren", "Maren", "", (), (), (), Hours("UTC", ()), 1, "any", lines=(LINE,))
RAISED = Raised("key", "cannot_serve", "growth", None)
ASIDE = FlagWeighed("cannot_serve", "growth", "overridden", "Out of date.", flag="key")
UPHELD = msgspec.structs.replace(ASIDE, verdict="upheld", reason="")
REFERRED = Decided("refer", "So.", because="competence", if_opposite="same", themes=("politics",))


def case(
    *events: Event, by: str = "maren", themes: Sequence[str] = (), raised: Sequence[Raised] = ()
) -> Case:
    log = tuple(Entry(seq, NOW, by_coach(by), event) for seq, event in enumerate(events, 1))
    return Case(log, frozenset(themes), tuple(raised))


def test_of_each_rule_it_is_counted_what_became_of_it() -> None:
    found = learned(
        COACH,
        [
            case(UPHELD, raised=[RAISED]),
            case(ASIDE, UPHELD, raised=[RAISED]),
            case(ASIDE, raised=[RAISED]),
            case(ASIDE, Found("no_fit"), raised=[RAISED]),
            case(ASIDE, by="dayo"),
        ],
    )
    (rule,) = found.rules
    assert (rule.upheld, rule.overridden, rule.missed) == (2, 2, 1)
    assert rule.reasons == (("Out of date.", 2),)


def test_what_went_wrong_without_a_question_is_counted_as_unforeseen() -> None:
    cases = [case(Found("no_fit")), case(Found("no_fit"), raised=[RAISED]), case(Found("fit"))]
    assert learned(COACH, cases).unforeseen == 1
    later_well = case(Found("no_fit"), Found("fit"))
    assert learned(COACH, [later_well]).unforeseen == 0


@pytest.mark.parametrize(
    ("aside", "held", "proposed"), [(2, 0, False), (3, 0, True), (3, 1, True), (3, 2, False)]
)
def test_a_line_is_milder_once_three_clients_and_three_in_four_were_set_aside(
    aside: int, held: int, proposed: bool
) -> None:
    found = learned(COACH, [*[case(ASIDE)] * aside, *[case(UPHELD)] * held]).proposals
    if not proposed:
        assert found == ()
        return
    (one,) = found
    assert (one.kind, one.before, one.count, one.of) == ("milder", LINE, aside, aside + held)
    assert one.after == msgspec.structs.replace(LINE, can="with_supervision")


def test_the_mildest_line_goes_without_a_reason_and_no_further() -> None:
    told = msgspec.structs.replace(LINE, can="after_telling", note="mine")
    coach = msgspec.structs.replace(COACH, lines=(told,))
    (one,) = learned(coach, [case(ASIDE)] * 3).proposals
    assert one.after == Line("growth", "fully", None, note="mine")
    fully = msgspec.structs.replace(COACH, lines=(Line("growth", "fully"),))
    assert learned(fully, [case(ASIDE)] * 3).proposals == ()


def test_a_line_is_stricter_once_it_was_set_aside_and_did_not_fit() -> None:
    told = msgspec.structs.replace(LINE, can="after_telling")
    coach = msgspec.structs.replace(COACH, lines=(told,))
    wrong = case(ASIDE, Found("no_fit"), raised=[RAISED])
    assert learned(coach, [wrong]).proposals == ()
    (one,) = learned(coach, [wrong, wrong, case(ASIDE), case(ASIDE)]).proposals
    assert (one.kind, one.after.can, one.count) == ("stricter", "with_supervision", 2)
    # The strictest line there is cannot be drawn further.
    assert learned(COACH, [wrong, wrong]).proposals == ()


def test_a_line_is_new_where_it_did_not_fit_twice_over_what_no_line_speaks_of() -> None:
    wrong = case(Found("no_fit", themes=("religion", "growth")))
    (one,) = learned(COACH, [wrong, wrong]).proposals
    assert (one.kind, one.before, one.after.theme, one.after.can) == (
        "new", None, "religion", "after_telling",
    )  # fmt: skip
    assert learned(COACH, [wrong]).proposals == ()


def test_the_ledger_counts_ones_own_last_word_alone() -> None:
    unsure = msgspec.structs.replace(REFERRED, if_opposite="not_sure", because="own_limit")
    ledger = learned(
        COACH,
        [
            case(REFERRED),
            case(unsure),
            case(REFERRED, Reopened("They are back."), Decided("proceed")),
            case(REFERRED, by="dayo"),
            case(Decided("close")),
        ],
    ).ledger
    assert (ledger.referrals, ledger.unsure) == (2, 1)
    assert ledger.by_theme == (("politics", 2),)
    assert dict(ledger.by_reason) == {"competence": 1, "own_limit": 1}


@pytest.mark.parametrize(
    ("referred", "kept_with", "kept_without", "lost_without", "warns"),
    [
        (2, 0, 9, 0, False),
        (3, 0, 9, 0, True),
        (3, 0, 0, 0, True),
        (3, 12, 5, 0, False),
        (4, 12, 5, 0, True),
        (3, 3, 1, 1, False),
        (3, 1, 1, 1, True),
    ],
)
def test_it_warns_by_the_four_fifths_rule_and_of_three_or_more(
    referred: int, kept_with: int, kept_without: int, lost_without: int, warns: bool
) -> None:
    kept = case(Decided("proceed"), themes=["politics"])
    other = msgspec.structs.replace(REFERRED, themes=("growth",))
    cases = [
        *[case(REFERRED)] * referred,
        *[kept] * kept_with,
        *[case(Decided("proceed"))] * kept_without,
        *[case(other)] * lost_without,
    ]
    clusters = learned(COACH, cases).ledger.clusters
    assert [one.theme for one in clusters] == (["politics"] if warns else [])
    if warns:
        (one,) = clusters
        assert (one.referred, one.kept, one.decided) == (referred, kept_with, referred + kept_with)
        assert (one.kept_others, one.decided_others) == (kept_without, kept_without + lost_without)


@given(st.sampled_from([each.id for each in THEMES.values()]))
def test_it_warns_of_sensitive_themes_alone(theme: str) -> None:
    over = msgspec.structs.replace(REFERRED, themes=(theme,))
    clusters = learned(COACH, [case(over)] * 5).ledger.clusters
    assert bool(clusters) is THEMES[theme].sensitive


def test_a_trial_after_ones_own_round_counts_as_kept_and_a_colleagues_does_not() -> None:
    opened, begun = ConsiderOpened("Words.", "plain", 24, NOW), PactBegun(3)

    def kept(by: str) -> int:
        mine = case(opened, by=by, themes=["politics"])
        trial = (*mine.log, Entry(2, NOW, "system", begun))
        cases = [*[case(REFERRED)] * 3, Case(trial, frozenset(["politics"]), ())]
        return learned(COACH, cases).ledger.clusters[0].kept

    assert (kept("maren"), kept("dayo")) == (1, 0)


def test_the_last_verdict_on_a_flag_is_the_one_that_stands() -> None:
    assert weighed_by("maren", case(ASIDE, UPHELD).log) == {"key": UPHELD}
    assert weighed_by("dayo", case(ASIDE).log) == {}

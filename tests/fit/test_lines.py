"""The table of lines, row by row, and which line a need meets."""

from __future__ import annotations

from itertools import product
from typing import Any, Literal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rightfit.fit import flags_of
from rightfit.fit.lines import meetings
from rightfit.practice import CANS, REASONS, Line, Practice
from rightfit.records import LEVELS, MODES, THEMES
from tests.fit.conftest import coach, intake, need, shipped

Can = Literal["fully", "after_telling", "with_supervision", "not_well"]
_DEGREES = (None, 0, 1, 2, 3, 4)


def table(can: str, centrality: int | None, firmness: int | None, barred: bool) -> str | None:
    """Design, section 7, as it is written there."""
    if can == "fully":
        return None
    if centrality is None or firmness is None:
        return "ask_more"
    either, both = max(centrality, firmness), min(centrality, firmness)
    if can == "after_telling":
        return "disclose" if either >= 2 else "note"
    if can == "with_supervision":
        return "disclose" if either >= 3 else "note"
    if both >= 3:
        return "disclose" if barred else "consider_referral"
    return "disclose" if either >= 2 else "note"


@pytest.mark.parametrize("can", CANS)
@pytest.mark.parametrize("reason", REASONS)
@pytest.mark.parametrize("code", ["icf", "aca_ncda", "none"])
def test_every_row_of_the_table(
    practice: Practice, can: Can, reason: Any, code: Literal["icf", "aca_ncda", "none"]
) -> None:
    house = msgspec.structs.replace(practice, ethics_code=code)
    who = coach(practice, Line("politics", can, reason, "like_minded"))
    barred = code == "aca_ncda" and reason == "own_limit"
    for centrality, firmness in product(_DEGREES, _DEGREES):
        client = intake(need("politics", "like_minded", centrality=centrality, firmness=firmness))

        flags = flags_of(house, who, client)

        expected = table(can, centrality, firmness, barred)
        found = [(flag.level, flag.part) for flag in flags]
        assert found == ([(expected, "bond")] if expected else []), (centrality, firmness)


def test_a_referral_that_is_barred_goes_to_supervision(practice: Practice) -> None:
    house = msgspec.structs.replace(practice, ethics_code="aca_ncda")
    client = intake(need("politics", "like_minded", centrality=4, firmness=4))

    [flag] = flags_of(
        house, coach(practice, Line("politics", "not_well", "own_limit", "like_minded")), client
    )

    assert "supervision" in flag.says
    assert "supervision" in flag.fine_if
    [rule] = [rule for rule in house.rules if rule.id == flag.rule]
    assert "seek_supervision" in rule.suggests
    assert "refer" not in rule.suggests


@pytest.mark.parametrize(
    ("need_mode", "lines", "met"),
    [
        ("freedom", [("freedom", "not_well")], [("not_well", True)]),
        ("freedom", [("alignment", "not_well")], []),
        ("freedom", [(None, "not_well")], [("not_well", True)]),
        ("freedom", [(None, "not_well"), ("freedom", "fully")], [("fully", True)]),
        ("respect", [(None, "not_well"), ("freedom", "fully")], [("not_well", True)]),
        (None, [(None, "not_well"), ("freedom", "fully")], [("not_well", True)]),
        (None, [("freedom", "after_telling"), ("alignment", "not_well")],
         [("not_well", False), ("after_telling", False)]),
        (None, [], []),
    ],
)  # fmt: skip
def test_which_line_is_met(
    practice: Practice,
    need_mode: str | None,
    lines: list[tuple[str | None, Can]],
    met: list[tuple[str, bool]],
) -> None:
    drawn = [Line("religion", can, "competence", mode) for mode, can in lines]
    other = Line("politics", "not_well", "competence")

    found = meetings(coach(practice, other, *drawn), intake(need("religion", need_mode)))

    assert [(each.line.can, each.mode_known) for each in found] == met


@pytest.mark.parametrize(
    ("said", "level"),
    [
        ({}, None),
        ({"centrality": 1, "firmness": 1}, None),
        ({"centrality": 2}, "ask_more"),
        ({"centrality": 4, "firmness": 4}, "ask_more"),
    ],
)
def test_a_kind_that_is_not_known_is_never_more_than_a_question(
    practice: Practice, said: dict[str, int], level: str | None
) -> None:
    line = Line("religion", "not_well", "competence", "alignment")

    flags = flags_of(practice, coach(practice, line), intake(need("religion", **said)))

    assert [flag.level for flag in flags] == ([level] if level else [])
    assert all("(" not in flag.says for flag in flags)


@pytest.mark.parametrize("choice", ["leave_out", "tell_in_person"])
def test_what_is_held_back_meets_no_line(practice: Practice, choice: str) -> None:
    client = intake(need("politics", centrality=4, firmness=4, sensitive_choice=choice))

    assert (
        flags_of(practice, coach(practice, Line("politics", "not_well", "competence")), client)
        == ()
    )


@given(
    theme=st.sampled_from(sorted(THEMES)),
    mode=st.sampled_from((None, *MODES)),
    centrality=st.sampled_from(_DEGREES),
    firmness=st.sampled_from(_DEGREES),
    line_mode=st.sampled_from((None, *MODES)),
    can=st.sampled_from(CANS),
)
def test_what_is_not_known_is_never_a_mismatch(
    theme: str,
    mode: str | None,
    centrality: int | None,
    firmness: int | None,
    line_mode: str | None,
    can: Can,
) -> None:
    client = intake(need(theme, mode, centrality=centrality, firmness=firmness))
    line = Line(theme, can, "own_limit", line_mode)

    for flag in flags_of(shipped(), coach(shipped(), line), client):
        if None in (centrality, firmness) or (mode is None and line_mode is not None):
            assert LEVELS.index(flag.level) <= LEVELS.index("ask_more")

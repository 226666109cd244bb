"""The case that Rightfit was built for, from hello to flags, and its three siblings.

A coach took on a client whose whole search was for a like-minded workplace, and found out
too late that she could not serve it wholeheartedly (design, section 1). Everyone here is
made up.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

import msgspec
import pytest

from rightfit.fit import flags_of
from rightfit.practice import Coach, Line, Practice
from rightfit.records import Flag, Intake

HERE = Path(__file__).parent
PROJECT = HERE.parents[1]

Played = tuple[Practice, dict[str, Intake]]


@pytest.fixture(scope="module")
def played(trained: Path, tmp_path_factory: pytest.TempPathFactory) -> Played:
    """The practice, and the intake that each script in this folder ends with."""
    from rightfit.engine.assembly import Settings, engine
    from rightfit.engine.script import UNHURRIED, Playing, read_script

    settings = Settings(
        PROJECT, PROJECT / "practice", tmp_path_factory.mktemp("essay"), limits=UNHURRIED
    )

    async def play() -> Played:
        intakes = {}
        async with engine(settings) as parts:
            for script in sorted(HERE.glob("*.yml")):
                playing = Playing(parts, read_script(script))
                transcript = [f"{said.author}: {said.text}" async for said in playing.messages()]
                assert playing.differences == [], "\n".join(transcript)
                assert playing.content is not None
                intakes[script.stem] = playing.content.intake
            return parts.practice, intakes

    return asyncio.run(play())


def _about_values(practice: Practice, coach: Coach, intake: Intake) -> list[Flag]:
    return [flag for flag in flags_of(practice, coach, intake) if flag.part == "bond"]


def _maren(practice: Practice, *lines: Line) -> Coach:
    """The coach of the essay; given lines, she has those and no others."""
    maren = practice.coach("maren")
    return msgspec.structs.replace(maren, lines=lines) if lines else maren


def test_the_essays_client_is_one_to_consider_referring(played: Played) -> None:
    practice, intakes = played
    intake = intakes["like-minded-and-firm"]

    [flag] = _about_values(practice, _maren(practice), intake)

    assert flag.level == "consider_referral"
    assert [said.quote for said in flag.client_said] == [
        "I want to work with people who share my political views"
    ]
    for said in flag.client_said:
        [answer] = [each for each in intake.answers if each.question == said.question]
        assert answer.given is not None and answer.given.text is not None
        assert answer.given.text[said.start : said.end] == said.quote


def test_a_coach_without_the_line_sees_no_flag(played: Played) -> None:
    practice, intakes = played
    other = _maren(practice, Line(theme="growth", can="not_well", reason="competence"))

    assert _about_values(practice, other, intakes["like-minded-and-firm"]) == []


def test_politics_in_passing_raises_no_flag(played: Played) -> None:
    practice, intakes = played

    assert _about_values(practice, _maren(practice), intakes["politics-in-passing"]) == []


def test_where_firmness_was_left_out_more_is_asked(played: Played) -> None:
    practice, intakes = played

    [flag] = _about_values(practice, _maren(practice), intakes["like-minded-and-firmness-skipped"])

    assert flag.level == "ask_more"


def test_a_code_that_bars_referral_over_ones_own_values_asks_to_disclose(played: Played) -> None:
    practice, intakes = played
    bound = msgspec.structs.replace(practice, ethics_code="aca_ncda")

    [flag] = _about_values(bound, _maren(bound), intakes["like-minded-and-firm"])

    assert flag.level == "disclose"
    assert "supervision" in flag.says + flag.fine_if + flag.ask

"""Questions for the first call, by rule: what was left open, or does not go together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rightfit.practice import DISCLOSURE, NEEDS, Practice
from rightfit.records import THEMES, Intake, SummaryLine, SummaryNeed
from rightfit.summary.lines import by_rule, quoted


def to_ask(
    practice: Practice,
    intake: Intake,
    needs: Sequence[SummaryNeed],
    at_odds: Sequence[SummaryLine],
) -> Iterator[SummaryLine]:
    """The questions, in the order of the page.

    Only what the client has been asked: what is still to come in the interview is no gap.
    """
    given = {answer.question: answer.given for answer in intake.answers}
    goals = given.get("goals")
    if goals is not None and goals.kind == "skipped":
        yield by_rule(practice, "goals_open", "goals")
    if NEEDS in given:
        yield from _about_needs(practice, needs)
    if at_odds:
        yield by_rule(practice, "go_together")
    told = given.get(DISCLOSURE)
    if told is not None and "talk_first" in told.choices:
        yield by_rule(practice, "disclosure_first", DISCLOSURE)
    if intake.to_tell:
        yield by_rule(practice, "to_tell")


def _about_needs(practice: Practice, needs: Sequence[SummaryNeed]) -> Iterator[SummaryLine]:
    picked = [each for each in needs if each.need.picked]
    if needs and not picked:
        yield by_rule(practice, "most_open", NEEDS)
    for each in picked:
        need = each.need
        left_open = (
            ("centrality_open", need.centrality is None),
            ("firmness_open", need.firmness is None),
            ("mode_open", THEMES[need.theme].values and need.mode is None),
        )
        for rule, is_open in left_open:
            if is_open:
                yield by_rule(practice, rule, need.question, each.title, each.turn, [quoted(each)])

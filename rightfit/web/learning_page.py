"""What a coach can learn from their own decisions: on a page for this coach alone."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import msgspec
from aiohttp import web

from rightfit.fit import flags_of
from rightfit.practice import Coach, Practice
from rightfit.practice.naming import THEME_NAMES, line_named
from rightfit.privacy.access import may_read
from rightfit.privacy.held_back import for_coach
from rightfit.review.events import Entry, by_coach
from rightfit.review.in_words import BECAUSES
from rightfit.review.learning import Case, Cluster, Proposal, learned, raised
from rightfit.store import intakes, reviews
from rightfit.store.database import Transaction
from rightfit.web.app_keys import DATABASE, PRACTICE
from rightfit.web.coach_frame import SIGNED_IN, render
from rightfit.web.rehearsal import as_written

routes = web.RouteTableDef()

#: Only these say something about how a coach's lines hold.
_TELLING = ("FlagWeighed", "Decided", "Found")
_HEADINGS: Mapping[str, str] = MappingProxyType(
    {
        "milder": "A line that may have become too strict",
        "stricter": "A line that may be too mild",
        "new": "A line that is not drawn yet",
    }
)


class Proposed(msgspec.Struct, frozen=True):
    """A proposal in words; ``before`` and ``after`` as they are written in coaches.yml."""

    heading: str
    evidence: str
    before: str | None
    after: str
    named: str
    theme: str
    mode: str


@routes.get("/coach/learning", name="learning")
async def show_learning(request: web.Request) -> web.StreamResponse:
    """How the coach's questions held, lines that may have moved, and referrals by theme."""
    me, practice = request[SIGNED_IN].coach, request.app[PRACTICE]
    async with request.app[DATABASE].reading() as transaction:
        cases = await _cases(transaction, practice, me)
    found = learned(me, cases)
    says = {
        rule.id: rule.says.replace("{need}", "…").replace("{help}", "…") for rule in practice.rules
    }
    return render(
        request,
        "learning",
        any_at_all=bool(cases),
        rules=[
            (says.get(each.rule, "A rule that is no longer there"), each) for each in found.rules
        ],
        unforeseen=found.unforeseen,
        proposals=[_proposed(each) for each in found.proposals],
        ledger=found.ledger,
        by_theme=[
            (THEME_NAMES[id], count) for id, count in found.ledger.by_theme if id in THEME_NAMES
        ],
        by_reason=[(BECAUSES[id], count) for id, count in found.ledger.by_reason],
        clusters=[_clustered(each) for each in found.ledger.clusters],
    )


async def _cases(transaction: Transaction, practice: Practice, me: Coach) -> list[Case]:
    cases = []
    for id, log in (await reviews.logs_of(transaction)).items():
        if not any(_is_mine(me, entry) for entry in log):
            continue
        content = await intakes.content(transaction, id)
        if content is None or not may_read(practice, me.id, content.intake.coach):
            continue
        read = for_coach(
            practice, content.intake, content.versions, content.transcript, content.held_back
        )
        themes = frozenset(need.theme for need in read.intake.needs)
        cases.append(Case(log, themes, raised(flags_of(practice, me, read.intake))))
    return cases


def _is_mine(me: Coach, entry: Entry) -> bool:
    return entry.by == by_coach(me.id) and type(entry.event).__name__ in _TELLING


def _proposed(one: Proposal) -> Proposed:
    named = line_named(one.before or one.after)
    theme = THEME_NAMES[one.after.theme]
    evidence = {
        "milder": (
            f"Of {_clients(one.of)} of whom your line on {theme} asked something, you set it"
            f" aside for {one.count}."
        ),
        "stricter": (
            f"With {_clients(one.count)} you set aside what your line on {theme} asked, and"
            " found later that it did not fit."
        ),
        "new": (
            f"With {_clients(one.count)} you found that it did not fit, over {theme}. No line"
            " of yours speaks of it, so nothing was asked."
        ),
    }
    return Proposed(
        heading=_HEADINGS[one.kind],
        evidence=evidence[one.kind],
        before=as_written(one.before) if one.before else None,
        after=as_written(one.after),
        named=named,
        theme=one.after.theme,
        mode=one.after.mode or "",
    )


def _clients(count: int) -> str:
    return f"{count} client{'' if count == 1 else 's'}"


def _clustered(one: Cluster) -> str:
    theme = THEME_NAMES[one.theme]
    told = (
        f"You referred {_clients(one.referred)} over {theme}. Of {_clients(one.decided)} to whom"
        f" it mattered you went on with {one.kept or 'none'}"
    )
    if not one.decided_others:
        return f"{told}; there are no others yet to compare with."
    return f"{told}; of {one.decided_others} to whom it did not, with {one.kept_others}."

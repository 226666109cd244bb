"""The page on which a coach reads what their own decisions say: theirs alone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from html import unescape

import msgspec
import pytest
from ruamel.yaml import YAML

from rightfit.records import Intake
from rightfit.review.events import Decided, Event, FlagWeighed, Found, by_coach
from rightfit.store import reviews
from tests.web.coach_site import ROOT, Device, Site, open_site, replayed

CAMPAIGNER = msgspec.json.decode(
    (ROOT / "tests" / "summary" / "golden" / "the-campaigner.json").read_bytes(), type=Intake
)
ASIDE = FlagWeighed(
    "cannot_serve_central_and_firm", "politics", "overridden", "My <own> words.",
    flag="key", mode="like_minded",
)  # fmt: skip
REFERRED = Decided(
    "refer", "So.", because="own_limit", if_opposite="not_sure", themes=("politics",)
)


@pytest.fixture
async def site(sqlite_url: str) -> AsyncIterator[Site]:
    async with open_site(sqlite_url) as opened:
        yield opened


@pytest.fixture
async def coach(site: Site) -> AsyncIterator[Device]:
    async with site.device() as device:
        yield await device.sign_in("maren")


async def decided(site: Site, *events: Event, by: str = "maren") -> None:
    intake = await site.intake(*replayed(CAMPAIGNER, site.practice), coach=by)
    async with site.database.writing() as transaction:
        for seen, event in enumerate(events):
            await reviews.append(transaction, intake, seen, event, by_coach(by), site.now)


async def test_before_anything_was_decided_it_says_how_it_fills(coach: Device) -> None:
    page = await coach.get("/coach/learning")
    assert "There is nothing to learn from yet" in page.words


async def test_a_proposal_has_its_evidence_and_the_exact_edit(site: Site, coach: Device) -> None:
    for _ in range(3):
        await decided(site, ASIDE)
    page = await coach.get("/coach/learning")
    assert "Of 3 clients of whom your line on politics at work asked something" in page.words
    assert "“My &lt;own&gt; words.” (3 times)" in page.text or "(3 times)" in page.words
    assert "<own>" not in page.text
    edits = [unescape(each.split("</code>")[0]) for each in page.text.split("<pre")[1:]]
    before, after = (YAML(typ="safe").load(each.split("<code>")[1]) for each in edits)
    line = site.practice.coach("maren").lines[0]
    assert before == [
        {"theme": "politics", "mode": "like_minded", "can": line.can, "reason": line.reason}
    ]
    assert after == [{**before[0], "can": "with_supervision"}]
    tried = await coach.get("/coach/rehearsal?theme=politics&mode=like_minded")
    assert tried.status == 200
    assert "/coach/rehearsal?theme=politics&amp;mode=like_minded#try" in page.text


async def test_referrals_that_cluster_are_named_plainly(site: Site, coach: Device) -> None:
    for _ in range(3):
        await decided(site, REFERRED)
    page = await coach.get("/coach/learning")
    assert "You referred 3 clients over politics at work." in page.words
    assert "29 CFR 1607.4 D" in page.words
    assert "Of 3 you were not sure" in page.words
    assert "A limit of my own: I could not help wholeheartedly: 3" in page.words


async def test_it_is_about_oneself_alone(site: Site, coach: Device) -> None:
    for _ in range(3):
        await decided(site, ASIDE, REFERRED, by="dayo")
    assert "There is nothing to learn from yet" in (await coach.get("/coach/learning")).words
    await decided(site, Found("no_fit"))
    page = await coach.get("/coach/learning")
    assert "You have not weighed any yet." in page.words
    assert "None yet." in page.words
    for theirs in ("politics at work", "My &lt;own&gt; words."):
        assert theirs not in page.text

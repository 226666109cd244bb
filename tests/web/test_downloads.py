"""A summary to take along: what the client has read, whole, and nothing of what is the coach's."""

from __future__ import annotations

import re
import zlib
from collections.abc import AsyncIterator

import msgspec
import pytest

from rightfit.practice import Practice, load
from rightfit.records import Given, Intake, Summary
from rightfit.review.events import Decided, NoteWritten, by_coach
from rightfit.store import reviews
from rightfit.summary.arrangement import summary_of
from rightfit.web import as_pdf as pdf
from tests.web.coach_site import ROOT, WHOLE, Device, Said, Site, open_site, replayed

CAMPAIGNER = msgspec.json.decode(
    (ROOT / "tests" / "summary" / "golden" / "the-campaigner.json").read_bytes(), type=Intake
)


@pytest.fixture
async def site(sqlite_url: str) -> AsyncIterator[Site]:
    async with open_site(sqlite_url) as opened:
        yield opened


@pytest.fixture
async def coach(site: Site) -> AsyncIterator[Device]:
    async with site.device() as device:
        yield await device.sign_in("maren")


@pytest.fixture(scope="module")
def site_practice() -> Practice:
    return load(ROOT / "practice", ROOT / "domain.yml")


async def fetched(coach: Device, path: str) -> tuple[int, dict[str, str], bytes]:
    async with coach.session.get(path) as response:
        return response.status, dict(response.headers), await response.read()


async def test_the_three_files_are_what_they_say(site: Site, coach: Device) -> None:
    intake = await site.intake(*replayed(CAMPAIGNER, site.practice), coach="maren")
    status, headers, body = await fetched(coach, f"/coach/intakes/{intake}/summary.md")
    assert (status, headers["Content-Type"]) == (200, "text/markdown; charset=utf-8")
    assert body.startswith(b"# Ottoline\n")
    assert headers["Content-Disposition"].startswith('attachment; filename="Ottoline.md"')
    assert headers["Cache-Control"] == "no-store"
    status, headers, body = await fetched(coach, f"/coach/intakes/{intake}/summary.json")
    assert (status, headers["Content-Type"]) == (200, "application/json; charset=utf-8")
    assert msgspec.json.decode(body, type=Summary).central[0].need.theme == "politics"
    status, headers, body = await fetched(coach, f"/coach/intakes/{intake}/summary.pdf")
    assert (status, headers["Content-Type"]) == (200, "application/pdf")
    assert body.startswith(b"%PDF-")


async def test_nothing_of_the_coachs_own_travels(site: Site, coach: Device) -> None:
    intake = await site.intake(*replayed(CAMPAIGNER, site.practice), coach="maren")
    async with site.database.writing() as transaction:
        for seen, event in enumerate((NoteWritten("my marker"), Decided("close", "my marker"))):
            await reviews.append(transaction, intake, seen, event, by_coach("maren"), site.now)
    for format in ("md", "json"):
        _, _, body = await fetched(coach, f"/coach/intakes/{intake}/summary.{format}")
        text = body.decode()
        assert "my marker" not in text
        assert "cannot serve" not in text
        assert site.practice.coach("maren").lines[0].note not in text


async def test_whose_name_it_is_cannot_break_the_header(site: Site, coach: Device) -> None:
    for name, plain in (('"; x=y\r\nZ/..\\a', "a"), ("محمد", "intake"), ("\u200b", "intake")):
        intake = await site.intake(WHOLE[0], Said(name, "name"), Said("A desk", "goals"))
        _, headers, _ = await fetched(coach, f"/coach/intakes/{intake}/summary.md")
        told = headers["Content-Disposition"]
        found = re.fullmatch(r"attachment; filename=\"([^\"/\\]+)\.md\"; filename\*=\S+", told)
        assert found, told
        assert found[1].endswith(plain)


async def test_there_is_none_of_what_cannot_be_read(site: Site, coach: Device) -> None:
    assert (await coach.get("/coach/intakes/nothing/summary.pdf")).status == 404
    intake = await site.intake(*WHOLE)
    assert (await coach.get(f"/coach/intakes/{intake}/summary.docx")).status == 404
    async with site.device() as nobody:
        assert (await nobody.get(f"/coach/intakes/{intake}/summary.md")).status == 303


async def test_without_its_font_it_is_said_what_else_there_is(
    site: Site, coach: Device, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    pdf.fonts.cache_clear()
    monkeypatch.setattr(pdf, "find_spec", lambda name: None)
    page = await coach.get(f"/coach/intakes/{await site.intake(*WHOLE)}/summary.pdf")
    assert page.status == 503
    assert "Take the Markdown file" in page.words
    assert "Remedy: make run" in caplog.text


def glyphs(body: bytes) -> int:
    """How many bytes of text the pages draw."""
    drawn = 0
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", body, re.DOTALL):
        try:
            drawn += len(b"".join(re.findall(rb"\((.*?)\) Tj", zlib.decompress(stream))))
        except zlib.error:
            continue
    return drawn


def pages(body: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page[^s]", body))


def saying(practice: Practice, text: str) -> bytes:
    answers = tuple(
        msgspec.structs.replace(each, given=Given("said", text=text))
        if each.question == "experience"
        else each
        for each in CAMPAIGNER.answers
    )
    intake = msgspec.structs.replace(CAMPAIGNER, answers=answers, needs=())
    return pdf.as_pdf(practice, summary_of(practice, intake))


def test_an_ordinary_intake_is_two_sheets(site_practice: Practice) -> None:
    body = pdf.as_pdf(site_practice, summary_of(site_practice, CAMPAIGNER))
    assert pages(body) == 2
    assert b"/JavaScript" not in body and b"/URI" not in body and b"/Launch" not in body


@pytest.mark.parametrize(
    "text",
    [
        "Καλημέρα. Привет. שלום עולם 12. محمد يريد عملا جديدا.",
        "你好 \U0001f44b",
        "**bold** [x](http://example.org) <b> {nb}",
        "x" * 8000,
        "word " * 1600,
        "a\n\n" * 200,
        "a\u0301\u202eb\0c",
    ],
)
def test_whatever_a_client_writes_is_printed(site_practice: Practice, text: str) -> None:
    assert glyphs(saying(site_practice, text)) > glyphs(saying(site_practice, "x"))


def test_that_letters_are_missing_is_said_on_the_sheet(site_practice: Practice) -> None:
    two_bytes_a_letter = 2 * len(pdf._SOME_MISSING)
    with_all, without = saying(site_practice, "ab"), saying(site_practice, "你好")
    assert glyphs(without) - glyphs(with_all) > two_bytes_a_letter / 2

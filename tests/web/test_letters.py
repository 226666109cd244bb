"""A coach writes to a client: what was previewed is sent, once, and its mail is in plain sight."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from html import unescape

import pytest

from rightfit.privacy.receipts import Receipts
from rightfit.review.events import Decided, LetterSent, NoteWritten, by_coach
from rightfit.review.letters import Letter
from rightfit.store import outbox, reviews
from rightfit.store.outbox import Claimed
from rightfit.web.app_keys import CAN_MAIL, RECEIPTS
from rightfit.web.letters import Written, read_letter
from tests.web.coach_site import WHOLE, Device, Page, Site, prepared_site

RECEIPT_MAKER = Receipts("ab" * 32)
TEXT = "Hello Ruta,\n\nI would be glad to work with you.\n\nHERE\n\nMaren"


@pytest.fixture
async def site(sqlite_url: str) -> AsyncIterator[Site]:
    async with prepared_site(sqlite_url) as made:
        made.app[CAN_MAIL] = True
        made.app[RECEIPTS] = RECEIPT_MAKER
        async with made.server:
            yield made


@pytest.fixture
async def coach(site: Site) -> AsyncIterator[Device]:
    async with site.device() as device:
        yield await device.sign_in("maren")


def fields(page: Page) -> dict[str, str]:
    """What a browser would send of the page's last form, its buttons aside."""
    form = page.text.rpartition("<form")[2]
    found = dict(re.findall(r'<input[^>]* name="(\w+)" value="([^"]*)"', form))
    area = re.search(r'<textarea[^>]*name="text"[^>]*>\n?(.*?)</textarea>', form, re.DOTALL)
    found["text"] = area[1] if area else ""
    return {name: unescape(value) for name, value in found.items()}


async def log(site: Site, id: str) -> list[object]:
    async with site.database.reading() as transaction:
        return [entry.event for entry in await reviews.log_of(transaction, id)]


async def decided(site: Site, id: str, event: object) -> None:
    async with site.database.writing() as transaction:
        seen = await reviews.last_of(transaction, id)
        await reviews.append(transaction, id, seen, event, by_coach("dayo"), site.now)  # type: ignore[arg-type]


async def test_the_suggestion_fits_what_was_decided(site: Site, coach: Device) -> None:
    id = await site.intake(*WHOLE, coach="maren")
    await decided(site, id, Decided("proceed"))
    page = await coach.get(f"/coach/intakes/{id}/letter")

    assert page.status == 200 and fields(page)["kind"] == "proceed"
    text = fields(page)["text"]
    assert text.startswith("Hello Ruta,") and "/later" in text and "{" not in text
    assert "https://slackwater.example/book/maren" in text
    other = await coach.get(f"/coach/intakes/{id}/letter?kind=close")
    assert fields(other)["subject"] == "Your intake"


async def test_what_was_previewed_is_what_is_sent(site: Site, coach: Device) -> None:
    id = await site.intake(*WHOLE, coach="maren")
    path = f"/coach/intakes/{id}/letter"
    form = fields(await coach.get(path)) | {"text": TEXT, "subject": "A <b>word</b>"}
    preview = await coach.post(path, form | {"step": "preview"})
    assert preview.status == 200 and "A &lt;b&gt;word&lt;/b&gt;" in preview.text
    assert await log(site, id) == [], "nothing is sent yet"
    back = await coach.post(path, fields(preview) | {"step": "edit"})
    assert fields(back)["text"] == TEXT
    done = await coach.post(path, fields(preview) | {"step": "send"})

    assert done.location == f"/coach/intakes/{id}/letters?sent=1"
    (sent,) = await log(site, id)
    assert sent == LetterSent("message", "A <b>word</b>", TEXT, by_email=True)
    shown = await coach.get(f"/coach/intakes/{id}/letters")
    assert "about to be sent" in shown.words and "glad to work with you" in shown.words


async def test_the_mail_holds_the_letter_with_a_link_that_opens_the_page(
    site: Site, coach: Device
) -> None:
    id = await site.intake(*WHOLE, coach="maren")
    path = f"/coach/intakes/{id}/letter"
    first = await coach.get(path)
    page = re.search(
        r"^http://\S+/later$", fields(await coach.get(f"{path}?kind=close"))["text"], re.M
    )
    assert page
    text = TEXT.replace("HERE", page[0])
    await coach.post(path, fields(first) | {"text": text, "step": "send"})
    claimed = await _mail(site)

    assert claimed and claimed.body["to"] == "ruta@example.org"
    assert claimed.body["from_name"] == "Maren Tollefsen, Slackwater Coaching"
    assert claimed.body["reply_to"] == "maren@slackwater.example"
    opens = re.search(r"/later/open/(\S+)", claimed.body["text"])
    assert opens and RECEIPT_MAKER.conversation_of_pass(opens[1], site.now) == id
    assert "/later/open/" not in (await log(site, id))[0].text  # type: ignore[attr-defined]


async def _mail(site: Site) -> Claimed | None:
    async with site.database.writing() as transaction:
        return await outbox.claim(transaction, "mail", site.now, site.now)


async def test_without_the_wish_or_an_address_no_mail_is_made(site: Site, coach: Device) -> None:
    without = tuple(said for said in WHOLE if said.question != "contact")
    for said in (WHOLE, without):
        id = await site.intake(*said, coach="maren")
        path = f"/coach/intakes/{id}/letter"
        form = fields(await coach.get(path))
        form.pop("by_mail", None)
        if said is without:
            form["by_mail"] = "yes"
        await coach.post(path, form | {"text": "Hello.", "step": "send"})
        (sent,) = await log(site, id)
        assert sent.by_email is False  # type: ignore[attr-defined]
    assert await _mail(site) is None


async def test_a_second_press_or_a_colleague_in_between_sends_nothing_and_keeps_the_words(
    site: Site, coach: Device
) -> None:
    id = await site.intake(*WHOLE, coach="maren")
    path = f"/coach/intakes/{id}/letter"
    form = fields(await coach.get(path)) | {"text": "Hello.", "step": "send"}
    await decided(site, id, NoteWritten("x"))
    late = await coach.post(path, form)

    assert late.status == 409 and "Dayo Birtwhistle was first" in late.words
    assert fields(late)["text"] == "Hello." and "Send it all the same" in late.words
    assert len(await log(site, id)) == 1
    again = fields(late) | {"step": "send"}
    assert (await coach.post(path, again)).status == 303
    assert (await coach.post(path, again)).status == 409
    assert len([e for e in await log(site, id) if isinstance(e, LetterSent)]) == 1


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"text": " "}, "The letter is empty"),
        ({"subject": ""}, "no subject"),
        ({"text": "Hello {name}"}, "{name} would go out just so"),
    ],
)
async def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
    site: Site, coach: Device, changed: dict[str, str], said: str
) -> None:
    id = await site.intake(*WHOLE, coach="maren")
    path = f"/coach/intakes/{id}/letter"
    form = fields(await coach.get(path)) | {"text": "Hello.", "subject": "Kept"} | changed
    page = await coach.post(path, form | {"step": "send"})

    assert page.status == 422 and said in page.words
    assert "Kept" in page.text or "subject" in changed
    assert await log(site, id) == []


async def test_a_belief_in_a_letter_is_pointed_at(site: Site, coach: Device) -> None:
    id = await site.intake(*WHOLE, coach="maren")
    path = f"/coach/intakes/{id}/letter"
    form = fields(await coach.get(path)) | {"text": "About your faith."}
    page = await coach.post(path, form | {"step": "preview"})

    assert "This letter says “faith”." in page.words


async def test_an_unfinished_intake_is_not_written_to(site: Site, coach: Device) -> None:
    id = await site.intake(*WHOLE[:4], coach="maren")
    path = f"/coach/intakes/{id}/letter"
    form = fields(await coach.get(path)) | {"text": "Hello.", "step": "send"}
    page = await coach.post(path, form)

    assert page.status == 422 and "has not sent this yet" in page.words


async def test_mail_that_did_not_arrive_is_told_and_can_be_sent_again(
    site: Site, coach: Device
) -> None:
    id = await site.intake(*WHOLE, coach="maren")
    path = f"/coach/intakes/{id}/letter"
    form = fields(await coach.get(path)) | {"text": "Hello.", "step": "send"}
    await coach.post(path, form)
    claimed = await _mail(site)
    assert claimed
    async with site.database.writing() as transaction:
        await outbox.settle(transaction, claimed, "refused", site.now, "The address was refused.")
    page = await coach.get(f"/coach/intakes/{id}/letters")
    assert "could not be sent. The address was refused." in page.words
    intake = await coach.get(f"/coach/intakes/{id}")
    assert "A letter could not be sent by e-mail" in intake.words
    token = {"form_token": page.form_token}
    done = await coach.post(f"/coach/intakes/{id}/letters/{claimed.id}", token)

    assert done.status == 303
    assert "about to be sent" in (await coach.get(f"/coach/intakes/{id}/letters")).words
    other = await site.intake(*WHOLE, coach="maren")
    assert (await coach.post(f"/coach/intakes/{other}/letters/{claimed.id}", token)).status == 303


def test_a_form_that_no_page_of_ours_has_made_is_read_all_the_same() -> None:
    read, written = read_letter({"kind": "nonsense", "subject": "a", "text": "b", "seen": "-1"})

    assert written == Written(Letter("message", "a", "b"), False, 0)
    assert read.wrong == ()

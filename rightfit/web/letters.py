"""Where a coach writes to a client: choose, edit, read it as the client will, send.

What is sent is what the preview showed. It goes to the client's own page, and by mail where
the client gave an address and a mail server is set up.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import msgspec
from aiohttp import web

from rightfit.outbox.contents import entry_hooks, letter_by_mail, mail_address
from rightfit.practice import LETTER_KINDS
from rightfit.review import in_words
from rightfit.review.decisions import State, may_follow
from rightfit.review.events import LetterSent, by_coach
from rightfit.review.letters import LONGEST_TEXT, Edited, Letter, edited, letter_for, letters_in
from rightfit.store import outbox, reviews
from rightfit.store.outbox import Sending
from rightfit.store.reviews import AlreadyMoved, MayNotFollow, NoSuchIntake
from rightfit.web.app_keys import CAN_MAIL, CLOCK, DATABASE, PRACTICE, RECEIPTS, address_of
from rightfit.web.coach_frame import SIGNED_IN, render
from rightfit.web.forms import form_of, see
from rightfit.web.history import short
from rightfit.web.one_intake import Opened, no_such_intake, open_intake

routes = web.RouteTableDef()

#: For so long the link in a letter opens the client's page.
_PASS_HOLDS = timedelta(days=30)
#: What a coach chooses a letter by.
NAMES: Mapping[str, str] = {
    "proceed": "Going ahead",
    "ask_more": "A few more questions",
    "disclose": "Something to know first",
    "seek_supervision": "It takes a little longer",
    "refer": "Somebody who can help better",
    "close": "Closing the intake",
    "reminder": "A reminder",
    "packet": "What could go along",
    "message": "Something else",
}
#: State -> the letter that goes with it.
_GOES_WITH: Mapping[State, str] = {
    "in_supervision": "seek_supervision",
    "asking": "ask_more",
    "asked": "reminder",
    "telling": "disclose",
    "both_consider": "disclose",
    "client_considers": "reminder",
    "proceeding": "proceed",
    "referring": "refer",
    "referral_offered": "refer",
    "closed": "close",
}


class Written(msgspec.Struct, frozen=True):
    """A letter in the making; ``seen`` is how much of the log the coach had on screen."""

    letter: Letter
    by_mail: bool
    seen: int | None


@routes.get("/coach/intakes/{id}/letter", name="letter")
async def write(request: web.Request) -> web.StreamResponse:
    """The form with a suggestion, by ``?kind=`` or by where the intake stands."""
    opened = await open_intake(request)
    if opened is None:
        return no_such_intake(request)
    kind = request.query.get("kind") or _GOES_WITH.get(opened.at.state, "message")
    if kind not in LETTER_KINDS:
        kind = "message"
    letter = suggested(request, opened, kind)
    return _writing(request, opened, Written(letter, True, len(opened.log)))


@routes.post("/coach/intakes/{id}/letter")
async def preview_or_send(request: web.Request) -> web.StreamResponse:
    """Show it as the client will read it; from there send it, or go back to the form."""
    form = await form_of(request)
    opened = await open_intake(request)
    if opened is None:
        return no_such_intake(request)
    read, written = read_letter(form)
    step = form.get("step")
    if read.wrong or step == "edit":
        wrong = read.wrong if step != "edit" else ()
        status = 422 if wrong else 200
        return _writing(request, opened, written, wrong=wrong, status=status)
    fault = _fault(request, opened, written)
    if fault is not None:
        return _writing(request, opened, written, wrong=(fault,), status=422)
    if step != "send":
        return _preview(request, opened, written, read.careful)
    try:
        async with request.app[DATABASE].writing() as transaction:
            await send_letter(transaction, request, opened, written)
    except NoSuchIntake:
        return no_such_intake(request)
    except MayNotFollow as error:
        return _writing(request, opened, written, wrong=(str(error),), status=422)
    except AlreadyMoved as moved:
        latest = await open_intake(request)
        if latest is None:
            return no_such_intake(request)
        first = first_told(request, moved)
        again = msgspec.structs.replace(written, seen=len(latest.log))
        return _preview(request, latest, again, read.careful, first=first, status=409)
    return see(f"/coach/intakes/{opened.id}/letters?sent=1")


def suggested(request: web.Request, opened: Opened, kind: str) -> Letter:
    """The practice's letter of a kind, filled in for this client and coach."""
    return letter_for(
        request.app[PRACTICE],
        kind,
        request[SIGNED_IN].coach,
        opened.report.name,
        f"{address_of(request)}/later",
    )


def read_letter(form: Mapping[str, str]) -> tuple[Edited, Written]:
    """What a form holds of a letter, made clean."""
    kind = form.get("kind", "")
    read = edited(
        kind if kind in LETTER_KINDS else "message", form.get("subject", ""), form.get("text", "")
    )
    seen = form.get("seen", "")
    known = int(seen) if seen.isascii() and seen.isdecimal() and len(seen) < 9 else 0
    return read, Written(read.letter, form.get("by_mail") == "yes", known)


def mail_to(request: web.Request, opened: Opened) -> str | None:
    """The address that letters to this client go to; null where none can be sent."""
    if not request.app.get(CAN_MAIL, False):
        return None
    return mail_address(request.app[PRACTICE], opened.read.intake.answers)


async def send_letter(
    transaction: Any, request: web.Request, opened: Opened, written: Written
) -> int:
    """Write the letter onto the log and into the outbox, in one transaction; its entry.

    Raises:
        MayNotFollow, AlreadyMoved, NoSuchIntake: nothing of it was kept.
    """
    app, me, letter = request.app, request[SIGNED_IN].coach, written.letter
    practice, at = app[PRACTICE], app[CLOCK]()
    to = mail_to(request, opened) if written.by_mail else None
    event = LetterSent(letter.kind, letter.subject, letter.text, by_email=to is not None)
    seq = await reviews.record(
        transaction, opened.id, written.seen, event, by_coach(me.id), at, practice.ethics_code
    )
    if to is not None:
        mailed = msgspec.structs.replace(letter, text=_opening(request, opened.id, letter.text))
        going = letter_by_mail(practice, me, opened.id, seq, to, mailed)
        await outbox.put(transaction, going, at)
    for each in entry_hooks(practice, opened.id, seq, event, me.id, at):
        await outbox.put(transaction, each, at)
    return seq


def _opening(request: web.Request, id: str, text: str) -> str:
    """The letter with its link to the client's page opening that page for a while.

    Only in the mail: what stands on the page and in the log is the plain address.
    """
    receipts = request.app.get(RECEIPTS)
    if receipts is None:
        return text
    page = f"{address_of(request)}/later"
    way_in = receipts.pass_for(id, request.app[CLOCK]() + _PASS_HOLDS)
    lines = (f"{page}/open/{way_in}" if line.strip() == page else line for line in text.split("\n"))
    return "\n".join(lines)


def first_told(request: web.Request, moved: AlreadyMoved) -> dict[str, Any]:
    """Who was first, when and with what, for the page of whoever came second."""
    practice, me = request.app[PRACTICE], request[SIGNED_IN].coach
    return {
        "who": in_words.who(practice, me, moved.by),
        "at": moved.at,
        "what": short(practice, me, moved.first),
    }


def _fault(request: web.Request, opened: Opened, written: Written) -> str | None:
    letter = written.letter
    event = LetterSent(letter.kind, letter.subject, letter.text, by_email=False)
    code = request.app[PRACTICE].ethics_code
    return may_follow(opened.log, event, code=code, sent=opened.sent)


def _writing(
    request: web.Request,
    opened: Opened,
    written: Written,
    *,
    wrong: tuple[str, ...] = (),
    status: int = 200,
) -> web.Response:
    return render(
        request,
        "letter",
        status=status,
        id=opened.id,
        name=opened.report.name,
        written=written,
        names=NAMES,
        wrong=wrong or tuple(filter(None, [_fault(request, opened, written)])),
        to=mail_to(request, opened),
        can_mail=request.app.get(CAN_MAIL, False),
        longest=LONGEST_TEXT,
    )


def _preview(
    request: web.Request,
    opened: Opened,
    written: Written,
    careful: tuple[str, ...],
    *,
    first: dict[str, Any] | None = None,
    status: int = 200,
) -> web.Response:
    return render(
        request,
        "letter_preview",
        status=status,
        id=opened.id,
        name=opened.report.name,
        written=written,
        careful=careful,
        first=first,
        to=mail_to(request, opened) if written.by_mail else None,
    )


# --- The letters that went out ---------------------------------------------------------------


class Went(msgspec.Struct, frozen=True):
    """A letter that was sent, who wrote it, and how its mail stands; null without one."""

    entry: Any
    letter: LetterSent
    who: str
    mails: tuple[Sending, ...]


@routes.get("/coach/intakes/{id}/letters", name="letters")
async def list_letters(request: web.Request) -> web.StreamResponse:
    """Every letter of an intake, the newest first, with how its mail stands."""
    opened = await open_intake(request)
    if opened is None:
        return no_such_intake(request)
    async with request.app[DATABASE].reading() as transaction:
        sendings = await outbox.sendings_of(transaction, opened.id)
    practice, me = request.app[PRACTICE], request[SIGNED_IN].coach
    went = [
        Went(entry, letter, in_words.who(practice, me, entry.by), _mails(sendings, entry.seq))
        for entry, letter in reversed(letters_in(opened.log))
    ]
    return render(
        request,
        "letters",
        id=opened.id,
        name=opened.report.name,
        went=went,
        just_sent="sent" in request.query,
        may_write=opened.sent,
    )


def _mails(sendings: tuple[Sending, ...], seq: int) -> tuple[Sending, ...]:
    return tuple(each for each in sendings if each.kind == "mail" and each.about == f"letter:{seq}")


@routes.post("/coach/intakes/{id}/letters/{sending}")
async def send_again(request: web.Request) -> web.StreamResponse:
    """Send a letter's mail anew that did not arrive, or may not have."""
    opened = await open_intake(request)
    if opened is None:
        return no_such_intake(request)
    wanted = request.match_info["sending"]
    async with request.app[DATABASE].writing() as transaction:
        mine = {each.id for each in await outbox.sendings_of(transaction, opened.id)}
        if wanted in mine:
            await outbox.put_again(transaction, wanted, request.app[CLOCK]())
    return see(f"/coach/intakes/{opened.id}/letters")


def mail_trouble(sendings: tuple[Sending, ...]) -> str | None:
    """One sentence where a letter's mail needs the coach; null where nothing does.

    What was put in anew speaks for the one before it.
    """
    anew = {each.key for each in sendings}
    last = [
        each for each in sendings if each.about.startswith("letter:") and f"{each.key}+" not in anew
    ]
    if any(each.state in ("refused", "given_up") for each in last):
        return "A letter could not be sent by e-mail."
    if any(each.state == "unknown" for each in last):
        return "Of a letter it is not known whether it was sent by e-mail."
    return None

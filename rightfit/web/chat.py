"""The chat API of section 9: what the client's page, and any other front end, speaks."""

from __future__ import annotations

import re
import uuid
from importlib.resources import files
from typing import Any, TypeVar

import msgspec
from aiohttp import web

from rightfit.engine.outcomes import Opened, Outcome
from rightfit.engine.reception import Reception
from rightfit.engine.refusals import NoSuchConversation
from rightfit.privacy.export import export_of
from rightfit.records import Message, Progress
from rightfit.review.letters import letters_in
from rightfit.store import intakes, reviews
from rightfit.web.app_keys import DATABASE, RECEPTION
from rightfit.web.problems import ApiRoutes, Problem

routes = ApiRoutes()

#: BCP 47 in outline; browsers' older forms with an underscore are let in.
_LANGUAGE_TAG = re.compile(r"[A-Za-z0-9_-]{1,35}")

#: Seconds between looks at the database for news from other processes, and between
#: signs of life on an event stream.
_LOOK_EVERY, _SIGN_OF_LIFE = 1.0, 15.0


class Open(msgspec.Struct, frozen=True):
    """Body of ``POST /api/conversations``."""

    coach: str | None = None
    locale: str | None = None


class Send(msgspec.Struct, frozen=True):
    """Body of ``POST /api/messages``: one of text, choice and choices.

    ``seen`` is the cursor that the sender had read up to; with it, an answer written under
    a question that has changed meanwhile is refused instead of landing under the new one.
    """

    id: str
    text: str | None = None
    choice: str | None = None
    choices: list[str] | None = None
    seen: int | None = None


class Resume(msgspec.Struct, frozen=True):
    """Body of ``POST /api/resume``."""

    receipt: str


Body = TypeVar("Body", Open, Send, Resume)


@routes.post("/api/conversations")
async def open_conversation(request: web.Request) -> web.Response:
    """Open a conversation; the welcome and the first question come back."""
    body = await _body(request, Open, empty=Open())
    if body.locale is not None and not _LANGUAGE_TAG.fullmatch(body.locale):
        raise Problem(422, "locale", "locale is a language tag such as en-GB.")
    reception = request.app[RECEPTION]
    try:
        opened = await reception.open("web", body.coach, body.locale, request.remote)
    except KeyError:
        raise Problem(422, "coach", "There is no such coach. Leave coach out.") from None
    return await _entered(reception, opened, status=201)


@routes.post("/api/resume")
async def resume(request: web.Request) -> web.Response:
    """Let another device in by receipt code; the whole transcript comes back."""
    body = await _body(request, Resume)
    reception = request.app[RECEPTION]
    try:
        opened = await reception.resume(body.receipt, request.remote)
    except NoSuchConversation:
        raise Problem(
            404, "receipt", "No intake has this code. Check it letter by letter."
        ) from None
    return await _entered(reception, opened, status=200)


@routes.post("/api/messages")
async def send(request: web.Request) -> web.Response:
    """Take one message; the same id again gives the same answer and changes nothing."""
    reception = request.app[RECEPTION]
    conversation = await _conversation(request)
    body = await _body(request, Send)
    try:
        key = str(uuid.UUID(body.id))
    except ValueError:
        raise Problem(422, "id", "id is a UUID, new for each message.") from None
    given = [value for value in (body.text, body.choice, body.choices) if value is not None]
    if len(given) != 1:
        raise Problem(422, "content", "Send one of text, choice and choices.")
    if body.text is not None:
        _check_text(body.text, reception.limits.characters)
        outcome = await reception.receive(conversation, key, "text", body.text, body.seen)
    else:
        ids = [body.choice] if body.choice is not None else list(body.choices or ())
        outcome = await reception.receive(conversation, key, "choice", ids, body.seen)
    return web.json_response(_outcome(outcome))


@routes.get("/api/messages")
async def read(request: web.Request) -> web.StreamResponse:
    """The transcript after a cursor; as an event stream it goes on by itself."""
    reception = request.app[RECEPTION]
    conversation = await _conversation(request)
    after = request.query.get("after", "0")
    if not (after.isascii() and after.isdecimal() and len(after) < 10):
        raise Problem(422, "after", "after is a cursor: a whole number.")
    if "text/event-stream" not in request.headers.get("Accept", ""):
        return web.json_response(_outcome(await reception.shown(conversation, int(after))))
    return await _stream(request, reception, conversation, int(after))


async def _stream(
    request: web.Request, reception: Reception, conversation: str, after: int
) -> web.StreamResponse:
    outcome = await reception.shown(conversation, after)
    response = web.StreamResponse(
        headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
    )
    await response.prepare(request)
    quiet = 0.0
    try:
        while True:
            if outcome.messages:
                data = msgspec.json.encode(_outcome(outcome)).decode()
                await response.write(f"id: {outcome.cursor}\ndata: {data}\n\n".encode())
                after, quiet = outcome.cursor, 0.0
            elif quiet >= _SIGN_OF_LIFE:
                await response.write(b": still here\n\n")
                quiet = 0.0
            await reception.wait_for_news(conversation, _LOOK_EVERY)
            quiet += _LOOK_EVERY
            outcome = await reception.shown(conversation, after)
    except (NoSuchConversation, ConnectionResetError):
        return response


@routes.get("/api/export")
async def export(request: web.Request) -> web.Response:
    """Everything that the client said, as a file for the client."""
    id = await _conversation(request)
    async with request.app[DATABASE].reading() as transaction:
        content = await intakes.content(transaction, id)
        log = await reviews.log_of(transaction, id)
    if content is None:
        raise NoSuchConversation("the conversation was erased")
    letters = [(entry.at, letter) for entry, letter in letters_in(log)]
    exported = export_of(content.intake, content.versions, content.transcript, letters, log)
    return web.json_response(
        exported, headers={"Content-Disposition": 'attachment; filename="my-intake.json"'}
    )


@routes.delete("/api/conversation")
async def erase(request: web.Request) -> web.Response:
    """Erase the conversation with everything in it."""
    receipt, at = await request.app[RECEPTION].erase(await _conversation(request))
    return web.json_response({"erased": receipt, "at": at.isoformat()})


@routes.get("/api/openapi.json")
async def openapi(request: web.Request) -> web.Response:
    """The description of this API."""
    text = files("rightfit.web").joinpath("openapi.json").read_text(encoding="utf-8")
    return web.Response(text=text, content_type="application/json")


async def _conversation(request: web.Request) -> str:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not token.strip() or not token.isascii():
        raise Problem(401, "token", "Send the token of the conversation as a bearer token.")
    try:
        return await request.app[RECEPTION].conversation_of(token.strip())
    except NoSuchConversation:
        raise Problem(
            401, "token", "This token opens no conversation. Start again, or resume by code."
        ) from None


async def _body(request: web.Request, shape: type[Body], empty: Body | None = None) -> Body:
    try:
        raw = await request.read()
    except web.RequestPayloadError:
        raise Problem(400, "json", "The body is not what its headers say.") from None
    if not raw and empty is not None:
        return empty
    if request.content_type != "application/json":
        raise Problem(415, "content-type", "Send JSON, with Content-Type: application/json.")
    try:
        return msgspec.json.decode(raw, type=shape)
    except msgspec.ValidationError as error:
        raise Problem(422, "shape", f"{error}. See /api/openapi.json.") from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Problem(400, "json", "The body is not JSON.") from None


def _check_text(text: str, most: int) -> None:
    if not text.strip():
        raise Problem(422, "empty", "The text is empty.")
    if len(text) > most:
        raise Problem(
            422, "too-long", f"The text has {len(text)} characters; at most {most} are possible."
        )


async def _entered(reception: Reception, opened: Opened, status: int) -> web.Response:
    shown = await reception.shown(opened.conversation, 0)
    body = {"token": opened.token, "receipt": opened.receipt, **_outcome(shown)}
    return web.json_response(body, status=status)


def _outcome(outcome: Outcome) -> dict[str, Any]:
    return {
        "cursor": outcome.cursor,
        "messages": [_message(message) for message in outcome.messages],
        "progress": _progress(outcome.progress),
    }


def _progress(progress: Progress) -> dict[str, Any]:
    return {"step": progress.step, "of": progress.of, "label": progress.label}


def _message(message: Message) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "id": message.id,
        "seq": message.seq,
        "from": message.author,
        "text": message.text,
    }
    if message.question:
        shown["question"] = message.question
    if message.choices:
        shown["choices"] = [{"id": choice.id, "title": choice.title} for choice in message.choices]
    if message.multiple:
        shown["multiple"] = message.multiple
    return shown

"""The app for coaches: cards lead to modals, and what is decided goes into the one log."""

from __future__ import annotations

import contextlib
import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any

import msgspec
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from rightfit.outbox.contents import entry_hooks, letter_by_mail, mail_address
from rightfit.practice import Coach
from rightfit.records import CoachLine, Flag
from rightfit.review import in_words
from rightfit.review.decisions import open_decisions
from rightfit.review.events import (
    DECISIONS,
    Decided,
    Event,
    FlagWeighed,
    LetterSent,
    NoteWritten,
    Reopened,
    by_coach,
    flag_key,
)
from rightfit.review.letters import Letter, edited, letter_for
from rightfit.slack import cards, modals
from rightfit.slack.blocks import actions, button
from rightfit.slack.desk import Desk, Opened
from rightfit.slack.modals import About, View
from rightfit.store import outbox, reviews
from rightfit.store.database import Conflict, StorageUnavailable
from rightfit.store.outbox import Outgoing
from rightfit.store.reviews import AlreadyMoved, MayNotFollow, NoSuchIntake

_log = logging.getLogger(__name__)

_GONE = ("It is not there any more", "A client can erase theirs at any time.")
Soon = Callable[[], Awaitable[None]]


class CoachesApp:
    """What coaches do in Slack. ``soon`` brings the cards up to date.

    ``can_mail`` says that letters can go out by mail as well.
    """

    def __init__(
        self,
        desk: Desk,
        client: AsyncWebClient,
        address: str | None,
        soon: Soon,
        *,
        can_mail: bool = False,
    ) -> None:
        self._desk, self._client, self._address, self._soon = desk, client, address, soon
        self._can_mail = can_mail

    # ------------------------------------------------------------------ opening

    async def press(self, body: Mapping[str, Any]) -> None:
        """A button was pressed: on a card, on the Home tab or in a modal."""
        pressed = (body.get("actions") or [{}])[0]
        action, value = str(pressed.get("action_id", "")), str(pressed.get("value", ""))
        coach = await self._desk.coach_of(_account(body))
        if coach is None:
            await self._show(body, _not_known(_account(body)))
            return
        if action in ("open", "decide"):
            opened = await self._desk.open(coach, value)
            if opened is None:
                view = modals.told("Not there", *_GONE)
            elif action == "open":
                view = modals.intake(self._desk.practice, coach, opened, self._address)
                with contextlib.suppress(Conflict, StorageUnavailable):
                    await self._desk.note_reading(coach, opened)
            else:
                view = modals.choose(opened)
            await self._show(body, view)
        elif action.startswith("form:"):
            about = _about(body)
            opened = await self._desk.open(coach, about.intake)
            view = self._form(coach, opened, action.removeprefix("form:"), value)
            await self._show(body, view, push=True)

    def _form(self, coach: Coach, opened: Opened | None, which: str, value: str) -> View:
        practice = self._desk.practice
        if opened is None:
            return modals.told("Not there", *_GONE)
        for decided in DECISIONS:
            if which == decided:
                if decided not in open_decisions(opened.at):
                    return modals.told("Not now", in_words.where(opened.at))
                return modals.decision(practice, coach, opened, decided)
        if which == "reopen":
            return modals.reopen(opened)
        if which == "note":
            return modals.note(opened)
        if which == "weigh":
            flag = _flag(opened, value)
            return modals.weigh(opened, flag) if flag else modals.told("It has changed", _CHANGED)
        kind = value if value in practice.letters else "message"
        link = f"{self._address}/later" if self._address else None
        draft = letter_for(practice, kind, coach, opened.report.name, link)
        return modals.letter(practice, opened, draft)

    async def _show(self, body: Mapping[str, Any], view: View, *, push: bool = False) -> None:
        trigger = str(body.get("trigger_id", ""))
        try:
            if push and body.get("view"):
                await self._client.views_push(trigger_id=trigger, view=view)
            else:
                await self._client.views_open(trigger_id=trigger, view=view)
        except SlackApiError as error:
            _log.warning("a modal was not shown: %s", error.response.get("error"))
            channel = (body.get("channel") or {}).get("id")
            if channel:
                await self._client.chat_postEphemeral(
                    channel=channel,
                    user=_account(body),
                    text="That took too long. Please press it once more.",
                )

    # ------------------------------------------------------------------ forms that are sent

    async def submit(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """A form was sent: what Slack is to do with the modal, after the commit."""
        view = body.get("view") or {}
        coach, about = await self._desk.coach_of(_account(body)), _about(body)
        if coach is None:
            return _instead(_not_known(_account(body)))
        opened = await self._desk.open(coach, about.intake)
        if opened is None:
            return _instead(modals.told("Not there", *_GONE))
        values, callback = _values(view), str(view.get("callback_id", ""))
        if callback in ("letter", "letter_meant"):
            return await self._send_letter(coach, opened, about.what, values, callback)
        event = _event(callback, opened, about, values)
        if isinstance(event, str):
            return _wrong("reason", event)
        takes_a_side = isinstance(event, Decided | Reopened)
        seen = about.seen if takes_a_side else None
        refused = await self._write(coach, opened, event, seen=seen)
        if refused is not None:
            return refused
        await self._soon()
        await self.publish(_account(body))
        if isinstance(event, Decided):
            return _instead(self._decided(event, about))
        return {"response_action": "clear"}

    async def _write(
        self, coach: Coach, opened: Opened, event: Event, seen: int | None
    ) -> dict[str, Any] | None:
        """Write an entry; null where it was written, else what the modal says instead."""
        at = self._desk.clock()
        try:
            async with self._desk.database.writing() as transaction:
                seq = await reviews.record(
                    transaction,
                    opened.id,
                    seen,
                    event,
                    by_coach(coach.id),
                    at,
                    self._desk.practice.ethics_code,
                )
                for each in self._outgoing(coach, opened, event, seq, at):
                    await outbox.put(transaction, each, at)
        except MayNotFollow as fault:
            return _wrong("text" if isinstance(event, LetterSent) else "reason", str(fault))
        except AlreadyMoved as moved:
            await self._soon()
            return _instead(self._second(coach, moved))
        except NoSuchIntake:
            return _instead(modals.told("Not there", *_GONE))
        except Conflict:
            return _instead(modals.told("Not now", "Close this, and open the intake again."))
        return None

    def _outgoing(
        self, coach: Coach, opened: Opened, event: Event, seq: int, at: datetime
    ) -> tuple[Outgoing, ...]:
        """What goes out along with an entry, as from the coach's pages: mail and webhooks."""
        practice = self._desk.practice
        going = entry_hooks(practice, opened.id, seq, event, coach.id, at)
        if not isinstance(event, LetterSent):
            return going
        to = mail_address(practice, opened.read.intake.answers) if event.by_email else None
        if to is None:
            return going
        letter = Letter(event.letter, event.subject, event.text)
        return (letter_by_mail(practice, coach, opened.id, seq, to, letter), *going)

    def _second(self, coach: Coach, moved: AlreadyMoved) -> View:
        """Somebody else was first; what was typed here stands nowhere."""
        who = in_words.who(self._desk.practice, coach, moved.by)
        what = "something has changed"
        if isinstance(moved.event, Decided):
            what = f"it was decided: {in_words.DECISIONS[moved.event.decision]}"
        return modals.told(
            "Somebody was first",
            f"{who} was first, at {moved.at:%H:%M} UTC: {what}.",
            "Nothing of yours was written. Open the intake again to see how it stands.",
        )

    def _decided(self, event: Decided, about: About) -> View:
        kind = event.decision if event.decision in self._desk.practice.letters else "message"
        said = f"Decided: {in_words.DECISIONS[event.decision]}. The card says so, and your pages."
        view = modals.told("Decided", said, "The client hears nothing of it until you write.")
        view["blocks"].append(actions("next", [button("Write to the client", "form:letter", kind)]))
        if self._address and event.decision in ("ask_more", "disclose", "refer"):
            link = f"<{self._address}/coach/intakes/{about.intake}|Take the next step on the web>"
            view["blocks"].append({"type": "section", "text": {"type": "mrkdwn", "text": link}})
        return {**view, "private_metadata": About(about.intake).packed()}

    async def _send_letter(
        self,
        coach: Coach,
        opened: Opened,
        kind: str,
        values: Mapping[str, str],
        callback: str,
    ) -> dict[str, Any]:
        looked_at = edited(kind, values.get("subject", ""), values.get("text", ""))
        if looked_at.wrong:
            return _wrong("text", " ".join(looked_at.wrong))
        letter = looked_at.letter
        if looked_at.careful and callback == "letter":
            again = modals.letter(self._desk.practice, opened, letter, looked_at.careful)
            return _instead(again)
        answers = opened.read.intake.answers
        by_mail = self._can_mail and mail_address(self._desk.practice, answers) is not None
        event = LetterSent(letter.kind, letter.subject, letter.text, by_email=by_mail)
        refused = await self._write(coach, opened, event, seen=None)
        if refused is not None:
            return refused
        await self._soon()
        return _instead(
            modals.told(
                "Sent",
                "The client reads it on their page, in Slack if they are there, and by mail."
                if by_mail
                else "The client reads it on their page, and in Slack if they are there.",
            )
        )

    # ------------------------------------------------------------------ lists

    async def publish(self, account: str) -> None:
        """Bring somebody's Home tab up to date; the next look at it will, if this fails."""
        coach = await self._desk.coach_of(account)
        if coach is None:
            view: dict[str, Any] = {"type": "home", "blocks": _not_known(account)["blocks"]}
        else:
            queue = await self._desk.queue(coach)
            view = cards.home(self._desk.practice, coach, queue, self._address)
        try:
            await self._client.views_publish(user_id=account, view=view)
        except Exception as error:  # noqa: BLE001 - a list that is out of date does no harm
            _log.warning("a Home tab was not brought up to date: %s", type(error).__name__)

    async def command(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """``/intakes``: what waits, for the eyes of who asks."""
        account = str(body.get("user_id", ""))
        coach = await self._desk.coach_of(account)
        if coach is None:
            view = _not_known(account)
            return {"response_type": "ephemeral", "blocks": view["blocks"], "text": "Not known"}
        post = cards.listed(self._desk.practice, coach, await self._desk.queue(coach))
        return {"response_type": "ephemeral", "text": post.text, "blocks": post.blocks}


_CHANGED = "The client's words or your line are others by now. Open the intake again."


def listen(app: AsyncApp, coaches: CoachesApp) -> None:
    """Let the app take in what coaches do."""

    @app.event("app_home_opened")
    async def home(event: Mapping[str, Any]) -> None:
        if event.get("tab", "home") == "home":
            await coaches.publish(str(event.get("user", "")))

    @app.event(re.compile(".*"))
    async def nothing() -> None:
        return None

    @app.action(re.compile(".*"))
    async def pressed(body: Mapping[str, Any], ack: Any) -> None:
        await coaches.press(body)
        await ack()

    @app.view(re.compile(".*"))
    async def sent(body: Mapping[str, Any], ack: Any) -> None:
        await ack(**await coaches.submit(body))

    @app.command("/intakes")
    async def asked(body: Mapping[str, Any], ack: Any) -> None:
        await ack(**await coaches.command(body))


def _account(body: Mapping[str, Any]) -> str:
    return str((body.get("user") or {}).get("id", ""))


def _about(body: Mapping[str, Any]) -> About:
    packed = str((body.get("view") or {}).get("private_metadata") or "")
    try:
        return msgspec.json.decode(packed.encode(), type=About)
    except msgspec.DecodeError:
        return About("")


def _values(view: Mapping[str, Any]) -> dict[str, str]:
    """What was typed and chosen, by field."""
    found: dict[str, str] = {}
    for fields in ((view.get("state") or {}).get("values") or {}).values():
        for name, field in fields.items():
            chosen = field.get("selected_option") or {}
            found[name] = str(field.get("value") or chosen.get("value") or "").strip()
    return found


def _event(callback: str, opened: Opened, about: About, values: Mapping[str, str]) -> Event | str:
    """What a form comes to, or what is wrong with it."""
    reason = values.get("reason", "")
    if callback == "decided":
        decided = next((each for each in DECISIONS if each == about.what), None)
        if decided is None:
            return "Close this, and open the intake again."
        if decided != "refer":
            return Decided(decided, reason)
        return Decided(
            decided,
            reason,
            because=values.get("because") or None,  # type: ignore[arg-type]
            if_opposite=values.get("if_opposite") or None,  # type: ignore[arg-type]
            themes=modals.themes_met(opened),
        )
    if callback == "reopened":
        return Reopened(reason)
    if callback == "noted":
        return NoteWritten(reason) if reason else "Write something, or close this."
    if callback == "weighed":
        flag = _flag(opened, about.what)
        return _weighed(flag, values.get("verdict", ""), reason) if flag else _CHANGED
    return "Close this, and open the intake again."


def _weighed(flag: Flag, chosen: str, own: str) -> FlagWeighed | str:
    if chosen == "own" and not own:
        return "Say in your own words why you set it aside."
    reasons = flag.override_reasons
    given = reasons[int(chosen)] if chosen.isdecimal() and int(chosen) < len(reasons) else ""
    line = flag.coach_line if isinstance(flag.coach_line, CoachLine) else None
    return FlagWeighed(
        flag.rule,
        line.theme if line else None,
        "upheld" if chosen == "upheld" else "overridden",
        " ".join(each for each in (given, own) if each),
        flag=flag_key(flag),
        mode=line.mode if line else None,
        level=flag.level,
    )


def _flag(opened: Opened, key: str) -> Flag | None:
    return next((flag for flag in opened.flags if flag_key(flag) == key), None)


def _not_known(account: str) -> View:
    return modals.told(
        "Not known",
        "I do not know yet which coach you are, so I cannot show you any intake.",
        "Whoever runs Rightfit can write this line to your name in practice/coaches.yml, and"
        f" start it again: slack: {account}",
    )


def _wrong(field: str, says: str) -> dict[str, Any]:
    return {"response_action": "errors", "errors": {field: says}}


def _instead(view: View) -> dict[str, Any]:
    return {"response_action": "update", "view": view}

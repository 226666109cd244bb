"""What goes into the outbox: a letter, an alert that a client may be in danger, a webhook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from rightfit.interview import EMAIL
from rightfit.outbox.hooks import Hook
from rightfit.outbox.mail import Mail
from rightfit.practice import Coach, Practice
from rightfit.records import Answer, Intake
from rightfit.review.events import Decided, Event, LetterSent, QuestionsAsked
from rightfit.review.letters import Letter
from rightfit.store.outbox import Outgoing


def mail_address(practice: Practice, answers: Sequence[Answer]) -> str | None:
    """The address that the client gave for letters; null where there is none.

    The question says what it is for, so that giving one is agreeing to it.
    """
    asked = {q.id for q in (*practice.questions, *practice.not_asked) if q.kind == "email"}
    for answer in answers:
        if answer.question in asked and answer.given and answer.given.text:
            found = EMAIL.search(answer.given.text)
            if found:
                return found.group(0)
    return None


def letter_by_mail(
    practice: Practice, coach: Coach, conversation: str, seq: int, to: str, letter: Letter
) -> Outgoing:
    """A letter; ``seq`` is its entry in the log, so that it goes out once."""
    mail = Mail(
        to=to,
        subject=letter.subject,
        text=letter.text,
        from_name=f"{coach.name}, {practice.name}",
        reply_to=coach.email or practice.contact.email,
    )
    return _mail(f"letter:{conversation}:{seq}", conversation, f"letter:{seq}", mail)


def danger_alerts(
    practice: Practice, conversation: str, wanted: str | None, address: str
) -> tuple[Outgoing, ...]:
    """To the coach that the client wants, or to all who have an address, once each.

    It quotes nobody: what was written is on the page that it links to.
    """
    reachable = [coach for coach in practice.coaches if coach.email]
    meant = [coach for coach in reachable if coach.id == wanted] or reachable
    text = (
        "A client of {practice} has written something that may show that they are in danger. "
        "They were given the help lines of the practice, and told that a coach sees this.\n\n"
        "Please read it first:\n{link}\n\n"
        "This message holds nothing of what was written. It is sent once for each intake."
    )
    link = f"{address.rstrip('/')}/coach/intakes/{conversation}"
    return tuple(
        _mail(
            f"danger:{conversation}:{coach.id}",
            conversation,
            "danger",
            Mail(
                to=str(coach.email),
                subject="Please read this intake first",
                text=text.format(practice=practice.name, link=link),
                from_name=practice.name,
            ),
        )
        for coach in meant
    )


def hooks_of(
    practice: Practice,
    event: str,
    conversation: str,
    key: str,
    at: datetime,
    facts: Mapping[str, Any],
    words: Mapping[str, Any] | None = None,
) -> tuple[Outgoing, ...]:
    """A call for each webhook that wants to know of an event.

    ``key`` tells this event from another of its kind. ``facts`` are ids and states; ``words``
    are the client's or the coach's, and go only where the practice has said so.
    """
    found = []
    for number, hook in enumerate(practice.webhooks):
        if event not in hook.events:
            continue
        payload = {"event": event, "at": at.isoformat(), "intake": conversation, **facts}
        if hook.client_text and words:
            payload["words"] = dict(words)
        body = msgspec.to_builtins(Hook(hook.url, event, payload))
        # Of an intake that is gone, that it is gone still has to be told.
        of = None if event == "intake.erased" else conversation
        found.append(Outgoing(f"hook:{conversation}:{key}:{number}", of, "hook", event, body))
    return tuple(found)


def entry_hooks(
    practice: Practice, conversation: str, seq: int, event: Event, coach: str, at: datetime
) -> tuple[Outgoing, ...]:
    """The calls about what a coach wrote onto the log as entry ``seq``; most entries have none.

    A coach's reason is their own, and goes nowhere.
    """
    facts: dict[str, str]
    words: dict[str, str] | None = None
    if isinstance(event, Decided):
        name, facts = "decided", {"decision": event.decision}
    elif isinstance(event, LetterSent):
        name, facts = "letter_sent", {"letter": event.letter}
        words = {"subject": event.subject, "text": event.text}
    elif isinstance(event, QuestionsAsked):
        name, facts = "questions_asked", {"questions": str(len(event.questions))}
        words = {"questions": "\n".join(question.text for question in event.questions)}
    else:
        return ()
    key, told = f"{name}:{seq}", {**facts, "coach": coach}
    return hooks_of(practice, f"intake.{name}", conversation, key, at, told, words)


def words_of_intake(intake: Intake) -> dict[str, Any]:
    """An intake, as its coach may read it, for a webhook that carries words."""
    return {"intake": msgspec.to_builtins(intake)}


def plain_mail(
    practice: Practice, key: str, conversation: str, to: str, subject: str, text: str
) -> Outgoing:
    """A few words of the practice's to a coach or a partner; ``key`` lets it go out once."""
    mail = Mail(to=to, subject=subject, text=text, from_name=practice.name)
    return _mail(key, conversation, key.split(":")[0], mail)


def _mail(key: str, conversation: str, about: str, mail: Mail) -> Outgoing:
    return Outgoing(key, conversation, "mail", about, msgspec.to_builtins(mail))

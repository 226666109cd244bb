"""What a turn writes: the transcript, the answers, and where the conversation then stands."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

import msgspec

from rightfit.engine.turn import Played
from rightfit.practice import Practice, said_in
from rightfit.privacy.receipts import digest
from rightfit.records import Answer, DistressShown, Message
from rightfit.store.conversations import Conversation, Turn
from rightfit.store.inbox import Inbound


def turn_of(
    practice: Practice, held: Conversation, inbound: Inbound, played: Played, now: datetime
) -> Turn:
    """The turn that was played onto ``held``."""
    seq = held.last_seq
    written: list[Message] = []
    if played.client_said is not None:
        seq += 1
        written.append(Message(seq, str(uuid4()), "client", played.client_said, now))
    client_seq = seq if played.client_said is not None else seq + 1
    screen = played.on_screen
    for at, said in enumerate(played.said):
        seq += 1
        last = at == len(played.said) - 1
        written.append(
            Message(
                seq,
                str(uuid4()),
                said.author,
                said.text,
                now,
                response=said.response,
                question=(screen.question or screen.asked) if last else None,
                choices=said.choices,
                multiple=screen.multiple if last else None,
            )
        )
    asks_for_a_coach = any(question.id == "coach" for question in practice.questions)
    return Turn(
        inbound=inbound.id,
        messages=tuple(written),
        events=played.events,
        answers=tuple(
            Answer(question, given, client_seq, now.isoformat())
            for question, given in played.given.items()
        ),
        state=played.phase,
        coach=played.coach if asks_for_a_coach else held.coach,
        on_screen=msgspec.structs.replace(screen, seq=seq),
        progress=played.progress,
        sent_at=now if played.phase == "sent" and held.state != "sent" else held.sent_at,
        consent_version=_consented(practice, inbound.channel, played),
        noticed=played.noticed,
        distress=_distress(held, played, client_seq),
    )


def _distress(held: Conversation, played: Played, turn: int) -> DistressShown | None:
    if played.distress is None:
        return None
    level, quote = played.distress
    on_screen = held.on_screen.question or held.on_screen.asked
    return DistressShown(level, quote, on_screen, turn)


def _consented(practice: Practice, channel: str, played: Played) -> str | None:
    given = played.given.get("consent")
    if given is None or given.choices != ("yes",):
        return None
    asked = said_in(practice, "utter_ask_consent", channel).text
    return digest(asked.replace("{kept_days}", played.kept_days))[:16]


def put_again(
    practice: Practice,
    held: Conversation,
    inbound: Inbound,
    standing: Message | None,
    response: str,
    now: datetime,
    *,
    dead: bool,
) -> Turn:
    """A turn that changes no answer: the message is kept, the question put again."""
    seq = held.last_seq
    written: list[Message] = []
    if inbound.kind in ("text", "choice", "change"):
        seq += 1
        words = _words_of(inbound)
        written.append(Message(seq, str(uuid4()), "client", words, now, dead=dead))
    seq += 1
    text = said_in(practice, response, inbound.channel).text
    written.append(Message(seq, str(uuid4()), "assistant", text, now, response))
    if standing is not None:
        seq += 1
        written.append(
            msgspec.structs.replace(standing, seq=seq, id=str(uuid4()), at=now, dead=False)
        )
    unchanged = nothing_new(held, inbound)
    return msgspec.structs.replace(
        unchanged,
        messages=tuple(written),
        on_screen=msgspec.structs.replace(held.on_screen, seq=seq),
        dead=dead,
    )


def _words_of(inbound: Inbound) -> str:
    if inbound.kind == "change":
        return str(inbound.body["text"] or "")
    return inbound.body if isinstance(inbound.body, str) else ", ".join(inbound.body)


def nothing_new(held: Conversation, inbound: Inbound) -> Turn:
    """A turn that says and changes nothing."""
    return Turn(
        inbound=inbound.id,
        messages=(),
        events=(),
        answers=(),
        state=held.state,
        coach=held.coach,
        on_screen=held.on_screen,
        progress=held.progress,
        sent_at=held.sent_at,
    )

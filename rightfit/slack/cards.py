"""The card of an intake, and the list of all of them. Nothing that a client wrote is on either.

Both stand where others may look over a coach's shoulder, so they tell that there is something
to read, how pressing it is, and what was decided; the rest is behind "Open".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from rightfit.practice import NO_PREFERENCE, Coach, Practice
from rightfit.records import LEVELS as IN_ORDER
from rightfit.records import Flag
from rightfit.review import in_words
from rightfit.review.decisions import Position, open_decisions
from rightfit.review.events import coach_of
from rightfit.review.queue import Section
from rightfit.slack.blocks import Block, actions, aside, button, fallback, heading
from rightfit.slack.desk import InQueue
from rightfit.slack.plain import escaped
from rightfit.slack.presenting import Post
from rightfit.store.intakes import Head

#: Titles of the parts of the list, as on the coach's page.
_SECTIONS: dict[Section, str] = {
    "danger": "Please read first",
    "new": "New",
    "waiting_for_me": "Waiting for you",
    "waiting_for_client": "Waiting for the client",
    "unfinished": "Not finished",
    "decided": "Decided",
}
#: A Home tab holds a hundred blocks; each intake takes two.
_IN_THE_LIST, _IN_A_REPLY = 40, 10


def moment(at: datetime) -> str:
    """A time that each reader's Slack shows in their own time zone."""
    utc = f"{at:%Y-%m-%d %H:%M} UTC"
    return f"<!date^{int(at.timestamp())}^{{date_short_pretty}}, {{time}}|{utc}>"


def _marked(text: str) -> Block:
    """A section of our own words, in which times are marked up."""
    return {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}}


def card(
    practice: Practice,
    head: Head,
    at: Position,
    flags: Sequence[Flag] | None,
    *,
    danger: bool,
) -> Post:
    """The card of one intake; ``flags`` are those of the coach it is for, null where for any."""
    decided = at.decision is not None
    notice = "Somebody may be in danger" if danger else "A new intake"
    if decided and not danger:
        notice = "An intake, decided"
    lines = [_for_whom(practice, head)]
    if head.sent_at is not None:
        lines.append(f"Sent {moment(head.sent_at)}")
    elif danger:
        lines.append("It is not sent yet. Please read it now; the help lines were shown.")
    blocks = [heading(notice), _marked(" · ".join(escaped_but_times(lines)))]
    if head.sent_at is not None:
        blocks.append(_marked(_about_flags(flags)))
    if decided:
        blocks.append(_marked(stamp(practice, at)))
    elif at.state != "new":
        blocks.append(_marked(escaped(in_words.where(at))))
    buttons = [button("Open", "open", head.id, None if decided else "primary")]
    if head.sent_at is not None and open_decisions(at) and not decided:
        buttons.append(button("Decide", "decide", head.id))
    blocks.append(actions(f"card|{head.id}", buttons))
    return Post(fallback(f"{notice}. {_for_whom(practice, head)}"), blocks, live=not decided)


def escaped_but_times(lines: Sequence[str]) -> list[str]:
    """Our own words, with names escaped; a time is marked up already."""
    return [line if "<!date" in line else escaped(line) for line in lines]


def _for_whom(practice: Practice, head: Head) -> str:
    if head.coach is None or head.coach == NO_PREFERENCE:
        return "For any coach"
    name = in_words.coach_named(practice, head.coach)
    return f"For {name}" if name else "For a coach who is not here any more"


def _about_flags(flags: Sequence[Flag] | None) -> str:
    """Number and kind; what they are about is behind "Open"."""
    if flags is None:
        return "Open it to see which questions it puts to you."
    if not flags:
        return "It puts no question about fit."
    many = Counter(flag.level for flag in flags)
    kinds = [
        f"{many[level]} × {in_words.LEVELS[level]}"  # type: ignore[index]
        for level in reversed(IN_ORDER)
        if many.get(level)  # type: ignore[call-overload]
    ]
    questions = "question" if len(flags) == 1 else "questions"
    return f"{len(flags)} {questions} about fit: {', '.join(kinds)}"


def stamp(practice: Practice, at: Position) -> str:
    """Who decided what, and when."""
    assert at.decision is not None
    what = in_words.DECISIONS[at.decision.decision]
    id = coach_of(at.by or "")
    who = in_words.coach_named(practice, id) or "a coach who is not here any more"
    when = f", {moment(at.since)}" if at.since else ""
    return f"*{escaped(what)}*, decided by {escaped(who)}{when}\n{escaped(in_words.where(at))}"


def home(
    practice: Practice, coach: Coach, queue: Sequence[InQueue], address: str | None
) -> dict[str, object]:
    """The Home tab: the coach's list, the most pressing first."""
    blocks: list[Block] = [heading("Intakes")]
    if not queue:
        blocks.append(
            _marked("Nothing is here yet. A card comes when a client has sent an intake.")
        )
    section = None
    for one in queue[:_IN_THE_LIST]:
        if one.queued.section != section:
            section = one.queued.section
            blocks.append(heading(_SECTIONS[section]))
        blocks.append(row(practice, coach, one))
    if len(queue) > _IN_THE_LIST:
        blocks.append(aside(f"And {len(queue) - _IN_THE_LIST} more, on the web."))
    if address:
        blocks.append(_marked(f"<{address}/coach|All of it on the web>"))
    return {"type": "home", "blocks": blocks[:100]}


def listed(practice: Practice, coach: Coach, queue: Sequence[InQueue]) -> Post:
    """The same in a few lines, as the answer to a command."""
    waiting = [one for one in queue if one.queued.section not in ("decided", "unfinished")]
    if not waiting:
        text = "Nothing waits for you just now."
        return Post(text, [_marked(text)])
    blocks: list[Block] = [heading(f"{len(waiting)} waiting")]
    blocks += [row(practice, coach, one) for one in waiting[:_IN_A_REPLY]]
    if len(waiting) > _IN_A_REPLY:
        blocks.append(aside("The others are on the Home tab."))
    return Post(f"{len(waiting)} waiting", blocks)


def row(practice: Practice, coach: Coach, one: InQueue) -> Block:
    """One intake in a list, with a button that opens it."""
    head = one.head
    when = f"Sent {moment(head.sent_at)}" if head.sent_at else f"Changed {moment(head.changed_at)}"
    told = [when, escaped(in_words.wanted(practice, coach, head.coach))]
    if head.sent_at:
        told.append(escaped(in_words.where(one.at)))
    if one.queued.unread == "never_opened":
        told.append("*Not opened by you*")
    elif one.queued.unread == "new_since":
        told.append("*New since you read it*")
    return {**_marked(" · ".join(told)), "accessory": button("Open", "open", head.id)}


def reminder(practice: Practice, head: Head) -> Post:
    """That an intake has been waiting."""
    sent = f" It was sent {moment(head.sent_at)}." if head.sent_at else ""
    text = "An intake is waiting, and nobody has opened it."
    blocks = [
        _marked(f"{text}{sent} {escaped(_for_whom(practice, head))}."),
        actions(f"card|{head.id}", [button("Open", "open", head.id)]),
    ]
    return Post(text, blocks)

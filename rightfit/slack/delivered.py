"""What it is that Slack has delivered: decided from the payload alone.

Everything that is kept until it is worked on becomes one of the records here. ``key`` tells
duplicates: Slack sends the same message again with other event ids, so team, channel and ts
are what counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from rightfit.slack.plain import plain

#: Subtypes of a message in which a person says something.
_SPOKEN = (None, "file_share", "me_message", "thread_broadcast")


class _Delivered(msgspec.Struct, frozen=True, tag_field="is"):
    """One thing that a person did in Slack."""


class Typed(_Delivered, frozen=True, tag=True):
    """Words in the direct message; ``files`` says that something was sent along."""

    text: str
    files: bool = False


class InThread(_Delivered, frozen=True, tag=True):
    """Words in a thread below one of the messages."""


class Elsewhere(_Delivered, frozen=True, tag=True):
    """A message or a mention where others read along."""


class Huddled(_Delivered, frozen=True, tag=True):
    """A call was begun."""


class Reacted(_Delivered, frozen=True, tag=True):
    """An emoji was put on a message."""


class Chosen(_Delivered, frozen=True, tag=True):
    """One choice, or several, of the question that message ``seq`` has put."""

    conversation: str
    seq: int
    choices: tuple[str, ...]


class Edited(_Delivered, frozen=True, tag=True):
    """A message was changed after it was sent."""

    text: str


class Deleted(_Delivered, frozen=True, tag=True):
    """A message was deleted."""


class Agreed(_Delivered, frozen=True, tag=True):
    """What was proposed was answered: ``do`` is change, take_out, answer or leave."""

    proposal: str
    do: str


Delivered = Typed | InThread | Elsewhere | Huddled | Reacted | Chosen | Edited | Deleted | Agreed


class Kept(msgspec.Struct, frozen=True):
    """A delivery as it is kept: who did it, in which channel, about which message."""

    key: str
    team: str
    person: str
    channel: str
    ts: str
    what: Delivered


def of_event(team: str, event: Mapping[str, Any]) -> Kept | None:
    """What an event of Slack's comes to; null where nobody has said or done anything."""
    kind = event.get("type")
    if kind == "reaction_added":
        return _reaction(team, event)
    if kind not in ("message", "app_mention") or event.get("bot_id"):
        return None
    channel, subtype = str(event.get("channel", "")), event.get("subtype")
    if subtype in ("message_changed", "message_deleted"):
        return _changed(team, channel, event) if _is_direct(event) else None
    person, ts = event.get("user"), event.get("ts")
    if not person or not ts:
        return None
    key = f"m|{team}|{channel}|{ts}"
    if subtype == "huddle_thread":
        what: Delivered = Huddled()
    elif subtype not in _SPOKEN:
        return None
    elif not _is_direct(event):
        what = Elsewhere()
    elif event.get("thread_ts") not in (None, ts):
        what = InThread()
    else:
        what = Typed(plain(str(event.get("text") or "")), files=bool(event.get("files")))
    return Kept(key, team, str(person), channel, str(ts), what)


def _is_direct(event: Mapping[str, Any]) -> bool:
    """Whether nobody else reads it; a mention says nothing of its channel but by its letter."""
    if event.get("type") == "app_mention":
        return False
    return event.get("channel_type") == "im" or (
        "channel_type" not in event and str(event.get("channel", "")).startswith("D")
    )


def _changed(team: str, channel: str, event: Mapping[str, Any]) -> Kept | None:
    before = event.get("previous_message") or {}
    if before.get("bot_id") or not before.get("user"):
        return None
    person = str(before["user"])
    if event["subtype"] == "message_deleted":
        ts = str(event.get("deleted_ts") or before.get("ts"))
        return Kept(f"d|{team}|{channel}|{ts}", team, person, channel, ts, Deleted())
    now = event.get("message") or {}
    words, ts = plain(str(now.get("text") or "")), str(now.get("ts") or before.get("ts"))
    if words == plain(str(before.get("text") or "")):
        # Slack changes a message, too, when it unfurls a link or a thread begins.
        return None
    if now.get("subtype") == "tombstone":
        return Kept(f"d|{team}|{channel}|{ts}", team, person, channel, ts, Deleted())
    at = (now.get("edited") or {}).get("ts") or event.get("ts")
    return Kept(f"e|{team}|{channel}|{ts}|{at}", team, person, channel, ts, Edited(words))


def _reaction(team: str, event: Mapping[str, Any]) -> Kept | None:
    item = event.get("item") or {}
    channel, ts, person = item.get("channel"), item.get("ts"), event.get("user")
    if item.get("type") != "message" or not (channel and ts and person):
        return None
    if not str(channel).startswith("D"):
        return None
    key = f"r|{team}|{channel}|{ts}|{person}"
    return Kept(key, team, str(person), str(channel), str(ts), Reacted())


def of_press(team: str, body: Mapping[str, Any]) -> Kept | None:
    """What pressing a button, or choosing from a menu, comes to; null for a menu half done."""
    channel = str((body.get("channel") or {}).get("id", ""))
    ts = str((body.get("message") or {}).get("ts", ""))
    person = str((body.get("user") or {}).get("id", ""))
    pressed = (body.get("actions") or [{}])[0]
    action, block = str(pressed.get("action_id", "")), str(pressed.get("block_id", ""))
    if not (channel and ts and person):
        return None
    if action.startswith("propose:"):
        proposal, do = str(pressed.get("value", "")), action.removeprefix("propose:")
        key = f"p|{team}|{channel}|{ts}"
        return Kept(key, team, person, channel, ts, Agreed(proposal, do))
    place = block.split("|")
    if len(place) != 3 or place[0] != "ask" or not place[2].isdecimal():
        return None
    choices = _choices(action, block, pressed, body)
    if choices is None:
        return None
    # The same choice pressed twice is one; "done" with nothing chosen can come again.
    once = "+".join(sorted(choices)) or str(pressed.get("action_ts", ""))
    key = f"a|{team}|{channel}|{ts}|{once}"[:200]
    what = Chosen(place[1], int(place[2]), choices)
    return Kept(key, team, person, channel, ts, what)


def _choices(
    action: str, block: str, pressed: Mapping[str, Any], body: Mapping[str, Any]
) -> tuple[str, ...] | None:
    if action.startswith("choose:"):
        return (str(pressed.get("value", "")),)
    if action == "choose_one":
        return (str((pressed.get("selected_option") or {}).get("value", "")),)
    if action != "choose_done":
        return None
    values = (body.get("state") or {}).get("values") or {}
    menus = values.get(block.replace("ask|", "some|", 1)) or {}
    picked = (menus.get("choose_some") or {}).get("selected_options") or []
    return tuple(str(each.get("value", "")) for each in picked)

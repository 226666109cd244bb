"""Block Kit, clamped to what Slack takes. What a client wrote only ever stands in plain text.

The limits are those of Slack's Block Kit reference; beyond them it refuses the whole message
(``invalid_blocks``) or cuts it.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from typing import Any

from rightfit.slack.plain import escaped

Block = dict[str, Any]

#: Characters and counts that Slack takes.
SECTION, HEADER, CONTEXT = 3000, 150, 2000
BUTTON, OPTION, PLACEHOLDER = 75, 75, 150
VALUE, ACTION_ID, BLOCK_ID, OPTION_VALUE = 2000, 255, 255, 150
BLOCKS_A_MESSAGE, BLOCKS_A_VIEW, BUTTONS, OPTIONS = 50, 100, 25, 100
FALLBACK, TITLE, LABEL, HINT, INPUT = 3000, 24, 2000, 2000, 3000
METADATA = 3000
#: Characters of all blocks of one message together; beyond 13,200 Slack refuses it.
A_MESSAGE = 12000
#: Above so many, choices are a menu instead of buttons.
MOST_BUTTONS = 5


def clamped(text: str, most: int) -> str:
    """A text of at least one and at most so many characters; what is cut ends in an ellipsis."""
    if not text.strip():
        return "-"
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def plain_text(text: str, most: int) -> Block:
    """A text object in which nothing is a mark: no link, no mention, no emoji."""
    return {"type": "plain_text", "text": clamped(text, most), "emoji": False}


def pieces(text: str, most: int = SECTION) -> list[str]:
    """A text in pieces that one block can hold, cut between lines or words where possible."""
    found: list[str] = []
    rest = text
    while len(rest) > most:
        cut = max(rest.rfind("\n", 1, most), 0) or max(rest.rfind(" ", 1, most), 0) or most
        found.append(rest[:cut])
        rest = rest[cut:].lstrip("\n ")
    return [*found, rest]


def paragraphs(text: str) -> list[Block]:
    """A text as sections, however long."""
    return [
        {"type": "section", "text": plain_text(piece, SECTION)}
        for piece in pieces(text)
        if piece.strip()
    ]


def heading(text: str) -> Block:
    """A heading."""
    return {"type": "header", "text": plain_text(text, HEADER)}


def aside(*texts: str) -> Block:
    """Small print; at most ten texts."""
    return {"type": "context", "elements": [plain_text(text, CONTEXT) for text in texts[:10]]}


def quote(text: str) -> Block:
    """Words of somebody, recognisable as a quote, and as nothing but text."""
    return {
        "type": "rich_text",
        "elements": [
            {
                "type": "rich_text_quote",
                "elements": [{"type": "text", "text": clamped(text, SECTION)}],
            }
        ],
    }


def divider() -> Block:
    """A line across."""
    return {"type": "divider"}


def button(title: str, action: str, value: str = "", style: str | None = None) -> Block:
    """A button; ``style`` is primary or danger."""
    made: Block = {
        "type": "button",
        "text": plain_text(title, BUTTON),
        "action_id": action[:ACTION_ID],
        "value": value[:VALUE],
    }
    return {**made, "style": style} if style else made


def option(title: str, value: str) -> Block:
    """One entry of a menu."""
    return {"text": plain_text(title, OPTION), "value": value[:OPTION_VALUE]}


def menu(
    options: Iterable[tuple[str, str]], action: str, placeholder: str, at_most: int | None = None
) -> Block:
    """A menu of value and title; with ``at_most``, one of which several can be chosen."""
    made: Block = {
        "type": "multi_static_select" if at_most else "static_select",
        "action_id": action[:ACTION_ID],
        "placeholder": plain_text(placeholder, PLACEHOLDER),
        "options": [option(title, value) for value, title in list(options)[:OPTIONS]],
    }
    return {**made, "max_selected_items": at_most} if at_most else made


def actions(block_id: str, elements: Sequence[Block]) -> Block:
    """A row of buttons and menus."""
    return {
        "type": "actions",
        "block_id": block_id[:BLOCK_ID],
        "elements": list(elements)[:BUTTONS],
    }


def entry(
    block_id: str,
    label: str,
    element: Block,
    *,
    optional: bool = False,
    hint: str | None = None,
) -> Block:
    """A field of a form."""
    made: Block = {
        "type": "input",
        "block_id": block_id[:BLOCK_ID],
        "label": plain_text(label, LABEL),
        "element": element,
        "optional": optional,
    }
    return {**made, "hint": plain_text(hint, HINT)} if hint else made


def text_field(action: str, initial: str = "", *, most: int = INPUT) -> Block:
    """Several lines to type into."""
    made: Block = {
        "type": "plain_text_input",
        "action_id": action,
        "multiline": True,
        "max_length": most,
    }
    return {**made, "initial_value": initial[:most]} if initial else made


def fallback(text: str) -> str:
    """What notifications and screen readers get of a message; marks are taken out of it."""
    short = textwrap.shorten(text, FALLBACK // 6, placeholder="…") or "-"
    return escaped(short)


def messages(blocks: Sequence[Block], most: int = BLOCKS_A_MESSAGE) -> list[list[Block]]:
    """Blocks as so many messages as it takes, in order; none is over Slack's limits."""
    found: list[list[Block]] = [[]]
    weight = 0
    for block in blocks:
        weighs = characters(block)
        if found[-1] and (len(found[-1]) >= most or weight + weighs > A_MESSAGE):
            found.append([])
            weight = 0
        found[-1].append(block)
        weight += weighs
    return [each for each in found if each]


def characters(block: Any) -> int:
    """How many characters the texts of a block have together."""
    if isinstance(block, dict):
        own = len(block["text"]) if isinstance(block.get("text"), str) else 0
        return own + sum(characters(each) for each in block.values())
    if isinstance(block, list | tuple):
        return sum(characters(each) for each in block)
    return 0

"""Block Kit as Slack checks it: what it refuses, from its reference, with its own words for it.

Written from Slack's Block Kit reference for the tests alone, and apart from the code that
makes blocks, so that both would have to be wrong in the same way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

#: Type of a block -> the surfaces that it may stand on.
_SURFACES = {
    "section": ("message", "modal", "home"),
    "header": ("message", "modal", "home"),
    "context": ("message", "modal", "home"),
    "divider": ("message", "modal", "home"),
    "actions": ("message", "modal", "home"),
    "input": ("message", "modal", "home"),
    "rich_text": ("message", "modal", "home"),
}
#: Element -> the blocks that may hold it.
_HOLDS = {
    "button": ("actions", "section"),
    "static_select": ("actions", "section", "input"),
    "multi_static_select": ("section", "input"),
    "plain_text_input": ("input",),
    "radio_buttons": ("actions", "section", "input"),
    "checkboxes": ("actions", "section", "input"),
}


def faults(blocks: Any, surface: str = "message") -> list[str]:
    """Everything that Slack would refuse; empty where it takes them."""
    if not isinstance(blocks, list):
        return ["blocks must be an array"]
    most = 50 if surface == "message" else 100
    found = [f"no more than {most} items allowed"] if len(blocks) > most else []
    ids = [block.get("block_id") for block in blocks if block.get("block_id")]
    if len(ids) != len(set(ids)):
        found.append("block_id already exists")
    for at, block in enumerate(blocks):
        found += [f"{problem} [json-pointer:/blocks/{at}]" for problem in _block(block, surface)]
    if surface == "message" and _weight(blocks) > 13200:
        found.append("msg_blocks_too_long")
    return found


def _weight(blocks: Any) -> int:
    if isinstance(blocks, dict):
        own = len(blocks["text"]) if isinstance(blocks.get("text"), str) else 0
        return own + sum(_weight(each) for each in blocks.values())
    return sum(_weight(each) for each in blocks) if isinstance(blocks, list) else 0


def _block(block: dict[str, Any], surface: str) -> Iterator[str]:
    kind = block.get("type")
    if kind not in _SURFACES or surface not in _SURFACES[kind]:
        yield f"unsupported block type: {kind}"
        return
    yield from _length(block, "block_id", 255)
    yield from _INSIDE[kind](block)


def _section(block: dict[str, Any]) -> Iterator[str]:
    if not block.get("text") and not block.get("fields"):
        yield "missing required field: text or fields"
    if block.get("text"):
        yield from _text(block["text"], 3000)
    if block.get("accessory"):
        yield from _element(block["accessory"], "section")


def _header(block: dict[str, Any]) -> Iterator[str]:
    yield from _text(block.get("text"), 150, plain=True)


def _context(block: dict[str, Any]) -> Iterator[str]:
    elements = block.get("elements") or []
    if not 1 <= len(elements) <= 10:
        yield "context needs one to ten elements"
    for element in elements:
        yield from _text(element, 3000)


def _actions(block: dict[str, Any]) -> Iterator[str]:
    elements = block.get("elements") or []
    if not 1 <= len(elements) <= 25:
        yield "actions needs one to twenty-five elements"
    names = [element.get("action_id") for element in elements]
    if len(names) != len(set(names)):
        yield "action_id already exists"
    for element in elements:
        yield from _element(element, "actions")


def _input(block: dict[str, Any]) -> Iterator[str]:
    yield from _text(block.get("label"), 2000, plain=True)
    if block.get("hint"):
        yield from _text(block["hint"], 2000, plain=True)
    yield from _element(block.get("element") or {}, "input")


def _rich(block: dict[str, Any]) -> Iterator[str]:
    elements = block.get("elements")
    if not elements:
        yield "rich_text needs elements"
        return
    for element in elements:
        if element["type"] not in (
            *("rich_text_section", "rich_text_quote"),
            *("rich_text_list", "rich_text_preformatted"),
        ):
            yield f"unsupported element: {element['type']}"
        for inner in element.get("elements") or []:
            if inner["type"] == "text" and not inner.get("text"):
                yield "must be more than 0 characters"


def _element(element: dict[str, Any], within: str) -> Iterator[str]:
    kind = element.get("type")
    if kind not in _HOLDS or within not in _HOLDS[kind]:
        yield f"unsupported element {kind} in {within}"
        return
    yield from _length(element, "action_id", 255)
    if kind == "button":
        yield from _text(element.get("text"), 75, plain=True)
        yield from _length(element, "value", 2000)
        if element.get("style") not in (None, "primary", "danger"):
            yield "invalid style"
    if "options" in element or kind in _OF_OPTIONS:
        yield from _options(element, str(kind))
    if kind == "plain_text_input":
        if not 1 <= int(element.get("max_length", 3000)) <= 3000:
            yield "max_length must be between 1 and 3000"
        if len(element.get("initial_value", "")) > int(element.get("max_length", 3000)):
            yield "initial_value is too long"


def _options(element: dict[str, Any], kind: str) -> Iterator[str]:
    options = element.get("options") or []
    most = 100 if "select" in kind else 10
    if not 1 <= len(options) <= most:
        yield f"needs one to {most} options"
    values = [option.get("value") for option in options]
    if len(values) != len(set(values)):
        yield "option values must be unique"
    for option in options:
        yield from _text(option.get("text"), 75, plain=True)
        yield from _length(option, "value", 150)
    if "placeholder" in element:
        yield from _text(element["placeholder"], 150, plain=True)
    initial = element.get("initial_option")
    if initial is not None and initial not in options:
        yield "initial_option must be one of the options"


def _text(text: Any, most: int, *, plain: bool = False) -> Iterator[str]:
    if not isinstance(text, dict) or not isinstance(text.get("text"), str):
        yield "missing required field: text"
        return
    if plain and text.get("type") != "plain_text":
        yield "must be plain_text"
    if not text["text"]:
        yield "must be more than 0 characters"
    if len(text["text"]) > most:
        yield f"must be less than {most + 1} characters"


def _length(holder: dict[str, Any], key: str, most: int) -> Iterator[str]:
    if len(str(holder.get(key, ""))) > most:
        yield f"{key} must be less than {most + 1} characters"


_OF_OPTIONS = ("static_select", "multi_static_select", "radio_buttons", "checkboxes")
_INSIDE: dict[str, Callable[[dict[str, Any]], Iterator[str]]] = {
    "section": _section,
    "header": _header,
    "context": _context,
    "divider": lambda block: iter(()),
    "actions": _actions,
    "input": _input,
    "rich_text": _rich,
}

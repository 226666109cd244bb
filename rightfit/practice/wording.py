"""The wording: what stands under ``responses:`` in domain.yml, and what it must hold."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

import msgspec

from rightfit.practice.faults import Fault, choose_from, closest
from rightfit.practice.records import Choice, Variation
from rightfit.practice.sheet import Sheet, Value, open_sheet
from rightfit.records import ASIDES

#: Responses that the assistant cannot do without, beside those of the questions.
REQUIRED_WORDING: tuple[str, ...] = (
    "utter_welcome",
    "utter_probe",
    *(f"utter_{aside}" for aside in ASIDES),
)

#: What the actions fill in beside slots: ``{receipt}`` and so on.
FILLED_IN: tuple[str, ...] = ("receipt", "recap_lines", "earlier", "question")

#: How Rasa finds the places to fill in (rasa.core.nlg.interpolator, Rasa 3.6).
_PLACE = re.compile(r"{([^\n{}]+?)}")

_PAYLOAD = re.compile(r"/choose(\{.*\})", re.DOTALL)
_CHOICE_ID = re.compile(r"[a-z0-9][a-z0-9_]*")

#: Slack refuses a button whose text is longer (its Block Kit reference, button element).
LONGEST_TITLE = 75

_VARIATION_KEYS = ("buttons", "channel", "condition", "custom", "image", "metadata", "id")


class Wording(msgspec.Struct, frozen=True):
    """The wording as read, with the line of each response for mistakes found later.

    ``slots`` and ``form`` are empty where the file declares none.
    """

    responses: Mapping[str, tuple[Variation, ...]]
    lines: Mapping[str, int]
    slots: frozenset[str]
    form: frozenset[str]


def read_wording(path: Path, faults: list[Fault]) -> tuple[Sheet, Wording | None]:
    """The wording in the file at ``path``, or None where it has no readable responses."""
    sheet, top = open_sheet(path, faults, is_training_data=True)
    if top is None:
        return sheet, None
    domain = top.entries()
    if "responses" not in domain:
        if top.type == "map":
            guess = closest("responses", domain)
            sheet.fault(
                domain[guess].key_line if guess else 1,
                "This file has no 'responses:'.",
                f"Rename '{guess}:' to 'responses:'." if guess else "Add the wording under it.",
            )
        return sheet, None
    slots = frozenset(domain["slots"].entries()) if "slots" in domain else frozenset()
    responses: dict[str, tuple[Variation, ...]] = {}
    lines: dict[str, int] = {}
    for name, value in domain["responses"].entries().items():
        lines[name] = value.key_line
        responses[name] = _variations(name, value, slots)
    for name in REQUIRED_WORDING:
        if name not in responses:
            guess = closest(name, [other for other in responses if other not in REQUIRED_WORDING])
            sheet.fault(
                lines[guess] if guess else domain["responses"].key_line,
                f"The wording '{name}' is missing.",
                f"Did you mean it by '{guess}'?" if guess else "Add it under 'responses:'.",
            )
    return sheet, Wording(responses, lines, slots, _form(domain))


def _form(domain: Mapping[str, Value]) -> frozenset[str]:
    if "forms" not in domain:
        return frozenset()
    asked: set[str] = set()
    for form in domain["forms"].entries().values():
        required = form.entries().get("required_slots")
        if required is not None:
            asked.update(required.texts())
    return frozenset(asked)


def _variations(name: str, value: Value, slots: frozenset[str]) -> tuple[Variation, ...]:
    found: list[Variation] = []
    items = value.items()
    if value.type == "seq" and not items:
        value.fault(f"'{name}' has no text.", "Add '- text: ...' below it.")
    for item in items:
        fields = item.fields(("text",), _VARIATION_KEYS, named=f"'{name}'")
        text = fields["text"].text(client_reads=True) if "text" in fields else None
        if text is not None:
            _check_places(name, fields["text"], text, slots)
        choices = _choices(name, fields["buttons"]) if "buttons" in fields else ()
        channel = fields["channel"].text() if "channel" in fields else None
        found.append(Variation(text or "", choices, channel))
        if {choice.id for choice in choices} != {choice.id for choice in found[0].choices}:
            item.fault(
                f"The buttons of '{name}' differ between its variations.",
                "Give every variation the same choice ids.",
            )
    if found and all(variation.channel is not None for variation in found):
        value.fault(
            f"'{name}' has wording for some channels only.", "Add one '- text:' without a channel."
        )
    return tuple(found)


def _check_places(name: str, value: Value, text: str, slots: frozenset[str]) -> None:
    known = (*sorted(slots), *FILLED_IN)
    for place in _PLACE.findall(text):
        if place not in known:
            value.fault(
                f"'{name}' has a place {{{place}}} that nothing fills in.",
                choose_from(place, known),
            )


def _choices(name: str, value: Value) -> tuple[Choice, ...]:
    found: dict[str, Choice] = {}
    titles: set[str] = set()
    items = value.items()
    for item in items:
        fields = item.fields(("title", "payload"), named=f"a button of '{name}'")
        title = fields["title"].text(client_reads=True) if "title" in fields else None
        id = _choice_id(name, fields["payload"]) if "payload" in fields else None
        if title is not None and len(title) > LONGEST_TITLE:
            fields["title"].fault(
                f"A button of '{name}' has {len(title)} characters.",
                f"Slack shows no more than {LONGEST_TITLE}; shorten it.",
            )
        if title is not None and title.casefold() in titles:
            fields["title"].fault(f"Two buttons of '{name}' say the same.", "Reword one of them.")
        if id is not None and id in found:
            fields["payload"].fault(
                f"Two buttons of '{name}' have the choice '{id}'.", "Give one another word."
            )
        if title is not None and id is not None:
            titles.add(title.casefold())
            found.setdefault(id, Choice(id, title))
    if value.type == "seq" and not items:
        value.fault(f"The buttons of '{name}' are empty.", "Add a button, or remove the line.")
    return tuple(found.values())


def _choice_id(name: str, value: Value) -> str | None:
    payload = value.text()
    if payload is None:
        return None
    shape = _PAYLOAD.fullmatch(payload)
    try:
        content = json.loads(shape.group(1)) if shape else None
    except (ValueError, RecursionError):
        content = None
    id = content.get("choice") if isinstance(content, dict) and len(content) == 1 else None
    if not isinstance(id, str) or not _CHOICE_ID.fullmatch(id):
        value.fault(
            f"A button of '{name}' has a payload that cannot be read.",
            """Write it as '/choose{"choice": "a_word"}', with the quotation marks.""",
        )
        return None
    return id

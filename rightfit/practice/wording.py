"""The wording: what stands under ``responses:`` in domain.yml, and what it must hold."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec

from rightfit.practice.faults import Fault, choose_from, closest
from rightfit.practice.records import (
    CENTRALITY,
    DISCLOSURE_CHOICES,
    FIRMNESS,
    NEED_QUESTIONS,
    NEED_WORDS,
    NEEDS_MATTER,
    Choice,
    Variation,
)
from rightfit.practice.sheet import Value, open_sheet
from rightfit.records import ASIDES, MODES, SENSITIVE_CHOICES

#: What the summary is worded with, headings first: client and coach read the same.
SUMMARY_WORDING: tuple[str, ...] = (
    "goal",
    "why_now",
    "by_when",
    "central",
    "centrality",
    "firmness",
    "mode",
    "also",
    "place",
    "background",
    "obstacles",
    "expectations",
    "left_open",
    "contradictory",
    "to_ask",
    "wishes",
    "sensitive",
    "rest",
    "skipped",
    "not_asked",
    "corrected",
    "goals_open",
    "most_open",
    "centrality_open",
    "firmness_open",
    "mode_open",
    "disclosure_first",
    "to_tell",
    "go_together",
    "wanted_and_avoided",
    "most_and_none",
    "coached_and_not",
    "format_ruled_out",
    "start_not_before",
)

#: What is said in Slack alone.
SLACK_WORDING: tuple[str, ...] = (
    "choose_one",
    "choose_some",
    "done",
    "elsewhere",
    "here",
    "file",
    "thread",
    "huddle",
    "reaction",
    "too_long",
    "no_receipt",
    "erased_before",
    "not_an_answer",
    "edited",
    "deleted",
    "late",
    "erase",
)

#: Responses that the assistant cannot do without, beside those of the questions.
REQUIRED_WORDING: tuple[str, ...] = (
    "utter_welcome",
    "utter_declined",
    "utter_consent_first",
    "utter_bad_email",
    "utter_ask_pick_answer",
    "utter_why_pick_answer",
    "utter_earlier_answer",
    "utter_earlier_skipped",
    "utter_ask_new_answer",
    "utter_why_new_answer",
    "utter_kept",
    "utter_changed",
    "utter_taken_out",
    "utter_asked_more",
    "utter_ask_extra",
    "utter_why_extra",
    "utter_nothing_before",
    "utter_probe",
    "utter_say_more",
    "utter_enough",
    "utter_skipped",
    "utter_cannot_skip",
    "utter_please_choose",
    "utter_moved_on",
    "utter_ask_confirm_stop",
    "utter_why_confirm_stop",
    "utter_paused",
    "utter_erased",
    "utter_going_on",
    "utter_welcome_back",
    "utter_paused_still",
    "utter_not_used",
    "utter_ask_confirm_start_again",
    "utter_why_confirm_start_again",
    "utter_starting_again",
    "utter_sent",
    "utter_already_sent",
    "utter_reopened",
    "utter_trouble",
    "utter_needs_none",
    "utter_needs_which",
    "utter_need_taken_out",
    "utter_need_added",
    "utter_need_reworded",
    "utter_need_left_out",
    "utter_need_to_tell",
    "utter_at_most_three",
    "utter_none_of_these",
    "utter_crisis",
    "utter_crisis_unread",
    "utter_crisis_again",
    "utter_ask_after_crisis",
    "utter_why_after_crisis",
    *(f"utter_slack_{each}" for each in SLACK_WORDING),
    *(f"utter_{about}_{each}" for each in NEED_QUESTIONS for about in ("ask", "why")),
    *(f"utter_{aside}" for aside in ASIDES),
    *(f"utter_summary_{each}" for each in SUMMARY_WORDING),
)

#: Choices that the assistant acts on: they can be reworded, but not renamed or removed.
REQUIRED_CHOICES: Mapping[str, tuple[str, ...]] = {
    "utter_ask_consent": ("yes", "no"),
    "utter_ask_recap": ("send", "change", "pause"),
    "utter_ask_confirm_stop": ("go_on", "pause", "erase"),
    "utter_ask_confirm_start_again": ("start_again", "go_on"),
    "utter_ask_new_answer": ("keep", "take_out"),
    "utter_paused": ("go_on", "erase"),
    "utter_ask_needs": ("right", "add"),
    "utter_ask_disclosure": DISCLOSURE_CHOICES,
    "utter_ask_need_edit": ("take_out", "reword", "leave"),
    "utter_ask_need_choice": SENSITIVE_CHOICES,
    "utter_ask_need_centrality": CENTRALITY,
    "utter_ask_need_firmness": FIRMNESS,
    "utter_ask_need_mode": (*MODES, "unsure"),
    "utter_ask_after_crisis": ("go_on", "pause"),
    "utter_paused_still": ("go_on", "erase"),
    "utter_slack_edited": ("change", "leave"),
    "utter_slack_deleted": ("take_out", "leave"),
    "utter_slack_late": ("change", "answer", "leave"),
    "utter_slack_erase": ("erase", "leave"),
}

#: The places that these responses must keep, and that are filled in when they are said.
REQUIRED_PLACES: Mapping[str, tuple[str, ...]] = {
    "utter_ask_recap": ("recap_lines",),
    "utter_earlier_answer": ("earlier",),
    "utter_ask_new_answer": ("question",),
    "utter_ask_extra": ("question",),
    "utter_paused": ("receipt",),
    "utter_ask_disclosure": ("coach_name", "disclosures"),
    "utter_crisis": ("help_lines",),
    "utter_crisis_unread": ("help_lines",),
    "utter_crisis_again": ("help_lines",),
    **{
        f"utter_ask_{each}": ("quote",)
        for each in NEED_QUESTIONS
        if each not in (NEED_WORDS, NEEDS_MATTER)
    },
    "utter_sent": ("receipt",),
    "utter_slack_edited": ("title", "words"),
    "utter_slack_deleted": ("title",),
}

#: How Rasa finds the places to fill in (rasa.core.nlg.interpolator, Rasa 3.6).
_PLACE = re.compile(r"{([^\n{}]+?)}")

#: Rasa's interpolator raises on a brace that is left over.
_BRACE = re.compile(r"[{}]")

_PAYLOAD = re.compile(r"/choose(\{.*\})", re.DOTALL)
_CHOICE_ID = re.compile(r"[a-z0-9][a-z0-9_]*")

#: Slack refuses a button whose text is longer (its Block Kit reference, button element).
LONGEST_TITLE = 75

_VARIATION_KEYS = ("buttons", "channel", "condition", "custom", "image", "metadata", "id")


class Wording(msgspec.Struct, frozen=True):
    """The wording as read, with the line of each response for mistakes found later.

    ``file`` is its name in messages; ``slots`` and ``form`` are empty where it declares none.
    ``unread`` names the responses whose buttons have mistakes; they offer nothing here, so
    that one mistake is not told twice.
    """

    file: str
    responses: Mapping[str, tuple[Variation, ...]]
    lines: Mapping[str, int]
    slots: frozenset[str]
    form: frozenset[str]
    unread: frozenset[str]

    def offered(self, question: str) -> tuple[Choice, ...]:
        """The choices that the wording of the question with that id offers."""
        variations = self.responses.get(f"utter_ask_{question}", ())
        return variations[0].choices if variations else ()


def read_wording(path: Path, faults: list[Fault]) -> Wording | None:
    """The wording in the file at ``path``, or None where it has no readable responses."""
    sheet, top = open_sheet(path, faults, is_domain=True)
    if top is None:
        return None
    domain = top.entries()
    if "responses" not in domain:
        if top.type == "map":
            guess = closest("responses", domain)
            sheet.fault(
                domain[guess].key_line if guess else 1,
                "This file has no 'responses:'.",
                f"Rename '{guess}:' to 'responses:'." if guess else "Add the wording under it.",
            )
        return None
    slots = frozenset(domain["slots"].entries()) if "slots" in domain else frozenset()
    form = _form(domain)
    responses: dict[str, tuple[Variation, ...]] = {}
    lines: dict[str, int] = {}
    unread: set[str] = set()
    for name, value in domain["responses"].entries().items():
        lines[name] = value.key_line
        # A slot that the form asks for holds the record of an answer, which is no wording.
        variations = _variations(name, value, slots - form)
        if any(variation is None for variation in variations):
            unread.add(name)
        else:
            _check_choices(name, value, [each for each in variations if each is not None])
        read = [each for each in variations if each is not None]
        responses[name] = tuple(sorted(read, key=lambda each: each.channel is not None))
    for name in REQUIRED_WORDING:
        if name not in responses:
            guess = misspelt(name, [other for other in responses if other not in REQUIRED_WORDING])
            sheet.fault(
                lines[guess] if guess else domain["responses"].key_line,
                f"The wording '{name}' is missing.",
                f"Rename '{guess}' to '{name}'." if guess else "Add it under 'responses:'.",
            )
    return Wording(sheet.name, responses, lines, slots, form, frozenset(unread))


def misspelt(name: str, others: Iterable[str]) -> str | None:
    """The one of ``others`` that was most likely meant to be the response ``name``, or None."""
    kinds = ("utter_ask_", "utter_why_", "utter_help_", "utter_")
    kind = next((kind for kind in kinds if name.startswith(kind)), "")
    stems = {other.removeprefix(kind): other for other in others if other.startswith(kind)}
    stem = closest(name.removeprefix(kind), stems, likeness=0.8)
    return stems[stem] if stem is not None else None


def _form(domain: Mapping[str, Value]) -> frozenset[str]:
    if "forms" not in domain:
        return frozenset()
    asked: set[str] = set()
    for form in domain["forms"].entries().values():
        required = form.entries().get("required_slots")
        if required is not None:
            asked.update(required.texts())
    return frozenset(asked)


def _variations(name: str, value: Value, slots: frozenset[str]) -> list[Variation | None]:
    """The variations of a response, with None for one whose buttons have mistakes."""
    found: list[Variation | None] = []
    channels: set[str | None] = set()
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
        found.append(None if choices is None else Variation(text or "", choices, channel))
        if channel in channels and "condition" not in fields:
            item.fault(
                f"'{name}' is worded twice for the same channel.",
                "Keep one; else chance would decide between them.",
            )
        channels.add(channel)
    if items and None not in channels:
        value.fault(
            f"'{name}' has wording for some channels only.", "Add one '- text:' without a channel."
        )
    return found


def _check_choices(name: str, value: Value, variations: list[Variation]) -> None:
    offered = [[choice.id for choice in variation.choices] for variation in variations]
    for id_ in REQUIRED_CHOICES.get(name, ()):
        if not all(id_ in ids for ids in offered):
            value.sheet.fault(
                value.key_line,
                f"'{name}' no longer offers the choice '{id_}', which the assistant acts on.",
                "Put its button back; the title may say what you like.",
            )
    if name in REQUIRED_CHOICES:
        for id_ in {id_ for ids in offered for id_ in ids}.difference(REQUIRED_CHOICES[name]):
            value.sheet.fault(
                value.key_line,
                f"'{name}' offers the choice '{id_}', which nothing acts on.",
                choose_from(id_, REQUIRED_CHOICES[name]),
            )
    elif any(set(ids) != set(offered[0]) for ids in offered):
        value.sheet.fault(
            value.key_line,
            f"The buttons of '{name}' differ between its variations.",
            "Give every variation the same choice ids.",
        )


def _check_places(name: str, value: Value, text: str, slots: frozenset[str]) -> None:
    required = REQUIRED_PLACES.get(name, ())
    known = (*required, *sorted(slots))
    places = _PLACE.findall(text)
    for place in required:
        if place not in places and closest(place, places) is None:
            value.fault(
                f"'{name}' no longer has the place {{{place}}}.",
                "Put it back where the text should stand.",
            )
    for place in places:
        if place not in known:
            value.fault(
                f"'{name}' has a place {{{place}}} that nothing fills in.",
                choose_from(place, known),
            )
    if _BRACE.search(_PLACE.sub("", text)):
        value.fault(f"'{name}' has a stray brace.", "Write {name_of_a_slot}, or remove the brace.")


def _choices(name: str, value: Value) -> tuple[Choice, ...] | None:
    """What the buttons offer, or None where one of them has a mistake."""
    found: dict[str, Choice] = {}
    titles: set[str] = set()
    items = value.items()
    for item in items:
        fields = item.fields(("title", "payload"), named=f"a button of '{name}'")
        title = fields["title"].text(client_reads=True) if "title" in fields else None
        id_ = _choice_id(name, fields["payload"]) if "payload" in fields else None
        if title is not None and len(title) > LONGEST_TITLE:
            fields["title"].fault(
                f"A button of '{name}' has {len(title)} characters.",
                f"Slack shows no more than {LONGEST_TITLE}; shorten it.",
            )
        if title is not None and title.casefold() in titles:
            fields["title"].fault(f"Two buttons of '{name}' say the same.", "Reword one of them.")
        if id_ is not None and id_ in found:
            fields["payload"].fault(
                f"Two buttons of '{name}' have the choice '{id_}'.", "Give one another word."
            )
        if title is not None and id_ is not None and id_ not in found:
            titles.add(title.casefold())
            found[id_] = Choice(id_, title)
    if value.type == "seq" and not items:
        value.fault(f"The buttons of '{name}' are empty.", "Add a button, or remove the line.")
    return tuple(found.values()) if items and len(found) == len(items) else None


def _choice_id(name: str, value: Value) -> str | None:
    payload = value.text()
    if payload is None:
        return None
    shape = _PAYLOAD.fullmatch(payload)
    try:
        content = json.loads(shape.group(1)) if shape else None
    except (ValueError, RecursionError):
        content = None
    id_ = content.get("choice") if isinstance(content, dict) and len(content) == 1 else None
    if not isinstance(id_, str) or not _CHOICE_ID.fullmatch(id_):
        value.fault(
            f"A button of '{name}' has a payload that cannot be read.",
            """Write it as '/choose{"choice": "a_word"}', with the quotation marks.""",
        )
        return None
    return id_

"""practice/questions.yml: what is asked, in which order, and whether the wording fits it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import cast
from unicodedata import combining, normalize

import msgspec

from rightfit.practice.asked_more import is_extra
from rightfit.practice.coaches import title_of
from rightfit.practice.faults import Fault, choose_from, closest
from rightfit.practice.records import (
    KINDS,
    NEED_QUESTIONS,
    NEEDS,
    NO_PREFERENCE,
    Choice,
    Coach,
    Kind,
    Question,
    Section,
)
from rightfit.practice.sheet import Sheet, Value, open_sheet
from rightfit.practice.wording import Wording, misspelt
from rightfit.records import ASIDES

_ID = re.compile(r"[a-z][a-z0-9_]*")
_OPTIONAL = ("called", "may_skip", "ask", "at_most", "typed")

#: The questions that frame every intake, and that nobody may skip.
FIRST, LAST = "consent", "recap"

#: Ids whose wording, ``utter_ask_<id>``, is the assistant's own: the questions about the
#: interview itself, and the answers to what a client asks.
RESERVED = frozenset(
    (
        "confirm_stop",
        "confirm_start_again",
        "pick_answer",
        "new_answer",
        "after_crisis",
        "extra",
        *NEED_QUESTIONS,
        *(aside.removeprefix("ask_") for aside in ASIDES if aside.startswith("ask_")),
    )
)


class Questions(msgspec.Struct, frozen=True):
    """What questions.yml says, with the choices that the wording and the coaches give."""

    sections: tuple[Section, ...]
    asked: tuple[Question, ...]
    not_asked: tuple[Question, ...]


class _Placed(msgspec.Struct, frozen=True):
    question: Question
    ask: bool
    value: Value


def read_questions(
    path: Path, faults: list[Fault], wording: Wording | None, coaches: tuple[Coach, ...] | None
) -> Questions | None:
    """The questions in the file at ``path``, or None where it cannot be read at all.

    Where ``wording`` or ``coaches`` is None its own mistakes are noted elsewhere, and the
    questions are not held to it. With one coach there is nothing to choose, and a question
    of kind ``coach`` is not asked.
    """
    _, top = open_sheet(path, faults)
    if top is None:
        return None
    fields = top.fields(("sections", "questions"), named="this file")
    sections = _sections(fields["sections"]) if "sections" in fields else {}
    placed: dict[str, _Placed] = {}
    for value in fields["questions"].items() if "questions" in fields else ():
        found = _question(value, sections, wording, coaches)
        if found is None:
            continue
        id_ = found.question.id
        if id_ in placed:
            first = placed[id_].value.line
            value.fault(
                f"There are two questions '{id_}', the first on line {first}.",
                "Give one of them another id.",
            )
            continue
        placed[id_] = found
    if "questions" in fields:
        _check_frame(fields["questions"], list(placed.values()))
        _check_sections(sections, list(placed.values()), fields.get("sections"))
        _check_names(list(placed.values()))
    if wording is not None:
        _check_wording(list(placed.values()), Sheet(wording.file, faults), wording)
    return Questions(
        tuple(sections.values()),
        tuple(found.question for found in placed.values() if found.ask),
        tuple(found.question for found in placed.values() if not found.ask),
    )


def _id(fields: Mapping[str, Value], what: str) -> str | None:
    id_ = fields["id"].text() if "id" in fields else None
    if id_ is not None and not _ID.fullmatch(id_):
        fields["id"].fault(
            f"'{id_}' cannot be the id of {what}.",
            "Use small letters, digits and _ only, and start with a letter.",
        )
        return None
    return id_


def _sections(value: Value) -> dict[str, Section]:
    found: dict[str, Section] = {}
    for item in value.items():
        fields = item.fields(("id", "title"), named="a section")
        id_ = _id(fields, "a section")
        title = fields["title"].text(client_reads=True) if "title" in fields else None
        if id_ is None:
            continue
        if id_ in found:
            item.fault(f"There are two sections '{id_}'.", "Remove one of them.")
            continue
        found[id_] = Section(id_, title or "")
    return found


def _question(
    value: Value,
    sections: Mapping[str, Section],
    wording: Wording | None,
    coaches: tuple[Coach, ...] | None,
) -> _Placed | None:
    fields = value.fields(("id", "section", "kind", "title"), _OPTIONAL, named="a question")
    id_ = _id(fields, "a question")
    section = fields["section"].one_of(sections, "a section") if "section" in fields else None
    kind = fields["kind"].one_of(KINDS, "a kind of question") if "kind" in fields else None
    title = fields["title"].text(client_reads=True) if "title" in fields else None
    called = fields["called"].texts() if "called" in fields else ()
    may_skip = fields["may_skip"].truth() if "may_skip" in fields else True
    ask = fields["ask"].truth() if "ask" in fields else True
    choices = wording.offered(id_) if wording is not None and id_ is not None else ()
    if kind == "coach":
        choices = _coach_choices(choices, coaches) if coaches is not None else ()
    at_most = _at_most(fields, value, kind, choices)
    typed = _typed(fields, kind, choices)
    if kind == "coach" and coaches is not None:
        typed = _with_names(typed, coaches)
    if id_ is None:
        return None
    if id_ in RESERVED or is_extra(id_):
        fields["id"].fault(f"The id '{id_}' is taken by the assistant itself.", "Use another word.")
    if kind is not None and (kind == "needs") != (id_ == NEEDS):
        fields["kind"].fault(
            f"The question '{id_}' is of kind '{kind}'.",
            f"The question '{NEEDS}', and no other, is of kind 'needs'.",
        )
    if may_skip is False and id_ not in (FIRST, LAST):
        fields["may_skip"].fault(
            f"'{id_}' may not be skipped.",
            f"Only '{FIRST}' and '{LAST}' may insist; remove the line.",
        )
    question = Question(
        id=id_,
        section=section or "",
        kind=cast(Kind, kind or "short"),
        title=title or "",
        called=tuple(name.casefold() for name in called),
        may_skip=may_skip is not False,
        at_most=at_most,
        choices=choices,
        typed=typed,
    )
    nothing_to_choose = kind == "coach" and coaches is not None and len(coaches) < 2
    return _Placed(question, ask is not False and not nothing_to_choose, value)


def _coach_choices(worded: tuple[Choice, ...], coaches: tuple[Coach, ...]) -> tuple[Choice, ...]:
    nobody = {choice.id: choice for choice in worded}.get(
        NO_PREFERENCE, Choice(NO_PREFERENCE, "No preference")
    )
    return (*(Choice(coach.id, title_of(coach)) for coach in coaches), nobody)


def _with_names(
    typed: Mapping[str, tuple[str, ...]], coaches: tuple[Coach, ...]
) -> dict[str, tuple[str, ...]]:
    """Let clients type a coach's name, and the first name where only one coach bears it.

    Either also without its accents, which many keyboards lack.
    """
    first_names = Counter(coach.name.casefold().partition(" ")[0] for coach in coaches)
    found = dict(typed)
    for coach in coaches:
        name = coach.name.casefold()
        first = name.partition(" ")[0]
        names = (name, first) if first_names[first] == 1 else (name,)
        plain = tuple(_without_accents(each) for each in names)
        found[coach.id] = tuple(dict.fromkeys((*names, *plain, *found.get(coach.id, ()))))
    return found


def _without_accents(name: str) -> str:
    return "".join(letter for letter in normalize("NFKD", name) if not combining(letter))


def _at_most(
    fields: Mapping[str, Value], question: Value, kind: str | None, choices: tuple[Choice, ...]
) -> int | None:
    if "at_most" not in fields:
        if kind == "choices":
            question.fault(
                "A question of kind 'choices' has no 'at_most'.",
                "Add 'at_most: 3', or however many may be chosen.",
            )
        return None
    at_most = fields["at_most"].number(least=1)
    if kind is not None and kind != "choices":
        fields["at_most"].fault(
            f"'at_most' means nothing for a question of kind '{kind}'.",
            "Remove it, or make the kind 'choices'.",
        )
        return None
    if at_most is not None and choices and at_most > len(choices):
        fields["at_most"].fault(
            f"'at_most' is {at_most}, but there are {len(choices)} choices.",
            f"Use {len(choices)} or less.",
        )
    return at_most


def _typed(
    fields: Mapping[str, Value],
    kind: str | None,
    choices: tuple[Choice, ...],
) -> dict[str, tuple[str, ...]]:
    if "typed" not in fields:
        return {}
    if kind is not None and kind not in ("choice", "choices", "coach"):
        fields["typed"].fault(
            f"'typed' means nothing for a question of kind '{kind}'.",
            "Remove it; whatever the client types is the answer.",
        )
        return {}
    found: dict[str, tuple[str, ...]] = {}
    owner: dict[str, str] = {choice.title.casefold(): choice.id for choice in choices}
    for id_, value in fields["typed"].entries().items():
        known = [choice.id for choice in choices]
        if known and id_ not in known:
            value.sheet.fault(
                value.key_line,
                f"'typed' names a choice '{id_}' that is not offered.",
                choose_from(id_, known),
            )
        phrases = tuple(phrase.casefold() for phrase in value.texts())
        for phrase in phrases:
            if owner.setdefault(phrase, id_) != id_:
                value.fault(
                    f"'{phrase}' would mean both '{owner[phrase]}' and '{id_}'.",
                    "Remove it from one of the two.",
                )
        found[id_] = phrases
    return found


def _check_frame(value: Value, placed: list[_Placed]) -> None:
    if value.type != "seq":
        return
    for id_, place, where in ((FIRST, 0, "first"), (LAST, -1, "last")):
        found = next((each for each in placed if each.question.id == id_), None)
        if found is None:
            value.fault(f"The question '{id_}' is missing.", f"Put it back, as the {where} one.")
            continue
        if placed[place] is not found:
            found.value.fault(
                f"'{id_}' is not the {where} question.", f"Move it to be the {where}."
            )
        if found.question.may_skip:
            found.value.fault(f"'{id_}' may be skipped.", "Add 'may_skip: false' to it.")
        if not found.ask:
            found.value.fault(f"'{id_}' is not asked.", "Remove 'ask: false' from it.")


def _check_sections(
    sections: Mapping[str, Section], placed: list[_Placed], value: Value | None
) -> None:
    order = list(sections)
    furthest = -1
    for found in placed:
        section = found.question.section
        if section not in sections:
            continue
        if order.index(section) < furthest:
            found.value.fault(
                f"'{found.question.id}' belongs to the section '{section}', which is over "
                f"once '{order[furthest]}' has begun.",
                "Move the question up, or give it another section.",
            )
        furthest = max(furthest, order.index(section))
    used = {found.question.section for found in placed}
    for section in order:
        if section not in used and value is not None:
            value.fault(
                f"The section '{section}' has no question.",
                "Remove it, or give a question this section.",
            )


def _check_names(placed: list[_Placed]) -> None:
    owner: dict[str, str] = {}
    for found in placed:
        question = found.question
        for name in dict.fromkeys((*question.called, question.title.casefold())):
            first = owner.setdefault(name, question.id)
            if name and first != question.id:
                found.value.fault(
                    f"'{name}' would mean both '{first}' and '{question.id}'.",
                    "Call one of the two something else.",
                )


def _check_wording(placed: list[_Placed], sheet: Sheet, wording: Wording) -> None:
    wanted = {
        f"utter_{part}_{found.question.id}" for found in placed for part in ("ask", "why", "help")
    }
    spare = [name for name in wording.responses if name not in wanted]
    for found in placed:
        question = found.question
        for part, purpose in (("ask", "asks it"), ("why", "says why it is asked")):
            name = f"utter_{part}_{question.id}"
            if name not in wording.responses:
                guess = misspelt(name, spare)
                found.value.fault(
                    f"The question '{question.id}' has no wording that {purpose}.",
                    f"Rename '{guess}' to '{name}' in {wording.file}."
                    if guess
                    else f"Add '{name}:' under 'responses:' in {wording.file}.",
                )
        guess = misspelt(f"utter_help_{question.id}", spare)
        if guess is not None and f"utter_help_{question.id}" not in wording.responses:
            sheet.fault(
                wording.lines[guess],
                f"'{guess}' helps with no question.",
                f"Did you mean 'utter_help_{question.id}'?",
            )
        _check_buttons(found, sheet, wording)
        for known, place in ((wording.slots, "slots"), (wording.form, "required_slots")):
            if known and question.id not in known:
                guess = closest(question.id, known)
                found.value.fault(
                    f"The question '{question.id}' has no place under '{place}:' "
                    f"in {wording.file}.",
                    f"Did you mean '{guess}'?" if guess else "Add it there, as the how-to says.",
                )


def _check_buttons(found: _Placed, sheet: Sheet, wording: Wording) -> None:
    question = found.question
    ask = f"utter_ask_{question.id}"
    if ask not in wording.responses or ask in wording.unread or question.kind == "coach":
        return
    number = len(question.choices)
    if question.kind in ("choice", "choices") and number < 2:
        sheet.fault(
            wording.lines[ask],
            f"'{ask}' has {number or 'no'} button{'' if number == 1 else 's'}, "
            f"but '{question.id}' is a question with choices.",
            "Add 'buttons:' with at least two, or make the question's kind 'short'.",
        )
    elif question.kind not in ("choice", "choices", "needs") and number:
        found.value.fault(
            f"'{question.id}' is of kind '{question.kind}', but its wording has buttons.",
            "Make its kind 'choice', or remove the buttons.",
        )

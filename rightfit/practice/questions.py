"""practice/questions.yml: what is asked, in which order, and whether the wording fits it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import cast

import msgspec

from rightfit.practice.faults import Fault, closest
from rightfit.practice.records import (
    KINDS,
    NO_PREFERENCE,
    Choice,
    Coach,
    Kind,
    Question,
    Section,
)
from rightfit.practice.sheet import Sheet, Value, open_sheet
from rightfit.practice.wording import LONGEST_TITLE, Wording

_ID = re.compile(r"[a-z][a-z0-9_]*")
_OPTIONAL = ("called", "may_skip", "ask", "at_most", "typed")

#: The questions that frame every intake, and that nobody may skip.
FIRST, LAST = "consent", "recap"


class Questions(msgspec.Struct, frozen=True):
    """What questions.yml says, before the coaches are known."""

    sections: tuple[Section, ...]
    asked: tuple[Question, ...]
    not_asked: tuple[Question, ...]

    def offered(self, id: str) -> tuple[Choice, ...] | None:
        """The choices of the question ``id``, or None where there is no such question."""
        for question in (*self.asked, *self.not_asked):
            if question.id == id:
                return question.choices
        return None


class _Placed(msgspec.Struct, frozen=True):
    question: Question
    ask: bool
    value: Value


def read_questions(
    path: Path, faults: list[Fault], sheet_of_wording: Sheet, wording: Wording | None
) -> Questions | None:
    """The questions in the file at ``path``, or None where it cannot be read at all.

    Where ``wording`` is None its own mistakes are noted elsewhere, and nothing here
    depends on it.
    """
    _, top = open_sheet(path, faults)
    if top is None:
        return None
    fields = top.fields(("sections", "questions"), named="this file")
    sections = _sections(fields["sections"]) if "sections" in fields else {}
    placed: dict[str, _Placed] = {}
    for value in fields["questions"].items() if "questions" in fields else ():
        found = _question(value, sections, wording)
        if found is None:
            continue
        id = found.question.id
        if id in placed:
            first = placed[id].value.line
            value.fault(
                f"There are two questions '{id}', the first on line {first}.",
                "Give one of them another id.",
            )
            continue
        placed[id] = found
    if "questions" in fields:
        _check_frame(fields["questions"], list(placed.values()))
        _check_sections(sections, list(placed.values()), fields.get("sections"))
        _check_names(list(placed.values()))
    if wording is not None:
        for found in placed.values():
            _check_wording(found, sheet_of_wording, wording)
    return Questions(
        tuple(sections.values()),
        tuple(found.question for found in placed.values() if found.ask),
        tuple(found.question for found in placed.values() if not found.ask),
    )


def _id(fields: Mapping[str, Value], what: str) -> str | None:
    id = fields["id"].text() if "id" in fields else None
    if id is not None and not _ID.fullmatch(id):
        fields["id"].fault(
            f"'{id}' cannot be the id of {what}.",
            "Use small letters, digits and _ only, and start with a letter.",
        )
        return None
    return id


def _sections(value: Value) -> dict[str, Section]:
    found: dict[str, Section] = {}
    for item in value.items():
        fields = item.fields(("id", "title"), named="a section")
        id = _id(fields, "a section")
        title = fields["title"].text(client_reads=True) if "title" in fields else None
        if id is None:
            continue
        if id in found:
            item.fault(f"There are two sections '{id}'.", "Remove one of them.")
            continue
        found[id] = Section(id, title or "")
    return found


def _question(
    value: Value, sections: Mapping[str, Section], wording: Wording | None
) -> _Placed | None:
    fields = value.fields(("id", "section", "kind", "title"), _OPTIONAL, named="a question")
    id = _id(fields, "a question")
    section = fields["section"].one_of(sections, "a section") if "section" in fields else None
    kind = fields["kind"].one_of(KINDS, "a kind of question") if "kind" in fields else None
    title = fields["title"].text(client_reads=True) if "title" in fields else None
    called = fields["called"].texts() if "called" in fields else ()
    may_skip = fields["may_skip"].truth() if "may_skip" in fields else True
    ask = fields["ask"].truth() if "ask" in fields else True
    choices: tuple[Choice, ...] = ()
    if wording is not None and id is not None:
        variations = wording.responses.get(f"utter_ask_{id}", ())
        choices = variations[0].choices if variations else ()
    at_most = _at_most(fields, value, kind, choices)
    typed = _typed(fields, kind, choices, wording)
    if id is None:
        return None
    if may_skip is False and id not in (FIRST, LAST):
        fields["may_skip"].fault(
            f"'{id}' may not be skipped.",
            f"Only '{FIRST}' and '{LAST}' may insist; remove the line.",
        )
    question = Question(
        id=id,
        section=section or "",
        kind=cast(Kind, kind or "short"),
        title=title or "",
        called=tuple(name.casefold() for name in called),
        may_skip=may_skip is not False,
        at_most=at_most,
        choices=choices,
        typed=typed,
    )
    return _Placed(question, ask is not False, value)


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
    wording: Wording | None,
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
    for id, value in fields["typed"].entries().items():
        if kind != "coach" and wording is not None and choices:
            known = [choice.id for choice in choices]
            if id not in known:
                guess = closest(id, known)
                value.sheet.fault(
                    value.key_line,
                    f"'typed' names a choice '{id}' that the wording does not offer.",
                    f"Did you mean '{guess}'?" if guess else f"Offered are: {', '.join(known)}.",
                )
        phrases = tuple(phrase.casefold() for phrase in value.texts())
        for phrase in phrases:
            if owner.setdefault(phrase, id) != id:
                value.fault(
                    f"'{phrase}' would mean both '{owner[phrase]}' and '{id}'.",
                    "Remove it from one of the two.",
                )
        found[id] = phrases
    return found


def _check_frame(value: Value, placed: list[_Placed]) -> None:
    if value.type != "seq":
        return
    for id, place, where in ((FIRST, 0, "first"), (LAST, -1, "last")):
        found = next((each for each in placed if each.question.id == id), None)
        if found is None:
            value.fault(f"The question '{id}' is missing.", f"Put it back, as the {where} one.")
            continue
        if placed[place] is not found:
            found.value.fault(f"'{id}' is not the {where} question.", f"Move it to be the {where}.")
        if found.question.may_skip:
            found.value.fault(f"'{id}' may be skipped.", "Add 'may_skip: false' to it.")
        if not found.ask:
            found.value.fault(f"'{id}' is not asked.", "Remove 'ask: false' from it.")


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


def _check_wording(found: _Placed, sheet: Sheet, wording: Wording) -> None:
    question = found.question
    for name, purpose in (
        (f"utter_ask_{question.id}", "asks it"),
        (f"utter_why_{question.id}", "says why it is asked"),
    ):
        if name not in wording.responses:
            guess = closest(name, (other for other in wording.responses if other != name))
            close = guess if guess is not None and _nearly(name, guess) else None
            found.value.fault(
                f"The question '{question.id}' has no wording that {purpose}.",
                f"Rename '{close}' to '{name}' in {sheet.name}."
                if close
                else f"Add '{name}:' under 'responses:' in {sheet.name}.",
            )
    ask = f"utter_ask_{question.id}"
    if question.kind in ("choice", "choices") and ask in wording.responses:
        if len(question.choices) < 2:
            sheet.fault(
                wording.lines[ask],
                f"'{ask}' offers {len(question.choices)} buttons, but '{question.id}' is a choice.",
                "Add 'buttons:' with at least two, or make the question's kind 'short'.",
            )
    elif question.choices and question.kind != "coach":
        found.value.fault(
            f"'{question.id}' is of kind '{question.kind}', but its wording has buttons.",
            "Make its kind 'choice', or remove the buttons.",
        )
    for known, part in ((wording.slots, "slots"), (wording.form, "required_slots")):
        if known and question.id not in known:
            guess = closest(question.id, known)
            found.value.fault(
                f"The question '{question.id}' has no place under '{part}:' in {sheet.name}.",
                f"Did you mean '{guess}'?" if guess else "Add it there, as the how-to says.",
            )


def _nearly(name: str, guess: str) -> bool:
    return name.split("_")[1] == guess.split("_")[1] and abs(len(name) - len(guess)) <= 2


def with_coaches(questions: Questions, coaches: tuple[Coach, ...]) -> Questions:
    """The same questions, with the coaches as choices of a question of kind ``coach``.

    With one coach there is nothing to choose, and the question is not asked.
    """

    def offer(question: Question) -> Question:
        if question.kind != "coach":
            return question
        own = {choice.id: choice for choice in question.choices}
        nobody = own.get(NO_PREFERENCE, Choice(NO_PREFERENCE, "No preference"))
        named = tuple(Choice(coach.id, title_of(coach)) for coach in coaches)
        return msgspec.structs.replace(question, choices=(*named, nobody))

    asked = tuple(offer(each) for each in questions.asked)
    not_asked = tuple(offer(each) for each in questions.not_asked)
    if len(coaches) < 2:
        not_asked += tuple(each for each in asked if each.kind == "coach")
        asked = tuple(each for each in asked if each.kind != "coach")
    return Questions(questions.sections, asked, not_asked)


def title_of(coach: Coach) -> str:
    """What the button of a coach says, at most :data:`LONGEST_TITLE` characters."""
    return f"{coach.name}: {coach.about}"[:LONGEST_TITLE]

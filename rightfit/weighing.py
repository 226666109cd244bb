"""Which needs a client stands by, and what is asked about each. Pure.

Stage 7 of the interview (design, section 3): the client reads what was heard, takes out,
rewords and adds, names up to three that matter most, and says of each how central and how
firm it is. Nothing of that is ever inferred.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from rightfit.practice import (
    NEED_CENTRALITY,
    NEED_CHOICE,
    NEED_FIRMNESS,
    NEED_MODE,
    NEED_WORDS,
    NEEDS,
    NEEDS_MATTER,
)
from rightfit.records import (
    SENSITIVE_CHOICES,
    THEMES,
    Need,
    SensitiveChoice,
    Source,
    Stance,
    Strength,
)

#: How many needs a client may name as mattering most.
MOST = 3
#: What hides a need from the coach, in the client's own choice.
_HELD_BACK = ("leave_out", "tell_in_person")


class Noticed(msgspec.Struct, frozen=True):
    """One need as it was read in a text; ``text[start:end] == quote``."""

    theme: str
    stance: Stance
    strength: Strength
    mode: str | None
    quote: str
    start: int
    end: int


class Kept(msgspec.Struct, frozen=True, omit_defaults=True):
    """One need with what the client made of it.

    ``id`` is its choice on screen. ``asked`` names the questions that were put about it,
    answered or not.
    """

    id: str
    need: Need
    removed: bool = False
    asked: tuple[str, ...] = ()


class Weighing(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where the weighing of needs stands.

    ``editing`` is the need that is being changed; ``adding`` says that the words to come
    are a new one. ``weighed`` says that the client was asked which matter most.
    """

    needs: tuple[Kept, ...] = ()
    weighed: bool = False
    editing: str | None = None
    adding: bool = False
    numbered: int = 0


def weighing_of(held: Mapping[str, Any] | None) -> Weighing:
    """The state as a slot holds it."""
    return msgspec.convert(held or {}, Weighing)


def live(weighing: Weighing) -> tuple[Kept, ...]:
    """The needs that stand: not taken out, and not held back from the coach."""
    return tuple(
        kept
        for kept in weighing.needs
        if not kept.removed and kept.need.sensitive_choice not in _HELD_BACK
    )


def shown(weighing: Weighing) -> tuple[Kept, ...]:
    """The needs that stand, as a client sees them: words that say two things stand once."""
    seen: dict[tuple[str, str], Kept] = {}
    for kept in live(weighing):
        seen.setdefault((kept.need.question, kept.need.quote), kept)
    return tuple(seen.values())


def after_answer(
    weighing: Weighing, question: str, text: str, noticed: Sequence[Noticed]
) -> Weighing:
    """The state once ``text`` stands under ``question``.

    What the client decided about a need stays where the same words say the same. What is
    not for the coach stays so where the answer now says something else: its earlier version
    still says it.
    """
    mine = [
        kept
        for kept in weighing.needs
        if kept.need.question == question and kept.need.source == "volunteered"
    ]
    earlier = {_says(kept.need): kept for kept in mine}
    said = {_says(each): each for each in reversed(noticed)}
    needs, number = [], weighing.numbered
    for kept in weighing.needs:
        if kept not in mine:
            needs.append(kept)
        elif _hidden(kept) and _says(kept.need) not in said:
            needs.append(msgspec.structs.replace(kept, removed=True))
    for each in reversed(said.values()):
        known = earlier.get(_says(each))
        if known is not None:
            gone = known.removed and known.need.sensitive_choice not in _HELD_BACK
            moved = _with(known.need, start=each.start, end=each.end)
            needs.append(msgspec.structs.replace(known, need=moved, removed=gone))
            continue
        number += 1
        needs.append(Kept(f"n{number}", _need(each, question, "volunteered")))
    still = {kept.id for kept in needs if not kept.removed}
    editing = weighing.editing if weighing.editing in still else None
    return _renewed(weighing, needs, numbered=number, editing=editing)


def after_taking_out(weighing: Weighing, question: str) -> Weighing:
    """The state once nothing stands under ``question`` any more."""
    return after_answer(weighing, question, "", ())


def add(weighing: Weighing, words: str, noticed: Noticed) -> Weighing:
    """A need that the client adds in their own words."""
    number = weighing.numbered + 1
    kept = Kept(f"n{number}", _need(_whole(words, noticed), NEEDS, "asked"))
    return _renewed(weighing, [*weighing.needs, kept], numbered=number, adding=False, editing=None)


def remove(weighing: Weighing, id: str) -> Weighing:
    """The client does not stand by this need."""
    return _each(weighing, lambda kept: msgspec.structs.replace(kept, removed=True), {id})


def edit(weighing: Weighing, id: str | None) -> Weighing:
    """The client turns to one need, or away from it (null)."""
    return msgspec.structs.replace(weighing, editing=id, adding=False)


def await_words(weighing: Weighing) -> Weighing:
    """The next words are a need of the client's own."""
    return msgspec.structs.replace(weighing, editing=None, adding=True)


def reword(weighing: Weighing, words: str, noticed: Noticed) -> Weighing:
    """The client says in other words what is being changed.

    Where that is a sensitive matter, all that was heard of it gives way to the new words.
    """
    group = being_changed(weighing)
    if not group:
        return add(weighing, words, noticed)
    first = group[0]
    said = _with(
        _need(_whole(words, noticed), NEEDS, "edited"),
        theme=first.need.theme,
        mode=first.need.mode or noticed.mode if THEMES[first.need.theme].values else None,
        sensitive_choice=first.need.sensitive_choice,
    )
    replaced = {kept.id for kept in group}
    needs = []
    for kept in weighing.needs:
        needs.append(_replaced(kept) if kept.id in replaced else kept)
        if kept.id == first.id:
            asked = (*kept.asked, NEED_WORDS)
            needs.append(Kept(f"n{weighing.numbered + 1}", said, asked=asked))
    return _renewed(weighing, needs, numbered=weighing.numbered + 1, editing=None)


def being_changed(weighing: Weighing) -> tuple[Kept, ...]:
    """The needs that the next words stand for: one, or all of a sensitive matter."""
    if weighing.editing is not None:
        ids = _with_twins(weighing, {weighing.editing})
        return tuple(kept for kept in weighing.needs if kept.id in ids and not kept.removed)
    return tuple(kept for kept in weighing.needs if _wants_words(kept))


def without_words(weighing: Weighing) -> Weighing:
    """The client finds no other words; a sensitive matter is then asked about once more."""
    group = {kept.id for kept in being_changed(weighing)} if weighing.editing is None else set()

    def undecided(kept: Kept) -> Kept:
        asked = tuple(each for each in kept.asked if each != NEED_CHOICE)
        need = _with(kept.need, sensitive_choice=None)
        return msgspec.structs.replace(kept, need=need, asked=asked)

    return edit(_each(weighing, undecided, group), None)


def pick(weighing: Weighing, ids: Sequence[str]) -> Weighing:
    """The client names the needs that matter most; the others are asked nothing more."""
    chosen = _with_twins(weighing, set(ids))
    marked = _each(
        weighing,
        lambda kept: msgspec.structs.replace(kept, need=_with(kept.need, picked=kept.id in chosen)),
        None,
    )
    return msgspec.structs.replace(marked, weighed=True)


def decide(weighing: Weighing, choice: SensitiveChoice | None) -> Weighing:
    """What the client wants done with the sensitive matter in question; null: as it was."""
    group = {kept.id for kept in in_question(weighing)}

    def decided(kept: Kept) -> Kept:
        asked = (*(each for each in kept.asked if each != NEED_WORDS), NEED_CHOICE)
        if choice is None:
            return msgspec.structs.replace(kept, asked=(*kept.asked, NEED_CHOICE))
        need = _with(kept.need, sensitive_choice=choice)
        return msgspec.structs.replace(kept, need=need, asked=asked)

    return _each(weighing, decided, group)


def rate(weighing: Weighing, about: str, value: int | str | None) -> Weighing:
    """What the client says of the need in question: its centrality, firmness or mode."""
    field = {NEED_CENTRALITY: "centrality", NEED_FIRMNESS: "firmness", NEED_MODE: "mode"}[about]
    group = {kept.id for kept in in_question(weighing)}

    def rated(kept: Kept) -> Kept:
        has = field != "mode" or THEMES[kept.need.theme].values
        need = _with(kept.need, **{field: value}) if has and value is not None else kept.need
        return msgspec.structs.replace(kept, need=need, asked=(*kept.asked, about))

    return _each(weighing, rated, group)


def reopened(weighing: Weighing) -> Weighing:
    """The state in which everything about the needs is asked once more.

    What is not for the coach stays so until the client says otherwise.
    """

    def afresh(kept: Kept) -> Kept:
        need = _with(kept.need, picked=False, centrality=None, firmness=None)
        if _wants_words(kept):
            need = _with(need, sensitive_choice=None)
        worded = (NEED_WORDS,) if need.sensitive_choice == "reword" else ()
        return msgspec.structs.replace(kept, need=need, asked=worded)

    return msgspec.structs.replace(
        _each(weighing, afresh, None), weighed=False, editing=None, adding=False
    )


def next_about_needs(weighing: Weighing) -> str | None:
    """What is asked next about the needs, once the client stands by the list."""
    if weighing.editing is None and being_changed(weighing):
        return NEED_WORDS
    if _unsettled(weighing):
        return NEED_CHOICE
    if not weighing.weighed:
        return NEEDS_MATTER if live(weighing) else None
    for kept in live(weighing):
        about = _not_asked(kept)
        if about:
            return about
    return None


def in_question(weighing: Weighing) -> tuple[Kept, ...]:
    """The needs that the question on screen is about."""
    changing = being_changed(weighing)
    if changing:
        return changing
    unsettled = _unsettled(weighing)
    if unsettled:
        return unsettled
    return next(((kept,) for kept in live(weighing) if _not_asked(kept)), ())


def quoted(needs: Sequence[Kept]) -> str:
    """The words of some needs, as they are shown in a question."""
    return " … ".join(dict.fromkeys(f"“{kept.need.quote}”" for kept in needs))


def own_words(weighing: Weighing) -> str | None:
    """What the client added and reworded, a line each: the text under ``needs``."""
    lines = [
        kept.need.quote
        for kept in weighing.needs
        if not kept.removed and kept.need.question == NEEDS
    ]
    return "\n".join(lines) or None


def needs_of(weighing: Weighing) -> tuple[Need, ...]:
    """Every need that the client did not take out, with its place in its answer."""
    found, at = [], 0
    for kept in weighing.needs:
        need = kept.need
        if kept.removed:
            continue
        if need.question == NEEDS:
            need = _with(need, start=at, end=at + len(need.quote))
            at = need.end + 1
        found.append(need)
    return tuple(found)


def held_back(weighing: Weighing) -> tuple[Need, ...]:
    """Sensitive needs whose words are not for the coach: reworded, left out, or to be told."""
    return tuple(kept.need for kept in weighing.needs if _hidden(kept))


def _hidden(kept: Kept) -> bool:
    choice = kept.need.sensitive_choice
    return choice in _HELD_BACK or (choice == "reword" and kept.removed)


def _wants_words(kept: Kept) -> bool:
    reworded = kept.need.sensitive_choice == "reword"
    return reworded and not kept.removed and NEED_WORDS not in kept.asked


def _replaced(kept: Kept) -> Kept:
    """A need that gave way to other words; a sensitive one is not for the coach any more."""
    if THEMES[kept.need.theme].sensitive:
        kept = msgspec.structs.replace(kept, need=_with(kept.need, sensitive_choice="reword"))
    return msgspec.structs.replace(kept, removed=True)


def _not_asked(kept: Kept) -> str | None:
    if not kept.need.picked:
        return None
    about = [NEED_CENTRALITY, NEED_FIRMNESS]
    if THEMES[kept.need.theme].values:
        about.append(NEED_MODE)
    return next((each for each in about if each not in kept.asked), None)


def _unsettled(weighing: Weighing) -> tuple[Kept, ...]:
    """The sensitive needs of one theme that the client has not been asked about."""
    waiting = [
        kept
        for kept in weighing.needs
        if not kept.removed and THEMES[kept.need.theme].sensitive and NEED_CHOICE not in kept.asked
    ]
    return tuple(kept for kept in waiting if kept.need.theme == waiting[0].need.theme)


def _says(each: Need | Noticed) -> tuple[str, str]:
    """By what a need is known again where an answer is changed."""
    return each.theme, each.quote


def _need(noticed: Noticed, question: str, source: Source) -> Need:
    return Need(**msgspec.structs.asdict(noticed), question=question, source=source)


def _whole(words: str, noticed: Noticed) -> Noticed:
    line = " ".join(words.split())
    return msgspec.structs.replace(noticed, quote=line, start=0, end=len(line))


def _with(need: Need, **fields: Any) -> Need:
    return msgspec.structs.replace(need, **fields)


def _renewed(weighing: Weighing, needs: Sequence[Kept], **fields: Any) -> Weighing:
    return msgspec.structs.replace(weighing, needs=tuple(needs), **fields)


def _each(weighing: Weighing, change: Callable[[Kept], Kept], ids: set[str] | None) -> Weighing:
    """The state with some needs, and others in the same words, changed; null: all that stand."""
    meant = ids if ids is None else _with_twins(weighing, ids)
    return _renewed(
        weighing,
        [
            change(kept) if not kept.removed and (meant is None or kept.id in meant) else kept
            for kept in weighing.needs
        ],
    )


def _with_twins(weighing: Weighing, ids: set[str]) -> set[str]:
    """The ids, and those of needs that were read in the very same words."""
    words = {(kept.need.question, kept.need.quote) for kept in weighing.needs if kept.id in ids}
    return {kept.id for kept in weighing.needs if (kept.need.question, kept.need.quote) in words}


assert set(_HELD_BACK) < set(SENSITIVE_CHOICES)

"""What an answer to a question about needs comes to. Pure.

Buttons and typed words lead to the same: "1 and 3", "the second one is a must", "take out
the first", or simply a need of the client's own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

import msgspec

from rightfit.practice import (
    CENTRALITY,
    FIRMNESS,
    NEED_CENTRALITY,
    NEED_CHOICE,
    NEED_EDIT,
    NEED_FIRMNESS,
    NEED_MODE,
    NEED_WORDS,
    NEEDS,
    NEEDS_MATTER,
    Choice,
)
from rightfit.records import Given, SensitiveChoice
from rightfit.typed_choices import numbers_in, plain_words
from rightfit.weighing import (
    MOST,
    Noticed,
    Weighing,
    add,
    await_words,
    being_changed,
    decide,
    edit,
    pick,
    rate,
    remove,
    reword,
    shown,
    without_words,
)

#: Choices of the list beside the needs themselves.
RIGHT, ADD, NONE_OF_THESE = "right", "add", "none_of_these"

_OUT = re.compile(
    r"\b(take out|takes? (it|that|this|them) out|remove|delete|drop|cross out|leave out|wrong"
    r"|not right|isn t right|not true|isn t true|incorrect|doesn t belong|does not belong"
    r"|didn t (say|mean)|did not (say|mean)|never said|not me|lose)\b|^not (the )?"
)
_MATTERS = re.compile(r"\b(must|matters?|most important|important|key|crucial|first|main|top)\b")
_PLACE = r"(first|second|third|fourth|fifth|last|\d{1,2})"
#: What may stand around such words and a place in the list, and is no need of its own.
_AROUND = frozenset(
    """
    a about absolute absolutely actually all also am an and are at be belong but by can clearly
    could deal definitely did didn do does doesn don down for from have i in is isn it item just
    line list ll maybe me mean most my need needs no not number of off ok on one ones only or
    other others out please point really s said say sorry t than that the them then these they
    thing things think this those to too very wants want was wasn we will would yes you
    """.split()  # noqa: SIM905 - as a list it would fill a page
)
#: A place in the list as what the sentence is about, and what is said of it right after.
_OF_A_PLACE = re.compile(
    rf"^((no|yes|sorry|please|i think|the|number) )*{_PLACE}( one)?(( and| the)* {_PLACE}( one)?)*"
    r" (is|isn|are|aren|was|wasn|matters?|doesn|does|must)\b(?! (that|to|a (?!must)|an|the) )"
)
_PLAIN_NO = re.compile(
    r"(no+|nope|nah|not quite|not really|not exactly|wrong|that s (not right|wrong)|that is (not "
    r"right|wrong)|it s wrong|not right|none of (it|them|these|that)|some(thing)? is (wrong|off))"
)
_ALL = re.compile(r"((i pick|pick|choose|take) )?(all|both|all of (them|these|it)|everything|each)")
#: What may stand before the words of a need that is named by some of them.
_BEFORE = re.compile(r"^((the|my|a|an|about|one)\b ?)+")
_NONE = re.compile(r"(none|no|nothing|neither|none of (them|these|it)|nothing in particular)")
_SAID_OF_CHOICE: dict[str, str] = {
    "leave_out": "utter_need_left_out",
    "tell_in_person": "utter_need_to_tell",
}
#: What leads up to a need that is added, and is no part of it.
_LEAD = re.compile(r"^((and|also|plus|add|please|oh)\b[ ,:]*)+", re.IGNORECASE)


class Weighed(msgspec.Struct, frozen=True):
    """What came of an answer: the state, what to say, what to put next.

    ``pending`` is a question that must come next, or null. ``settled`` says that the
    client stands by the list.
    """

    weighing: Weighing
    say: str | None = None
    pending: str | None = None
    settled: bool = False


def take_about_needs(
    weighing: Weighing,
    asked: str,
    given: Given,
    noticed: Sequence[Noticed] = (),
    outright: Noticed | None = None,
) -> Weighed:
    """Put what was given where it belongs.

    ``noticed`` are the needs that were read in the words; ``outright`` is what they would
    be if they are a need as a whole.
    """
    if asked == NEEDS:
        return _take_list(weighing, given, noticed, outright)
    if asked == NEED_EDIT:
        return _take_edit(weighing, given, outright)
    if asked == NEED_WORDS:
        return _take_words(weighing, given.text or "", noticed, outright)
    if asked == NEEDS_MATTER:
        return _take_pick(weighing, given)
    if given.kind != "chosen":
        return Weighed(weighing, "utter_please_choose")
    return _take_choice(weighing, asked, given.choices[0])


def is_about_the_list(asked: str | None, choices: Sequence[Choice], text: str) -> bool:
    """Whether typed words name needs on the list by their number, or all or none of them."""
    if asked not in (NEEDS, NEEDS_MATTER):
        return False
    plain = plain_words(text)
    listed = [choice for choice in choices if choice.id not in (RIGHT, ADD, NONE_OF_THESE)]
    if asked == NEEDS:
        return _said_of_places(plain, len(listed)) is not None
    named = bool(numbers_in(plain, len(listed)))
    return named or any(meant.fullmatch(plain) for meant in (_ALL, _NONE))


def needs_named(asked: str | None, choices: Sequence[Choice], text: str) -> tuple[str, ...]:
    """The needs of which a text says some of their words and nothing else: "pay and hours"."""
    if asked != NEEDS_MATTER:
        return ()
    named = []
    for part in re.split(r"[,;&+]|\band\b", text.casefold()):
        words = _BEFORE.sub("", plain_words(part))
        if not words:
            continue
        fits = [c.id for c in choices if f" {words} " in f" {plain_words(c.title)} "]
        if len(fits) != 1 or fits[0] == NONE_OF_THESE:
            return ()
        named.append(fits[0])
    return tuple(dict.fromkeys(named)) if len(named) <= MOST else ()


def _said_of_places(plain: str, of: int) -> tuple[Literal["out", "matters"], list[int]] | None:
    """What is said of which places in the list; null where a text says something of its own.

    "I must have my first day off" and "people come first" are needs, not words about them.
    """
    places = [place - 1 for place in numbers_in(plain, of)]
    out, matters = _OUT.search(plain), _MATTERS.search(plain)
    if not places or not (out or matters):
        return None
    rest = re.sub(_PLACE, "", _MATTERS.sub("", _OUT.sub("", plain)))
    if not _AROUND.issuperset(rest.split()) and not _OF_A_PLACE.match(plain):
        return None
    return ("out" if out else "matters"), places


def skip_about_needs(weighing: Weighing, asked: str) -> Weighed:
    """Leave the question out: nothing is guessed in its place."""
    if asked in (NEEDS, NEEDS_MATTER):
        return Weighed(pick(edit(weighing, None), ()), "utter_skipped")
    if asked == NEED_EDIT:
        return Weighed(edit(weighing, None), "utter_kept")
    if asked == NEED_WORDS:
        return Weighed(without_words(weighing), "utter_kept")
    if asked == NEED_CHOICE:
        return Weighed(decide(weighing, None), "utter_kept")
    return Weighed(rate(weighing, asked, None), "utter_skipped")


def _take_list(
    weighing: Weighing, given: Given, noticed: Sequence[Noticed], outright: Noticed | None
) -> Weighed:
    standing = [kept.id for kept in shown(weighing)]
    if given.kind == "chosen":
        choice = given.choices[0]
        if choice == ADD:
            return Weighed(await_words(weighing), pending=NEED_WORDS)
        if choice == RIGHT:
            return _settled(weighing, standing)
        return Weighed(edit(weighing, choice), pending=NEED_EDIT)
    plain = plain_words(given.text or "")
    said = _said_of_places(plain, len(standing))
    if said is not None:
        named = [standing[at] for at in said[1]]
        if said[0] == "out":
            for id in named:
                weighing = remove(weighing, id)
            return Weighed(edit(weighing, None), "utter_need_taken_out")
        if len(named) > MOST:
            return Weighed(weighing, "utter_at_most_three")
        # Whoever says which one is a must has read the list and stands by it.
        return Weighed(pick(edit(weighing, None), named), settled=True)
    if _PLAIN_NO.fullmatch(plain):
        if not standing:
            return _settled(weighing, standing)
        return Weighed(weighing, "utter_needs_which")
    return _added(weighing, given.text or "", noticed, outright)


def _settled(weighing: Weighing, standing: Sequence[str]) -> Weighed:
    agreed = edit(weighing, None)
    if len(standing) <= 1:
        # Of one, or of none, there is nothing to choose.
        agreed = pick(agreed, standing)
    return Weighed(agreed, settled=True)


def _take_edit(weighing: Weighing, given: Given, outright: Noticed | None) -> Weighed:
    choice = given.choices[0] if given.kind == "chosen" else None
    if choice == "take_out":
        taken_out = remove(weighing, str(weighing.editing))
        return Weighed(edit(taken_out, None), "utter_need_taken_out")
    if choice == "reword":
        return Weighed(weighing, pending=NEED_WORDS)
    if choice == "leave":
        return Weighed(edit(weighing, None), "utter_kept")
    if outright is None:
        return Weighed(weighing, "utter_please_choose", pending=NEED_EDIT)
    return Weighed(reword(weighing, given.text or "", outright), "utter_need_reworded")


def _take_words(
    weighing: Weighing, text: str, noticed: Sequence[Noticed], outright: Noticed | None
) -> Weighed:
    if outright is None or not text.strip():
        return Weighed(weighing, "utter_please_choose", pending=NEED_WORDS)
    if being_changed(weighing):
        return Weighed(reword(weighing, text, outright), "utter_need_reworded")
    return _added(weighing, text, noticed, outright)


def _added(
    weighing: Weighing, text: str, noticed: Sequence[Noticed], outright: Noticed | None
) -> Weighed:
    """The client's words as needs: each that was read in them, or all as one."""
    if outright is None:
        return Weighed(weighing, "utter_please_choose")
    if len(noticed) > 1:
        for each in noticed:
            weighing = add(weighing, each.quote, each)
    else:
        words = _LEAD.sub("", text.strip()) or text.strip()
        weighing = add(weighing, words, noticed[0] if noticed else outright)
    return Weighed(weighing, "utter_need_added")


def _take_pick(weighing: Weighing, given: Given) -> Weighed:
    standing = [kept.id for kept in shown(weighing)]
    if given.kind == "chosen":
        ids = [id for id in given.choices if id != NONE_OF_THESE]
        return Weighed(pick(weighing, ids))
    plain = plain_words(given.text or "")
    if _NONE.fullmatch(plain):
        return Weighed(pick(weighing, ()))
    ids = [standing[at - 1] for at in numbers_in(plain, len(standing))]
    if _ALL.fullmatch(plain):
        ids = standing
    if not ids:
        return Weighed(weighing, "utter_please_choose")
    if len(ids) > MOST:
        return Weighed(weighing, "utter_at_most_three")
    return Weighed(pick(weighing, ids))


def _take_choice(weighing: Weighing, asked: str, choice: str) -> Weighed:
    if asked == NEED_CHOICE:
        sensitive: SensitiveChoice = choice  # type: ignore[assignment]
        return Weighed(decide(weighing, sensitive), _SAID_OF_CHOICE.get(choice))
    if asked == NEED_CENTRALITY:
        return Weighed(rate(weighing, asked, CENTRALITY.index(choice)))
    if asked == NEED_FIRMNESS:
        return Weighed(rate(weighing, asked, FIRMNESS.index(choice)))
    return Weighed(rate(weighing, NEED_MODE, None if choice == "unsure" else choice))

"""Which of the choices on screen a typed text names. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from rightfit.practice import Choice

#: Words; a longer text says more than which choice it is.
LONGEST = 6
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "last": -1}
#: What may follow a bare number that names a place in a list.
_AFTER = frozenset(
    (
        *("and", "or", "is", "isn", "are", "was", "please", "too", "also", "most", "matter"),
        *("matters", "must"),
        *("first", "then", "with", "but", "not", "nothing"),
        *(str(number) for number in range(1, 100)),
    )
)
#: Words around a choice that take nothing from it, add nothing to it, and ask nothing.
_FILLERS = frozenset(
    """
    a absolutely all am an and any are as at be best both brilliant by certainly choose coach
    coaching cool course d definitely easier easiest either excellent fine for go good great
    guess have hm hmm i in is it just let like ll lovely m maybe me meet mostly my need nice
    obviously of ok okay on one option or perfect perhaps please possible prefer preferably
    probably rather re really s say so suits super sure take thank thanks that the them then
    think this to us ve via want we well will with wonderful works would yeah yep yes your
    """.split()  # noqa: SIM905 - as a list it would fill a page
)


def plain_words(text: str) -> str:
    """A text in small letters, without its punctuation."""
    return " ".join(re.sub(r"[^\w@+]+", " ", text.casefold().replace("’", "'")).split())


def _names(choices: Sequence[Choice], typed: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Every way to name a choice -> its id: the practice's other wordings, its id, its title."""
    return {
        name: choice.id
        for choice in choices
        for name in (
            *(plain_words(other) for other in typed.get(choice.id, ())),
            plain_words(choice.id.replace("_", " ")),
            plain_words(choice.title),
        )
    }


def name_choices(
    choices: Sequence[Choice],
    typed: Mapping[str, Sequence[str]],
    multiple: int | None,
    text: str,
) -> tuple[str, ...]:
    """The ids of the choices that a text names and says nothing beside; empty if none.

    Titles, ids, the practice's other wordings, numbers and ordinals count.
    """
    if not choices:
        return ()
    plain, names = plain_words(text), _names(choices, typed)
    if plain in names:
        return (names[plain],)
    numbered = _numbered(choices, plain)
    if numbered:
        return numbered if len(numbered) <= (multiple or 1) else ()
    if multiple:
        parts = [
            plain_words(part) for part in re.split(r",|;|/|\band\b|\bor\b|&|\+", text.casefold())
        ]
        found = tuple(dict.fromkeys(names[part] for part in parts if part in names))
        if all(part in names for part in parts if part) and len(found) <= multiple:
            return found
    return ()


def mention_choices(
    choices: Sequence[Choice],
    typed: Mapping[str, Sequence[str]],
    multiple: int | None,
    text: str,
) -> tuple[str, ...]:
    """The ids of the choices that a short text names with nothing of weight beside them.

    A text that says anything more ("not the phone", "phone, I hate video") is left to be
    read as words. Empty if unclear.
    """
    plain = plain_words(text)
    if len(plain.split()) > LONGEST:
        return ()
    found, rest = _inside(choices, typed, plain)
    # "Yes, delete it": what says more than yes counts.
    inside = {id_ for name, id_ in found if name not in _FILLERS} or {id_ for _, id_ in found}
    if set(rest.split()) <= _FILLERS and 0 < len(inside) <= (multiple or 1):
        return tuple(choice.id for choice in choices if choice.id in inside)
    return ()


def numbers_in(text: str, of: int) -> tuple[int, ...]:
    """The places in a list of ``of`` that a text names: "the second one is a must", "1 and 3".

    Each from 1 to ``of``, in the order in which they are named. A number that is out of the
    list, or counts something ("2 days at home"), names none.
    """
    words, found = plain_words(text).split(), []
    for at, word in enumerate(words):
        following = words[at + 1] if at + 1 < len(words) else None
        if word in _ORDINALS:
            place = _ORDINALS[word] if _ORDINALS[word] > 0 else of
        elif word.isdecimal() and len(word) < 3 and (following is None or following in _AFTER):
            place = int(word)
        else:
            continue
        if 1 <= place <= of and place not in found:
            found.append(place)
    return tuple(found)


def speaks_of_a_choice(
    choices: Sequence[Choice], typed: Mapping[str, Sequence[str]], text: str
) -> bool:
    """Whether a text has a choice in it, whatever it says of it."""
    return bool(_inside(choices, typed, plain_words(text))[0])


def _inside(
    choices: Sequence[Choice], typed: Mapping[str, Sequence[str]], plain: str
) -> tuple[list[tuple[str, str]], str]:
    """Every name of a choice in a text, with its id, and the text without them."""
    names, rest = _names(choices, typed), f" {plain} "
    found = []
    for name in sorted(names, key=len, reverse=True):
        if name and f" {name} " in rest:
            found.append((name, names[name]))
            rest = rest.replace(f" {name} ", " ")
    return found, rest


def _numbered(choices: Sequence[Choice], plain: str) -> tuple[str, ...]:
    words = [word for word in plain.split() if word not in {"and", "the", "one", "number", "nr"}]
    if not words or len(words) > len(choices):
        return ()
    found = []
    for word in words:
        at = int(word) if word.isdecimal() and len(word) < 3 else _ORDINALS.get(word, 0)
        if at == -1:
            at = len(choices)
        if not 1 <= at <= len(choices):
            return ()
        found.append(choices[at - 1].id)
    return tuple(dict.fromkeys(found))

"""The needs that matter most on a small map: how central each is, and how firm.

An SVG to be put into a page as it is. It has a name and a description for those who do not
see it, and tells lines from other needs by shape, not by colour.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from html import escape

import msgspec

from rightfit.practice import NEED_CENTRALITY, NEED_FIRMNESS, Practice
from rightfit.records import HIGHEST, SummaryNeed
from rightfit.summary.legible import legible
from rightfit.summary.lines import words_for

_CELL, _LEFT, _TOP = 38, 26, 10
_SIDE = _CELL * (HIGHEST + 1)
_WIDTH, _HEIGHT = _LEFT + _SIDE + 4, _TOP + _SIDE + 26
#: How many needs share a cell -> their places around its middle.
_AROUND = {1: ((0, 0),), 2: ((-9, -9), (9, 9)), 3: ((-10, -9), (10, -9), (0, 10))}


class Place(msgspec.Struct, frozen=True):
    """One need on the map, by its number in the list; null where something was not said."""

    number: int
    about: SummaryNeed
    centrality: int
    firmness: int


def places(needs: Sequence[SummaryNeed]) -> tuple[Place, ...]:
    """The needs that have a place: both were asked and answered."""
    return tuple(
        Place(number, each, each.need.centrality, each.need.firmness)
        for number, each in enumerate(needs, start=1)
        if each.need.centrality is not None and each.need.firmness is not None
    )


def need_map(
    practice: Practice,
    needs: Sequence[SummaryNeed],
    on_a_line: Collection[int] = (),
    *,
    id: str = "map",
) -> str | None:
    """The map as SVG; null where no need has a place on it.

    ``on_a_line`` are the numbers of the needs that meet a line of the coach who is reading;
    leave it out for anybody else. Styled by classes: the page brings the colours.
    """
    found = places(needs)
    if not found:
        return None
    name = ": ".join(words_for(practice, each) for each in ("central", "centrality"))
    name = f"{name} \u2192, {words_for(practice, 'firmness')} \u2191"
    cells: dict[tuple[int, int], list[Place]] = {}
    for place in found:
        cells.setdefault((place.centrality, place.firmness), []).append(place)
    marks = [
        _mark(place, aside, place.number in on_a_line)
        for sharing in cells.values()
        for place, aside in zip(sharing, _around(len(sharing)), strict=True)
    ]
    told = " ".join(_told(place, place.number in on_a_line) for place in found)
    return (
        f'<svg class="need-map" viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}"'
        f' height="{_HEIGHT}" role="img" aria-labelledby="{id}-name {id}-told">'
        f'<title id="{id}-name">{escape(name)}</title>'
        f'<desc id="{id}-told">{escape(told)}</desc>'
        f"{_grid()}{_axes(practice)}{''.join(marks)}</svg>"
    )


def _told(place: Place, meets: bool) -> str:
    quote = " ".join(legible(place.about.need.quote).split())
    line = " Meets a line of yours." if meets else ""
    return f"{place.number}, “{quote}”: {place.about.centrality}; {place.about.firmness}.{line}"


def _grid() -> str:
    """The cells; those that are central and firm at once are set off."""
    at = _CELL * 3
    lines = "".join(
        f'<path class="grid" d="M{_LEFT + n * _CELL} {_TOP}v{_SIDE}'
        f'M{_LEFT} {_TOP + n * _CELL}h{_SIDE}"/>'
        for n in range(HIGHEST + 2)
    )
    return (
        f'<rect class="both" x="{_LEFT + at}" y="{_TOP}" width="{_CELL * 2}"'
        f' height="{_CELL * 2}"/>{lines}'
    )


def _axes(practice: Practice) -> str:
    def ends(question: str) -> tuple[str, str]:
        choices = practice.wording[f"utter_ask_{question}"][0].choices
        return escape(choices[0].title), escape(choices[-1].title)

    (least, most), (bends, holds) = ends(NEED_CENTRALITY), ends(NEED_FIRMNESS)
    below, bottom = _TOP + _SIDE + 18, _TOP + _SIDE
    return (
        f'<text x="{_LEFT}" y="{below}">{least}</text>'
        f'<text x="{_LEFT + _SIDE}" y="{below}" text-anchor="end">{most} \u2192</text>'
        f'<text transform="translate(16 {bottom}) rotate(-90)">{bends}</text>'
        f'<text transform="translate(16 {_TOP}) rotate(-90)" text-anchor="end">'
        f"{holds} \u2192</text>"
    )


def _around(sharing: int) -> Sequence[tuple[int, int]]:
    """Up to three places; no client names more, and of others the last ones lie together."""
    known = _AROUND[min(sharing, 3)]
    return (*known, *(known[-1] for _ in range(sharing - len(known))))


def _mark(place: Place, aside: tuple[int, int], meets: bool) -> str:
    x = _LEFT + _CELL * place.centrality + _CELL // 2 + aside[0]
    y = _TOP + _CELL * (HIGHEST - place.firmness) + _CELL // 2 + aside[1]
    shape = (
        f'<path class="mark line" d="M{x} {y - 14}l14 14l-14 14l-14 -14z"/>'
        if meets
        else f'<circle class="mark" cx="{x}" cy="{y}" r="10"/>'
    )
    return f'{shape}<text class="number" x="{x}" y="{y + 5}">{place.number}</text>'

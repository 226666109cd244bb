"""Which sentences of a long answer are shown at once; the rest is one click away.

Chosen by what can be pointed at in them: needs that were heard, dates, wishes, reasons, and
words with which people mark what matters to them. Nothing is reworded or learnt. How well
that does beside reading all of it is measured by ``benchmarks/summary.py``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import msgspec

from rightfit.language.sentences import sentences
from rightfit.records import Need

Span = tuple[int, int]

#: An answer of so many characters is short enough to be read whole.
SHORT = 280
#: How many sentences of a longer one are shown.
MOST_SENTENCES = 3
#: A sentence without an end is shown in pieces of about so many characters.
LONGEST_PIECE = 240

_NUMBER = (
    r"(?:\d{1,3}|a|an|one|two|three|four|five|six|seven|eight|nine|ten|twelve|a few|a couple of)"
)
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|march|april|june|july|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_SEASON = r"(?:spring|summer|autumn|winter|christmas|easter|new year)"
#: Words about time that look ahead.
WHEN = re.compile(
    rf"\b(?:{_MONTH}|may \d|\d+(?:st|nd|rd|th)? of may|(?:by|in|until|before|since|from|of|this"
    rf"|next|end of) may\b(?! (?:be|have|not))|20[2-9]\d|deadline"
    rf"|(?:by|before|until|till|from|at) (?:the )?(?:end|middle|beginning|start|mid)\b"
    rf"|(?:by|before|until|till) (?:the |my |i am |i turn |i'm )?(?:{_SEASON}|then|\d|next|school"
    rf"|term|birthday|holidays|notice|contract|lease|birth|wedding|move|due)"
    rf"|(?:this|next|late|early|coming) (?:week|month|year|{_SEASON}|term|semester|quarter)"
    rf"|(?:in|within) (?:the next |about |another |less than |under )?{_NUMBER}"
    rf"(?: more| or \w+)? (?:days?|weeks?|months?|years?)(?! (?:in|at|as|of)\b)"
    rf"|{_NUMBER} (?:weeks?|months?|years?) (?:left|from now|to go)"
    rf"|as soon as|asap|right away|runs? out|ends? (?:in|on)|starts? (?:in|on)|expires?)\b",
    re.IGNORECASE,
)
#: Words that say what somebody wants, or will not have.
WISH = re.compile(
    r"\b(?:i (?:really |just |only |mainly |also |do |still )?(?:want|need|wish|hope|prefer|refuse)"
    r"|i(?:'d| would|’d) (?:really |much |so )?(?:like|love|rather|prefer|want)|i(?:'m| am|’m) "
    r"(?:looking|hoping|aiming|after)|my (?:goal|aim|dream|wish|hope|plan) |ideally|looking for"
    r"|(?:must|has to|have to|needs? to|should) (?:be|have|not|let|know|come|give|mean|leave|stay)"
    r"|must not|mustn.t|can(?:no|.)t (?:work|do|be|stand|have|go|live|take)|won.t|will not"
    r"|will never|never again|no more|not another|non.negotiable|deal.?breaker"
    r"|would be (?:nice|great|good|ideal|enough)"
    r"|no (?:night|open.plan|week.?end|over.?time|politics))\b",
    re.IGNORECASE,
)
#: Words that give a reason.
REASON = re.compile(
    r"\b(?:because|that(?:'s| is|’s) why|so that|the reason|which is why|otherwise)\b",
    re.IGNORECASE,
)
#: Words for what has set things moving.
MOVED = re.compile(
    r"\b(?:ever since|since (?:my|the|i|we|then|last)|right now|at the moment|these days|lately"
    r"|recently|last (?:week|month|year|spring|summer|autumn|winter)|made redundant|laid off|let go"
    r"|(?:was|were|been|got|being) (?:fired|closed|cut|sold)|closing|(?:just|have|has|had) (?:lost"
    r"|had|been told|turned|become|handed|given notice)|gave notice|notice period|divorce\w*"
    r"|pregnan\w+|baby|retire\w*|diagnos\w+|burn(?:ed|t)?.?out|i turn(?:ed)? \d+"
    r"|(?:contract|visa|lease|parental leave|funding|savings?) \w+)\b",
    re.IGNORECASE,
)
#: Words with which people say that this is the point.
POINT = re.compile(
    r"\b(?:most of all|above all|more than anything|the main thing|mainly|biggest|hardest|worst"
    r"|what i (?:really|actually|want|need|miss|fear)|the point is|the truth is|to be honest"
    r"|honestly|most important|matters? (?:most|to me|more)|the real|the problem|the trouble"
    r"|afraid|scared|dread|keeps? me|stops? me|holds? me|stuck|in short|the one thing"
    r"|first of all)\b",
    re.IGNORECASE,
)
#: How much each counts when sentences are compared; found on one half of the texts in
#: ``benchmarks/summary_texts/``, measured on the other.
_NEED, _PICKED, _MUST, _HEARD_BEFORE = 1.0, 12.0, 1.0, 0.5
_WHEN, _WISH, _REASON, _POINT, _FIRST = 3.0, 3.0, 1.5, 1.5, 0.5
_BARE, _ASKS = -2.0, -1.5

_BREAK = re.compile(r"[,:]\s+|\s+[\u2013\u2014-]\s+|\s+(?=(?:and|but|because|so|or|which)\s)")


class Told(msgspec.Struct, frozen=True):
    """The pieces of an answer that are shown at once, in its order.

    ``all`` says that nothing else stands in it.
    """

    spans: tuple[Span, ...]
    all: bool


class _Piece(msgspec.Struct, frozen=True):
    """One sentence, or a piece of one that does not end, with what stands in it."""

    span: Span
    first: bool
    needs: tuple[Need, ...]
    weight: float


def telling(text: str, needs: Sequence[Need] = ()) -> Told:
    """The most telling sentences of an answer; all of a short one.

    ``needs`` are those that were heard in it, with offsets in ``text``. The sentence of a
    need that the client named as mattering most is always among them.
    """
    found = pieces(text)
    whole = text.strip()
    if len(whole) <= SHORT:
        start = text.index(whole) if whole else 0
        return Told(((start, start + len(whole)),) if whole else (), all=True)
    waiting = [_piece(text, span, needs, first=at == 0) for at, span in enumerate(found)]
    taken: list[_Piece] = []
    heard: set[tuple[str, str]] = set()
    while waiting and len(taken) < MOST_SENTENCES:
        best = max(waiting, key=lambda piece: (_worth(piece, heard), -piece.span[0]))
        waiting.remove(best)
        taken.append(best)
        heard.update((need.theme, need.stance) for need in best.needs)
    spans = sorted(piece.span for piece in taken)
    return Told(_joined(text, spans), all=not waiting)


def pieces(text: str) -> list[Span]:
    """The sentences of a text; one that does not end, in pieces that can be read."""
    return [piece for span in sentences(text) for piece in _cut(text, span)]


def _cut(text: str, span: Span) -> Iterator[Span]:
    start, end = span
    while end - start > LONGEST_PIECE:
        window = text[start : start + LONGEST_PIECE]
        breaks = [match.end() for match in _BREAK.finditer(window) if match.end() > 60]
        at = breaks[-1] if breaks else window.rfind(" ") + 1
        cut = start + (at if at > 1 else LONGEST_PIECE)
        yield start, start + len(text[start:cut].rstrip())
        start = cut
    if text[start:end].strip():
        yield start, end


def _piece(text: str, span: Span, needs: Sequence[Need], *, first: bool) -> _Piece:
    start, end = span
    words = text[start:end]
    told = (
        (_WHEN, (WHEN,)),
        (_WISH, (WISH,)),
        (_REASON, (REASON, MOVED)),
        (_POINT, (POINT,)),
    )
    weight = sum(counts for counts, cues in told if any(cue.search(words) for cue in cues))
    weight += _FIRST if first else 0.0
    weight += _BARE if len(words.split()) < 4 else 0.0
    weight += _ASKS if words.rstrip().endswith("?") else 0.0
    inside = tuple(need for need in needs if start < need.end and need.start < end)
    return _Piece(span, first, inside, weight)


def _worth(piece: _Piece, heard: set[tuple[str, str]]) -> float:
    """What a piece adds to those that are taken: what was heard before counts for less."""
    worth = piece.weight
    for need in {(need.theme, need.stance): need for need in piece.needs}.values():
        worth += _NEED if (need.theme, need.stance) not in heard else _HEARD_BEFORE
        worth += _MUST if need.strength == "must" else 0.0
    return worth + (_PICKED if any(need.picked for need in piece.needs) else 0.0)


def _joined(text: str, spans: Sequence[Span]) -> tuple[Span, ...]:
    """Pieces that follow one another are one piece."""
    joined: list[Span] = []
    for start, end in spans:
        if joined and not text[joined[-1][1] : start].strip():
            joined[-1] = joined[-1][0], end
        else:
            joined.append((start, end))
    return tuple(joined)

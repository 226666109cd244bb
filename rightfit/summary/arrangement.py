"""What stands where in the summary that client and coach read (design, section 8).

Extractive: every line is said by the client, chosen from buttons, or found by a rule whose
wording is the practice's. Pure; the same intake gives the same page.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from rightfit.practice import DISCLOSURE, NEED_CHOICE, NEEDS, Practice, Question
from rightfit.practice.asked_more import is_extra, with_asked_more
from rightfit.records import (
    Answer,
    Given,
    Intake,
    Message,
    Need,
    Quoted,
    Summary,
    SummaryLine,
    SummaryNeed,
)
from rightfit.summary.contradictions import contradictions
from rightfit.summary.headline import headline
from rightfit.summary.lines import (
    by_rule,
    chosen_of,
    is_offered,
    needs_in_order,
    quoted,
    titles_chosen,
    words_for,
)
from rightfit.summary.telling import Told, pieces, telling
from rightfit.summary.to_ask import to_ask

_ABOUT_THE_INTERVIEW = ("consent", "recap")
_NAME, _GOALS = "name", "goals"
#: The question that gives a block its name -> the block. Other questions of the practice
#: stand with the one that is in the same section, or among the practical matters.
_BLOCKS: Mapping[str, str] = {
    _GOALS: "background",
    "experience": "background",
    "obstacles": "obstacles",
    "environment": "place",
    "expectations": "expectations",
    DISCLOSURE: "expectations",
}
_OTHERWISE = "wishes"
#: Where a coach's own questions stand, in their order, after what was told without asking.
_ASKED_MORE = "background"


class _Standing(msgspec.Struct, frozen=True):
    """One question with the answer in force under it."""

    id: str
    question: Question | None
    answer: Answer | None
    corrected: bool
    message: str | None

    @property
    def given(self) -> Given | None:
        return self.answer.given if self.answer else None

    @property
    def title(self) -> str | None:
        return self.question.title if self.question else None

    @property
    def turn(self) -> int | None:
        return self.answer.turn or None if self.answer else None


def summary_of(
    practice: Practice,
    intake: Intake,
    versions: Sequence[Answer] = (),
    transcript: Sequence[Message] = (),
) -> Summary:
    """The summary of one intake.

    ``versions`` and ``transcript``, the oldest first, tell which answers were corrected
    after the client had read the summary; without them none is marked.
    """
    practice = with_asked_more(practice, intake.asked_more)
    standing = _standing(practice, intake, versions, transcript)
    blocks: dict[str, list[SummaryLine]] = {}
    for each in standing.values():
        if each.id not in (*_ABOUT_THE_INTERVIEW, _NAME, _GOALS, NEEDS):
            line = _line(each, intake.needs)
            if line is not None:
                blocks.setdefault(_block(practice, each), []).append(line)
    needs = tuple(_need(practice, each, standing) for each in needs_in_order(intake.needs))
    central = tuple(each for each in needs if each.need.picked)
    at_odds = tuple(contradictions(practice, intake))
    name = standing.get(_NAME)
    return Summary(
        intake=intake.id,
        state=intake.state,
        name=_line(name, ()) if name else None,
        headline=_headline(standing.get(_GOALS), intake.needs),
        central=central,
        also=tuple(each for each in needs if not each.need.picked),
        place=tuple(blocks.get("place", ())),
        background=tuple(blocks.get("background", ())),
        obstacles=tuple(blocks.get("obstacles", ())),
        expectations=tuple(blocks.get("expectations", ())),
        left_open=tuple(_left_open(practice, standing)),
        contradictory=at_odds,
        to_ask=tuple(to_ask(practice, intake, needs, at_odds)),
        wishes=(*blocks.get(_OTHERWISE, ()), *_privacy(practice, intake, needs, standing)),
    )


def _standing(
    practice: Practice, intake: Intake, versions: Sequence[Answer], transcript: Sequence[Message]
) -> Mapping[str, _Standing]:
    """Every question that is asked or has an answer, in the order in which it is read."""
    known = {question.id: question for question in (*practice.questions, *practice.not_asked)}
    answers = {answer.question: answer for answer in intake.answers}
    asked = [question.id for question in practice.questions]
    corrected = _corrected(versions, transcript)
    said = {each.seq: each.text for each in transcript if each.author == "client"}
    return {
        id: _Standing(
            id,
            known.get(id),
            answers.get(id),
            id in corrected,
            said.get(answers[id].turn) if id in answers else None,
        )
        for id in (*asked, *(id for id in answers if id not in asked))
    }


def _corrected(versions: Sequence[Answer], transcript: Sequence[Message]) -> frozenset[str]:
    """The questions whose answer was changed after the client had read the summary."""
    read = next(
        (each.seq for each in transcript if each.question == "recap" and each.author != "client"),
        None,
    )
    if read is None:
        return frozenset()
    before = {answer.question for answer in versions if answer.turn < read}
    return frozenset(a.question for a in versions if a.turn > read and a.question in before)


def _block(practice: Practice, each: _Standing) -> str:
    if each.id in _BLOCKS:
        return _BLOCKS[each.id]
    if is_extra(each.id):
        return _ASKED_MORE
    section = each.question.section if each.question else None
    neighbours = {
        question.section: _BLOCKS[question.id]
        for question in practice.questions
        if question.id in _BLOCKS
    }
    return neighbours.get(section or "", _OTHERWISE)


def _line(each: _Standing, needs: Sequence[Need]) -> SummaryLine | None:
    """The line of one answer; null where nothing was said or chosen."""
    given, turn = each.given, each.turn
    if given is None or given.kind == "skipped":
        return None
    # A choice that is offered no longer has no title here, but the client saw one.
    offered = is_offered(each.question, given)
    words = titles_chosen(each.question, given) if offered or not each.message else each.message
    text = given.text or ""
    heard = [need for need in needs if need.question == each.id]
    told = telling(text, heard) if text else Told((), all=True)
    return SummaryLine(
        kind="chosen" if words else "said",
        question=each.id,
        title=each.title,
        turn=turn,
        words=words,
        quotes=tuple(Quoted(each.id, text[a:b], a, b, turn) for a, b in told.spans),
        whole=None if told.all else text,
        corrected=each.corrected,
    )


def _headline(goals: _Standing | None, needs: Sequence[Need]) -> tuple[SummaryLine, ...]:
    given = goals.given if goals else None
    if goals is None or given is None or given.kind == "skipped":
        return ()
    text = given.text
    if not text or given.choices:
        line = _line(goals, ())
        return (msgspec.structs.replace(line, parts=("goal",)),) if line else ()
    found = headline(text, [need for need in needs if need.question == goals.id])
    rest = len(pieces(text)) > len(found)
    return tuple(
        SummaryLine(
            kind="said",
            question=goals.id,
            title=goals.title,
            turn=goals.turn,
            quotes=(Quoted(goals.id, text[start:end], start, end, goals.turn),),
            whole=text if rest and at == 0 else None,
            parts=parts,
            corrected=goals.corrected,
        )
        for at, ((start, end), parts) in enumerate(found)
    )


def _need(practice: Practice, need: Need, standing: Mapping[str, _Standing]) -> SummaryNeed:
    said_at, weighed = standing.get(need.question), standing.get(NEEDS)
    centrality, firmness, mode = chosen_of(practice, need)
    return SummaryNeed(
        need=need,
        title=said_at.title if said_at else None,
        turn=said_at.turn if said_at else None,
        centrality=centrality,
        firmness=firmness,
        mode=mode,
        corrected=any(each is not None and each.corrected for each in (said_at, weighed)),
    )


def _left_open(practice: Practice, standing: Mapping[str, _Standing]) -> Iterator[SummaryLine]:
    """What was skipped, and what was not asked yet."""
    asked = {question.id for question in practice.questions}
    for each in standing.values():
        given = each.given
        if each.id in _ABOUT_THE_INTERVIEW or (given and given.kind != "skipped"):
            continue
        if given is not None:
            yield by_rule(practice, "skipped", each.id, each.title, each.turn)
        elif each.id in asked and each.id != DISCLOSURE:
            yield by_rule(practice, "not_asked", each.id, each.title, None)


def _privacy(
    practice: Practice,
    intake: Intake,
    needs: Sequence[SummaryNeed],
    standing: Mapping[str, _Standing],
) -> Iterator[SummaryLine]:
    """How the client wants sensitive matters treated, and what they agreed to."""
    offered = {c.id: c.title for c in practice.wording[f"utter_ask_{NEED_CHOICE}"][0].choices}
    for each in needs:
        choice = each.need.sensitive_choice
        if choice in offered:
            yield SummaryLine(
                kind="chosen",
                question=NEED_CHOICE,
                title=words_for(practice, "sensitive"),
                turn=each.turn,
                words=offered[choice],
                quotes=(quoted(each),),
            )
    if intake.to_tell:
        yield by_rule(practice, "to_tell")
    consent = standing.get("consent")
    line = _line(consent, ()) if consent else None
    if line:
        yield line

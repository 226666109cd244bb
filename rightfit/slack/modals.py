"""What a coach reads and fills in, in Slack's modals. Clients' words stand in quotes alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from rightfit.practice import Coach, Practice
from rightfit.practice.naming import THEME_NAMES
from rightfit.records import CoachLine, Flag, SummaryLine
from rightfit.review import in_words
from rightfit.review.decisions import can_reopen, open_decisions
from rightfit.review.events import BECAUSES, Decision, flag_key
from rightfit.review.letters import LONGEST_TEXT, Letter
from rightfit.slack.blocks import (
    BLOCKS_A_VIEW,
    INPUT,
    METADATA,
    TITLE,
    Block,
    actions,
    aside,
    button,
    clamped,
    divider,
    entry,
    heading,
    option,
    paragraphs,
    plain_text,
    quote,
    text_field,
)
from rightfit.slack.desk import Opened, verdict_on
from rightfit.summary.legible import legible
from rightfit.summary.reading_order import blocks, label, pairs, with_gaps

View = dict[str, Any]

#: The coach's answer to the question that comes before a referral.
IF_OPPOSITE: Mapping[str, str] = {
    "same": "Yes, I would decide the same",
    "not_sure": "I am not sure",
    "differently": "No, I would decide differently",
}
#: Blocks that are kept free at the foot of a long intake.
_FOOT = 6


class About(msgspec.Struct, frozen=True):
    """What a modal is about, as it travels with it: nothing that a client wrote.

    ``seen`` is how many entries of the log the coach had on screen.
    """

    intake: str
    seen: int = 0
    what: str = ""

    def packed(self) -> str:
        """As Slack keeps it with the modal."""
        return msgspec.json.encode(self).decode()[:METADATA]


def _view(
    callback: str, title: str, content: Sequence[Block], about: About | None, submit: str | None
) -> View:
    view: View = {
        "type": "modal",
        "callback_id": callback,
        "title": plain_text(title, TITLE),
        "close": plain_text("Close", TITLE),
        "blocks": list(content)[:BLOCKS_A_VIEW],
    }
    if about is not None:
        view["private_metadata"] = about.packed()
    if submit:
        view["submit"] = plain_text(submit, TITLE)
    return view


def told(title: str, *texts: str) -> View:
    """A modal that only says something."""
    return _view("told", title, [b for text in texts for b in paragraphs(text)], None, None)


# --- Reading ----------------------------------------------------------------------------------


def intake(practice: Practice, coach: Coach, opened: Opened, address: str | None) -> View:
    """The whole intake on one page, in the order of the coach's screen."""
    about = About(opened.id, len(opened.log))
    name = opened.report.name
    top: list[Block] = [heading(legible(name) if name else "No name given")]
    top.append(aside(in_words.where(opened.at) if opened.sent else "Not sent yet"))
    top.append(actions("about", _buttons(opened)))
    content = [*top, *_flags(coach, opened), divider(), *_summary(practice, opened)]
    if len(content) > BLOCKS_A_VIEW - _FOOT:
        content = content[: BLOCKS_A_VIEW - _FOOT]
        content.append(aside("There is more than Slack can show here. The rest is on the web."))
    if address:
        text = f"<{address}/coach/intakes/{opened.id}|Read it on the web>"
        content.append({"type": "section", "text": {"type": "mrkdwn", "text": text}})
    return _view("intake", "Intake", content, about, None)


def _buttons(opened: Opened) -> list[Block]:
    found = []
    if opened.sent:
        found += [
            button(in_words.DECISIONS[decision], f"form:{decision}", decision)
            for decision in in_words.DECISIONS
            if decision in open_decisions(opened.at)
        ]
        if can_reopen(opened.at):
            found.append(button("Open it again", "form:reopen"))
        found.append(button("Write to the client", "form:letter"))
    found.append(button("Add a note", "form:note"))
    return found


def _flags(coach: Coach, opened: Opened) -> list[Block]:
    if not opened.flags:
        return []
    found: list[Block] = [heading("Questions to you")]
    for flag in opened.flags:
        weighed = verdict_on(coach, flag, opened.log)
        found += paragraphs(f"{in_words.LEVELS[flag.level]}: {flag.says}")
        found += [quote(legible(said.quote)) for said in flag.client_said[:3]]
        line = flag.coach_line
        own = in_words.CANS[line.can] if isinstance(line, CoachLine) else line
        parts = [
            f"Your line: {own}" if own else "",
            f"It would be fine if: {flag.fine_if}" if flag.fine_if else "",
            f"To ask: {flag.ask}" if flag.ask else "",
        ]
        if weighed:
            verdict = "You upheld it" if weighed.verdict == "upheld" else "You set it aside"
            parts.append(f"{verdict}. {weighed.reason}".strip())
        found.append(aside(*[part for part in parts if part] or ["-"]))
        title = "Weigh it again" if weighed else "Weigh it"
        found.append(
            actions(f"flag|{flag_key(flag)}", [button(title, "form:weigh", flag_key(flag))])
        )
    return found


def _summary(practice: Practice, opened: Opened) -> list[Block]:
    found: list[Block] = []
    for part in blocks(practice, opened.summary):
        if part.heading:
            found.append(heading(part.heading))
        for about in part.needs:
            found.append(quote(legible(about.need.quote)))
            chosen = [f"{name}: {title}" for name, title in pairs(practice, about)]
            if chosen:
                found.append(aside(" · ".join(chosen)))
        for line in part.lines:
            found += _line(practice, line)
    return found


def _line(practice: Practice, line: SummaryLine) -> list[Block]:
    found: list[Block] = []
    head = label(practice, line)
    words = " ".join(each for each in (f"{head}:" if head else "", line.words or "") if each)
    if words:
        found += paragraphs(words)
    said = " ".join(legible(piece) for piece in with_gaps(line))
    if said:
        found.append(quote(said))
    return found


# --- Forms ------------------------------------------------------------------------------------


def decision(practice: Practice, coach: Coach, opened: Opened, decided: Decision) -> View:
    """The form of one decision: what it means, and what has to be said along with it."""
    about = About(opened.id, len(opened.log), decided)
    content: list[Block] = paragraphs(in_words.MEANS[decided])
    waiting = [flag for flag in opened.flags if verdict_on(coach, flag, opened.log) is None]
    if waiting:
        many = "One question" if len(waiting) == 1 else f"{len(waiting)} questions"
        content.append(aside(f"{many} about fit you have not weighed yet."))
    if decided == "refer":
        barred = practice.ethics_code == "aca_ncda"
        reasons = [each for each in BECAUSES if not (barred and each == "own_limit")]
        content.append(
            entry(
                "because",
                "What does it rest on? It is about your service, not about the client.",
                _radio("because", [(each, in_words.BECAUSES[each]) for each in reasons]),
            )
        )
        content.append(
            entry(
                "if_opposite",
                "Would you decide the same if the belief were the opposite?",
                _radio("if_opposite", list(IF_OPPOSITE.items())),
            )
        )
    content.append(
        entry(
            "reason",
            "Why? Only coaches read this.",
            text_field("reason"),
            optional=decided != "refer",
        )
    )
    return _view("decided", in_words.DECISIONS[decided], content, about, "Decide")


def choose(opened: Opened) -> View:
    """Which decision it is to be: what the card's button leads to."""
    about = About(opened.id, len(opened.log))
    content: list[Block] = []
    for each in open_decisions(opened.at):
        content += paragraphs(in_words.MEANS[each])
        title = in_words.DECISIONS[each]
        content.append(actions(f"choose|{each}", [button(title, f"form:{each}", each)]))
    if not content:
        content = paragraphs(f"{in_words.where(opened.at)}. Open the intake to go on.")
    return _view("choose", "Decide", content, about, None)


def reopen(opened: Opened) -> View:
    """The form with which a decision is opened again."""
    about = About(opened.id, len(opened.log))
    reason = entry("reason", "Why do you open it again?", text_field("reason"))
    return _view("reopened", "Open it again", [reason], about, "Open it again")


def weigh(opened: Opened, flag: Flag) -> View:
    """The form of one flag: uphold it, or set it aside with a reason."""
    about = About(opened.id, len(opened.log), flag_key(flag))
    choices = [("upheld", "It holds"), *_aside_for(flag), ("own", "I set it aside: see below")]
    content = [
        *paragraphs(flag.says),
        *[quote(legible(said.quote)) for said in flag.client_said[:3]],
        entry("verdict", "What do you make of it?", _radio("verdict", choices)),
        entry("reason", "In your own words", text_field("reason"), optional=True),
    ]
    return _view("weighed", "Weigh it", content, about, "Keep")


def _aside_for(flag: Flag) -> list[tuple[str, str]]:
    return [
        (str(number), f"Set aside: {reason}")
        for number, reason in enumerate(flag.override_reasons[:7])
    ]


def note(opened: Opened) -> View:
    """The form of a private note."""
    about = About(opened.id, len(opened.log))
    text = entry("reason", "Only coaches read this", text_field("reason"))
    return _view("noted", "Add a note", [text], about, "Keep")


def letter(practice: Practice, opened: Opened, draft: Letter, careful: Sequence[str] = ()) -> View:
    """A letter to the client, to be edited and sent."""
    about = About(opened.id, len(opened.log), draft.kind)
    content: list[Block] = [
        entry(
            "subject",
            "Subject",
            {
                "type": "plain_text_input",
                "action_id": "subject",
                "initial_value": clamped(draft.subject, 120),
                "max_length": 120,
            },
        ),
        entry(
            "text",
            "Letter",
            text_field("text", draft.text, most=min(INPUT, LONGEST_TEXT)),
            hint="The client reads it exactly as it stands here.",
        ),
    ]
    if careful:
        words = ", ".join(f"“{word}”" for word in careful)
        content.insert(0, aside(f"Please look again at {words}. Send it once more if it is meant."))
    return _view("letter" if not careful else "letter_meant", "Letter", content, about, "Send")


def themes_met(opened: Opened) -> tuple[str, ...]:
    """The themes at which a need meets a line of the coach who looks."""
    lines = [flag.coach_line for flag in opened.flags]
    met = dict.fromkeys(line.theme for line in lines if isinstance(line, CoachLine))
    return tuple(theme for theme in met if theme in THEME_NAMES)


def _radio(action: str, choices: Sequence[tuple[str, str]]) -> Block:
    return {
        "type": "radio_buttons",
        "action_id": action,
        "options": [option(title, value) for value, title in choices],
    }

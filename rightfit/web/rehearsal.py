"""The rehearsal room: made-up clients against the lines of the coach who looks, and no one else's.

Nothing is written here: a line that is tried stands in the address alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import msgspec
from aiohttp import web

from rightfit.fit.lines import meetings
from rightfit.fit.rehearsing import Met, NoSuchLine, drawn_at, line_to_try, rehearse, with_line
from rightfit.practice import CANS, REASONS, Can, Coach, Line, Practice, Reason, Rehearsed
from rightfit.practice.naming import MODE_NAMES, THEME_NAMES, line_named, need_named
from rightfit.records import MODES, THEMES, CoachLine, Flag
from rightfit.review.in_words import LEVELS
from rightfit.web.app_keys import PRACTICE
from rightfit.web.coach_frame import SIGNED_IN, render
from rightfit.web.intake_view import LOOKS

routes = web.RouteTableDef()

#: The made-up clients of the practice, as they were when the server started.
REHEARSED: web.AppKey[tuple[Rehearsed, ...]] = web.AppKey("rehearsed")

_CAN: Mapping[Can, str] = MappingProxyType(
    {
        "fully": "Fully",
        "after_telling": "After telling the client something",
        "with_supervision": "With supervision",
        "not_well": "Not well",
    }
)
_REASON: Mapping[Reason, str] = MappingProxyType(
    {
        "competence": "Competence: I do not know enough",
        "capacity": "Capacity: I have no room for it",
        "conflict": "Conflict: I have a stake",
        "own_limit": "Own limit: it is about me",
    }
)
_WRONG: Mapping[str, str] = MappingProxyType(
    {
        "theme": "Choose what the line is about.",
        "mode": "Only politics, faith, conscience and acceptance have kinds. Leave it at any kind.",
        "can": "Choose how you can serve it.",
        "reason": "Choose a reason.",
    }
)


class Form(msgspec.Struct, frozen=True):
    """What stands in the form; ``wrong`` says of a field what is the matter with it."""

    theme: str = ""
    mode: str = ""
    can: str = ""
    reason: str = "competence"
    wrong: Mapping[str, str] = MappingProxyType({})


class Tried(msgspec.Struct, frozen=True):
    """The line that is tried, beside what stands at its place now.

    ``goes_first`` are the coach's lines for one kind of the theme, where the tried one is
    for any kind. ``met`` says that some client needs what it is about. ``file`` is how it is
    written in coaches.yml; where it ``can_go``, leaving it out there says the same.
    """

    words: str
    before: str
    same: bool
    goes_first: tuple[str, ...]
    met: bool
    file: str
    can_go: bool
    has_note: bool


class FlagRead(msgspec.Struct, frozen=True):
    """A flag as its coach reads it; each quote with the title of its question.

    ``stays`` says that it is raised now and with the line that is tried; ``line_is`` what
    the line beside it is to the coach.
    """

    flag: Flag
    stays: bool
    level: str
    look: str
    line_is: str
    said: tuple[tuple[str, str | None], ...]
    line: str | None
    note: str | None


class ClientRead(msgspec.Struct, frozen=True):
    """One made-up client with the flags for both."""

    name: str
    about: str
    now: tuple[FlagRead, ...]
    tried: tuple[FlagRead, ...]


@routes.get("/coach/rehearsal")
async def show_rehearsal(request: web.Request) -> web.StreamResponse:
    """Who of the made-up clients is flagged, and what a line tried in the form would change."""
    me, practice, clients = request[SIGNED_IN].coach, request.app[PRACTICE], request.app[REHEARSED]
    asked = {name: request.query.get(name, "") for name in ("theme", "mode", "can", "reason")}
    line: Line | None = None
    wrong = {}
    # A link to the form names the place of a line, and tries nothing yet.
    if "can" in request.query or "reason" in request.query:
        try:
            line = line_to_try(me, **asked)
        except NoSuchLine as fault:
            wrong[fault.field] = _WRONG[fault.field]
    met = rehearse(practice, me, me if line is None else with_line(me, line), clients)
    changed = [one for one in met if line is not None and one.changes]
    rest = [one for one in met if one not in changed]
    return render(
        request,
        "rehearsal",
        status=422 if wrong else 200,
        clients=clients,
        lines=[(each, line_named(each)) for each in me.lines],
        form=_form(me, asked, line, wrong),
        themes=THEME_NAMES,
        modes=MODE_NAMES,
        cans=_CAN,
        reasons=_REASON,
        tried=None if line is None else _tried(me, line, clients),
        changed=[_client(practice, one, line) for one in changed],
        flagged=[_client(practice, one, line) for one in rest if one.now],
        calm=[one.client for one in rest if not one.now],
    )


def _form(
    coach: Coach, asked: Mapping[str, str], line: Line | None, wrong: Mapping[str, str]
) -> Form:
    """The form as it was sent; for the place of a line, with what the line says now."""
    theme = asked["theme"] if asked["theme"] in THEMES else ""
    mode = asked["mode"] if asked["mode"] in MODES else ""
    now = line or drawn_at(coach, theme, mode or None)
    can = asked["can"] or (now.can if now is not None else "")
    reason = asked["reason"] or (now.reason if now is not None else None) or ""
    return Form(
        theme,
        mode,
        can if can in CANS else "",
        reason if reason in REASONS else "competence",
        wrong,
    )


def _tried(coach: Coach, line: Line, clients: tuple[Rehearsed, ...]) -> Tried:
    now = drawn_at(coach, line.theme, line.mode)
    others = tuple(each for each in coach.lines if each.theme == line.theme and each != now)
    met = [each.line for one in clients for each in meetings(with_line(coach, line), one.intake)]
    return Tried(
        words=line_named(line),
        before=line_named(now) if now is not None else _without(coach, line),
        same=now is not None and line_named(now) == line_named(line),
        goes_first=tuple(line_named(each) for each in others) if line.mode is None else (),
        met=line in met,
        file=as_written(line),
        can_go=line.can == "fully" and not others,
        has_note=bool(line.note),
    )


def _without(coach: Coach, line: Line) -> str:
    """What holds where no line is drawn: that for any kind of the theme, or fully."""
    general = drawn_at(coach, line.theme, None)
    if general is not None and line.mode is not None:
        return line_named(msgspec.structs.replace(general, mode=line.mode))
    return f"{need_named(line.theme, line.mode)}: fully, for no line is drawn"


def as_written(line: Line) -> str:
    """A line as it stands below ``lines:`` in coaches.yml, without its note."""
    said = {"theme": line.theme, "mode": line.mode, "can": line.can}
    if line.can != "fully":
        said["reason"] = line.reason
    rows = [f"{field}: {word}" for field, word in said.items() if word]
    return "\n".join(f"{'- ' if at == 0 else '  '}{row}" for at, row in enumerate(rows))


def _client(practice: Practice, one: Met, tried: Line | None) -> ClientRead:
    return ClientRead(
        one.client.name,
        one.client.about,
        tuple(_flag(practice, flag, flag in one.tried, None) for flag in one.now),
        tuple(_flag(practice, flag, flag in one.now, tried) for flag in one.tried),
    )


def _flag(practice: Practice, flag: Flag, stays: bool, tried: Line | None) -> FlagRead:
    titles = {each.id: each.title for each in (*practice.questions, *practice.not_asked)}
    line = flag.coach_line
    place = (line.theme, line.mode) if isinstance(line, CoachLine) else None
    is_tried = tried is not None and place == (tried.theme, tried.mode)
    return FlagRead(
        flag=flag,
        stays=stays,
        level=LEVELS[flag.level],
        look=LOOKS[flag.level],
        line_is="The line you try" if is_tried else "What you have said",
        said=tuple((said.quote, titles.get(said.question or "")) for said in flag.client_said),
        line=line_named(line) if isinstance(line, CoachLine) else line,
        note=(line.note or None) if isinstance(line, CoachLine) else None,
    )

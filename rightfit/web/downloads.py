"""An intake to take along: the summary that the client has read, and nothing beside it."""

from __future__ import annotations

import asyncio
import logging
import re
import unicodedata
from urllib.parse import quote

import msgspec
from aiohttp import web

from rightfit.summary.as_markdown import as_markdown
from rightfit.summary.legible import as_name
from rightfit.web.app_keys import PRACTICE
from rightfit.web.as_pdf import NoFont, as_pdf
from rightfit.web.coach_frame import trouble
from rightfit.web.one_intake import Opened, no_such_intake, open_intake

routes = web.RouteTableDef()
_log = logging.getLogger(__name__)

_TYPES = {"md": "text/markdown", "json": "application/json", "pdf": "application/pdf"}


@routes.get("/coach/intakes/{id}/summary.{format:md|json|pdf}", name="download")
async def download(request: web.Request) -> web.StreamResponse:
    """The summary as a file. Flags, notes and decisions stay on the page."""
    opened = await open_intake(request)
    if opened is None:
        return no_such_intake(request)
    practice, format = request.app[PRACTICE], request.match_info["format"]
    if format == "md":
        body = as_markdown(practice, opened.summary).encode()
    elif format == "json":
        body = msgspec.json.format(msgspec.json.encode(opened.summary), indent=2) + b"\n"
    else:
        try:
            body = await asyncio.to_thread(as_pdf, practice, opened.summary)
        except NoFont as fault:
            _log.error("%s", fault)
            return trouble(
                request,
                503,
                "No PDF can be made here",
                "A font is missing on the server; whoever runs it finds in its log what to do."
                " Take the Markdown file, or print the page.",
            )
    return web.Response(
        body=body,
        content_type=_TYPES[format],
        charset=None if format == "pdf" else "utf-8",
        headers={"Content-Disposition": _disposition(opened, format)},
    )


def _disposition(opened: Opened, format: str) -> str:
    """A file name with the client's name in it: plain for old programs, whole for the others."""
    name = as_name(opened.report.name) or "intake"
    whole = re.sub(r'[\\/:*?"<>|\s]+', "-", name).strip("-.") or "intake"
    plain = unicodedata.normalize("NFKD", whole).encode("ascii", "ignore").decode() or "intake"
    whole = quote(whole, safe="")
    return f"attachment; filename=\"{plain}.{format}\"; filename*=UTF-8''{whole}.{format}"

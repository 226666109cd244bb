"""The summary on paper, as a PDF with its font in it: the same lines as on the page."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from fpdf import FPDF
from fpdf.enums import XPos, YPos
from fpdf.fonts import TTFFont

from rightfit.practice import Practice
from rightfit.records import Summary, SummaryLine, SummaryNeed
from rightfit.summary.legible import as_name, legible
from rightfit.summary.lines import words_for
from rightfit.summary.reading_order import GAP, Block, blocks, in_full, label, pairs, with_gaps
from rightfit.web.right_to_left import as_drawn, joined, runs_left

# It tells of each glyph that a font lacks, and the glyph is a client's.
logging.getLogger("fpdf").setLevel(logging.ERROR)
logging.getLogger("fontTools").setLevel(logging.ERROR)

_FONT = "DejaVu"
_MISSING = "\ufffd"
_BODY, _SMALL, _HEADING, _TITLE = 10.0, 8.5, 12.0, 17.0
_INDENT = 5.0
#: Millimetres for the titles of short facts.
_TITLES = 45.0
_SOME_MISSING = (
    "The font of this sheet has no letter for some of the characters; a mark stands in their"
    " place. They are on the page and in the Markdown file."
)


class NoFont(RuntimeError):
    """The font that is printed with is not there: place, fault, remedy."""


class _Sheet(FPDF):
    """A4, with the number of each page at its foot."""

    def __init__(self, title: str) -> None:
        super().__init__(format="A4")
        self.set_margins(20, 18)
        self.set_auto_page_break(True, margin=18)
        folder = fonts()
        self.add_font(_FONT, "", str(folder / "DejaVuSans.ttf"))
        self.add_font(_FONT, "B", str(folder / "DejaVuSans-Bold.ttf"))
        self.set_title(title)
        self.set_lang("en")
        font = self.fonts[_FONT.lower()]
        self.letters = frozenset(font.cmap) if isinstance(font, TTFFont) else frozenset[int]()
        self.lacks = False
        self.add_page()

    def footer(self) -> None:
        self.set_y(-13)
        self.set_font(_FONT, "", _SMALL)
        self.set_text_color(90)
        self.cell(0, 5, f"{self.page_no()} / {{nb}}", align="C")

    def write_words(
        self, text: str, size: float = _BODY, *, bold: bool = False, indent: float = 0.0,
        grey: bool = False, below: float = 0.0,
    ) -> None:  # fmt: skip
        """A paragraph; a quote stands in from the margin, behind a line."""
        shown = self._shown(text)
        self.set_font(_FONT, "B" if bold else "", size)
        self.set_text_color(90 if grey else 0)
        self.set_x(self.l_margin + indent)
        page, top = self.page, self.y
        self._draw(shown, size, indent)
        if indent:
            if self.page != page:
                top = self.t_margin
            self.set_draw_color(120)
            self.line(self.l_margin + 2, top, self.l_margin + 2, self.y)
        self.ln(below)

    def write_pair(self, title: str, value: str) -> None:
        """A short fact: its title on the left, what was given beside it."""
        if self.will_page_break(12):
            self.add_page()
        top, page = self.y, self.page
        self.set_font(_FONT, "B", _BODY)
        self.set_text_color(0)
        self._draw(self._shown(title), _BODY, 0.0, width=_TITLES)
        below_title = self.y
        self.set_xy(self.l_margin, top)
        self.set_font(_FONT, "", _BODY)
        self._draw(self._shown(value), _BODY, _TITLES + 3)
        self.set_xy(self.l_margin, self.y if self.page != page else max(self.y, below_title))
        self.ln(1)

    def _draw(self, text: str, size: float, indent: float, width: float = 0.0) -> None:
        """Lines of a width in millimetres; 0 is all that there is."""
        width = width or self.epw - indent
        for paragraph in text.split("\n"):
            from_right = runs_left(paragraph)
            lines = self.multi_cell(width, text=joined(paragraph), dry_run=True, output="LINES")
            for line in lines if isinstance(lines, list) else [paragraph]:
                self.set_x(self.l_margin + indent)
                self.cell(
                    width,
                    size * 0.5,
                    as_drawn(str(line), from_right=from_right),
                    align="R" if from_right else "L",
                    new_x=XPos.LMARGIN,
                    new_y=YPos.NEXT,
                )

    def _shown(self, text: str) -> str:
        shown = "".join(each if self._has(each) else _MISSING for each in text)
        self.lacks = self.lacks or shown != text
        return shown

    def _has(self, character: str) -> bool:
        return ord(character) in self.letters or character in "\n\t"


@cache
def fonts() -> Path:
    """The folder of the fonts that come with matplotlib, which Rasa needs.

    Raises:
        NoFont: they are not there.
    """
    found = find_spec("matplotlib")
    places = found.submodule_search_locations if found else None
    for place in places or ():
        folder = Path(place) / "mpl-data" / "fonts" / "ttf"
        if all((folder / name).is_file() for name in ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf")):
            return folder
    raise NoFont(
        "the package matplotlib: its DejaVu fonts are not there, so no PDF can be made."
        " Remedy: make run sets up what is missing. The Markdown file can be had meanwhile."
    )


def as_pdf(practice: Practice, summary: Summary) -> bytes:
    """The summary as A4 pages. Nothing in it opens, runs or is fetched.

    Raises:
        NoFont: the font is not installed.
    """
    name = as_name(summary.name.quotes[0].quote) if summary.name and summary.name.quotes else None
    sheet = _Sheet(name or "No name given")
    sheet.write_words(name or "No name given", _TITLE, bold=True, below=1)
    sheet.write_words(practice.name, _SMALL, grey=True, below=3)
    for block in blocks(practice, summary):
        _block(sheet, practice, block)
    whole = in_full(summary)
    if whole:
        _heading(sheet, "In full")
        for spoken in whole:
            sheet.write_words(spoken.title or "A question that is no longer asked", bold=True)
            sheet.write_words(legible(spoken.text), indent=_INDENT, below=2)
    if sheet.lacks:
        sheet.write_words(_SOME_MISSING, _SMALL, grey=True)
    return bytes(sheet.output())


def _heading(sheet: _Sheet, words: str) -> None:
    if sheet.will_page_break(20):
        sheet.add_page()
    sheet.ln(2)
    sheet.write_words(words, _HEADING, bold=True, below=1)


def _block(sheet: _Sheet, practice: Practice, block: Block) -> None:
    if block.heading:
        _heading(sheet, block.heading)
    if block.name == "central":
        for number, about in enumerate(block.needs, start=1):
            _need(sheet, practice, number, about)
    elif block.name == "also":
        for about in block.needs:
            sheet.write_words(f"“{_flat(about.need.quote)}”")
        sheet.ln(1)
    elif block.name == "left_open":
        for line in block.lines:
            sheet.write_words(f"{line.title or ''}: {line.words}")
        sheet.ln(1)
    elif block.name == "wishes":
        for line in block.lines:
            shown = [f"“{text}”" if indent else text for text, indent in _texts(line)]
            sheet.write_pair(line.title or "In person", " ".join(shown))
    else:
        for line in block.lines:
            _line(sheet, practice, line, block.heading)


def _need(sheet: _Sheet, practice: Practice, number: int, about: SummaryNeed) -> None:
    sheet.write_words(f"{number}  “{legible(about.need.quote)}”", indent=_INDENT)
    for what, title in pairs(practice, about):
        sheet.write_words(f"{what}: {title}")
    sheet.ln(1.5)


def _line(sheet: _Sheet, practice: Practice, line: SummaryLine, under: str | None) -> None:
    if line.kind == "by_rule":
        sheet.write_words(line.words or "")
        for quote in line.quotes:
            sheet.write_words(legible(quote.quote), indent=_INDENT)
        sheet.ln(1)
        return
    head = label(practice, line)
    if head and head != under:
        sheet.write_words(head, bold=True)
    for text, indent in _texts(line):
        sheet.write_words(text, indent=indent)
    if line.corrected:
        sheet.write_words(words_for(practice, "corrected"), _SMALL, grey=True)
    sheet.ln(1.5)


def _texts(line: SummaryLine) -> Iterator[tuple[str, float]]:
    if line.words:
        yield legible(line.words), 0.0
    pieces = [piece if piece == GAP else legible(piece) for piece in with_gaps(line)]
    if pieces:
        yield " ".join(pieces), _INDENT


def _flat(text: str) -> str:
    return " ".join(legible(text).split())

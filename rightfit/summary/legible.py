"""What a client wrote, as it can be shown: nothing hidden, nothing that breaks a page.

Escaping is the renderer's or the template's, direction the element's (``dir="auto"``
isolates it).
"""

from __future__ import annotations

import re
import unicodedata

_LINE_ENDS = re.compile("\r\n|[\r\u2028\u2029\u0085]")
#: C0 and DEL have pictures of their own; C1 controls and lone surrogates are replaced.
_PICTURES = {
    **{code: 0x2400 + code for code in range(0x20) if chr(code) not in "\n\t"},
    0x7F: 0x2421,
    **dict.fromkeys(range(0x80, 0xA0), 0xFFFD),
    **dict.fromkeys(range(0xD800, 0xE000), 0xFFFD),
}
#: They end an isolate or an embedding that the page opened; their openers would outlast the text.
_DIRECTING = re.compile("[\u202a-\u202e\u2066-\u2069]")


def legible(text: str) -> str:
    """Text with its line breaks, its control characters made visible or taken out."""
    return _DIRECTING.sub("", _LINE_ENDS.sub("\n", text)).translate(_PICTURES)


def as_name(text: str | None, longest: int = 60) -> str | None:
    """A name on one line, cut to a length at which it is one; null where none can be seen."""
    line = " ".join(legible(text or "").split())
    if not any(unicodedata.category(character)[0] in "LNPS" for character in line):
        return None
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"

"""Slack's own text as plain words, and plain words so that Slack takes them for nothing else."""

from __future__ import annotations

import re

#: What stands between angle brackets in a message that Slack delivers: a link, a mention.
_MARKED = re.compile(r"<([^<>\n]*)>")
_FOR_ALL = {"here": "@here", "channel": "@channel", "everyone": "@everyone"}


def plain(text: str) -> str:
    """What a client typed, as they see it: links as written, ``& < >`` as themselves.

    Slack escapes these three, and no others (its reference on formatting text).
    """
    words = _MARKED.sub(lambda found: _unmarked(found[1]), text)
    for escaped, sign in (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        words = words.replace(escaped, sign)
    return words.strip()


def _unmarked(marked: str) -> str:
    target, _, label = marked.partition("|")
    if target.startswith(("@U", "@W")):
        # Only an id is known of whom it names, and a coach can do nothing with that.
        return f"@{label}" if label else "@somebody"
    if target.startswith("#C"):
        return f"#{label}" if label else "#a channel"
    if target.startswith("!"):
        return _FOR_ALL.get(target[1:].split("^")[0], label or target)
    return label or target.removeprefix("mailto:").removeprefix("tel:")


def escaped(text: str) -> str:
    """Words for a place where Slack looks for marks: it finds no link and no mention in them."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

"""What a coach knows a device of theirs by."""

from __future__ import annotations

#: Words in a browser's own description -> its name; the first that fits counts, since most
#: call themselves by the names of others, too.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
)


def device_of(description: str) -> str:
    """Such as ``Firefox on Windows``, out of a User-Agent header; nothing finer is kept."""
    browser = _first(_BROWSERS, description) or "A browser"
    system = _first(_SYSTEMS, description)
    return f"{browser} on {system}" if system else browser


def _first(known: tuple[tuple[str, str], ...], description: str) -> str | None:
    return next((name for word, name in known if word in description), None)

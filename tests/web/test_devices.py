"""A coach knows their devices by browser and system, and nothing finer is kept."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rightfit.web.devices import device_of

WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)"
PHONE = "Mozilla/5.0 (Linux; Android 15; K) AppleWebKit/537.36 (KHTML, like Gecko)"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15"


@pytest.mark.parametrize(
    ("described", "known_by"),
    [
        (f"{WINDOWS} Chrome/130.0.0.0 Safari/537.36 Edg/130.0.0.0", "Edge on Windows"),
        (f"{WINDOWS} Chrome/130.0.0.0 Safari/537.36", "Chrome on Windows"),
        (f"{MAC} Version/18.1 Safari/605.1.15", "Safari on Mac"),
        (f"{PHONE} SamsungBrowser/26.0 Chrome/122.0 Safari/537.36", "Samsung Internet on Android"),
        (f"{IPHONE} CriOS/130.0 Mobile/15E148 Safari/604.1", "Chrome on iPhone"),
        (
            "Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0",
            "Firefox on Linux",
        ),
        ("curl/8.5.0", "A browser"),
        ("", "A browser"),
    ],
)
def test_a_device_is_known_by_browser_and_system(described: str, known_by: str) -> None:
    assert device_of(described) == known_by


@given(st.text(max_size=500))
def test_nothing_of_the_description_is_kept_as_it_was_sent(described: str) -> None:
    assert len(device_of(described)) <= 40
    assert device_of(described).isascii()

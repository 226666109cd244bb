"""One sentence model for all tests of this folder: it takes a second to load."""

from __future__ import annotations

import pytest

from rightfit.language.encoder import Encoder


@pytest.fixture(scope="session")
def encoder() -> Encoder:
    return Encoder.load()

"""Calls the command in the project's folder, as a user does."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from rightfit.cli import app

ROOT = Path(__file__).parents[2]


@pytest.fixture
def rightfit(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    monkeypatch.chdir(ROOT)

    def call(*words: str | Path, given: bytes = b"") -> Result:
        return CliRunner().invoke(app, [str(word) for word in words], input=given)

    return call

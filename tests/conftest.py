"""What every test may use."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

# Rasa 3.6 declares its tables in a way that SQLAlchemy 1.4 already warns about.
os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")

pytest_plugins = ("tests.databases", "tests.engines")

# A slow moment of a shared machine is not a failure, and CI must fail the same way twice.
settings.register_profile("here", deadline=None)
settings.register_profile(
    "ci", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("ci" if os.environ.get("CI") else "here")

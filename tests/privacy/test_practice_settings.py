"""What a lead decides is checked before it is kept, and read back as it was."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rightfit.privacy.keeping import kept_until
from rightfit.privacy.practice_settings import FIELDS, PracticeSettings, changes, checked, in_form

SETTINGS = st.builds(
    PracticeSettings,
    unfinished_days=st.integers(1, 3650),
    sent_days=st.integers(1, 3650),
    pause_hours=st.sampled_from([24, 48, 72, 168]),
    second_step_required=st.booleans(),
)


@given(SETTINGS)
def test_what_can_be_decided_can_be_written_and_read(settings: PracticeSettings) -> None:
    assert checked(in_form(settings)) == (settings, {})


@pytest.mark.parametrize("said", ["", "  ", "0", "-1", "1.5", "soon", "3651", "9" * 400, "\u0663"])
def test_what_cannot_be_is_named_with_a_remedy(said: str) -> None:
    _, wrong = checked(in_form(PracticeSettings()) | {"sent_days": said})
    assert list(wrong) == ["sent_days"]
    assert "number" in wrong["sent_days"]
    assert len(wrong["sent_days"]) < 120


def test_a_choice_is_one_of_those_that_there_are() -> None:
    for said in ("", "25", "A day", "024"):
        _, wrong = checked(in_form(PracticeSettings()) | {"pause_hours": said})
        assert wrong == {"pause_hours": "Choose one of: A day, Two days, Three days, A week."}


@given(st.dictionaries(st.sampled_from([field.name for field in FIELDS]), st.text()))
def test_any_form_gives_settings_or_what_is_wrong(form: dict[str, str]) -> None:
    settings, wrong = checked(form)
    assert wrong or checked(in_form(settings)) == (settings, {})


def test_every_setting_is_on_the_page_and_nothing_else() -> None:
    names = [field.name for field in FIELDS]
    assert sorted(names) == sorted(msgspec.structs.asdict(PracticeSettings()))
    assert all(field.means.endswith(".") for field in FIELDS)


def test_only_what_changed_is_named() -> None:
    after = PracticeSettings(sent_days=90, second_step_required=True)
    assert changes(PracticeSettings(), PracticeSettings()) == {}
    assert changes(PracticeSettings(), after) == {
        "sent_days": ("365", "90"),
        "second_step_required": ("", "yes"),
    }


def test_sent_intakes_and_unfinished_ones_are_kept_for_their_own_time() -> None:
    at = datetime(2026, 3, 13, tzinfo=timezone.utc)
    settings = PracticeSettings(unfinished_days=3, sent_days=9)
    assert kept_until(settings, was_sent=False, last_touched=at) == at + timedelta(days=3)
    assert kept_until(settings, was_sent=True, last_touched=at) == at + timedelta(days=9)

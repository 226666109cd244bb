"""What letters.yml and the new fields of coaches.yml may say, and which mistakes are named."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from rightfit.practice import CLIENT_STATUSES, HOOK_EVENTS, LETTER_KINDS, Webhook, load
from rightfit.practice import not_for_letters as not_for

ROOT = Path(__file__).parents[2]
OURS = load(ROOT / "practice", ROOT / "domain.yml")


def test_every_letter_and_status_is_read(small: Any) -> None:
    practice = small.load()

    assert tuple(practice.letters) == LETTER_KINDS
    assert practice.letters["refer"].text == "Hello {name}, this is refer."
    assert practice.statuses == {each: f"It stands at {each}." for each in CLIENT_STATUSES}


def test_our_letters_greet_the_client_and_are_signed_by_the_coach() -> None:
    for letter in OURS.letters.values():
        assert letter.text.startswith("Hello {name},\n\n"), letter.kind
        assert letter.text.endswith("Kind regards\n{coach}\n{practice}"), letter.kind


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("subject: About refer", "title: About refer", "unknown key 'title'"),
        ("  closed: It stands at closed.\n", "", "no 'closed'"),
        ("this is refer.", "this is {coah}.", "{coah} that nothing fills in. Did you mean"),
        ("stands at closed", "stands at {name}", "{name} that nothing fills in. Say it"),
        ("this is refer.", "this is {refer.", "stray brace"),
        ("this is refer.", "this is good!", "exclamation mark"),
        ("this is refer.", "our Faith differs.", "says 'Faith', which a letter"),
        ("this is refer.", "a flag was raised.", "says 'flag'"),
        ("subject: About refer", f"subject: {'long ' * 30}", "149 characters"),
    ],
)
def test_one_mistake_is_one_fault_with_its_line(small: Any, old: str, new: str, what: str) -> None:
    small.edit("letters", old, new)

    (fault,) = [fault for fault in small.check() if "no 'subject'" not in fault.what]
    assert what in f"{fault.what} {fault.remedy}"
    assert fault.file.endswith("letters.yml") and fault.line > 0


def test_a_practice_without_letters_does_not_load(small: Any) -> None:
    small.paths["letters"].unlink()

    assert [fault.what for fault in small.check()] == ["This file is missing."]


def test_what_a_letter_should_not_name_is_found_once_each() -> None:
    said = "Your politics, politics again, and my line. Our religious beliefs."

    assert not_for(said) == ("politics", "my line", "religious", "beliefs")
    assert not_for("My line manager and a deadline. The next steps are yours.") == ()


def test_a_coach_may_have_an_address_and_a_booking_link(small: Any) -> None:
    small.edit(
        "coaches",
        "    about: job search\n",
        "    about: job search\n    email: ada@test.example\n"
        "    booking_link: https://book.example/ada\n",
    )
    ada, bo = small.load().coaches

    assert (ada.email, ada.booking_link) == ("ada@test.example", "https://book.example/ada")
    assert (bo.email, bo.booking_link) == (None, None)


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("email: ada at home", "is not an e-mail address"),
        ("booking_link: http://book.example/ada", "is not a secure web address"),
        ('booking_link: "https://book.example/a b"', "is not a secure web address"),
    ],
)
def test_an_address_that_cannot_be_used_is_a_fault(small: Any, line: str, what: str) -> None:
    small.edit("coaches", "    about: job search\n", f"    about: job search\n    {line}\n")

    (fault,) = small.check()
    assert what in fault.what


def _with_hooks(small: Any, hooks: str) -> None:
    small.edit("coaches", "  ethics_code: icf\n", f"  ethics_code: icf\n  webhooks: {hooks}\n")


def test_webhooks_tell_everything_but_the_words_unless_told_otherwise(small: Any) -> None:
    _with_hooks(small, "[{url: 'https://a.example/x'}, {url: 'http://127.0.0.1:9/y', "
                       "events: [intake.sent], client_text: true}]")  # fmt: skip

    assert small.load().webhooks == (
        Webhook("https://a.example/x", HOOK_EVENTS, client_text=False),
        Webhook("http://127.0.0.1:9/y", ("intake.sent",), client_text=True),
    )


@pytest.mark.parametrize(
    ("hooks", "what"),
    [
        ("[{url: 'http://a.example/x'}]", "is not a secure web address"),
        ("[{url: 'https://a.example', events: [intake.send]}]", "'intake.send' is not an event"),
        ("[{url: 'https://a.example', client_text: maybe}]", "should be true or false"),
        ("[{url: 'https://a.example'}, {url: 'https://a.example'}]", "given twice"),
    ],
)
def test_a_webhook_that_cannot_be_used_is_a_fault(small: Any, hooks: str, what: str) -> None:
    _with_hooks(small, hooks)

    (fault,) = small.check()
    assert what in fault.what

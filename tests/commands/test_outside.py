"""What a server is told of the outside, and what is wrong with it in plain words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest
import typer

from rightfit.commands.outside import address_told, mail_server, webhook_secret
from rightfit.practice import Webhook, load

ROOT = Path(__file__).parents[2]
PRACTICE = load(ROOT / "practice", ROOT / "domain.yml")
HOOKED = msgspec.structs.replace(PRACTICE, webhooks=(Webhook("https://a.example"),))
TOLD: dict[str, Any] = {
    "host": "smtp.example.org",
    "port": 587,
    "tls": "starttls",
    "sender": "letters@example.org",
    "user": None,
    "password_file": None,
}


@pytest.fixture(autouse=True)
def nothing_told(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("RIGHTFIT_SMTP_PASSWORD", "RIGHTFIT_WEBHOOK_SECRET"):
        monkeypatch.delenv(name, raising=False)


def _ends(capsys: pytest.CaptureFixture[str], call: Any, *given: Any, **named: Any) -> str:
    with pytest.raises(typer.Exit) as ended:
        call(*given, **named)
    assert ended.value.exit_code == 2
    return capsys.readouterr().err


def test_no_host_is_no_mail_and_the_password_comes_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("open sesame\n")
    server = mail_server(**{**TOLD, "user": "letters", "password_file": file})

    assert mail_server(**{**TOLD, "host": None}) is None
    assert server and (server.user, server.password) == ("letters", "open sesame")
    assert "sesame" not in repr(server)


def test_the_password_may_stand_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RIGHTFIT_SMTP_PASSWORD", "open sesame")
    server = mail_server(**{**TOLD, "user": "letters"})

    assert server and server.password == "open sesame"


@pytest.mark.parametrize(
    ("told", "wrong"),
    [
        ({"tls": "ssl"}, "--smtp-tls: 'ssl' is no way to encrypt; choose one of starttls"),
        ({"sender": None}, "--smtp-sender: mail needs an address"),
        ({"sender": "letters"}, "--smtp-sender: mail needs an address"),
        ({"user": "letters"}, "--smtp-user: the account has no password"),
        ({"password_file": Path("/nowhere")}, "--smtp-password-file: /nowhere cannot be read"),
    ],
)
def test_what_is_wrong_with_mail_is_said(
    capsys: pytest.CaptureFixture[str], told: dict[str, Any], wrong: str
) -> None:
    assert wrong in _ends(capsys, mail_server, **{**TOLD, **told})


def test_a_password_does_not_travel_in_the_clear(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RIGHTFIT_SMTP_PASSWORD", "open sesame")
    told = {**TOLD, "user": "letters", "tls": "none"}

    assert "in the clear" in (said := _ends(capsys, mail_server, **told)) and "sesame" not in said
    assert mail_server(**{**told, "host": "127.0.0.1"}) is not None


def test_webhooks_need_a_secret_that_is_one(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert webhook_secret(PRACTICE, None) is None
    assert "no secret to sign them with" in _ends(capsys, webhook_secret, HOOKED, None)
    monkeypatch.setenv("RIGHTFIT_WEBHOOK_SECRET", "short")
    said = _ends(capsys, webhook_secret, HOOKED, None)
    assert "5 characters is soon guessed" in said and "short" not in said.replace("shortly", "")
    monkeypatch.setenv("RIGHTFIT_WEBHOOK_SECRET", "x" * 32)
    assert webhook_secret(HOOKED, None) == "x" * 32


def test_the_address_of_the_site_is_a_plain_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert address_told(None) is None
    assert address_told("https://intake.example.org/") == "https://intake.example.org"
    for wrong in ("intake.example.org", "https://a b", "ftp://x", "https://x/deep"):
        assert "--address:" in _ends(capsys, address_told, wrong)

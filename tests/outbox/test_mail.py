"""A letter goes out once, whatever a real mail server does, and the coach is told how it went."""

from __future__ import annotations

import asyncio

import pytest

from rightfit.outbox.mail import MailServer, Post
from rightfit.outbox.worker import DELAYS, GIVES_UP_AFTER, Worker
from rightfit.store import outbox
from rightfit.store.outbox import Outgoing
from tests.outbox.conftest import SENDER, House, Mailbox, mail_server

TEXT = "Hello Zoë,\n\nI would be glad to work with you.\n\nKind regards\nInés"


def letter(house: House, seq: int = 1, subject: str = "Let us talk") -> Outgoing:
    body = {
        "to": "zoe@example.org",
        "subject": subject,
        "text": TEXT,
        "from_name": "Inés, Slackwater",
        "reply_to": "ines@slackwater.example",
    }
    return Outgoing(f"letter:{seq}", house.intake, "mail", f"letter:{seq}", body)


async def test_a_letter_arrives_as_it_was_written(house: House) -> None:
    box = Mailbox()
    await house.puts(letter(house, subject="Über\r\nBcc: all@example.org"))
    async with mail_server(box) as server:
        assert await house.worker(server).work_off("mail") == 1
    (came,), (sending,) = box.came, await house.sendings()

    assert came.get_content().replace("\r\n", "\n").strip() == TEXT
    assert came["Subject"] == "Über Bcc: all@example.org" and came["Bcc"] is None
    assert came["From"] == f"Inés, Slackwater <{SENDER}>" or SENDER in str(came["From"])
    assert came["Reply-To"] == "ines@slackwater.example"
    assert came["Message-ID"] == f"<{sending.id}@slackwater.example>"
    assert came.get_content_type() == "text/plain"
    assert box.to == ["zoe@example.org"]
    assert (sending.state, sending.attempts, sending.fault) == ("sent", 1, None)


async def test_it_is_not_sent_twice(house: House) -> None:
    box = Mailbox()
    await house.puts(letter(house))
    assert not await house.puts(letter(house))
    async with mail_server(box) as server:
        worker, other = house.worker(server), house.worker(server)
        await asyncio.gather(worker.work_off("mail"), other.work_off("mail"))
        house.clock.advance(days=3)
        await worker.work_off("mail")

    assert len(box.came) == 1


async def test_a_refused_address_is_said_and_not_tried_again(house: House) -> None:
    box = Mailbox()
    box.answers["RCPT"] = "550 5.1.1 no such mailbox"
    await house.puts(letter(house))
    async with mail_server(box) as server:
        worker = house.worker(server)
        await worker.work_off("mail")
        house.clock.advance(days=1)
        assert await worker.work_off("mail") == 0
    (sending,) = await house.sendings()

    assert (sending.state, sending.fault) == ("refused", "The address was refused (550).")
    assert box.came == []


@pytest.mark.parametrize(
    ("command", "answer", "fault"),
    [
        ("RCPT", "451 greylisted", "The address is not taken at the moment (451)."),
        ("MAIL", "452 disk full", "The mail server refuses"),
        ("MAIL", "550 who are you", "The mail server refuses our sender (550)."),
        ("DATA", "451 later", "The mail server does not take mail now (451)."),
    ],
)
async def test_what_is_only_put_off_is_tried_again_and_arrives(
    house: House, command: str, answer: str, fault: str
) -> None:
    box = Mailbox()
    box.answers[command] = answer
    await house.puts(letter(house))
    async with mail_server(box) as server:
        worker = house.worker(server)
        await worker.work_off("mail")
        (sending,) = await house.sendings()
        assert sending.state == "waiting" and sending.due_at == house.clock() + DELAYS[0]
        assert sending.fault and (sending.fault == fault or command == "MAIL")
        assert await worker.work_off("mail") == 0, "not before it is due"
        box.answers.clear()
        house.clock.advance(minutes=1)
        assert await worker.work_off("mail") == 1
    (sending,) = await house.sendings()

    assert (sending.state, sending.attempts, len(box.came)) == ("sent", 2, 1)


async def test_a_server_that_is_down_is_asked_more_and_more_seldom_and_then_given_up(
    house: House,
) -> None:
    box = Mailbox()
    async with mail_server(box) as server:
        pass
    await house.puts(letter(house))
    worker, begun, waited = house.worker(server), house.clock(), []
    for _ in range(50):
        await worker.work_off("mail")
        (sending,) = await house.sendings()
        assert sending.fault == "The mail server could not be reached."
        if sending.state != "waiting":
            break
        waited.append(sending.due_at - house.clock())
        house.clock.now = sending.due_at

    assert sending.state == "given_up"
    assert tuple(waited[: len(DELAYS)]) == DELAYS
    assert house.clock() - begun >= GIVES_UP_AFTER


async def test_a_server_that_comes_back_gets_it(house: House) -> None:
    box = Mailbox()
    async with mail_server(box) as server:
        pass
    await house.puts(letter(house))
    await house.worker(server).work_off("mail")
    house.clock.advance(minutes=1)
    async with mail_server(box, port=server.port):
        await house.worker(server).work_off("mail")

    assert [each.state for each in await house.sendings()] == ["sent"]


async def test_a_broken_connection_while_handing_over_is_owned_up_to(house: House) -> None:
    box = Mailbox()
    box.breaks_off = True
    await house.puts(letter(house))
    async with mail_server(box) as server:
        worker = house.worker(server)
        await worker.work_off("mail")
        house.clock.advance(days=1)
        assert await worker.work_off("mail") == 0, "it may have arrived: never by itself"
    (sending,) = await house.sendings()

    assert sending.state == "unknown" and "broke" in str(sending.fault)
    assert len(box.came) == 1


async def test_killed_while_the_server_has_the_content_it_is_not_sent_again(house: House) -> None:
    box, taken = Mailbox(), asyncio.Event()

    async def hang() -> None:
        taken.set()
        await asyncio.Event().wait()

    box.on_content = hang
    await house.puts(letter(house))
    async with mail_server(box) as server:
        task = asyncio.create_task(house.worker(server).work_off("mail"))
        await taken.wait()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        box.on_content = None
        house.clock.advance(minutes=6)
        assert await house.worker(server).work_off("mail") == 0
    (sending,) = await house.sendings()

    assert (sending.state, len(box.came)) == ("unknown", 1)


async def test_killed_before_the_content_it_is_sent_by_whoever_comes_next(house: House) -> None:
    await house.puts(letter(house))
    async with house.database.writing() as transaction:
        now = house.clock()
        assert await outbox.claim(transaction, "mail", now, now)
    box = Mailbox()
    async with mail_server(box) as server:
        await house.worker(server).work_off("mail")

    assert [each.state for each in await house.sendings()] == ["sent"]
    assert len(box.came) == 1


async def test_a_password_goes_to_the_server_and_nowhere_else(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    box = Mailbox()
    await house.puts(letter(house))
    async with mail_server(box, password="open sesame") as plain:
        wrong = MailServer(plain.host, SENDER, plain.port, "none", "rightfit", "wrong one")
        right = MailServer(plain.host, SENDER, plain.port, "none", "rightfit", "open sesame")
        await house.worker(wrong).work_off("mail")
        (sending,) = await house.sendings()
        assert sending.fault == "The mail server did not take our password (535)."
        house.clock.advance(minutes=1)
        await house.worker(right).work_off("mail")

    assert [each.state for each in await house.sendings()] == ["sent"]
    for secret in ("open sesame", "wrong one"):
        assert secret not in repr(right) + repr(wrong)
    # The server of the test logs what it hears; ours is everybody else.
    ours = [record.getMessage() for record in caplog.records if record.name != "mail.log"]
    logged = "\n".join(ours)
    assert "zoe@" not in logged and "glad to work" not in logged and "sesame" not in logged


async def test_nothing_is_sent_in_the_clear_where_encryption_was_asked_for(house: House) -> None:
    box = Mailbox()
    await house.puts(letter(house))
    async with mail_server(box) as plain:
        server = MailServer(plain.host, SENDER, plain.port, "starttls")
        worker = Worker(house.database, house.clock, {"mail": Post(server, patience=5)})
        await worker.work_off("mail")

    assert [each.state for each in await house.sendings()] == ["waiting"]
    assert box.came == []

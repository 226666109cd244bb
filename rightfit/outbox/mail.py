"""Sends a letter through a mail server: plain text, to one person, tracking nothing."""

from __future__ import annotations

import asyncio
import ssl
from email.message import EmailMessage
from email.policy import SMTP as ON_THE_WIRE
from email.utils import format_datetime, formataddr
from typing import Literal

import aiosmtplib
import msgspec
from aiosmtplib import SMTP, SMTPException, SMTPResponseException

from rightfit.outbox.result import BeforeContent, Result
from rightfit.store.outbox import Claimed

#: Seconds for each step; RFC 5321 (4.5.3.2) allows minutes, and a coach is waiting to know.
_PATIENCE = 30.0

Tls = Literal["starttls", "tls", "none"]


class MailServer(msgspec.Struct, frozen=True, repr_omit_defaults=True):
    """Where mail is handed in, and from whom it comes.

    ``starttls`` asks for encryption after connecting and sends nothing without; ``tls`` is
    encrypted from the first byte; ``none`` is for a mail server on this machine.
    """

    host: str
    sender: str
    port: int = 587
    tls: Tls = "starttls"
    user: str | None = None
    password: str | None = None

    def __repr__(self) -> str:
        """Without the password: what is printed is often logged."""
        return f"MailServer({self.host}:{self.port}, {self.tls})"


class Mail(msgspec.Struct, frozen=True):
    """One message as it waits in the outbox."""

    to: str
    subject: str
    text: str
    from_name: str
    reply_to: str | None = None


class Post:
    """Hands mail to one server."""

    def __init__(self, server: MailServer, patience: float = _PATIENCE) -> None:
        self._server = server
        self._patience = patience

    async def send(self, claimed: Claimed, before_content: BeforeContent) -> Result:
        """Try once; the content goes out only after ``before_content`` has said yes."""
        mail = msgspec.convert(claimed.body, Mail)
        server = self._server
        client = SMTP(
            hostname=server.host,
            port=server.port,
            username=server.user,
            password=server.password,
            use_tls=server.tls == "tls",
            start_tls=server.tls == "starttls",
            timeout=self._patience,
        )
        try:
            refused = await self._announce(client, mail.to)
            if refused is not None:
                return refused
            if not await before_content():
                return Result("not_ours")
            return await self._content(client, message_of(mail, claimed, server.sender))
        finally:
            # Closed and not said goodbye to: that could hang, and changes nothing any more.
            client.close()

    async def _announce(self, client: SMTP, to: str) -> Result | None:
        """Connect and name sender and recipient; null where the server wants the content."""
        try:
            await client.connect()
            await client.mail(self._server.sender)
            await client.rcpt(to)
        except aiosmtplib.SMTPAuthenticationError as error:
            return Result("later", f"The mail server did not take our password ({error.code}).")
        except aiosmtplib.SMTPRecipientRefused as error:
            if error.code >= 500:
                return Result("refused", f"The address was refused ({error.code}).")
            return Result("later", f"The address is not taken at the moment ({error.code}).")
        except SMTPResponseException as error:
            if error.code >= 500 and isinstance(error, aiosmtplib.SMTPSenderRefused):
                return Result("later", f"The mail server refuses our sender ({error.code}).")
            return Result("later", f"The mail server does not take mail now ({error.code}).")
        except ssl.SSLError:
            return Result("later", "The connection to the mail server could not be secured.")
        except (SMTPException, OSError, asyncio.TimeoutError):
            return Result("later", "The mail server could not be reached.")
        except (ValueError, UnicodeError):
            return Result("refused", "The address cannot be written to.")
        return None

    async def _content(self, client: SMTP, message: EmailMessage) -> Result:
        try:
            await client.data(message.as_bytes(policy=ON_THE_WIRE))
        except SMTPResponseException as error:
            # An answer is an answer: it did not take the message.
            if error.code >= 500:
                return Result("refused", f"The mail server refused the letter ({error.code}).")
            return Result("later", f"The mail server does not take mail now ({error.code}).")
        except (SMTPException, OSError, asyncio.TimeoutError):
            return Result("unknown", "The connection broke while the letter was handed over.")
        return Result("sent")


def message_of(mail: Mail, claimed: Claimed, sender: str) -> EmailMessage:
    """The message as it goes out. The same thing has the same Message-ID, however often tried."""
    message = EmailMessage()
    message["From"] = formataddr((_line(mail.from_name), sender))
    message["To"] = mail.to
    if mail.reply_to:
        message["Reply-To"] = mail.reply_to
    message["Subject"] = _line(mail.subject)
    message["Date"] = format_datetime(claimed.made_at)
    message["Message-ID"] = f"<{claimed.id}@{sender.rpartition('@')[2]}>"
    # RFC 3834: no vacation notice is to answer this.
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text, charset="utf-8")
    return message


def _line(text: str) -> str:
    """What goes into a header: one line, whatever was typed."""
    return " ".join(text.split())

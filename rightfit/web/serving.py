"""Serves the application, or works in the background, until it is told to stop."""

from __future__ import annotations

import asyncio
import errno
import logging
import signal
from collections.abc import Callable
from datetime import timedelta

from aiohttp import web

from rightfit.engine.assembly import Engine, Settings, engine
from rightfit.engine.background import in_background
from rightfit.privacy.people import leads
from rightfit.store import people
from rightfit.web.app import make_app
from rightfit.web.links import new_link


class PortTaken(RuntimeError):
    """The address cannot be listened on: place, fault, remedy."""


async def serve_until_stopped(
    settings: Settings,
    host: str,
    port: int,
    say: Callable[[str], None],
    join: Callable[[web.Application, Engine], None] | None = None,
) -> None:
    """Serve until SIGINT or SIGTERM; says where the pages are once they are there.

    ``join`` lets another room into the application before it starts.

    Raises:
        PortTaken: another program listens there, or the address is not this machine's.
    """
    stop = _stopped()
    async with engine(settings) as parts:
        app = make_app(parts)
        if join is not None:
            join(app, parts)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=5)
        await runner.setup()
        try:
            await _listen(runner, host, port)
            heard = runner.addresses[0][1]
            address = f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{heard}"  # noqa: S104
            async with parts.database.reading() as transaction:
                everybody = await people.everybody(transaction, parts.practice)
            coach = leads(everybody)[0].coach
            link = await new_link(
                parts.database, coach.id, address, parts.clock(), timedelta(hours=24)
            )
            say(f"Client page: {address}/")
            say(f"Coach sign-in ({coach.name}, works once): {link}")
            if len(everybody) > 1:
                say("For another coach: rightfit coach link ID")
            await stop.wait()
        finally:
            await runner.cleanup()


async def work_until_stopped(settings: Settings, say: Callable[[str], None]) -> None:
    """Do what goes on beside answering until SIGINT or SIGTERM, and answer nobody."""
    stop = _stopped()
    async with (
        engine(settings) as parts,
        in_background(
            parts.reception,
            parts.database,
            parts.clock,
            parts.outbox,
            chores=[parts.clockwork.look],
        ),
    ):
        say("At work: waiting messages get their turn, mail is sent. Nothing is listened to.")
        await stop.wait()


def _stopped() -> asyncio.Event:
    """Set once the process is told to stop."""
    # Paths are not logged: a sign-in link is one.
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(message)s")
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)
    return stop


async def _listen(runner: web.AppRunner, host: str, port: int) -> None:
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError as error:
        why = (
            "is taken" if error.errno == errno.EADDRINUSE else f"cannot be used ({error.strerror})"
        )
        raise PortTaken(f"{host}:{port} {why}; choose another with --port") from None

"""An application served from a thread of its own, so that a browser can be driven beside it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import AbstractAsyncContextManager, contextmanager

from aiohttp import web


@contextmanager
def served(opening: Callable[[], AbstractAsyncContextManager[web.Application]]) -> Iterator[str]:
    """Open an application in the thread's own loop and serve it; its address, with a slash.

    Raises:
        Whatever the opening raises.
    """
    started: Future[tuple[str, Callable[[], object]]] = Future()

    async def serve() -> None:
        stop, loop = asyncio.Event(), asyncio.get_running_loop()
        async with opening() as application:
            runner = web.AppRunner(application, access_log=None, shutdown_timeout=1)
            await runner.setup()
            try:
                await web.TCPSite(runner, "127.0.0.1", 0).start()
                address = f"http://127.0.0.1:{runner.addresses[0][1]}/"
                started.set_result((address, lambda: loop.call_soon_threadsafe(stop.set)))
                await stop.wait()
            finally:
                await runner.cleanup()

    def run() -> None:
        try:
            asyncio.run(serve())
        except BaseException as error:
            if started.done():
                raise
            started.set_exception(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    address, stop = started.result()
    try:
        yield address
    finally:
        stop()
        thread.join()

"""A real Chromium, a real server, and a page of another origin."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.engines import PROJECT, unlimited
from tests.web.browser.client import Client
from tests.web.browser.served import served

CHROMIUM = "/usr/bin/chromium"
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


# Two cores shared with a server that plays turns: slow is not wrong.
expect.set_options(timeout=20_000)


@pytest.fixture(scope="session")
def site(trained: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The real application on an empty database, with nobody too fast for it; its address."""
    from rightfit.engine.assembly import Settings, engine
    from rightfit.web.app import make_app

    data = tmp_path_factory.mktemp("site")
    settings = Settings(PROJECT, PROJECT / "practice", data, limits=unlimited())

    @asynccontextmanager
    async def opening() -> AsyncIterator[web.Application]:
        async with engine(settings) as parts:
            yield make_app(parts)

    with served(opening) as address:
        yield address


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium. One a module: its event loop must not outlive the module's tests."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        yield browser
        browser.close()


@pytest.fixture
def device(chromium: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Makes a device of its own: nothing is shared with another one. Options as in Playwright."""
    made: list[BrowserContext] = []

    def make(**options: Any) -> BrowserContext:
        made.append(chromium.new_context(**{"reduced_motion": "reduce", **options}))
        return made[-1]

    yield make
    for context in made:
        context.close()


@pytest.fixture
def client(site: str, device: Callable[..., BrowserContext]) -> Client:
    """A client who has just opened the hosted page, on a desktop."""
    return Client(device().new_page()).opens(site)


@pytest.fixture
def accessible() -> Callable[[Page], None]:
    """Asserts that axe finds nothing to complain about on a page."""

    def check(page: Page) -> None:
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()

    return check


@pytest.fixture
def foreign_page(site: str) -> Iterator[Callable[[str], str]]:
    """Serves HTML from another origin than the site; gives its address."""
    html = ""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = html.encode() if self.path == "/" else b""
            self.send_response(200 if self.path == "/" else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()

    def serve(text: str) -> str:
        nonlocal html
        html = text
        return f"http://127.0.0.1:{server.server_address[1]}/"

    yield serve
    server.shutdown()
    thread.join()
    server.server_close()

"""Chromium on the live site. A page that logs an error or asks a foreign host for anything fails its test."""

import os
import shutil
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from craft_site.kit.published import wrap
from tests.browser.judge_hall import Wire, sign_in
from tests.browser.requests_in_hand import Counted

CHROMIUM = os.environ.get("CRAFT_CHROMIUM") or shutil.which("chromium") or ""
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# Playwright keeps an event loop in this thread, which Django takes for asynchronous code.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    if not CHROMIUM:
        pytest.fail("Chromium is missing: apt-get install chromium fonts-noto-cjk, or set CRAFT_CHROMIUM")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def live_server(live_server):
    """As in production, published results are answered before Django is entered."""
    httpd = live_server.thread.httpd
    httpd.set_app(wrap(httpd.get_app()))
    httpd.RequestHandlerClass = Counted
    return live_server


@pytest.fixture(autouse=True)
def all_answered(live_server, transactional_db) -> Iterator[None]:
    """A page that is closed leaves requests behind. They end before the database is emptied under them, or they
    hold it locked, or write into the next test.
    """
    yield
    Counted.wait_for_all(live_server.thread.httpd.server_address)


@pytest.fixture
def complaints() -> list[str]:
    """What the pages of this test complained of; a test that expects a complaint clears it."""
    return []


@pytest.fixture
def visit(chromium, live_server, complaints) -> Iterator[Callable[..., Page]]:
    """visit(user, width=1280): a page of a browser of its own, signed in as the user (None: a stranger)."""
    opened: list[BrowserContext] = []

    def start(user=None, *, width: int = 1280, language: str = "en") -> Page:
        context = chromium.new_context(
            base_url=live_server.url, viewport={"width": width, "height": 900}, locale="zh-CN"
        )
        opened.append(context)
        cookies = [{"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": live_server.url}]
        if user is not None:
            client = Client()
            client.force_login(user)
            key = client.cookies[settings.SESSION_COOKIE_NAME].value
            cookies.append({"name": settings.SESSION_COOKIE_NAME, "value": key, "url": live_server.url})
        context.add_cookies(cookies)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda r: _home_only(r.url, live_server.url, complaints))
        return page

    yield start
    for context in opened:
        context.close()
    assert complaints == []


def _home_only(url: str, home: str, complaints: list[str]) -> None:
    asked = urlsplit(url)
    if asked.scheme in ("http", "https", "ws", "wss") and asked.netloc != urlsplit(home).netloc:
        complaints.append(f"asked a foreign host: {url}")


@pytest.fixture
def wire(live_server) -> Iterator[Wire]:
    wire = Wire(live_server.url)
    yield wire
    wire.close()


@pytest.fixture
def tablet(chromium, wire) -> Iterator[Callable[..., BrowserContext]]:
    """tablet(user): a browser of its own on the wire. An error of a script fails the test, a bad network does not."""
    opened, faults = [], []

    def start(user) -> BrowserContext:
        context = chromium.new_context(base_url=wire.url, viewport={"width": 390, "height": 844})
        opened.append(context)
        context.set_default_timeout(10_000)
        context.on("weberror", lambda error: faults.append(str(error.error)))
        sign_in(context, user, wire.url)
        return context

    yield start
    for context in opened:
        context.close()
    assert faults == []

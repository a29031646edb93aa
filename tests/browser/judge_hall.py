"""A hall with a bad network: a wire between browser and server that can be cut, or swallow the server's answers."""

import os
import select
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock, Thread
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.test import Client
from playwright.sync_api import BrowserContext, Page, expect

from competitions.models import Mark, Sheet

BLOCK = 65_536


class Wire:
    """Passes bytes on to the server at `target`. cut(): nobody answers any more, what is open breaks off.
    swallow: requests arrive, and the connection dies before their answers."""

    def __init__(self, target: str) -> None:
        parts = urlsplit(target)
        self._target = (parts.hostname, parts.port)
        self._name = parts.hostname
        self._open: set[socket.socket] = set()
        self._passing: list[Thread] = []
        self._lock = Lock()
        self.swallow = False
        self.port = 0
        self.mend()

    @property
    def url(self) -> str:
        return f"http://{self._name}:{self.port}"

    def mend(self) -> None:
        self._door = socket.create_server(("127.0.0.1", self.port))
        self.port = self._door.getsockname()[1]
        Thread(target=self._listen, args=(self._door,), daemon=True).start()

    def cut(self) -> None:
        _shut(self._door)
        self._door.close()
        with self._lock:
            for end in self._open:
                _shut(end)
            self._open.clear()

    def close(self) -> None:
        """Lets nothing through any more; returns when no byte is under way."""
        self.cut()
        while self._passing:
            self._passing.pop().join(10)

    def _listen(self, door: socket.socket) -> None:
        while True:
            try:
                near, _address = door.accept()
            except OSError:
                return
            passing = Thread(target=self._pass, args=(near,), daemon=True)
            self._passing.append(passing)
            passing.start()

    def _pass(self, near: socket.socket) -> None:
        with near, socket.create_connection(self._target) as far:
            with self._lock:
                self._open |= {near, far}
            try:
                while True:
                    for end in select.select([near, far], [], [])[0]:
                        block = end.recv(BLOCK)
                        if not block or (end is far and self.swallow):
                            return
                        (far if end is near else near).sendall(block)
            except (OSError, ValueError):
                return
            finally:
                with self._lock:
                    self._open -= {near, far}


def _shut(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)


def sign_in(context: BrowserContext, user: Any, url: str) -> None:
    """user None: signed out."""
    context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    cookies = [{"name": settings.LANGUAGE_COOKIE_NAME, "value": "en", "url": url}]
    if user is not None:
        client = Client()
        client.force_login(user)
        key = client.cookies[settings.SESSION_COOKIE_NAME].value
        cookies.append({"name": settings.SESSION_COOKIE_NAME, "value": key, "url": url})
    context.add_cookies(cookies)


def ready_for_no_network(page: Page, sheets: int) -> None:
    """My sheets once with network: the worker has the shell, the device has the sheets."""
    page.goto("/judge/")
    expect(page.locator("[data-kept]")).to_contain_text(f"{sheets} of {sheets}")
    page.evaluate("navigator.serviceWorker.ready")


def go_to(page: Page, aspect: str) -> None:
    page.locator(f'.cells > li[data-aspect="{aspect}"] .cell').click()


def enter(page: Page, *readings: str) -> None:
    """Types readings one after another; "none": not done."""
    for reading in readings:
        if reading == "none":
            not_done(page)
            continue
        page.keyboard.type(reading)
        page.keyboard.press("Enter")


def not_done(page: Page) -> None:
    """One point not done; of the last one, when no point of the aspect was, the question is answered with yes."""
    expect(page.locator("[data-value]")).to_be_empty()  # the aspect before has been left
    points, aspect = (
        page.locator("[data-point]").count(),
        page.locator(".judge-now").get_attribute("data-aspect"),
    )
    at = (
        int(page.locator("[data-point][aria-pressed=true]").get_attribute("data-point") or 0) if points else 0
    )
    page.locator('.pad [data-key="none"]').click()
    if at + 1 < points:
        expect(page.locator(f'[data-point="{at + 1}"]')).to_have_attribute("aria-pressed", "true")
        return
    page.locator("dialog[open] [data-keep]").click()
    expect(page.locator(f'.judge-now[data-aspect="{aspect}"]')).to_have_count(0)


def unsent(page: Page, count: int) -> None:
    expect(page.locator("[data-unsent]")).to_have_text(str(count))


def state(page: Page, aspect: str, wanted: str) -> None:
    expect(page.locator(f'.cells > li[data-aspect="{aspect}"]')).to_have_attribute("data-state", wanted)


@contextmanager
def leaves_without_asking(page: Page) -> Iterator[None]:
    """The browser asks before it closes a page with unsent marks; here the answer is yes."""

    def accept(dialog: Any) -> None:
        dialog.accept()

    page.on("dialog", accept)
    yield
    page.remove_listener("dialog", accept)


def kill_browser_of(profile: Path) -> int:
    """SIGKILL to every process of the browser that keeps this profile, and of no other."""
    killed = 0
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            line = (entry / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if f"--user-data-dir={profile}".encode() in line:
            os.kill(int(entry.name), signal.SIGKILL)
            killed += 1
    return killed


def open_sheet(context: BrowserContext, sheet: Sheet, aspect: str = "A1.1") -> Page:
    """The sheet, once the server has told it who is there: what the wire does afterwards it does to marks alone."""
    page = context.new_page()
    with page.expect_event("requestfinished", lambda request: "/judge/hello/" in request.url):
        page.goto(f"{sheet.get_absolute_url()}?aspect={aspect}")
    expect(page.locator(".pad")).to_be_visible()
    return page


def entered() -> list[tuple[str, list[str]]]:
    return list(Mark.objects.order_by("seq").values_list("aspect", "values"))


def arrived(page: Page, count: int) -> None:
    """Waits until the server holds so many marks: a page just opened shows 0 unsent before it has counted."""
    for _turn in range(100):
        if Mark.objects.count() == count:
            return
        page.wait_for_timeout(100)
    assert Mark.objects.count() == count


def send_now(page: Page) -> None:
    page.evaluate("dispatchEvent(new Event('online'))")

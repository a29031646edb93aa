"""Every page template once, as somebody who may see it: axe finds nothing, and a phone needs no sideways scrolling.

The walks beside this one look at chosen pages in all modes, and at what forms and marks do to them. The first walk
here finds its pages itself, by the URL table and the templates that answer; the second one asks for what the first
cannot meet (`page_states`), and what neither meets is listed with its reason, so that no new page is forgotten.
Minutes long: `make accessibility`.
"""

import logging
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page

from craft_site.home.foundation import make_site
from craft_site.people import roles
from craft_site.people.models import User
from tests import plain_errors
from tests.browser import page_states
from tests.browser.test_accessibility import TOO_WIDE, faults_of
from tests.canary import Canary, make_canary
from tests.canary_academy import add_academy
from tests.canary_honours import add_honours
from tests.factories import make_user
from tests.routes import own_routes
from tests.test_routes import allowed

# Templates that no answer of a test shows, and why.
NOT_MET = {
    "components/styleguide.html": "has no address",
    "components/styleguide_judge.html": "has no address",
    "home/scorecard/no_pdf.html": "only on a machine without Chinese fonts",
}

pytestmark = [pytest.mark.every_page, pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def people(settings, tmp_path) -> tuple[Canary, list[Any]]:
    """The canary with all wings; a stranger, one of each role, everybody with an account."""
    settings.PUBLISHED_ROOT = tmp_path
    make_site()
    add_academy()
    add_honours()
    canary = make_canary()
    staff = [make_user(role) for role in roles.ALL]
    return canary, [None, *staff, *User.objects.exclude(pk__in=[user.pk for user in staff]).order_by("pk")]


def pages_of(canary: Canary, people: list[Any]) -> dict[str, tuple[Any, str]]:
    """By template: who sees it, and at which address. A route is asked until somebody is shown a page."""
    clients = [(user, _client(user), _names(user)) for user in people]
    found: dict[str, tuple[Any, str]] = {}
    for route in own_routes():
        addresses = canary.addresses([route])
        for user, client, names in clients:
            if not any(allowed(route, name) for name in names):
                continue
            shown = {name: (user, address) for address in addresses if (name := _template(client, address))}
            found = shown | found
            if shown:
                break
    return found


def _client(user: Any) -> Client:
    client = Client(raise_request_exception=False)
    if user is not None:
        client.force_login(user)
    return client


def _names(user: Any) -> list[str]:
    return ["anonymous"] if user is None else [role for role in roles.ALL if user.has_role(role)]


def _template(client: Client, address: str) -> str:
    """The template of the page that answers; none for a refusal, a file or a part of a page."""
    cache.clear()
    answer = client.get(address)
    if (
        answer.status_code != 200
        or not answer["Content-Type"].startswith("text/html")
        or not answer.templates
    ):
        return ""
    name = str(answer.templates[0].name)
    return name if name in page_templates() else ""


def page_templates() -> frozenset[str]:
    """Those that are a whole page: they fill a base that nobody shows by itself."""
    root = Path(settings.BASE_DIR) / "templates"
    texts = {str(path.relative_to(root)): path.read_text() for path in root.rglob("*.html")}
    bases = {text.split('"')[1] for text in texts.values() if text.startswith("{% extends")}
    return frozenset(
        name for name, text in texts.items() if text.startswith("{% extends") and name not in bases
    )


def test_axe_finds_nothing_on_any_page_of_the_url_table(visit, people, complaints, monkeypatch, caplog):
    caplog.set_level(logging.CRITICAL, logger="django")
    plain_errors.use(monkeypatch)
    found = pages_of(*people)
    monkeypatch.undo()
    assert sorted(page_templates() - found.keys() - page_states.MET - NOT_MET.keys()) == []
    faults, open_pages = [], {}
    for template, (user, address) in sorted(found.items()):
        page = open_pages.get(user) or open_pages.setdefault(user, visit(user, width=390))
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 200, address
        page.wait_for_load_state()
        faults += look_at(page, f"{template} {address}")
    complaints[:] = [one for one in complaints if "404" not in one]  # the canary's papers have no files
    assert not faults, "\n".join(faults)


def test_axe_finds_nothing_on_a_page_in_another_state(visit, settings, tmp_path, complaints, caplog):
    caplog.set_level(logging.CRITICAL, logger="django")
    settings.PUBLISHED_ROOT, settings.AXES_ENABLED = tmp_path, True
    shown, known = {}, page_templates()
    for user, address, sent in page_states.all_asked():
        cache.clear()
        client = _client(user)
        answer = client.get(address) if sent is None else client.post(address, sent, follow=True)
        pages = [str(one.name) for one in answer.templates if one.name in known]
        if pages:  # the last one: a lock-out throws away the form that it answers
            shown[pages[-1]] = (user, answer.request["PATH_INFO"], answer.content)
    forged = Client(enforce_csrf_checks=True).post(reverse("login"), {})
    shown["403_csrf.html"] = (None, reverse("login"), forged.content)
    assert sorted(page_states.MET - shown.keys()) == []
    faults, open_pages = [], {}
    for template in sorted(page_states.MET):
        user, address, content = shown[template]
        page = open_pages.get(user) or open_pages.setdefault(user, visit(user, width=390))
        answer_with(page, address, content)
        faults += look_at(page, f"{template} {address}")
    complaints.clear()  # a page that was answered before is not always there to be asked for more
    assert not faults, "\n".join(faults)


def answer_with(page: Page, address: str, content: bytes) -> None:
    """Opens an answer that was given already, at its own address; what it loads comes from the server."""

    def is_it(url: str) -> bool:
        return unquote(urlsplit(url).path) == unquote(address)

    page.route(is_it, lambda route: route.fulfill(body=content, content_type="text/html; charset=utf-8"))
    page.goto(address)
    page.unroute(is_it)


def look_at(page: Page, where: str) -> list[str]:
    return [*faults_of(page, where), *(f"{where} {wide}" for wide in page.evaluate(TOO_WIDE))]

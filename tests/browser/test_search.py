"""The search in a browser: suggestions come while one types and are walked through with the arrows; nothing of it hangs
on a script; axe finds nothing and a phone needs no sideways scrolling."""

import re

import pytest
from django.core.cache import cache
from playwright.sync_api import expect

from craft_site.home.foundation import make_site
from craft_site.search.models import Kind
from tests.browser.test_accessibility import TOO_WIDE, faults_of, show_in
from tests.search.making import document, put

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _documents(db):
    cache.clear()
    make_site()
    put(
        document("铸剑坊的故事", body="从锻打到淬火，" * 30, url="/search/?q=first"),
        document("铸剑师傅", kind=Kind.PERSON, is_name=True, url="/search/?q=second"),
        *(
            document(f"铸剑技能大赛第{n}届职工技能竞赛与成绩公示", kind=Kind.RESULT, url="/")
            for n in range(30)
        ),
    )


def test_suggestions_come_while_one_types_and_the_arrows_lead_to_them(visit):
    page = visit(width=1440, language="zh-hans")
    page.goto("/")
    box = page.locator("#seek")
    box.click()
    page.keyboard.type("铸剑", delay=30)
    links = page.locator(".seek-list a")
    expect(links).to_have_count(8)
    page.keyboard.press("ArrowDown")
    expect(links.first).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(box).to_be_focused()
    page.keyboard.press("Escape")
    expect(links).to_have_count(0)
    expect(box).to_have_value("")  # as a box of this kind does by itself
    page.keyboard.type("铸剑师", delay=30)
    expect(links).to_have_count(1)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"q=second"))


def test_what_was_typed_before_the_script_came_is_answered_too(visit):
    page, held = visit(width=1440, language="zh-hans"), []
    page.route("**/htmx*.js", lambda route: held.append(route))
    page.goto("/")
    page.locator("#seek").click()
    page.keyboard.type("铸剑")
    while not held:
        page.wait_for_timeout(20)
    held.pop().continue_()
    expect(page.locator(".seek-list a")).to_have_count(8)


def test_enter_searches_and_a_quick_typist_waits_for_nothing(visit):
    page = visit(width=1280, language="zh-hans")
    page.goto("/")
    page.locator("#seek").fill("铸剑")
    page.keyboard.press("Enter")
    expect(page.locator(".found > li")).to_have_count(20)
    page.locator(".chips a[href*=person]").click()
    expect(page.locator(".found mark")).to_have_text(["铸剑"])


def test_without_a_script_the_form_and_the_pages_of_results_work(chromium, live_server):
    context = chromium.new_context(base_url=live_server.url, java_script_enabled=False, locale="en")
    page = context.new_page()
    page.goto("/")
    page.locator(".seek-link").click()
    page.get_by_label("What are you looking for?").fill("铸剑")
    page.keyboard.press("Enter")
    expect(page.locator(".found > li")).to_have_count(20)
    page.locator("[rel=next]").click()
    expect(page.locator(".found > li")).to_have_count(12)
    context.close()


@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing_and_nothing_is_too_wide(visit, width):
    page, found = visit(width=width), []
    for address in ("/", "/search/", "/search/?q=铸剑", "/search/?q=铸剑&kind=subsidy"):
        page.goto(address)
        found += faults_of(page, address)
        for mode in ("normal", "elder"):
            show_in(page, mode, "light")
            found += [f"{address} ({mode}) {wide}" for wide in page.evaluate(TOO_WIDE)]
    page.goto("/search/")
    page.get_by_label("What are you looking for?").click()
    page.keyboard.type("铸剑", delay=30)
    expect(page.locator(".seek-list a")).to_have_count(8, timeout=15_000)
    found += faults_of(page, "suggestions")
    assert found == []

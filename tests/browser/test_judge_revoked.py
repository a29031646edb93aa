"""A tablet that was taken out of use says so on every page, with network and without, and shows what it keeps."""

import pytest
from playwright.sync_api import Page, expect

from competitions.domain import tablets
from competitions.models import KeptMark, Tablet
from tests.browser.judge_hall import (
    enter,
    entered,
    open_sheet,
    ready_for_no_network,
    state,
    unsent,
)
from tests.competitions.marking_contest import make_marking

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PATIENCE = 15_000  # ms, for a page that comes from the device on a busy machine


@pytest.fixture
def marking():
    return make_marking(works=2)


def revoke(marking) -> None:
    tablets.revoke_tablet(event=marking.event, tablet=Tablet.objects.get(), by=marking.chief, reason="Lost")


def says_so(page: Page) -> None:
    told = page.locator(".judge-alerts .bad")
    expect(told).to_be_visible(timeout=PATIENCE)
    expect(told).to_contain_text("This tablet has been taken out of use. Take another one")


def keeps_the_mark_aside(page: Page) -> None:
    says_so(page)
    state(page, "A1.2", "kept")
    expect(page.locator('[data-aspect="A1.2"] .cell-value')).to_contain_text("29.85")
    expect(page.locator('[data-aspect="A1.2"] .cell-note')).to_have_text("Kept for the chief judge")
    expect(page.locator(".pad")).to_have_count(0)
    expect(page.locator("[data-net]")).to_have_text("Out of use")
    expect(page.locator("[data-net].good")).to_have_count(0)
    expect(page.locator("[data-undo]")).to_have_count(0, timeout=3000)  # the offer lasts 10 s


def test_a_revoked_tablet_says_so_on_every_page_and_shows_what_it_keeps(tablet, wire, marking):
    sheet = marking.sheet(marking.measuring)
    context = tablet(marking.measuring.user)
    ready_for_no_network(context.new_page(), sheets=2)
    page = open_sheet(context, sheet)
    enter(page, "59.79")
    state(page, "A1.1", "received")
    revoke(marking)
    enter(page, "29.85")
    unsent(page, 0)
    keeps_the_mark_aside(page)
    page.reload()
    keeps_the_mark_aside(page)
    state(page, "A1.1", "received")
    page.keyboard.type("6.05")
    page.keyboard.press("Enter")
    for address in ("/judge/unsent/", f"/judge/sheets/{sheet.uuid}/check/", "/judge/ties/", "/judge/"):
        page.goto(address)
        says_so(page)
    expect(page.locator("[data-net]")).to_have_text("Out of use")
    expect(page.locator(".next-sheet")).to_be_hidden()
    tile = page.locator(f'[data-sheet="{sheet.uuid}"]')
    expect(tile).to_contain_text("1 kept for the chief judge")
    wire.cut()
    page.goto(f"{sheet.get_absolute_url()}?aspect=A1.2")
    keeps_the_mark_aside(page)
    page.goto(f"/judge/sheets/{sheet.uuid}/check/")
    says_so(page)
    page.goto("/judge/")
    says_so(page)
    expect(tile).to_contain_text("1 kept for the chief judge")
    assert (entered(), KeptMark.objects.count()) == ([("A1.1", ["59.79"])], 1)


def test_a_tablet_learns_when_it_is_taken_up_that_it_was_revoked_and_when_it_is_not_any_more(
    tablet, wire, marking
):
    sheet = marking.sheet(marking.measuring)
    page = open_sheet(tablet(marking.measuring.user), sheet)
    enter(page, "59.79")
    state(page, "A1.1", "received")
    revoke(marking)
    page.goto("/judge/")
    says_so(page)
    Tablet.objects.update(revoked_at=None)
    page.goto(sheet.get_absolute_url())
    expect(page.locator(".pad")).to_be_visible()
    expect(page.locator("[data-net]")).to_have_text("Everything received")
    expect(page.locator("[data-alerts]")).to_be_hidden()
    revoke(marking)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")  # an open page looks, too
    says_so(page)
    expect(page.locator(".pad")).to_have_count(0)

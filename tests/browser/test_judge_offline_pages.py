"""Without network every page of a judge is still a page of this site, and says only what the device knows."""

import re

import pytest
from django.conf import settings
from playwright.sync_api import BrowserContext, Page, expect

from competitions.models import Sheet, Tablet
from tests.browser.judge_hall import (
    arrived,
    enter,
    go_to,
    leaves_without_asking,
    open_sheet,
    ready_for_no_network,
    send_now,
    state,
    unsent,
)
from tests.competitions.marking_contest import enter as enter_there
from tests.competitions.marking_contest import make_marking, mark

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def marking():
    return make_marking(works=3)


def test_the_arrow_leads_past_signed_sheets_to_the_next_that_wants_marks(tablet, wire, marking):
    first, second, _third = (marking.sheet(marking.measuring, code) for code in marking.works)
    Sheet.objects.filter(pk=second.pk).update(state=Sheet.State.SIGNED)
    page = begin_on_a_sheet(tablet(marking.measuring.user), first)
    page.locator("a[rel=next]").click()
    expect(page.locator(".work")).to_have_text("W-03")
    expect(page.locator(".pad")).to_be_visible()  # the page is alive
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".work")).to_have_text("W-01")
    page.goto(second.get_absolute_url())
    page.locator("a[rel=prev]").click()
    expect(page.locator(".work")).to_have_text("W-01")


PATIENCE = 15_000  # ms, for a page that comes from the device on a busy machine
KEPT = """async (sheets) => {
  await navigator.serviceWorker.ready;
  const open = () => new Promise((ok) => { const r = indexedDB.open('judge'); r.onsuccess = () => ok(r.result); });
  for (let turn = 0; turn < 100; turn += 1) {
    const db = await open();
    const asked = db.transaction('sheets').objectStore('sheets').count();
    const count = await new Promise((ok) => { asked.onsuccess = () => ok(asked.result); });
    db.close();
    if (count >= sheets && (await caches.keys()).length) return count;
    await new Promise((ok) => { setTimeout(ok, 100); });
  }
  return 0;
}"""


def begin_on_a_sheet(context: BrowserContext, sheet: Sheet) -> Page:
    """The day begins on a sheet, not on the list: nothing else was opened on this device before."""
    page = open_sheet(context, sheet)
    assert page.evaluate(KEPT, 3) == 3
    return page


def test_a_mark_with_a_receipt_is_still_there_when_the_sheet_is_opened_again_without_network(
    tablet, wire, marking
):
    page = begin_on_a_sheet(tablet(marking.measuring.user), marking.sheet(marking.measuring))
    enter(page, "59.79", "29.85")
    arrived(page, 2)
    unsent(page, 0)
    page.locator('.pad [data-key="undo"]').click()
    arrived(page, 3)
    unsent(page, 0)
    wire.cut()
    page.reload()
    expect(page.locator("[data-net]")).to_have_attribute("data-net", "offline", timeout=PATIENCE)
    state(page, "A1.1", "received")
    expect(page.locator('[data-aspect="A1.1"] .cell-value')).to_contain_text("59.79 mm")
    expect(page.locator('[data-aspect="A1.1"] .cell-note')).to_contain_text("Received #")
    state(page, "A1.2", "open")
    expect(page.locator("[data-marked]")).to_have_text("1")
    go_to(page, "A1.1")
    expect(page.locator("[data-value]")).to_have_text("59.79")


def test_signing_without_network_says_that_it_needs_one_and_leads_back_to_the_sheet(tablet, wire, marking):
    sheet = marking.sheet(marking.measuring)
    page = begin_on_a_sheet(tablet(marking.measuring.user), sheet)
    wire.cut()
    enter(page, "59.79", "29.85")
    unsent(page, 2)
    with leaves_without_asking(page):
        page.locator("a.review").click()
        expect(page.locator("h1")).to_have_text("Signing needs the network", timeout=PATIENCE)
    expect(page.locator("main")).to_contain_text("2 marks of this sheet are safe on this device")
    page.get_by_role("link", name="Back to the sheet").click()
    expect(page.locator(".work")).to_have_text("W-01")
    unsent(page, 2)


def test_a_signature_that_finds_no_network_ends_on_the_same_page(tablet, wire, marking):
    sheet = marking.sheet(marking.measuring)
    page = begin_on_a_sheet(tablet(marking.measuring.user), sheet)
    enter_there(sheet, *(mark(code, not_done=True) for code in sheet.aspects))
    page.goto(f"/judge/sheets/{sheet.uuid}/check/")
    wire.cut()
    page.evaluate("document.querySelector('form.sign-form').submit()")
    expect(page.locator("h1")).to_have_text("Signing needs the network", timeout=PATIENCE)
    sheet.refresh_from_db()
    assert sheet.state == Sheet.State.ENTERED


def test_a_page_that_needs_the_network_never_shows_the_browsers_own_error(tablet, wire, marking):
    context = tablet(marking.floor[0].user)
    page = begin_on_a_sheet(context, marking.sheet(marking.floor[0]))
    wire.cut()
    page.goto(f"/judge/events/{marking.event.code}/benches/")
    expect(page.locator("h1")).to_have_text("No network", timeout=PATIENCE)
    expect(page.get_by_role("link", name="My sheets")).to_be_visible()


IN_CHINESE = """async () => {
  for (let turn = 0; turn < 100; turn += 1) {
    const kept = await caches.match('/judge/shell/?today');
    if (kept && (await kept.text()).includes('lang="zh-hans"')) return true;
    await new Promise((ok) => { setTimeout(ok, 100); });
  }
  return false;
}"""


def test_a_shell_that_was_cut_off_while_it_was_kept_is_never_shown(tablet, wire, marking):
    page = begin_on_a_sheet(tablet(marking.floor[0].user), marking.sheet(marking.floor[0]))
    page.evaluate("""async () => {
        const cache = await caches.open((await caches.keys()).find((name) => name.startsWith('judge-')));
        await cache.put('/judge/shell/?today', new Response('<!doctype html>'));
    }""")
    wire.cut()
    page.goto(f"/judge/events/{marking.event.code}/benches/")
    expect(page.locator("h1")).to_have_text("No network", timeout=PATIENCE)


def test_without_network_the_pages_speak_the_language_that_was_read_last(tablet, wire, marking):
    context = tablet(marking.floor[0].user)
    page = begin_on_a_sheet(context, marking.sheet(marking.floor[0]))
    context.add_cookies([{"name": settings.LANGUAGE_COOKIE_NAME, "value": "zh-hans", "url": wire.url}])
    page.goto("/judge/")
    assert page.evaluate(IN_CHINESE)
    wire.cut()
    page.goto(f"/judge/events/{marking.event.code}/benches/")
    expect(page.locator("html")).to_have_attribute("lang", "zh-hans", timeout=PATIENCE)
    expect(page.locator("h1")).to_have_text("无网络", timeout=PATIENCE)


def test_opened_straight_on_a_sheet_the_list_and_the_unsent_marks_tell_the_truth(tablet, wire, marking):
    sheet = marking.sheet(marking.measuring)
    context = tablet(marking.measuring.user)
    page = begin_on_a_sheet(context, sheet)
    wire.cut()
    enter(page, "59.79", "29.85")
    unsent(page, 2)
    page = context.new_page()
    page.goto("/judge/")
    expect(page.locator("a[data-sheet]")).to_have_count(3, timeout=PATIENCE)
    expect(page.locator(f'[data-sheet="{sheet.uuid}"]')).to_contain_text("2 on this device")
    expect(page.locator("[data-net]")).to_contain_text("No network")
    page.goto("/judge/unsent/")
    expect(page.locator("h2").first).to_have_text("2 marks are not sent")
    expect(page.locator("[data-net]")).to_have_text(re.compile("^No network"))
    expect(page.locator("[data-unsent-list]")).not_to_contain_text("another judge")


def test_the_list_counts_what_the_device_holds_and_offers_no_sending_without_network(tablet, wire, marking):
    sheet = marking.sheet(marking.measuring)
    context = tablet(marking.measuring.user)
    home = context.new_page()
    ready_for_no_network(home, sheets=3)
    tile = home.locator(f'[data-sheet="{sheet.uuid}"]')
    expect(tile).to_contain_text("Not begun")
    page = open_sheet(context, sheet)
    enter(page, "59.79")
    state(page, "A1.1", "received")
    wire.cut()
    enter(page, "29.85")
    go_to(page, "A1.5")
    enter(page, "6.05")
    unsent(page, 2)
    home.goto("/judge/")
    expect(tile.locator(".count-line")).to_have_text(f"3 / {sheet.marks_due}", timeout=PATIENCE)
    expect(tile.locator(".words").first).to_have_text("Begun")
    expect(tile).to_contain_text("2 on this device")
    expect(tile).to_have_attribute("data-state", "here")
    for place in (home, page):
        expect(place.locator("[data-net]")).to_have_text("No network · 2 marks")
        expect(place.locator("[data-send-now]")).to_be_disabled()
        expect(place.locator("[data-send-now]")).to_have_text("Sent when there is a network")
    wire.mend()
    send_now(page)
    unsent(page, 0)
    expect(page.locator("[data-net]")).to_have_text("Everything received")
    home.goto("/judge/")
    expect(tile.locator(".count-line")).to_have_text(f"3 / {sheet.marks_due}")


def test_a_sheet_marked_whole_without_network_is_to_be_signed_in_the_list(tablet, wire, marking):
    sheet = marking.sheet(marking.measuring)
    Sheet.objects.filter(pk=sheet.pk).update(aspects=["A1.1", "A1.2"], marks_due=2)
    context = tablet(marking.measuring.user)
    home = context.new_page()
    ready_for_no_network(home, sheets=3)
    tile = home.locator(f'[data-sheet="{sheet.uuid}"]')
    page = open_sheet(context, sheet)
    wire.cut()
    enter(page, "59.79", "29.85")
    unsent(page, 2)
    home.goto("/judge/")
    expect(tile.locator(".words").first).to_have_text("To be signed", timeout=PATIENCE)
    expect(tile).to_have_attribute("data-state", "received")
    expect(tile).to_contain_text("2 on this device")


def test_many_sheets_are_narrowed_by_state_and_number_without_network(tablet, wire):
    marking = make_marking(works=8)
    sheets = [marking.sheet(marking.measuring, code) for code in marking.works]
    Sheet.objects.filter(pk=sheets[0].pk).update(state=Sheet.State.SIGNED)
    context = tablet(marking.measuring.user)
    home = context.new_page()
    ready_for_no_network(home, sheets=8)
    number = home.locator("[data-device]").inner_text().rsplit(" ", 1)[-1]
    page = open_sheet(context, sheets[1])
    enter(page, "59.79")
    arrived(page, 1)
    assert Tablet.objects.get().number == number  # the chief judge's list and the tablet say the same
    wire.cut()
    home.goto("/judge/")
    shown = home.locator("a[data-sheet]:visible")
    expect(shown).to_have_count(8, timeout=PATIENCE)
    home.get_by_role("button", name="Signed 1").click()
    expect(shown).to_have_text([re.compile("W-01")])
    home.get_by_role("button", name="To be marked").click()
    expect(shown).to_have_count(7)
    home.get_by_label("Work or station number").fill("w-03")
    expect(shown).to_have_text([re.compile("W-03")])
    expect(home.locator("[data-counted]")).to_have_text("1 of 8 sheets are shown.")
    home.get_by_label("Work or station number").fill("Ｗ－０４")
    expect(shown).to_have_text([re.compile("W-04")])


def test_a_device_that_knows_no_judge_does_not_say_whose_the_marks_are(tablet, wire, marking):
    context = tablet(marking.measuring.user)
    page = begin_on_a_sheet(context, marking.sheet(marking.measuring))
    wire.cut()
    enter(page, "59.79")
    unsent(page, 1)
    page.evaluate(FORGET)
    page = context.new_page()
    page.goto("/judge/unsent/")
    expect(page.locator("[data-net]")).to_have_text(re.compile("^No network"))
    expect(page.locator("h2").first).to_have_text("1 mark is not sent")
    expect(page.locator("[data-alerts]")).to_contain_text("until its judge signs in here")


FORGET = """async () => {
  const db = await new Promise((ok) => { const r = indexedDB.open('judge'); r.onsuccess = () => ok(r.result); });
  const change = db.transaction('about', 'readwrite');
  for (const key of ['home', 'judge']) change.objectStore('about').delete(key);
  await new Promise((ok) => { change.oncomplete = ok; });
  db.close();
}"""

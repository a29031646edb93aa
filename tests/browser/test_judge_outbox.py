"""Marks on their way: whatever happens to network, page, browser, server, session or clock, each arrives once."""

import pytest
from playwright.sync_api import BrowserContext, Error, expect

from competitions.models import Mark
from tests.browser.conftest import ARGUMENTS, CHROMIUM
from tests.browser.judge_hall import (
    enter,
    entered,
    go_to,
    kill_browser_of,
    leaves_without_asking,
    open_sheet,
    ready_for_no_network,
    send_now,
    sign_in,
    state,
    unsent,
)
from tests.competitions.marking_contest import make_marking

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def marking():
    return make_marking(works=3)


# What the page asks of the browser's database: the kind of each transaction and how durable it is to be.
LISTEN = """
window.asked = [];
const begin = IDBDatabase.prototype.transaction;
IDBDatabase.prototype.transaction = function (names, mode, how) {
  window.asked.push([mode, how?.durability]);
  return begin.call(this, names, mode, how);
};
"""


def test_a_mark_is_never_counted_as_received_and_as_on_its_way(tablet, marking):
    """Between an answer and the reading of what the device still has, an undo stands on the revision of the answer."""
    page = open_sheet(tablet(marking.measuring.user), marking.sheet(marking.measuring))
    asked = """async ([status, revision, withdraw]) => {
        const { baseOf, received } = await import('/static/site/judge/cells.js');
        const mark = { aspect: 'A1.1', values: withdraw ? [] : ['59.79'], withdraw };
        const waiting = [{ client_id: 'one', mark, answer: null }, { client_id: 'two', mark, answer: null }];
        const cell = { code: 'A1.1', values: null, revision: revision - 1, waiting };
        received(cell, { client_id: 'one', status, revision, seq: 7, mark });
        return baseOf(cell);
    }"""
    assert page.evaluate(asked, ["saved", 1, False]) == 2  # the first is revision 1, the second will be 2
    assert page.evaluate(asked, ["repeated", 1, False]) == 2
    assert page.evaluate(asked, ["saved", 2, True]) == 1  # after a mark taken back the server counts anew
    assert page.evaluate(asked, ["conflict", 1, False]) == 2  # nothing was taken: both are still on their way


# --- network, page, browser, server ----------------------------------------------------------------------------------


def test_marks_outlive_reload_and_closed_tab_without_network_and_are_sent_once(tablet, wire, marking):
    sheet = marking.sheet(marking.measuring)
    context = tablet(marking.measuring.user)
    context.add_init_script(LISTEN)
    ready_for_no_network(context.new_page(), sheets=3)
    page = open_sheet(context, sheet)
    wire.cut()
    enter(page, "59.79", "29.85")
    unsent(page, 2)
    writes = [how for kind, how in page.evaluate("asked") if kind == "readwrite"]
    assert len(writes) >= 2
    assert set(writes) == {"strict"}
    with leaves_without_asking(page):
        page.reload()
    expect(page.locator(".work")).to_have_text("W-01")
    state(page, "A1.1", "here")
    state(page, "A1.2", "here")
    unsent(page, 2)
    go_to(page, "A1.5")
    enter(page, "6.05")
    unsent(page, 3)
    page.close()
    page = context.new_page()
    page.goto("/judge/")
    expect(page.locator(f'[data-sheet="{sheet.uuid}"]')).to_contain_text("3 on this device")
    page.locator(f'[data-sheet="{sheet.uuid}"]').click()
    expect(page.locator(".work")).to_have_text("W-01")
    expect(page.locator('[data-aspect="A1.1"] .cell-value')).to_contain_text("59.79")
    assert not Mark.objects.exists()
    wire.mend()
    send_now(page)
    unsent(page, 0)
    assert [values for _aspect, values in entered()] == [["59.79"], ["29.85"], ["6.05"]]
    ids = list(Mark.objects.order_by("pk").values_list("client_id", flat=True))
    assert ([one.version for one in ids], ids) == ([7] * 3, sorted(ids))


def test_marks_outlive_the_sudden_death_of_the_browser(chromium, tmp_path, wire, marking):
    """ "On this device" is a promise: it was written to the disk before it was shown."""
    sheet = marking.sheet(marking.measuring)

    def start() -> BrowserContext:
        context = chromium.browser_type.launch_persistent_context(
            tmp_path, executable_path=CHROMIUM, args=ARGUMENTS, base_url=wire.url
        )
        sign_in(context, marking.measuring.user, wire.url)
        return context

    context = start()
    page = open_sheet(context, sheet)
    wire.cut()
    enter(page, "59.79")
    state(page, "A1.1", "here")
    assert kill_browser_of(tmp_path) > 0
    wire.mend()
    context = start()
    page = open_sheet(context, sheet)
    state(page, "A1.1", "received")
    context.close()
    assert entered() == [("A1.1", ["59.79"])]


def test_a_server_that_dies_before_it_answers_gets_the_mark_again_and_counts_it_once(tablet, wire, marking):
    page = open_sheet(tablet(marking.measuring.user), marking.sheet(marking.measuring))
    wire.swallow = True
    enter(page, "59.79")
    expect(page.locator("[data-net]")).to_have_attribute("data-net", "offline")
    unsent(page, 1)
    wire.cut()
    wire.swallow = False
    wire.mend()
    send_now(page)
    state(page, "A1.1", "received")
    unsent(page, 0)
    assert entered() == [("A1.1", ["59.79"])]


def test_a_page_of_the_wifi_instead_of_an_answer_loses_nothing(tablet, marking):
    page = open_sheet(tablet(marking.measuring.user), marking.sheet(marking.measuring))
    page.route(
        "**/judge/marks/", lambda route: route.fulfill(status=200, content_type="text/html", body="Hello")
    )
    enter(page, "59.79")
    expect(page.locator("[data-net]")).to_have_attribute("data-net", "offline")
    unsent(page, 1)
    page.unroute("**/judge/marks/")
    send_now(page)
    state(page, "A1.1", "received")


def test_one_mark_that_the_server_cannot_read_does_not_hold_up_the_others(tablet, marking):
    page = open_sheet(tablet(marking.measuring.user), marking.sheet(marking.measuring))

    def refuse(route):
        body = route.request.post_data_json
        if any(one["aspect"] == "A1.2" for one in body["marks"]):
            return route.fulfill(status=400, json={"error": "bad_request", "message": "marks[1]"})
        return route.continue_()

    page.route("**/judge/marks/", refuse)
    page.context.set_offline(True)
    enter(page, "59.79", "29.85")
    go_to(page, "A1.5")
    enter(page, "none")
    unsent(page, 3)
    page.context.set_offline(False)
    send_now(page)
    state(page, "A1.1", "received")
    state(page, "A1.2", "conflict")
    unsent(page, 1)
    assert sorted(values for _aspect, values in entered()) == [[], ["59.79"]]


def test_a_program_that_deletes_before_the_answer_would_lose_marks(tablet, wire, marking):
    """The other tests have teeth: the same loss of network, with one line of the sender moved up."""
    context = tablet(marking.measuring.user)

    def hasty(route):
        try:
            text = route.fetch().text()
        except Error:  # asked for again while the wire is cut
            return route.abort()
        sound = "const { status, body } = await post(batch);"
        assert sound in text
        early = "await outbox.settle(batch, batch.map((r) => ({ client_id: r.client_id, status: 'saved' })));"
        return route.fulfill(content_type="text/javascript", body=text.replace(sound, early + sound))

    context.route("**/sender.js", hasty)
    page = open_sheet(context, marking.sheet(marking.measuring))
    wire.cut()
    enter(page, "59.79")
    expect(page.locator("[data-net]")).to_have_attribute("data-net", "offline")
    unsent(page, 0)
    wire.mend()
    page.reload()
    state(page, "A1.1", "open")
    assert not Mark.objects.exists()

"""What waits on a device: whose it is, what its judge decides, versions and clocks, the way out as a file or codes."""

import json
import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from competitions.domain import tablets
from competitions.models import KeptMark, Mark, Sheet, Tablet
from tests.browser.judge_hall import (
    arrived,
    enter,
    entered,
    go_to,
    leaves_without_asking,
    open_sheet,
    ready_for_no_network,
    send_now,
    sign_in,
    state,
    unsent,
)
from tests.competitions.marking_contest import enter as enter_there
from tests.competitions.marking_contest import make_marking, mark

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def marking():
    return make_marking(works=3)


# --- who is signed in ------------------------------------------------------------------------------------------------


def test_signed_out_the_queue_waits_for_the_same_judge(tablet, wire, marking):
    context = tablet(marking.measuring.user)
    page = open_sheet(context, marking.sheet(marking.measuring))
    sign_in(context, None, wire.url)
    enter(page, "59.79")
    expect(page.locator("[data-net]")).to_have_attribute("data-net", "signedOut")
    sign_in(context, marking.panel[0].user, wire.url)
    send_now(page)
    expect(page.locator("[data-net]")).to_have_attribute("data-net", "otherJudge")
    unsent(page, 1)
    other = context.new_page()
    other.goto("/judge/")
    expect(other.locator("[data-alerts]")).to_contain_text("1 mark of another judge")
    assert not Mark.objects.exists()
    sign_in(context, marking.measuring.user, wire.url)
    send_now(page)
    state(page, "A1.1", "received")
    assert Mark.objects.get().by == marking.measuring.user


def test_signing_out_says_what_stays_and_takes_only_the_sheets(tablet, wire, marking):
    context = tablet(marking.measuring.user)
    page = open_sheet(context, marking.sheet(marking.measuring))
    page.route("**/judge/marks/", lambda route: route.abort())
    enter(page, "59.79")
    unsent(page, 1)
    home = context.new_page()
    home.route("**/judge/marks/", lambda route: route.abort())
    ready_for_no_network(home, sheets=3)
    asked = []
    home.once("dialog", lambda dialog: (asked.append(dialog.message), dialog.accept()))
    with leaves_without_asking(page):
        page.close()
    home.locator("form[data-sign-out] button").click()
    home.wait_for_url(re.compile(r"\d/$"))
    assert "1 mark is not sent yet" in asked[0]
    left = home.evaluate(LEFT)
    assert left == {"queue": 1, "sheets": 0, "caches": []}


OPEN = "await new Promise((ok) => { const r = indexedDB.open('judge'); r.onsuccess = () => ok(r.result); })"
LEFT = f"""async () => {{
  const db = {OPEN};
  const asked = (name) => db.transaction(name).objectStore(name).count();
  const count = (name) => new Promise((ok) => {{ const r = asked(name); r.onsuccess = () => ok(r.result); }});
  return {{ queue: await count("queue"), sheets: await count("sheets"), caches: await caches.keys() }};
}}"""


def test_what_a_revoked_tablet_sends_is_kept_and_said(tablet, wire, marking):
    page = open_sheet(tablet(marking.measuring.user), marking.sheet(marking.measuring))
    enter(page, "59.79")
    state(page, "A1.1", "received")
    tablets.revoke_tablet(event=marking.event, tablet=Tablet.objects.get(), by=marking.chief, reason="Lost")
    enter(page, "29.85")
    unsent(page, 0)
    expect(page.locator("[data-alerts]")).to_contain_text("kept for the chief judge")
    assert entered() == [("A1.1", ["59.79"])]
    assert KeptMark.objects.get().values == ["29.85"]
    page.goto("/judge/unsent/")
    expect(page.locator(".unsent-list li")).to_contain_text("29.85")


# --- what the judge decides ------------------------------------------------------------------------------------------


def test_a_conflict_stays_a_card_after_a_reload_and_the_other_value_is_set_aside(tablet, wire, marking):
    sheet = marking.sheet(marking.measuring)
    page = open_sheet(tablet(marking.measuring.user), sheet)
    enter_there(sheet, mark("A1.1", "59.795"))
    enter(page, "59.78")
    state(page, "A1.1", "conflict")
    unsent(page, 1)
    with leaves_without_asking(page):
        page.reload()
    expect(page.locator('[data-take="mine"]')).to_contain_text("59.78")
    expect(page.locator('[data-take="theirs"]')).to_contain_text("59.795")
    page.locator('[data-take="theirs"]').click()
    state(page, "A1.1", "received")
    expect(page.locator('[data-aspect="A1.1"] .cell-value')).to_contain_text("59.795")
    unsent(page, 0)
    page.goto("/judge/unsent/")
    expect(page.locator(".unsent-list li")).to_contain_text("59.78")
    assert entered() == [("A1.1", ["59.795"])]


def test_my_own_value_in_a_conflict_is_a_revision_with_a_reason(tablet, wire, marking):
    sheet = marking.sheet(marking.measuring)
    page = open_sheet(tablet(marking.measuring.user), sheet)
    enter_there(sheet, mark("A1.1", "59.795"))
    enter(page, "59.78")
    page.locator('[data-take="mine"]').click()
    page.locator("[data-reason]").first.click()
    state(page, "A1.1", "received")
    found = Mark.objects.get(is_current=True)
    assert (found.values, found.revision, bool(found.reason)) == (["59.78"], 2, True)


def test_a_sheet_signed_meanwhile_closes_and_keeps_the_mark_as_a_card(tablet, wire, marking):
    sheet = marking.sheet(marking.measuring)
    page = open_sheet(tablet(marking.measuring.user), sheet)
    Sheet.objects.filter(pk=sheet.pk).update(state=Sheet.State.SIGNED)
    enter(page, "59.79")
    expect(page.locator('[data-take="again"]')).to_be_visible()
    expect(page.locator(".pad")).to_have_count(0)  # the page has asked what became of the sheet
    Sheet.objects.filter(pk=sheet.pk).update(state=Sheet.State.ISSUED)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator(".pad")).to_be_visible()
    page.locator('[data-take="again"]').click()
    state(page, "A1.1", "received")


# --- versions, clocks, tabs ------------------------------------------------------------------------------------------

OLD_OUTBOX = """async (marks) => {
  const db = await new Promise((ok) => {
    const r = indexedDB.open("judge", 1);
    r.onupgradeneeded = () => r.result.createObjectStore("outbox", { keyPath: "client_id" });
    r.onsuccess = () => ok(r.result);
  });
  const transaction = db.transaction("outbox", "readwrite");
  marks.forEach((mark) => transaction.objectStore("outbox").put(mark));
  await new Promise((ok) => { transaction.oncomplete = ok; });
  db.close();
}"""


def test_a_full_outbox_of_the_first_version_is_drained_by_this_one(tablet, wire, marking):
    judge = marking.measuring.user
    old = [
        {
            "client_id": f"00000000-0000-4000-8000-{at:02}{place:010}",
            "judge": str(judge.uuid),
            "sheet": str(sheet.uuid),
            "aspect": aspect,
            "values": [],
            "not_done": True,
            "base": 0,
            "client_at": (timezone.now() - timedelta(seconds=300 - place)).isoformat(),
        }
        for at, sheet in enumerate(marking.sheet(marking.measuring, work) for work in marking.works)
        for place, aspect in enumerate(sheet.aspects)
    ]
    assert len(old) > 40  # more than one request
    context = tablet(judge)
    page = context.new_page()
    page.goto("/robots.txt")
    page.evaluate(OLD_OUTBOX, old)
    page = open_sheet(context, marking.sheet(marking.measuring))
    arrived(page, len(old))
    unsent(page, 0)
    expect(page.locator("[data-marked]")).to_have_text(page.locator("[data-total]").inner_text())
    assert {str(one) for one in Mark.objects.values_list("client_id", flat=True)} == {
        m["client_id"] for m in old
    }


PUT = f"""async (record) => {{
  const db = {OPEN}, transaction = db.transaction("queue", "readwrite");
  transaction.objectStore("queue").put(record);
  await new Promise((ok) => {{ transaction.oncomplete = ok; }});
  db.close();
}}"""


def test_a_record_of_a_later_version_is_counted_and_left_alone(tablet, wire, marking):
    context = tablet(marking.measuring.user)
    page = open_sheet(context, marking.sheet(marking.measuring))
    later = {
        "v": 3,
        "client_id": "x",
        "judge": str(marking.measuring.user.uuid),
        "saved_at": 0,
        "answer": None,
    }
    page.evaluate(PUT, later)
    enter(page, "59.79")
    state(page, "A1.1", "received")
    unsent(page, 1)
    expect(page.locator("[data-alerts]")).to_contain_text("more than an hour")


@pytest.mark.parametrize("days", [-1, 1])
def test_a_clock_that_is_a_day_wrong_changes_neither_order_nor_value(tablet, wire, marking, days):
    page = open_sheet(tablet(marking.measuring.user), marking.sheet(marking.measuring))
    wire.cut()
    enter(page, "59.79")
    unsent(page, 1)
    page.clock.set_fixed_time(timezone.now() + timedelta(days=days))
    enter(page, "29.85")
    go_to(page, "A1.5")
    enter(page, "none")
    unsent(page, 3)
    wire.mend()
    send_now(page)
    unsent(page, 0)
    assert [values for _aspect, values in entered()] == [["59.79"], ["29.85"], []]


def test_two_tabs_show_the_same_and_send_once(tablet, wire, marking):
    context, sheet = tablet(marking.measuring.user), marking.sheet(marking.measuring)
    first, second = open_sheet(context, sheet), open_sheet(context, sheet, "A1.2")
    wire.cut()
    enter(first, "59.79")
    enter(second, "29.85")
    for page in (first, second):
        state(page, "A1.1", "here")
        state(page, "A1.2", "here")
        unsent(page, 2)
    requests = []
    context.on("request", lambda r: requests.append(r) if r.url.endswith("/judge/marks/") else None)
    wire.mend()
    send_now(first)
    send_now(second)
    for page in (first, second):
        state(page, "A1.1", "received")
        state(page, "A1.2", "received")
        unsent(page, 0)
    sent = [one["client_id"] for r in requests for one in json.loads(r.post_data)["marks"]]
    assert len(sent) == len(set(sent)) == 2
    assert entered() == [("A1.1", ["59.79"]), ("A1.2", ["29.85"])]


# --- the last resort -------------------------------------------------------------------------------------------------


def test_the_exported_file_loads_again_and_the_tablet_may_still_send_afterwards(
    tablet, wire, marking, tmp_path
):
    judge, sheet = marking.measuring.user, marking.sheet(marking.measuring)
    context = tablet(judge)
    ready_for_no_network(context.new_page(), sheets=3)
    page = open_sheet(context, sheet)
    wire.cut()
    enter(page, "59.79", "29.85")
    unsent(page, 2)
    page.goto("/judge/unsent/")  # from this device
    with page.expect_download() as download:
        page.locator("[data-save-file]").click()
    file = tmp_path / "unsent.json"
    download.value.save_as(file)
    wire.mend()
    office = tablet(judge).new_page()
    office.goto("/judge/unsent/")
    office.locator("[name=file]").set_input_files(file)
    office.get_by_role("button", name="Load").click()
    expect(office.locator("#taken")).to_contain_text("2 of 2")
    assert entered() == [("A1.1", ["59.79"]), ("A1.2", ["29.85"])]
    send_now(page)
    expect(page.locator("[data-records] h2")).to_have_text("Nothing waits on this device")
    assert Mark.objects.count() == 2


def test_the_chief_judge_loads_the_codes_of_another_into_what_is_kept(tablet, wire, marking):
    context = tablet(marking.measuring.user)
    page = open_sheet(context, marking.sheet(marking.measuring))
    page.route("**/judge/marks/", lambda route: route.abort())
    enter(page, "59.79", "29.85", *["none"] * 12)
    unsent(page, 8)
    with leaves_without_asking(page):
        page.goto("/judge/unsent/")
    page.locator("[data-show-qr]").click()
    canvas, texts = page.locator("canvas.qr"), set()
    expect(canvas).to_be_visible()
    of = int(canvas.get_attribute("data-text").split("/")[3])
    for _at in range(of):
        texts.add(canvas.get_attribute("data-text"))
        if of > 1:
            page.locator("[data-qr] button").last.click()
    assert len(texts) == of
    chief = tablet(marking.chief).new_page()
    chief.goto("/judge/unsent/")
    chief.locator("[name=text]").fill("\n".join(texts))
    chief.get_by_role("button", name="Load").click()
    expect(chief.locator("#taken")).to_contain_text("8 of 8")
    assert KeptMark.objects.count() == 8
    assert not Mark.objects.exists()


def test_a_panel_is_revealed_on_an_open_page_and_not_before_all_have_judged(tablet, wire, marking):
    enter_there(marking.sheet(marking.panel[0]), mark("B1.3", "2"))
    page = open_sheet(tablet(marking.panel[2].user), marking.sheet(marking.panel[2]), "B1.3")
    page.locator('[data-benchmark="3"]').click()
    state(page, "B1.3", "received")
    expect(page.locator(".panel-line")).to_contain_text("Judge 1: marked")
    told = page.evaluate("async () => (await fetch(location.pathname + 'document/')).json()")
    [held] = [one for one in told["cells"] if one["code"] == "B1.3"]
    assert [one["value"] for one in held["panel"]] == [None, None, None]
    enter_there(marking.sheet(marking.panel[1]), mark("B1.3", "3"))
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator(".panel-line")).to_contain_text("Judge 1: 2")


def test_nothing_is_signed_over_the_head_of_marks_that_are_still_here(tablet, marking):
    sheet = marking.sheet(marking.panel[0])
    Sheet.objects.filter(pk=sheet.pk).update(aspects=["C3.3"], marks_due=1)
    context = tablet(marking.panel[0].user)
    page = open_sheet(context, sheet, "C3.3")
    page.keyboard.type("2")
    state(page, "C3.3", "received")
    page.route("**/judge/marks/", lambda route: route.abort())
    page.keyboard.type("3")
    unsent(page, 1)
    page.locator("a.review").click()
    here = page.locator("[data-unsent-here]")
    expect(here).to_contain_text("1 mark is not sent")
    page.locator(".sign-form [type=checkbox]").check()
    page.locator(".sign-form button.primary").click()
    expect(here).to_be_focused()
    sheet.refresh_from_db()
    assert sheet.state == Sheet.State.ENTERED
    page.unroute("**/judge/marks/")
    here.get_by_role("button").click()
    expect(here).to_be_hidden()
    expect(page.locator(".answers")).to_contain_text("3")
    page.locator(".sign-form [type=checkbox]").check()
    page.locator(".sign-form button.primary").click()
    page.wait_for_url("**/signed/")
    assert Mark.objects.get(is_current=True).values == ["3"]


def test_going_to_the_check_waits_for_the_mark_under_way(tablet, wire, marking):
    context = tablet(marking.measuring.user)
    page = open_sheet(context, marking.sheet(marking.measuring))
    page.route("**/judge/marks/", lambda route: (page.wait_for_timeout(600), route.continue_()))
    page.keyboard.type("59.79")
    page.locator("a.review").click()
    page.wait_for_url("**/check/")
    expect(page.locator(".answers > div").first).to_contain_text("59.79")

"""A judge marks: by keypad and by keyboard, wrong values refused at once, nothing forgotten when the network drops."""

import os
import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from competitions.models import Mark, Sheet
from tests.browser.judge_hall import arrived
from tests.competitions.marking_contest import enter, make_marking, mark

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PICTURES = os.environ.get("CRAFT_PICTURES", "")


@pytest.fixture
def marking():
    return make_marking(works=3)


def picture(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}.png")


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.locator(f'.pad [data-key="{key}"]').click()


def shown(page: Page) -> str:
    return page.locator("[data-value]").inner_text().strip()


def cell(page: Page, aspect: str):
    return page.locator(f'.cells > li[data-aspect="{aspect}"]')


def open_sheet(visit, seat, marking, aspect="", **how) -> Page:
    page = visit(seat.user, **how)
    page.goto(f"{marking.sheet(seat).get_absolute_url()}?aspect={aspect}")
    expect(page.locator(".pad")).to_be_visible()
    return page


def received(page: Page, aspect: str) -> None:
    """What stands in the cell, and not only what stood there before somebody typed."""
    expect(cell(page, aspect)).not_to_have_attribute("data-draft", "true")
    expect(cell(page, aspect)).to_have_attribute("data-state", "received")


def test_a_reading_goes_in_by_the_keypad_and_comes_back_with_its_receipt(visit, marking):
    page = open_sheet(visit, marking.measuring, marking, "A1.1", width=390)
    press(page, "5", "9", "dot", "7", "9")
    assert shown(page) == "59.79"
    expect(page.locator("[data-inside]")).to_have_attribute("data-inside", "true")
    picture(page, "judge-keypad-390")
    press(page, "next")
    received(page, "A1.1")
    expect(cell(page, "A1.1")).to_contain_text(re.compile(r"59\.79 mm.*#\d+", re.S))
    expect(page.locator("[data-marked]")).to_have_text("1")
    expect(page.locator("[data-unsent]")).to_have_text("0")
    assert page.locator(".judge-now").get_attribute("data-aspect") == "A1.2"
    assert Mark.objects.get().values == ["59.79"]


def test_keys_are_large_enough_for_gloves(visit, marking):
    page = open_sheet(visit, marking.measuring, marking, width=390)
    for key in page.locator(".pad button").all():
        box = key.bounding_box()
        assert box is not None
        assert box["height"] >= 64
        assert box["width"] >= 64


def test_the_keyboard_alone_is_enough(visit, marking):
    page = open_sheet(visit, marking.measuring, marking, "A1.1")
    page.keyboard.type("59.79")
    page.keyboard.press("Enter")
    page.keyboard.type("29.85")
    page.keyboard.press("ArrowDown")
    received(page, "A1.2")
    page.keyboard.press("ArrowUp")
    assert page.locator(".judge-now").get_attribute("data-aspect") == "A1.2"
    page.keyboard.press("ArrowRight")
    expect(page.locator(".work")).to_have_text("W-02")
    assert sorted(Mark.objects.values_list("aspect", flat=True)) == ["A1.1", "A1.2"]


def test_every_point_has_a_field_of_its_own(visit, marking):
    page = open_sheet(visit, marking.measuring, marking, "A2.3", width=390)
    page.keyboard.type("5.395")
    page.keyboard.press("Enter")
    expect(page.locator('[data-point="1"]')).to_have_attribute("aria-pressed", "true")
    picture(page, "judge-points-390")
    press(page, "none")
    received(page, "A2.3")
    assert Mark.objects.get().values == ["5.395", None]


def test_a_value_that_cannot_be_is_refused_at_once_with_the_reason(visit, marking):
    page = open_sheet(visit, marking.measuring, marking, "A1.4", width=390)
    page.keyboard.type("0.01")
    press(page, "sign", "next")
    expect(page.locator("[data-problem]")).to_contain_text("below 0")
    picture(page, "judge-refused-390")
    assert page.locator(".judge-now").get_attribute("data-aspect") == "A1.4"
    page.keyboard.press("Backspace")
    page.keyboard.type("23456")
    expect(page.locator("[data-problem]")).to_contain_text("At most 3 decimals")
    assert not Mark.objects.exists()


def test_a_slipped_decimal_point_is_asked_about(visit, marking):
    page = open_sheet(visit, marking.measuring, marking, "A1.1", width=390)
    page.keyboard.type("597.95")
    page.keyboard.press("Enter")
    asked = page.locator("dialog[open]")
    for told in ("597.95 mm", "59.78 +0.02/0 mm", "538.15 mm above the limit"):
        expect(asked).to_contain_text(told)
    picture(page, "judge-second-look-390")
    page.locator("[data-correct]").click()
    assert not Mark.objects.exists()
    assert page.locator(".judge-now").get_attribute("data-aspect") == "A1.1"
    page.keyboard.press("Enter")
    page.locator("[data-keep]").click()
    received(page, "A1.1")
    assert Mark.objects.get().second_look


def test_what_can_never_be_is_refused_while_it_is_typed_and_not_asked_about(visit, marking):
    page = open_sheet(visit, marking.measuring, marking, "A1.1", width=390)
    page.keyboard.type("5979")
    expect(page.locator("[data-problem]")).to_contain_text("above 1196")
    page.keyboard.type(".5")
    page.keyboard.press("Enter")
    expect(page.locator("[data-problem]")).to_contain_text("5979.5 is above 1196")
    press(page, "back", "back", "back", "back", "sign", "next")
    expect(page.locator("[data-problem]")).to_contain_text("below 0")
    expect(page.locator("dialog[open]")).to_have_count(0)
    assert not Mark.objects.exists()


def test_nothing_done_is_asked_about_once_and_can_be_taken_back(visit, marking):
    page = open_sheet(visit, marking.measuring, marking, "A1.1", width=390)
    asked = page.locator("dialog[open]")
    press(page, "none")
    expect(asked).to_contain_text("Not done gives 0 points")
    asked.locator("[data-correct]").click()
    expect(cell(page, "A1.1")).to_have_attribute("data-state", "open")
    press(page, "none")
    asked.locator("[data-keep]").click()
    received(page, "A1.1")
    press(page, "undo")
    expect(cell(page, "A1.1")).to_have_attribute("data-state", "open")
    press(page, "5", "9", "dot", "7", "9", "next")
    received(page, "A1.1")
    assert Mark.objects.get(is_current=True).values == ["59.79"]


def test_a_change_shows_both_values_and_is_not_saved_without_a_reason(visit, marking):
    enter(marking.sheet(marking.measuring), mark("A1.1", "59.79"))
    page = open_sheet(visit, marking.measuring, marking, "A1.1", width=390)
    page.keyboard.type("59.80")
    page.keyboard.press("Enter")
    asked = page.locator("dialog[open]")
    expect(asked.locator("dl")).to_contain_text(re.compile("59\\.79 mm.*59\\.80 mm", re.S))
    picture(page, "judge-change-390")
    asked.get_by_role("button", name="Save").click()
    expect(asked.get_by_role("alert")).to_contain_text("a change without a reason is not saved")
    asked.get_by_label("Another reason, in your words").fill("The probe was dirty")
    asked.get_by_role("button", name="Save").click()
    received(page, "A1.1")
    arrived(page, 2)
    assert Mark.objects.get(is_current=True).reason == "The probe was dirty"


def test_not_done_is_something_else_than_nought(visit, marking):
    page = open_sheet(visit, marking.measuring, marking, "A1.1", width=390)
    press(page, "none")
    page.locator("dialog[open] [data-keep]").click()
    received(page, "A1.1")
    expect(cell(page, "A1.1")).to_contain_text("Not done")
    press(page, "0", "next")
    saved = {row.aspect: (row.values, row.not_done) for row in Mark.objects.all()}
    assert saved["A1.1"] == ([], True)


def test_undo_for_ten_seconds_then_a_reason(visit, marking):
    page = open_sheet(visit, marking.measuring, marking, "A1.1", width=390)
    page.keyboard.type("59.79")
    page.keyboard.press("Enter")
    received(page, "A1.1")
    picture(page, "judge-undo-390")
    press(page, "undo")
    page.keyboard.type("59.78")
    page.keyboard.press("Enter")
    expect(cell(page, "A1.1")).to_contain_text("59.78")
    received(page, "A1.1")
    page.reload()  # from now on the first mark is an old one for this page
    cell(page, "A1.1").locator(".cell").click()
    page.keyboard.type("59.80")
    page.keyboard.press("Enter")
    expect(page.locator("dialog[open]")).to_be_visible()
    picture(page, "judge-reason-390")
    page.locator("[data-reason]").first.click()
    expect(cell(page, "A1.1")).to_contain_text("59.80")
    arrived(page, 4)
    received(page, "A1.1")
    rows = list(Mark.objects.order_by("revision").values_list("values", "reason", "is_current"))
    assert [row[0] for row in rows] == [["59.79"], [], ["59.78"], ["59.80"]]  # taken back, and entered anew
    assert [bool(row[1]) for row in rows] == [False, False, False, True]


def test_a_judgement_is_one_of_four_buttons_with_its_benchmark(visit, marking):
    page = open_sheet(visit, marking.panel[0], marking, "B1.3", width=390)
    expect(page.locator("[data-benchmark]")).to_have_count(4)
    expect(page.locator(".panel-line")).to_contain_text("Judge 2: not yet")
    page.locator('[data-benchmark="2"]').click()
    received(page, "B1.3")
    expect(page.locator('[data-benchmark="2"]')).to_have_attribute("aria-pressed", "true")
    picture(page, "judge-0-3-390")
    page.keyboard.press("Enter")
    page.keyboard.press("3")
    received(page, marking.sheet(marking.panel[0]).aspects[1])


def test_benchmarks_speak_the_language_of_the_page(visit, marking):
    page = open_sheet(visit, marking.panel[0], marking, "C3.3", language="zh-hans")
    expect(page.locator('[data-benchmark="0"]')).to_contain_text("一侧无光亮带")
    picture(page, "judge-0-3-zh-1280")
    page = open_sheet(visit, marking.panel[0], marking, "C3.3", language="en")
    expect(page.locator('[data-benchmark="0"]')).to_contain_text("No band on one side")


def test_a_panel_too_far_apart_is_told_and_nobody_saw_a_value_before(visit, marking):
    enter(marking.sheet(marking.panel[0]), mark("B1.3", "0"))
    enter(marking.sheet(marking.panel[1]), mark("B1.3", "2"))
    page = open_sheet(visit, marking.panel[2], marking, "B1.3", width=390)
    expect(page.locator(".panel-line")).to_contain_text("Judge 1: marked")
    page.locator('[data-benchmark="3"]').click()
    expect(cell(page, "B1.3")).to_have_attribute("data-state", "conflict")
    expect(cell(page, "B1.3")).to_contain_text("Judge again")
    page.reload()
    expect(page.locator(".panel-line")).to_contain_text("Judge 1: 0")
    picture(page, "judge-spread-390")
    page.locator('[data-benchmark="1"]').click()
    received(page, "B1.3")


def test_counters_and_ticks_of_the_floor(visit, marking):
    page = open_sheet(visit, marking.floor[0], marking, "E1.1", width=390)
    page.locator('[data-more="no_goggles"]').click()
    picture(page, "judge-counts-390")
    press(page, "next")
    received(page, "E1.1")
    cell(page, "E1.5").locator(".cell").click()
    for at, value in enumerate("1101"):
        page.locator(f'[data-answer="{at}:{value}"]').click()
    received(page, "E1.5")
    picture(page, "judge-yes-no-390")
    saved = dict(Mark.objects.values_list("aspect", "values"))
    assert saved == {"E1.1": {"no_goggles": "1"}, "E1.5": ["1", "1", "0", "1"]}


def test_without_network_marks_wait_on_the_device_and_go_out_in_order(visit, marking, complaints):
    page = open_sheet(visit, marking.measuring, marking, "A1.1", width=390)
    page.context.set_offline(True)
    for reading in ("59.79", "29.85"):
        page.keyboard.type(reading)
        page.keyboard.press("Enter")
    expect(page.locator("[data-net]")).to_have_attribute("data-net", "offline")
    expect(page.locator("[data-unsent]")).to_have_text("2")
    expect(cell(page, "A1.1")).to_have_attribute("data-state", "here")
    picture(page, "judge-offline-390")
    assert not Mark.objects.exists()
    page.context.set_offline(False)
    page.evaluate("dispatchEvent(new Event('online'))")
    received(page, "A1.1")
    received(page, "A1.2")
    expect(page.locator("[data-unsent]")).to_have_text("0")
    assert list(Mark.objects.order_by("seq").values_list("aspect", flat=True)) == ["A1.1", "A1.2"]
    complaints.clear()  # the browser complains of the cut network


def test_a_lost_answer_does_not_count_the_mark_twice(visit, marking, complaints):
    page = open_sheet(visit, marking.measuring, marking, "A1.1", width=390)
    lost = []

    def lose(route):
        if lost:
            return route.continue_()
        lost.append(route.fetch())
        return route.abort()

    page.route("**/marks/", lose)
    page.keyboard.type("59.79")
    page.keyboard.press("Enter")
    expect(page.locator("[data-net]")).to_have_attribute("data-net", "offline")
    page.evaluate("dispatchEvent(new Event('online'))")
    received(page, "A1.1")
    assert Mark.objects.count() == 1
    complaints.clear()


def test_two_values_are_both_shown_and_the_judge_decides(visit, marking):
    page = open_sheet(visit, marking.measuring, marking, "A1.1", width=390)
    enter(marking.sheet(marking.measuring), mark("A1.1", "59.795"))
    page.keyboard.type("59.78")
    page.keyboard.press("Enter")
    expect(page.locator('[data-take="mine"]')).to_contain_text("59.78")
    expect(page.locator('[data-take="theirs"]')).to_contain_text("59.795")
    picture(page, "judge-conflict-390")
    page.locator('[data-take="theirs"]').click()
    received(page, "A1.1")
    assert Mark.objects.get(is_current=True).values == ["59.795"]


def test_checked_signed_by_two_and_on_to_the_next(visit, marking):
    sheet = marking.sheet(marking.measuring)
    enter(sheet, *(mark(code, not_done=True) for code in sheet.aspects))
    page = visit(marking.measuring.user, width=390)
    page.goto("/judge/")
    picture(page, "judge-home-390")
    page.locator(".next-sheet").click()
    page.locator("a.review").click()
    expect(page.locator("h1")).to_contain_text("W-01")
    page.locator("[name=checked]").check()
    page.locator("[name=witness_password]").fill("second-judge")
    picture(page, "judge-check-390")
    page.get_by_role("button", name="Sign this sheet").click()
    expect(page.locator("h1")).to_contain_text("W-01 is signed")
    picture(page, "judge-signed-390")
    sheet.refresh_from_db()
    assert sheet.state == Sheet.State.SIGNED
    page.get_by_role("link", name="Next sheet W-02").click()
    expect(page.locator(".work")).to_have_text("W-02")


def test_without_a_script_one_aspect_is_posted_at_a_time(chromium, live_server, marking, visit):
    signed_in = visit(marking.measuring.user).context.cookies()
    context = chromium.new_context(base_url=live_server.url, java_script_enabled=False)
    context.add_cookies(signed_in)
    page = context.new_page()
    page.goto(f"{marking.sheet(marking.measuring).get_absolute_url()}?aspect=A2.3")
    page.locator("#plain-1").fill("5.395")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".problem, .messages")).not_to_have_count(0)
    page.locator("#plain-1").fill("5.395")
    page.locator("#plain-2").fill("5.40")
    page.get_by_role("button", name="Save").click()
    expect(cell(page, "A2.3")).to_contain_text("Received")
    context.close()
    assert Mark.objects.get().values == ["5.395", "5.40"]


@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing_on_the_pages_of_the_marking(visit, marking, width):
    for seat, value in zip(marking.panel, "023", strict=True):
        enter(marking.sheet(seat), mark("B1.3", value))
    code = marking.event.code
    mine = marking.sheet(marking.measuring)
    pages = {
        marking.measuring.user: [
            "/judge/",
            f"{mine.get_absolute_url()}?aspect=A2.3",
            f"/judge/sheets/{mine.uuid}/check/",
        ],
        marking.panel[0].user: [marking.sheet(marking.panel[0]).get_absolute_url()],
        marking.floor[0].user: [f"{marking.sheet(marking.floor[0]).get_absolute_url()}?aspect=E1.1"],
        marking.chief: [
            f"/desk/events/{code}/{part}/" for part in ("progress", "incidents", "imports", "progress/lock")
        ],
    }
    found = []
    for user, addresses in pages.items():
        page = visit(user, width=width)
        for address in addresses:
            page.goto(address)
            expect(page.locator("h1")).to_be_visible()  # a sheet is built by its script
            faults = Axe().run(page).response["violations"]
            found += [(address, fault["id"], fault["nodes"][0]["html"][:160]) for fault in faults]
    assert found == []

"""What a judge is asked and offered: decisions before signing, taking a mark back, a value that is only typed."""

import pytest
from playwright.sync_api import expect

from competitions.domain.hand_over import hand_over
from competitions.models import Mark, Sheet
from tests.browser.judge_hall import enter, go_to, open_sheet, state, unsent
from tests.competitions.marking_contest import enter as enter_there
from tests.competitions.marking_contest import make_marking, mark
from tests.factories import make_seat

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def marking():
    return make_marking(works=1)


def test_two_values_are_chosen_between_before_signing_and_waiting_is_for_the_network(tablet, wire, marking):
    sheet = marking.sheet(marking.measuring)
    Sheet.objects.filter(pk=sheet.pk).update(aspects=["A1.1", "A1.2"], marks_due=2)
    page = open_sheet(tablet(marking.measuring.user), sheet)
    enter_there(sheet, mark("A1.1", "59.79"), mark("A1.2", "29.84"))
    go_to(page, "A1.2")
    enter(page, "29.85")
    state(page, "A1.2", "conflict")
    page.locator("a.review").click()
    here = page.locator("[data-unsent-here]")
    expect(here).to_have_text("A1.2 has two values: choose one first")
    expect(here.get_by_role("button")).to_have_count(0)
    page.locator(".sign-form [type=checkbox]").check()
    page.locator(".sign-form button.primary").click()
    expect(here).to_be_focused()
    here.get_by_role("link").click()
    expect(page.locator(".judge-now")).to_have_attribute("data-aspect", "A1.2")
    page.route("**/judge/marks/", lambda route: route.abort())
    page.locator('[data-take="mine"]').click()
    page.locator("[data-reason]").first.click()
    state(page, "A1.2", "here")
    unsent(page, 1)
    page.locator("a.review").click()
    expect(here).to_contain_text("1 mark is not sent Sign when they are at the server")
    expect(here.get_by_role("button")).to_have_count(1)
    expect(here).not_to_contain_text("choose one first")


def test_nothing_is_taken_back_once_the_panel_has_to_judge_again(tablet, wire, marking):
    enter_there(marking.sheet(marking.panel[0]), mark("B1.3", "0"))
    page = open_sheet(tablet(marking.panel[2].user), marking.sheet(marking.panel[2]), "B1.3")
    page.locator('[data-benchmark="3"]').click()
    state(page, "B1.3", "received")
    undo = page.locator('.pad [data-key="undo"]')
    enter_there(marking.sheet(marking.panel[1]), mark("B1.3", "2"))  # elsewhere
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    state(page, "B1.3", "conflict")
    expect(undo).to_be_disabled()
    page = open_sheet(tablet(marking.panel[1].user), marking.sheet(marking.panel[1]), "B1.3")
    expect(page.locator("[data-spread]")).to_contain_text("Discuss against the benchmarks")
    page.locator('[data-benchmark="1"]').click()  # the first to judge again may take it back
    state(page, "B1.3", "received")
    expect(page.locator("[data-spread]")).to_have_count(0)


def test_the_last_of_a_panel_is_offered_no_undo_for_the_mark_that_raised_the_alarm(tablet, wire, marking):
    enter_there(marking.sheet(marking.panel[0]), mark("B1.3", "0"))
    enter_there(marking.sheet(marking.panel[1]), mark("B1.3", "2"))
    page = open_sheet(tablet(marking.panel[2].user), marking.sheet(marking.panel[2]), "B1.3")
    page.locator('[data-benchmark="3"]').click()
    state(page, "B1.3", "conflict")
    expect(page.locator('.pad [data-key="undo"]')).to_be_disabled(timeout=3000)  # it lasts 10 s
    told = page.locator(".judge-now [data-spread]")
    expect(told).to_have_text(
        "The panel is too far apart. Discuss against the benchmarks, then each judges again."
    )
    page.locator('[data-benchmark="1"]').click()
    state(page, "B1.3", "received")
    expect(told).to_have_count(0)


def test_a_value_that_is_only_typed_is_said_to_be_unsaved_and_cancel_brings_the_saved_one_back(
    tablet, wire, marking
):
    sheet = marking.sheet(marking.measuring)
    enter_there(sheet, mark("A1.1", "59.79"))
    page = open_sheet(tablet(marking.measuring.user), sheet)
    shown, tag = page.locator("[data-value]"), page.locator("[data-unsaved]")
    first, second = (page.locator(f'[data-aspect="{code}"] .cell-note') for code in ("A1.1", "A1.2"))
    page.keyboard.type("59.8")
    expect(tag).to_be_visible()
    expect(first).to_have_text("Not saved: 59.8 mm")
    page.keyboard.press("Enter")
    page.locator("dialog").get_by_role("button", name="Cancel").click()
    expect(shown).to_have_text("59.79")
    expect(tag).to_have_count(0)
    expect(first).to_contain_text("Received")
    go_to(page, "A1.2")
    page.keyboard.type("2")
    go_to(page, "A1.5")
    expect(second).to_have_text("Not saved: 2 mm")
    expect(tag).to_have_count(0)
    go_to(page, "A1.2")
    expect(shown).to_have_text("2")
    expect(tag).to_be_visible()
    enter(page, "29.85")
    state(page, "A1.2", "received")
    expect(second).to_contain_text("Received")


def test_a_sealed_value_of_the_judge_before_is_named_as_such_and_judged_anew(tablet, wire, marking):
    """Cancelled it stays sealed; judged anew it is one's own, and what was never read is not offered back."""
    sheet = marking.sheet(marking.panel[0])
    enter_there(sheet, mark("B1.3", "3"))
    reserve = make_seat(marking.event, "result", place=4)
    hand_over(sheet=sheet, to=reserve, by=marking.chief, reason="taken ill")
    sheet = marking.sheet(reserve)
    page = open_sheet(tablet(reserve.user), sheet, "B1.3")
    value = page.locator('[data-aspect="B1.3"] .cell-value')
    expect(value).to_contain_text("sealed until all have judged")
    expect(page.locator('[data-benchmark][aria-pressed="true"]')).to_have_count(0)
    page.locator('[data-benchmark="2"]').click()
    page.locator(".judge-ask").get_by_role("button", name="Cancel").click()
    expect(value).to_contain_text("sealed until all have judged")
    page.locator('[data-benchmark="2"]').click()
    page.locator("[data-reason]").first.click()
    state(page, "B1.3", "received")
    expect(value).to_contain_text("2")
    expect(value).not_to_contain_text("sealed")
    expect(page.locator('.pad [data-key="undo"]')).to_be_disabled(timeout=3000)  # it lasts 10 s
    unsent(page, 0)
    assert Mark.objects.get(aspect="B1.3", is_current=True).by == reserve.user


def test_a_change_after_all_have_judged_says_what_may_fall_with_it(tablet, wire, marking):
    for seat in marking.panel:
        enter_there(marking.sheet(seat), mark("B1.3", "2"))
    alone = next(code for code in marking.sheet(marking.panel[0]).aspects if code != "B1.3")
    enter_there(marking.sheet(marking.panel[0]), mark(alone, "2"))
    page = open_sheet(tablet(marking.panel[0].user), marking.sheet(marking.panel[0]), "B1.3")
    asked, told = page.locator("dialog[open]"), page.locator("dialog[open] [data-may-fall]")
    page.locator('[data-benchmark="0"]').click()
    expect(told).to_contain_text("the signatures of the other judges")
    asked.get_by_role("button", name="Cancel").click()
    go_to(page, alone)
    page.locator('[data-benchmark="0"]').click()
    expect(asked).to_be_visible()
    expect(told).to_have_count(0)

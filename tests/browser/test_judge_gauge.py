"""What passes or fails: the answers stand with the keys, and an error goes when it is mended."""

import re

import pytest
from playwright.sync_api import Page, expect

from competitions.models import Mark
from tests.browser.test_judge_sheet import picture, press, received
from tests.competitions.marking_contest import make_marking

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

GAUGE = "A3.6"


def open_gauge(visit, width: int) -> Page:
    marking = make_marking()
    page = visit(marking.measuring.user, width=width)
    page.goto(f"{marking.sheet(marking.measuring).get_absolute_url()}?aspect={GAUGE}")
    expect(page.locator(".yes-no")).to_be_visible()
    return page


@pytest.mark.parametrize(("width", "place"), [(820, ".judge-keys"), (390, ".judge-main")])
def test_the_answers_stand_with_the_keys_where_there_are_two_panes(visit, width, place):
    page = open_gauge(visit, width)
    picture(page, f"judge-gauge-{width}")
    expect(page.locator(f"{place} .yes-no")).to_be_visible()
    expect(page.locator(".yes-no")).to_have_count(1)
    for key in page.locator("[data-answer], .pad button").all():
        expect(key).to_be_in_viewport()


def test_the_answers_move_when_the_tablet_is_turned(visit):
    page = open_gauge(visit, 820)
    page.set_viewport_size({"width": 600, "height": 820})
    expect(page.locator(".judge-main .yes-no")).to_be_visible()
    expect(page.locator(".judge-keys .yes-no")).to_have_count(0)


def test_an_unanswered_point_is_told_in_words_of_a_gauge_until_all_are_answered(visit):
    page = open_gauge(visit, 820)
    page.locator('[data-answer="0:0"]').click()
    press(page, "next")
    problem = page.locator("[data-problem]")
    expect(problem).to_be_visible()
    expect(problem).not_to_contain_text(re.compile("reading|读数"))
    press(page, "all")
    received(page, GAUGE)
    expect(problem).to_be_hidden()
    assert set(Mark.objects.get(aspect=GAUGE).values) == {"1"}

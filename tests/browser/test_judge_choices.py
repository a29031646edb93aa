"""On a phone every aspect that is answered by choosing opens with all its choices in sight."""

import pytest
from playwright.sync_api import Page, expect

from competitions.models import Mark
from tests.browser.test_judge_sheet import press, received
from tests.competitions.marking_contest import enter, make_marking, mark

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PHONES = [(390, 844), (360, 640)]
# Each choice that a finger would not reach: outside the window, or under something else at one of four points of it.
OUT_OF_REACH = """() => [...document.querySelectorAll("[data-benchmark]")].filter((choice) => {
  const box = choice.getBoundingClientRect();
  const xs = [box.left + 4, box.right - 4], ys = [box.top + 4, box.bottom - 4];
  const points = xs.flatMap((x) => ys.map((y) => [x, y]));
  return box.top < 0 || box.bottom > innerHeight || box.left < 0 || box.right > innerWidth
    || points.some(([x, y]) => document.elementFromPoint(x, y)?.closest("[data-benchmark]") !== choice);
}).map((choice) => choice.dataset.benchmark)"""


@pytest.fixture
def marking():
    return make_marking(works=2)


def open_phone(visit, seat, marking, size: tuple[int, int], language: str = "zh-hans") -> Page:
    page = visit(seat.user, width=size[0], language=language)
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.goto(marking.sheet(seat).get_absolute_url())
    expect(page.locator(".pad")).to_be_visible()
    return page


def in_hand(page: Page) -> str:
    return page.locator(".judge-now").get_attribute("data-aspect") or ""


@pytest.mark.parametrize("size", PHONES)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_whole_sheet_is_judged_by_taps_with_every_choice_in_sight(visit, marking, size, language):
    seat = marking.panel[0]
    page = open_phone(visit, seat, marking, size, language)
    due = list(marking.sheet(seat).aspects)
    assert len(due) > 5
    for at, aspect in enumerate(due):
        assert in_hand(page) == aspect
        values = page.locator("[data-benchmark]").evaluate_all(
            "all => all.map((one) => one.dataset.benchmark)"
        )
        assert values == ["0", "1", "2", "3"]
        assert page.evaluate(OUT_OF_REACH) == []
        page.locator(f'[data-benchmark="{at % 4}"]').click()
        received(page, aspect)
        assert page.evaluate(OUT_OF_REACH) == []  # what appears after a mark covers no choice either
        press(page, "next")
    assert sorted(Mark.objects.values_list("aspect", flat=True)) == sorted(due)


@pytest.mark.parametrize("size", PHONES)
def test_an_aspect_chosen_far_down_in_the_list_opens_with_its_choices(visit, marking, size):
    seat = marking.panel[0]
    page = open_phone(visit, seat, marking, size)
    last = list(marking.sheet(seat).aspects)[-1]
    page.locator(f'.cells > li[data-aspect="{last}"] .cell').click()
    assert in_hand(page) == last
    assert page.evaluate(OUT_OF_REACH) == []


def test_large_type_on_a_small_phone_still_shows_every_choice(visit, marking):
    seat = marking.panel[0]
    page = open_phone(visit, seat, marking, (360, 640))
    page.evaluate("document.documentElement.dataset.mode = 'elder'; dispatchEvent(new Event('resize'))")
    assert page.evaluate(OUT_OF_REACH) == []


def test_a_card_about_one_aspect_does_not_hide_the_choices_of_another(visit, marking):
    seat = marking.panel[0]
    page = open_phone(visit, seat, marking, (390, 844))
    first, second, *_rest = marking.sheet(seat).aspects
    enter(marking.sheet(seat), mark(first, "1"))
    page.locator('[data-benchmark="2"]').click()
    expect(page.locator(".conflict")).to_be_visible()
    press(page, "next")
    assert in_hand(page) == second
    assert page.evaluate(OUT_OF_REACH) == []

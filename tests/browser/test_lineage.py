"""The lineage in a browser: walked by keyboard, a list on a phone, a sheet of paper; axe finds nothing in any mode."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from academy.domain.lineage import key_of
from craft_site.home.foundation import make_site
from craft_site.people.models import GrowthEntry
from tests.academy.lineage import teach
from tests.browser.test_accessibility import TOO_WIDE, faults_of, open_page, show_in
from tests.factories import make_user, make_worker

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def family():
    """Four generations, a second master, somebody without a name between, an honour, more than a picture holds."""
    make_site()
    first = make_worker("吕海峰")
    second = [teach(first, make_worker(f"金俊{n}"), year=1998 + n) for n in range(4)]
    third = [teach(second[0], make_worker(f"林浩{n}"), year=2005 + n) for n in range(20)]
    teach(third[0], make_worker("张小满"), year=2015)
    teach(second[1], third[0], year=2012)
    between, last = make_worker("Silent Su"), make_worker("程伟")
    teach(last, make_worker("Mary Johnson-Smith"), year=2018)
    teach(first, between, named="mentor", year=2003)
    teach(between, last, named="apprentice", year=2010)
    GrowthEntry.objects.create(worker=first, kind="honour", on="2019-05-01", title="八婺金匠", source="test")
    return first, second[0]


def branch_of(worker) -> str:
    return reverse("academy:lineage_of", args=(key_of(worker.uuid),))


def test_axe_finds_nothing_in_any_mode_and_nothing_is_too_wide(visit, family):
    stranger, desk, found = visit(), visit(make_user("organiser")), []
    public = (reverse("academy:lineage"), branch_of(family[0]), reverse("academy:lineage") + "?q=林")
    for page, addresses in ((stranger, public), (desk, (reverse("desk:lineage"),))):
        for address in addresses:
            open_page(page, address)
            found += faults_of(page, address)
            page.set_viewport_size({"width": 390, "height": 844})
            for mode in ("normal", "elder"):
                show_in(page, mode, "light")
                found += [f"{address} ({mode}) {fault}" for fault in page.evaluate(TOO_WIDE)]
            page.set_viewport_size({"width": 1280, "height": 900})
    assert found == []


def test_a_branch_opens_by_keyboard_from_the_picture(visit, family):
    page = visit()
    page.goto(reverse("academy:lineage"))
    plate = page.locator(f'.lineage-picture .plain[href="{branch_of(family[1])}"]')
    plate.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("金俊0")
    assert page.locator(".lineage-picture").bounding_box()["width"] > 400


def test_the_names_stay_inside_their_plates(visit, family):
    page = visit()
    page.goto(branch_of(family[0]))
    outside = page.evaluate(
        """() => [...document.querySelectorAll(".name-plate")].flatMap((plate) => {
          const box = plate.querySelector("rect").getBoundingClientRect();
          return [...plate.querySelectorAll("text")].filter((text) => {
            const own = text.getBoundingClientRect();
            return own.top < box.top - 1 || own.bottom > box.bottom + 1;
          }).map((text) => text.textContent);
        })"""
    )
    assert outside == []


def test_a_phone_gets_the_list_and_paper_the_picture(visit, family):
    page = visit(width=390)
    page.goto(branch_of(family[0]))
    expect(page.locator(".lineage-picture")).to_be_hidden()
    page.get_by_role("link", name="金俊0").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("金俊0")
    page.emulate_media(media="print")
    expect(page.locator(".lineage-picture")).to_be_visible()
    expect(page.locator(".lineage-list")).to_be_hidden()
    assert page.pdf(prefer_css_page_size=True).count(b"/Type /Page\n") <= 2

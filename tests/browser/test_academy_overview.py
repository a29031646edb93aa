"""The academy's first page in a browser: what waits leads to the work, in every mode and at a phone's width."""

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from academy.models import TrainingClass
from craft_site.home.foundation import make_site
from tests.academy.training import make_class, seat
from tests.browser.test_accessibility import TOO_WIDE, faults_of, open_page, show_in
from tests.canary_academy import add_academy
from tests.factories import make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = 390


@pytest.fixture
def academy() -> None:
    """One of everything, and a finished class of each kind so that every texture is drawn."""
    make_site()
    add_academy()
    for kind in TrainingClass.Kind.values:
        made = make_class(state="finished", sessions=0, kind=kind)
        TrainingClass.objects.filter(pk=made.pk).update(finished_on=timezone.localdate())
        seat(made, state="completed")


ADDRESSES = ("desk:academy", "desk:training_plan", "desk:home")


def test_axe_finds_nothing_on_the_overview(visit, academy, complaints):
    page, found = visit(make_user("organiser")), []
    for name in ADDRESSES:
        open_page(page, reverse(name))
        found += faults_of(page, reverse(name))
    assert found == []
    assert complaints == []


def test_phones_need_no_sideways_scrolling(visit, academy):
    page, found = visit(make_user("organiser"), width=PHONE), {}
    for name in ADDRESSES:
        open_page(page, reverse(name))
        for mode in ("normal", "elder"):
            show_in(page, mode, "light")
            if wide := page.evaluate(TOO_WIDE):
                found[name, mode] = wide
    assert found == {}


def test_what_waits_leads_to_the_work(visit, academy):
    page = visit(make_user("finance"))
    page.goto(reverse("front_door"))
    page.get_by_role("link", name="Payment lists to approve").click()
    expect(page.get_by_role("heading", level=1, name="Payments")).to_be_visible()

"""Rows of links longer than the screen: the tabs of an event are never cut off, a menu says that it goes on."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from craft_site.home.foundation import make_site
from tests.factories import make_event, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_every_tab_of_an_event_is_in_sight_on_a_tablet(visit):
    event = make_event()
    page = visit(make_user("organiser"), width=820)
    page.goto(reverse("desk:event", args=(event.code,)))
    tabs = page.locator(".side-nav ul a")
    expect(tabs.first).to_be_visible()
    boxes = [tab.bounding_box() for tab in tabs.all()]
    assert len(boxes) > 8
    assert [box for box in boxes if box["x"] < 0 or box["x"] + box["width"] > 820] == []


def test_a_menu_that_is_longer_than_a_phone_says_so_until_its_end(visit):
    make_site()
    page = visit(None, width=390)
    page.goto("/")
    menu = page.locator(".bar nav")
    expect(menu).to_have_attribute("data-more", "")
    menu.locator("ul").evaluate("list => { list.scrollLeft = list.scrollWidth; }")
    expect(menu).not_to_have_attribute("data-more", "")
    page.set_viewport_size({"width": 1440, "height": 900})
    expect(menu).not_to_have_attribute("data-more", "")

"""The tabs of an event at the desk on a tablet: none of them is cut off."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

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

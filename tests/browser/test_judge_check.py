"""Before signing: what is missing is brought into sight."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.competitions.judge_pages import fill
from tests.competitions.marking_contest import make_marking

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_signing_without_the_tick_leads_to_what_is_wrong(visit, complaints):
    marking = make_marking()
    sheet = fill(marking.sheet(marking.measuring))
    page = visit(marking.measuring.user, width=390)
    page.goto(reverse("judge:check", args=(sheet.uuid,)))
    page.locator(".sign-form button[type=submit]").click()
    summary = page.locator(".sign-form .errors")
    expect(summary).to_be_focused()
    expect(summary).to_be_in_viewport()
    expect(summary).not_to_contain_text(re.compile(r"[.。][:：]"))
    complaints.clear()  # the browser tells of the 422

"""A visit as the firm and the craftsman see it: what waits at the desk, what was answered, the day wished for."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.factories import make_user, make_worker
from tests.honours.outreach import make_help, matched, visited
from tests.honours.web.test_visit_pages import page, post, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm():
    return make_help()


def test_a_firm_reads_its_own_answer_and_its_wished_day(client, firm):
    wished = timezone.localdate() + timedelta(days=40)
    visit = matched(firm, wished_by=wished)
    sign_in(client, firm.contact)
    shown = page(client, visit.my_url())
    assert (wished.isoformat() in shown, "The firm and the craftsmen answer" in shown) == (True, True)
    post(client, "me:firm_visit_act", visit.uuid, action="agree")
    shown = page(client, visit.my_url())
    assert f"Your firm agreed on {timezone.localdate().isoformat()}" in shown
    assert "The firm and the craftsmen answer" not in shown


def test_a_firm_sees_at_the_desk_what_waits_for_it_and_can_ask(client, firm):
    visit, came = matched(firm), visited(firm)
    ask = reverse("me:firm_visit_new")
    sign_in(client, firm.contact)
    shown = page(client, reverse("desk:home"))
    assert (visit.my_url() in shown, f"{came.my_url()}rate/" in shown, ask in shown) == (True, True, True)
    home = client.get(reverse("me:home"))
    assert reverse("me:outreach") in home.content.decode()
    assert reverse("me:outreach") not in {row["url"] for row in home.context["tasks"]}  # a way, nothing owed
    sign_in(client, firm.organiser)
    assert ask not in page(client, reverse("desk:home"))


def test_who_has_nothing_to_do_with_it_is_told_what_it_is(client):
    worker = make_worker(user=make_user("worker"))
    sign_in(client, worker.user)
    assert "Nobody has asked you" in page(client, reverse("me:outreach"))


def test_a_craftsman_reads_what_a_no_means_and_changes_it_while_others_are_asked(client, firm):
    visit = matched(firm, firm.craftsman, firm.second)
    sign_in(client, firm.craftsman.user)
    assert "the office looks for others" in page(client, visit.my_url())
    post(client, "me:firm_visit_act", visit.uuid, action="stay", reason="On leave")
    shown = page(client, visit.my_url())
    assert ("Cannot come" in shown, "the office looks for others" in shown) == (True, False)
    post(client, "me:firm_visit_act", visit.uuid, action="come")
    assert visit.craftsmen.get(worker=firm.craftsman).answer == "yes"

"""Visits to firms on their pages: who may, what is shown, what a slip is answered, at what cost."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from honours.domain import visit_reports
from honours.models import Visit
from tests.factories import make_user
from tests.honours.outreach import (
    agreed,
    closed,
    make_craftsman,
    make_help,
    make_talk,
    matched,
    requested,
    triaged,
    visited,
)
from tests.honours.web.asking import page, post, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm():
    return make_help()


def now(visit):
    return Visit.objects.get(pk=visit.pk)


ASKED = {"problem": "The press drifts", "kind": "service", "urgency": "soon", "contact": "Wang 13812345678"}


@pytest.mark.parametrize("size", [1, 25])
def test_pages_cost_the_same_queries_at_any_size(client, firm, size, django_assert_max_num_queries):
    for _n in range(size):
        closed(firm, named=True)
        make_talk(firm.organiser, may_publish=True)
        requested(firm)
    visit = visited(firm, firm.craftsman, firm.second, still_open=True)
    match = triaged(firm)
    for _n in range(size):
        make_craftsman()
    sign_in(client, firm.organiser)
    names = (
        "firm_visits",
        "firm_visits_export",
        "talks",
        "talks_export",
        "speakers",
        "outreach",
        "outreach_month",
        "outreach_calendar",
    )
    addresses = [reverse(f"desk:{name}") for name in names]
    for address in addresses:
        with django_assert_max_num_queries(16):
            assert client.get(address).status_code == 200
    with django_assert_max_num_queries(14):
        page(client, visit.get_absolute_url())
    with django_assert_max_num_queries(14):
        page(client, reverse("desk:firm_visit_match", args=(match.uuid,)))
    for user in (firm.contact, firm.craftsman.user):
        sign_in(client, user)
        for address in (reverse("me:outreach"), visit.my_url(), reverse("me:outreach_calendar")):
            with django_assert_max_num_queries(16):
                assert client.get(address).status_code == 200
    client.logout()
    with django_assert_max_num_queries(24):
        page(client, reverse("honours:outreach"))


def test_a_firm_asks_at_its_own_pages_and_a_slip_is_told(client, firm):
    sign_in(client, firm.contact)
    for change, words in (
        ({"problem": ""}, "required"),
        ({"kind": "magic"}, "valid choice"),
        ({"urgency": ""}, "required"),
        ({"wished_by": "soon"}, "valid date"),
        ({"wished_by": "2001-01-01"}, "over already"),
        ({"trade": "987654"}, "valid choice"),
    ):
        answer = client.post(reverse("me:firm_visit_new"), ASKED | change)
        assert (answer.status_code, words in answer.content.decode()) == (422, True), change
    assert not Visit.objects.exists()
    answer = post(client, "me:firm_visit_new", **ASKED)
    visit = Visit.objects.get()
    assert answer.url == visit.my_url()
    assert "13812345678" in page(client, visit.my_url())
    assert client.get(visit.get_absolute_url()).url == visit.my_url()  # the desk sends a contact home
    sign_in(client, make_user("employer"))
    assert client.post(reverse("me:firm_visit_new"), ASKED).status_code == 403  # belongs to no firm


def test_the_office_enters_a_call_and_walks_it_to_the_match(client, firm):
    sign_in(client, firm.organiser)
    today = timezone.localdate()
    values = ASKED | {"employer": firm.employer.name, "on": today.isoformat(), "trade": firm.trade.pk}
    for change, words in (
        ({"employer": "nobody at all"}, "No employer is known"),
        ({"on": (today + timedelta(days=2)).isoformat()}, "lies ahead"),
        ({"contact": ""}, "required"),
    ):
        answer = client.post(reverse("desk:firm_visit_new"), values | change)
        assert (answer.status_code, words in answer.content.decode()) == (422, True), change
    post(client, "desk:firm_visit_new", **values)
    visit = Visit.objects.get()
    assert visit.source == "phone"
    assert "Accept the request" in page(client, visit.get_absolute_url())
    assert post(client, "desk:firm_visit_triage", visit.uuid, kind="x").status_code == 422
    post(client, "desk:firm_visit_triage", visit.uuid, kind="problem", urgency="urgent", trade=firm.trade.pk)
    address = reverse("desk:firm_visit_match", args=(visit.uuid,))
    shown = page(client, address)
    assert (firm.craftsman.name in shown, "the trade asked for" in shown) == (True, True)
    values = {"workers": [firm.craftsman.pk], "planned_on": today.isoformat(), "place": "Hall 2"}
    own = make_craftsman("Own Hand", employer=firm.employer)
    for change, words in (
        ({"workers": []}, "at least one"),
        ({"workers": ["987654"]}, "valid choice"),
        ({"planned_on": "2001-01-01"}, "coming year"),
        ({"place": ""}, "required"),
        ({"other": "Nobody Whatever"}, "Nobody is found"),
        ({"other": own.name}, "works for this firm"),
    ):
        answer = client.post(address, values | change)
        assert (answer.status_code, words in answer.content.decode()) == (422, True), change
    client.post(address, values | {"other": firm.second.name})
    assert now(visit).state == "matched"
    assert {one.worker for one in visit.craftsmen.all()} == {firm.craftsman, firm.second}
    assert client.get(address).url == visit.get_absolute_url()  # not a second time


def test_craftsman_and_firm_answer_for_themselves_on_their_pages(client, firm):
    visit = matched(firm)
    sign_in(client, firm.craftsman.user)
    home = page(client, reverse("me:home"))
    assert (visit.my_url() in home, firm.employer.name in home) == (True, True)
    shown = page(client, visit.my_url())
    assert ("Can you come?" in shown, "13812345678" in shown, "Does it suit" in shown) == (True, False, False)
    assert post(client, "me:firm_visit_act", visit.uuid, action="agree").status_code == 403
    assert post(client, "me:firm_visit_act", visit.uuid, action="nonsense").status_code == 403
    post(client, "me:firm_visit_act", visit.uuid, action="come", may_name="yes")
    assert visit.craftsmen.get().may_name
    assert "13812345678" in page(client, visit.my_url())
    sign_in(client, firm.contact)
    assert visit.my_url() in page(client, reverse("me:home"))
    assert post(client, "me:firm_visit_act", visit.uuid, action="come").status_code == 403
    answer = client.post(
        reverse("me:firm_visit_act", args=(visit.uuid,)), {"action": "disagree"}, follow=True
    )
    assert answer.status_code == 422
    assert 'id="reason-error"' in answer.content.decode()  # at the field
    assert "Write the reason" in answer.content.decode()
    post(client, "me:firm_visit_act", visit.uuid, action="agree")
    assert now(visit).state == "agreed"


def test_a_report_is_whole_or_not_at_all(client, firm):
    visit = agreed(firm)
    sign_in(client, firm.organiser)
    address = reverse("desk:firm_visit_report", args=(visit.uuid,))
    page(client, address)
    today = timezone.localdate()
    rows = {
        "problem-TOTAL_FORMS": 2,
        "problem-INITIAL_FORMS": 0,
        "problem-0-text": "The die tears",
        "problem-0-kind": "problem",
        "problem-0-solved": "on",
        "problem-1-text": "",
        "problem-1-kind": "problem",
    }
    values = {
        "visited_on": today.isoformat(),
        "came": [visit.craftsmen.get().pk],
        "words": "New radius",
        **rows,
    }
    still_open = {"problem-1-text": "The press drifts", "problem-1-kind": "service"}
    for change, words in (
        ({"visited_on": (today + timedelta(days=1)).isoformat()}, "lies ahead"),
        ({"came": []}, "required"),
        ({"came": ["1234567"]}, "valid choice"),
        ({"words": ""}, "required"),
        ({"hours": "many"}, "number"),
        ({"saving": "-5"}, "greater than or equal"),
        ({"problem-0-text": "", "problem-0-solved": ""}, "at least one problem"),
        (still_open, "look again"),
        ({"problem-TOTAL_FORMS": "x"}, "ManagementForm"),
    ):
        answer = client.post(address, values | change)
        assert (answer.status_code, words in answer.content.decode()) == (422, True), change
    shown = client.post(address, values | still_open).content.decode()
    assert 'id="id_problem-1-follow_up_on_error"' in shown  # beside the day that is missing
    assert now(visit).state == "agreed"
    later = (today + timedelta(days=9)).isoformat()
    client.post(address, values | still_open | {"problem-1-follow_up_on": later, "saving": "12000.50"})
    found = now(visit)
    assert (found.state, str(found.saving), found.problems.count()) == ("visited", "12000.50", 2)
    assert client.get(address).url == visit.get_absolute_url()
    follow = reverse("desk:firm_visit_follow", args=(visit.uuid,))
    values = {"on": today.isoformat(), "words": "It runs", "solved": [found.problems.get(solved_on=None).pk]}
    assert client.post(follow, values | {"solved": []}).status_code == 422
    assert client.post(follow, values | {"solved": ["x"]}).status_code == 422
    client.post(follow, values)
    assert now(visit).state == "followed_up"


def test_the_firm_rates_and_the_office_closes(client, firm):
    visit = visited(firm)
    sign_in(client, firm.organiser)
    assert (
        post(client, "desk:firm_visit_rate", visit.uuid, rating=5).status_code == 403
    )  # the firm has an account
    sign_in(client, firm.contact)
    assert "To rate" in page(client, reverse("me:home"))
    address = reverse("me:firm_visit_rate", args=(visit.uuid,))
    page(client, address)
    for change in ({"rating": 0}, {"rating": "x"}, {"rating": ""}, {"words": "x" * 400}):
        assert client.post(address, {"rating": 5} | change).status_code == 422, change
    client.post(address, {"rating": 4, "words": "Good", "may_publish": "on"})
    assert client.post(address, {"rating": 1}).status_code == 422  # once
    assert (now(visit).rating, now(visit).may_publish) == (4, True)
    post(client, "me:firm_visit_act", visit.uuid, action="unpublish")
    assert not now(visit).may_publish
    sign_in(client, firm.organiser)
    post(client, "desk:firm_visit_act", visit.uuid, action="close")
    assert now(visit).state == "closed"
    assert "★★★★☆" in page(client, visit.get_absolute_url())


def test_steps_with_a_reason_ask_for_it(client, firm):
    sign_in(client, firm.organiser)
    for made, action, state in (
        (requested, "decline", "declined"),
        (triaged, "cancel", "cancelled"),
        (agreed, "again", "triaged"),
        (visited, "take_back", "agreed"),
    ):
        visit = made(firm)
        address = reverse("desk:firm_visit_act", args=(visit.uuid,))
        assert "Write the reason" in client.post(address, {"action": action}, follow=True).content.decode()
        client.post(address, {"action": action, "reason": "It has to be so"})
        assert now(visit).state == state, action
        assert client.post(address, {"action": "nonsense"}).status_code == 403


def test_strangers_see_neither_visit_nor_export(client, firm):
    visit = matched(firm)
    for user in (make_help().contact, make_user("reviewer", union=make_help().employer.union)):
        sign_in(client, user)
        assert firm.employer.name not in page(client, reverse("desk:firm_visits"))
        assert client.get(visit.get_absolute_url()).status_code == 404
        sheet = load_workbook(BytesIO(client.get(reverse("desk:firm_visits_export")).content)).worksheets[0]
        assert sheet.max_row == 1
    for user in (make_user("worker"), firm.second.user, firm.organiser, make_user("employer")):
        sign_in(client, user)
        assert client.get(visit.my_url()).status_code == 404
        assert post(client, "me:firm_visit_act", visit.uuid, action="agree").status_code == 404


def test_a_supervisor_reads_and_decides_nothing(client, firm):
    visit = visited(firm)
    sign_in(client, make_user("supervisor"))
    shown = page(client, visit.get_absolute_url())
    assert ("Close the visit" in shown, "Follow up" in shown, "13812345678" in shown) == (False, False, False)
    assert post(client, "desk:firm_visit_act", visit.uuid, action="close").status_code == 403


def test_the_list_stands_overdue_first_and_tells_ages(client, firm):
    today = timezone.localdate()
    closed(firm)
    fresh, late = requested(firm), requested(firm, on=today - timedelta(days=30))
    sign_in(client, firm.organiser)
    shown = page(client, reverse("desk:firm_visits"))
    assert shown.index(late.number) < shown.index(fresh.number)
    assert ("30 days" in shown, "28 days late" in shown) == (True, True)
    assert fresh.number not in page(client, reverse("desk:firm_visits") + "?late=yes")
    address = reverse("desk:firm_visits") + "?late=office"
    assert "Firms ask for help" in page(client, reverse("desk:home"))
    assert address in page(client, reverse("desk:home"))
    asked_only, proposed = page(client, address), matched(firm)
    assert (fresh.number in asked_only, late.number in asked_only) == (True, True)
    assert proposed.number not in page(client, address)


def test_the_office_writes_down_what_those_without_an_account_say(client, firm):
    firm.contact.is_active = False
    firm.contact.save()
    quiet = make_craftsman(account=False)
    visit = matched(firm, quiet)
    sign_in(client, firm.organiser)
    assert "said by telephone" in page(client, visit.get_absolute_url())
    invited = visit.craftsmen.get()
    assert post(client, "desk:firm_visit_answer", invited.uuid, answer="perhaps").status_code == 403
    post(client, "desk:firm_visit_answer", invited.uuid, answer="yes")
    post(client, "desk:firm_visit_act", visit.uuid, action="firm_yes")
    assert now(visit).state == "agreed"
    visit_reports.record(
        visit=now(visit),
        report=visit_reports.Report(
            visited_on=timezone.localdate(),
            came=[invited.pk],
            problems=[visit_reports.Found("Die", "problem", solved=True)],
            words="Done",
        ),
        by=firm.organiser,
    )
    post(client, "desk:firm_visit_rate", visit.uuid, rating=3)
    assert now(visit).rating == 3

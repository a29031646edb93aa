"""Rounds, nominations and notices on their pages: who may, what is shown, what a slip is answered, at what cost."""

from datetime import timedelta
from io import BytesIO
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from honours.domain import notices, rounds
from honours.models import Campaign, Conferral, Honour, HonourNotice, HonourObjection, Nomination
from tests.factories import make_user
from tests.honours.makers import make_title
from tests.honours.rounds import (
    at_town,
    clearing,
    drafted,
    handed_in,
    make_house,
    make_nominee,
    met,
    now,
    objected,
    posted,
    reported,
    rules,
    run_out,
)
from tests.honours.web.asking import page, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def house():
    return make_house()


@pytest.mark.parametrize("size", [1, 20])
def test_pages_cost_the_same_queries_at_any_size(client, house, size, django_assert_max_num_queries):
    for _n in range(size):
        clearing(house)
        met(house)
    notice = posted(house, "unit")
    for nomination in notice.nominations.all():
        objected(notice, nomination.name)
    for who in ("organiser", "city", "contact"):
        sign_in(client, house.people[who])
        names = ["campaigns", "nominations", "nominations_export"]
        addresses = [reverse(f"desk:{name}") for name in names] + [house.campaign.get_absolute_url()]
        if who != "contact":
            addresses += [reverse("desk:honour_notices"), notice.get_absolute_url()]
        for address in addresses:
            with django_assert_max_num_queries(10):
                assert client.get(address).status_code == 200
    with django_assert_max_num_queries(6):
        page(client, notice.public_url)


def test_a_contact_nominates_picks_evidence_and_hands_in(client, house):
    worker = make_nominee(house, "王杭花")
    sign_in(client, house.contact)
    address = reverse("desk:nomination_new", args=(house.campaign.code,))
    assert address in page(client, house.campaign.get_absolute_url())
    values = {
        "worker": "王杭花",
        "summary": "Ten years",
        "deeds": "The die",
        "traits": ["front_line"],
        "agreed": "on",
    }
    answer = client.post(address, values)
    found = Nomination.objects.get()
    assert answer.url == reverse("desk:nomination_evidence", args=(found.uuid,))
    assert "First prize" in page(client, answer.url)
    assert "Pick at least one line" in page(client, found.get_absolute_url())
    client.post(reverse("desk:nomination_act", args=(found.uuid,)), {"action": "hand_in"})
    assert now(found).state == "draft"
    client.post(answer.url, {"source": [f"contest:{worker.pk}"]})
    client.post(reverse("desk:nomination_act", args=(found.uuid,)), {"action": "hand_in"})
    assert now(found).state == "nominated"
    edit = reverse("desk:nomination_edit", args=(found.uuid,))
    assert client.post(edit, values).status_code == 422  # what was handed in stands
    for change, words in (
        ({"worker": "nobody here"}, "Nobody is found"),
        ({"summary": ""}, "required"),
        ({"traits": ["woman"]}, "valid choice"),
        ({}, "already"),
    ):
        answer = client.post(address, values | change)
        assert (answer.status_code, words in answer.content.decode()) == (422, True), change


def test_a_contact_finds_only_the_firms_own_people(client, house):
    make_nominee(make_house(), "陈康")
    sign_in(client, house.contact)
    address = reverse("desk:nomination_new", args=(house.campaign.code,))
    values = {"worker": "陈康", "summary": "x", "deeds": "y", "agreed": "on"}
    assert "Nobody is found" in client.post(address, values).content.decode()
    assert not Nomination.objects.exists()


def test_a_team_is_nominated_by_another_form(client):
    house = make_house(make_title(kind="team", rules=rules()))
    sign_in(client, house.contact)
    address = reverse("desk:nomination_new", args=(house.campaign.code,))
    assert 'name="worker"' not in page(client, address)
    values = {
        "name": "North hall",
        "summary": "Safe",
        "deeds": "No accident",
        "members": "张三\n李四",
        "agreed": "on",
    }
    client.post(address, values)
    found = Nomination.objects.get()
    assert (found.name, found.members, found.worker) == ("North hall", ["张三", "李四"], None)
    form = page(client, reverse("desk:nomination_form", args=(found.uuid,)))
    assert ("Leader" in form, "张三" in form, "Identity document number" in form) == (True, True, False)


def test_the_printed_form_shows_the_document_masked_and_the_picked_evidence(client, house):
    found = handed_in(house)
    sign_in(client, house.unit)
    form = page(client, reverse("desk:nomination_form", args=(found.uuid,)))
    number = found.worker.id_number
    assert (number.masked() in form, number.reveal() in form, "First prize" in form) == (True, False, True)


def test_each_step_is_taken_on_the_page_by_its_union(client, house):
    found = handed_in(house)
    act = reverse("desk:nomination_act", args=(found.uuid,))
    meet = reverse("desk:nomination_meet", args=(found.uuid,))
    sign_in(client, house.unit)
    day = timezone.localdate().isoformat()
    assert client.post(meet, {"met_on": day, "present": 10, "in_favour": 11}).status_code == 422
    assert client.post(meet, {"met_on": "never", "present": "x", "in_favour": ""}).status_code == 422
    client.post(meet, {"met_on": day, "present": 10, "in_favour": 9})
    assert now(found).state == "unit_met"
    new = reverse("desk:honour_notice_new", args=(house.campaign.code,))
    assert new in page(client, house.campaign.get_absolute_url())
    client.post(new, {"stage": "unit", "union": house.unions["enterprise"].pk})
    notice = HonourNotice.objects.get()
    client.post(reverse("desk:honour_notice_end", args=(notice.uuid,)))
    assert now(found).state == "unit_posted"  # its days have not run
    run_out(notice)
    client.post(reverse("desk:honour_notice_end", args=(notice.uuid,)))
    assert now(found).state == "at_town"
    assert client.post(act, {"action": "approve"}).status_code == 403
    sign_in(client, house.town)
    assert found.get_absolute_url() in page(client, f"{reverse('desk:nominations')}?waits=me")
    client.post(act, {"action": "return"})
    assert now(found).state == "at_town"  # no reason was given
    client.post(act, {"action": "approve"})
    assert now(found).state == "town_passed"
    for nonsense in ({"action": "crown"}, {}):
        assert client.post(act, nonsense).status_code == 403
    for nonsense in (
        {"stage": "moon", "union": "1"},
        {"stage": "town", "union": "x"},
        {"stage": "town", "union": "²"},
    ):
        assert client.post(new, nonsense).status_code == 404


def test_the_organiser_enters_what_departments_answered(client, house):
    found = clearing(house)
    sign_in(client, house.organiser)
    address = reverse("desk:nomination_clear", args=(found.uuid,))
    assert client.post(address, {"department": "tax", "answer": "clear"}).status_code == 422
    assert client.post(address, {"department": "police", "answer": "objects"}).status_code == 422
    values = {"department": "police", "answer": "objects", "note": "An open case"}
    client.post(address, values)
    assert "An open case" in page(client, found.get_absolute_url())
    sign_in(client, house.contact)
    assert "An open case" not in page(client, found.get_absolute_url())
    assert client.post(address, values).status_code == 403


def test_a_decree_is_entered_by_one_and_confirmed_by_another_on_the_page(client, house):
    found = reported(house, make_nominee(house, "王杭花"))
    sign_in(client, house.organiser)
    address = reverse("desk:conferral_new", args=(house.campaign.code,))
    day = timezone.localdate().isoformat()
    values = {"nominations": [found.uuid], "document_no": "No. 7", "conferred_on": day, "source": "Daily"}
    for change in (
        {"nominations": []},
        {"nominations": [uuid4()]},
        {"document_no": ""},
        {"conferred_on": "x"},
    ):
        assert client.post(address, values | change).status_code == 422, change
    client.post(address, values)
    conferral = Conferral.objects.get()
    decide = reverse("desk:conferral_decide", args=(conferral.uuid,))
    assert "a colleague does" in page(client, conferral.get_absolute_url())
    assert client.post(decide, {"action": "confirm"}).status_code == 403
    sign_in(client, house.second)
    assert client.post(decide, {"action": "nonsense"}).status_code == 403
    client.post(decide, {"action": "confirm"})
    assert Honour.objects.get().holder.name == "王杭花"
    client.logout()
    assert "王杭花" in page(client, reverse("honours:roll"))


def test_the_public_reads_names_on_notice_while_it_stands_and_may_object(client, house):
    met(house, make_nominee(house, "王杭花"))
    notice = posted(house, "unit")
    shown = page(client, notice.public_url)
    assert ("王杭花" in shown, "Ten years at the press" in shown) == (True, True)
    values = {
        "about": "王杭花",
        "text": "not so",
        "name": "张三",
        "phone": "13800000001",
        "client_id": uuid4(),
    }
    for change in ({"about": "王红花"}, {"phone": "12"}, {"text": ""}, {"client_id": "x"}):
        assert client.post(notice.public_url, values | change).status_code == 422, change
    for _twice in range(2):
        answer = client.post(notice.public_url, values)
        assert answer.url == reverse("honours:objection_done", args=(notice.uuid,))
    assert HonourObjection.objects.count() == 1
    page(client, answer.url)
    run_out(notice)
    assert "王杭花" not in page(client, notice.public_url)
    assert client.post(notice.public_url, values).status_code == 422


def test_who_objected_is_read_by_the_city_and_the_organiser_alone(client, house):
    met(house, make_nominee(house, "王杭花"))
    notice = posted(house, "unit")
    objection = objected(notice, "王杭花")
    answer = reverse("desk:honour_objection_answer", args=(objection.uuid,))
    for who in ("unit", "town"):
        sign_in(client, house.people[who])
        shown = page(client, notice.get_absolute_url())
        assert ("13800000001" in shown, "answering an objection" in shown) == (False, True)
        assert client.post(answer, {"outcome": "reject", "text": "Checked."}).status_code == 403
    sign_in(client, house.city)
    assert "13800000001" in page(client, notice.get_absolute_url())
    client.post(answer, {"outcome": "nonsense", "text": "Checked."})
    client.post(answer, {"outcome": "reject", "text": ""})
    assert HonourObjection.objects.get().answered_at is None
    client.post(answer, {"outcome": "uphold", "text": "It is so."})
    assert Nomination.objects.get().state == "refused"


def test_strangers_see_neither_nomination_nor_export(client, house):
    found = handed_in(house, make_nominee(house, "王杭花"))
    other = make_house()
    for user in (other.unit, other.contact):
        sign_in(client, user)
        assert "王杭花" not in page(client, reverse("desk:nominations"))
        assert client.get(found.get_absolute_url()).status_code == 404
        for name in ("form", "edit", "evidence"):
            assert client.get(reverse(f"desk:nomination_{name}", args=(found.uuid,))).status_code == 404
        sheet = load_workbook(BytesIO(client.get(reverse("desk:nominations_export")).content)).worksheets[0]
        assert sheet.max_row == 1
    sign_in(client, make_user("worker"))
    assert client.get(found.get_absolute_url()).status_code == 403


def test_a_round_is_made_opened_changed_and_reported_on_its_pages(client, organiser):
    title = make_title(rules=rules())
    sign_in(client, organiser)
    values = {
        "title": title.pk,
        "code": "jinhua-2025",
        "name": "Round of 2025",
        "year": 2025,
        "places": 3,
        "closes_on": (timezone.localdate() + timedelta(days=9)).isoformat(),
    }
    new = reverse("desk:campaign_new")
    for change in ({"code": "new"}, {"places": 0}, {"closes_on": "x"}, {"title": "x"}):
        assert client.post(new, values | change).status_code == 422, change
    client.post(new, values)
    made = Campaign.objects.get()
    assert client.post(new, values).status_code == 422
    client.post(reverse("desk:campaign_move", args=(made.code,)), {"to": "open"})
    client.post(reverse("desk:campaign_move", args=(made.code,)), {"to": "nonsense"})
    assert Campaign.objects.get().state == "open"
    change = reverse("desk:campaign_change", args=(made.code,))
    client.post(change, {"closes_on": values["closes_on"], "places": 5})
    assert Campaign.objects.get().places == 5
    assert client.post(change, {"closes_on": "x", "places": 0}).status_code == 422
    client.post(reverse("desk:campaign_report", args=(made.code,)))
    assert "Nothing stands on the final list" in page(client, made.get_absolute_url())


def test_a_draft_of_a_round_is_the_offices(client):
    house = make_house(opened=False)
    sign_in(client, house.contact)
    assert client.get(house.campaign.get_absolute_url()).status_code == 404
    for name in ("campaigns", "nominations"):  # its filter neither
        assert house.campaign.name not in page(client, reverse(f"desk:{name}"))


def test_the_meter_of_the_list_is_on_the_page_of_the_round(client, house):
    handed_in(house)
    drafted(house)
    sign_in(client, house.organiser)
    shown = page(client, house.campaign.get_absolute_url())
    assert ("front-line workers" in shown, "at least 50 %" in shown, "kept" in shown) == (True, True, True)
    sign_in(client, house.contact)
    assert "Shares of the list" not in page(client, house.campaign.get_absolute_url())


def test_a_supervisor_reads_everything_and_decides_nothing(client, house):
    found = at_town(house)
    notice = HonourNotice.objects.get()
    sign_in(client, make_user("supervisor"))
    shown = page(client, found.get_absolute_url())
    assert ("Pass it on" in shown, "Refuse" in shown) == (False, False)
    page(client, notice.get_absolute_url())
    assert (
        client.post(reverse("desk:nomination_act", args=(found.uuid,)), {"action": "approve"}).status_code
        == 403
    )
    assert notices.stands(notice) is False
    assert rounds.takes_nominations(house.campaign)

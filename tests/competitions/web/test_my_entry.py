"""A contestant's way on the phone: from the open event to the reference number."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from competitions.models import EligibilityRule, Entry, Event
from craft_site.people.models import PrivateFile
from tests.factories import make_employer, make_entry, make_event, make_user, make_worker

S = Entry.State


@pytest.fixture
def me(client, employer):
    user = make_user("worker")
    make_worker("Zhang San", employer=employer, user=user)
    client.force_login(user)
    return user


@pytest.fixture
def photo(me):
    worker = me.worker
    worker.photo = PrivateFile.objects.create(
        kind="photo",
        worker=worker,
        name=f"aa/{worker.uuid.hex}.jpg",
        content_type="image/jpeg",
        size=1,
        sha256="x",
    )
    worker.save()


def address(name, entry):
    return reverse(f"me:{name}", args=(entry.uuid,))


def fill_in(client, entry):
    client.post(
        address("entry_details", entry),
        {"group": "worker", "trade_years": "6", "emergency_contact": "Kin 139"},
    )
    client.post(address("entry_consents", entry), {"rules": "on"})


def test_the_whole_way(client, event, me, photo):
    assert client.get(reverse("me:home")).context["events"][0]["title"] == str(event)
    started = client.post(reverse("me:enter", args=(event.code,)))
    entry = Entry.objects.get()
    assert started.url == address("entry", entry)
    fill_in(client, entry)
    check = client.get(address("entry_check", entry))
    assert "6" in [str(row["value"]) for row in check.context["rows"]]
    assert client.post(address("entry_submit", entry)).url == address("entry_done", entry)
    entry.refresh_from_db()
    assert entry.reference in client.get(address("entry_done", entry)).content.decode()
    owed = [task["url"] for task in client.get(reverse("me:home")).context["tasks"]]
    assert address("entry", entry) not in owed


def test_a_draft_survives_and_is_the_first_task(client, event, me, photo):
    client.post(reverse("me:enter", args=(event.code,)))
    entry = Entry.objects.get()
    client.post(
        address("entry_details", entry),
        {"group": "worker", "trade_years": "6", "emergency_contact": "Kin 139"},
    )
    tasks = client.get(reverse("me:home")).context["tasks"]
    assert address("entry", entry) in [task["url"] for task in tasks]
    assert client.get(address("entry_details", entry)).context["form"].initial["trade_years"] == 6


def test_handing_in_twice_counts_once(client, event, me, photo):
    client.post(reverse("me:enter", args=(event.code,)))
    entry = Entry.objects.get()
    fill_in(client, entry)
    for _ in range(2):
        assert client.post(address("entry_submit", entry)).url == address("entry_done", entry)
    assert entry.steps.count() == 1


def test_after_the_closing_time_the_draft_stays_and_the_reason_is_told(client, event, me, photo):
    client.post(reverse("me:enter", args=(event.code,)))
    entry = Entry.objects.get()
    fill_in(client, entry)
    Event.objects.filter(pk=event.pk).update(registration_closes=timezone.now() - timedelta(minutes=1))
    page = client.post(address("entry_submit", entry), follow=True)
    assert "Registration closed" in page.content.decode()
    entry.refresh_from_db()
    assert entry.state == S.DRAFT


def test_a_rule_not_met_is_shown_before_and_refused_on_handing_in(client, event, me, photo):
    EligibilityRule.objects.create(event=event, kind="trade_years", value="10")
    client.post(reverse("me:enter", args=(event.code,)))
    entry = Entry.objects.get()
    fill_in(client, entry)
    assert client.get(address("entry_check", entry)).context["barred"]
    page = client.post(address("entry_submit", entry), follow=True)
    assert "At least 10 years in the trade" in page.content.decode()


def test_the_consent_to_be_named_is_a_box_of_its_own_and_not_needed(client, event, me, photo):
    client.post(reverse("me:enter", args=(event.code,)))
    entry = Entry.objects.get()
    fill_in(client, entry)
    client.post(address("entry_submit", entry))
    entry.refresh_from_db()
    assert (entry.agreed_rules_at is not None, entry.agreed_publicity_at) == (True, None)
    client.post(address("entry_publicity", entry), {"agreed": "yes"})
    client.post(address("entry_publicity", entry), {"agreed": "no"})
    entry.refresh_from_db()
    assert entry.agreed_publicity_at is None


PAGES = (
    "entry",
    "entry_details",
    "entry_papers",
    "entry_consents",
    "entry_check",
    "entry_done",
    "entry_withdraw",
)


@pytest.mark.parametrize("name", PAGES)
def test_nobody_opens_the_entry_of_somebody_else(client, event, me, name):
    entry = make_entry(
        event, worker=make_worker(employer=make_employer(), user=make_user("worker")), state=S.DRAFT
    )
    assert client.get(address(name, entry)).status_code == 404
    assert client.post(address("entry_submit", entry)).status_code == 404


@pytest.mark.parametrize("name", PAGES)
def test_not_even_an_organiser_uses_the_contestants_pages(client, event, organiser, name):
    client.force_login(organiser)
    assert client.get(address(name, make_entry(event, state=S.DRAFT))).status_code == 404


@pytest.mark.parametrize("entries", [1, 30])
def test_the_first_page_costs_the_same_queries_at_any_size(
    client, me, entries, django_assert_max_num_queries
):
    for _ in range(entries):
        make_entry(make_event(), worker=me.worker, state=S.ACCEPTED)
        make_event()
    with django_assert_max_num_queries(10):
        assert client.get(reverse("me:home")).status_code == 200


def test_an_account_without_a_record_is_sent_to_make_one(client, event):
    client.force_login(make_user("worker"))
    assert client.get(reverse("me:enter", args=(event.code,))).url == reverse("me:record")
    assert client.get(reverse("me:home")).status_code == 200
    assert client.get(reverse("me:entries")).status_code == 200


def test_withdrawing_asks_first_and_then_does_it(client, event, me):
    entry = make_entry(event, worker=me.worker, state=S.UNIT_OK)
    assert client.get(address("entry_withdraw", entry)).status_code == 200
    client.post(address("entry_withdraw", entry))
    entry.refresh_from_db()
    assert entry.state == S.WITHDRAWN


def test_a_refused_contestant_asks_for_a_second_look(client, event, me):
    entry = make_entry(event, worker=me.worker, state=S.REFUSED)
    client.post(address("entry_ask_again", entry), {"reason": "The certificate is there now"})
    entry.refresh_from_db()
    assert entry.state == S.UNIT_OK

"""The review desk: from one waiting entry to the next under the same filter, and decisions over many rows."""

import re

import pytest
from django.urls import reverse

from competitions.domain import reviews
from competitions.models import Entry, Event
from tests.factories import make_employer, make_entry, make_event, make_seat, make_user, make_worker

S = Entry.State
LIST = "desk:entries"


@pytest.fixture
def office(client, reviewer):
    client.force_login(reviewer)
    return reviewer


def page_of(entry, query=""):
    return reverse("desk:entry", args=(entry.uuid,)) + (f"?{query}" if query else "")


def boxes(page):
    return dict(re.findall(r'name="chosen" value="([^"]+)" data-bulk-item data-bulk-can="([^"]*)"', page))


# --- the next one -----------------------------------------------------------------------------------------


def test_the_next_waiting_entry_keeps_the_filter(client, office, event):
    first, _decided, last = (make_entry(event, state=s) for s in (S.UNIT_OK, S.ACCEPTED, S.UNIT_OK))
    other = make_entry(make_event(), state=S.UNIT_OK)
    query = f"event={event.pk}&state=unit_ok"
    queue = client.get(page_of(first, f"{query}&page=3")).context["queue"]
    assert (queue.url, queue.rest) == (page_of(last, query), 1)
    assert client.get(page_of(last, query)).context["queue"].url == page_of(
        first, query
    )  # from the start again
    assert client.get(page_of(last)).context["queue"].url == page_of(other)
    assert page_of(first, query) in client.get(f"{reverse(LIST)}?{query}").content.decode().replace(
        "&amp;", "&"
    )


def test_a_filter_by_a_state_that_does_not_wait_still_leads_to_what_waits(client, office, event):
    accepted, waiting = make_entry(event), make_entry(event, state=S.UNIT_OK)
    queue = client.get(page_of(accepted, f"event={event.pk}&state=accepted")).context["queue"]
    assert queue.following == waiting.uuid


def test_after_the_decision_the_next_one_opens_when_asked(client, office, event):
    first, second = make_entry(event, state=S.UNIT_OK), make_entry(event, state=S.UNIT_OK)
    query = f"event={event.pk}"
    address = reverse("desk:entry_decide", args=(first.uuid,)) + f"?{query}"
    answer = client.post(address, {"decision": "accept", "next": "yes"})
    assert answer.url == page_of(second, query)
    assert first.worker.name in client.get(answer.url).content.decode()
    address = reverse("desk:entry_decide", args=(second.uuid,)) + f"?{query}"
    assert client.post(address, {"decision": "accept", "next": "yes"}).url == page_of(second, query)
    assert client.get(page_of(second, query)).context["queue"].following is None


def test_who_waits_for_whom(event, employer, employer_contact, reviewer, judge):
    own = make_entry(event, worker=make_worker(employer=employer), state=S.SUBMITTED)
    make_entry(event, worker=make_worker(employer=make_employer()), state=S.SUBMITTED)
    office = make_entry(event, state=S.UNIT_OK)
    make_entry(make_event(state=Event.State.BRIEFED), state=S.UNIT_OK)
    make_entry(event, worker=make_worker(user=reviewer), state=S.UNIT_OK)
    assert list(reviews.waiting_for(employer_contact)) == [own]
    assert list(reviews.waiting_for(reviewer)) == [office]
    assert not reviews.waiting_for(judge).exists()
    make_seat(event, "result", user=reviewer)
    assert not reviews.waiting_for(reviewer).exists()


# --- many at once -----------------------------------------------------------------------------------------


def test_a_box_stands_only_where_this_person_can_decide(client, office, event):
    waiting = make_entry(event, state=S.UNIT_OK)
    make_entry(event, state=S.ACCEPTED)
    make_entry(event, worker=make_worker(user=office), state=S.UNIT_OK)
    make_entry(make_event(state=Event.State.BRIEFED), state=S.UNIT_OK)
    page = client.get(reverse(LIST))
    assert boxes(page.content.decode()) == {str(waiting.uuid): "accept return"}
    assert [action["value"] for action in page.context["actions"]] == ["accept", "return"]


def test_a_contact_is_offered_to_pass_and_never_to_accept(client, event, employer, employer_contact):
    own = make_entry(event, worker=make_worker(employer=employer), state=S.SUBMITTED)
    make_entry(event, worker=make_worker(employer=employer), state=S.UNIT_OK)
    client.force_login(employer_contact)
    page = client.get(reverse(LIST))
    assert boxes(page.content.decode()) == {str(own.uuid): "pass return"}
    assert [action["value"] for action in page.context["actions"]] == ["pass", "return"]


def test_without_anything_to_decide_there_are_no_buttons(client, office, event):
    make_entry(event, state=S.ACCEPTED)
    page = client.get(reverse(LIST)).content.decode()
    assert ("data-bulk-all" in page, 'name="action"' in page) == (False, False)


@pytest.mark.parametrize("events", [1, 12])
def test_what_may_be_decided_costs_the_same_queries_over_any_events(
    client, office, events, django_assert_max_num_queries
):
    for _ in range(events):
        make_entry(make_event(), state=S.UNIT_OK)
    with django_assert_max_num_queries(10):
        assert len(boxes(client.get(reverse(LIST)).content.decode())) == events


def test_the_answer_names_who_was_decided_who_was_not_and_why(client, office, event):
    good = make_entry(event, worker=make_worker("Good One"), state=S.UNIT_OK)
    draft = make_entry(event, worker=make_worker("Draft One"), state=S.DRAFT)
    own = make_entry(event, worker=make_worker("Own One", user=office), state=S.UNIT_OK)
    hidden = make_event()
    make_seat(hidden, "result", user=office)
    unseen = make_entry(hidden, worker=make_worker("Unseen One"), state=S.UNIT_OK)
    page = client.post(
        reverse("desk:entries_decide"),
        {"action": "accept", "chosen": [e.uuid for e in (good, draft, own, unseen)], "next": reverse(LIST)},
        follow=True,
    )
    told = [str(message) for message in page.context["messages"]]
    assert len(told) == 3
    assert "Good One" in told[0]
    assert "Draft One" in told[1]
    assert "Own One" in told[1]
    assert "Nobody decides on an entry of their own" in told[1]
    assert told[2].startswith("1 row chosen")
    assert "Unseen One" not in " ".join(told)
    assert set(Entry.objects.filter(state=S.ACCEPTED)) == {good}


def test_nobody_but_a_reviewer_opens_the_next_one(client, event):
    entry = make_entry(event, state=S.UNIT_OK)
    client.force_login(make_user("worker"))
    assert client.get(page_of(entry)).status_code == 403

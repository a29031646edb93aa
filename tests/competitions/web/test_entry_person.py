"""The person behind an entry at the desk: who may correct it, what is said, and what the rules make of it."""

import pytest
from django.urls import reverse

from competitions.models import EligibilityRule, Entry, Event
from craft_site.people.models import Qualification, RecordAct
from tests.factories import (
    citizen_number,
    make_entry,
    make_event,
    make_seat,
    make_trade,
    make_user,
    make_worker,
)

S = Entry.State
OUTCOMES = {"verdict": "checked"}, {"verdict": "refused", "reason": "The scan is of another person"}


@pytest.fixture
def event(db):
    return make_event(trade=make_trade())


@pytest.fixture
def entry(event, employer):
    worker = make_worker("Zhang Sann", employer=employer, id_number=citizen_number(11))
    return make_entry(event, worker=worker, state=S.UNIT_OK)


@pytest.fixture
def certificate(entry, event):
    return Qualification.objects.create(
        worker=entry.worker, trade=event.trade, grade=4, certificate_no="S000033010123243000001"
    )


@pytest.fixture
def office(client, reviewer):
    client.force_login(reviewer)
    return reviewer


def person(entry):
    return reverse("desk:entry_person", args=(entry.uuid,))


def paper(entry, certificate):
    return reverse("desk:entry_certificate", args=(entry.uuid, certificate.pk))


def given(**values):
    return {"name": "Zhang San", "id_kind": "citizen", "id_number": "", "reason": "As on the card"} | values


def test_a_name_is_corrected_and_the_page_says_what_stays(client, office, entry):
    page = client.get(person(entry)).content.decode()
    assert "stay as they were published" in page
    assert citizen_number(11) not in page
    assert client.post(person(entry), given()).url == entry.get_absolute_url()
    entry.worker.refresh_from_db()
    assert entry.worker.name == "Zhang San"
    page = client.get(person(entry)).content.decode()
    assert ("Zhang Sann → Zhang San" in page, "As on the card" in page) == (True, True)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"id_number": citizen_number(12)[:17] + "?"}, "id_number"),
        ({"id_number": "330784199001010000"}, "id_number"),
        ({"id_kind": "passport"}, "id_number"),
        ({"name": "Zhang1"}, "name"),
        ({"reason": ""}, "reason"),
        ({"reason": "x"}, "reason"),
        ({"name": "Zhang Sann"}, "__all__"),
    ],
)
def test_bad_input_is_said_beside_its_field_and_nothing_changes(client, office, entry, values, field):
    page = client.post(person(entry), given(**values))
    assert (page.status_code, list(page.context["form"].errors)) == (422, [field])
    assert not RecordAct.objects.exists()


def test_a_double_names_the_other_record_and_repeats_no_number(client, office, entry):
    make_worker("Li Si", id_number=citizen_number(33))
    page = client.post(person(entry), given(id_number=citizen_number(33)))
    assert page.status_code == 422
    assert "Li Si" in str(page.context["form"].errors["id_number"])


def test_a_corrected_birth_date_is_looked_at_by_the_rules_again(client, office, entry):
    EligibilityRule.objects.create(event=entry.event, kind="below_age", value="30")
    client.post(person(entry), given(id_number=citizen_number(12, birth="20040101")))
    assert entry.findings.get().outcome == "met"


def test_the_word_on_a_certificate_decides_the_rule_that_asks_for_it(client, office, entry, certificate):
    rule = EligibilityRule.objects.create(event=entry.event, kind="level_at_least", value="4")
    client.post(reverse("desk:entry_recheck", args=(entry.uuid,)))
    assert entry.findings.get(rule=rule).outcome == "unknown"
    told = []
    for answers in OUTCOMES:
        assert client.post(paper(entry, certificate), answers).url == entry.get_absolute_url()
        told.append(entry.findings.get(rule=rule).outcome)
    assert told == ["met", "not_met"]
    page = client.get(entry.get_absolute_url()).content.decode()
    assert "The scan is of another person" in page
    assert "certificate not accepted" in page


def test_a_refused_expert_title_bars_nobody(client, office, entry):
    EligibilityRule.objects.create(event=entry.event, kind="barred_title", value="Expert")
    title = Qualification.objects.create(
        worker=entry.worker, kind="expert_title", title="Expert", trade=entry.event.trade
    )
    client.post(paper(entry, title), OUTCOMES[1])
    assert entry.findings.get().outcome == "met"


def test_not_accepting_needs_a_reason(client, office, entry, certificate):
    page = client.post(paper(entry, certificate), {"verdict": "refused", "reason": ""})
    assert list(page.context["form"].errors) == ["reason"]
    certificate.refresh_from_db()
    assert not certificate.refused


def test_the_holder_reads_why(client, office, entry, certificate):
    client.post(paper(entry, certificate), OUTCOMES[1])
    worker = entry.worker
    worker.user = make_user("worker")
    worker.save()
    client.force_login(worker.user)
    assert "The scan is of another person" in client.get(reverse("me:profile")).content.decode()


def test_the_certificate_of_somebody_else_is_not_reached_through_an_entry(client, office, entry):
    other = Qualification.objects.create(worker=make_worker(), trade=make_trade(), grade=3)
    assert client.get(paper(entry, other)).status_code == 404


@pytest.mark.parametrize("kind", ["employer", "marks here", "marks elsewhere", "own record"])
def test_only_the_office_corrects_and_nobody_who_marks_the_person(
    client, entry, certificate, employer_contact, reviewer, kind
):
    user = employer_contact if kind == "employer" else reviewer
    if kind == "marks here":
        make_seat(entry.event, "result", user=user)
    if kind == "marks elsewhere":
        other = make_event(state=Event.State.RUNNING)
        make_entry(other, worker=entry.worker)
        make_seat(other, "result", user=user)
    if kind == "own record":
        worker = entry.worker
        worker.user = user
        worker.save()
    client.force_login(user)
    for address in (person(entry), paper(entry, certificate)):
        assert client.get(address).status_code in (403, 404)
        assert client.post(address, given() | OUTCOMES[0]).status_code in (403, 404)
    assert not RecordAct.objects.exists()


def test_who_marked_an_event_that_is_decoded_may_correct_again(client, entry, reviewer):
    other = make_event(state=Event.State.DECODED)
    make_entry(other, worker=entry.worker)
    make_seat(other, "result", user=reviewer)
    client.force_login(reviewer)
    assert client.get(person(entry)).status_code == 200

"""The desk's entries: who sees which, filters, the workbook, decisions on one and many, rosters, the accepted list."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from competitions.models import AcceptedList, EligibilityRule, Entry, Event
from craft_site.jobs.models import Job
from craft_site.jobs.queue import run_job
from craft_site.people.models import PrivateFile, Worker
from tests.competitions.rosters import line, workbook
from tests.factories import (
    citizen_number,
    make_employer,
    make_entry,
    make_event,
    make_seat,
    make_user,
    make_worker,
)

S = Entry.State
LIST = "desk:entries"


@pytest.fixture
def office(client, reviewer):
    client.force_login(reviewer)
    return reviewer


def upload(*lines, name="roster.xlsx"):
    return SimpleUploadedFile(name, workbook(*lines))


@pytest.mark.parametrize("entries", [1, 30])
def test_the_list_costs_the_same_queries_at_any_size(client, office, entries, django_assert_max_num_queries):
    event = make_event()
    for _ in range(entries):
        make_entry(event, state=S.UNIT_OK)
    with django_assert_max_num_queries(10):
        assert client.get(reverse(LIST), {"event": event.pk}).status_code == 200


def test_a_contact_sees_the_own_firm_and_a_judge_nothing(client, event, employer, employer_contact, judge):
    mine = make_entry(event, worker=make_worker("Own Worker", employer=employer), state=S.SUBMITTED)
    foreign = make_entry(
        event, worker=make_worker("Foreign Worker", employer=make_employer()), state=S.SUBMITTED
    )
    client.force_login(employer_contact)
    page = client.get(reverse(LIST)).content.decode()
    assert ("Own Worker" in page, "Foreign Worker" in page) == (True, False)
    assert client.get(reverse("desk:entry", args=(mine.uuid,))).status_code == 200
    assert client.get(reverse("desk:entry", args=(foreign.uuid,))).status_code == 404
    client.force_login(judge)
    assert client.get(reverse(LIST)).status_code == 403
    assert client.get(reverse("desk:entry", args=(mine.uuid,))).status_code == 403


def test_office_staff_who_mark_in_an_event_see_no_name_of_it(client, office, event):
    entry = make_entry(event, worker=make_worker("Hidden Worker"), state=S.UNIT_OK)
    make_seat(event, "measuring", user=office)
    assert "Hidden Worker" not in client.get(reverse(LIST)).content.decode()
    assert client.get(reverse("desk:entry", args=(entry.uuid,))).status_code == 404
    assert "Hidden Worker" not in str(exported(client))


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({"q": "Zhang"}, {"Zhang San"}),
        ({"q": "E-0002"}, {"Li Si"}),
        ({"state": "accepted"}, {"Li Si"}),
        ({"employer": "Die Works"}, {"Zhang San"}),
        ({"q": "Nobody"}, set()),
    ],
)
def test_filters(client, office, event, given, found):
    firm = make_employer("Die Works Ltd")
    make_entry(event, worker=make_worker("Zhang San", employer=firm), state=S.UNIT_OK, reference="E-0001")
    make_entry(event, worker=make_worker("Li Si"), state=S.ACCEPTED, reference="E-0002")
    page = client.get(reverse(LIST), given).content.decode()
    assert {name for name in ("Zhang San", "Li Si") if name in page} == found


def test_a_bad_filter_value_is_named(client, office, event):
    make_entry(event, worker=make_worker("Zhang San"), state=S.UNIT_OK)
    page = client.get(reverse(LIST), {"state": "nonsense", "event": "999999"})
    assert page.status_code == 200
    assert set(page.context["filter"].form.errors) == {"state", "event"}
    assert "Zhang San" in page.content.decode()


def exported(client, **given):
    response = client.get(reverse("desk:entries_export"), given)
    sheet = load_workbook(BytesIO(response.content)).active
    return [list(row) for row in sheet.iter_rows(values_only=True)]


def test_the_workbook_honours_the_filter_and_holds_no_full_number(client, office, event):
    worker = make_worker("Zhang San", id_number=citizen_number(31))
    make_entry(event, worker=worker, state=S.UNIT_OK)
    make_entry(event, worker=make_worker("Li Si"), state=S.ACCEPTED)
    rows = exported(client, state=S.UNIT_OK)
    assert [row[1] for row in rows[1:]] == ["Zhang San"]
    text = str(rows)
    assert f"****{citizen_number(31)[-4:]}" in text
    assert citizen_number(31) not in text
    assert worker.mobile.reveal() not in text


def test_a_contacts_workbook_holds_the_own_firm_alone(client, event, employer, employer_contact):
    make_entry(event, worker=make_worker("Own Worker", employer=employer))
    make_entry(event, worker=make_worker("Foreign Worker", employer=make_employer()))
    client.force_login(employer_contact)
    assert "Foreign Worker" not in str(exported(client))


def test_the_entry_page_masks_numbers_and_offers_the_look(client, office, event):
    worker = make_worker(id_number=citizen_number(33))
    EligibilityRule.objects.create(event=event, kind="trade_years", value="3")
    entry = make_entry(event, worker=worker, state=S.UNIT_OK, trade_years=1)
    client.post(reverse("desk:entry_recheck", args=(entry.uuid,)))
    page = client.get(reverse("desk:entry", args=(entry.uuid,)))
    text = page.content.decode()
    assert citizen_number(33) not in text
    assert reverse("desk:reveal", args=(worker.uuid,)) in text
    assert page.context["findings"][0]["bars"]
    assert "no-store" in page["Cache-Control"]


def test_a_decision_is_recorded_and_shown(client, office, event):
    entry = make_entry(event, state=S.UNIT_OK)
    address = reverse("desk:entry_decide", args=(entry.uuid,))
    assert client.post(address, {"decision": "refuse", "reason": ""}).status_code == 422
    assert client.post(address, {"decision": "pass"}).status_code == 422
    assert client.post(address, {"decision": "return", "reason": "The photo is blurred"}).status_code == 302
    entry.refresh_from_db()
    assert (entry.state, entry.due_at is not None) == (S.RETURNED, True)
    assert "The photo is blurred" in client.get(reverse("desk:entry", args=(entry.uuid,))).content.decode()


def test_a_contact_cannot_accept(client, event, employer, employer_contact):
    entry = make_entry(event, worker=make_worker(employer=employer), state=S.UNIT_OK)
    client.force_login(employer_contact)
    assert (
        client.post(reverse("desk:entry_decide", args=(entry.uuid,)), {"decision": "accept"}).status_code
        == 422
    )
    client.post(reverse("desk:entries_decide"), {"action": "accept", "chosen": [entry.uuid]})
    entry.refresh_from_db()
    assert entry.state == S.UNIT_OK


def test_many_are_decided_at_once_with_counts(client, office, event):
    good = [make_entry(event, state=S.UNIT_OK) for _ in range(3)]
    draft = make_entry(event, state=S.DRAFT)
    page = client.post(
        reverse("desk:entries_decide"),
        {"action": "accept", "chosen": [e.uuid for e in [*good, draft]], "next": reverse(LIST)},
        follow=True,
    ).content.decode()
    assert "3 entries decided" in page
    assert "1 entry stays as it was" in page
    assert Entry.objects.filter(state=S.ACCEPTED).count() == 3


@pytest.mark.parametrize("given", [{}, {"action": "accept"}, {"action": "nonsense", "chosen": ["x"]}])
def test_a_bulk_decision_without_rows_or_sense_changes_nothing(client, office, event, given):
    make_entry(event, state=S.UNIT_OK)
    assert client.post(reverse("desk:entries_decide"), given).status_code == 302
    assert Entry.objects.get().state == S.UNIT_OK


# --- rosters ----------------------------------------------------------------------------------------------


def test_a_roster_is_looked_at_and_then_loaded_and_its_file_is_gone(
    client, event, employer, employer_contact
):
    client.force_login(employer_contact)
    preview = client.post(
        reverse("desk:event_roster", args=(event.code,)), {"file": upload(line(1), line(2))}
    )
    page = client.get(preview.url)
    assert page.context["counts"] == {"new": 2, "corrected": 0, "unchanged": 0}
    assert citizen_number(1) not in page.content.decode()
    assert not Entry.objects.exists()
    address = preview.url.split("?")[0] + "load/"
    client.post(address, {"employer": employer.credit_code, "action": "load"})
    assert Entry.objects.filter(state=S.UNIT_OK, employer=employer).count() == 2
    assert not PrivateFile.objects.exists()
    assert client.post(address, {"employer": employer.credit_code}).status_code == 404


def test_every_fault_is_named_and_nothing_is_kept(client, event, employer_contact):
    client.force_login(employer_contact)
    given = upload(line(1), line(2, id_number="330784199001010000"), line(3, mobile="12"))
    page = client.post(reverse("desk:event_roster", args=(event.code,)), {"file": given})
    assert page.status_code == 422
    assert [fault["row"] for fault in page.context["faults"]] == [3, 4]
    assert not PrivateFile.objects.exists()
    assert not Worker.objects.exists()


@pytest.mark.parametrize("content", [b"", b"not a workbook", b"PK\x03\x04 broken"])
def test_a_file_that_is_no_workbook_is_refused_with_words(client, event, employer_contact, content):
    client.force_login(employer_contact)
    page = client.post(
        reverse("desk:event_roster", args=(event.code,)), {"file": SimpleUploadedFile("roster.xlsx", content)}
    )
    assert page.status_code in (200, 422)
    assert page.context.get("faults") or page.context["form"].errors


def test_a_long_roster_becomes_a_job(client, event, employer, employer_contact):
    client.force_login(employer_contact)
    lines = [line(n, name=f"Roster {chr(65 + n // 26)}{chr(65 + n % 26)}") for n in range(1, 61)]
    preview = client.post(reverse("desk:event_roster", args=(event.code,)), {"file": upload(*lines)})
    answer = client.post(
        preview.url.split("?")[0] + "load/", {"employer": employer.credit_code, "action": "load"}
    )
    job = Job.objects.get()
    assert answer.url == reverse("job", args=(job.uuid,))
    assert run_job(job.pk)
    assert Entry.objects.count() == 60
    assert not PrivateFile.objects.exists()


def test_a_contact_loads_for_the_own_firm_alone(client, event, employer, employer_contact):
    other = make_employer()
    client.force_login(employer_contact)
    preview = client.post(reverse("desk:event_roster", args=(event.code,)), {"file": upload(line(1))})
    address = preview.url.split("?")[0]
    assert client.get(address, {"employer": other.credit_code}).status_code == 403
    assert client.post(address + "load/", {"employer": other.credit_code}).status_code == 403
    assert not Entry.objects.exists()


def test_nobody_loads_the_upload_of_somebody_else(client, event, employer, employer_contact, organiser):
    client.force_login(employer_contact)
    preview = client.post(reverse("desk:event_roster", args=(event.code,)), {"file": upload(line(1))})
    client.force_login(organiser)
    assert client.get(preview.url).status_code == 404


def test_an_organiser_loads_for_any_firm_by_its_code(client, event, employer, organiser):
    client.force_login(organiser)
    address = reverse("desk:event_roster", args=(event.code,))
    wrong = client.post(address, {"file": upload(line(1)), "credit_code": "91330784MA0000000X"})
    assert "credit_code" in wrong.context["form"].errors
    assert (
        client.post(address, {"file": upload(line(1)), "credit_code": employer.credit_code}).status_code
        == 302
    )


@pytest.mark.parametrize("role", ["judge", "reviewer", "supervisor", "worker"])
def test_others_load_no_rosters(client, event, role):
    client.force_login(make_user(role))
    assert client.get(reverse("desk:event_roster", args=(event.code,))).status_code == 403


def test_the_empty_workbook_can_be_downloaded(client, event, employer_contact):
    client.force_login(employer_contact)
    response = client.get(reverse("desk:roster_template", args=(event.code,)))
    assert load_workbook(BytesIO(response.content)).worksheets[0]["A1"].value.startswith("Name")


# --- the accepted list ------------------------------------------------------------------------------------


@pytest.fixture
def listed(event, organiser, client):
    Event.objects.filter(pk=event.pk).update(state=Event.State.ELIGIBILITY)
    worker = make_worker(
        "Named Person", id_number=citizen_number(41), employer=make_employer("Die Works Ltd")
    )
    make_entry(event, worker=worker, reference="E-0001", agreed_publicity_at=timezone.now())
    make_entry(event, worker=make_worker("Hidden Person", id_number=citizen_number(43)), reference="E-0002")
    client.force_login(organiser)
    page = client.get(reverse("desk:accepted", args=(event.code,)))
    client.post(
        reverse("desk:accepted", args=(event.code,)), {"until": page.context["form"].initial["until"]}
    )
    client.logout()
    return AcceptedList.objects.get()


def test_the_public_list_names_only_who_agreed(client, listed):
    text = client.get(listed.get_absolute_url()).content.decode()
    assert "Named Person" in text
    assert "Die Works Ltd" in text
    assert "E-0001" in text
    assert "name withheld" in text
    for secret in ("Hidden Person", "E-0002", citizen_number(41), citizen_number(43)):
        assert secret not in text
    for worker in Worker.objects.all():
        assert worker.mobile.reveal() not in text
        assert str(worker.uuid) not in text


def test_after_its_days_the_public_list_names_nobody(client, listed):
    AcceptedList.objects.update(notice_until=timezone.now() - timedelta(minutes=1))
    text = client.get(listed.get_absolute_url()).content.decode()
    assert "Named Person" not in text
    assert "ended" in text


def test_the_public_list_answers_not_modified_until_it_changes(client, listed):
    first = client.get(listed.get_absolute_url())
    same = client.get(listed.get_absolute_url(), headers={"If-None-Match": first["ETag"]})
    assert same.status_code == 304
    Entry.objects.filter(reference="E-0001").update(agreed_publicity_at=None)
    changed = client.get(listed.get_absolute_url(), headers={"If-None-Match": first["ETag"]})
    assert changed.status_code == 200
    assert "Named Person" not in changed.content.decode()


def test_without_a_list_there_is_no_public_page(client, event):
    assert client.get(reverse("contest:accepted", args=(event.code,))).status_code == 404


def test_only_an_organiser_publishes_the_list(client, event, reviewer):
    client.force_login(reviewer)
    assert client.get(reverse("desk:accepted", args=(event.code,))).status_code == 403


def test_the_list_page_says_what_is_undecided(client, event, organiser):
    Event.objects.filter(pk=event.pk).update(state=Event.State.ELIGIBILITY)
    make_entry(event, state=S.UNIT_OK)
    client.force_login(organiser)
    page = client.get(reverse("desk:accepted", args=(event.code,)))
    (undecided, nobody) = page.context["blockers"]
    assert "still waits" in str(undecided["text"])
    assert undecided["url"] == nobody["url"] == f"{reverse(LIST)}?event={event.pk}"
    assert (
        client.post(reverse("desk:accepted", args=(event.code,)), {"until": "2099-01-01"}).status_code == 422
    )
    assert not AcceptedList.objects.exists()


@pytest.mark.parametrize("entries", [1, 30])
def test_the_public_list_costs_the_same_queries_at_any_size(
    client, event, organiser, entries, django_assert_max_num_queries
):
    Event.objects.filter(pk=event.pk).update(state=Event.State.ELIGIBILITY)
    for _ in range(entries):
        make_entry(event, agreed_publicity_at=timezone.now())
    client.force_login(organiser)
    client.post(reverse("desk:accepted", args=(event.code,)), {"until": "2099-01-01"})
    client.logout()
    with django_assert_max_num_queries(10):
        client.get(reverse("contest:accepted", args=(event.code,)))


def test_a_return_of_many_asks_for_the_reason_first(client, office, event):
    rows = [make_entry(event, state=S.UNIT_OK) for _ in range(2)]
    given = {"action": "return", "chosen": [row.uuid for row in rows]}
    asked = client.post(reverse("desk:entries_decide"), given)
    assert asked.status_code == 200
    assert not Entry.objects.filter(state=S.RETURNED).exists()
    assert (
        "reason"
        in client.post(reverse("desk:entries_decide"), given | {"asked": "yes"}).context["form"].errors
    )
    client.post(reverse("desk:entries_decide"), given | {"asked": "yes", "reason": "The photo is blurred"})
    assert Entry.objects.filter(state=S.RETURNED, due_at__isnull=False).count() == 2


def test_a_contact_finds_the_events_that_take_rosters(client, event, employer_contact):
    closed = make_event(state=Event.State.ELIGIBILITY)
    client.force_login(employer_contact)
    urls = [row["url"] for row in client.get(reverse("desk:roster")).context["events"]]
    assert reverse("desk:event_roster", args=(event.code,)) in urls
    assert reverse("desk:event_roster", args=(closed.code,)) not in urls


def test_a_roster_that_is_no_workbook_is_told_what_it_is(client, event, employer_contact):
    client.force_login(employer_contact)
    sent = SimpleUploadedFile("roster.xlsx", "姓名,证件号码\r\n".encode("gb18030"))
    page = client.post(reverse("desk:event_roster", args=(event.code,)), {"file": sent})
    (fault,) = page.context["faults"]
    assert "text or CSV file" in fault["message"]
    assert (fault["row"], fault["column"]) == ("", "")

"""What a roster does not carry: the firm is told whose photo is missing and adds it, and nobody else does."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from competitions.models import Entry, Event
from tests.factories import make_employer, make_entry, make_union, make_user, make_worker

S = Entry.State


def picture():
    out = BytesIO()
    Image.effect_noise((300, 400), 60).convert("RGB").save(out, "JPEG")
    return SimpleUploadedFile("photo.jpg", out.getvalue(), "image/jpeg")


@pytest.fixture
def entry(event, employer):
    return make_entry(event, worker=make_worker(employer=employer), state=S.UNIT_OK, from_roster=True)


def papers(entry):
    return reverse("desk:entry_papers", args=(entry.uuid,))


def added(client, entry):
    before = entry.files.count()
    answer = client.post(papers(entry), {"kind": "photo", "file": picture()})
    return answer.status_code, entry.files.count() - before


def test_the_firm_adds_the_missing_photo_and_the_page_stops_asking(client, entry, employer_contact):
    client.force_login(employer_contact)
    assert "The photo is missing" in client.get(entry.get_absolute_url()).content.decode()
    assert added(client, entry) == (302, 1)
    assert "The photo is missing" not in client.get(entry.get_absolute_url()).content.decode()
    entry.worker.refresh_from_db()
    assert entry.worker.photo is not None


def test_the_list_finds_those_whose_photo_is_missing(client, event, entry, employer_contact):
    full = make_entry(event, worker=make_worker(employer=entry.employer), state=S.UNIT_OK, from_roster=True)
    client.force_login(employer_contact)
    assert added(client, full) == (302, 1)
    page = client.get(reverse("desk:entries"), {"papers": "no_photo"})
    assert [row.record for row in page.context["table"].rows] == [entry]


def test_another_firm_a_union_below_the_city_and_a_judge_add_nothing(client, event, entry, judge):
    firm = entry.employer
    firm.union = make_union("Firm's union", level="enterprise", parent=make_union("City"))
    firm.save()
    local = make_user("reviewer", union=firm.union)
    for user, status in (
        (make_user("employer", employer=make_employer()), 404),
        (local, 403),
        (judge, 403),
    ):
        client.force_login(user)
        assert added(client, entry) == (status, 0)


@pytest.mark.parametrize("which", ["registered alone", "accepted", "list is out"])
def test_papers_are_added_to_waiting_entries_of_a_roster_alone(client, entry, employer_contact, which):
    if which == "registered alone":
        Entry.objects.filter(pk=entry.pk).update(from_roster=False)
    elif which == "accepted":
        Entry.objects.filter(pk=entry.pk).update(state=S.ACCEPTED)
    else:
        Event.objects.filter(pk=entry.event_id).update(state=Event.State.BRIEFED)
    client.force_login(employer_contact)
    assert added(client, entry) == (422, 0)

"""Visits and talks as the public reads them: what was agreed, the year it opens on, pictures with every consent."""

from datetime import date
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from honours.domain import outreach_pictures, visit_reports
from honours.models import OutreachPicture, Talk, Visit
from tests.factories import make_user
from tests.honours.outreach import closed, make_help, make_speaker, make_talk
from tests.honours.web.asking import page, post, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm():
    return make_help()


def now(visit):
    return Visit.objects.get(pk=visit.pk)


def test_the_public_sees_what_was_agreed_and_nothing_else(client, firm):
    quiet = make_help()
    closed(firm, named=True)
    closed(quiet, may_publish=False, named=True)
    open_talk = make_talk(firm.organiser, make_speaker(firm.organiser, firm.second), may_publish=True)
    make_talk(firm.organiser, topic="A talk behind doors", host="A quiet office")
    shown = page(client, reverse("honours:outreach"))
    seen = (firm.employer.name, firm.craftsman.name, open_talk.topic)
    hidden = (
        quiet.employer.name,
        quiet.craftsman.name,
        firm.second.name,
        "A talk behind doors",
        "A quiet office",
        "13812345678",
        "Wang",
    )
    assert [name for name in seen if name not in shown] == []
    assert [name for name in hidden if name in shown] == []
    for year in ("", "1999", "x", "99999999999", "²"):
        page(client, reverse("honours:outreach") + f"?year={year}&visits=9&talks=x")


def test_the_public_page_opens_on_the_newest_year_of_which_it_can_tell(client):
    firm = make_help()
    told = make_talk(firm.organiser, make_speaker(firm.organiser, firm.second), may_publish=True)
    kept = make_talk(firm.organiser, topic="A talk behind doors")
    Talk.objects.filter(pk=told.pk).update(held_on=date(2021, 5, 6))
    Talk.objects.filter(pk=kept.pk).update(held_on=date(2023, 5, 6))
    opened = client.get(reverse("honours:outreach"))
    assert (opened.context["year"], opened.context["years"]) == (2021, [2023, 2021])
    assert "No visit took place in this year." in opened.content.decode()
    assert "Visits held" not in opened.content.decode()
    asked = client.get(reverse("honours:outreach"), {"year": "2023"})
    assert (asked.context["year"], list(asked.context["talks"])) == (2023, [])
    Talk.objects.filter(pk=told.pk).update(may_publish=False)
    assert client.get(reverse("honours:outreach")).context["year"] == 2023


def png(name="hall.png"):
    out = BytesIO()
    Image.new("RGB", (40, 30), (90, 80, 60)).save(out, "PNG")
    return SimpleUploadedFile(name, out.getvalue(), content_type="image/png")


@pytest.mark.django_db(transaction=True)
def test_a_picture_is_shown_in_public_with_every_consent_and_gone_when_one_is_taken_back(client):
    firm = make_help()
    visit = closed(firm)
    sign_in(client, firm.contact)
    address = reverse("me:firm_visit_picture", args=(visit.uuid,))
    page(client, address)
    text = SimpleUploadedFile("hall.png", b"no picture", content_type="image/png")
    assert client.post(address, {"file": text, "words": "Hall"}).status_code == 422
    assert client.post(address, {"file": png(), "words": ""}).status_code == 422
    client.post(address, {"file": png(), "words": "The hall", "may_publish": "on"})
    picture = OutreachPicture.objects.get()
    public = reverse("honours:outreach_picture", args=(picture.uuid,))
    mine = reverse("me:outreach_picture", args=(picture.uuid,))
    assert mine in page(client, visit.my_url())
    sign_in(client, make_user("worker"))
    assert client.get(mine).status_code == 404
    client.logout()
    assert public in page(client, reverse("honours:outreach"))
    answer = client.get(public)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
    answer.close()
    visit_reports.say_published(visit=visit, may_publish=False, by=firm.contact)
    assert client.get(public).status_code == 404
    sign_in(client, firm.organiser)
    answer = client.get(mine)
    assert answer.status_code == 200
    answer.close()
    assert (
        post(client, "me:firm_visit_picture_drop", picture.uuid).status_code == 404
    )  # not the organiser's own
    post(client, "desk:outreach_picture_drop", picture.uuid)
    assert not OutreachPicture.objects.exists()
    assert not outreach_pictures.in_public()

"""My page and my data in a browser: on a phone, in every mode, without a script; a copy, a deletion by two."""

import io
import zipfile

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from craft_site.home.foundation import make_site
from craft_site.jobs.models import Job
from craft_site.jobs.queue import run_due
from craft_site.people.domain import growth
from craft_site.people.models import DataExport, DataRequest, Erasure, Worker
from tests.browser.test_accessibility import TOO_WIDE, faults_of, open_page, show_in
from tests.credentials.making import make_certificate
from tests.data.telling import NAME, make_person
from tests.factories import make_entry, make_event, make_user
from tests.honours.rounds import drafted, make_house, make_nominee

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PAGES = ("home", "data", "data_export", "data_correct", "data_consents", "data_delete")


@pytest.fixture
def person():
    make_site()
    return make_person()


def test_axe_finds_nothing_in_any_mode_and_nothing_is_too_wide(visit, person):
    make_entry(make_event(state="registering"), worker=person, agreed_publicity_at=timezone.now())
    make_certificate(person)
    for year in (2018, 2020, 2022, 2024, 2025):
        day = timezone.localdate().replace(year=year, month=1, day=1)
        growth.record(worker=person, kind="honour", on=day, title="A title", source=f"h:{year}")
    house = make_house()
    nominee = make_nominee(house, user=make_user("worker"))
    nomination = drafted(house, nominee)
    asked = DataRequest(worker=person, kind="correction", due_on=timezone.localdate())
    asked.text = "wrong"
    asked.save()
    mine = [reverse(f"me:{name}") for name in PAGES]
    office = (reverse("desk:data_requests"), asked.get_absolute_url())
    found = []
    for page, addresses in (
        (visit(person.user), mine),
        (visit(nominee.user), [reverse("me:nomination", args=(nomination.uuid,))]),
        (visit(make_user("organiser")), office),
    ):
        for address in addresses:
            open_page(page, address)
            found += faults_of(page, address)
            page.set_viewport_size({"width": 390, "height": 844})
            for mode in ("normal", "elder"):
                show_in(page, mode, "dark" if mode == "elder" else "light")
                found += [f"{address} ({mode}) {fault}" for fault in page.evaluate(TOO_WIDE)]
            page.set_viewport_size({"width": 1280, "height": 900})
    assert found == [], "\n".join(found)


def test_a_copy_is_asked_for_and_fetched_on_a_phone(visit, person):
    page = visit(person.user, width=390)
    page.goto(reverse("me:home"))
    page.get_by_role("link", name="A copy of my data").click()
    page.get_by_role("button", name="Make a new copy").click()
    page.wait_for_url("**/jobs/**")
    page.reload()
    run_due()
    page.goto(reverse("me:data_export"))
    with page.expect_download() as fetched:
        page.get_by_role("link", name="Copy of").click()
    packed = zipfile.ZipFile(io.BytesIO(fetched.value.path().read_bytes()))
    assert NAME in packed.read("data.html").decode()
    assert DataExport.objects.get().is_ready()


def test_a_person_asks_for_deletion_and_two_of_the_office_decide(visit, person):
    page = visit(person.user, width=390)
    page.goto(reverse("me:home"))
    page.get_by_role("link", name="Delete everything about me").click()
    page.get_by_label("I have read what goes").check()
    page.get_by_label("Your password").fill("一个很长的密码 9z")
    page.get_by_role("button", name="Ask for deletion").click()
    expect(page.get_by_text("You asked for this")).to_be_visible()
    first = visit(make_user("organiser"))
    first.goto(reverse("desk:data_requests"))
    first.get_by_role("link", name=NAME).click()
    first.get_by_label("Do as asked").check()
    first.get_by_label("Reason").fill("Nothing has to be kept")
    first.get_by_role("button", name="Keep the answer").click()
    expect(first.get_by_text("A second person decides now.")).to_be_visible()
    second = visit(make_user("supervisor"))
    second.goto(DataRequest.objects.get().get_absolute_url())
    second.get_by_role("button", name="Agree: delete everything").click()
    expect(second.get_by_text("Decided.")).to_be_visible()
    run_due()
    second.reload()
    expect(second.get_by_text(Erasure.objects.get().mark).first).to_be_visible()
    assert NAME not in second.content()
    assert not Worker.objects.filter(name=NAME).exists()
    assert Job.objects.filter(name="people.erase", state="done").exists()

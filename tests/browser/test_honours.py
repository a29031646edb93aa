"""Honours in a browser: the roll on a phone, a nomination from the firm to the union; axe finds nothing in any mode."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from craft_site.home.foundation import make_site
from honours.domain import certificates, register
from honours.models import Nomination
from tests.browser.test_accessibility import TOO_WIDE, faults_of, open_page, show_in
from tests.factories import make_user, make_worker
from tests.honours.makers import make_honour, make_title
from tests.honours.rounds import clearing, make_house, make_nominee, met, objected, posted
from tests.honours.stories import make_consent

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def house():
    make_site()
    return make_house()


def test_axe_finds_nothing_in_any_mode_and_nothing_is_too_wide(visit, house):
    title = make_title(name="全国五一劳动奖章", level=4)
    honour = make_honour(
        "王杭花", title=title, document_no="No. 7", unit="A firm with a rather long name of its own"
    )
    team = make_honour(
        "North hall",
        title=make_title(kind="team"),
        members=[register.Member("张三", leads=True)],
        employer=house.employer,
    )
    certificate = certificates.certify(honour=team, by=house.organiser)
    register.tally(title=title, year=2024, count=31, source="Daily", quote="31 were", by=house.organiser)
    asked = clearing(house)
    waiting = met(house)
    notice = posted(house, "unit")
    objected(notice, waiting.name)
    public = (reverse("honours:roll"), honour.holder.public_url, team.holder.public_url, notice.public_url)
    desk = (
        house.campaign.get_absolute_url(),
        asked.get_absolute_url(),
        reverse("desk:nomination_form", args=(asked.uuid,)),
        reverse("desk:nominations"),
        notice.get_absolute_url(),
        honour.holder.get_absolute_url(),
        team.holder.get_absolute_url(),
        reverse("desk:certificate", args=(certificate.uuid,)),
        reverse("desk:care", args=(honour.holder.uuid,)),
        reverse("desk:honour_new"),
        reverse("desk:titles"),
        reverse("desk:home_visits"),
        reverse("desk:story_consents"),
        reverse("desk:story_consent_new", args=(team.holder.uuid,)),
        reverse("desk:story_consent_withdraw", args=(make_consent(honour).uuid,)),
    )
    found = []
    person = make_user("worker")
    mine = make_honour(worker=make_worker(user=person))
    faces = (
        (visit(), public),
        (visit(house.organiser), desk),
        (visit(person), (reverse("me:honours"),)),
        (visit(house.contact), (reverse("me:certificates"),)),
    )
    assert mine.holder.is_named
    for page, addresses in faces:
        for address in addresses:
            open_page(page, address)
            found += faults_of(page, address)
            page.set_viewport_size({"width": 390, "height": 844})
            for mode in ("normal", "elder"):
                show_in(page, mode, "light")
                found += [f"{address} ({mode}) {fault}" for fault in page.evaluate(TOO_WIDE)]
            page.set_viewport_size({"width": 1280, "height": 900})
    assert found == [], "\n".join(found)


def test_a_firm_nominates_on_a_phone_and_its_union_enters_the_meeting(visit, house):
    make_nominee(house, "王杭花")
    page = visit(house.contact, width=390)
    page.goto(house.campaign.get_absolute_url())
    page.get_by_role("link", name="Nominate", exact=True).click()
    page.get_by_label("Worker", exact=True).fill("王杭花")
    page.get_by_label("In short").fill("Ten years at the press")
    page.get_by_label("Main deeds").fill("Improved the die.")
    page.get_by_label("front-line workers").check()
    page.get_by_label("The nominee knows of it").check()
    page.get_by_role("button", name="Save").click()
    page.get_by_label("First prize").check()
    page.get_by_role("button", name="Take these as evidence").click()
    page.get_by_role("button", name="Hand in").click()
    expect(page.get_by_text("The workers' meeting of the unit votes.")).to_be_visible()
    union = visit(house.unit)
    union.goto(reverse("desk:nominations") + "?waits=me")
    union.get_by_role("link", name="王杭花").click()
    union.get_by_label("Present").fill("40")
    union.get_by_label("In favour").fill("38")
    union.get_by_role("button", name="The meeting has passed it").click()
    expect(union.get_by_text("It goes on notice in the unit.")).to_be_visible()
    found = Nomination.objects.get()
    assert (found.state, found.present, found.in_favour) == ("unit_met", 40, 38)
    assert [line.title for line in found.evidence.all()] == ["First prize"]

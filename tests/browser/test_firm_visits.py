"""A firm asks on a phone, the office matches, a craftsman comes, the firm rates; axe finds nothing in any mode."""

from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import timezone
from PIL import Image
from playwright.sync_api import expect

from craft_site.home.foundation import make_site
from craft_site.kit.uploads import PHOTO, clean_upload
from honours.domain import outreach_pictures
from honours.models import Visit
from tests.browser.test_accessibility import TOO_WIDE, faults_of, open_page, show_in
from tests.honours.outreach import (
    agreed,
    closed,
    make_help,
    make_speaker,
    make_talk,
    matched,
    requested,
    triaged,
    visited,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def firm():
    make_site()
    return make_help(name="A firm with a rather long name of its own Ltd")


def _picture(visit, by):
    out = BytesIO()
    Image.new("RGB", (40, 30), (90, 80, 60)).save(out, "PNG")
    out.seek(0)
    upload = clean_upload(out, name="hall.png", policy=PHOTO)
    outreach_pictures.add(of=visit, upload=upload, words="The hall", may_publish=True, by=by)


def test_axe_finds_nothing_in_any_mode_and_nothing_is_too_wide(visit, firm):
    done = closed(firm, named=True)
    _picture(done, firm.organiser)
    at = {made: made(firm) for made in (requested, triaged, matched, agreed)}
    came = visited(firm, still_open=True)
    speaker = make_speaker(firm.organiser, firm.craftsman)
    held = make_talk(firm.organiser, speaker, may_publish=True)
    planned = make_talk(firm.organiser, speaker, held=False)
    desk = (
        reverse("desk:firm_visits"),
        reverse("desk:firm_visit_new"),
        *(one.get_absolute_url() for one in (*at.values(), came, done)),
        reverse("desk:firm_visit_match", args=(at[triaged].uuid,)),
        reverse("desk:firm_visit_report", args=(at[agreed].uuid,)),
        reverse("desk:firm_visit_follow", args=(came.uuid,)),
        reverse("desk:talks"),
        held.get_absolute_url(),
        planned.get_absolute_url(),
        reverse("desk:talk_new"),
        reverse("desk:speakers"),
        speaker.get_absolute_url(),
        reverse("desk:outreach"),
        reverse("desk:outreach_month"),
    )
    of_firm = (
        reverse("me:outreach"),
        reverse("me:firm_visit_new"),
        at[matched].my_url(),
        done.my_url(),
        reverse("me:firm_visit_rate", args=(came.uuid,)),
        reverse("me:firm_visit_picture", args=(done.uuid,)),
    )
    own = (reverse("me:outreach"), at[matched].my_url(), done.my_url())
    found = []
    for user, addresses in (
        (None, (reverse("honours:outreach"),)),
        (firm.organiser, desk),
        (firm.contact, of_firm),
        (firm.craftsman.user, own),
    ):
        page = visit(user)
        for address in addresses:
            open_page(page, address)
            found += faults_of(page, address)
            page.set_viewport_size({"width": 390, "height": 844})
            for mode in ("normal", "elder"):
                show_in(page, mode, "light")
                found += [f"{address} ({mode}) {fault}" for fault in page.evaluate(TOO_WIDE)]
            page.set_viewport_size({"width": 1280, "height": 900})
    assert found == [], "\n".join(found)


def test_from_the_request_on_a_phone_to_the_rating(visit, firm):
    contact = visit(firm.contact, width=390)
    contact.goto(reverse("me:home"))
    contact.get_by_role("link", name="Craftsmen help firms").click()
    contact.get_by_role("link", name="Ask craftsmen for help").click()
    contact.get_by_label("What do you need help with?").fill("The drawing die tears the sheet")
    contact.get_by_label("Kind of help").select_option("problem")
    contact.get_by_label("Urgency").select_option("urgent")
    contact.get_by_label("Whom to call at the firm").fill("Wang, 0579 0000")
    contact.get_by_role("button", name="Send the request").click()
    expect(contact.get_by_text("The office accepts the request or declines it.")).to_be_visible()
    address = contact.url

    office = visit(firm.organiser)
    office.goto(reverse("desk:firm_visits"))
    office.get_by_role("link", name=firm.employer.name).click()
    office.get_by_label("Trade").select_option(label="Mould and die maker")
    office.get_by_role("button", name="Accept and find who fits").click()
    office.get_by_label(firm.craftsman.name).check()
    office.get_by_label("Day of the visit").fill(timezone.localdate().isoformat())
    office.get_by_label("Place").fill("Press hall")
    office.get_by_role("button", name="Propose them").click()
    expect(office.get_by_text("The firm and the craftsmen answer.")).to_be_visible()

    craftsman = visit(firm.craftsman.user, width=390)
    craftsman.goto(reverse("me:home"))
    craftsman.get_by_role("link", name="Can you help").click()
    craftsman.get_by_label("The public page may say that I came").check()
    craftsman.get_by_role("button", name="I come").click()
    expect(craftsman.get_by_text("Your answer is kept.")).to_be_visible()

    contact.goto(address)
    contact.get_by_role("button", name="It suits us").click()
    expect(contact.get_by_text("The visit takes place")).to_be_visible()

    office.reload()
    office.get_by_role("link", name="Write down the visit").click()
    office.get_by_label("What was done").fill("A larger radius and another lubricant")
    office.get_by_label("People trained").fill("12")
    first = office.get_by_role("group", name="Problem 1")
    first.get_by_label("Solved").check()
    office.get_by_role("button", name="Save").click()
    expect(office.get_by_text("The visit is written down")).to_be_visible()

    contact.goto(reverse("me:home"))
    contact.get_by_role("link", name="Rate the visit").click()
    contact.get_by_label("5: it solved our problem").check()
    contact.get_by_label("The public page may name our firm").check()
    contact.get_by_role("button", name="Save").click()
    expect(contact.get_by_text("Thank you.")).to_be_visible()

    office.reload()
    office.get_by_role("button", name="Close the visit").click()
    expect(office.get_by_role("heading", name=firm.employer.name)).to_contain_text("Closed")
    found = Visit.objects.get()
    assert (found.state, found.rating, found.people_trained) == ("closed", 5, 12)

    public = visit(width=390)
    public.goto(reverse("honours:outreach"))
    expect(public.get_by_role("heading", name=firm.employer.name)).to_be_visible()
    expect(public.get_by_text(firm.craftsman.name)).to_be_visible()
    expect(public.get_by_text("Wang")).to_have_count(0)

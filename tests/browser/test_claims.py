"""A worker claims on a phone, and works without a script; no page of subsidies has a fault or is too wide."""

from datetime import date

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from academy.domain import claim_offers, claim_reviews, subsidy_draws
from academy.models import Claim, Quota, SubsidyProgramme
from academy.rules.cards import with_check_digit
from craft_site.people.models import Qualification
from tests.academy.subsidies import (
    approved,
    attach,
    certificate_no,
    draft,
    filed,
    make_claimant,
    make_office,
    on_notice,
    rules,
    scan,
)
from tests.browser.test_accessibility import TOO_WIDE, faults_of, open_page, show_in
from tests.factories import make_trade

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = 390
S = Claim.State


def certified(office):
    worker = make_claimant(office, "Walker Li", education="bachelor")
    for serial, checked in ((71, True), (72, False)):
        Qualification.objects.create(
            worker=worker,
            kind="level",
            trade=make_trade(),
            grade=4 if checked else 3,
            issued_on=date(2023, 5, 8),
            certificate_no=certificate_no(serial, level_digit=3 if checked else 4),
            checked=checked,
            source="contest",
        )
    return worker


def test_from_the_offer_to_the_reference_number_without_a_script(chromium, live_server, visit):
    office = make_office(rules(documents=["certificate"]))
    worker = certified(office)
    context = chromium.new_context(
        base_url=live_server.url, java_script_enabled=False, viewport={"width": PHONE, "height": 844}
    )
    context.add_cookies(visit(worker.user).context.cookies())
    page = context.new_page()
    page.goto(reverse("me:claims"))
    page.get_by_role("button", name="Claim it").first.click()
    page.get_by_label("No", exact=True).check()
    page.get_by_role("button", name="Save and go on").click()
    picture = {"name": "paper.png", "mimeType": "image/png", "buffer": scan(5).content}
    for _n in range(2):  # taken off and put on again
        page.set_input_files("[name=file]", picture)
        page.get_by_role("button", name="Add this document").click()
        if _n == 0:
            page.locator("summary", has_text="Remove").click()
            page.get_by_role("button", name="Yes, remove it").click()
            expect(page.get_by_text("Missing")).to_be_visible()
    page.get_by_role("link", name="Go on").click()
    page.get_by_label("Number of your bank card").fill(with_check_digit("622848000000003"))
    page.get_by_role("button", name="Save and go on").click()
    page.get_by_role("button", name="Hand in my claim").click()
    claim = Claim.objects.get()
    expect(page.locator(".reference")).to_have_text(claim.reference)
    assert claim.state == S.FILED
    context.close()


def in_every_corner(office, worker) -> list[str]:
    """A draft with a finding of each sort, a filed claim, a returned one, one with the bank's no: their pages."""
    other = filed(office)
    fresh = draft(make_office(), worker, card=other.card.reveal(), certificate_no="1")
    begun = claim_offers.begin(programme=make_office().programme, worker=worker, by=worker.user)
    sent = filed(office, worker)
    back = filed(make_office(rules(no_lower=False)), worker)
    reviewer = back.waits_for
    claim_reviews.send_back(
        claim=back, reason="The stamp is missing", by=type(worker.user).objects.get(union=reviewer)
    )
    [failed] = approved(make_office())
    Claim.objects.filter(pk=failed.pk).update(worker=worker, state=S.BANK_FAILED)
    attach(fresh, "certificate")
    parts = ("claim", "claim_answers", "claim_papers", "claim_card", "claim_check", "claim_withdraw")
    return [
        *(reverse(f"me:{name}", args=(fresh.uuid,)) for name in parts),
        *(reverse(f"me:{name}", args=(begun.uuid,)) for name in ("claim", "claim_check")),
        *(reverse(f"me:{name}", args=(sent.uuid,)) for name in ("claim", "claim_done")),
        *(reverse("me:claim", args=(claim.uuid,)) for claim in (back, failed)),
        reverse("me:claim_card", args=(failed.uuid,)),
        reverse("me:claim_start", args=(office.programme.code,)),
        reverse("me:claims"),
    ]


def public_addresses() -> list[str]:
    posting, _claims = on_notice(make_office(), 2)
    office = make_office(rules(allocation="lottery"))
    for _n in range(4):
        filed(office)
    SubsidyProgramme.objects.filter(pk=office.programme.pk).update(closes_at=office.programme.opens_at)
    Quota.objects.filter(programme=office.programme).update(places=2)
    draw = subsidy_draws.freeze(programme=office.programme, item="skill", by=office.organiser)
    subsidy_draws.throw(draw=draw, dice="4 6 1", by=office.city)
    return [
        reverse("academy:subsidies"),
        reverse("academy:posting", args=(posting.uuid,)),
        reverse("academy:objection_done", args=(posting.uuid,)),
        reverse("academy:subsidy_draw", args=(draw.uuid,)),
    ]


@pytest.mark.parametrize("who", ["worker", "public"])
def test_the_pages_have_no_fault_and_fit_a_phone(visit, who):
    office = make_office()
    worker = certified(office)
    user = worker.user if who == "worker" else None
    page, found = visit(user, width=PHONE), []
    for address in in_every_corner(office, worker) if user else public_addresses():
        open_page(page, address)
        page.evaluate("document.querySelectorAll('details').forEach((box) => { box.open = true; })")
        found += faults_of(page, address)
        for mode in ("normal", "elder"):
            show_in(page, mode, "light")
            found += [f"{address} ({mode}) {wide}" for wide in page.evaluate(TOO_WIDE)]
    assert "\n".join(found) == ""

"""One subsidy from the worker's phone to the money, walked through the real pages by everybody who has a part in it:
the unions of three floors, the public notice, an objection, two people of finance, the bank, a card that was wrong."""

import re
from datetime import timedelta
from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import Workbook, load_workbook
from playwright.sync_api import Page, expect

from academy.domain import claims, payments
from academy.models import Claim, PaymentList, Posting, SubsidyProgramme
from academy.rules.cards import with_check_digit
from craft_site.ledger.models import Line
from craft_site.people.models import GrowthEntry
from tests.academy.subsidies import (
    approved,
    certificate_no,
    filed,
    make_claimant,
    make_office,
    on_notice,
    passed,
    scan,
)
from tests.browser.test_accessibility import TOO_WIDE, faults_of, open_page, show_in
from tests.browser.walk_office import moment, press, told
from tests.factories import make_trade

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PHONE = 390
NAME = "Walker Onephone"
WRONG, RIGHT = with_check_digit("622848000000001"), with_check_digit("622848000000002")
S = Claim.State


@pytest.fixture
def office():
    """Three floors of unions, two people of finance; the programme is made in the walk."""
    make_trade()
    return make_office()


def test_a_subsidy_from_the_phone_to_the_money(visit, complaints, office):
    organiser = visit(office.organiser)
    make_programme(organiser)
    worker = make_claimant(office, NAME)
    phone = visit(worker.user, width=PHONE)
    reference = claim_on_the_phone(phone)
    claim = Claim.objects.get(reference=reference)

    unit = visit(office.unit)
    find_and_decide(unit, reference, "return", "The scan cannot be read")
    hand_in_again(phone, claim)
    for who in ("unit", "town", "city"):
        find_and_decide(unit if who == "unit" else visit(office.people[who]), reference, "approve")

    city, stranger = visit(office.city), visit()
    put_on_notice(city, stranger)
    answer_and_end(city)

    finance, second = visit(office.finance), visit(office.second)
    pay(finance, second, claim, result="失败", message="户名不符")
    phone.goto(reverse("me:claim_card", args=(claim.uuid,)))
    phone.fill('[name="number"]', RIGHT)
    press(phone, "Use this card instead")
    pay(finance, second, claim, result="成功")

    claim.refresh_from_db()
    assert claim.state == S.PAID
    assert GrowthEntry.objects.filter(worker=worker, kind="subsidy").get().url == claim.own_url
    phone.goto(claim.own_url)
    expect(phone.locator("main")).to_contain_text("Paid")
    chain = f"programme:{claim.programme.code}"
    said = " ".join(Line.objects.filter(chain__name=chain).values_list("body", flat=True))
    told_of = (NAME, worker.id_number.reveal(), WRONG, RIGHT, "cannot be read", "户名不符", "13800000001")
    assert [words for words in told_of if words in said] == []
    assert complaints == []


def make_programme(page: Page) -> None:
    """From a template, with the office's own money and places; read, then opened."""
    page.goto("/desk/academy/subsidies/")
    page.get_by_role("link", name="New programme").click()
    page.get_by_role("link", name="Zhejiang workers' education and skill grant").click()
    page.fill('[name="code"]', "walk-2026")
    page.fill('[name="name"]', "双提升补助")
    page.fill('[name="name_en"]', "Zhejiang workers' education and skill grant")
    page.fill('[name="opens_at"]', moment(timezone.now() - timedelta(hours=1)))
    page.fill('[name="budget"]', "2000")
    page.fill('[name="item1_places"]', "2")
    page.fill('[name="item1_dated_to"]', "2026-12-31")
    press(page, "Save")
    expect(page.locator("main")).to_contain_text("union member")
    press(page, "Open for claims")
    assert SubsidyProgramme.objects.get(code="walk-2026").takes_claims()


def claim_on_the_phone(page: Page) -> str:
    page.goto(reverse("me:claim_start", args=("walk-2026",)))
    press(page, "Begin a claim")
    page.locator('[name="what"][value="skill:4"]').check()
    page.fill('[name="dated"]', "2023-05-08")
    page.select_option('[name="trade"]', index=1)
    page.fill('[name="certificate_no"]', certificate_no(7))
    page.fill('[name="hired_on"]', "2015-01-01")
    for name in ("contract", "front_line"):
        page.locator(f'[name="{name}"][value="yes"]').check()
    for name in ("public_office", "new_form", "model_worker"):
        page.locator(f'[name="{name}"][value="no"]').check()
    press(page, "Save and go on")
    for seed, kind in enumerate(("identity", "certificate", "record", "bank_card")):
        page.select_option('[name="kind"]', kind)
        file = {"name": f"{kind}.png", "mimeType": "image/png", "buffer": scan(seed + 50).content}
        page.set_input_files('[name="file"]', file)
        press(page, "Add this document")
    page.get_by_role("link", name="Go on", exact=True).click()
    page.fill('[name="number"]', WRONG)
    press(page, "Save and go on")
    expect(page.locator("main")).to_contain_text(WRONG[-4:])
    assert WRONG not in page.content()
    press(page, "Hand in my claim")
    reference = page.locator(".reference").inner_text()
    assert re.fullmatch(r"B\d{3}-00001", reference)
    return reference


def find_and_decide(page: Page, reference: str, decision: str, reason: str = "") -> None:
    """Among what waits for me, one claim: opened, looked at, decided."""
    page.goto("/desk/academy/claims/?waits=me")
    page.get_by_role("row").filter(has_text=reference).get_by_role("link").click()
    expect(page.locator("main")).to_contain_text("Zhejiang")  # what the certificate number says
    page.locator(f'[name="decision"][value="{decision}"]').check()
    if reason:
        page.fill('textarea[name="reason"]', reason)
    press(page, "Record the decision")
    expect(told(page)).to_contain_text(reference)


def hand_in_again(page: Page, claim: Claim) -> None:
    page.goto(claim.own_url)
    expect(page.locator("main")).to_contain_text("The scan cannot be read")
    page.goto(reverse("me:claim_check", args=(claim.uuid,)))
    press(page, "Hand in again")
    claim.refresh_from_db()
    assert claim.state == S.FILED


def put_on_notice(city: Page, stranger: Page) -> None:
    """What is posted was shown before; a stranger reads it, sees no number, and objects."""
    city.goto("/desk/academy/notices/")
    city.get_by_role("link", name="Prepare the notice").click()
    expect(city.get_by_role("table")).to_contain_text(NAME)
    press(city, "Put it on notice")
    city.get_by_role("link", name="The public page").click()
    stranger.goto(city.url)
    expect(stranger.get_by_role("table")).to_contain_text(NAME)
    assert WRONG[-4:] not in stranger.content()
    stranger.fill('[name="about"]', NAME)
    stranger.fill('[name="text"]', "Is this so?")
    stranger.fill('[name="name"]', "A Neighbour")
    stranger.fill('[name="phone"]', "13800000001")
    press(stranger, "Send the objection")


def answer_and_end(page: Page) -> None:
    posting = Posting.objects.get(programme__code="walk-2026")
    page.goto(reverse("desk:posting", args=(posting.uuid,)))
    expect(page.locator("main")).to_contain_text("Is this so?")
    page.locator('input[value="reject"]').check()
    page.get_by_label("Answer", exact=True).fill("Compared with the diploma: it is so")
    press(page, "Record the answer")
    Posting.objects.filter(pk=posting.pk).update(until=timezone.now() - timedelta(minutes=1))
    page.reload()
    press(page, "End the notice")
    expect(told(page)).to_contain_text("1 claim approved for payment")


def pay(finance: Page, second: Page, claim: Claim, *, result: str, message: str = "") -> None:
    """One makes the list and cannot approve it, the other does; the file goes out, the answer comes back."""
    finance.goto("/desk/academy/payments/")
    with finance.expect_navigation():
        finance.get_by_role("button", name="Make a payment list").click()
    expect(finance.locator("main")).to_contain_text("Whoever made the list cannot approve it")
    made = PaymentList.objects.filter(programme__code="walk-2026").latest("pk")
    second.goto(finance.url)
    press(second, "Approve 1,000 yuan")
    finance.reload()
    press(finance, "Give it to the bank")
    with finance.expect_download() as taken:
        finance.get_by_role("button", name="Take the file").click()
    sheet = load_workbook(BytesIO(taken.value.path().read_bytes())).active
    claim.refresh_from_db()
    assert [sheet["B2"].value, sheet["C2"].value, sheet["D2"].value] == [
        claim.reference, NAME, claim.card.reveal()
    ]  # fmt: skip
    assert Line.objects.filter(kind="payments.file_taken", subject=f"payments:{made.uuid}").count() == 1
    answer = {"name": "answer.xlsx", "mimeType": "", "buffer": bank_says(claim, result, message)}
    finance.set_input_files('[name="file"]', answer)
    press(finance, "Look at it")
    expect(finance.get_by_role("table")).to_contain_text(NAME)
    press(finance, "Enter all of it")
    expect(told(finance)).to_contain_text("1 result entered")


def bank_says(claim: Claim, result: str, message: str) -> bytes:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(["业务编号", "处理结果", "失败原因", "金额"])
    sheet.append([claim.reference, result, message, 1000])
    out = BytesIO()
    book.save(out)
    return out.getvalue()


# --- no fault of markup, and it fits a phone --------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["unit", "city", "organiser", "finance"])
def test_the_pages_have_no_fault_and_fit_a_phone(visit, who):
    office = make_office()
    page, found = visit(office.people[who], width=PHONE), []
    for address in addresses(office, who):
        open_page(page, address)
        found += faults_of(page, address)
        for mode in ("normal", "elder"):
            show_in(page, mode, "light")
            found += [f"{address} ({mode}) {wide}" for wide in page.evaluate(TOO_WIDE)]
    assert "\n".join(found) == ""


def addresses(office, who: str) -> list[str]:
    """The pages of one person, with something in every corner."""
    if who == "unit":
        worker = make_claimant(office)
        claim = claims.start(programme=office.programme, worker=worker, by=worker.user)
        claims.add_file(claim=claim, kind="certificate", upload=scan(9), by=worker.user)
        filed(office, worker, answers={"front_line": True})
        return ["/desk/academy/claims/", reverse("desk:claim", args=(claim.uuid,))]
    if who == "city":
        posting, _claims = on_notice(office)
        passed(office)
        new = reverse("desk:posting_new", args=(office.programme.code,))
        return ["/desk/academy/notices/", new, reverse("desk:posting", args=(posting.uuid,))]
    if who == "finance":
        pages = ["/desk/academy/payments/formats/", "/desk/academy/payments/formats/new/"]
        for last in (None, payments.approve_list, payments.send):
            approved(office)
            made = payments.make_list(programme=office.programme, by=office.finance)
            pages.append(reverse("desk:payment", args=(made.uuid,)))
            if last is not None:
                payments.approve_list(payments=made, seen=payments.content_hash(made), by=office.second)
            if last is payments.send:
                payments.send(payments=made, by=office.finance)
        approved(office)
        return ["/desk/academy/payments/", *pages]
    filed(office)
    code = office.programme.code
    names = ("desk:subsidy", "desk:subsidy_edit", "desk:subsidy_rules", "desk:subsidy_yaml")
    return [
        "/desk/academy/subsidies/",
        "/desk/academy/subsidies/new/",
        "/desk/academy/subsidies/new/yaml/",
        *(reverse(name, args=(code,)) for name in names),
    ]

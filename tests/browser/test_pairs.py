"""One pair walked through the real pages by everybody who has a part in it: proposed at the desk, signed by four in
their order, its month written on a phone with a photograph and commented, evaluated at half time, printed."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from academy.domain import pair_agreements
from academy.models import Pair, PairLog
from academy.rules.pairing import add_months
from craft_site.ledger.models import Line
from tests.academy.pairs import (
    Town,
    again,
    certify,
    completed,
    make_person,
    make_town,
    photographed,
    proposed,
    running,
)
from tests.academy.subsidies import scan
from tests.browser.test_accessibility import MODES, TOO_WIDE, faults_of, open_page, show_in
from tests.browser.walk_office import press, told
from tests.factories import make_trade

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PHONE = 390
READ = "I have read it and sign"
LEARNT = "I learnt to read the tolerances on the plan."
SAID = "Well measured, now do it without me."
S = Pair.State


@pytest.fixture
def town() -> Town:
    made = make_town(apprentices={"least": 1, "most": 50})
    made.mentor = make_person(made.firm, made.trade, grade=6, name="Master Mo")
    made.apprentice = make_person(made.firm, made.trade, grade=3, name="Learner Lin")
    return made


def test_a_pair_from_the_proposal_to_half_time(visit, complaints, town):
    office, contact, union = (visit(user) for user in (town.organiser, town.contact, town.reviewer))
    learner, master = (visit(worker.user, width=PHONE) for worker in (town.apprentice, town.mentor))
    propose_at_the_desk(office, town)
    pair = Pair.objects.get()

    is_told_to_wait(contact, pair, "Apprentice")
    sign_on_the_phone(learner)
    is_told_to_wait(union, pair, "Master")
    sign_on_the_phone(master)
    sign_at_the_desk(contact)
    assert again(pair).state == S.PROPOSED
    sign_at_the_desk(union)
    pair = again(pair)
    assert (pair.state, pair.began_on) == (S.RUNNING, timezone.localdate())

    write_the_month(learner, pair)
    assert [one for one in complaints if "422" not in one] == []
    complaints.clear()  # the form that was sent half written
    comment_on_it(master, pair)
    learner.goto(month_of(pair))
    expect(learner.locator("main")).to_contain_text(SAID)

    evaluate_at_half_time(office, pair)
    assert again(pair).state == S.MID_OK
    print_it(office, pair, town)
    assert_the_ledger_holds_no_words(pair, town)


def propose_at_the_desk(page: Page, town: Town) -> None:
    """Who learns, who teaches, what is agreed; the third page knows trade, level and term already."""
    page.goto("/desk/academy/pairs/")
    page.get_by_role("link", name="Propose a pair").click()
    for worker in (town.apprentice, town.mentor):
        page.fill('[name="find"]', worker.name)
        press(page, "Look")
        page.get_by_role("radio", name=worker.name).check()
        press(page, "Go on")
    expect(page.locator("main")).to_contain_text("Step 3 of 3")
    for worker in (town.apprentice, town.mentor):
        expect(page.locator("main")).to_contain_text(worker.name)
    assert page.input_value('[name="trade"]') == str(town.trade.pk)
    assert page.input_value('[name="target_grade"]') == "4"
    today = timezone.localdate()
    page.fill('[name="starts_on"]', str(today))
    page.fill('[name="ends_on"]', str(add_months(today, 24)))
    page.fill('[name="target_on"]', str(add_months(today, 20)))
    page.fill('[name="skills"]', f"Milling of die plates {add_months(today, 6)}")
    press(page, "Propose the pair")
    expect(told(page)).to_contain_text("Four sign in turn")


def is_told_to_wait(page: Page, pair: Pair, side: str) -> None:
    """Nothing waits for this person yet; at the agreement it says whose turn it is, and there is nothing to press."""
    page.goto("/desk/academy/pairs/")
    expect(page.get_by_role("link", name="Waits for my signature")).to_have_count(0)
    page.goto(reverse("desk:pair_sign", args=(pair.uuid,)))
    expect(page.locator("main .notice")).to_contain_text(f"Next signature: {side}")
    expect(page.get_by_role("button", name=READ)).to_have_count(0)


def sign_on_the_phone(page: Page) -> None:
    """From the worker's first page to the whole content and back."""
    page.goto(reverse("me:home"))
    page.get_by_role("link", name="Read and sign your agreement").click()
    expect(page.locator("main")).to_contain_text("Milling of die plates")
    press(page, READ)
    expect(told(page)).to_contain_text("You have signed.")


def sign_at_the_desk(page: Page) -> None:
    """What waits for me stands above the list; the list leads to the pair, the pair to its agreement."""
    page.goto("/desk/academy/pairs/")
    page.get_by_role("link", name="Waits for my signature").first.click()
    page.locator("tbody a").first.click()
    page.get_by_role("link", name="Read and sign").click()
    expect(page.locator("main")).to_contain_text("Milling of die plates")
    press(page, READ)
    expect(told(page)).to_contain_text("The signature is kept.")


def this_month() -> str:
    return f"{timezone.localdate():%Y-%m}"


def last_month() -> str:
    return f"{add_months(timezone.localdate(), -1):%Y-%m}"


def month_of(pair: Pair) -> str:
    return reverse("me:pair_month", args=(pair.uuid, this_month()))


def write_the_month(page: Page, pair: Pair) -> None:
    """Kept half written, then sent with a photograph; what is sent cannot be written again."""
    form = reverse("me:pair_log", args=(pair.uuid, this_month()))
    page.goto(pair.my_url())
    page.locator(f'main a[href="{form}"]').first.click()
    page.fill('[name="topic"]', "Reading plans")
    press(page, "Keep as a draft")
    page.locator(f'main a[href="{form}"]').first.click()
    assert page.input_value('[name="topic"]') == "Reading plans"
    press(page, "Send to my master")
    expect(page.locator(".errors")).to_be_focused()
    page.fill('[name="hours"]', "12.5")
    page.fill('[name="reflection"]', LEARNT)
    photo = {"name": "work.png", "mimeType": "image/png", "buffer": scan(3).content}
    page.set_input_files('[name="evidence"]', photo)
    press(page, "Send to my master")
    expect(told(page)).to_contain_text("Your master reads it now")
    expect(page.locator(f'main a[href="{form}"]')).to_have_count(0)
    assert PairLog.objects.get(pair=pair).state == PairLog.State.SENT


def comment_on_it(page: Page, pair: Pair) -> None:
    page.goto(reverse("me:home"))
    page.locator(f'main a[href="{month_of(pair)}"]').first.click()
    expect(page.locator("main")).to_contain_text(LEARNT)
    photo = page.locator(".pair-photo img")
    photo.scroll_into_view_if_needed()
    page.wait_for_function("(image) => image.complete && image.naturalWidth > 0", arg=photo.element_handle())
    page.fill('[name="text"]', SAID)
    press(page, "Send my comment")
    expect(told(page)).to_contain_text("the apprentice sees them now")


def evaluate_at_half_time(page: Page, pair: Pair) -> None:
    page.goto(pair.get_absolute_url())
    page.get_by_role("link", name="Mid-term evaluation").click()
    for name, mark in (("theory", "85"), ("practice", "88"), ("conduct", "90")):
        page.fill(f'[name="{name}"]', mark)
    page.locator('[name="grade"][value="passed"]').check()
    press(page, "Keep the evaluation")
    expect(told(page)).to_contain_text("The evaluation is kept.")


def print_it(page: Page, pair: Pair, town: Town) -> None:
    """On paper: four boxes, each with who signed and when, the hash of what they signed, and no button."""
    page.get_by_role("link", name="As it is printed").click()
    page.emulate_media(media="print")
    boxes = page.locator(".pair-boxes > div")
    expect(boxes).to_have_count(4)
    signed = (town.apprentice.user, town.mentor.user, town.contact, town.reviewer)
    for place, user in enumerate(signed):
        expect(boxes.nth(place)).to_contain_text(user.name)
        expect(boxes.nth(place)).to_contain_text(str(timezone.localdate()))
    expect(page.locator(".pair-foot code")).to_have_text(pair_agreements.content_hash(again(pair)))
    expect(page.locator(".pair-foot svg")).to_be_visible()
    expect(page.get_by_role("button", name="Print")).to_have_count(0)
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")


def assert_the_ledger_holds_no_words(pair: Pair, town: Town) -> None:
    lines = Line.objects.filter(subject=f"pair:{pair.uuid}")
    assert lines.filter(kind="pair.signed").count() == 4
    said = " ".join(lines.values_list("body", flat=True))
    names = (town.apprentice.name, town.mentor.name)
    assert [words for words in (*names, LEARNT, SAID) if words in said] == []


# --- no fault of markup, and it fits a phone --------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["apprentice", "mentor", "organiser"])
def test_the_pages_have_no_fault_and_fit_a_phone_in_any_mode(visit, town, who):
    user = town.organiser if who == "organiser" else getattr(town, who).user
    addresses = at_the_desk(town) if who == "organiser" else on_the_phone(town, who)
    page, found = visit(user, width=PHONE), []
    for address in addresses:
        open_page(page, address)
        found += faults_of(page, address)
        for name, (mode, theme) in MODES.items():
            show_in(page, mode, theme)
            found += [f"{address} ({name}) {wide}" for wide in page.evaluate(TOO_WIDE)]
    assert "\n".join(found) == ""


def long_running(town: Town) -> Pair:
    """Under way for seventy days: a month is overdue, one was sent with a photograph, a skill is late."""
    pair = running(town, since=timezone.localdate() - timedelta(days=70))
    photographed(pair, scan(4))
    return pair


def on_the_phone(town: Town, who: str) -> list[str]:
    """The pages of one of the two: a pair under way, and a proposal to sign, which is of another trade."""
    pair, trade = long_running(town), make_trade("Fitter")
    certify(town.mentor, trade, 6, on=date(2015, 5, 1))
    waits = proposed(town, trade=trade)
    mine = {"apprentice": "pair_log", "mentor": "pair_skill_add"}[who]
    return [
        reverse("me:pairs"),
        *(reverse(f"me:{name}", args=(pair.uuid,)) for name in ("pair", "pair_agreement")),
        *(reverse(f"me:{name}", args=(waits.uuid,)) for name in ("pair", "pair_sign", "pair_decline")),
        reverse(f"me:{mine}", args=(pair.uuid, this_month()) if mine == "pair_log" else (pair.uuid,)),
        reverse("me:pair_month", args=(pair.uuid, last_month())),
    ]


def at_the_desk(town: Town) -> list[str]:
    pair = long_running(town)
    waiting, done = (make_person(town.firm, town.trade, grade=3) for _n in range(2))
    waits = proposed(town, apprentice=waiting)
    earned = completed(town, apprentice=done)
    both = (town.apprentice.uuid, town.mentor.uuid)
    names = ("pair", "pair_agreement", "pair_review_mid", "pair_extend", "pair_end", "pair_new_mentor")
    return [
        reverse("desk:pairs"),
        reverse("desk:pair_new"),
        reverse("desk:pair_new_master", args=both[:1]),
        reverse("desk:pair_new_content", args=both),
        *(reverse(f"desk:{name}", args=(pair.uuid,)) for name in names),
        reverse("desk:pair_month", args=(pair.uuid, last_month())),
        *(reverse(f"desk:{name}", args=(waits.uuid,)) for name in ("pair", "pair_sign", "pair_edit")),
        *(reverse(f"desk:{name}", args=(earned.uuid,)) for name in ("pair", "pair_rewards")),
        reverse("desk:rewards"),
        reverse("desk:pair_schemes"),
    ]

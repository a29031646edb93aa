"""A round of matching in a browser: wishes on a phone and without a script, proposals and decisions at the desk."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from academy.models import MatchRound, Pair, Seeker
from craft_site.home.foundation import make_site
from tests.academy.rounds import make_offer, make_round, make_seeker, skilled
from tests.browser.test_accessibility import TOO_WIDE, faults_of, open_page, show_in
from tests.factories import make_trade, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def round_() -> MatchRound:
    make_site()
    made = make_round("spring", name="Spring round")
    for name in ("Master Ma", "Master Mo"):
        make_offer(made, skilled(name), teaches="Dies")
    for n in range(3):
        make_seeker(made, skilled(f"Learner {n}", grade=3), hopes="Grinding")
    return made


def test_from_a_wish_on_the_phone_to_a_proposed_pair(visit, round_):
    worker = skilled("Learner Li", grade=3)
    phone, desk = visit(worker.user, width=390), visit(make_user("organiser"))
    phone.goto(reverse("me:round", args=("spring",)))
    phone.get_by_role("link", name="I look for a master").click()
    phone.get_by_label("Wish no. 1").select_option(index=2)
    phone.get_by_label("Wish no. 2").select_option(index=1)
    phone.get_by_role("button", name="Keep my wishes").click()
    expect(phone.get_by_text("Your wishes are kept.")).to_be_visible()
    assert [wish.offer.worker.name for wish in Seeker.objects.get(worker=worker).wishes.all()] == [
        "Master Mo",
        "Master Ma",
    ]
    desk.goto(reverse("desk:round", args=("spring",)))
    desk.get_by_role("button", name="Take no more wishes").click()
    desk.get_by_role("button", name="Let the program propose").click()
    expect(desk.get_by_text("How the workers fared").first).to_be_visible()
    desk.locator("input[name=chosen]").first.check()
    desk.get_by_role("button", name="Take: propose the pairs").click()
    expect(desk.get_by_text("1 proposal decided.")).to_be_visible()
    assert Pair.objects.get().state == Pair.State.PROPOSED


def test_wishes_are_kept_without_a_script(chromium, live_server, visit, round_):
    worker = skilled("Learner Lu", grade=3)
    context = chromium.new_context(base_url=live_server.url, java_script_enabled=False)
    context.add_cookies(visit(worker.user).context.cookies())
    page = context.new_page()
    page.goto(reverse("me:round_seek", args=("spring",)))
    page.get_by_label("In which trade").select_option(label=str(make_trade()))
    page.get_by_label("Wish no. 1").select_option(index=1)
    page.get_by_role("button", name="Keep my wishes").click()
    assert Seeker.objects.get(worker=worker).wishes.count() == 1
    context.close()


def test_axe_finds_nothing_in_any_mode_and_nothing_is_too_wide_on_a_phone(visit, round_):
    worker = skilled("Learner Lo", grade=3)
    make_seeker(round_, worker)
    office = [reverse(f"desk:{name}") for name in ("rounds", "round_new")]
    rooms = ("round", "round_edit", "round_without", "round_seekers", "round_offers", "round_weights")
    office += [reverse(f"desk:{name}", args=("spring",)) for name in rooms]
    mine = [reverse("me:rounds")]
    mine += [reverse(f"me:{name}", args=("spring",)) for name in ("round", "round_seek", "round_offer")]
    found = []
    for user, addresses in ((make_user("organiser"), office), (worker.user, mine)):
        page = visit(user)
        for address in addresses:
            open_page(page, address)
            found += faults_of(page, address)
            page.set_viewport_size({"width": 390, "height": 844})
            for mode in ("normal", "elder"):
                show_in(page, mode, "light")
                found += [f"{address} ({mode}) {fault}" for fault in page.evaluate(TOO_WIDE)]
            page.set_viewport_size({"width": 1280, "height": 900})
    assert found == []

"""A worker's phone: from the academy's public page to a place, from the code on the wall to the time of signing in.
The pages on the way have no fault that axe finds, in any mode, and need no sideways scrolling."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from academy.domain import attendance
from academy.models import AcademyPage, Attendance, Enrolment, ExamMark
from craft_site.home.foundation import make_site
from tests.academy.training import make_academy, make_class, make_mentor, make_programme, make_session, seat
from tests.browser.test_accessibility import TOO_WIDE, faults_of, open_page, show_in
from tests.factories import PASSWORD, make_trade, make_user, make_worker

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = 390


@pytest.fixture
def school() -> SimpleNamespace:
    """An academy with its page, a class that runs now, one that is open, one that is full, one that is over."""
    tree = make_site()
    academy = make_academy("power", name="Power academy")
    make_academy("base", name="East base", kind="base", parent=academy, address="East road 18")
    page = AcademyPage(title="Power academy", slug="power", academy=academy)
    tree.academies.add_child(instance=page)
    user = make_user("worker", staff_no="W-1", password=PASSWORD)
    worker = make_worker("Zhang San", user=user)
    mentor = make_mentor(
        academy, worker=make_worker("Master Li", user=make_user("worker")), agreed_publicity_at=timezone.now()
    )
    programme = make_programme(code="live-line", trade=make_trade(), grade=4, outline="Safety\n\nPractice")
    common = {"academy": academy, "programme": programme, "sessions": 0}
    running = make_class("running", state="running", edition=1, **common)
    opened = make_class("opened", edition=2, **common)
    full = make_class("full", edition=3, places=1, **common)
    over = make_class("over", state="finished", edition=4, finished_on=timezone.localdate(), **common)
    now = timezone.now()
    here = make_session(running, mentor=mentor, topic="Safety rules")
    for held, days in ((running, 2), (opened, 5), (full, 8), (over, -9)):
        make_session(held, mentor=mentor, starts_at=now + timedelta(days=days))
    mine = seat(running, worker=worker)
    ExamMark.objects.create(enrolment=mine, part="theory", mark="58.5")
    seat(full)
    seat(full, worker=worker, state="waiting")
    seat(over, worker=worker, state="completed")
    return SimpleNamespace(page=page, user=user, mentor=mentor, here=here, opened=opened, mine=mine)


def wall(session) -> str:
    return reverse("me:attend", args=(attendance.wall_token(session, timezone.now()),))


def sign_in_as(page: Page, name: str) -> None:
    page.fill('[name="username"]', name)
    page.fill('[name="password"]', PASSWORD)
    page.locator("main button[type=submit]").click()


def test_from_the_public_page_to_a_place(visit, school):
    page = visit(width=PHONE)
    page.goto(school.page.url)
    page.get_by_role("link", name=str(school.opened)).first.click()
    page.get_by_role("link", name="Enrol", exact=True).click()
    sign_in_as(page, "W-1")
    expect(page.get_by_text("Zhang San")).to_be_visible()
    page.get_by_role("button", name="Take a place").click()
    expect(page.get_by_role("heading", name="You are enrolled")).to_be_visible()
    assert Enrolment.objects.get(training_class=school.opened).state == "enrolled"


def test_who_scans_signed_out_signs_in_comes_back_and_is_there(visit, school):
    page = visit(width=PHONE)
    page.goto(wall(school.here))
    sign_in_as(page, "W-1")
    expect(page.get_by_text("Zhang San")).to_be_visible()
    assert not Attendance.objects.exists()
    page.get_by_role("button", name="I am here: sign me in").click()
    expect(page.get_by_role("heading", name="You are signed in")).to_be_visible()
    assert Attendance.objects.get().enrolment == school.mine


COURSES = """courses/ courses/running/ courses/full/ courses/opened/ courses/opened/enrol/ courses/full/enrolled/
    courses/running/withdraw/ courses/over/ courses/over/rate/ calendar/ attend/old/"""
PAGES = {
    "stranger": "/academy/ /academy/power/ /academy/power/class/opened/ /academy/power/class/full/"
    " /academy/power/programme/live-line/ /training/",
    "worker": " ".join(f"/me/academy/{end}" for end in COURSES.split()),
    "mentor": "/me/academy/teaching/",
}


@pytest.mark.parametrize("who", PAGES)
def test_the_pages_have_no_fault_and_fit_a_phone(visit, school, who):
    user = {"worker": school.user, "mentor": school.mentor.worker.user}.get(who)
    addresses = PAGES[who].split()
    if who == "worker":
        addresses.append(wall(school.here))
    if who == "mentor":
        addresses.append(reverse("me:teaching_session", args=(school.here.uuid,)))
    page = visit(user, width=PHONE)
    found = []
    for address in addresses:
        open_page(page, address)
        found += faults_of(page, address)
        for mode in ("normal", "elder"):
            show_in(page, mode, "light")
            found += [f"{address} ({mode}) {wide}" for wide in page.evaluate(TOO_WIDE)]
    assert "\n".join(found) == ""

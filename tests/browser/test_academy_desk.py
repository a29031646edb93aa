"""Training at the desk in a browser: from the plan of a class to its people, the wall that renews itself; and no page
on the way has a fault that axe finds, in any mode, or needs sideways scrolling on a phone."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from academy.models import (
    Alliance,
    Attendance,
    Leave,
    Membership,
    Opinion,
    Studio,
    TrainingClass,
)
from academy.rules import wall_code
from craft_site.home.foundation import make_site
from tests.academy.training import (
    make_academy,
    make_class,
    make_mentor,
    make_place,
    make_programme,
    make_session,
    seat,
)
from tests.browser.test_accessibility import TOO_WIDE, faults_of, open_page, show_in
from tests.factories import make_employer, make_trade, make_user, make_worker

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = 390


@pytest.fixture
def school() -> SimpleNamespace:
    """An academy, a mentor, a class that runs with something in every corner, one that is open, one that is over."""
    make_site()
    alliance = Alliance.objects.create(name="Alliance")
    academy = make_academy("power", name="Power academy", alliance=alliance)
    studio = Studio.objects.create(name="Studio", employer=make_employer(), leader=make_worker("Leader"))
    Membership.objects.create(alliance=alliance, studio=studio, since=timezone.localdate())
    mentor = make_mentor(academy, worker=make_worker("Master Li", employer=make_employer()), studio=studio)
    place = make_place(academy)
    programme = make_programme(code="weld", trade=make_trade(), grade=4, outline="Safety")
    common = {"academy": academy, "programme": programme, "sessions": 0, "budget": 1000}
    running = make_class("running", state="running", edition=1, sign_ins=2, **common)
    full = make_class("full", edition=2, places=1, **common)
    over = make_class("over", state="finished", edition=3, **common)
    now = timezone.now()
    here = make_session(running, mentor=mentor, place=place, topic="Drawings")
    later = make_session(running, mentor=mentor, place=place, starts_at=now + timedelta(days=2))
    make_session(full, mentor=mentor, place=place, starts_at=now + timedelta(days=5))
    people = [seat(running, worker=make_worker(employer=make_employer())) for _ in range(3)]
    for source in ("scan", "office"):
        Attendance.objects.create(
            enrolment=people.pop(), session=here, turn=1, source=source, reason="phone broken", at=now
        )
    Leave.objects.create(enrolment=people[0], session=later, reason="a wedding")
    waiting = [seat(full), seat(full, state="waiting")]
    seat(over, state="completed")
    for score in (3, 4, 5):
        Opinion.objects.create(training_class=over, score=score, words="more practice")
    return SimpleNamespace(
        academy=academy,
        alliance=alliance,
        studio=studio,
        mentor=mentor,
        here=here,
        waiting=waiting,
        place=place,
    )


def addresses(school) -> list[str]:
    rooms = ("class", "class_edit", "class_timetable", "class_people", "class_attendance", "class_marks")
    found = [reverse(f"desk:{room}", args=("running",)) for room in rooms]
    found += [reverse(f"desk:{room}", args=("running",)) for room in ("class_completion", "class_accounts")]
    found += [
        reverse(f"desk:{room}", args=("full",))
        for room in ("class", "class_people", "class_enrol", "class_roster")
    ]
    found += [reverse(f"desk:{room}", args=("over",)) for room in ("class_completion", "class_accounts")]
    found.append(reverse("desk:class_withdraw", args=("full", school.waiting[0].uuid)))
    found.append(reverse("desk:session_edit", args=("running", school.here.uuid)))
    found += [reverse(f"desk:{name}") for name in ("classes", "class_new", "mentors", "mentor_appoint")]
    found += [
        reverse(f"desk:{name}") for name in ("training_programmes", "training_programme_new", "academies")
    ]
    found.append(reverse("desk:training_programme", args=("weld",)))
    found += [
        reverse("desk:mentor", args=(school.mentor.uuid,)),
        reverse("desk:mentor_end", args=(school.mentor.uuid,)),
    ]
    found += [reverse("desk:academy_one", args=("power",)), reverse("desk:academy_edit", args=("power",))]
    found += [
        reverse("desk:alliance", args=(school.alliance.pk,)),
        reverse("desk:studio_edit", args=(school.studio.pk,)),
    ]
    return found


def test_axe_finds_nothing_on_training_at_the_desk(visit, school, complaints):
    page, found = visit(make_user("organiser")), []
    for address in addresses(school):
        open_page(page, address)
        found += faults_of(page, address)
    assert found == []
    assert complaints == []


def test_axe_finds_nothing_on_the_wall(visit, school):
    page = visit(make_user("organiser"))
    address = reverse("desk:wall", args=(school.here.uuid,))
    open_page(page, address)
    assert faults_of(page, address) == []


def test_phones_need_no_sideways_scrolling(visit, school):
    page, found = visit(make_user("organiser"), width=PHONE), {}
    for address in [*addresses(school), reverse("desk:wall", args=(school.here.uuid,))]:
        open_page(page, address)
        for mode in ("normal", "elder"):
            show_in(page, mode, "light")
            if wide := page.evaluate(TOO_WIDE):
                found[address, mode] = wide
    assert found == {}


def test_an_organiser_plans_a_class_opens_it_and_enrols_somebody(visit, school):
    make_worker("李建国", employer=make_employer("步阳集团"))
    page = visit(make_user("organiser"))
    page.goto(reverse("desk:classes"))
    page.get_by_role("link", name="Plan a class").click()
    day = (timezone.localdate() + timedelta(days=7)).isoformat()
    page.get_by_label("Academy").select_option(label="Power academy")
    page.get_by_label("Programme").select_option(index=1)
    page.get_by_label("Code").fill("weld-9")
    page.get_by_label("Edition").fill("9")
    page.get_by_label("First day").fill(day)
    page.get_by_label("Last day").fill(day)
    page.get_by_role("button", name="Plan the class").click()
    page.get_by_label("Starts").fill("09:00")
    page.get_by_label("Ends").fill("11:00")
    page.get_by_label("Mentor").select_option(index=1)
    page.get_by_label("Place", exact=True).select_option(index=1)
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_text("1 session added.")).to_be_visible()
    page.get_by_role("link", name="Overview").click()
    page.get_by_role("button", name="Open for enrolment").click()
    page.get_by_role("link", name="People").click()
    page.get_by_role("link", name="Enrol one worker").click()
    page.get_by_label("Look for a worker").fill("建国")
    page.get_by_label("Look for a worker").press("Enter")
    expect(page.get_by_label("李建国 · 步阳集团")).to_be_checked()
    page.get_by_role("button", name="Enrol", exact=True).click()
    expect(page.get_by_text("李建国: Enrolled.")).to_be_visible()
    assert "建国" not in page.url
    assert TrainingClass.objects.get(code="weld-9").enrolments.get().worker.name == "李建国"


def test_the_wall_renews_itself_and_counts_who_comes_in(visit, school, monkeypatch, complaints):
    monkeypatch.setattr(wall_code, "STEP", 2)
    page = visit(make_user("organiser"))
    page.goto(reverse("desk:wall", args=(school.here.uuid,)))
    first = page.locator(".wall-code svg").inner_html()
    expect(page.locator(".figure strong")).to_have_text("0")
    Attendance.objects.create(
        enrolment=seat(school.here.training_class),
        session=school.here,
        turn=2,
        source="scan",
        at=timezone.now(),
    )
    expect(page.locator(".figure strong")).to_have_text("1", timeout=15_000)
    assert page.locator(".wall-code svg").inner_html() != first
    assert complaints == []

"""One contest from the notice to the score sheet, walked through the real pages by everybody who has a part in it.

The office stands in walk_office.py, the hall in walk_hall.py, the scheme and the sums on paper in walk_scheme.py; here
are the contestant on a phone, the stranger, and the order in which everything happens.
"""

import re
from io import BytesIO

import pytest
from openpyxl import load_workbook
from PIL import Image
from playwright.sync_api import Page, expect

from competitions.models import Code, Competition, Entry, Event, Organiser, Series, Sheet
from craft_site.jobs.models import Job
from craft_site.jobs.queue import run_due
from craft_site.ledger.models import Line
from tests.browser import walk_hall as hall
from tests.browser import walk_office as office
from tests.browser.walk_office import press
from tests.browser.walk_scheme import FIRST, PARTS_OF_FIRST, SECOND, TOTAL_OF_SECOND
from tests.factories import PASSWORD, citizen_number, make_employer, make_entry, make_user, make_worker

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

CODE = "walk-2026"
NAMES = ("Walker Onephone", "Walker Twodesk")
MOBILE = "13900000001"
PHONE, TABLET = 390, 820


@pytest.fixture
def competition(db):
    series = Series.objects.create(code="walk", name="走查赛", name_en="Walk")
    made = Competition.objects.create(
        series=series, code="walk-1", edition=1, year=2026, name="走查赛第一届", name_en="First walk"
    )
    Organiser.objects.create(competition=made, part=Organiser.Part.HOST, name="市总工会")
    return made


@pytest.fixture
def firm(db):
    return make_employer("Firm of the walk")


def test_a_contest_from_the_notice_to_the_score_sheet(
    visit, complaints, competition, firm, settings, tmp_path
):
    settings.PUBLISHED_ROOT = tmp_path
    seats = {
        "chief": [make_user("judge")],
        "coding": [make_user("judge")],
        "floor": [make_user("judge")],
        "measuring": [make_user("judge")],
        "result": [make_user("judge") for _place in range(3)],
        "recorder": [make_user("judge")],
        "supervisor": [make_user("supervisor")],
    }
    contact = make_user("employer", employer=firm)
    organiser = visit(make_user("organiser"))
    stranger = visit()

    announce(organiser, stranger, competition)
    contestant = visit(width=PHONE)
    reference = sign_up_and_enter(contestant, firm)
    enter_second(firm)
    review(visit, contact, reference)
    publish_list(organiser, stranger)
    office.give_seats(organiser, CODE, seats)

    coder, supervisor = visit(seats["coding"][0]), visit(seats["supervisor"][0])
    tablets = {
        role: [hall.Blind(visit(person, width=TABLET), (*NAMES, firm.name, reference)) for person in people]
        for role, people in seats.items()
        if role in ("floor", "measuring", "result")
    }
    run_the_day(organiser, coder, supervisor, tablets)
    mark_everything(organiser, tablets)
    lock_and_decode(visit(seats["chief"][0]), visit(seats["recorder"][0]), coder, supervisor)
    assert [complaint for complaint in complaints if "422" not in complaint] == []
    complaints.clear()  # the refused workbook of theory marks was answered with 422
    publish_result(organiser)

    read_the_result(stranger)
    read_my_sheet(contestant)
    assert Line.objects.filter(chain__name=f"event:{CODE}").exists()
    said = " ".join(Line.objects.filter(chain__name=f"event:{CODE}").values_list("body", flat=True))
    assert [name for name in (*NAMES, MOBILE) if name in said] == []


# --- notice and entries ----------------------------------------------------------------------------------------------


def announce(organiser: Page, stranger: Page, competition: Competition) -> None:
    """The event is made, filled and opened; before it is announced a stranger finds nothing of it."""
    office.create_event(organiser, competition, CODE)
    office.move_on(organiser, CODE, "filed")
    expect(organiser.locator(".exceptions")).to_contain_text("No technical document has been published")
    office.set_up(organiser, CODE)
    office.publish_document(organiser, CODE)
    office.bring_in_scheme(organiser, CODE)
    assert stranger.request.get(f"/contests/{CODE}/scheme/").status == 404
    for state in ("published", "registering"):
        office.move_on(organiser, CODE, state)
    stranger.goto(f"/contests/{CODE}/scheme/")
    expect(stranger.locator("main")).to_contain_text("A1.1")


def sign_up_and_enter(page: Page, firm) -> str:
    """On the phone: an account, a profile with a photo, the three sections, the check, the reference number."""
    page.goto("/register/")
    page.fill('[name="name"]', NAMES[0])
    page.fill('[name="id_number"]', citizen_number(71))
    page.fill('[name="mobile"]', MOBILE)
    page.fill('[name="password"]', PASSWORD)
    page.check('[name="consent"]')
    press(page, "Sign up")
    expect(page).to_have_url(re.compile("/me/$"))
    fill_profile(page, firm)
    page.goto("/me/")
    page.get_by_role("link", name="Mould maker").click()
    press(page, "Start my entry")
    page.locator(".tasks").get_by_role("link", name="About you").click()
    page.locator('[name="group"][value="worker"]').check()
    page.fill('[name="trade_years"]', "8")
    page.fill('[name="emergency_contact"]', "Office of the firm, 0579 0000")
    press(page, "Save and go on")
    page.get_by_role("link", name="Go on").click()
    page.check('[name="rules"]')
    page.check('[name="publicity"]')
    press(page, "Save and go on")
    expect(page.locator(".answers")).to_contain_text(NAMES[0])
    assert citizen_number(71) not in page.content()  # masked even for its owner
    press(page, "Hand in my entry")
    reference = page.locator(".reference").inner_text()
    assert re.fullmatch(r"WALK-2026-\d{4}", reference)
    return reference


def fill_profile(page: Page, firm) -> None:
    photo = BytesIO()
    Image.new("RGB", (480, 640), "#ffffff").save(photo, "JPEG")
    page.goto("/me/profile/edit/")
    page.set_input_files(
        '[name="photo"]', {"name": "me.jpg", "mimeType": "image/jpeg", "buffer": photo.getvalue()}
    )
    page.fill('[name="employer"]', firm.credit_code)
    page.select_option('[name="education"]', index=1)
    press(page, "Save")
    expect(page.locator("main")).to_contain_text(firm.name)
    expect(page.get_by_role("img", name="My photo")).to_be_visible()


def enter_second(firm) -> None:
    """The other contestant comes from the factories, accepted, without consent to be named."""
    event = Event.objects.get(code=CODE)
    make_entry(event, worker=make_worker(NAMES[1], employer=firm), reference="WALK-2026-0002")


def review(visit, contact, reference: str) -> None:
    """First the firm's contact passes the entry, then the union's reviewer accepts it."""
    office.decide(visit(contact), reference, "pass", "Waiting for the office")
    office.decide(visit(make_user("reviewer")), reference, "accept", "Accepted")


def publish_list(organiser: Page, stranger: Page) -> None:
    office.move_on(organiser, CODE, "eligibility")
    office.publish_accepted_list(organiser, CODE)
    stranger.goto(f"/contests/accepted/{CODE}/")
    expect(stranger.get_by_role("row")).to_have_count(3)
    expect(stranger.locator("main")).to_contain_text(NAMES[0])
    expect(stranger.locator("main")).to_contain_text("One contestant, name withheld")
    assert NAMES[1] not in stranger.content()


# --- the day ---------------------------------------------------------------------------------------------------------


def run_the_day(organiser: Page, coder: Page, supervisor: Page, tablets) -> None:
    hall.draw(coder, supervisor, CODE, "contestant", "4 6 1 3 5 2")
    office.move_on(organiser, CODE, "frozen")
    hall.check_everybody_in(coder, CODE, 2)
    hall.draw(coder, supervisor, CODE, "station", "2 2 5 6 1 4")
    office.move_on(organiser, CODE, "running")
    hall.play(tablets["floor"][0], CODE)
    hall.draw(coder, supervisor, CODE, "work", "3 1 6 2 2 5")
    hall.issue_sheets(coder, CODE, 10)  # two benches and two works: 1 floor, 1 measuring, 3 result judges


def mark_everything(organiser: Page, tablets) -> None:
    event = Event.objects.get(code=CODE)
    entries = dict(Entry.objects.filter(event=event).values_list("worker__name", "pk"))
    seen = hall.seen_values(event, {entries[NAMES[0]]: FIRST, entries[NAMES[1]]: SECOND})
    hall.mark_all_sheets(tablets["floor"][0], hall.count_helmets(seen), 2)
    office.move_on(organiser, CODE, "scoring")
    hall.mark_all_sheets(tablets["measuring"][0], hall.measure(seen), 2)
    for place, tablet in enumerate(tablets["result"], start=1):
        hall.mark_all_sheets(tablet, hall.judge_finish(seen, place), 2)
    assert set(Sheet.objects.filter(event=event).values_list("state", flat=True)) == {Sheet.State.SIGNED}
    for tablet in (tablets["floor"][0], tablets["measuring"][0], *tablets["result"]):
        assert tablet.page.request.get(f"/desk/events/{CODE}/codes/contestant/").status in (403, 404)


def lock_and_decode(chief: Page, recorder: Page, coder: Page, supervisor: Page) -> None:
    hall.chief_signs(chief, CODE, 10)
    chief.goto(f"/desk/events/{CODE}/progress/lock/")
    expect(chief.locator(".exceptions")).to_contain_text("Theory: 2 marks are missing")
    hall.load_theory(recorder, CODE, theory_marks())
    hall.lock(chief, CODE)
    hall.decode(coder, supervisor, CODE)


def theory_marks() -> dict[str, str]:
    """What the theory papers say, by the contestant number that stands on them."""
    numbers = Code.objects.filter(event__code=CODE, layer=Code.Layer.CONTESTANT)
    found = dict(numbers.values_list("entry__worker__name", "number"))
    return {found[NAMES[0]]: FIRST["theory"], found[NAMES[1]]: SECOND["theory"]}


def publish_result(organiser: Page) -> None:
    job = office.ask_for_publication(organiser, CODE)
    while run_due():
        pass  # the lock and the release each ask for the anchors of their checkpoint
    done = sorted(Job.objects.filter(state=Job.State.DONE).values_list("name", flat=True))
    signed_twice = ["competitions.mail_checkpoint", "ledger.anchor"] * 2
    assert done == sorted(["competitions.publish", *signed_twice])
    assert Job.objects.count() == len(done)
    office.see_it_published(organiser, job, CODE)


# --- afterwards ------------------------------------------------------------------------------------------------------


def read_the_result(page: Page) -> None:
    """The stranger reads the list in both languages, a contestant's line, and the result book."""
    page.goto(f"/contests/results/{CODE}-v1/")
    expect(page.locator("html")).to_have_attribute("lang", "zh-hans")
    page.locator(".tools").get_by_role("link", name="EN").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("tbody tr").first).to_contain_text(TOTAL_OF_SECOND)
    expect(page.locator("tbody tr").nth(1)).to_contain_text(PARTS_OF_FIRST["total"])
    book = page.request.get(page.get_by_role("link", name="Result book").get_attribute("href"))
    assert book.status == 200
    ranking = list(load_workbook(BytesIO(book.body())).worksheets[0].iter_rows(values_only=True))
    assert PARTS_OF_FIRST["total"] in {str(value) for row in ranking for value in row}
    page.get_by_role("link", name=NAMES[0]).click()
    expect(page.locator("main")).to_contain_text(PARTS_OF_FIRST["practice"])
    assert "10.05" not in page.content()  # readings are for the contestant alone


def read_my_sheet(page: Page) -> None:
    """The contestant opens every step of the sum on the phone."""
    page.goto("/me/scores/")
    page.get_by_role("link", name="Mould maker").click()
    expect(page.locator(".figures")).to_contain_text(PARTS_OF_FIRST["total"])
    for aspect in ("A1.1", "A1.2", "B1.1"):
        part = page.locator("details.why").filter(has_text=aspect)
        part.locator("summary").click()
        expect(part.locator("summary")).to_contain_text(PARTS_OF_FIRST[aspect])
        expect(part.locator("tbody tr").first).to_be_visible()
    steps = page.locator("details.why").filter(has_text="A1.1")
    for reading in FIRST["readings"]:
        expect(steps).to_contain_text(reading)
    assert NAMES[1] not in page.content()

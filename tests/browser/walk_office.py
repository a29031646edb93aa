"""What the office does in the walk, through its own pages: setting up, reviewing, the accepted list, the seats."""

import re
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from competitions.models import Competition, Seat
from tests.browser.walk_scheme import faulty_scheme, good_scheme


def press(page: Page, name: str) -> None:
    """Sends a form by its button and waits for the answer."""
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).click()


def told(page: Page) -> Locator:
    """The message above the page."""
    return page.locator(".messages")


def moment(at: datetime) -> str:
    return f"{timezone.localtime(at):%Y-%m-%dT%H:%M}"


def move_on(page: Page, code: str, to: str) -> None:
    """Presses the button of the event's next state on its overview."""
    page.goto(f"/desk/events/{code}/")
    with page.expect_navigation():
        page.locator(f'form:has(input[name="to"][value="{to}"]) button').click()
    if page.locator('input[name="sure"]').count():  # what cannot be taken back is asked about
        with page.expect_navigation():
            page.locator("main form button").click()
    expect(told(page)).to_contain_text("The event is now")


# --- the organiser prepares ------------------------------------------------------------------------------------------


def create_event(page: Page, competition: Competition, code: str) -> None:
    now = timezone.now()
    page.goto("/desk/events/new/")
    page.select_option('[name="competition"]', str(competition.pk))
    for name, value in {
        "code": code,
        "name": "模具工",
        "name_en": "Mould maker",
        "places": "20",
        "registration_opens": moment(now - timedelta(hours=1)),
        "registration_closes": moment(now + timedelta(days=9)),
    }.items():
        page.fill(f'[name="{name}"]', value)
    press(page, "Make the event")
    expect(page).to_have_url(f"/desk/events/{code}/setup/")


def set_up(page: Page, code: str) -> None:
    """The calendar by its button, one session in an hour, two benches, one rule."""
    begin = timezone.now() + timedelta(hours=1)
    page.goto(f"/desk/events/{code}/calendar/")
    page.fill('[name="day"]', f"{timezone.localdate() + timedelta(days=30):%Y-%m-%d}")
    press(page, "Fill in the usual calendar")
    expect(told(page)).to_contain_text("steps added")
    press(page, "Save")  # the two rows that were added and left alone are no steps
    expect(told(page)).to_contain_text("Saved")
    page.goto(f"/desk/events/{code}/places/")
    page.fill('[name="session-0-starts_at"]', moment(begin))
    page.fill('[name="session-0-ends_at"]', moment(begin + timedelta(hours=4)))
    page.fill('[name="count"]', "2")
    press(page, "Save the sessions and the benches")
    page.goto(f"/desk/events/{code}/rules/")
    page.select_option('[name="rule-0-kind"]', "min_age")
    page.fill('[name="rule-0-value"]', "16")
    press(page, "Save")
    page.goto(f"/desk/events/{code}/setup/")
    for part in ("given", "steps", "2 places", "1 rule"):
        expect(page.locator(".tasks")).to_contain_text(part)


def publish_document(page: Page, code: str) -> None:
    page.goto(f"/desk/events/{code}/documents/")
    press(page, "New version")
    page.fill('[name="effective_at"]', moment(timezone.now()))
    page.fill('[name="overview"]', "个人赛，理论与实操。")
    press(page, "Save and look at it")
    press(page, "Publish this version")
    expect(page.locator(".hash")).to_have_text(re.compile(r"^[0-9a-f]{64}$"))


def bring_in_scheme(page: Page, code: str) -> None:
    """First a file with a fault, which is named by its line; then the right one, previewed and confirmed."""
    text, line = faulty_scheme()
    page.goto(f"/desk/events/{code}/scheme/upload/")
    _choose(page, text)
    expect(page.locator(".errors")).to_contain_text("Nothing was taken over")
    expect(page.locator(".errors")).to_contain_text(f"line {line}")
    _choose(page, good_scheme())
    expect(page.get_by_role("heading", level=1)).to_have_text("Preview of the scheme")
    expect(page.locator("main")).to_contain_text("3 aspects")
    press(page, "Make it the scheme in force")
    expect(told(page)).to_contain_text("Version 1 is now in force")


def _choose(page: Page, text: str) -> None:
    page.set_input_files(
        '[name="file"]', {"name": "scheme.yaml", "mimeType": "application/yaml", "buffer": text.encode()}
    )
    press(page, "Check and preview")


# --- entries and the list --------------------------------------------------------------------------------------------


def decide(page: Page, reference: str, decision: str, state: str) -> None:
    """A reviewer finds the entry in the list, opens it and decides."""
    page.goto("/desk/entries/")
    row = page.get_by_role("row").filter(has_text=reference)
    row.get_by_role("link").first.click()
    page.locator(f'[name="decision"][value="{decision}"]').check()
    press(page, "Record the decision")
    expect(page.locator(".head .tag")).to_have_text(state)


def publish_accepted_list(page: Page, code: str) -> None:
    page.goto(f"/desk/events/{code}/accepted/")
    expect(page.locator("main")).to_contain_text("2 accepted entries")
    press(page, "Publish the list")
    expect(told(page)).to_contain_text("on public notice")


def give_seats(page: Page, code: str, seats: dict[str, list[Any]]) -> None:
    """seats: role -> the people who hold it, in the order of their places."""
    for role, people in seats.items():
        for place, person in enumerate(people, start=1):
            page.goto(f"/desk/events/{code}/seats/new/")
            page.select_option('[name="user"]', str(person.pk))
            page.select_option('[name="role"]', role)
            page.fill('[name="place"]', str(place))
            press(page, "Give the seat")
            expect(told(page)).to_contain_text("The seat is given")
    assert Seat.objects.taken().filter(event__code=code).count() == sum(map(len, seats.values()))


# --- the result ------------------------------------------------------------------------------------------------------


def ask_for_publication(page: Page, code: str) -> str:
    """Presses the button and gives the address of the job's page. The job itself is run by whoever calls."""
    page.goto(f"/desk/events/{code}/results/")
    press(page, "Publish the result")
    press(page, "Publish it")
    expect(page.locator("progress")).to_be_visible()
    address = page.url
    page.goto("about:blank")  # the bar asks again and again, and this test has one connection to its database
    return address


def see_it_published(page: Page, job: str, code: str) -> None:
    """The page of the job survives that it was left, and leads to the outcome."""
    page.goto(job)
    expect(page.locator("[data-progress-link]")).to_have_attribute("href", f"/desk/events/{code}/results/")
    page.locator("[data-progress-link]").click()
    expect(page.get_by_role("link", name="v1", exact=True)).to_be_visible()

"""axe finds nothing on any face, in normal, dark and elder mode; phones need no sideways scrolling; words and marks
do not hang on a script."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import Page, expect

from competitions.domain import releases
from competitions.models import Mark, Sheet, Signature
from competitions.web.published_pages import write_pages
from tests.browser.faces import Face, make_faces
from tests.browser.walk_office import press
from tests.competitions.contest import make_contest
from tests.competitions.marking_contest import make_marking
from tests.factories import make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

AXE = Axe().axe_script
# Nothing is left out; target-size is WCAG 2.2 AA, which axe does not ask for by itself.
LOOK = """async () => (await axe.run(document, {
  resultTypes: ["violations"], rules: {"target-size": {enabled: true}},
})).violations.flatMap(({id, nodes}) => nodes.map(
  ({target, any}) => [`${id}:`, ...target, ...any.map(({message}) => message).slice(0, 1)].join(" ")))"""
MODES = {"normal": ("normal", "light"), "dark": ("normal", "dark"), "elder": ("elder", "light")}
TOO_WIDE = """() => {
  const root = document.documentElement, edge = root.clientWidth;
  if (root.scrollWidth <= edge) return [];
  const wide = [...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right > edge + 1);
  return [`${root.scrollWidth} > ${edge}`, ...wide.slice(0, 4).map((e) => `${e.tagName}.${e.className}`)];
}"""
ON_PHONES = ("public", "contestant", "placed", "measuring", "result", "floor")


@pytest.fixture
def faces(settings, tmp_path) -> dict[str, Face]:
    settings.PUBLISHED_ROOT = tmp_path
    return make_faces()


def show_in(page: Page, mode: str, theme: str) -> None:
    """As the switch does it: the style sheet reads these two."""
    page.evaluate(
        "(set) => Object.assign(document.documentElement.dataset, set)", {"mode": mode, "theme": theme}
    )


def faults_of(page: Page, address: str) -> list[str]:
    """What axe finds on an open page in each mode, with the mode and the address."""
    page.evaluate(AXE)
    found = []
    for name, (mode, theme) in MODES.items():
        show_in(page, mode, theme)
        found += [f"{address} ({name}) {fault}" for fault in page.evaluate(LOOK)]
    return found


def open_page(page: Page, address: str) -> None:
    answer = page.goto(address)
    assert answer is not None
    assert answer.status == 200, address
    if "/judge/sheets/" in address and "aspect=" in address:
        expect(page.locator(".pad")).to_be_visible()


@pytest.mark.parametrize(
    "who",
    ["public", "contestant", "placed", "measuring", "result", "floor", "organiser", "coding", "chief"],
)
def test_axe_finds_nothing_in_any_mode(visit, faces, who):
    page = visit(faces[who].user)
    found = []
    for address in faces[who].pages:
        open_page(page, address)
        found += faults_of(page, address)
    assert "\n".join(found) == ""


def test_axe_finds_nothing_on_a_form_with_faults(visit, faces, complaints):
    page = visit()
    page.goto("/register/")
    page.get_by_role("button", name="Sign up").click()
    expect(page.locator(".errors")).to_be_focused()
    assert "\n".join(faults_of(page, "/register/ with faults")) == ""


@pytest.mark.parametrize("who", ON_PHONES)
def test_a_phone_needs_no_sideways_scrolling(visit, faces, who):
    page = visit(faces[who].user, width=390)
    found = []
    for address in faces[who].pages:
        open_page(page, address)
        for mode in ("normal", "elder"):
            show_in(page, mode, "light")
            found += [f"{address} ({mode}) {fault}" for fault in page.evaluate(TOO_WIDE)]
    assert "\n".join(found) == ""


# --- without a script ------------------------------------------------------------------------------------------------


def test_without_a_script_a_sheet_is_marked_checked_and_signed(chromium, live_server, visit):
    marking = make_marking()
    seat = marking.panel[0]
    sheet = marking.sheet(seat)
    context = chromium.new_context(base_url=live_server.url, java_script_enabled=False, locale="zh-CN")
    context.add_cookies(visit(seat.user).context.cookies())
    page = context.new_page()
    page.goto("/judge/")
    page.locator(".next-sheet").click()
    for _aspect in range(sheet.marks_due):
        fields = page.locator(".judge-plain")
        if fields.locator('[type="radio"]').count():
            fields.locator('[name="v0"][value="2"]').check()
        else:
            fields.locator('[name="not_done"]').check()
        press(page, "Save")
        expect(page.locator(".messages")).to_contain_text("received")
    page.locator(".review").click()
    page.locator('[name="checked"]').check()
    press(page, "Sign this sheet")
    expect(page.locator(".confirm h1")).to_contain_text("is signed")
    context.close()
    sheet.refresh_from_db()
    assert (sheet.state, Mark.objects.filter(sheet=sheet).count()) == (Sheet.State.SIGNED, sheet.marks_due)
    assert Signature.objects.get(sheet=sheet).by == seat.user


# --- languages and the display ---------------------------------------------------------------------------------------


def test_the_language_is_switched_on_a_page_that_is_made_for_each_reader(visit, faces):
    page = visit(faces["organiser"].user)
    page.goto("/desk/events/open-event/")
    page.locator(".tools").get_by_role("button", name="中文").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-hans")
    expect(page).to_have_url("/desk/events/open-event/")
    page.locator(".tools").get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")


@pytest.mark.parametrize("written", [True, False], ids=["from its file", "before its file is written"])
def test_the_language_of_a_published_result_is_a_link(visit, settings, tmp_path, written):
    settings.PUBLISHED_ROOT = tmp_path
    release = publish_small()
    if written:
        write_pages(release)
    chinese, english = (
        reverse(f"contest:{name}", args=(release.slug,)) for name in ("release", "release_en")
    )
    page = visit(language="zh-hans")
    page.goto(chinese)
    expect(page.locator("html")).to_have_attribute("lang", "zh-hans")
    page.locator(".tools").get_by_role("link", name="EN").click()
    expect(page).to_have_url(english)
    cookies = {one["name"]: one["value"] for one in page.context.cookies()}
    assert cookies[settings.LANGUAGE_COOKIE_NAME] == "en"  # and English is read on every other page
    expect(page.get_by_role("heading", level=1)).to_contain_text("Results")
    page.locator(".tools").get_by_role("link", name="中文").click()
    expect(page).to_have_url(chinese)
    expect(page.locator("html")).to_have_attribute("lang", "zh-hans")


def publish_small() -> Any:
    return releases.publish(event=make_contest([("80", 7, (3, 3, 3))]), by=make_user("organiser"))


def test_larger_text_is_kept_from_page_to_page(visit, faces):
    page = visit(width=390)
    page.goto("/sign-in/")
    size = "() => parseFloat(getComputedStyle(document.body).fontSize)"
    normal = page.evaluate(size)
    page.locator('[data-display="mode"]').first.click()
    page.goto("/register/")
    expect(page.locator("html")).to_have_attribute("data-mode", "elder")
    assert page.evaluate(size) > normal

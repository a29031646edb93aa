"""What happens in the hall in the walk: draws by two people, check-in, the clocks, marking without a name, the lock."""

import re
from collections.abc import Callable, Mapping, Sequence
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from playwright.sync_api import Locator, Page, expect

from competitions.domain.codes import entries_by_code
from competitions.models import Code, Event
from tests.browser.walk_office import press, told

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
KEY = {".": "dot", "-": "sign"}


class Blind:
    """A judge's tablet: after every page it is asked that no name of `names` stands anywhere in its source."""

    def __init__(self, page: Page, names: Sequence[str]) -> None:
        self.page, self.names = page, names

    def looks(self) -> None:
        source = self.page.content()
        assert [name for name in self.names if name in source] == []

    def opens(self, address: str) -> Page:
        self.page.goto(address)
        self.looks()
        return self.page


# --- draws -----------------------------------------------------------------------------------------------------------


def draw(coder: Page, supervisor: Page, code: str, purpose: str, dice: str) -> None:
    """The coding judge freezes the list and enters the dice, the supervisor enters what fell: first wrongly."""
    coder.goto(f"/desk/events/{code}/draws/")
    if purpose == "station":
        coder.get_by_role("link", name="Freeze the list", exact=True).click()
        expect(coder.locator("main")).to_contain_text("nobody becomes absent")
    press(coder, "Freeze the list and commit a secret")
    coder.fill("#id_dice", dice)
    press(coder, "Enter the throw")
    supervisor.goto(f"/desk/events/{code}/draws/{purpose}/1/")
    supervisor.fill("#id_witness_dice", dice[::-1])
    press(supervisor, "This is what fell")
    expect(supervisor.locator(".errors")).to_contain_text("not what the coding judge entered")
    supervisor.fill("#id_witness_dice", dice)
    press(supervisor, "This is what fell")
    expect(told(supervisor)).to_contain_text("The lots are drawn")


def check_everybody_in(page: Page, code: str, count: int) -> None:
    page.goto(f"/desk/events/{code}/check-in/")
    for here in range(1, count + 1):
        page.get_by_role("button", name="Present").first.click()
        expect(page.locator("main")).to_contain_text(f"{here} of {count} are here")


def play(floor: Blind, code: str) -> None:
    """Starts and stops the clocks of all benches."""
    page = floor.opens(f"/judge/events/{code}/benches/")
    press(page, "Start all 2 benches")
    expect(page.locator(".bench-grid .tag.info")).to_have_count(2)
    press(page, "Stop all 2 benches")
    expect(page.locator(".bench-grid .tag.good")).to_have_count(2)
    floor.looks()


def issue_sheets(page: Page, code: str, count: int) -> None:
    page.goto(f"/desk/events/{code}/seats/sheets/")
    press(page, "Issue the sheets")
    expect(told(page)).to_contain_text(f"{count} sheets issued")


# --- marking ---------------------------------------------------------------------------------------------------------


def seen_values(event: Event, by_entry: Mapping[int, Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """What is to be marked by the number that stands on the bench or the work. Only the test knows this."""
    entries = entries_by_code(event)
    layers = (Code.Layer.STATION, Code.Layer.WORK)
    return {
        code.number: by_entry[entries[code.pk].pk]
        for code in Code.objects.filter(event=event, layer__in=layers)
    }


def mark_all_sheets(judge: Blind, mark: Callable[[Page, str], None], count: int) -> None:
    """Takes the sheets one after the other, marks each, checks it and signs it."""
    page = judge.opens("/judge/")
    page.locator(".next-sheet").click()
    for sheet in range(1, count + 1):
        expect(page.locator(".pad")).to_be_visible()
        judge.looks()
        mark(page, page.locator(".work").inner_text())
        page.locator(".review").click()
        expect(page.locator('[name="checked"]')).to_be_visible()  # the page to check, no longer the sheet
        judge.looks()
        page.locator('[name="checked"]').check()
        press(page, "Sign this sheet")
        expect(page.locator(".confirm h1")).to_contain_text("is signed")
        judge.looks()
        if sheet < count:
            page.get_by_role("link", name=re.compile("^Next sheet")).click()


def tap(page: Page, value: str) -> None:
    for sign in value:
        page.locator(f'.pad [data-key="{KEY.get(sign, sign)}"]').click()


def cell(page: Page, aspect: str) -> Locator:
    return page.locator(f'.cells > li[data-aspect="{aspect}"]')


def measure(seen: Mapping[str, Mapping[str, Any]]) -> Callable[[Page, str], None]:
    """Three readings by the keypad; a reading finer than the instrument is refused before it leaves the tablet."""

    def mark(page: Page, number: str) -> None:
        tap(page, "9.99999")
        expect(page.locator("[data-problem]")).to_contain_text("At most 2 decimals")
        page.locator('.pad [data-key="next"]').click()
        assert page.locator('[data-point="0"]').get_attribute("aria-pressed") == "true"
        for _digit in "9.99999":
            page.locator('.pad [data-key="back"]').click()
        for value in seen[number]["readings"]:
            tap(page, value)
            page.locator('.pad [data-key="next"]').click()
        expect(cell(page, "A1.1")).to_have_attribute("data-state", "received")
        expect(cell(page, "A1.1")).to_contain_text(" · ".join(seen[number]["readings"]))

    return mark


def judge_finish(seen: Mapping[str, Mapping[str, Any]], place: int) -> Callable[[Page, str], None]:
    """One of four buttons, each with its benchmark."""

    def mark(page: Page, number: str) -> None:
        value = seen[number]["judged"][place - 1]
        button = page.locator(f'[data-benchmark="{value}"]')
        expect(button).to_contain_text(f"Level {value}")
        button.click()
        expect(cell(page, "A1.2")).to_have_attribute("data-state", "received")

    return mark


def count_helmets(seen: Mapping[str, Mapping[str, Any]]) -> Callable[[Page, str], None]:
    def mark(page: Page, number: str) -> None:
        for _time in range(seen[number]["helmets"]):
            page.locator('[data-more="helmet"]').click()
        page.locator(f'.pad [data-key="{"next" if seen[number]["helmets"] else "nothing"}"]').click()
        expect(cell(page, "B1.1")).to_have_attribute("data-state", "received")

    return mark


# --- the chief judge, and the two who open the codes -----------------------------------------------------------------


def chief_signs(page: Page, code: str, count: int) -> None:
    page.goto(f"/desk/events/{code}/progress/")
    press(page, f"Sign all {count} signed sheets")
    press(page, "Sign them")
    expect(told(page)).to_contain_text(f"{count} sheets signed")


def load_theory(page: Page, code: str, marks: Mapping[str, str]) -> None:
    """The recorder's workbook: a mark above the full one is refused with its row, then the right file is loaded."""
    page.goto(f"/desk/events/{code}/imports/")
    _send_theory(page, code, dict.fromkeys(marks, "101"))
    expect(page.locator(".errors")).to_contain_text("nothing was loaded")
    expect(page.locator(".errors")).to_contain_text("Row 2")
    _send_theory(page, code, marks)
    expect(page.locator("tbody tr")).to_have_count(len(marks))
    press(page, "Load")
    expect(told(page)).to_contain_text("2 marks written")


def _send_theory(page: Page, code: str, marks: Mapping[str, str]) -> None:
    book, content = Workbook(), BytesIO()
    for row in (("参赛编号", "成绩"), *marks.items()):
        book.active.append(row)
    book.save(content)
    form = page.locator(f'form[action="/desk/events/{code}/imports/T/"]')
    form.locator('[type="file"]').set_input_files(
        {"name": "theory.xlsx", "mimeType": XLSX, "buffer": content.getvalue()}
    )
    with page.expect_navigation():
        form.get_by_role("button", name="Look at the file").click()


def lock(page: Page, code: str) -> None:
    page.goto(f"/desk/events/{code}/progress/lock/")
    press(page, "Lock the marks")
    expect(told(page)).to_contain_text("The marks are locked")


def decode(coder: Page, supervisor: Page, code: str) -> None:
    supervisor.goto(f"/desk/events/{code}/draws/")
    expect(supervisor.get_by_role("button", name="I am present")).to_have_count(0)
    coder.goto(f"/desk/events/{code}/draws/")
    press(coder, "Ask for the decoding")
    supervisor.goto(f"/desk/events/{code}/draws/")
    for layer, leads_to in (("Work number", "Station number"), ("Station number", "Contestant number")):
        press(supervisor, f"I am present: open “{layer}”")
        expect(supervisor.locator("h1")).to_have_text(f"{layer} → {leads_to}")
        supervisor.get_by_role("link", name="Go on with the decoding").click()
    press(supervisor, "I am present: open “Contestant number”")
    expect(told(supervisor)).to_contain_text("The codes are open")

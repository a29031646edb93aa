"""An editor's day in Wagtail's face: a story is written, published and read; consent is withdrawn, and it is gone."""

from io import BytesIO
from typing import Any
from urllib.parse import quote

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect
from wagtail.models import Revision

from craft_site.home.foundation import CHIEF_EDITOR, Tree, make_site
from craft_site.jobs.queue import run_due
from honours.models import Holder
from honours.pages import StoryPage
from tests.browser.walk_office import press, told
from tests.factories import make_user, make_worker
from tests.honours.makers import make_honour, make_title

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PASSWORD = "a-press-of-63-tonnes"
TITLE = "一把锉刀，三十年"
SLUG = "一把锉刀三十年"
# The form compares with what it held some time after it was opened: what is written before is not seen as a change.
WATCHED = "addEventListener('w-unsaved:watch-edits', (e) => { e.target.dataset.isWatched = ''; })"


@pytest.fixture
def tree(settings, tmp_path) -> Tree:
    """The site, and one craftsman with an account and an honour."""
    settings.MEDIA_ROOT = tmp_path
    worker = make_worker("王杭花", user=make_user("worker"))
    make_honour(worker=worker, title=make_title(name="浙江工匠", level=3))
    return make_site()


def sign_in(page: Page, staff_no: str) -> None:
    """By the one way in, which an editor is sent to from the editors' face."""
    page.goto("/admin/")
    page.get_by_label("Staff number").fill(staff_no)
    page.get_by_label("Password").fill(PASSWORD)
    press(page, "Sign in")
    expect(page).to_have_url("/admin/")


# --- what an editor does ---------------------------------------------------------------------------------------------


def begin(page: Page, tree: Tree, complaints: list[str]) -> None:
    """A new story with its title and its honour; it is kept by itself. A slow hand meets the first try to keep it
    before there is an honour, which Wagtail answers with a 400.
    """
    page.add_init_script(WATCHED)
    page.goto(f"/admin/pages/add/honours/storypage/{tree.stories.pk}/")
    page.locator("[data-is-watched]").wait_for(state="attached")
    page.locator('[name="title"]').press_sequentially(TITLE)
    page.get_by_role("button", name="Choose an honour").click()
    page.locator(".modal-content").get_by_role("link", name="浙江工匠 2024 王杭花").click()
    expect(page.locator("#id_subjects-0-honour-chooser")).to_contain_text("王杭花")
    assert kept(page, "'honour': ")
    complaints[:] = [one for one in complaints if "400 (Bad Request)" not in one]


def kept(page: Page, words: str, tenths: int = 300) -> bool:
    """Whether what was just written is kept by itself within so many tenths of a second; the database says so, and
    then the page. The page alone does not do: what it calls saved may be what stood there before.
    """
    for _tenth in range(tenths):
        if any(words in str(content) for content in newest_revision()):
            form = page.locator('form[data-w-unsaved-has-edits-value="false"]')
            form.wait_for(state="attached", timeout=30_000)
            expect(page.locator("#w-autosave-indicator")).to_contain_text("Saved", timeout=15_000)
            return True
        page.wait_for_timeout(100)
    return False


def write(page: Page, field: str, text: str) -> None:
    """Fills a field and waits until it is kept. Wagtail takes for saved what is written while it saves something
    earlier; it is noticed with the next stroke, so this hand goes on writing.
    """
    for more in range(4):
        page.fill(f'[name="{field}"]', text + "." * more)
        if kept(page, text, tenths=60):
            return
    pytest.fail(f"{text} was not kept")


def newest_revision() -> Any:
    return Revision.objects.order_by("-pk").values_list("content", flat=True)[:1]


def add_portrait(page: Page) -> None:
    out = BytesIO()
    Image.new("RGB", (800, 1000), "#7a5c22").save(out, "JPEG")
    page.get_by_role("button", name="Choose an image").first.click()
    window = page.locator(".modal-content")
    window.get_by_role("tab", name="Upload").click()
    window.locator('[type="file"]').set_input_files(
        {"name": "portrait.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}
    )
    window.locator('#tab-upload [name$="title"]').fill("Portrait")
    window.locator("#tab-upload").get_by_role("button", name="Upload").click()
    expect(window).to_have_count(0)
    write(page, "portrait_alt", "At the press")


def write_blocks(page: Page) -> None:
    """Text, a quotation and a row of numbers in the first part."""
    part = page.locator("#panel-child-story-first_part-section")
    add_block(page, part, "Text")
    part.locator('[contenteditable="true"]').click()
    page.keyboard.type("Ten years at the press.")
    add_block(page, part, "Quotation")
    page.fill('[name="roots-1-value-text"]', "Measure before you cut")
    page.fill('[name="roots-1-value-who"]', "Her master")
    add_block(page, part, "Numbers")
    for name, value in (("label", "Patents"), ("value", "12"), ("unit", "of them")):
        page.fill(f'[name="roots-2-value-0-value-{name}"]', value)
    write(page, "roots-2-value-0-value-period", "Until 2024")


def add_block(page: Page, part: Locator, name: str) -> None:
    """Behind those that are there."""
    count = part.locator('[name="roots-count"]')
    there = int(count.input_value())
    part.locator(".c-sf-add-button").nth(there).click()
    page.get_by_role("option", name=name, exact=True).click()
    expect(count).to_have_value(str(there + 1))


def ask_to_publish(page: Page) -> None:
    page.locator("footer").get_by_role("button", name="More actions").click()
    with page.expect_navigation():
        page.get_by_role("button", name="Publish", exact=True).click()


# --- the day ---------------------------------------------------------------------------------------------------------


def test_a_story_is_written_published_read_and_gone_when_consent_is_withdrawn(visit, tree, complaints):
    editor = visit()
    sign_in(editor, make_user(CHIEF_EDITOR, password=PASSWORD).staff_no)
    begin(editor, tree, complaints)
    add_portrait(editor)
    write_blocks(editor)
    ask_to_publish(editor)
    expect(editor.get_by_text("王杭花 has not consented to a story.").first).to_be_visible()

    holder = Holder.objects.get(name="王杭花")
    assert holder.worker is not None
    office = visit(make_user("organiser"))
    write_down_consent(office, holder)
    ask_to_publish(editor)
    expect(editor.locator(".messages")).to_contain_text("has been published")
    while run_due():
        pass

    address = f"/stories/{quote(SLUG)}/"
    reader = visit()
    reader.goto("/stories/")
    reader.get_by_role("link", name=TITLE).click()
    expect(reader).to_have_url(address)
    for words in ("Ten years at the press.", "Measure before you cut", "Her master", "Patents", "浙江工匠"):
        expect(reader.locator("article")).to_contain_text(words)
    expect(reader.get_by_role("img", name="At the press")).to_be_visible()
    cards = [
        reader.locator(f'meta[property="og:{name}"]').get_attribute("content") for name in ("title", "image")
    ]
    assert cards[0] == TITLE
    card = reader.request.get(str(cards[1]))
    assert (card.status, card.headers["content-type"]) == (200, "image/jpeg")

    person = visit(holder.worker.user, width=390)
    person.goto("/me/honours/")
    person.get_by_text("Withdraw my consent").click()
    press(person, "Withdraw it now")
    expect(told(person)).to_contain_text("Your story has left the public pages.")
    answer = reader.reload()
    assert answer is not None
    assert answer.status in (404, 410)
    assert reader.request.get(str(cards[1])).status == 404
    reader.goto("/stories/")
    expect(reader.get_by_role("link", name=TITLE)).to_have_count(0)
    complaints[:] = [one for one in complaints if "404" not in one]


def write_down_consent(page: Page, holder: Holder) -> None:
    page.goto(holder.get_absolute_url())
    page.get_by_role("link", name="Write down a consent").click()
    page.get_by_label("Day of the consent or of the report").fill("2025-05-01")
    page.get_by_label("Words, pictures and video").check()
    press(page, "Save")
    expect(told(page)).to_contain_text("Editors can publish the story now.")


def test_two_stories_of_one_title_are_both_kept_while_they_are_written(visit, tree, complaints):
    editor = visit(make_user(CHIEF_EDITOR))
    for _time in range(2):
        begin(editor, tree, complaints)
    write(editor, "role", "At her bench")
    assert list(StoryPage.objects.order_by("pk").values_list("slug", flat=True)) == [SLUG, f"{SLUG}-2"]

"""Certificates in a browser: checked without a script, printed on one sheet each, read by everybody."""

from io import BytesIO

import pikepdf
import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.cache import cache
from playwright.sync_api import expect

from craft_site.credentials.web import files
from craft_site.home.foundation import make_site
from craft_site.kit import glyphs
from tests.credentials.making import make_certificate
from tests.factories import make_user, make_worker

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
A4_ACROSS = (297, 210)


@pytest.fixture
def holder():
    cache.clear()
    make_site()
    return make_user("worker")


@pytest.fixture
def certificate(holder):
    return make_certificate(make_worker("张𬱖", user=holder))


def test_without_a_script_the_code_the_name_and_the_file_are_answered(chromium, live_server, certificate):
    context = chromium.new_context(base_url=live_server.url, java_script_enabled=False, locale="en")
    page = context.new_page()
    page.goto(certificate.verify_path())
    expect(page.locator(".verdict")).to_contain_text("张*")
    page.fill("[name=name]", "张𬱖")
    page.click("form:has([name=name]) button")
    expect(page.locator(".verdict")).to_contain_text("张𬱖")
    content, kind = files.FORMS["png"](certificate)
    page.set_input_files("[name=file]", {"name": "x.png", "mimeType": kind, "buffer": content})
    page.click("form:has([name=file]) button")
    expect(page.locator(".verdict .notice.good")).to_be_visible()
    context.close()


def test_every_certificate_prints_on_one_sheet_across(visit, certificate):
    for name in ("王丽", "迪丽热巴·买买提江"):
        make_certificate(make_worker(name), title="第四届模具工职业技能精英赛暨永武缙五金工匠技能比武总决赛")
    page = visit(make_user("organiser"))
    page.goto("/desk/certificates/print/")
    printed = pikepdf.open(BytesIO(page.pdf(prefer_css_page_size=True, print_background=True)))
    sizes = [tuple(round(float(edge) / 72 * 25.4) for edge in sheet.MediaBox[2:]) for sheet in printed.pages]
    assert sizes == [A4_ACROSS] * 3


def test_the_holders_page_prints_the_paper_alone(visit, certificate, holder):
    page = visit(holder)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"/me/certificates/{certificate.uuid}/")
    expect(page.locator(".diploma-words")).to_contain_text(certificate.shown_number)
    printed = pikepdf.open(BytesIO(page.pdf(prefer_css_page_size=True, print_background=True)))
    sizes = [tuple(round(float(edge) / 72 * 25.4) for edge in sheet.MediaBox[2:]) for sheet in printed.pages]
    assert sizes == [A4_ACROSS]


@pytest.mark.skipif(glyphs.font(32) is None, reason="no Chinese font: apt-get install fonts-noto-cjk")
def test_on_a_telephone_the_paper_comes_first_and_a_tap_makes_it_large(visit, certificate, holder):
    page = visit(holder, width=390)
    page.goto(f"/me/certificates/{certificate.uuid}/")
    paper = page.locator(".diploma")
    small = paper.bounding_box()
    assert small["y"] < page.get_by_role("link", name="Picture (PNG)").bounding_box()["y"]
    assert small["width"] > 380
    expect(page.get_by_role("link", name="JWT")).to_be_hidden()
    page.get_by_role("link", name="Open at full size").click()
    expect(page.get_by_role("link", name="Fit to the screen")).to_be_visible()
    assert paper.bounding_box()["width"] > 2 * small["width"]
    page.get_by_role("link", name="Fit to the screen").click()
    expect(page.get_by_role("link", name="Open at full size")).to_be_visible()
    assert paper.bounding_box()["width"] == small["width"]


def test_a_rare_name_is_drawn_as_large_as_any_other(visit, certificate, holder):
    page = visit(holder)
    page.goto(f"/me/certificates/{certificate.uuid}/")
    drawn = page.locator(".diploma-name img")
    assert drawn.evaluate("image => image.complete && image.naturalWidth > 300")
    assert drawn.get_attribute("alt") == "张𬱖"


@pytest.mark.parametrize(("mode", "theme", "width"), [("normal", "light", 390), ("elder", "dark", 390)])
def test_everybody_can_read_these_pages(visit, live_server, certificate, holder, mode, theme, width):
    one = f"certificates/{certificate.uuid}/"
    pages = [
        (None, (certificate.verify_path(),)),
        (holder, ("/me/certificates/", f"/me/{one}")),
        (make_user("organiser"), ("/desk/certificates/", f"/desk/{one}")),
    ]
    for user, addresses in pages:
        page = visit(user, width=width)
        page.context.add_cookies(
            [
                {"name": f"display_{name}", "value": value, "url": live_server.url}
                for name, value in (("mode", mode), ("theme", theme))
            ]
        )
        for address in addresses:
            page.goto(address)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
            found = Axe().run(page)
            assert found.violations_count == 0, f"{address}\n{found.generate_report()}"

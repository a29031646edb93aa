"""An honour on its way in browsers of their own: the office enters what departments answer, a list goes on publicity
and is conferred by two, a reader goes from the roll to the check, a firm hands on what its team holds."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from craft_site.credentials.domain import checking
from craft_site.credentials.models import Certificate
from craft_site.home.foundation import make_site
from craft_site.jobs.models import Job
from craft_site.jobs.queue import run_job
from honours.domain import certificates, revocations
from honours.models import Honour, HonourNotice, Nomination
from tests.honours.makers import make_title
from tests.honours.rounds import (
    SAID,
    cleared,
    clearing,
    conferred,
    make_house,
    make_nominee,
    now,
    rules,
    run_out,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TEAM = "冲压车间甲班"


@pytest.fixture
def house():
    cache.clear()
    make_site()
    return make_house(make_title(name="八婺金匠", name_en="Jinhua craftsman", rules=rules()))


def certified() -> Certificate:
    """The certificate of the one honour conferred, once the job that it asked for has run."""
    job = Job.objects.get(name=certificates.JOB, state=Job.State.WAITING)
    assert run_job(job.pk)
    return Certificate.objects.standing().get()


def test_the_office_enters_each_departments_answer_and_an_objection_waits_for_its_words(
    visit, house, complaints
):
    found = clearing(house, make_nominee(house, "王杭花"))
    page = visit(house.organiser)

    def answer(department: str, said: str, note: str = "") -> None:
        page.get_by_label("Department").select_option(value=department)
        page.get_by_label("Answer").select_option(value=said)
        page.get_by_label("Document number").fill(f"{department} No. 3")
        page.get_by_label("What was said").fill(note)
        page.get_by_role("button", name="Keep the answer").click()

    page.goto(found.get_absolute_url())
    answer("discipline", "clear")
    expect(page.get_by_text("discipline No. 3")).to_be_visible()
    answer("police", "objects")
    expect(page.get_by_text("Write what the department objects to.").first).to_be_visible()
    complaints.clear()  # the browser tells of the refusal's 422
    assert found.clearances.get(department="police").answer == "waiting"
    answer("police", "objects", "A case is open")
    expect(page.get_by_text("A case is open")).to_be_visible()
    assert now(found).state == Nomination.State.CLEARING
    answer("police", "clear", "The case is closed")
    expect(page.get_by_text("The case is closed")).to_be_visible()
    assert now(found).state == Nomination.State.CLEARED
    assert {(row.department, row.answer, row.document_no) for row in found.clearances.all()} == {
        ("discipline", "clear", "discipline No. 3"),
        ("police", "clear", "police No. 3"),
    }


def test_a_list_goes_on_publicity_and_two_of_the_office_confer_it(visit, house):
    cleared(house, make_nominee(house, "王杭花"))
    first, second, reader = visit(house.organiser), visit(house.second), visit()
    first.goto(house.campaign.get_absolute_url())
    first.get_by_role("button", name="Put on notice").click()
    expect(first.get_by_text("The names are on notice.")).to_be_visible()
    notice = HonourNotice.objects.get(stage="city")
    reader.goto(notice.public_url)
    expect(reader.get_by_text("王杭花").first).to_be_visible()
    expect(first.get_by_role("button", name="End the notice")).to_have_count(0)
    run_out(notice)
    first.reload()
    first.get_by_role("button", name="End the notice").click()
    expect(first.get_by_text(re.compile("1 nominations? go"))).to_be_visible()
    first.goto(house.campaign.get_absolute_url())
    first.get_by_role("button", name="Report up").click()
    first.get_by_role("link", name="Enter a decree").click()
    first.get_by_label("王杭花").check()
    first.get_by_label("Number of the decree").fill("No. 7")
    first.get_by_label("Conferred on").fill(f"{timezone.localdate():%Y-%m-%d}")
    first.get_by_label("Source").fill("Daily of today")
    first.get_by_role("button", name="Save").click()
    expect(first.get_by_text("A colleague confirms it")).to_be_visible()
    expect(first.get_by_role("button", name="Confirm: the honours count")).to_have_count(0)
    assert not Honour.objects.exists()
    second.goto(first.url)
    second.get_by_role("button", name="Confirm: the honours count").click()
    expect(second.get_by_role("link", name="The honour in the register")).to_be_visible()
    honour = Honour.objects.get()
    assert (honour.holder.name, honour.document_no, honour.nomination.state) == (
        "王杭花",
        "No. 7",
        "conferred",
    )
    reader.goto(reverse("honours:roll"))
    expect(reader.get_by_role("link", name="王杭花")).to_be_visible()
    assert certified().holder == honour.holder.worker


def test_a_reader_goes_from_the_roll_to_the_person_and_checks_a_certificate(visit, house):
    conferred(house, make_nominee(house, "王杭花"))
    made = certified()
    reader = visit(width=390)
    reader.goto(reverse("honours:roll"))
    reader.get_by_role("link", name="王杭花").click()
    expect(reader.get_by_role("heading", name="王杭花")).to_be_visible()
    assert made.shown_number not in reader.content()  # a person hands the number to whom they like
    reader.get_by_role("link", name="Check it by number and name").click()

    def check(name: str) -> None:
        reader.get_by_label("Number of the certificate").fill(made.shown_number.lower())
        reader.get_by_label("Name of the holder").fill(name)
        reader.get_by_role("button", name="Check", exact=True).click()

    check("李四")
    expect(reader.locator(".verdict")).to_contain_text("under another name")
    expect(reader.locator(".verdict")).not_to_contain_text("Jinhua craftsman")
    check("王杭花")
    expect(reader.locator(".verdict .notice.good")).to_contain_text("to this person")
    expect(reader.locator(".verdict")).to_contain_text("Jinhua craftsman")


def test_a_firm_hands_on_what_its_team_holds_and_the_roll_leads_to_its_check(visit):
    cache.clear()
    make_site()
    title = make_title(name="全国工人先锋号", kind="team", level=4, rules=rules(quotas={}))
    house = make_house(title)
    said = replace(SAID, traits=[], members=["张三", "李四"])
    honour = conferred(house, said=said, name=TEAM).honour
    made = certified()
    firm = visit(house.contact, width=390)
    firm.goto(reverse("me:home"))
    firm.get_by_role("link", name="The wallet: print, hand on").click()
    firm.get_by_role("link", name="全国工人先锋号").click()
    with firm.expect_download() as got:
        firm.get_by_role("link", name="Picture (PNG)").click()
    picture = Path(got.value.path()).read_bytes()
    assert checking.by_file(picture).state is checking.State.VALID

    reader = visit()
    reader.goto(reverse("honours:roll"))
    reader.get_by_role("link", name=TEAM).click()
    reader.locator("section", has=reader.locator("#certificates-head")).get_by_role("link").click()
    verdict = reader.locator(".verdict")
    expect(verdict.locator(".notice.good")).to_be_visible()
    expect(verdict).to_contain_text(TEAM)
    expect(verdict).not_to_contain_text("张三")
    reader.set_input_files("[name=file]", {"name": "x.png", "mimeType": "image/png", "buffer": picture})
    reader.get_by_role("button", name="Check the file").click()
    expect(verdict.locator(".notice.good")).to_be_visible()

    asked = revocations.ask(honour=honour, ground="fraud", reason="Forged papers", by=house.organiser)
    today = timezone.localdate()
    revocations.decide(revocation=asked, grant=True, answer="It was so", effective_on=today, by=house.second)
    reader.goto(made.verify_path())
    expect(verdict.locator(".notice.error")).to_contain_text("has not been valid since")

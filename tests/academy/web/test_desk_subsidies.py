"""Programmes at the desk: bars, templates, the plain form, the text with its faults by place, versions, lots."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from academy.domain import programmes
from academy.files.programmes import templates
from academy.models import Claim, ProgrammeVersion, SubsidyDraw, SubsidyProgramme
from academy.rules import programme as reading
from academy.web.desk.subsidy_forms import yaml_of
from tests.academy.subsidies import again, filed, make_office, rules
from tests.academy.web.asking import answers, at
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def organiser(client, office):
    client.force_login(office.organiser)
    return office.organiser


# --- looking ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [1, 30])
def test_the_overview_costs_the_same_queries_at_any_size(client, office, size, django_assert_max_num_queries):
    for n in range(size):
        programmes.create(code=f"p{n}", data=rules(), opens_at=timezone.now(), by=office.organiser)
    client.force_login(office.organiser)
    with django_assert_max_num_queries(10):
        assert client.get(reverse("desk:subsidies")).status_code == 200


def test_bars_say_what_is_spent_held_and_left(client, office, organiser):
    filed(office)
    for page in (at(client, "desk:subsidies"), at(client, "desk:subsidy", office.programme.code)):
        assert "0 yuan spent, 1,000 held by claims, 99,000 left of 100,000" in page
        assert "1 of 100 places taken" in page


def test_the_page_reads_the_rules_aloud_and_counts_claims_by_state(client, office, organiser):
    filed(office)
    page = at(client, "desk:subsidy", office.programme.code)
    for words in (
        "union member",
        "Once per certificate",
        "1,000 yuan",
        "Certificate or diploma",
        "state=filed",
    ):
        assert words in page
    assert client.get(reverse("desk:subsidy", args=("nowhere",))).status_code == 404


def test_reviewers_and_finance_read_and_change_nothing(client, office):
    for who in ("unit", "finance"):
        client.force_login(office.people[who])
        page = at(client, "desk:subsidy", office.programme.code)
        assert reverse("desk:subsidy_edit", args=(office.programme.code,)) not in page
        for name in ("desk:subsidy_edit", "desk:subsidy_yaml"):
            assert client.get(reverse(name, args=(office.programme.code,))).status_code == 403
        answer = client.post(reverse("desk:subsidy_move", args=(office.programme.code,)), {"to": "closed"})
        assert answer.status_code == 403


# --- making -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", sorted(templates()))
def test_each_template_becomes_a_programme_by_its_form(client, office, organiser, code):
    assert reverse("desk:subsidy_new_from", args=(code,)) in at(client, "desk:subsidy_new")
    values = answers(client, "desk:subsidy_new_from", code)
    assert not values.keys() & {"code", "name", "name_en"}
    own = {"code": f"own-{code}"[:40], "name": "本市补助"}
    values |= own | {"opens_at": "2026-01-01T08:00", "budget": "5000"}
    answer = client.post(reverse("desk:subsidy_new_from", args=(code,)), values)
    assert answer.status_code == 302, answer.context["form"].errors
    made = SubsidyProgramme.objects.get(code=values["code"])
    assert (made.state, made.budget, made.name) == ("draft", 5000, "本市补助")
    kept, shipped = made.versions.get().data, reading.read(templates()[code])
    assert reading.read(kept) == shipped
    assert client.get(answer.url).status_code == 200


def test_places_amounts_and_dates_of_ones_own(client, office, organiser):
    values = answers(client, "desk:subsidy_new_from", "zhejiang-2024")
    values |= {
        "code": "yongkang-2025",
        "name": "永康双提升",
        "opens_at": "2026-01-01T08:00",
        "closes_at": "2026-02-01T08:00",
        "item0_amount0": "1200",
        "item0_places": "",
        "item1_dated_to": "2025-12-31",
    }
    client.post(reverse("desk:subsidy_new_from", args=("zhejiang-2024",)), values)
    made = SubsidyProgramme.objects.get(code="yongkang-2025").versions.get().rules
    assert (made.items[0].amounts, made.items[0].places) == ({0: 1200}, None)
    assert f"{made.items[1].dated_to:%Y-%m-%d}" == "2025-12-31"
    assert (made.items[1].province, made.excludes) == ("33", ("zhoushan-2025",))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"code": "Große Stadt"}, "Small letters, digits and -."),
        ({"code": "new"}, "Choose another"),
        ({"budget": "viel"}, "whole number"),
        ({"budget": "99999999999"}, "less than or equal"),
        ({"opens_at": "soon"}, "valid date"),
        ({"closes_at": "2025-12-31T08:00"}, "before the beginning"),
        ({"item0_amount0": "0"}, "greater than or equal"),
        ({"item1_dated_from": "2026-01-01"}, "before the start"),
        ({"publicity_days": "9999"}, "less than or equal"),
        ({"name": ""}, "required"),
        ({"allocation": "bribe"}, "not one of the available"),
    ],
)
def test_every_fault_of_the_plain_form_is_told_at_its_field(client, office, organiser, change, words):
    values = answers(client, "desk:subsidy_new_from", "zhejiang-2024")
    values |= {"code": "good", "name": "本市补助", "opens_at": "2026-01-01T08:00"} | change
    answer = client.post(reverse("desk:subsidy_new_from", args=("zhejiang-2024",)), values)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not SubsidyProgramme.objects.exclude(pk=office.programme.pk).exists()


def test_a_code_is_taken_once_and_a_template_that_is_none_is_not_there(client, office, organiser):
    values = answers(client, "desk:subsidy_new_from", "guangdong")
    values |= {"code": office.programme.code, "name": "本市补助", "opens_at": "2026-01-01T08:00"}
    assert client.post(reverse("desk:subsidy_new_from", args=("guangdong",)), values).status_code == 422
    assert client.get(reverse("desk:subsidy_new_from", args=("nowhere",))).status_code == 404


def test_opening_and_closing(client, office, organiser):
    code = office.programme.code
    for to, state in (("closed", "closed"), ("open", "open"), ("draft", "open"), ("", "open")):
        answer = client.post(reverse("desk:subsidy_move", args=(code,)), {"to": to})
        assert answer.status_code == 302
        assert SubsidyProgramme.objects.get(code=code).state == state


# --- the text ---------------------------------------------------------------------------------------------

TEXT = """\
code: own-text
name: 双提升
budget: 10000
traits: {member: true}
items:
  - {key: skill, kind: skill, name: 技能, amount: 1000}
"""


def make_from(client, text, **files):
    values = {"text": text, "opens_at": "2026-01-01T08:00", **files}
    return client.post(reverse("desk:subsidy_new_yaml"), values)


def test_a_programme_from_its_text_or_a_file(client, office, organiser):
    assert make_from(client, TEXT).status_code == 302
    assert SubsidyProgramme.objects.get(code="own-text").budget == 10_000
    sent = SimpleUploadedFile("p.yaml", TEXT.replace("own-text", "sent").encode("gb18030"))
    assert make_from(client, "", file=sent).status_code == 302
    assert SubsidyProgramme.objects.get(code="sent").name == "双提升"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("amount: 1000", "amount: viel", "Line 6: The programme cannot be read at “items[0].amount”"),
        (
            "traits: {member: true}",
            "traits: {rich: true}",
            "Line 4: The programme cannot be read at “traits.rich”",
        ),
        ("budget: 10000", "budgett: 10000", "Line 3: The programme cannot be read at “budgett”: this name"),
        ("budget: 10000", "budget: -1", "Line 3"),
        ("budget: 10000", "budget: 99999999999", "far too large"),
        ("budget: 10000", "publicity_days: 100000", "far too large"),
        ("budget: 10000", "budget: 1.5", "whole numbers only"),
        ("kind: skill", "kind: magic", "Line 6"),
        ("name: 双提升", "", "“name”: this is missing"),
        ("name: 双提升", f"name: {'长' * 121}", "this is too long"),
        ("key: skill", f"key: {'k' * 41}", "this is too long"),
        ("code: own-text", "", "required"),
        ("code: own-text", "code: new", "Choose another"),
        ("items:", "items", "cannot be read from line 6"),
        ("{key: skill", "[key", "cannot be read from line"),
        (TEXT, "", "list of names with values"),
        (TEXT, "- one\n- two", "list of names with values"),
        (TEXT, "a: &x 1\nb: *x", "References"),
        (TEXT, "\x07", "signs that cannot be read"),
        (TEXT, "x" * 40_001, "far too long"),
        (TEXT, "!!python/object/apply:os.system [ls]", "cannot be read from line 1"),
    ],
)
def test_every_fault_of_the_text_is_named_by_its_place(client, office, organiser, old, new, words):
    answer = make_from(client, TEXT.replace(old, new))
    assert answer.status_code == 422
    assert words in answer.context["form"].errors["text"][0]
    assert SubsidyProgramme.objects.count() == 1


@pytest.mark.parametrize("content", [b"\xff\xfe\x00\x01\x81", b"x" * 300_000])
def test_a_file_that_is_no_text_is_told(client, office, organiser, content):
    answer = make_from(client, "", file=SimpleUploadedFile("p.yaml", content))
    assert answer.status_code == 422
    assert answer.context["form"].errors["file"]


# --- changing ---------------------------------------------------------------------------------------------


def test_before_the_first_claim_the_form_corrects_and_afterwards_makes_a_version(client, office, organiser):
    code = office.programme.code
    url = reverse("desk:subsidy_edit", args=(code,))
    values = answers(client, "desk:subsidy_edit", code) | {"budget": "50000", "item0_places": "30"}
    assert client.post(url, values).status_code == 302
    assert ProgrammeVersion.objects.get().rules.items[0].places == 30
    claim = filed(office)
    bare = client.post(url, values | {"budget": "60000"})
    assert bare.status_code == 422
    assert "reason" in bare.context["form"].errors
    low = client.post(url, values | {"budget": "999", "reason": "less money"})
    assert low.status_code == 422
    assert "cannot be smaller" in low.content.decode()
    assert client.post(url, values | {"publicity_days": "7", "reason": "longer notice"}).status_code == 302
    assert again(claim).version.number == 1
    page = at(client, "desk:subsidy", code)
    assert ("longer notice" in page, "7 working days on public notice" in page) == (True, True)
    assert "5 working days on public notice" in at(client, "desk:subsidy", code, version="1")
    assert "version 2" in at(client, "desk:subsidy", code, version="x")


def test_the_text_of_a_programme_comes_back_as_it_is(client, office, organiser):
    version, before = office.programme.versions.get(), office.programme.versions.get().data
    text = yaml_of(version, office.programme)
    url = reverse("desk:subsidy_yaml", args=(office.programme.code,))
    assert client.get(url).context["form"]["text"].value() == text
    answer = client.post(url, {"text": text})
    assert answer.status_code == 302
    kept = office.programme.versions.get()
    assert reading.read(kept.data) == reading.read(before)
    filed(office)
    answer = client.post(url, {"text": text})
    assert "reason" in answer.context["form"].errors


# --- lots -------------------------------------------------------------------------------------------------


def test_lots_are_frozen_thrown_and_told(client):
    items = [
        {"key": "skill", "kind": "skill", "name": "技能", "name_en": "Skill", "amount": 1000, "places": 1}
    ]
    office = make_office(rules(allocation="lottery", items=items))
    found, code = [filed(office), filed(office)], office.programme.code
    client.force_login(office.organiser)
    freeze = reverse("desk:subsidy_freeze", args=(code,))
    client.post(freeze, {"item": "skill"})
    assert not SubsidyDraw.objects.exists()  # claims can still be filed
    client.post(reverse("desk:subsidy_move", args=(code,)), {"to": "closed"})
    assert "2 claims would go into the urn" in at(client, "desk:subsidy", code)
    for item in ("", "gold"):
        assert client.post(freeze, {"item": item}).status_code == 302
    assert not SubsidyDraw.objects.exists()
    answer = client.post(freeze, {"item": "skill"})
    draw = SubsidyDraw.objects.get()
    assert answer.url == reverse("desk:subsidy_draw", args=(draw.uuid,))
    page = at(client, "desk:subsidy_draw", draw.uuid)
    assert ("a colleague enters" in page, draw.list_hash in page) == (True, True)
    throw = reverse("desk:subsidy_throw", args=(draw.uuid,))
    assert client.post(throw, {"dice": "1 2 3"}).status_code == 422
    client.force_login(office.town)
    assert client.post(throw, {"dice": "1 2 3"}).status_code == 403
    client.force_login(office.city)
    assert client.post(throw, {"dice": " "}).status_code == 422
    look = client.post(throw, {"dice": "4  6 1"}).content.decode()
    assert ("Check the throw" in look, 'value="4 6 1"' in look) == (True, True)
    assert SubsidyDraw.objects.get().state == "committed"
    assert client.post(throw, {"dice": "4 6 1", "sure": "on"}).status_code == 302
    page = at(client, "desk:subsidy_draw", draw.uuid)
    assert reverse("academy:subsidy_draw", args=(draw.uuid,)) in page
    assert all(claim.worker.name in page for claim in found)
    assert sorted(again(claim).state for claim in found) == [Claim.State.FILED, Claim.State.REFUSED]
    assert client.post(throw, {"dice": "4 6 1", "sure": "on"}).status_code == 422
    assert client.post(throw, {"dice": "4 6 1"}).status_code == 422


def test_where_there_is_a_place_for_everybody_no_dice_are_asked_for(client):
    items = [{"key": "skill", "kind": "skill", "name": "技能", "amount": 1000, "places": 9}]
    office = make_office(rules(allocation="lottery", items=items))
    found, code = [filed(office), filed(office)], office.programme.code
    client.force_login(office.organiser)
    client.post(reverse("desk:subsidy_move", args=(code,)), {"to": "closed"})
    client.post(reverse("desk:subsidy_freeze", args=(code,)), {"item": "skill"})
    draw = SubsidyDraw.objects.get()
    address = reverse("desk:subsidy_place_all", args=(draw.uuid,))
    client.post(address)
    assert SubsidyDraw.objects.get().state == "committed"  # who froze the list does not finish it
    client.force_login(office.city)
    page = at(client, "desk:subsidy_draw", draw.uuid)
    assert ("Give everybody a place" in page, "Look it over" in page) == (True, False)
    client.post(address)
    assert all(again(claim).holds_place for claim in found)
    assert "without a draw" in at(client, "desk:subsidy_draw", draw.uuid)
    assert "without dice" in at(client, "academy:subsidy_draw", draw.uuid)
    assert client.get(reverse("academy:subsidy_draw_file", args=(draw.uuid,))).status_code == 404


def test_a_draft_opens_and_takes_claims_from_its_day_on(client, office, organiser):
    later = timezone.now() + timedelta(days=3)
    made = programmes.create(code="later", data=rules(), opens_at=later, by=make_user("organiser"))
    client.post(reverse("desk:subsidy_move", args=(made.code,)), {"to": "open"})
    assert "Not open yet" in at(client, "desk:subsidy", "later")


def test_a_frozen_programme_is_offered_no_opening(client):
    items = [{"key": "skill", "kind": "skill", "name": "技能", "amount": 1000, "places": 1}]
    office = make_office(rules(allocation="lottery", items=items))
    filed(office)
    filed(office)
    code = office.programme.code
    client.force_login(office.organiser)
    move = reverse("desk:subsidy_move", args=(code,))
    client.post(move, {"to": "closed"})
    assert "Open for claims" in at(client, "desk:subsidy", code)
    client.post(reverse("desk:subsidy_freeze", args=(code,)), {"item": "skill"})
    page = at(client, "desk:subsidy", code)
    assert ("Open for claims" in page, "takes no more claims" in page) == (False, True)
    assert "takes no more claims" in client.post(move, {"to": "open"}, follow=True).content.decode()


def test_places_that_the_budget_cannot_pay_are_pointed_out(client):
    item = {"key": "skill", "kind": "skill", "name": "技能", "amount": 1000, "places": 101}
    office = make_office(rules(items=[item]))
    client.force_login(office.organiser)
    words = "101 places cost at least 101,000 yuan, the budget is 100,000 yuan"
    assert words in at(client, "desk:subsidy", office.programme.code)
    enough = make_office(rules(items=[item | {"places": 100}]))
    assert "places cost at least" not in at(client, "desk:subsidy", enough.programme.code)

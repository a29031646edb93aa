"""A worker's way on the phone: from what the record offers to the reference number, and on to the money."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from academy.domain import claims
from academy.models import Claim, Quota, SubsidyProgramme
from academy.rules.cards import with_check_digit
from tests.academy.subsidies import (
    again,
    attach,
    certificate_no,
    draft,
    filed,
    make_claimant,
    make_office,
    rules,
    scan,
)
from tests.academy.web.asking import address, certify, words
from tests.factories import make_trade

pytestmark = pytest.mark.django_db
S = Claim.State
CARD = with_check_digit("622848123456789")


def given(worker, **changes):
    return {
        "what": "skill:4",
        "dated": "2023-05-08",
        "trade": make_trade().pk,
        "certificate_no": certificate_no(900),
        "public_office": "no",
        "hired_on": "2015-01-01",
        **changes,
    }


def test_the_whole_way(client, office, me):
    held = certify(me)
    start = reverse("me:claim_start", args=(office.programme.code,))
    page = client.get(reverse("me:claims"))
    [offer] = page.context["offers"]
    assert "1,000 yuan" in offer["title"]
    assert "8 May 2023" in offer["reason"]
    begun = client.post(start, {"offer": offer["key"]})
    claim = Claim.objects.get()
    assert begun.url == address("claim_answers", claim)
    form = client.get(begun.url).context["form"]
    assert (form.initial["what"], form.initial["certificate_no"]) == ("skill:4", held.certificate_no)
    assert client.post(begun.url, given(me)).url == address("claim_papers", claim)
    attach(claim)
    assert client.post(address("claim_card", claim), {"number": CARD}).url == address("claim_check", claim)
    check = client.get(address("claim_check", claim))
    assert not check.context["barred"]
    assert "99" not in check.context["room"]
    assert "places left: 100 of 100" in check.context["room"]
    assert CARD not in words(check)
    assert f"****{CARD[-4:]}" in words(check)
    assert client.post(address("claim_hand_in", claim)).url == address("claim_done", claim)
    claim.refresh_from_db()
    done = client.get(address("claim_done", claim))
    assert claim.reference in words(done)
    assert [step["state"] for step in done.context["steps"]] == [
        "done",
        "now",
        "next",
        "next",
        "next",
        "next",
    ]


def test_handing_in_twice_counts_once(client, office, me):
    claim = draft(office, me)
    for _n in range(2):
        assert client.post(address("claim_hand_in", claim)).url == address("claim_done", claim)
    assert claim.steps.count() == 1
    assert Quota.objects.get(programme=office.programme, item="skill").taken == 1


def test_a_draft_survives_and_is_a_task(client, office, me):
    claim = draft(office, me)
    tasks = {task["url"]: task for task in client.get(reverse("me:home")).context["tasks"]}
    assert address("claim", claim) in tasks
    assert client.get(address("claim_answers", claim)).context["form"].initial["public_office"] == "no"
    page = client.get(address("claim", claim))
    assert [row["status"] for row in page.context["sections"]] == ["Done", "Done", "Done", "To do"]


def test_what_can_be_claimed_is_told_on_the_first_page_with_its_end(client, office, me):
    certify(me)
    closes = timezone.now() + timedelta(days=4)
    SubsidyProgramme.objects.update(closes_at=closes)
    [task] = [t for t in client.get(reverse("me:home")).context["claims"] if "1,000" in str(t["title"])]
    assert task["due"] == closes
    assert task["url"] == reverse("me:claim_start", args=(office.programme.code,))
    academy = client.get(reverse("me:academy"))
    assert task["title"] in [t["title"] for t in academy.context["tasks"]]


def test_why_not_is_said_in_words(client, office, me):
    certify(me, checked=False)
    page = client.get(reverse("me:claims"))
    assert page.context["offers"] == []
    assert "has not checked this certificate yet" in words(page)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"what": "skill:9"}, "what"),
        ({"what": ""}, "what"),
        ({"what": "none:4"}, "what"),
        ({"dated": "2999-01-01"}, "dated"),
        ({"dated": "soon"}, "dated"),
        ({"hired_on": "2999-01-01"}, "hired_on"),
        ({"hired_on": ""}, "hired_on"),
        ({"trade": ""}, "trade"),
        ({"trade": "999999"}, "trade"),
        ({"certificate_no": ""}, "certificate_no"),
        ({"certificate_no": "9" * 41}, "certificate_no"),
        ({"public_office": "perhaps"}, "public_office"),
    ],
)
def test_a_bad_answer_is_told_beside_its_field_and_keeps_nothing(client, office, me, change, field):
    claim = claims.start(programme=office.programme, worker=me, by=me.user)
    answer = client.post(address("claim_answers", claim), given(me, **change))
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert again(claim).item == ""


def test_a_degree_needs_neither_trade_nor_number(client, office, me):
    claim = claims.start(programme=office.programme, worker=me, by=me.user)
    sent = given(me, what="degree:2", trade="", certificate_no="")
    assert client.post(address("claim_answers", claim), sent).status_code == 302
    claim = again(claim)
    assert (claim.item, claim.level, claim.certificate_no) == ("degree", 2, "")


def test_only_what_the_programme_asks_is_asked(client, me):
    enrolled = {"key": "study", "kind": "degree", "name": "入学", "amount": 1000, "stage": "enrolled"}
    insured = {"key": "skill", "kind": "skill", "name": "技能", "amount": 1000, "insured_months": 12}
    for item, fields in (
        (enrolled, {"what", "stage", "dated", "hired_on", "post_related"}),
        (insured, {"what", "dated", "trade", "certificate_no", "hired_on", "post_related", "insured_months"}),
    ):
        office = make_office(rules(items=[item], traits={"member": True, "post_related": True}))
        claim = claims.start(programme=office.programme, worker=me, by=me.user)
        form = client.get(address("claim_answers", claim)).context["form"]
        assert set(form.fields) == fields


def test_insured_months_and_stage_reach_the_claim(client, me):
    item = {"key": "skill", "kind": "skill", "name": "技能", "amount": 900, "insured_months": 12}
    office = make_office(rules(items=[item]))
    claim = claims.start(programme=office.programme, worker=me, by=me.user)
    sent = given(me, insured_months="11")
    assert client.post(address("claim_answers", claim), sent).status_code == 302
    assert "Fewer than 12 insured months." in words(client.get(address("claim_check", claim)))
    assert client.post(address("claim_answers", claim), sent | {"insured_months": "-1"}).status_code == 422


@pytest.mark.parametrize("number", ["", "12ab", "6228", "6228480000000001", "６２２８"])
def test_a_bad_card_is_told_beside_its_field(client, office, me, number):
    claim = claims.start(programme=office.programme, worker=me, by=me.user)
    answer = client.post(address("claim_card", claim), {"number": number})
    assert answer.status_code == 422
    assert "number" in answer.context["form"].errors
    assert number == "" or number not in words(client.get(address("claim_card", claim)))


def test_the_card_is_shown_by_four_digits_only(client, office, me):
    claim = draft(office, me, card=CARD)
    for name in ("claim_card", "claim_check", "claim"):
        assert CARD not in words(client.get(address(name, claim)))
    assert client.get(address("claim_card", claim)).context["masked"] == f"****{CARD[-4:]}"


def test_what_is_missing_is_linked_and_there_is_no_button(client, office, me):
    claim = claims.start(programme=office.programme, worker=me, by=me.user)
    page = client.get(address("claim_check", claim))
    assert [row["url"] for row in page.context["missing"]] == [
        address("claim_answers", claim),
        address("claim_papers", claim),
        address("claim_card", claim),
    ]
    assert address("claim_hand_in", claim) not in words(page)
    assert client.post(address("claim_hand_in", claim), follow=True).status_code == 200
    assert again(claim).state == S.DRAFT


def test_a_hard_finding_stops_and_a_soft_one_warns(client, office, me):
    claim = draft(office, me, card=filed(office).card.reveal())
    page = client.get(address("claim_check", claim))
    assert not page.context["barred"]
    assert "It does not stop you" in words(page)
    assert address("claim_hand_in", claim) in words(page)
    claims.answer(
        claim=claim,
        by=me.user,
        item="skill",
        level=4,
        dated=date(2014, 5, 8),
        certificate_no="1",
        trade=claim.trade,
    )
    page = client.get(address("claim_check", claim))
    assert page.context["barred"]
    assert address("claim_hand_in", claim) not in words(page)


def test_the_number_is_read_aloud(client, office, me):
    claim = draft(office, me)
    numbers = {
        row["label"]: row["value"] for row in client.get(address("claim_check", claim)).context["rows"]
    }
    assert "2023, Zhejiang" in numbers["Number"]


def test_the_last_place_gone_meanwhile_is_told(client, office, me):
    claim = draft(office, me)
    Quota.objects.filter(programme=office.programme, item="skill").update(places=0)
    page = client.post(address("claim_hand_in", claim), follow=True)
    assert "All places are taken." in words(page)
    assert again(claim).state == S.DRAFT


@pytest.mark.django_db(transaction=True)
def test_documents_are_made_anew_and_opened_by_their_owner_alone(client):
    office = make_office(rules(documents=["identity", "certificate"]))
    me = make_claimant(office)
    client.force_login(me.user)
    claim = claims.start(programme=office.programme, worker=me, by=me.user)
    papers = address("claim_papers", claim)
    form = client.get(papers).context["form"]
    assert [value for value, _word in form.fields["kind"].choices] == ["identity", "certificate"]
    for n, kind in enumerate(("identity", "certificate")):
        picture = SimpleUploadedFile("photo.png", scan(n).content, "image/png")
        assert client.post(papers, {"kind": kind, "file": picture}).url == papers
    assert client.get(papers).context["complete"]
    kept = claim.files.select_related("file").first().file
    opened = client.get(reverse("me:file", args=(kept.uuid,)))
    assert opened.status_code == 200
    client.force_login(make_claimant(office).user)
    assert client.get(reverse("me:file", args=(kept.uuid,))).status_code == 404


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"kind": "certificate"}, "file"),
        ({"kind": "photo", "file": b"x"}, "kind"),
        ({"kind": "certificate", "file": b"not a picture"}, "file"),
        ({"kind": "certificate", "file": b""}, "file"),
    ],
)
def test_a_bad_document_is_told_beside_its_field(client, office, me, sent, field):
    claim = claims.start(programme=office.programme, worker=me, by=me.user)
    if "file" in sent:
        sent = sent | {"file": SimpleUploadedFile("photo.jpg", sent["file"], "image/jpeg")}
    answer = client.post(address("claim_papers", claim), sent)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert claim.files.count() == 0


PAGES = (
    "claim",
    "claim_answers",
    "claim_papers",
    "claim_card",
    "claim_check",
    "claim_done",
    "claim_withdraw",
)


@pytest.mark.parametrize("name", PAGES)
def test_nobody_opens_the_claim_of_somebody_else(client, office, me, name):
    for claim in (draft(office), filed(office)):
        assert client.get(address(name, claim)).status_code == 404
        assert client.post(address("claim_hand_in", claim)).status_code == 404
        assert client.post(address("claim_remove_paper", claim, claim.files.get().pk)).status_code == 404
    client.force_login(office.organiser)
    assert client.get(address(name, claim)).status_code == 404


@pytest.mark.parametrize("name", ["claim_answers", "claim_papers", "claim_card", "claim_check"])
def test_a_filed_claim_leads_from_its_forms_to_its_page(client, office, me, name):
    claim = filed(office, me)
    assert client.get(address(name, claim)).url == address("claim", claim)
    assert client.post(address(name, claim), given(me)).url == address("claim", claim)


def test_a_document_of_another_claim_is_not_removed(client, office, me):
    claim, other = draft(office, me), draft(office)
    client.post(address("claim_remove_paper", claim, other.files.get().pk))
    assert other.files.count() == 1
    client.post(address("claim_remove_paper", claim, claim.files.get().pk))
    assert claim.files.count() == 0


def test_a_programme_without_papers_has_no_step_for_them(client):
    office = make_office(rules(documents=[]))
    me = make_claimant(office)
    client.force_login(me.user)
    start = reverse("me:claim_start", args=(office.programme.code,))
    assert "<h2>Documents</h2>" not in words(client.get(start))
    claim = draft(office, me)
    claim.files.all().delete()
    assert [row["title"] for row in client.get(address("claim", claim)).context["sections"]] == [
        "What you claim",
        "Bank card",
        "Check the answers and hand in",
    ]
    assert client.post(address("claim_answers", claim), given(me)).url == address("claim_card", claim)
    assert client.get(address("claim_papers", claim)).url == address("claim_card", claim)
    for name, step in (("claim_answers", 1), ("claim_card", 2), ("claim_check", 3)):
        assert f"Step {step} of 3" in words(client.get(address(name, claim)))
    client.force_login(office.organiser)
    page = words(client.get(reverse("desk:subsidy", args=(office.programme.code,))))
    assert "<dt>Documents</dt>" not in page


def test_a_question_left_open_is_named_and_nothing_is_handed_in(client):
    office = make_office(rules(first=["model_worker"]))
    me = make_claimant(office)
    client.force_login(me.user)
    claim = draft(office, me)
    del claim.answers["model_worker"]
    claim.save()
    page = client.get(address("claim", claim))
    first = page.context["sections"][0]
    assert (first["status"], "Are you a model worker" in first["hint"]) == ("To do", True)
    check = words(client.get(address("claim_check", claim)))
    assert ("Still to be answered" in check, "Hand in my claim" in check) == (True, False)
    client.post(address("claim_hand_in", claim))
    assert again(claim).state == S.DRAFT

"""Public notices at the desk: what is posted was shown before, it runs its days, objections are answered."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from academy.domain import claim_reviews, postings
from academy.models import Claim, ClaimObjection, Posting
from craft_site.ledger.models import Line
from tests.academy.subsidies import again, filed, make_claimant, make_office, on_notice, passed
from tests.academy.web.asking import at, post

pytestmark = pytest.mark.django_db
S = Claim.State


@pytest.fixture
def city(client, office):
    client.force_login(office.city)
    return office.city


def over(posting):
    Posting.objects.filter(pk=posting.pk).update(until=timezone.now() - timedelta(hours=1))
    return Posting.objects.get(pk=posting.pk)


def objected(posting, about=""):
    return postings.object_to(
        posting=posting,
        name="张三",
        phone="13800000001",
        text="not his degree",
        client_id=uuid4(),
        about=about,
    )


@pytest.mark.parametrize("size", [1, 30])
def test_the_overview_costs_the_same_queries_at_any_size(
    client, city, office, size, django_assert_max_num_queries
):
    for _n in range(size):
        posting, _claims = on_notice(office)
        objected(posting)
    passed(office)
    with django_assert_max_num_queries(10):
        assert client.get(reverse("desk:postings")).status_code == 200


@pytest.mark.parametrize("size", [1, 30])
def test_a_notice_costs_the_same_queries_at_any_size(
    client, city, office, size, django_assert_max_num_queries
):
    posting, claims = on_notice(office, size=size)
    for claim in claims:
        objected(posting, claim.worker.name)
    with django_assert_max_num_queries(10):
        assert client.get(reverse("desk:posting", args=(posting.uuid,))).status_code == 200


def test_what_would_be_posted_is_shown_without_numbers_and_then_posted(client, city, office):
    one, two = filed(office, make_claimant(office, "王伟")), filed(office, make_claimant(office, "王伟"))
    for who in ("unit", "town", "city"):
        claim_reviews.approve(claims=[again(one), again(two)], by=office.people[who])
    code = office.programme.code
    assert reverse("desk:posting_new", args=(code,)) in at(client, "desk:postings")
    page = at(client, "desk:posting_new", code)
    assert ("王伟" in page, one.reference in page) == (True, True)
    for claim in (one, two):
        assert claim.worker.id_number.masked() not in page
        assert claim.worker.id_number.reveal() not in page
        assert claim.card.reveal() not in page
        assert claim.card.masked() not in page
    assert not Posting.objects.exists()
    answer = post(client, "desk:posting_new", code)
    posting = Posting.objects.get()
    assert answer.url == reverse("desk:posting", args=(posting.uuid,))
    assert again(one).state == S.PUBLICITY
    assert reverse("academy:posting", args=(posting.uuid,)) in client.get(answer.url).content.decode()
    for method in (client.get, client.post):  # nothing waits any more
        assert method(reverse("desk:posting_new", args=(code,))).url == reverse("desk:postings")
    assert client.get(reverse("desk:posting_new", args=("nowhere",))).status_code == 404


def test_only_the_city_and_the_office_post_end_and_answer(client, office):
    posting, [claim] = on_notice(office)
    objection = objected(posting, claim.worker.name)
    client.force_login(office.town)
    page = at(client, "desk:posting", posting.uuid)
    assert (claim.reference in page, "13800000001" in page, "not his degree" in page) == (True, False, False)
    assert client.get(reverse("desk:posting_new", args=(office.programme.code,))).status_code == 403
    assert post(client, "desk:posting_end", posting.uuid).status_code == 403
    answer = post(client, "desk:posting_answer", objection.uuid, outcome="reject", text="checked")
    assert answer.status_code == 403
    assert ClaimObjection.objects.get().answered_at is None


def test_a_notice_is_ended_after_its_days_and_answers(client, city, office):
    posting, [one, two] = on_notice(office, size=2)
    post(client, "desk:posting_end", posting.uuid)
    assert again(one).state == S.PUBLICITY
    assert "End the notice" not in at(client, "desk:posting", posting.uuid)
    objection = objected(posting, one.worker.name)
    over(posting)
    assert "To be ended" in at(client, "desk:postings")
    assert "End the notice" in at(client, "desk:posting", posting.uuid)
    post(client, "desk:posting_end", posting.uuid)
    assert [again(c).state for c in (one, two)] == [S.PUBLICITY, S.APPROVED]
    page = at(client, "desk:posting", posting.uuid)
    assert ("张三" in page, "13800000001" in page, "not his degree" in page) == (True, True, True)
    answer = post(client, "desk:posting_answer", objection.uuid, outcome="reject", text="diploma compared")
    assert answer.status_code == 302
    post(client, "desk:posting_end", posting.uuid)
    assert again(one).state == S.APPROVED
    page = at(client, "desk:posting", posting.uuid)
    assert ("diploma compared" in page, "the claim stands" in page) == (True, True)


def test_an_objection_that_is_right_ends_the_claim_with_its_reason(client, city, office):
    posting, [claim] = on_notice(office)
    objection = objected(posting, claim.worker.name)
    post(client, "desk:posting_answer", objection.uuid, outcome="uphold", text="bought degree")
    claim = again(claim)
    assert (claim.state, claim.steps.latest("pk").reason) == (S.REFUSED, "bought degree")
    assert "upheld" in at(client, "desk:posting", posting.uuid)
    line = Line.objects.filter(kind="claims.objection_answered").get()
    assert ("bought" in line.body, json.loads(line.body)["facts"]["upheld"]) == (False, True)
    again_ = post(client, "desk:posting_answer", objection.uuid, outcome="reject", text="changed my mind")
    assert again_.status_code == 422


def test_an_objection_that_names_nobody_is_given_its_claim(client, city, office):
    posting, [one, two] = on_notice(office, size=2)
    objection = objected(posting)
    assert "Whose claim is meant" in at(client, "desk:posting", posting.uuid)
    bare = post(client, "desk:posting_answer", objection.uuid, outcome="uphold", text="bought degree")
    assert bare.status_code == 422
    assert "Choose the claim" in bare.content.decode()
    other = on_notice(make_office())[1][0]
    strange = post(
        client, "desk:posting_answer", objection.uuid, outcome="uphold", text="bought degree", claim=other.pk
    )
    assert strange.status_code == 422
    post(client, "desk:posting_answer", objection.uuid, outcome="uphold", text="bought degree", claim=two.pk)
    assert [again(c).state for c in (one, two)] == [S.PUBLICITY, S.REFUSED]
    assert ClaimObjection.objects.get().claim_id == two.pk


@pytest.mark.parametrize(
    "values",
    [{}, {"outcome": "x", "text": "good"}, {"outcome": "reject", "text": "no"}, {"text": "good words"}],
)
def test_an_answer_that_is_none_comes_back(client, city, office, values):
    posting, [claim] = on_notice(office)
    objection = objected(posting, claim.worker.name)
    assert post(client, "desk:posting_answer", objection.uuid, **values).status_code == 422
    assert ClaimObjection.objects.get().answered_at is None

"""A pair under way at the desk: evaluated, extended, ended, given another master."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from academy.models import Pair
from academy.rules.pairing import add_months
from tests.academy.pairs import (
    Town,
    again,
    completed,
    half_way,
    make_person,
    make_town,
    proposed,
    running,
    sign,
)
from tests.factories import make_user

pytestmark = pytest.mark.django_db
S = Pair.State


@pytest.fixture
def town() -> Town:
    return make_town(apprentices={"least": 1, "most": 50})


def url(name: str, *args) -> str:
    return reverse(f"desk:{name}", args=args)


def body(response) -> str:
    return response.content.decode()


# --- moving on -------------------------------------------------------------------------------------------------------


def test_the_union_evaluates_and_the_pair_moves(client, town):
    pair = running(town)
    client.force_login(town.reviewer)
    marks = {"theory": 85, "practice": 90, "conduct": 88, "on": timezone.localdate()}
    page = client.post(url("pair_review_mid", pair.uuid), marks | {"grade": "extend"})
    assert page.status_code == 422
    assert "comment" in page.context["form"].errors
    page = client.post(url("pair_review_mid", pair.uuid), marks | {"grade": "passed", "theory": 101})
    assert page.status_code == 422
    assert client.post(url("pair_review_mid", pair.uuid), marks | {"grade": "passed"}).status_code == 302
    page = client.get(url("pair_review_final", pair.uuid))
    assert "at least 80 in theory" in body(page)
    page = client.post(url("pair_review_final", pair.uuid), marks | {"grade": "passed", "practice": 70})
    assert page.status_code == 422
    assert client.post(url("pair_review_final", pair.uuid), marks | {"grade": "excellent"}).status_code == 302
    assert again(pair).state == S.FINAL_OK


def test_the_term_is_extended_and_the_pair_ended(client, town):
    pair = half_way(town)
    client.force_login(town.organiser)
    until = {"until": add_months(pair.ends_on, 6), "reason": "Long illness"}
    assert client.get(url("pair_extend", pair.uuid)).status_code == 200
    assert (
        client.post(url("pair_extend", pair.uuid), {"until": pair.ends_on, "reason": "x"}).status_code == 422
    )
    assert client.post(url("pair_extend", pair.uuid), until).status_code == 302
    assert "Extended until" in body(client.get(url("pair", pair.uuid)))
    assert client.post(url("pair_end", pair.uuid), {"reason": ""}).status_code == 422
    assert client.post(url("pair_end", pair.uuid), {"reason": "Firm closes"}).status_code == 302
    assert again(pair).state == S.ENDED_EARLY


@pytest.mark.parametrize(
    "name", ["pair_review_mid", "pair_review_final", "pair_extend", "pair_end", "pair_decline"]
)
def test_no_form_is_opened_for_what_cannot_be_done_any_more(client, town, name):
    pair = completed(town)
    client.force_login(town.organiser)
    answer = client.get(url(name, pair.uuid), follow=True)
    assert answer.redirect_chain == [(pair.get_absolute_url(), 302)]
    assert "cannot be done with a pair that is" in body(answer)


def test_half_time_is_offered_at_once_and_asked_for_when_it_has_come(client, town):
    early = running(town)
    late = running(
        town,
        since=timezone.localdate() - timedelta(days=400),
        apprentice=make_person(town.firm, town.trade, grade=3),
    )
    client.force_login(town.organiser)
    for pair, kind in ((early, ""), (late, "primary")):
        first = client.get(url("pair", pair.uuid)).context["actions"][0]
        assert (first["label"], first["kind"]) == ("Mid-term evaluation", kind)


def test_another_master_takes_over(client, town):
    pair = running(town)
    other = make_person(town.firm, town.trade, grade=5)
    client.force_login(town.reviewer)
    assert client.get(url("pair_new_master", town.apprentice.uuid)).status_code == 200
    values = {
        "find": other.name,
        "worker": str(other.uuid),
        "starts_on": timezone.localdate(),
        "reason": "The master retires",
    }
    assert client.get(url("pair_new_mentor", pair.uuid)).status_code == 200
    answer = client.post(url("pair_new_mentor", pair.uuid), values)
    made = Pair.objects.get(follows=pair)
    assert answer.url == url("pair", made.uuid)
    assert made.mentor == other
    assert client.get(url("pair_new_mentor", pair.uuid)).status_code == 404


def test_a_signed_pair_is_begun_and_a_proposal_given_up(client, town):
    pair = sign(town, proposed(town, starts_on=timezone.localdate() + timedelta(days=5)))
    client.force_login(town.organiser)
    client.post(url("pair_start", pair.uuid))
    assert again(pair).state == S.RUNNING
    assert client.post(url("pair_decline", pair.uuid), {"reason": "Too late"}).status_code == 422
    other = proposed(town, apprentice=make_person(town.firm, town.trade))
    assert client.post(url("pair_decline", other.uuid), {"reason": "Not now"}).status_code == 302
    assert again(other).state == S.DECLINED


def test_a_contact_and_the_two_themselves_do_not_look_after_a_pair(client, town):
    pair = running(town)
    client.force_login(town.contact)
    for name in ("pair_review_mid", "pair_extend", "pair_end", "pair_new_mentor"):
        assert client.get(url(name, pair.uuid)).status_code == 403
    town.mentor.user = make_user("worker", "organiser")
    town.mentor.save()
    client.force_login(town.mentor.user)
    for name in ("pair_review_mid", "pair_review_final", "pair_extend", "pair_end", "pair_rewards"):
        assert client.get(url(name, pair.uuid)).status_code == 403

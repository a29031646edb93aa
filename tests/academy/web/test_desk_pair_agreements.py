"""Agreements at the desk: proposed in three steps, changed, signed by each in turn, printed."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from academy.domain import pair_agreements
from academy.models import Pair
from academy.rules.pairing import add_months
from tests.academy.pairs import (
    Town,
    again,
    make_town,
    proposed,
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


# --- proposing -------------------------------------------------------------------------------------------------------


def content(town: Town, **changes):
    starts = timezone.localdate() + timedelta(days=3)
    return {
        "scheme": town.scheme.pk,
        "trade": town.trade.pk,
        "target_grade": 4,
        "starts_on": starts,
        "ends_on": add_months(starts, 24),
        "target_on": add_months(starts, 20),
        "skills": f"铣削加工 {add_months(starts, 6)}\n\n模具 装配 {add_months(starts, 12)}",
        "meetings": 2,
        "allowance": 200,
    } | changes


def test_an_organiser_proposes_in_three_steps(client, town):
    client.force_login(town.organiser)
    assert client.get(url("pair_new")).status_code == 200
    found = client.post(url("pair_new"), {"find": town.apprentice.name, "search": "1"})
    assert found.status_code == 200
    step = client.post(url("pair_new"), {"find": town.apprentice.name, "worker": str(town.apprentice.uuid)})
    assert step.url == url("pair_new_master", town.apprentice.uuid)
    step = client.post(step.url, {"find": town.mentor.name, "worker": str(town.mentor.uuid)})
    assert step.url == url("pair_new_content", town.apprentice.uuid, town.mentor.uuid)
    page = client.get(step.url)
    assert page.context["form"].initial["trade"] == town.trade
    assert page.context["form"].initial["target_grade"] == 4
    made = client.post(step.url, content(town))
    pair = Pair.objects.get()
    assert made.url == url("pair", pair.uuid)
    assert [skill.name for skill in pair.skills.all()] == ["铣削加工", "模具 装配"]


def test_bad_answers_come_back_with_their_field(client, town):
    client.force_login(town.organiser)
    address = url("pair_new_content", town.apprentice.uuid, town.mentor.uuid)
    for changes, field in (
        ({"skills": "Milling"}, "skills"),
        ({"skills": "2026-01-01"}, "skills"),
        ({"skills": "Milling 2026-13-01"}, "skills"),
        ({"target_grade": 3}, "target_grade"),
        ({"target_grade": "x"}, "target_grade"),
        ({"ends_on": timezone.localdate()}, "ends_on"),
        ({"scheme": ""}, "scheme"),
        ({"meetings": 0}, "meetings"),
    ):
        page = client.post(address, content(town, **changes))
        assert page.status_code == 422
        assert field in page.context["form"].errors
    assert not Pair.objects.exists()
    assert client.post(url("pair_new"), {}).status_code == 422


def test_a_firm_proposes_for_its_own_people_only(client, town):
    stranger = make_town()
    client.force_login(town.contact)
    assert client.get(url("pair_new_master", stranger.apprentice.uuid)).status_code == 404
    assert client.get(url("pair_new_master", town.apprentice.uuid)).status_code == 200
    address = url("pair_new_content", town.apprentice.uuid, stranger.mentor.uuid)
    assert client.get(address).status_code == 404
    address = url("pair_new_content", town.apprentice.uuid, town.mentor.uuid)
    assert client.post(address, content(town)).status_code == 302


def test_a_union_above_another_firm_proposes_nothing_there(client, town):
    client.force_login(make_town().reviewer)
    assert client.get(url("pair_new_master", town.apprentice.uuid)).status_code == 404  # not one of theirs


def test_a_proposal_is_changed_until_somebody_signs(client, town):
    pair = proposed(town)
    client.force_login(town.contact)
    page = client.get(url("pair_edit", pair.uuid))
    assert "铣削加工" in body(page)
    changed = content(town, allowance=500)
    assert client.post(url("pair_edit", pair.uuid), changed).status_code == 302
    assert again(pair).allowance == 500
    sign(town, again(pair), "apprentice")
    assert client.post(url("pair_edit", pair.uuid), changed).status_code == 422


# --- signing ---------------------------------------------------------------------------------------------------------


def test_firm_and_union_sign_in_their_turn(client, town):
    pair = sign(town, proposed(town), "apprentice", "mentor")
    for user, side in ((town.contact, "employer"), (town.reviewer, "union")):
        client.force_login(user)
        page = client.get(url("pair_sign", pair.uuid))
        assert page.context["mine"]
        client.post(url("pair_sign", pair.uuid), {"side": side, "seen": page.context["seen"]})
    assert again(pair).state == S.RUNNING


def test_who_would_sign_too_early_reads_and_is_told_whose_turn_it_is(client, town):
    pair = proposed(town)
    for user, side in ((town.contact, "employer"), (town.reviewer, "union")):
        client.force_login(user)
        page = client.get(url("pair_sign", pair.uuid))
        assert "Next signature: Apprentice" in body(page)
        assert "I have read it and sign" not in body(page)
        sent = {"side": side, "seen": page.context["seen"]}
        answer = client.post(url("pair_sign", pair.uuid), sent, follow=True)
        assert "It is not your turn: “Apprentice” signs first." in body(answer)
    assert not pair.signatures.exists()


def test_out_of_turn_only_the_office_may_enter_paper(client, town):
    pair = proposed(town)
    for user in (town.contact, town.reviewer, make_user("supervisor")):
        client.force_login(user)
        answer = client.post(url("pair_sign", pair.uuid), {"side": "apprentice", "seen": "x", "paper": "yes"})
        assert answer.status_code == 403
    assert client.get(url("pair_sign", pair.uuid)).status_code == 403
    client.force_login(town.organiser)
    seen = client.get(url("pair_sign", pair.uuid)).context["seen"]
    client.post(url("pair_sign", pair.uuid), {"side": "apprentice", "seen": seen, "paper": "yes"})
    assert pair.signatures.get().on_paper
    assert client.post(url("pair_sign", pair.uuid), {"side": "boss", "seen": seen}).status_code == 403


def test_a_changed_content_is_not_signed(client, town):
    pair = sign(town, proposed(town), "apprentice", "mentor")
    client.force_login(town.contact)
    answer = client.post(url("pair_sign", pair.uuid), {"side": "employer", "seen": "0" * 64}, follow=True)
    assert "has changed since you looked" in body(answer)
    assert pair.signatures.count() == 2


def test_the_agreement_is_printed_with_its_hash_and_four_boxes(client, town):
    pair = sign(town, proposed(town), "apprentice", "mentor")
    client.force_login(town.contact)
    page = body(client.get(url("pair_agreement", pair.uuid)))
    for words in (
        "Agreement of master and apprentice",
        pair.number,
        pair_agreements.content_hash(pair),
        town.mentor.name,
        town.apprentice.name,
        town.firm.name,
        "铣削加工",
        "Joint results",
        "<svg",
    ):
        assert words in page
    assert "id_number" not in page

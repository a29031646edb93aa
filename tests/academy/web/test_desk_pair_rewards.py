"""Rewards and rules of pairs at the desk."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from academy.domain import pair_rewards
from academy.models import Pair, PairReward, PairScheme
from craft_site.people.domain import growth
from tests.academy.pairs import Town, certify, make_person, make_town, proposed, running, sign
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Town:
    return make_town(apprentices={"least": 1, "most": 50})


@pytest.fixture
def pair(town) -> Pair:
    return running(town, since=date(2025, 3, 3))


def url(name: str, *args) -> str:
    return reverse(f"desk:{name}", args=args)


def contest(pair: Pair, name: str = "mould"):
    return growth.record(
        worker=pair.apprentice,
        kind="contest",
        on=date(2026, 4, 8),
        title=f"技能大赛 {name}",
        detail="第2名",
        source=f"competitions:event:{name}",
    )


def make_reward(town: Town, pair: Pair) -> PairReward:
    return pair_rewards.propose_contest(
        pair=pair, line=contest(pair, str(pair.pk)), contest="national", rank=2, by=town.organiser
    )


@pytest.mark.parametrize("size", [1, 30])
def test_the_list_costs_the_same_queries_at_any_size(client, town, size, django_assert_max_num_queries):
    for _n in range(size):
        one = make_person(town.firm, town.trade, grade=3)
        make_reward(town, running(town, since=date(2025, 3, 3), apprentice=one))
    client.force_login(town.finance)
    with django_assert_max_num_queries(8):
        page = client.get(url("rewards"))
    assert page.context["figures"][0]["value"] == f"{8000 * size:,}"
    with django_assert_max_num_queries(6):
        book = client.get(url("rewards_export"))
    assert load_workbook(BytesIO(book.content)).active.max_row == size + 1


def test_the_union_proposes_the_office_approves_finance_pays(client, town, pair):
    certify(town.apprentice, town.trade, 6, on=date(2026, 5, 1))
    client.force_login(town.reviewer)
    assert "5,000" in client.get(url("pair_rewards", pair.uuid)).content.decode()
    assert client.post(url("pair_rewards", pair.uuid)).status_code == 302
    reward = PairReward.objects.get()
    assert client.get(url("reward", reward.uuid)).status_code == 403
    client.force_login(town.organiser)
    assert client.get(url("reward", reward.uuid)).context["may_decide"]
    client.post(url("reward_decide", reward.uuid))
    client.force_login(town.finance)
    page = client.get(url("reward", reward.uuid))
    assert page.context["pay_form"]["on"].value() == timezone.localdate()
    today = timezone.localdate()
    for values, field in (
        ({}, "on"),
        ({"on": today}, "sure"),
        ({"on": today + timedelta(days=1), "sure": "on"}, "on"),
        ({"on": date(2026, 4, 30), "sure": "on"}, "on"),
    ):
        page = client.post(url("reward_pay", reward.uuid), values)
        assert page.status_code == 422
        assert field in page.context["pay_form"].errors
    client.post(url("reward_pay", reward.uuid), {"on": today, "sure": "on"})
    reward.refresh_from_db()
    assert (reward.state, reward.paid_on) == ("marked", today)
    page = client.get(url("reward", reward.uuid))
    assert page.context["confirm_form"] is None
    assert "a colleague does" in page.content.decode()
    assert client.post(url("reward_confirm", reward.uuid), {"sure": "on"}).status_code == 403
    client.force_login(town.organiser)
    assert client.post(url("reward_confirm", reward.uuid)).status_code == 422
    assert client.post(url("reward_confirm", reward.uuid), {"sure": "on"}).status_code == 302
    reward.refresh_from_db()
    assert (reward.state, reward.confirmed_by) == ("paid", town.organiser)
    page = client.get(url("reward", reward.uuid)).content.decode()
    assert ("Marked as paid by" in page, "Payment confirmed by" in page) == (True, True)


def test_a_mark_is_taken_back_with_a_reason(client, town, pair):
    reward = pair_rewards.approve(reward=make_reward(town, pair), by=town.second)
    pair_rewards.mark_paid(reward=reward, on=timezone.localdate(), by=town.finance)
    client.force_login(town.finance)
    address = url("reward_take_back", reward.uuid)
    assert client.post(address, {"reason": ""}).status_code == 422
    assert client.post(address, {"reason": "Wrong account"}).status_code == 302
    reward.refresh_from_db()
    assert (reward.state, reward.paid_on, reward.reason) == ("approved", None, "Wrong account")
    assert client.post(address, {"reason": "Wrong account"}).status_code == 422


def test_whoever_proposed_sees_why_they_cannot_decide(client, town, pair):
    reward = make_reward(town, pair)
    client.force_login(town.organiser)
    page = client.get(url("reward", reward.uuid))
    assert not page.context["may_decide"]
    assert "proposed a reward" in page.content.decode()
    assert client.post(url("reward_decide", reward.uuid)).status_code == 403
    client.force_login(town.second)
    page = client.post(url("reward_decide", reward.uuid), {"refuse": "yes", "reason": ""})
    assert page.status_code == 422
    assert "reason" in page.context["form"].errors
    assert (
        client.post(url("reward_decide", reward.uuid), {"refuse": "yes", "reason": "No prize"}).status_code
        == 302
    )


def test_a_contest_is_proposed_with_its_tier_and_place(client, town, pair):
    line = contest(pair)
    client.force_login(town.organiser)
    address = url("pair_rewards", pair.uuid)
    for values, field in (
        ({"line": "nothing", "contest": "national"}, "line"),
        ({"line": line.source, "contest": "city"}, "contest"),
        ({"line": line.source, "contest": "national", "rank": "0"}, "rank"),
    ):
        page = client.post(address, values)
        assert page.status_code == 422
        assert field in page.context["form"].errors
    page = client.post(address, {"line": line.source, "contest": "province", "rank": "9"})
    assert page.status_code == 422
    values = {"line": line.source, "contest": "province", "rank": "2", "prize": "on"}
    assert client.post(address, values).status_code == 302
    assert PairReward.objects.get().yuan == 5000


def test_finance_sees_rewards_and_no_pair(client, town, pair):
    reward = make_reward(town, pair)
    client.force_login(town.finance)
    page = client.get(url("reward", reward.uuid))
    assert page.status_code == 200
    assert url("pair", pair.uuid) not in page.content.decode()
    assert client.get(url("pair", pair.uuid)).status_code == 403


# --- rules -----------------------------------------------------------------------------------------------------------


def form_values(client, address: str, **changes) -> dict:
    form = client.get(address).context["form"]
    values = {name: form[name].value() for name in form.fields}
    return {name: "" if value is None else value for name, value in values.items()} | changes


def test_rules_are_made_after_a_template(client, town):
    client.force_login(town.organiser)
    assert client.get(url("pair_schemes")).status_code == 200
    address = url("pair_scheme_new", "qujiang")
    assert client.get(url("pair_scheme_new", "nowhere")).status_code == 404
    values = form_values(client, address, code="ours", most=3)
    assert client.post(address, values | {"code": town.scheme.code}).status_code == 422
    assert client.post(address, values | {"more": "rewards: [1"}).status_code == 422
    assert client.post(address, values | {"more": "rewards: [{key: a}]"}).status_code == 422
    assert client.post(address, values | {"code": "no spaces please"}).status_code == 422
    assert client.post(address, values | {"least": 9}).status_code == 422
    assert client.post(address, values).status_code == 302
    made = PairScheme.objects.get(code="ours")
    assert made.data["apprentices"] == {"least": 1, "most": 3}
    assert len(made.data["rewards"]["rules"]) == 2
    assert made.data["duties"]["mentor"]["zh"]


def test_rules_stand_once_signed_but_their_name_may_change(client, town):
    address = url("pair_scheme", town.scheme.code)
    client.force_login(town.organiser)
    values = form_values(client, address, pass_mark=70)
    assert client.post(address, values).status_code == 302
    town.scheme.refresh_from_db()
    assert town.scheme.data["pass_mark"] == 70
    sign(town, proposed(town), "apprentice")
    values = form_values(client, address, pass_mark=60, name="Another name")
    assert client.post(address, values).status_code == 302
    town.scheme.refresh_from_db()
    assert (town.scheme.data["pass_mark"], town.scheme.name) == (70, "Another name")


def test_only_organisers_keep_rules(client, town):
    for role in ("reviewer", "supervisor", "employer", "finance"):
        client.force_login(make_user(role))
        assert client.get(url("pair_schemes")).status_code == 403

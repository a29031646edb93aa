"""Pairs at the desk: the list with its filters and workbook, and the page of one pair; who may and who may not."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from academy.domain import pairs
from academy.models import Pair
from tests.academy.pairs import (
    Town,
    completed,
    half_way,
    make_person,
    make_town,
    proposed,
    running,
    sign,
)
from tests.factories import make_employer, make_user

pytestmark = pytest.mark.django_db
S = Pair.State


@pytest.fixture
def town() -> Town:
    return make_town(apprentices={"least": 1, "most": 50})


def url(name: str, *args) -> str:
    return reverse(f"desk:{name}", args=args)


def body(response) -> str:
    return response.content.decode()


# --- the list --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [1, 30])
def test_the_list_costs_the_same_queries_at_any_size(client, town, size, django_assert_max_num_queries):
    for _n in range(size):
        one = make_person(town.firm, town.trade, grade=3)
        running(town, since=timezone.localdate() - timedelta(days=100), apprentice=one)
    client.force_login(town.organiser)
    with django_assert_max_num_queries(10):
        page = client.get(url("pairs"))
    assert body(page).count("logs overdue") + body(page).count("log overdue") >= size


@pytest.mark.parametrize("size", [1, 30])
def test_the_workbook_costs_the_same_queries_at_any_size(client, town, size, django_assert_max_num_queries):
    for _n in range(size):
        running(town, apprentice=make_person(town.firm, town.trade, grade=3))
    client.force_login(town.organiser)
    with django_assert_max_num_queries(11):
        answer = client.get(url("pairs_export"))
    sheet = load_workbook(BytesIO(answer.content)).active
    assert sheet.max_row == size + 1


def test_each_sees_only_the_pairs_that_are_theirs(client, town):
    pair, other = running(town), running(make_town())
    for user, sees_other in (
        (town.organiser, True),
        (make_user("supervisor"), True),
        (town.reviewer, False),
        (town.contact, False),
    ):
        client.force_login(user)
        page = body(client.get(url("pairs")))
        assert pair.number in page
        assert (other.number in page) == sees_other
        assert client.get(url("pair", other.uuid)).status_code == (200 if sees_other else 404)
    client.force_login(make_user("employer", employer=make_employer()))
    assert client.get(url("pair", pair.uuid)).status_code == 404


def test_the_filters_find_by_name_need_state_and_firm(client, town):
    late = running(town, since=timezone.localdate() - timedelta(days=100))
    fresh = proposed(town, apprentice=make_person(town.firm, town.trade, name="Zhang San"))
    client.force_login(town.organiser)

    def shown(**query) -> set[str]:
        page = client.get(url("pairs"), query)
        return {row.record.number for row in page.context["table"].paginated_rows}

    assert shown(q="Zhang") == {fresh.number}
    assert shown(q=late.number) == {late.number}
    assert shown(need="overdue") == {late.number}
    assert shown(need="to_sign") == set()
    assert shown(state="proposed") == {fresh.number}
    assert shown(employer=town.firm.name) == {late.number, fresh.number}
    assert shown(employer="Nobody") == set()
    assert shown(trade="999999") == {late.number, fresh.number}
    assert client.get(url("pairs_export"), {"trade": "999999"}).status_code == 302


def test_what_waits_stands_on_top_with_its_filter(client, town):
    pair = sign(town, proposed(town), "apprentice", "mentor")
    client.force_login(town.contact)
    page = client.get(url("pairs"))
    assert [(one["count"], one["url"]) for one in page.context["shortcuts"]] == [
        (1, f"{url('pairs')}?need=to_sign")
    ]
    sign(town, pair, "employer", "union")
    assert client.get(url("pairs")).context["shortcuts"] == []


# --- one pair --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("make", [proposed, running, half_way, completed])
def test_a_pair_in_any_state_can_be_looked_at_by_everybody_who_sees_it(client, town, make):
    pair = make(town)
    for user in (town.organiser, town.reviewer, town.contact, make_user("supervisor")):
        client.force_login(user)
        page = client.get(url("pair", pair.uuid))
        assert page.status_code == 200
        assert town.apprentice.name in body(page)


def test_a_declined_proposal_can_be_made_again_with_its_content(client, town):
    pair = pairs.decline(pair=proposed(town, allowance=450), reason="Not now", by=town.organiser)
    client.force_login(make_user("supervisor"))
    assert labels(client, pair) == []
    client.force_login(town.organiser)
    [action] = client.get(url("pair", pair.uuid)).context["actions"]
    initial = client.get(action["url"]).context["form"].initial
    assert (initial["allowance"], len(initial["skills"])) == (450, 2)
    address = url("pair_new_content", town.apprentice.uuid, town.mentor.uuid)
    for garbage in ("x", "00000000-0000-0000-0000-000000000000"):
        assert client.get(address, {"like": garbage}).status_code == 200


def test_an_ended_pair_offers_nothing_more(client, town):
    pair = pairs.end_early(pair=running(town), reason="Moved away", by=town.organiser)
    client.force_login(town.organiser)
    assert labels(client, pair) == []


def test_a_master_with_fewer_apprentices_than_the_rules_ask_for_is_shown_to_the_office(client):
    town = make_town()
    pair = running(town)
    client.force_login(town.organiser)
    page = client.get(url("pairs"), {"need": "few"})
    assert [row.record for row in page.context["table"].paginated_rows] == [pair]
    running(town, apprentice=make_person(town.firm, town.trade, grade=3))
    page = client.get(url("pairs"), {"need": "few"})
    assert not list(page.context["table"].paginated_rows)
    client.force_login(town.reviewer)
    assert not list(client.get(url("pairs"), {"need": "few"}).context["table"].paginated_rows)


def labels(client, pair) -> list[str]:
    return [action["label"] for action in client.get(url("pair", pair.uuid)).context["actions"]]


def test_each_is_offered_what_they_may_do(client, town):
    pair = running(town)
    client.force_login(town.reviewer)
    assert labels(client, pair) == [
        "Mid-term evaluation",
        "Rewards of the master",
        "Another master",
        "End early",
    ]
    client.force_login(town.contact)
    assert labels(client, pair) == []
    client.force_login(make_user("supervisor"))
    assert labels(client, pair) == []

"""The overview at the desk: by role, with working links, for any year asked; and the plan's targets."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from academy.models import TrainingTarget
from academy.web.desk import overview_plots
from craft_site.people import roles
from tests.academy.domain.test_figures import finished
from tests.academy.pairs import make_town, running
from tests.academy.subsidies import filed, make_office
from tests.factories import make_employer, make_user

pytestmark = pytest.mark.django_db
HERE = "desk:academy"


def page(client, user, query: str = ""):
    client.force_login(user)
    return client.get(reverse(HERE) + query)


def test_the_office_sees_training_pairs_and_money(client):
    town, office = make_town(), make_office()
    running(town)
    filed(office)
    finished("retraining", timezone.localdate(), people=3)
    shown = page(client, town.organiser)
    text = shown.content.decode()
    assert shown.context["trained_total"] == 3
    assert shown.context["pairs"]["total"] == 1
    assert [row["programme"] for row in shown.context["money"]] == [office.programme]
    assert f'href="{reverse("desk:subsidy", args=(office.programme.code,))}"' in text
    assert text.count("<h1") == 1


def test_a_firms_contact_sees_the_own_firm_and_no_money(client):
    firm = make_employer()
    finished("drill", timezone.localdate(), people=2, employer=firm)
    finished("drill", timezone.localdate(), people=5, employer=make_employer())
    make_office()
    shown = page(client, make_user(roles.EMPLOYER, employer=firm))
    assert shown.context["trained_total"] == 2
    assert "money" not in shown.context
    assert "plan" not in shown.context


def test_finance_sees_money_and_neither_people_nor_pairs(client):
    office = make_office()
    running(make_town())
    finished("drill", timezone.localdate())
    shown = page(client, office.finance)
    assert [row["programme"] for row in shown.context["money"]] == [office.programme]
    assert "chart" not in shown.context
    assert "pairs" not in shown.context


def test_every_matter_leads_to_a_page_that_opens_for_this_person(client):
    office = make_office()
    filed(office)
    shown = page(client, office.unit)
    [matter] = shown.context["matters"]
    assert matter["url"] == reverse("desk:claims") + "?waits=me"
    assert client.get(matter["url"]).status_code == 200


@pytest.mark.parametrize(
    ("query", "year"),
    [
        ("?year=2024", 2024),
        ("?year=1999", None),
        ("?year=abc", None),
        ("?year=9999999999", None),
        ("?year=²", None),
    ],
)
def test_another_year_is_shown_and_nonsense_is_this_one(client, query, year):
    finished("upgrading", date(2024, 5, 1), people=4)
    shown = page(client, make_user(roles.ORGANISER), query)
    assert shown.context["year"] == (year or timezone.localdate().year)
    assert shown.context["trained_total"] == (4 if year else 0)


@pytest.mark.parametrize("many", [1, 30])
def test_the_overview_costs_the_same_queries_at_any_size(client, many, django_assert_max_num_queries):
    organiser = make_user(roles.ORGANISER)
    for n in range(many):
        finished("retraining", date(2025, 1 + n % 12, 1), people=2)
    office = make_office()
    for _n in range(min(many, 6)):
        filed(office)
    page(client, organiser)
    with django_assert_max_num_queries(18):
        assert client.get(reverse(HERE) + "?year=2025").status_code == 200


def test_finance_lands_in_the_academy_and_a_reviewer_reads_at_the_desk_what_waits_there(client):
    office = make_office()
    filed(office)
    client.force_login(office.finance)
    assert client.get(reverse("front_door")).headers["Location"] == reverse(HERE)
    client.force_login(office.unit)
    assert client.get(reverse("front_door")).headers["Location"] == reverse("desk:home")
    assert reverse("desk:claims") + "?waits=me" in client.get(reverse("desk:home")).content.decode()


def test_columns_stack_to_their_total_under_a_round_top():
    drawn = overview_plots.columns({"drill": [30, 0], "upgrading": [20, 5]}, [("1", "1月"), ("2", "2月")])
    first, second = drawn["columns"]
    assert (drawn["top"], drawn["half"], first["total"], second["total"]) == (50, 25, 50, 5)
    assert [(part["y"], part["height"]) for part in first["parts"]] == [
        ("40.00%", "60.00%"),
        ("0.00%", "40.00%"),
    ]
    assert [part["kind"] for part in second["parts"]] == ["upgrading"]
    assert [overview_plots._round_up(n) for n in (0, 10, 11, 21, 51, 101, 201, 999)] == [
        10, 10, 20, 50, 100, 200, 500, 1000
    ]  # fmt: skip


def test_a_target_is_set_corrected_and_taken_out(client):
    client.force_login(make_user(roles.ORGANISER))
    plan = reverse("desk:training_plan")
    given = {"year": "2026", "kind": "retraining", "sessions": "20", "people": "800"}
    assert client.post(plan, given).status_code == 302
    assert client.post(plan, given | {"people": "900"}).status_code == 302
    target = TrainingTarget.objects.get()
    assert (target.sessions, target.people) == (20, 900)
    assert "900" in client.get(plan).content.decode()
    drop = reverse("desk:training_target_drop", args=(target.pk,))
    assert client.get(drop).status_code == 405
    assert client.post(drop).status_code == 302
    assert client.post(drop).status_code == 404
    assert not TrainingTarget.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"sessions": "0", "people": "0"},
        {"sessions": "-1"},
        {"year": "2999"},
        {"year": ""},
        {"kind": "x"},
        {"people": "9" * 12},
    ],
)
def test_a_target_that_cannot_be_is_refused_in_words(client, wrong):
    client.force_login(make_user(roles.ORGANISER))
    given = {"year": "2026", "kind": "retraining", "sessions": "20", "people": "800"} | wrong
    answer = client.post(reverse("desk:training_plan"), given)
    assert answer.status_code == 422
    assert answer.context["form"].errors
    assert not TrainingTarget.objects.exists()

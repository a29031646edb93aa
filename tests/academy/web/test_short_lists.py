"""Lists that an office keeps short cost the same queries at any length all the same."""

import pytest
from django.urls import reverse
from django.utils import timezone

from academy.domain import targets
from academy.models import BankTemplate, PairScheme
from tests.academy.pairs import make_town
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def rules_of_pairs(size: int) -> None:
    kept = make_town().scheme
    PairScheme.objects.bulk_create(
        PairScheme(code=f"more-{n}", name=f"More {n}", data=kept.data) for n in range(size - 1)
    )


def formats(size: int) -> None:
    columns = [{"key": "card", "header": "账号"}]
    BankTemplate.objects.bulk_create(BankTemplate(name=f"Bank {n}", columns=columns) for n in range(size))


def plan(size: int) -> None:
    by, year = make_user("organiser"), timezone.localdate().year
    for n in range(size):
        targets.set_target(
            year=year - n % 20, kind=("drill", "retraining")[n // 20], sessions=20, people=800, by=by
        )


@pytest.mark.parametrize("size", [1, 30])
@pytest.mark.parametrize(
    ("who", "name", "make"),
    [
        ("organiser", "pair_schemes", rules_of_pairs),
        ("finance", "payment_templates", formats),
        ("organiser", "training_plan", plan),
    ],
)
def test_a_short_list_costs_the_same_queries_at_any_size(
    client, who, name, make, size, django_assert_max_num_queries
):
    make(size)
    client.force_login(make_user(who))
    with django_assert_max_num_queries(5):
        assert client.get(reverse(f"desk:{name}")).status_code == 200

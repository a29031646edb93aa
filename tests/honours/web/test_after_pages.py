"""Revocations, benefits and visits on their pages."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from honours.domain import benefits, revocations
from honours.models import Benefit, HomeVisit, Honour, Revocation
from tests.factories import make_union, make_user, make_worker
from tests.honours.domain.test_after import ask, grant, pay
from tests.honours.makers import make_honour
from tests.honours.web.asking import page

pytestmark = pytest.mark.django_db


@pytest.fixture
def second(db):
    return make_user("organiser")


@pytest.fixture
def finance(db):
    return make_user("finance")


@pytest.mark.parametrize("size", [1, 30])
def test_lists_cost_the_same_queries_at_any_size(
    client, organiser, second, finance, size, django_assert_max_num_queries
):
    holder = make_honour(worker=make_worker(user=make_user("worker"))).holder
    for n in range(size):
        honour = make_honour(f"Holder of {n}")
        pay(honour.holder, finance)
        pay(holder, finance, kind="hardship")
        for one in (honour.holder, holder):
            benefits.visit(
                holder=one,
                occasion="may",
                on=timezone.localdate() - timedelta(days=n),
                visitors="The chair",
                needs="A roof",
                by=organiser,
            )
        grant(ask(make_honour(f"Former {n}"), organiser), second)
    client.force_login(organiser)
    names = (
        "revocations",
        "revocations_export",
        "benefits",
        "benefits_export",
        "home_visits",
        "home_visits_export",
    )
    for address in [*(reverse(f"desk:{name}") for name in names), reverse("desk:care", args=(holder.uuid,))]:
        with django_assert_max_num_queries(10):
            assert client.get(address).status_code == 200
    with django_assert_max_num_queries(10):
        page(client, holder.get_absolute_url())


def test_one_asks_and_another_decides_on_the_page_and_the_public_sees_it_no_more(client, organiser, second):
    honour = make_honour("Alder")
    client.force_login(organiser)
    address = reverse("desk:revocation_ask", args=(honour.uuid,))
    assert address in page(client, honour.holder.get_absolute_url())
    for change in ({"ground": "x"}, {"reason": ""}):
        values = {"ground": "fraud", "reason": "Not the own work"} | change
        assert client.post(address, values).status_code == 422, change
    client.post(address, {"ground": "fraud", "reason": "Not the own work"})
    found = Revocation.objects.get()
    day = timezone.localdate().isoformat()
    values = {"grant": "yes", "effective_on": day, "answer": "It is proven"}
    assert "a colleague does" in page(client, found.get_absolute_url())
    assert client.post(found.get_absolute_url(), values).status_code == 403
    client.force_login(second)
    for change in ({"grant": "perhaps"}, {"effective_on": ""}, {"answer": ""}, {"effective_on": "x"}):
        assert client.post(found.get_absolute_url(), values | change).status_code == 422, change
    client.post(found.get_absolute_url(), values)
    assert Honour.objects.get().state == "revoked"
    assert client.post(found.get_absolute_url(), values).status_code == 302
    assert "Not the own work" in page(client, found.get_absolute_url())
    client.logout()
    assert client.get(honour.holder.public_url).status_code == 404
    assert "Alder" not in page(client, reverse("honours:roll"))


def test_the_reason_is_the_offices_and_a_town_asks_for_nothing(client, organiser):
    found = ask(make_honour("Alder"), organiser)
    for role in ("worker", "employer", "finance", "judge"):
        client.force_login(make_user(role))
        assert client.get(found.get_absolute_url()).status_code == 403
    client.force_login(make_user("reviewer", union=make_union(level="town", parent=make_union())))
    page(client, found.get_absolute_url())
    assert client.get(reverse("desk:revocation_ask", args=(found.honour.uuid,))).status_code == 403
    assert client.post(found.get_absolute_url(), {"grant": "no", "answer": "No, no"}).status_code == 403
    assert revocations.R(Revocation.objects.get().state) == "asked"


def test_finance_enters_a_payment_and_a_colleague_strikes_it_out(client, organiser, finance):
    holder = make_honour("Alder").holder
    client.force_login(finance)
    new, care = (reverse(f"desk:{name}", args=(holder.uuid,)) for name in ("benefit_new", "care"))
    assert care in page(client, reverse("desk:benefits"))
    day = timezone.localdate()
    values = {"kind": "festival", "year": day.year, "amount": "500.00", "paid_on": day.isoformat()}
    for change in (
        {"amount": "much"},
        {"amount": "-1"},
        {"kind": "yacht"},
        {"paid_on": "x"},
        {"month": "13"},
    ):
        assert client.post(new, values | change).status_code == 422, change
    client.post(new, values)
    paid = Benefit.objects.get()
    assert client.post(new, values).status_code == 422  # once a year
    shown = page(client, care)
    assert (">500<" in shown, "Cancel the payment" in shown, "Write down a visit" in shown) == (
        True,
        False,
        False,
    )
    strike = reverse("desk:benefit_cancel", args=(paid.uuid,))
    assert client.post(strike).status_code == 403
    client.force_login(organiser)
    assert "Cancel the payment" in page(client, care)
    client.post(strike)
    assert Benefit.objects.get().cancelled_by == organiser
    sheet = load_workbook(BytesIO(client.get(reverse("desk:benefits_export")).content)).worksheets[0]
    assert [row[0] for row in sheet.iter_rows(values_only=True)] == ["Holder", "Alder"]


def test_what_was_told_on_a_visit_is_not_finances_to_read(client, organiser, finance):
    holder = make_honour("Alder").holder
    client.force_login(organiser)
    assert "Not visited in" in page(client, reverse("desk:home_visits"))
    new, care = (reverse(f"desk:{name}", args=(holder.uuid,)) for name in ("home_visit_new", "care"))
    day = timezone.localdate()
    values = {"occasion": "spring", "on": day.isoformat(), "visitors": "The chair", "needs": "A new roof"}
    for change in ({"on": "x"}, {"visitors": ""}, {"occasion": "whim"}):
        assert client.post(new, values | change).status_code == 422, change
    client.post(new, values)
    assert HomeVisit.objects.count() == 1
    assert client.post(new, values).status_code == 422
    assert "Not visited in" not in page(client, reverse("desk:home_visits"))
    assert "A new roof" in page(client, care)
    assert b"A new roof" not in client.get(reverse("desk:home_visits_export")).content
    client.force_login(finance)
    assert "A new roof" not in page(client, care)
    assert client.get(reverse("desk:home_visits")).status_code == 403
    assert client.get(holder.get_absolute_url()).status_code == 403


def test_nothing_is_entered_for_whom_no_honour_stands(client, organiser, second):
    honour = make_honour("Alder")
    grant(ask(honour, organiser), second)
    client.force_login(organiser)
    shown = page(client, reverse("desk:care", args=(honour.holder.uuid,)))
    assert ("benefits have stopped" in shown, "Enter a benefit" in shown) == (True, False)
    day = timezone.localdate()
    values = {"kind": "festival", "year": day.year, "amount": "500", "paid_on": day.isoformat()}
    new = reverse("desk:benefit_new", args=(honour.holder.uuid,))
    assert client.post(new, values).status_code == 422
    assert not Benefit.objects.exists()

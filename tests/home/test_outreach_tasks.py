"""What visits to firms ask of somebody stands on the first page of /me/ and in the daily mail."""

import pytest

from craft_site.home.digest import due_of
from honours.web.me import tasks
from tests.factories import make_user, make_worker
from tests.honours.outreach import agreed, closed, make_help, matched, requested, visited

pytestmark = pytest.mark.django_db


def addresses(user):
    return {row["url"] for row in due_of(user)}


def test_an_invitation_is_told_until_it_is_answered():
    firm = make_help()
    visit = matched(firm)
    assert visit.my_url() in addresses(firm.craftsman.user)
    assert visit.my_url() not in addresses(firm.second.user)
    other = agreed(firm)
    assert other.my_url() not in addresses(firm.craftsman.user)


def test_a_firm_is_told_what_to_answer_and_what_to_rate():
    firm = make_help()
    visit, came = matched(firm), visited(firm)
    requested(firm)
    closed(firm)
    assert addresses(firm.contact) == {visit.my_url(), f"{came.my_url()}rate/"}
    assert addresses(make_help().contact) == set()


@pytest.mark.parametrize("size", [1, 8])
def test_asking_costs_two_queries_at_any_size(size, django_assert_max_num_queries):
    firm = make_help()
    for _n in range(size):
        matched(firm)
        visited(firm)
    worker, contact = firm.craftsman, firm.contact
    assert contact.has_role("employer")
    with django_assert_max_num_queries(2):
        rows = tasks.owed(worker, contact)
    assert len(rows) == 3 * size
    assert tasks.owed(None) == tasks.owed(make_worker()) == tasks.owed(None, make_user("worker")) == []

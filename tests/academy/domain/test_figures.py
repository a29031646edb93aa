"""Figures of the overview: each counts what it says, for those whose business it is."""

from datetime import date

import pytest

from academy.domain import figures, programmes, targets
from academy.models import Enrolment, TrainingClass, TrainingTarget
from craft_site.ledger.models import Line
from tests.academy.pairs import half_way, make_town, proposed, running
from tests.academy.subsidies import filed, make_office
from tests.academy.training import make_class, seat
from tests.factories import make_employer, make_user, make_worker

pytestmark = pytest.mark.django_db
K = TrainingClass.Kind


def finished(kind: str, on: date, *, people: int = 1, employer=None, failed: int = 0) -> TrainingClass:
    made = make_class(state="finished", sessions=0, kind=kind)
    TrainingClass.objects.filter(pk=made.pk).update(finished_on=on)
    for n in range(people + failed):
        worker = make_worker(employer=employer)
        seat(made, worker=worker, state="completed" if n < people else "failed")
    return made


def test_people_are_counted_in_the_month_in_which_their_class_was_finished():
    finished(K.RETRAINING, date(2025, 3, 2), people=2)
    finished(K.RETRAINING, date(2025, 3, 30), people=1, failed=4)
    finished(K.DRILL, date(2025, 12, 31), people=3)
    finished(K.DRILL, date(2024, 12, 31), people=5)
    seat(make_class(state="running"))
    found = figures.trained(make_user("organiser"), 2025)
    assert found == {
        "drill": [0] * 11 + [3],
        "retraining": [0, 0, 3] + [0] * 9,
    }


def test_a_firms_contact_counts_the_own_people_and_finance_nobody():
    firm = make_employer()
    finished(K.UPGRADING, date(2025, 5, 1), people=2, employer=firm)
    finished(K.UPGRADING, date(2025, 5, 1), people=7, employer=make_employer())
    contact = make_user("employer", employer=firm)
    assert sum(figures.trained(contact, 2025)["upgrading"]) == 2
    assert figures.trained(make_user("employer"), 2025) == {}
    assert figures.trained(make_user("finance"), 2025) == {}


def test_the_plan_measures_finished_classes_and_people_who_completed():
    organiser = make_user("organiser")
    targets.set_target(year=2025, kind=K.RETRAINING, sessions=20, people=800, by=organiser)
    targets.set_target(year=2024, kind=K.RETRAINING, sessions=1, people=1, by=organiser)
    finished(K.RETRAINING, date(2025, 1, 5), people=2, failed=1)
    finished(K.RETRAINING, date(2025, 6, 5), people=3)
    finished(K.DRILL, date(2025, 6, 5), people=3)
    [line] = figures.against_plan(2025, figures.trained(organiser, 2025))
    assert (line.target.sessions, line.sessions) == (20, 2)
    assert (line.target.people, line.people) == (800, 5)


def test_a_target_set_again_is_corrected_and_one_taken_out_leaves_its_line():
    organiser = make_user("organiser")
    first = targets.set_target(year=2025, kind=K.DRILL, sessions=3, people=0, by=organiser)
    targets.set_target(year=2025, kind=K.DRILL, sessions=3, people=0, by=organiser)
    targets.set_target(year=2025, kind=K.DRILL, sessions=4, people=9, by=organiser)
    found = TrainingTarget.objects.get()
    assert (found.pk, found.sessions, found.people) == (first.pk, 4, 9)
    targets.drop_target(target=found, by=organiser)
    assert not TrainingTarget.objects.exists()
    kinds = list(
        Line.objects.filter(chain__name="training:2025").order_by("seq").values_list("kind", flat=True)
    )
    assert kinds == ["training.target", "training.target", "training.target_dropped"]


def test_pairs_by_state_holds_what_the_person_may_see():
    town, other = make_town(), make_town()
    running(town)
    half_way(other)
    proposed(town, apprentice=make_worker(employer=town.firm))
    assert figures.pairs_by_state(town.organiser) == {"proposed": 1, "running": 1, "mid_ok": 1}
    assert figures.pairs_by_state(town.contact) == {"proposed": 1, "running": 1}
    assert figures.pairs_by_state(make_user("finance")) == {}


def test_money_shows_programmes_that_were_opened():
    office = make_office()
    filed(office)
    programmes.create(
        code="draft",
        data=office.programme.versions.get().data,
        opens_at=office.programme.opens_at,
        by=office.organiser,
    )
    [found] = figures.money()
    assert (found.pk, found.committed, found.paid, found.left) == (office.programme.pk, 1000, 0, 99_000)


@pytest.mark.parametrize("many", [1, 12])
def test_the_figures_cost_the_same_queries_at_any_size(many, django_assert_num_queries):
    organiser = make_user("organiser")
    targets.set_target(year=2025, kind=K.RETRAINING, sessions=20, people=800, by=organiser)
    for n in range(many):
        finished(K.values[n % 4], date(2025, 1 + n % 12, 1), people=2)
    assert organiser.role_names
    with django_assert_num_queries(5):
        found = figures.trained(organiser, 2025)
        figures.against_plan(2025, found)
        figures.pairs_by_state(organiser)
        figures.money()
    assert Enrolment.objects.count() == 2 * many

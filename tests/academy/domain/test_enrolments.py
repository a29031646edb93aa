"""Places, the waiting list that moves up by itself, and the last place that two people want."""

from datetime import timedelta

import pytest
from django.utils import timezone

from academy.domain import class_changes, classes, enrolments
from academy.domain.refusals import TrainingRefused
from academy.models import Enrolment, TrainingClass
from craft_site.ledger.chain import first_broken_line, lines_by_kind
from craft_site.ledger.models import Line
from tests.academy.training import make_class, make_programme, make_session, seat
from tests.competitions.marking_contest import together
from tests.factories import make_user, make_worker

S = Enrolment.State


def states(training_class):
    return list(training_class.enrolments.order_by("pk").values_list("state", flat=True))


def test_who_comes_after_the_last_place_waits_and_moves_up_by_itself(organiser):
    held = make_class(places=1)
    first, second, third = (
        enrolments.enrol(training_class=held, worker=make_worker(), by=organiser) for _ in range(3)
    )
    assert (first.state, second.state, third.state) == (S.ENROLLED, S.WAITING, S.WAITING)
    assert [enrolments.place_in_queue(one) for one in (first, second, third)] == [None, 1, 2]
    enrolments.withdraw(enrolment=first, by=organiser)
    assert states(held) == [S.WITHDRAWN, S.ENROLLED, S.WAITING]
    assert lines_by_kind(held.chain) == {"enrolment.made": 3, "enrolment.moved": 2}
    assert first_broken_line(held.chain) is None


def test_enrolling_twice_is_one_enrolment_and_coming_back_stands_at_the_end(organiser):
    held = make_class(places=1)
    worker, other = make_worker(), make_worker()
    once = enrolments.enrol(training_class=held, worker=worker, by=organiser)
    assert enrolments.enrol(training_class=held, worker=worker, by=organiser) == once
    enrolments.enrol(training_class=held, worker=other, by=organiser)
    enrolments.withdraw(enrolment=once, by=organiser)
    back = enrolments.enrol(training_class=held, worker=worker, by=organiser)
    assert (back.pk, back.state, enrolments.place_in_queue(back)) == (once.pk, S.WAITING, 1)


def test_who_waits_and_withdraws_frees_nothing(organiser):
    held = make_class(places=1)
    enrolments.enrol(training_class=held, worker=make_worker(), by=organiser)
    waiting = enrolments.enrol(training_class=held, worker=make_worker(), by=organiser)
    enrolments.enrol(training_class=held, worker=make_worker(), by=organiser)
    enrolments.withdraw(enrolment=waiting, by=organiser)
    assert states(held) == [S.ENROLLED, S.WITHDRAWN, S.WAITING]


@pytest.mark.parametrize("state", ["planned", "running", "finished", "cancelled"])
def test_only_an_open_class_takes_enrolments(state, organiser):
    with pytest.raises(TrainingRefused):
        enrolments.enrol(training_class=make_class(state=state), worker=make_worker(), by=organiser)


def test_after_the_closing_hour_nobody_enrols(organiser):
    held = make_class(enrolment_closes=timezone.now() - timedelta(minutes=1))
    with pytest.raises(TrainingRefused):
        enrolments.enrol(training_class=held, worker=make_worker(), by=organiser)
    assert not TrainingClass.objects.open_now().exists()


def test_more_places_let_the_waiting_list_in_and_fewer_than_the_seated_are_refused(organiser):
    held = make_class(places=1)
    for _ in range(3):
        enrolments.enrol(training_class=held, worker=make_worker(), by=organiser)
    held.places = 2
    class_changes.change_class(training_class=held, by=organiser)
    assert states(held) == [S.ENROLLED, S.ENROLLED, S.WAITING]
    held.places = 1
    with pytest.raises(TrainingRefused, match="2 people"):
        class_changes.change_class(training_class=held, by=organiser)
    assert TrainingClass.objects.get(pk=held.pk).places == 2


def test_a_class_moves_by_its_table_alone(organiser):
    held = make_class(state="planned", sessions=0)
    with pytest.raises(TrainingRefused, match="timetable is empty"):
        classes.move(training_class=held, to="open", by=organiser)
    make_session(held, starts_at=timezone.now() + timedelta(days=1))
    classes.move(training_class=held, to="open", by=organiser)
    classes.move(training_class=held, to="open", by=organiser)
    with pytest.raises(TrainingRefused, match="Nobody has enrolled"):
        classes.move(training_class=held, to="running", by=organiser)
    seat(held)
    with pytest.raises(TrainingRefused, match="People have enrolled"):
        classes.move(training_class=held, to="planned", reason="x", by=organiser)
    with pytest.raises(TrainingRefused, match="first session is on a later day"):
        classes.move(training_class=held, to="running", by=organiser)
    classes.move(training_class=held, to="running", by=organiser, early=True)
    for to in ("finished", "open", "planned"):
        with pytest.raises(TrainingRefused):
            classes.move(training_class=held, to=to, reason="x", by=organiser)
    with pytest.raises(TrainingRefused, match="reason"):
        classes.move(training_class=held, to="cancelled", by=organiser)
    classes.move(training_class=held, to="cancelled", reason="No press", by=organiser)
    assert lines_by_kind(held.chain) == {"class.moved": 3}


def test_the_rule_of_completion_stands_once_a_class_has_begun(organiser):
    programme = make_programme()
    make_class(programme=programme, state="running")
    programme.pass_mark = 50
    with pytest.raises(TrainingRefused):
        classes.save_programme(programme=programme, by=organiser)
    programme.refresh_from_db()
    programme.name = "A better name"
    assert classes.save_programme(programme=programme, by=organiser).name == "A better name"


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_people_who_want_the_last_place_get_one_place():
    held = make_class(places=2)
    people = [(make_worker(), make_user("worker")) for _ in range(6)]

    def want(n):
        enrolments.enrol(training_class=held, worker=people[n][0], by=people[n][1])

    together(want, 6)
    assert sorted(states(held)) == ["enrolled"] * 2 + ["waiting"] * 4


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_fifty_people_want_the_last_place_and_exactly_one_gets_it():
    held, by = make_class(places=1), make_user("organiser")
    people = [make_worker() for _ in range(50)]
    together(lambda n: enrolments.enrol(training_class=held, worker=people[n], by=by), 50)
    assert sorted(states(held)) == ["enrolled"] + ["waiting"] * 49
    places = [enrolments.place_in_queue(one) for one in held.enrolments.filter(state=S.WAITING)]
    assert sorted(places) == list(range(1, 50))
    assert first_broken_line(held.chain) is None


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_places_given_back_at_once_go_to_those_who_waited_longest():
    held, by = make_class(places=3), make_user("organiser")
    made = [enrolments.enrol(training_class=held, worker=make_worker(), by=by) for _ in range(8)]
    together(lambda n: enrolments.withdraw(enrolment=made[n], by=by), 3)
    assert states(held) == ["withdrawn"] * 3 + ["enrolled"] * 3 + ["waiting"] * 2
    assert first_broken_line(held.chain) is None


# --- beginning early, coming late --------------------------------------------------------------------------


def test_a_class_whose_first_session_is_today_or_over_begins_without_being_asked_twice(organiser):
    held = make_class(sessions=0)
    make_session(held)
    seat(held)
    assert classes.early_start(held) is None
    classes.move(training_class=held, to="running", by=organiser)
    assert held.state == "running"


def test_an_early_start_says_who_is_in_and_what_closes(organiser):
    held = make_class(places=2, enrolment_closes=timezone.now() + timedelta(days=3))
    for state in ("enrolled", "enrolled", "waiting", "withdrawn"):
        seat(held, state=state)
    start = classes.early_start(held)
    assert (start.days, start.enrolled, start.waiting, start.places) == (1, 2, 1, 2)
    assert start.closes == held.enrolment_closes


def test_the_office_lets_a_worker_into_a_class_that_runs_with_a_reason_and_its_line(organiser):
    held = make_class(state="running")
    worker = make_worker()
    with pytest.raises(TrainingRefused, match="reason"):
        enrolments.enrol_late(training_class=held, worker=worker, reason="  ", by=organiser)
    late = enrolments.enrol_late(training_class=held, worker=worker, reason="List came late", by=organiser)
    again = enrolments.enrol_late(training_class=held, worker=worker, reason="Another", by=organiser)
    assert (late.state, again.pk, again.late_reason) == (S.ENROLLED, late.pk, "List came late")
    line = Line.objects.get(chain__name=held.chain)
    assert line.kind == "enrolment.made"
    assert '"late":true' in line.body
    assert "List came late" not in line.body


@pytest.mark.parametrize("state", ["planned", "open", "finished", "cancelled"])
def test_only_a_class_that_runs_is_joined_late(state, organiser):
    held = make_class(state=state)
    with pytest.raises(TrainingRefused, match="that runs"):
        enrolments.enrol_late(training_class=held, worker=make_worker(), reason="late", by=organiser)
    assert not held.enrolments.exists()


def test_who_comes_late_takes_no_place_that_is_not_free_and_passes_nobody_who_waits(organiser):
    held = make_class(state="running", places=1)
    seat(held)
    waiting = seat(held, state="waiting")
    for worker, words in ((make_worker(), "All places"), (waiting.worker, "waiting list")):
        with pytest.raises(TrainingRefused, match=words):
            enrolments.enrol_late(training_class=held, worker=worker, reason="late", by=organiser)
    assert states(held) == [S.ENROLLED, S.WAITING]


def test_who_withdrew_comes_back_into_a_class_that_runs(organiser):
    held = make_class(state="running", places=2)
    gone = seat(held, state="withdrawn")
    back = enrolments.enrol_late(training_class=held, worker=gone.worker, reason="well again", by=organiser)
    assert (back.pk, back.state) == (gone.pk, S.ENROLLED)

"""Exam marks, the verdict in words, finishing a class, opinions and costs."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from academy.domain import accounts, attendance, completion, enrolments, exams
from academy.domain.refusals import TrainingRefused
from academy.models import ExamMark, Opinion
from craft_site.ledger.chain import first_broken_line, lines_by_kind
from craft_site.people.models import GrowthEntry
from tests.academy.training import make_class, make_programme, make_session, seat
from tests.factories import make_worker


@pytest.fixture
def held(db):
    """A class that runs, with five sessions that are over."""
    made = make_class(state="running", sessions=0)
    for day in range(2, 7):
        make_session(made, starts_at=timezone.now() - timedelta(days=day))
    return made


def attend(enrolment, count, by):
    for session in enrolment.training_class.sessions.order_by("pk")[:count]:
        attendance.make_up(enrolment=enrolment, session=session, turn=1, reason="paper list", by=by)


def mark(enrolment, theory, practice, by):
    marks = {(enrolment.pk, "theory"): Decimal(theory), (enrolment.pk, "practice"): Decimal(practice)}
    return exams.enter_marks(training_class=enrolment.training_class, marks=marks, by=by)


def test_finishing_judges_everybody_and_writes_the_growth_record_of_who_completed(held, organiser):
    good, absent, weak, waiting = seat(held), seat(held), seat(held), seat(held, state="waiting")
    for one, days in ((good, 4), (absent, 3), (weak, 5)):
        attend(one, days, organiser)
    mark(good, "60", "61.5", organiser)
    mark(weak, "59.99", "90", organiser)
    counts = completion.finish(training_class=held, by=organiser)
    assert counts == {"completed": 1, "failed": 2}
    for one in (good, absent, weak, waiting):
        one.refresh_from_db()
    assert [one.state for one in (good, absent, weak, waiting)] == [
        "completed",
        "failed",
        "failed",
        "withdrawn",
    ]
    line = GrowthEntry.objects.get()
    assert (line.worker, line.kind, line.title) == (good.worker, "course", held.programme.name)
    assert completion.finish(training_class=held, by=organiser) == counts
    assert GrowthEntry.objects.count() == 1
    assert lines_by_kind(held.chain)["class.completed"] == 1
    assert first_broken_line(held.chain) is None


def test_the_reason_is_said_in_words(held, organiser):
    one = seat(held)
    attend(one, 3, organiser)
    exams.enter_marks(training_class=held, marks={(one.pk, "theory"): Decimal(40)}, by=organiser)
    words = completion.in_words(completion.verdicts(held)[one.pk], held)
    assert words == (
        "attended 60.0 % of the class hours, 80 % are needed; no mark yet: Practice; below 60: Theory"
    )


def test_a_class_is_not_finished_while_a_session_or_a_mark_is_to_come(held, organiser):
    one = seat(held)
    attend(one, 5, organiser)
    with pytest.raises(TrainingRefused, match="Marks are missing"):
        completion.finish(training_class=held, by=organiser)
    mark(one, "70", "70", organiser)
    make_session(held, starts_at=timezone.now() + timedelta(days=1))
    with pytest.raises(TrainingRefused, match="still to come"):
        completion.finish(training_class=held, by=organiser)
    with pytest.raises(TrainingRefused):
        completion.finish(training_class=make_class(), by=organiser)


def test_what_a_certificate_holds(organiser):
    programme = make_programme(name="模具装配", name_en="Die assembly", theory_exam=False)
    held = make_class(state="running", sessions=0, programme=programme, edition=3)
    make_session(held, starts_at=timezone.now() - timedelta(days=2))
    one = seat(held)
    with pytest.raises(TrainingRefused):
        completion.completion_of(enrolment=one)
    attend(one, 1, organiser)
    exams.enter_marks(training_class=held, marks={(one.pk, "practice"): Decimal("88.5")}, by=organiser)
    completion.finish(training_class=held, by=organiser)
    one.refresh_from_db()
    found = completion.completion_of(enrolment=one)
    assert (found.name, found.programme, found.programme_en) == (one.worker.name, "模具装配", "Die assembly")
    assert (found.edition, found.hours, found.marks) == (3, 16, {"practice": Decimal("88.50")})
    assert (found.attended_percent, found.completed_on) == (Decimal(100), timezone.localdate())


@pytest.mark.parametrize("bad", ["-1", "100.01", "60.001", "NaN"])
def test_a_mark_that_cannot_be_keeps_none_of_the_sheet(bad, held, organiser):
    one, other = seat(held), seat(held)
    with pytest.raises(TrainingRefused, match="0 to 100"):
        exams.enter_marks(
            training_class=held,
            marks={(one.pk, "theory"): Decimal(70), (other.pk, "theory"): Decimal(bad)},
            by=organiser,
        )
    assert not ExamMark.objects.exists()


def test_a_mark_is_corrected_and_taken_back_with_a_line_each_and_strangers_get_none(held, organiser):
    one = seat(held)
    for value in (Decimal(70), Decimal(70), Decimal(71), None):
        exams.enter_marks(training_class=held, marks={(one.pk, "theory"): value}, by=organiser)
    assert not ExamMark.objects.exists()
    assert lines_by_kind(held.chain) == {"exam.marked": 3}
    with pytest.raises(TrainingRefused, match="does not belong"):
        exams.enter_marks(
            training_class=held, marks={(seat(make_class()).pk, "theory"): Decimal(70)}, by=organiser
        )


def test_opinions_are_given_once_after_the_end_and_shown_from_three_on(held, organiser):
    people = [seat(held) for _ in range(3)]
    with pytest.raises(TrainingRefused, match="finished"):
        accounts.give_opinion(enrolment=people[0], score=5, words="")
    completion.finish(training_class=held, by=organiser)
    for one, score in zip(people, (5, 4, 4), strict=True):
        one.refresh_from_db()
        assert accounts.rating(held).mean is None
        assert accounts.words_of(held) == []
        accounts.give_opinion(enrolment=one, score=score, words=f"Words {score}")
    assert accounts.rating(held).mean == Decimal("4.3")
    assert len(accounts.words_of(held)) == 3
    with pytest.raises(TrainingRefused, match="already"):
        accounts.give_opinion(enrolment=people[0], score=1, words="")
    mentors = [session.mentor for session in held.sessions.all()]
    assert {one.mean for one in accounts.ratings_of(mentors).values()} == {Decimal("4.3")}


def test_an_opinion_leads_back_to_nobody():
    names = {field.name for field in Opinion._meta.get_fields()}
    assert names == {"uuid", "training_class", "score", "words"}


def test_costs_are_summed_exactly_against_the_budget(held, organiser):
    held.budget = Decimal("20000.00")
    for amount in ("0.10", "0.20", "19999.70"):
        accounts.add_cost(
            training_class=held, kind="other", amount=Decimal(amount), on=date(2025, 4, 8), by=organiser
        )
    assert (accounts.balance(held).spent, accounts.balance(held).left) == (Decimal("20000.00"), 0)
    accounts.drop_cost(cost=held.costs.first(), by=organiser)
    assert accounts.balance(held).left == Decimal("0.10")
    for bad in ("0", "-5", "1.001"):
        with pytest.raises(TrainingRefused):
            accounts.add_cost(
                training_class=held, kind="other", amount=Decimal(bad), on=date(2025, 4, 8), by=organiser
            )


def test_a_latecomer_has_missed_what_was_over_and_the_office_can_sign_in_who_was_there(held, organiser):
    late = enrolments.enrol_late(
        training_class=held, worker=make_worker(), reason="List came late", by=organiser
    )
    found = completion.verdicts(held)[late.pk]
    assert (found.complete, found.before_hours) == (False, sum(one.hours for one in held.sessions.all()))
    assert "before joining" in completion.in_words(found, held)
    attend(late, 5, organiser)
    mark(late, "70", "70", organiser)
    assert completion.verdicts(held)[late.pk].complete

"""The end of a class at the desk: marks in one form, the verdict before the deed, costs and opinions."""

from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from academy.models import CostLine, Enrolment, ExamMark, Opinion, TrainingClass
from tests.academy.training import make_class, make_mentor, make_programme, make_session, seat
from tests.factories import make_user

pytestmark = pytest.mark.django_db
S = Enrolment.State


@pytest.fixture
def office(client, organiser):
    client.force_login(organiser)
    return organiser


@pytest.fixture
def held():
    return make_class(state="running", sessions=0)


def field(person, part="theory"):
    return f"m{person.pk}-{part}"


def enter(client, held, **marks):
    return client.post(reverse("desk:class_marks", args=(held.code,)), marks)


def get(client, name, held):
    answer = client.get(reverse(f"desk:{name}", args=(held.code,)))
    assert answer.status_code == 200
    return answer.content.decode()


# --- marks -------------------------------------------------------------------------------------------------


def test_all_marks_are_kept_by_one_button_and_an_empty_box_takes_one_back(client, office, held):
    one, other = seat(held), seat(held)
    enter(client, held, **{field(one): "88.5", field(one, "practice"): "60", field(other): "0"})
    kept = {(mark.enrolment_id, mark.part): mark.mark for mark in ExamMark.objects.all()}
    assert kept == {
        (one.pk, "theory"): Decimal("88.50"),
        (one.pk, "practice"): Decimal("60.00"),
        (other.pk, "theory"): Decimal("0.00"),
    }
    enter(client, held, **{field(one): "88.5"})
    assert ExamMark.objects.get().mark == Decimal("88.50")


@pytest.mark.parametrize("wrong", ["100.01", "-1", "abc", "88.555", "1e3", "NaN", "六十"])
def test_a_mark_that_cannot_be_is_told_beside_its_box_and_none_is_kept(client, office, held, wrong):
    one, other = seat(held), seat(held)
    answer = enter(client, held, **{field(one): wrong, field(other): "80"})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "A mark is a number from 0 to 100 with at most two decimals." in text
    assert one.worker.name in text
    assert not ExamMark.objects.exists()


def test_the_mentor_of_the_class_enters_marks_and_another_does_not(client, held):
    session, person = make_session(held), seat(held)
    client.force_login(session.mentor.worker.user)
    assert enter(client, held, **{field(person): "70"}).status_code == 302
    for user in (make_mentor(held.academy).worker.user, person.worker.user, make_user("reviewer")):
        client.force_login(user)
        assert enter(client, held, **{field(person): "99"}).status_code == 403
    assert ExamMark.objects.get().mark == 70


def test_before_the_class_runs_there_are_no_boxes(client, office):
    held = make_class(state="open")
    person = seat(held)
    assert "Marks are entered while the class runs." in get(client, "class_marks", held)
    assert enter(client, held, **{field(person): "70"}).status_code == 422
    assert not ExamMark.objects.exists()


def test_without_an_exam_nothing_is_entered(client, office):
    held = make_class(state="running", programme=make_programme(theory_exam=False, practice_exam=False))
    seat(held)
    assert "This programme has no exam." in get(client, "class_marks", held)


@pytest.mark.parametrize("size", [1, 30])
def test_the_marks_cost_the_same_queries_at_any_size(
    client, office, held, size, django_assert_max_num_queries
):
    for _ in range(size):
        ExamMark.objects.create(enrolment=seat(held), part="theory", mark=70)
    with django_assert_max_num_queries(10):
        get(client, "class_marks", held)


# --- completion --------------------------------------------------------------------------------------------


@pytest.fixture
def drill():
    """A class without an exam whose only session is over."""
    programme = make_programme(theory_exam=False, practice_exam=False)
    held = make_class(state="running", sessions=0, programme=programme)
    make_session(held, starts_at=timezone.now() - timezone.timedelta(hours=5))
    return held


def test_the_verdict_stands_there_with_its_reason_before_the_deed(client, office, held):
    make_session(held)
    person = seat(held)
    text = get(client, "class_completion", held)
    assert person.worker.name in text
    assert "attended 0.0 % of the class hours, 80 % are needed" in text
    assert "0 complete the class, 1 do not." in text
    assert "Does not complete yet" in text
    assert "A session of this class is still to come." in text


def test_finishing_judges_everybody_once(client, office, drill):
    there, absent = seat(drill), seat(drill)
    drill.sessions.get().attendances.create(enrolment=there, turn=1, source="scan", at=timezone.now())
    url = reverse("desk:class_finish", args=(drill.code,))
    for _ in range(2):
        assert client.post(url).status_code == 302
    assert TrainingClass.objects.get().state == "finished"
    assert [drill.enrolments.get(pk=one.pk).state for one in (there, absent)] == [S.COMPLETED, S.FAILED]
    text = get(client, "class_completion", drill)
    assert "Finish the class" not in text
    assert "1 completed the class, 1 did not." in text
    assert "Does not complete yet" not in text


def test_what_is_missing_is_told_and_nothing_is_finished(client, office, held):
    make_session(held)
    seat(held)
    answer = client.post(reverse("desk:class_finish", args=(held.code,)), follow=True)
    assert "A session of this class is still to come." in answer.content.decode()
    assert TrainingClass.objects.get().state == "running"


@pytest.mark.parametrize("size", [1, 30])
def test_the_verdicts_cost_the_same_queries_at_any_size(
    client, office, drill, size, django_assert_max_num_queries
):
    for _ in range(size):
        seat(drill)
    with django_assert_max_num_queries(10):
        get(client, "class_completion", drill)


# --- costs and opinions ------------------------------------------------------------------------------------


def test_a_cost_is_added_against_the_budget_and_taken_back(client, office):
    held = make_class(budget=Decimal(100))
    url = reverse("desk:class_accounts", args=(held.code,))
    today = timezone.localdate().isoformat()
    client.post(url, {"kind": "material", "amount": "120.50", "on": today, "note": "steel"})
    text = get(client, "class_accounts", held)
    assert "120.50 of 100 yuan spent" in text
    assert "overdrawn by 20.50 yuan" in text
    client.post(reverse("desk:cost_drop", args=(held.code, CostLine.objects.get().uuid)))
    assert not CostLine.objects.exists()


@pytest.mark.parametrize(
    "change",
    [{"amount": "0"}, {"amount": "-5"}, {"amount": "1.234"}, {"amount": "x"}, {"on": ""}, {"kind": "bribe"}],
)
def test_what_is_no_cost_is_refused(client, office, change):
    held = make_class()
    given = {"kind": "material", "amount": "12", "on": timezone.localdate().isoformat()} | change
    assert client.post(reverse("desk:class_accounts", args=(held.code,)), given).status_code == 422
    assert not CostLine.objects.exists()


def test_a_reviewer_reads_the_costs_and_adds_none(client, reviewer):
    held = make_class()
    client.force_login(reviewer)
    assert "Add a cost" not in get(client, "class_accounts", held)
    given = {"kind": "material", "amount": "12", "on": timezone.localdate().isoformat()}
    assert client.post(reverse("desk:class_accounts", args=(held.code,)), given).status_code == 403


def test_opinions_are_shown_from_three_answers_on(client, office):
    held = make_class(state="finished")
    for score, words in ((5, "clear"), (4, "")):
        Opinion.objects.create(training_class=held, score=score, words=words)
    text = get(client, "class_accounts", held)
    assert "Too few answers to show" in text
    assert "clear" not in text.split("opinions-head")[1]
    Opinion.objects.create(training_class=held, score=3, words="more practice")
    text = get(client, "class_accounts", held)
    assert "4.0 / 5" in text
    assert "more practice" in text


def test_a_firms_contact_sees_neither_costs_nor_verdicts(client, employer_contact):
    held = make_class()
    client.force_login(employer_contact)
    for name in ("class_accounts", "class_completion"):
        assert client.get(reverse(f"desk:{name}", args=(held.code,))).status_code == 403
    assert "yuan" not in get(client, "class", held)

"""What the evaluations do, who completes, and what stands in the growth record afterwards."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from academy.domain import pair_reviews
from academy.domain.pair_moves import PairRefused
from academy.models import Pair, PairReview
from academy.rules.pairing import add_months
from craft_site.people.models import GrowthEntry, Qualification, Tie
from tests.academy.pairs import (
    Town,
    again,
    certify,
    completed,
    evaluate,
    half_way,
    make_town,
    proposed,
    running,
)
from tests.factories import make_user

pytestmark = pytest.mark.django_db
S = Pair.State


@pytest.fixture
def town() -> Town:
    return make_town()


@pytest.mark.parametrize(
    ("grade", "state"),
    [
        ("excellent", S.MID_OK),
        ("passed", S.MID_OK),
        ("extend", S.MID_WARN),
        ("end", S.ENDED_EARLY),
    ],
)
def test_what_the_mid_term_does(town, grade, state):
    pair = running(town)
    evaluate(town, pair, "mid", grade=grade, comment="Too few meetings")
    assert again(pair).state == state


@pytest.mark.parametrize(
    ("kind", "grade", "marks", "field"),
    [
        ("mid", "excellent", {"theory": 10, "practice": 10, "conduct": 10}, "theory"),
        ("mid", "excellent", {"conduct": 79}, "conduct"),
        ("mid", "passed", {"practice": 59}, "practice"),
        ("final", "excellent", {"conduct": 79}, "conduct"),
    ],
)
def test_a_grade_that_the_marks_contradict_is_refused_at_its_mark(town, kind, grade, marks, field):
    pair = running(town) if kind == "mid" else half_way(town)
    with pytest.raises(PairRefused, match="needs at least") as refused:
        evaluate(town, pair, kind, grade=grade, **marks)
    assert refused.value.field == field
    assert not PairReview.objects.filter(kind=kind).exists()


def test_low_marks_go_with_a_low_grade_and_the_least_that_passes_passes(town):
    pair = running(town)
    low = {"theory": 10, "practice": 10, "conduct": 10}
    evaluate(town, pair, "mid", grade="extend", comment="Far behind", **low)
    evaluate(town, again(pair), "mid", grade="passed", theory=60, practice=60, conduct=60)
    assert again(pair).state == S.MID_OK


def test_who_was_to_improve_is_evaluated_again(town):
    pair = running(town)
    evaluate(town, pair, "mid", grade="extend", comment="Too few meetings")
    evaluate(town, pair, "mid", grade="passed")
    assert again(pair).state == S.MID_OK
    assert pair.reviews.count() == 2


def test_a_warning_an_extension_and_an_end_need_words(town):
    pair = running(town)
    for grade in ("extend", "end"):
        with pytest.raises(PairRefused, match="reason"):
            evaluate(town, pair, "mid", grade=grade)
    assert not PairReview.objects.exists()


def test_the_final_comes_after_the_mid_term(town):
    with pytest.raises(PairRefused, match="cannot be evaluated"):
        evaluate(town, running(town), "final")
    with pytest.raises(PairRefused, match="cannot be evaluated"):
        evaluate(town, proposed(make_town()), "mid")


def test_marks_and_days_are_looked_at(town):
    pair = running(town)
    with pytest.raises(PairRefused, match="0 to 100"):
        evaluate(town, pair, "mid", theory=101)
    with pytest.raises(PairRefused, match="before the pair began"):
        evaluate(town, pair, "mid", on=pair.began_on - timedelta(days=1))


def test_completion_by_marks_needs_eighty_in_both(town):
    pair = half_way(town)
    for marks in ({"theory": 79, "practice": 95}, {"theory": 95, "practice": 79}):
        with pytest.raises(PairRefused, match="at least 80 in theory"):
            evaluate(town, pair, "final", **marks)
    evaluate(town, pair, "final", theory=80, practice=80)
    assert again(pair).state == S.FINAL_OK


def test_completion_by_certificate_needs_it_checked_in_the_trade_and_at_the_target(town):
    pair = half_way(town)
    certificate = certify(town.apprentice, town.trade, 4, on=date(2026, 1, 5))
    Qualification.objects.filter(pk=certificate.pk).update(checked=False)
    with pytest.raises(PairRefused):
        evaluate(town, pair, "final", theory=60, practice=60)
    Qualification.objects.filter(pk=certificate.pk).update(checked=True)
    review = evaluate(town, pair, "final", theory=60, practice=60)
    assert (again(pair).state, review.certificate) == (S.FINAL_OK, certificate)


def test_the_final_may_extend_and_needs_the_day(town):
    pair = half_way(town)
    with pytest.raises(PairRefused) as refusal:
        evaluate(town, pair, "final", grade="extend", comment="Theory is weak")
    assert refusal.value.field == "until"
    assert pair.reviews.count() == 1
    until = add_months(pair.ends_on, 6)
    evaluate(town, pair, "final", grade="extend", comment="Theory is weak", until=until)
    pair = again(pair)
    assert (pair.state, pair.ends_on) == (S.EXTENDED, until)
    evaluate(town, pair, "final")
    assert again(pair).state == S.FINAL_OK


def test_the_final_may_end(town):
    pair = half_way(town)
    evaluate(town, pair, "final", grade="end", comment="Target not reached")
    assert (again(pair).state, again(pair).ended_on) == (S.ENDED_EARLY, timezone.localdate())
    assert not GrowthEntry.objects.exists()


def test_completion_writes_both_growth_records_without_naming_the_other(town):
    pair = completed(town)
    lines = {line.worker_id: line for line in GrowthEntry.objects.filter(kind="pair")}
    assert set(lines) == {town.mentor.pk, town.apprentice.pk}
    assert lines[town.apprentice.pk].title == "师徒结对出师：模具工"
    assert pair.number in lines[town.mentor.pk].detail
    words = f"{lines[town.mentor.pk].title} {lines[town.mentor.pk].detail}"
    assert town.apprentice.name not in words
    assert Tie.objects.get().until == add_months(pair.ended_on, 36)


def test_who_evaluates(town):
    pair = running(town)
    for by in (town.contact, town.mentor.user, town.apprentice.user, make_user("reviewer")):
        with pytest.raises(PermissionDenied):
            evaluate(town, pair, "mid", by=by)
    evaluate(town, pair, "mid", by=town.reviewer)


def test_nobody_evaluates_their_own_pair_even_from_the_office(town):
    town.mentor.user = make_user("worker", "organiser")
    town.mentor.save()
    pair = running(town)
    with pytest.raises(PermissionDenied, match="own pair"):
        evaluate(town, pair, "mid", by=town.mentor.user)


def test_when_the_mid_term_is_due(town):
    pair = running(town, since=date(2025, 1, 1))
    assert pair_reviews.mid_due_on(pair) == date(2026, 1, 1)
    assert not pair_reviews.mid_is_due(pair, today=date(2025, 12, 31))
    assert pair_reviews.mid_is_due(pair, today=date(2026, 1, 1))
    evaluate(town, pair, "mid")
    assert not pair_reviews.mid_is_due(again(pair), today=date(2026, 1, 1))

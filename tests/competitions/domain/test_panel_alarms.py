"""A panel stays blind until it is complete; then judges too far apart all judge again."""

import pytest
from django.db import connection

from competitions.domain.alarms import alarms_of
from competitions.domain.marking import Status
from competitions.domain.results import score
from competitions.models import Mark, Sheet, Signature
from craft_site.ledger.chain import first_broken_line
from craft_site.ledger.models import Line
from tests.competitions.marking_contest import enter, make_marking, mark, together

pytestmark = pytest.mark.django_db


@pytest.fixture
def marking():
    return make_marking()


def judge(marking, *values, aspect="B1.3", **fields):
    return [
        enter(marking.sheet(seat), mark(aspect, value, **fields))[0]
        for seat, value in zip(marking.panel, values, strict=False)
    ]


def alarms(marking):
    return [set(alarms_of(marking.sheet(seat).alarm)) for seat in marking.panel]


def test_no_alarm_before_the_last_of_the_panel_has_judged(marking):
    judge(marking, "0", "2")
    assert alarms(marking) == [set(), set(), set()]


def test_the_last_judge_raises_the_alarm_on_all_three_sheets_and_the_values_stay(marking):
    answers = judge(marking, "0", "2", "2")
    assert [a.status for a in answers] == [Status.SAVED] * 3
    assert [a.spread for a in answers] == [False, False, True]
    assert alarms(marking) == [{"B1.3"}] * 3
    assert Mark.objects.filter(is_current=True).count() == 3
    assert Line.objects.filter(kind="panel.spread").count() == 1
    assert first_broken_line(marking.event.chain) is None


def test_judges_near_enough_raise_none(marking):
    judge(marking, "1", "2", "2")
    assert alarms(marking) == [set(), set(), set()]


def test_work_that_was_not_done_counts_as_nought_in_the_spread(marking):
    judge(marking, "2", "2")
    enter(marking.sheet(marking.panel[2]), mark("B1.3", not_done=True))
    assert alarms(marking) == [{"B1.3"}] * 3


def test_each_must_judge_again_and_the_same_value_counts_as_judged(marking):
    judge(marking, "0", "2", "2")
    [one] = enter(marking.sheet(marking.panel[1]), mark("B1.3", "2", base=1))
    assert (one.status, one.revision) == (Status.SAVED, 2)
    assert alarms(marking) == [{"B1.3"}, set(), {"B1.3"}]
    enter(marking.sheet(marking.panel[0]), mark("B1.3", "1", base=1))
    enter(marking.sheet(marking.panel[2]), mark("B1.3", "2", base=1))
    assert alarms(marking) == [set(), set(), set()]
    first = Mark.objects.get(sheet__seat=marking.panel[0], revision=1)
    assert (first.values, first.is_current) == (["0"], False)
    assert Mark.objects.get(sheet__seat=marking.panel[0], revision=2).reason == "discussed"


def test_still_too_far_apart_the_alarm_stands_again_on_all(marking):
    judge(marking, "0", "2", "2")
    judge(marking, "0", "2", "2", base=1)
    assert alarms(marking) == [{"B1.3"}] * 3
    assert Line.objects.filter(kind="panel.spread").count() == 2


def test_a_provisional_total_tells_nothing_of_whoever_has_judged_again(marking):
    def counted():
        [given] = score(marking.event, provisional=True).inputs
        return given.raw.get("B1.3")

    judge(marking, "0", "2", "2")
    assert counted() is None
    enter(marking.sheet(marking.panel[0]), mark("B1.3", "2", base=1))
    assert counted() is None
    for seat in marking.panel[1:]:
        enter(marking.sheet(seat), mark("B1.3", "3", base=1))
    assert counted() == ["2", "3", "3"]


def test_other_works_of_the_panel_are_left_alone():
    marking = make_marking(works=2)
    judge(marking, "0", "2", "2")
    assert not Sheet.objects.filter(code=marking.works[1]).exclude(alarm="").exists()


def test_an_alarm_opens_a_sheet_that_was_signed_already(marking):
    judge(marking, "0", "2")
    first = marking.sheet(marking.panel[0])
    Sheet.objects.filter(pk=first.pk).update(state=Sheet.State.SIGNED)
    Signature.objects.create(sheet=first, part="judge", content_hash="0" * 64, by=first.seat.user)
    enter(marking.sheet(marking.panel[2]), mark("B1.3", "2"))
    first.refresh_from_db()
    assert first.state == Sheet.State.ENTERED
    assert Signature.objects.get().void
    assert Line.objects.filter(kind="sheet.reopened", subject=f"sheet:{first.uuid}").exists()
    assert first_broken_line(marking.event.chain) is None


@pytest.mark.parametrize("value", ["4", "-1", "1.5"])
def test_a_value_off_the_scale_is_refused(marking, value):
    [answer] = enter(marking.sheet(marking.panel[0]), mark("B1.3", value))
    assert (answer.status, answer.code) == (Status.REFUSED, "off_scale")


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_three_judges_at_the_same_moment_cannot_miss_the_alarm():
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    for _round in range(5):
        all_at_once(make_marking(), ["0", "2", "3"])


def all_at_once(marking, values):
    together(lambda n: enter(marking.sheet(marking.panel[n]), mark("B1.3", values[n])), 3)
    assert alarms(marking) == [{"B1.3"}] * 3
    assert first_broken_line(marking.event.chain) is None

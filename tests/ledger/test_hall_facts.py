"""Component marks, penalties, credits, clocks, draws, codes and published rows changed behind the program's back."""

import pytest
from django.db import connection, transaction

from competitions.domain import facts_evidence
from competitions.models import Code, Event, Violation
from craft_site.ledger.models import Line
from tests.competitions.proving import publish_contest

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def event(django_db_setup, django_db_blocker):
    """One contest for all tests of this file, played and published; each test undoes what it changed."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield publish_contest().event
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def undone(event, django_db_blocker):
    with django_db_blocker.unblock():
        point = transaction.savepoint()
        yield
        transaction.savepoint_rollback(point)


def faults(event: Event) -> list[str]:
    return [what for _seq, what in facts_evidence.contradictions(event.chain)]


def test_a_contest_as_it_was_played_agrees_with_its_lines(event):
    assert faults(event) == []


CHANGES = [
    ("enteredmark SET mark = mark + 1", "component mark T", "says something else"),
    ("enteredmark SET revision = 2", "component mark T", "has no line"),
    ("enteredmark SET is_current = %s", "component marks T", "not the newest counts"),
    ("penaltyrecord SET rule = 'gear' WHERE rule = 'late'", "penalty:", "says something else"),
    ("penaltyrecord SET state = 'refused' WHERE rule = 'late'", "penalty:", "says something else"),
    ("timecredit SET seconds = 9", "credit:", "says something else"),
    ("playrecord SET ended_at = started_at", "play code:", "says something else"),
    ("draw SET seed = 'x' WHERE purpose = 'work'", "work numbers", "dice or seed"),
    ("draw SET state = 'committed' WHERE purpose = 'work'", "work numbers", "state is another"),
    ("draw SET state = 'void' WHERE purpose = 'work'", "work numbers", "their draw is void"),
    ("drawnslot SET item = 'S-9'", "station numbers", "order is not the one"),
    ("code SET number = number || 'x'", "work numbers", "is not what was drawn"),
    ("releaserow SET name = 'x'", "the list of version 1", "is not the one that was published"),
    ("releaserow SET total = '99'", "the list of version 1", "is not the one that was published"),
]


@pytest.mark.parametrize(("change", "where", "what"), CHANGES)
def test_a_changed_row_is_named(event, change, where, what):
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE competitions_{change}", [False] if "%s" in change else [])
        assert cursor.rowcount
    assert [told for told in faults(event) if where in told and what in told]


@pytest.mark.parametrize("table", ["enteredmark", "penaltyrecord", "timecredit", "playrecord"])
def test_a_row_taken_out_is_named(event, table):
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM competitions_{table}")
        count = cursor.rowcount
    assert len([told for told in faults(event) if told.endswith(" is gone")]) == count > 0


def test_two_codes_swapped_are_named(event):
    one, other = Code.objects.filter(event=event, layer="work")[:2]
    for code, number in ((one, "~"), (other, one.number), (one, other.number)):
        Code.objects.filter(pk=code.pk).update(number=number)
    assert len([told for told in faults(event) if "is not what was drawn" in told]) == 2


def test_the_penalty_of_a_violation_is_told_like_any_other(event):
    """That a proof counts it is tested with every proof: the contest of the proofs has one."""
    record = Violation.objects.get(event=event).penalty
    lines = Line.objects.filter(chain__name=event.chain, subject=f"penalty:{record.pk}").order_by("seq")
    assert list(lines.values_list("kind", flat=True)) == ["penalty.proposed", "penalty.approved"]

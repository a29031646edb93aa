"""Rows that no longer say what the ledger says: whoever changes a mark behind the program's back is found."""

import pytest
from django.db import connection

from competitions.domain import releases
from competitions.models import EnteredMark, Mark
from craft_site.ledger.models import Chain, Line
from craft_site.ledger.verification import verify
from tests.competitions.contest import make_contest
from tests.competitions.domain.test_signing import fill
from tests.competitions.marking_contest import enter, make_marking, mark

pytestmark = pytest.mark.django_db
THREE = [("80", 7, (3, 3, 3)), ("90", 5, (2, 2, 3)), ("70", 7, (1, 1, 1))]


@pytest.fixture
def marking():
    made = make_marking()
    sheet = fill(made.sheet(made.measuring))
    first = sheet.marks.get(aspect="A1.1")
    enter(sheet, mark("A1.1", "59.795", base=first.revision, reason="Read again"))
    return made


def faults(chain: str) -> list[tuple[int, str]]:
    return [(fault.seq, fault.what) for fault in verify(Chain.objects.get(name=chain)).faults]


def run(sql: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        assert cursor.rowcount == 1


def test_marks_as_entered_and_changed_agree_with_their_lines(marking):
    assert Mark.objects.filter(revision=2, is_current=True).count() == 1
    assert faults(marking.event.chain) == []


CHANGES = [
    ("values", '["59.999"]', "the mark of A1.1 (revision 2) says something else than its line"),
    ("not_done", True, "the mark of A1.1 (revision 2) says something else than its line"),
    ("aspect", "A9.9", "the mark of A9.9 (revision 2) says something else than its line"),
    ("revision", 3, "the mark of A1.1 (revision 3) says something else than its line"),
    ("seq", 1, "the mark of A1.1 (revision 2) says something else than its line"),
    ("is_current", False, "of the marks of A1.1 not the newest counts"),
]


@pytest.mark.parametrize(("column", "value", "what"), CHANGES)
def test_a_mark_changed_in_its_row_is_named(marking, column, value, what):
    pk = Mark.objects.get(aspect="A1.1", revision=2).pk
    cast = "::jsonb" if column == "values" and connection.vendor == "postgresql" else ""
    run(f'UPDATE competitions_mark SET "{column}" = %s{cast} WHERE id = %s', value, pk)
    assert what in [said for _seq, said in faults(marking.event.chain)]


def test_a_mark_taken_out_and_one_put_in_are_named(marking):
    gone = Mark.objects.get(aspect="A1.2")
    seq = gone.seq
    run("DELETE FROM competitions_mark WHERE id = %s", gone.pk)
    assert faults(marking.event.chain) == [(seq, "the mark of this line is gone")]
    gone.pk, gone.client_id = None, "00000000-0000-4000-8000-000000000001"
    gone.save(force_insert=True)
    assert (seq, "the mark of A1.2 (revision 1) has no line of its own") in faults(marking.event.chain)


@pytest.mark.parametrize("column", ["body", "content_hash"])
def test_a_release_changed_in_its_row_is_named(organiser, column):
    event = make_contest(THREE)
    release = releases.publish(event=event, by=organiser)
    run("DELETE FROM competitions_mark WHERE id = %s", _factory_marks(event))
    line = Line.objects.get(kind="result.published").seq
    assert faults(event.chain) == []
    run(f"UPDATE competitions_release SET {column} = %s WHERE id = %s", "0" * 64, release.pk)
    assert faults(event.chain) == [(line, "version 1 of the result is not the one that was published")]


def _factory_marks(event) -> int:
    """The factory writes marks without lines; all but one go here, the last one in the test."""
    first, *rest = Mark.objects.filter(sheet__event=event).values_list("pk", flat=True)
    Mark.objects.filter(pk__in=rest).delete()
    EnteredMark.objects.filter(event=event).delete()
    return first


def test_comparing_costs_the_same_queries_at_any_number_of_marks(marking, django_assert_num_queries):
    chain = Chain.objects.get(name=marking.event.chain)
    with django_assert_num_queries(22):
        verify(chain)
    fill(marking.sheet(marking.panel[0]))
    chain.refresh_from_db()
    with django_assert_num_queries(22):
        verify(chain)

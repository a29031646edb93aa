"""Rows written without objects are the rows that objects would have written."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from django.db import IntegrityError

from competitions.models import Mark
from craft_site.kit.inserts import insert_rows
from craft_site.ledger.models import Chain, Line
from tests.competitions.marking_contest import make_marking
from tests.factories import make_user

AT = datetime(2025, 4, 8, 9, 30, 0, 123456, tzinfo=UTC)
LINE = ("chain_id", "seq", "kind", "subject", "at", "body", "prev_hash", "hash")


@pytest.fixture
def chain(db) -> Chain:
    return Chain.objects.create(name="event:x")


def _line(chain: Chain, seq: int) -> tuple:
    return (chain.pk, seq, "a.b", "工:1", AT, f"{{{seq}}}", "0" * 64, f"{seq:064}")


def test_every_kind_of_column_reads_back_as_it_was_given(db):
    marking = make_marking()
    sheet = marking.sheet(marking.measuring)
    given = {
        "sheet_id": sheet.pk,
        "aspect": "A1.1",
        "values": ["59.795", None, {"钉": "1"}],
        "not_done": False,
        "revision": 2,
        "is_current": True,
        "reason": "看错了 'quoted' %s",
        "second_look": True,
        "withdrawn": False,
        "client_id": UUID(int=7),
        "by_id": make_user("judge").pk,
        "client_at": None,
        "at": AT,
        "seq": 12,
    }
    insert_rows(Mark, tuple(given), [tuple(given.values())])
    kept = Mark.objects.get()
    assert {name: getattr(kept, name) for name in given} == given


def test_many_rows_are_one_statement_in_their_order(chain, django_assert_num_queries):
    with django_assert_num_queries(1):
        insert_rows(Line, LINE, [_line(chain, seq) for seq in range(1, 41)])
    assert list(Line.objects.order_by("pk").values_list("seq", flat=True)) == list(range(1, 41))
    assert Line.objects.get(seq=40).subject == "工:1"


def test_a_column_left_out_or_made_up_is_refused_before_anything_is_written(chain):
    for names in (LINE[:-1], (*LINE, "colour")):
        with pytest.raises(TypeError, match="Line has the columns at, body"):
            insert_rows(Line, names, [_line(chain, 1)])
    assert not Line.objects.exists()


def test_a_row_too_short_is_refused(chain):
    with pytest.raises(ValueError, match="7 values for 8 columns"):
        insert_rows(Line, LINE, [_line(chain, 1)[:-1]])


def test_the_constraints_of_the_table_hold(chain):
    with pytest.raises(IntegrityError):
        insert_rows(Line, LINE, [_line(chain, 1), _line(chain, 1)])


def test_no_rows_are_no_statement(chain, django_assert_num_queries):
    with django_assert_num_queries(0):
        insert_rows(Line, LINE, [])

import json

import pytest
from django.db import transaction

from craft_site.ledger.chain import Draft, append, append_many, first_broken_line, lock_head
from craft_site.ledger.models import Line


@pytest.fixture
def three_lines(db):
    with transaction.atomic():
        for n in range(3):
            append("event:x", "mark.entered", subject=f"sheet:{n}", facts={"value": str(n)}, by=None)


def test_a_chain_as_written_holds(three_lines):
    assert first_broken_line("event:x") is None


@pytest.mark.parametrize("seq", [1, 2, 3])
def test_a_changed_line_is_named(three_lines, seq, tamper):
    body = Line.objects.get(seq=seq).body.replace('"value":"', '"value":"9')
    tamper("UPDATE ledger_line SET body = %s WHERE seq = %s", [body, seq])
    assert first_broken_line("event:x") == seq


def test_a_cut_tail_is_noticed(three_lines, tamper):
    tamper("DELETE FROM ledger_line WHERE seq = %s", [3])
    assert first_broken_line("event:x") == 3


@pytest.mark.django_db(transaction=True)
def test_a_line_needs_the_transaction_of_its_fact():
    with pytest.raises(RuntimeError):
        append("event:x", "mark.entered", subject="sheet:1", facts={}, by=None)


def test_a_line_is_the_canonical_text_of_what_happened(three_lines):
    body = json.loads(Line.objects.get(seq=2).body)
    assert (body["seq"], body["kind"], body["subject"], body["facts"]) == (
        2,
        "mark.entered",
        "sheet:1",
        {"value": "1"},
    )


@pytest.mark.django_db
def test_many_lines_at_once_are_the_chain_that_single_lines_make(three_lines):
    with transaction.atomic():
        drafts = [Draft("mark.entered", f"sheet:{n}", {"value": str(n)}) for n in range(3, 8)]
        lines = append_many(lock_head("event:x"), drafts, by=None)
        append("event:x", "sheet.signed", subject="sheet:7", facts={}, by=None)
    assert [line.seq for line in lines] == [4, 5, 6, 7, 8]
    assert first_broken_line("event:x") is None
    assert Line.objects.get(seq=9).prev_hash == lines[-1].hash


@pytest.mark.django_db
def test_one_locked_head_serves_several_times():
    with transaction.atomic():
        head = lock_head("event:new")
        append_many(head, [Draft("a.b", "x:1", {})], by=None)
        assert append_many(head, [], by=None) == []
        append_many(head, [Draft("a.b", "x:2", {}), Draft("a.b", "x:3", {})], by=None)
    assert first_broken_line("event:new") is None
    assert Line.objects.filter(chain__name="event:new").count() == 3


def test_forty_lines_cost_what_one_costs(db, django_assert_num_queries):
    with transaction.atomic():
        append("event:x", "a.b", subject="x:0", facts={}, by=None)
        with django_assert_num_queries(3):
            append("event:x", "a.b", subject="x:1", facts={}, by=None)
        with django_assert_num_queries(3):
            append_many(lock_head("event:x"), [Draft("a.b", f"x:{n}", {}) for n in range(40)], by=None)

import json

import pytest
from django.db import transaction

from craft_site.ledger.chain import append, first_broken_line
from craft_site.ledger.models import Line


@pytest.fixture
def three_lines(db):
    with transaction.atomic():
        for n in range(3):
            append("event:x", "mark.entered", subject=f"sheet:{n}", facts={"value": str(n)}, by=None)


def test_a_chain_as_written_holds(three_lines):
    assert first_broken_line("event:x") is None


@pytest.mark.parametrize("seq", [1, 2, 3])
def test_a_changed_line_is_named(three_lines, seq):
    line = Line.objects.get(seq=seq)
    Line.objects.filter(pk=line.pk).update(body=line.body.replace('"value":"', '"value":"9'))
    assert first_broken_line("event:x") == seq


def test_a_cut_tail_is_noticed(three_lines):
    Line.objects.get(seq=3).delete()
    assert first_broken_line("event:x") == 3


@pytest.mark.django_db(transaction=True)
def test_a_line_needs_the_transaction_of_its_fact():
    with pytest.raises(RuntimeError):
        append("event:x", "mark.entered", subject="sheet:1", facts={}, by=None)


def test_a_line_is_the_canonical_text_of_what_happened(three_lines):
    body = json.loads(Line.objects.get(seq=2).body)
    assert (body["seq"], body["kind"], body["subject"], body["facts"]) == (2, "mark.entered", "sheet:1", {"value": "1"})

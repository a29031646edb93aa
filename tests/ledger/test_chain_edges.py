"""A line of the chain, byte by byte, and each way in which a chain can be broken."""

import json
from hashlib import sha256

import pytest
from django.db import transaction

from craft_site.ledger.chain import (
    GENESIS,
    Draft,
    HeadMoved,
    append,
    append_many,
    first_broken_line,
    lines_by_kind,
    link,
    lock_head,
)
from craft_site.ledger.models import Chain, Line
from tests.factories import make_user


def test_a_link_is_the_hash_of_the_two_texts_one_behind_the_other():
    assert link("00", "{}") == sha256(b"00{}").hexdigest()
    assert link("", "永") == sha256("永".encode()).hexdigest()
    assert GENESIS == "0" * 64


@pytest.mark.django_db
def test_a_line_says_who_when_and_what_and_nothing_else():
    user = make_user("organiser")
    with transaction.atomic():
        first = append("event:e", "a.b", subject="x:1", facts={"n": 1}, by=user)
        second = append("event:e", "a.c", subject="x:2", facts={}, by=None)
    body = json.loads(first.body)
    assert body.pop("at")
    assert body == {
        "actor": str(user.uuid),
        "chain": "event:e",
        "facts": {"n": 1},
        "kind": "a.b",
        "seq": 1,
        "subject": "x:1",
    }
    assert json.loads(second.body)["actor"] == "program"
    assert (first.prev_hash, second.prev_hash) == (GENESIS, first.hash)
    assert first.hash == sha256(f"{GENESIS}{first.body}".encode()).hexdigest()
    kept = Line.objects.get(chain__name="event:e", seq=2)
    assert (kept.kind, kept.subject, kept.body, kept.hash) == ("a.c", "x:2", second.body, second.hash)
    head = Chain.objects.get(name="event:e")
    assert (head.length, head.head) == (2, second.hash)


@pytest.mark.django_db
def test_each_chain_has_a_head_of_its_own():
    with transaction.atomic():
        append("event:1", "a.b", subject="x:1", facts={}, by=None)
        other = append("event:2", "a.b", subject="x:1", facts={}, by=None)
        assert lock_head("event:1").length == 1
    assert (other.seq, other.prev_hash) == (1, GENESIS)
    assert first_broken_line("event:1") is None


@pytest.mark.django_db(transaction=True)
def test_neither_head_nor_lines_without_a_transaction():
    with pytest.raises(RuntimeError):
        lock_head("event:x")
    with transaction.atomic():
        head = lock_head("event:x")
    with pytest.raises(RuntimeError):
        append_many(head, [Draft("a.b", "x:1", {})], by=None)
    assert Line.objects.count() == 0


@pytest.mark.parametrize(
    ("statement", "broken"),
    [
        ("DELETE FROM ledger_line WHERE seq = 1", 1),
        ("DELETE FROM ledger_line WHERE seq = 2", 2),
        ("UPDATE ledger_line SET seq = 9 WHERE seq = 3", 3),
        ("UPDATE ledger_line SET prev_hash = 'f' WHERE seq = 2", 2),
        ("UPDATE ledger_line SET hash = 'f' WHERE seq = 3", 3),
        ("UPDATE ledger_chain SET length = 4", 4),
        ("UPDATE ledger_chain SET head = 'f'", 4),
    ],
)
def test_the_first_line_that_does_not_follow_is_named(statement, broken, tamper):
    with transaction.atomic():
        drafts = [Draft("a.b", f"x:{n}", {}) for n in range(3)]
        append_many(lock_head("event:x"), drafts, by=None)
    assert first_broken_line("event:x") is None
    tamper(statement)
    assert first_broken_line("event:x") == broken


@pytest.mark.django_db
def test_a_chain_that_never_was_holds():
    assert first_broken_line("event:none") is None


def _two_alike() -> tuple[Chain, Chain]:
    """Two chains whose heads look the same, as only a test makes them."""
    with transaction.atomic():
        append("event:a", "a.b", subject="x:1", facts={}, by=None)
        append("event:b", "a.b", subject="x:1", facts={}, by=None)
    first, second = Chain.objects.get(name="event:a"), Chain.objects.get(name="event:b")
    Chain.objects.filter(pk=second.pk).update(head=first.head)
    return first, second


@pytest.mark.django_db
def test_a_line_moves_the_head_of_its_own_chain_alone():
    first, second = _two_alike()
    with transaction.atomic():
        append_many(first, [Draft("a.c", "x:1", {})], by=None)
    second.refresh_from_db()
    assert second.length == 1
    assert Chain.objects.get(pk=first.pk).length == 2


@pytest.mark.django_db
@pytest.mark.parametrize("moved", [{"length": 7}, {"head": "f" * 64}])
def test_a_head_that_was_only_read_must_still_stand_there(moved):
    read, _other = _two_alike()
    Chain.objects.filter(pk=read.pk).update(**moved)
    with pytest.raises(HeadMoved), transaction.atomic():
        append_many(read, [Draft("a.c", "x:1", {})], by=None)
    assert Line.objects.filter(chain=read).count() == 1


@pytest.mark.django_db
def test_the_lines_of_a_chain_are_counted_by_kind_at_the_cost_of_one_query(django_assert_num_queries):
    with transaction.atomic():
        for chain, kind in (("event:1", "b"), ("event:1", "a"), ("event:1", "b"), ("event:2", "c")):
            append(chain, kind, subject="x:1", facts={}, by=None)
    with django_assert_num_queries(1):
        found = lines_by_kind("event:1")
    assert list(found.items()) == [("a", 1), ("b", 2)]

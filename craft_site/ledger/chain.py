"""Adding a line to a chain and checking a chain. A line and the fact it tells of are written in one transaction."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.models import Count, QuerySet
from django.utils import timezone

from craft_site.kit.canonical import canonical_json
from craft_site.kit.inserts import insert_rows
from craft_site.kit.prepared import prepared, prepared_update
from craft_site.ledger.models import Chain, Line

GENESIS = "0" * 64


class HeadMoved(Exception):
    """Somebody else has added a line since the head was read: read again, behind `lock_head`."""


def link(prev_hash: str, body: str) -> str:
    """SHA-256 over the earlier line's hash and this line's canonical body, as hexadecimal text."""
    return hashlib.sha256(f"{prev_hash}{body}".encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Draft:
    """A line to be written. kind: e.g. "mark.entered"; subject: e.g. "sheet:77"; facts: see `append`; by: None for
    whom the call names."""

    kind: str
    subject: str
    facts: Mapping[str, Any]
    by: Any = None


class Added(NamedTuple):
    """A line that was written, as its columns; see models.Line."""

    chain_id: int
    seq: int
    kind: str
    subject: str
    at: datetime
    body: str
    prev_hash: str
    hash: str


def append(chain: str, kind: str, *, subject: str, facts: Mapping[str, Any], by: Any) -> Added:
    """Writes one line at the head of a chain, inside the caller's transaction.

    chain: e.g. "event:12"; kind: e.g. "mark.entered"; subject: e.g. "sheet:77"; facts: canonical values only
    (text, whole numbers, Decimal, dates, lists, mappings) without personal data; by: an account or None for the
    program itself - only its uuid is written.
    Raises RuntimeError outside a transaction: the line and the fact commit together or not at all.
    """
    return append_many(lock_head(chain), [Draft(kind, subject, facts)], by=by)[0]


def lock_head(chain: str) -> Chain:
    """The head of a chain, made when there is none, locked until the transaction ends: every other writer of the
    chain waits. What is read after this is therefore what the line will tell of.

    Raises RuntimeError outside a transaction.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("a ledger line needs the transaction of the fact it tells of")
    # PostgreSQL queues writers here; SQLite has one writer at a time already (IMMEDIATE).
    head = next(iter(_locked(name=chain)), None)
    if head is None:
        Chain.objects.get_or_create(name=chain)
        [head] = _locked(name=chain)
    return head


@prepared
def _locked(*, name: str) -> QuerySet[Chain]:
    return Chain.objects.select_for_update().filter(name=name)


def append_many(head: Chain, drafts: Sequence[Draft], *, by: Any) -> list[Added]:
    """Writes several lines in their order, at the cost of one. head: from `lock_head` in this transaction, or only
    read; it is moved on, so that it serves again. Returns the lines; none for no drafts.

    A head that was only read must still stand where it was read: then it is locked from here on, and nothing that
    changes with it has changed meanwhile. Raises HeadMoved otherwise, RuntimeError outside a transaction.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("a ledger line needs the transaction of the fact it tells of")
    if not drafts:
        return []
    at = timezone.now()
    was = (head.length, head.head)
    lines = []
    for draft in drafts:
        seq = head.length + 1
        body = canonical_json(
            {
                "actor": _actor(by if draft.by is None else draft.by),
                "at": at,
                "chain": head.name,
                "facts": draft.facts,
                "kind": draft.kind,
                "seq": seq,
                "subject": draft.subject,
            }
        ).decode()
        line = Added(head.pk, seq, draft.kind, draft.subject, at, body, head.head, link(head.head, body))
        lines.append(line)
        head.length, head.head = seq, line.hash
    if not _move(pk=head.pk, was_length=was[0], was_head=was[1], length=head.length, head=head.head):
        raise HeadMoved(head.name)
    insert_rows(Line, Added._fields, lines)
    return lines


def _actor(by: Any) -> str:
    return str(by.uuid) if by is not None else "program"


@prepared_update
def _move(
    *, pk: int, was_length: int, was_head: str, length: int, head: str
) -> "tuple[QuerySet[Chain], dict[str, Any]]":
    stands = Chain.objects.filter(pk=pk, length=was_length, head=was_head)
    return stands, {"length": length, "head": head}


def lines_by_kind(chain: str) -> dict[str, int]:
    """How many lines of each kind a chain holds, in the order of the kinds. One query."""
    counted = Line.objects.filter(chain__name=chain).order_by("kind").values_list("kind")
    return dict(counted.annotate(count=Count("pk")))


@transaction.atomic
def first_broken_line(chain: str) -> int | None:
    """The seq of the first line that does not follow from the one before, or None when the whole chain holds."""
    prev, expected = GENESIS, 0
    for line in Line.objects.filter(chain__name=chain).order_by("seq").iterator():
        expected += 1
        if line.seq != expected or line.prev_hash != prev or line.hash != link(prev, line.body):
            return expected
        prev = line.hash
    head = Chain.objects.filter(name=chain).first()
    if head is not None and (head.length, head.head) != (expected, prev):
        return expected + 1
    return None

"""Adding a line to a chain and checking a chain. A line and the fact it tells of are written in one transaction."""

import hashlib
from collections.abc import Mapping
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from craft_site.kit.canonical import canonical_json
from craft_site.ledger.models import Chain, Line

GENESIS = "0" * 64


def link(prev_hash: str, body: str) -> str:
    """SHA-256 over the earlier line's hash and this line's canonical body, as hexadecimal text."""
    return hashlib.sha256(f"{prev_hash}{body}".encode()).hexdigest()


def append(chain: str, kind: str, *, subject: str, facts: Mapping[str, Any], by: Any) -> Line:
    """Writes one line at the head of a chain, inside the caller's transaction.

    chain: e.g. "event:12"; kind: e.g. "mark.entered"; subject: e.g. "sheet:77"; facts: canonical values only
    (text, whole numbers, Decimal, dates, lists, mappings) without personal data; by: an account or None for the
    program itself - only its uuid is written.
    Raises RuntimeError outside a transaction: the line and the fact commit together or not at all.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("a ledger line needs the transaction of the fact it tells of")
    head, _ = Chain.objects.get_or_create(name=chain)
    # PostgreSQL queues writers here; SQLite has one writer at a time already (IMMEDIATE).
    head = Chain.objects.select_for_update().get(pk=head.pk)
    at = timezone.now()
    seq = head.length + 1
    body = canonical_json(
        {
            "actor": str(by.uuid) if by is not None else "program",
            "at": at,
            "chain": chain,
            "facts": facts,
            "kind": kind,
            "seq": seq,
            "subject": subject,
        }
    ).decode()
    line = Line.objects.create(
        chain=head,
        seq=seq,
        kind=kind,
        subject=subject,
        at=at,
        body=body,
        prev_hash=head.head,
        hash=link(head.head, body),
    )
    Chain.objects.filter(pk=head.pk).update(length=seq, head=line.hash)
    return line


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

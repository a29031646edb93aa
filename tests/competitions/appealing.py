"""Small makers of appeals: filed by a contestant, decided in the first instance, and a clock that stands still."""

from datetime import timedelta
from uuid import uuid4

from django.utils import timezone

from competitions.domain import (
    appeal_decisions,
    appeals,
)
from competitions.models import (
    Appeal,
    AppealDecision,
    Entry,
)

THREE = [("80", 7, (3, 3, 3)), ("90", 5, (2, 2, 3)), ("70", 7, (1, 1, 1))]
MARKS, EQUIPMENT = Appeal.Subject.MARKS, Appeal.Subject.EQUIPMENT
O = AppealDecision.Outcome  # noqa: E741


def stopped_clock(monkeypatch):
    """The server's clock, standing still until it is moved on."""

    class Clock:
        now = timezone.now()

        def pass_(self, **time):
            self.now += timedelta(**time)

    found = Clock()
    monkeypatch.setattr(timezone, "now", lambda: found.now)
    return found


def entry_of(event, number="C-001"):
    return Entry.objects.select_related("event", "worker", "team").get(
        event=event, contestant_code__number=number
    )


def file(event, *, number="C-001", subject=MARKS, by=None, **fields):
    entry = entry_of(event, number)
    fields.setdefault("client_id", uuid4())
    fields.setdefault("text", "A1.1: my part measures 10.00")
    return appeals.file(entry=entry, subject=subject, by=by or entry.worker.user, **fields)


def decided(event, arbiter, outcome=O.STANDS, **fields):
    appeal = file(event)
    appeal_decisions.admit(appeal=appeal, by=arbiter)
    fields.setdefault("public_reason", "Reading mistaken" if outcome in AppealDecision.CHANGES else "")
    appeal_decisions.decide(appeal=appeal, outcome=outcome, reasons="We looked", by=arbiter, **fields)
    appeal.refresh_from_db()
    return appeal

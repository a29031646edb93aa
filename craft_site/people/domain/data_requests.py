"""Requests of people about their own data, and the office's answers.

A correction is answered by one person with a reason. A deletion is looked at (what must be kept), proposed by one and
decided by another; a job carries it out. The ledger's lines name the request and nobody.
"""

from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from craft_site.jobs import queue
from craft_site.kit import working_days
from craft_site.kit.canonical import words_hash
from craft_site.ledger.chain import append
from craft_site.people import keeping, permissions
from craft_site.people.models import DataRequest, Worker

CHAIN = "people"
JOB = "people.erase"
LEAST_WORDS = 4
LONGEST = 2000
K, S = DataRequest.Kind, DataRequest.State


class DataRefused(Exception):
    """Nothing was changed; the message says why, `field` where in the form."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


@transaction.atomic
def ask(*, worker: Worker, kind: str, text: str, by: Any) -> DataRequest:
    """The person asks. Raises PermissionDenied, DataRefused: too short, or one of the kind is open already."""
    permissions.can_ask_for_own_data(by, worker).or_refuse()
    text = text.strip()[:LONGEST]
    if kind == K.CORRECTION and len(text) < LEAST_WORDS:
        raise DataRefused(_("Say which fact is wrong, and what would be right."), "text")
    made = DataRequest(worker=worker, kind=kind, due_on=working_days.after(timezone.localdate(), _days()))
    made.text = text
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError as error:
        raise DataRefused(_("Your earlier request is still open; its answer stands below.")) from error
    _line(made, "data.asked", {"kind": str(kind), "text_hash": words_hash(text)}, by)
    return made


@transaction.atomic
def take_back(*, request: DataRequest, by: Any) -> DataRequest:
    """The person takes it back before it is granted. Raises PermissionDenied, DataRefused."""
    permissions.can_ask_for_own_data(by, request.worker).or_refuse()
    found = _locked(request)
    if found.state not in (S.ASKED, S.PROPOSED):
        raise DataRefused(_("This has been decided already."))
    found.state = S.WITHDRAWN
    found.save(update_fields=["state"])
    _line(found, "data.taken_back", {}, by)
    return found


@transaction.atomic
def answer(*, request: DataRequest, grant: bool, answer: str, by: Any) -> DataRequest:
    """A correction is answered; a deletion is proposed to be granted or refused, for a second person to decide.

    Raises PermissionDenied, DataRefused: no reason, decided already, or something must be kept.
    """
    found = _locked(request)
    permissions.can_answer_data(by, found).or_refuse()
    if found.state != S.ASKED:
        raise DataRefused(_("This has been decided already."))
    words = _needed(answer)
    if found.kind == K.DELETION and grant:
        _nothing_holds(found.worker)
    found.grants, found.answer = grant, words
    found.first_by, found.first_at = by, timezone.now()
    if found.kind == K.DELETION:
        found.state = S.PROPOSED
    else:
        found.state = S.DONE if grant else S.REFUSED
    found.save()
    _line(found, "data.answered", {"grants": grant, "answer_hash": words_hash(words)}, by)
    return found


@transaction.atomic
def decide(*, request: DataRequest, agree: bool, by: Any, title: str = "", back_to: str = "") -> DataRequest:
    """The second person agrees with what was proposed, or gives it back to the office. Granted, a job deletes.

    Raises PermissionDenied, DataRefused.
    """
    found = _locked(request)
    permissions.can_decide_data(by, found).or_refuse()
    if found.state != S.PROPOSED:
        raise DataRefused(_("This has been decided already."))
    if not agree:
        found.state, found.grants, found.answer = S.ASKED, None, ""
        found.first_by = found.first_at = None
    else:
        if found.grants:
            _nothing_holds(found.worker)
        found.second_by, found.second_at = by, timezone.now()
        found.state = S.GRANTED if found.grants else S.REFUSED
    found.save()
    _line(found, "data.decided", {"agrees": agree, "grants": bool(found.grants)}, by)
    if found.state == S.GRANTED:
        payload = {"request": str(found.uuid)}
        queue.enqueue(JOB, payload=payload, by=by, title=title, back_to=back_to, once=str(found.uuid))
    return found


def _nothing_holds(worker: Worker) -> None:
    if found := keeping.holds(worker):
        raise DataRefused(_("Something must be kept: %(what)s") % {"what": found[0].for_office}, "grant")


def _needed(text: str) -> str:
    text = text.strip()
    if len(text) < LEAST_WORDS:
        raise DataRefused(_("Write the reason; the person reads it."), "answer")
    return text[:LONGEST]


def _locked(request: DataRequest) -> DataRequest:
    rows = DataRequest.objects.select_for_update(of=("self",)).select_related("worker__user")
    return rows.get(pk=request.pk)


def _days() -> int:
    days: int = settings.DATA_ANSWER_DAYS
    return days


def _line(request: DataRequest, kind: str, facts: dict[str, Any], by: Any) -> None:
    append(CHAIN, kind, subject=f"data:{request.uuid}", facts=facts, by=by)

"""Appeals: filed in time, withdrawn, taken to the second instance; who decides on them: `appeal_decisions`.

Times are set once, when a step is made, by the server's clock. Ledger lines hold keys, times and hashes of the words;
the words themselves rest sealed.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from competitions import roles
from competitions.domain import appeal_clocks, codes
from competitions.domain.appeal_clocks import Clock
from competitions.models import Appeal, AppealDecision, AppealFile, Entry, Event, Violation
from craft_site.kit.canonical import words_hash
from craft_site.kit.private_files import writing_private_files
from craft_site.kit.uploads import CleanUpload
from craft_site.ledger.chain import append, lock_head
from craft_site.people.domain import files
from craft_site.people.models import PrivateFile

S, O = Appeal.State, AppealDecision.Outcome  # noqa: E741
FILED_IN = (
    Event.State.RUNNING,
    Event.State.SCORING,
    Event.State.RECHECKING,
    Event.State.LOCKED,
    Event.State.DECODED,
    Event.State.PUBLICITY,
)

# from -> to. Nothing leads back: what was decided is decided again by others, not undone.
MOVES: dict[str, tuple[str, ...]] = {
    S.FILED: (S.ADMITTED, S.NOT_ADMITTED, S.WITHDRAWN),
    S.ADMITTED: (S.DECIDED, S.WITHDRAWN),
    S.NOT_ADMITTED: (S.SECOND, S.FINAL),
    S.DECIDED: (S.SECOND, S.FINAL),
    S.SECOND: (S.FINAL, S.WITHDRAWN),
    S.FINAL: (),
    S.WITHDRAWN: (),
}


class AppealRefused(Exception):
    """The step cannot be done; the message says why and what to do. field: the form field concerned, if any."""

    def __init__(self, message: str | Promise, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


def move(*, appeal: Appeal, to: str, by: Any, kind: str, facts: dict[str, Any], **changes: Any) -> Appeal:
    """One step of the table with its ledger line. Raises AppealRefused for any other step, or when somebody was
    quicker. The caller holds the chain."""
    if to not in MOVES[appeal.state]:
        raise AppealRefused(
            _("From “%(before)s” an appeal cannot go to “%(after)s”.")
            % {"before": S(appeal.state).label, "after": S(to).label}
        )
    if not Appeal.objects.filter(pk=appeal.pk, state=appeal.state).update(state=to, **changes):
        raise AppealRefused(_("Somebody else decided on this appeal meanwhile. Reload the page."))
    before, appeal.state = appeal.state, to
    for name, value in changes.items():
        setattr(appeal, name, value)
    append(
        appeal.event.chain,
        kind,
        subject=f"appeal:{appeal.uuid}",
        facts={"number": appeal.label, "from": before, "to": to, **facts},
        by=by,
    )
    return appeal


# --- whoever appeals -------------------------------------------------------------------------------------------------


def file(
    *,
    entry: Entry | None,
    subject: str,
    text: str,
    client_id: UUID,
    by: Any,
    violation: Violation | None = None,
    uploads: Sequence[CleanUpload] = (),
    late_reason: str = "",
) -> Appeal:
    """Files an appeal, in the outermost transaction. Sending the same client_id again gives the appeal there is.

    entry: whose; None for an official who appeals against a measure. Raises PermissionDenied; AppealRefused without
    words, after its time (unless the event admits late appeals for cause), or when one on this stands open already.
    """
    event = entry.event if entry is not None else violation.event if violation is not None else None
    if event is None:
        raise AppealRefused(_("Say what the appeal is about."), "subject")
    _may_speak(entry, violation, by)
    if not text.strip():
        raise AppealRefused(_("Say what happened and what you ask for."), "text")
    with writing_private_files() as kept:
        event = Event.objects.select_for_update().get(pk=event.pk)
        lock_head(event.chain)
        if (seen := Appeal.objects.filter(client_id=client_id).first()) is not None:
            if seen.filed_by_id != by.pk or seen.entry_id != (entry.pk if entry else None):
                raise AppealRefused(_("Reload the page and send the form again."))
            return seen
        clock = _clock(event, entry, subject, violation, late_reason)
        now = timezone.now()
        last = Appeal.objects.filter(event=event).aggregate(last=Max("number"))["last"] or 0
        appeal = Appeal(
            event=event,
            number=last + 1,
            entry=entry,
            release=clock.release,
            violation=violation,
            subject=subject,
            client_id=client_id,
            filed_by=by,
            filed_at=now,
            known_from=clock.known_from,
            known_at=clock.known_at,
            file_by=clock.until,
            late_reason=late_reason.strip()[:300] if clock.is_over(now) else "",
            answer_by=now + timedelta(minutes=event.answer_minutes),
        )
        appeal.text = text.strip()
        appeal.save()
        for upload in uploads:
            paper = files.keep(
                files=kept,
                upload=upload,
                kind=PrivateFile.Kind.EVIDENCE,
                worker=entry.worker if entry else None,
                by=by,
            )
            AppealFile.objects.create(appeal=appeal, file=paper)
        append(
            event.chain,
            "appeal.filed",
            subject=f"appeal:{appeal.uuid}",
            facts={
                "number": appeal.label,
                "entry": entry.uuid if entry else None,
                "violation": violation.uuid if violation else None,
                "subject": subject,
                "text_hash": words_hash(text),
                "known_from": clock.known_from,
                "known_at": clock.known_at,
                "file_by": clock.until,
                "answer_by": appeal.answer_by,
                "files": [upload.sha256 for upload in uploads],
            },
            by=by,
        )
    return appeal


def _may_speak(entry: Entry | None, violation: Violation | None, by: Any) -> None:
    if entry is not None:
        roles.can_speak_for(by, entry).or_refuse()
        if violation is not None and (
            violation.code is None or codes.entry_of(violation.code).pk != entry.pk
        ):
            raise PermissionDenied(_("This measure concerns somebody else."))
    elif violation is None or violation.seat is None or violation.seat.user_id != by.pk:
        raise PermissionDenied(_("This measure concerns somebody else."))


def _clock(
    event: Event, entry: Entry | None, subject: str, violation: Violation | None, late_reason: str
) -> Clock:
    """The clock, when an appeal may be filed now. Raises AppealRefused."""
    if event.state not in FILED_IN:
        raise AppealRefused(_("This event takes no appeals now."))
    if (subject == Appeal.Subject.MEASURE) != (violation is not None):
        raise AppealRefused(_("Say what the appeal is about."), "subject")
    if violation is not None and violation.state != Violation.State.DECIDED:
        raise AppealRefused(_("Nothing has been decided on this violation yet."))
    clock = appeal_clocks.clock_of(entry=entry, subject=subject, violation=violation)
    if subject == Appeal.Subject.MARKS and clock.release is None:
        raise AppealRefused(_("No marks have been published yet; the time has not begun."), "subject")
    same = Appeal.objects.open().filter(event=event, entry=entry, subject=subject, violation=violation)
    if same.exists():
        raise AppealRefused(
            _("Your appeal %(number)s on this is open already.") % {"number": same[0]}, "subject"
        )
    if clock.is_over():
        assert clock.known_at is not None
        assert clock.until is not None
        if not event.late_appeals:
            raise AppealRefused(
                _("The time is over: it began on %(known)s (%(what)s) and ended on %(until)s.")
                % {
                    "known": _shown(clock.known_at),
                    "what": Appeal.KnownFrom(clock.known_from).label,
                    "until": _shown(clock.until),
                },
                "subject",
            )
        if not late_reason.strip():
            raise AppealRefused(
                _("The time ended on %(until)s. Say why you could not appeal earlier.")
                % {"until": _shown(clock.until)},
                "late_reason",
            )
    return clock


def _shown(at: datetime) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}"


@transaction.atomic
def withdraw(*, appeal: Appeal, by: Any) -> Appeal:
    """Whoever appeals takes the appeal back while nothing was decided on it. Raises PermissionDenied, AppealRefused."""
    appeal = locked(appeal)
    _own(appeal, by)
    if appeal.state == S.WITHDRAWN:
        return appeal
    return move(appeal=appeal, to=S.WITHDRAWN, by=by, kind="appeal.withdrawn", facts={})


@transaction.atomic
def file_second(*, appeal: Appeal, text: str, by: Any) -> Appeal:
    """Goes to the second instance within its time; sent twice it is filed once.

    Raises PermissionDenied, AppealRefused.
    """
    appeal = locked(appeal)
    _own(appeal, by)
    if appeal.state == S.SECOND:
        return appeal
    if not text.strip():
        raise AppealRefused(_("Say why the first decision is wrong."), "text")
    now = timezone.now()
    if appeal.state in Appeal.ANSWERED and not appeal.may_go_on(now):
        assert appeal.second_by is not None
        raise AppealRefused(
            _("The time for the second instance ended on %(until)s.") % {"until": _shown(appeal.second_by)}
        )
    answer_by = now + timedelta(minutes=appeal.event.answer_minutes)
    move(
        appeal=appeal,
        to=S.SECOND,
        by=by,
        kind="appeal.second_filed",
        facts={"text_hash": words_hash(text), "answer_by": answer_by},
        second_filed_at=now,
        second_answer_by=answer_by,
    )
    appeal.second_text = text.strip()
    appeal.save(update_fields=("second_text",))
    return appeal


def _own(appeal: Appeal, by: Any) -> None:
    if appeal.entry is not None:
        roles.can_speak_for(by, appeal.entry).or_refuse()
    elif appeal.filed_by_id != by.pk:
        raise PermissionDenied(_("Only the contestant or the team leader appeals."))


def locked(appeal: Appeal) -> Appeal:
    """The appeal as it stands, behind the locked event and its chain."""
    event = Event.objects.select_for_update().get(pk=appeal.event_id)
    lock_head(event.chain)
    appeal = Appeal.objects.select_related("entry__worker", "violation").get(pk=appeal.pk)
    appeal.event = event
    return appeal

"""The days of public notice: what keeps a result from being final, and what the public says against it."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from competitions import roles
from competitions.domain.readiness import Blocker
from competitions.models import Appeal, AppealDecision, Event, Objection, Release
from craft_site.kit.canonical import words_hash
from craft_site.kit.language import listed
from craft_site.ledger.chain import append, lock_head


class ObjectionRefused(Exception):
    """The objection or its answer cannot be kept; the message says why."""


def on_notice(release: Release) -> bool:
    """Whether the public may object to this version now: it is the newest and its days are not over."""
    return (
        release.event.state == Event.State.PUBLICITY
        and release.notice_until is not None
        and timezone.now() <= release.notice_until
        and not release.event.releases.filter(number__gt=release.number).exists()
    )


def open_matters(event: Event) -> list[Blocker]:
    """What people have said against the result and nobody has settled: appeals, decisions not told, objections."""
    found = []
    waiting = list(Appeal.objects.open().filter(event=event).order_by("number"))
    if waiting:
        text = _("Open appeals: %(numbers)s.") % {"numbers": listed(map(str, waiting[:12]))}
        found.append(Blocker("open_appeals", text, "appeals"))
    if undone := _unfinished(event):
        text = _("Decisions on appeals that no version of the result tells yet: %(numbers)s.")
        found.append(Blocker("untold", text % {"numbers": listed(undone[:12])}, "appeals"))
    unanswered = Objection.objects.filter(release__event=event, answered_at__isnull=True).count()
    if unanswered:
        text = ngettext(
            "%(count)d objection is not answered.", "%(count)d objections are not answered.", unanswered
        )
        found.append(Blocker("objections", text % {"count": unanswered}, "objections"))
    return found


def _unfinished(event: Event) -> list[str]:
    """Appeals over whose last decision changes something and stands in no release yet."""
    decided = AppealDecision.objects.filter(
        appeal__event=event,
        appeal__state__in=(*Appeal.ANSWERED, Appeal.State.FINAL),
        appeal__entry__isnull=False,
    )
    last: dict[int, AppealDecision] = {}
    for decision in decided.select_related("appeal"):
        last[decision.appeal_id] = decision  # ordered by instance
    return [
        decision.appeal.label
        for decision in last.values()
        if decision.outcome in AppealDecision.CHANGES
        and decision.appeal.is_over
        and decision.released_in_id is None
    ]


def close_answered(*, event: Event, by: Any) -> int:
    """Appeals whose time for the second instance has passed become final. The caller holds the chain."""
    found = 0
    for appeal in Appeal.objects.filter(event=event, state__in=Appeal.ANSWERED, second_by__lt=timezone.now()):
        Appeal.objects.filter(pk=appeal.pk, state=appeal.state).update(state=Appeal.State.FINAL)
        append(
            event.chain,
            "appeal.final",
            subject=f"appeal:{appeal.uuid}",
            facts={"number": appeal.label, "from": str(appeal.state)},
            by=by,
        )
        found += 1
    return found


@transaction.atomic
def object_to(*, release: Release, name: str, phone: str, text: str, client_id: UUID) -> Objection:
    """Keeps what somebody says against a result on notice, sealed. The same client_id twice is one objection.

    Raises ObjectionRefused after the days of notice or for a version that was superseded.
    """
    event = Event.objects.select_for_update().get(pk=release.event_id)
    lock_head(event.chain)
    if (seen := Objection.objects.filter(client_id=client_id).first()) is not None:
        return seen
    release.event = event
    if not on_notice(release):
        raise ObjectionRefused(_("This result is not on public notice any more."))
    objection = Objection(release=release, client_id=client_id)
    objection.name, objection.phone, objection.text = name.strip(), phone.strip(), text.strip()
    objection.save()
    append(
        event.chain,
        "objection.received",
        subject=f"objection:{objection.uuid}",
        facts={"release": release.slug, "text_hash": words_hash(text)},
        by=None,
    )
    return objection


@transaction.atomic
def answer(*, objection: Objection, text: str, by: Any) -> Objection:
    """The office's answer; the last one holds until it was given. Raises PermissionDenied, ObjectionRefused."""
    event = objection.release.event
    roles.can_answer_objections(by, event).or_refuse()
    if not text.strip():
        raise ObjectionRefused(_("Write the answer that was given."))
    lock_head(event.chain)
    objection = Objection.objects.select_for_update(of=("self",)).get(pk=objection.pk)
    if objection.answered_at is not None:
        raise ObjectionRefused(_("This objection has been answered already."))
    objection.answer, objection.answered_by, objection.answered_at = text.strip(), by, timezone.now()
    objection.save(update_fields=("answer", "answered_by", "answered_at"))
    append(
        event.chain,
        "objection.answered",
        subject=f"objection:{objection.uuid}",
        facts={"answer_hash": words_hash(text)},
        by=by,
    )
    return objection

"""Marking schemes of an event: adopt a checked scheme as its next version, and refuse what would spoil marks given."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from competitions.domain.event_setup import reached
from competitions.models import EnteredMark, Event, Mark, PenaltyRecord, SchemeVersion
from competitions.scoring.scheme import Aspect, Scheme, canonical_json, content_hash
from craft_site.kit.canonical import words_hash
from craft_site.kit.language import listed
from craft_site.ledger.chain import append

S = Event.State


class SchemeRefused(Exception):
    """The scheme cannot be adopted now; the message says why. field: the form field concerned, if any."""

    def __init__(self, message: str | Promise, field: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.field = field


def is_frozen(event: Event, newest: SchemeVersion | None) -> bool:
    """Whether the scheme in force stands: every change is then a new version with a reason."""
    return (
        (newest is not None and newest.frozen_at is not None) or reached(event, S.FROZEN) or _has_marks(event)
    )


def is_closed(event: Event) -> bool:
    """Whether the marks are locked, so that no new version may be made."""
    return reached(event, S.LOCKED)


@transaction.atomic
def adopt_scheme(
    *,
    event: Event,
    scheme: Scheme,
    based_on: str,
    by: Any,
    reason: str = "",
    in_place: bool = False,
) -> SchemeVersion:
    """Makes a checked scheme the event's scheme in force.

    based_on: content hash of the version that the author saw, "" where there was none; another one in force means
    that somebody was faster. in_place: a version that nothing stands on yet is overwritten (an edit at the desk);
    otherwise, and always once the scheme is frozen or marks exist, a version with the next number is made. Then a
    reason is needed, the aspects and what is read for each stay as they are, and the new version is frozen at once.
    Marks are raw readings, so a changed nominal or mark re-marks everybody.
    Adopting what is in force already changes nothing. Raises SchemeRefused.
    """
    event = Event.objects.select_for_update().get(pk=event.pk)
    newest = event.scheme_version
    digest = content_hash(scheme)
    if newest is not None and newest.content_hash == digest:
        return newest
    if based_on != ("" if newest is None else newest.content_hash):
        raise SchemeRefused(_("The scheme was changed meanwhile. Reload the page and look again."))
    if is_closed(event):
        raise SchemeRefused(_("The marks are locked; the scheme can no longer be changed."))
    frozen = is_frozen(event, newest)
    if frozen and not reason.strip():
        raise SchemeRefused(_("The scheme is frozen: say why it is changed."), "reason")
    if frozen and newest is not None:
        _refuse_what_spoils_marks(event, newest.scheme, scheme)
    fields = {
        "title": scheme.title.zh[:160],
        "body": canonical_json(scheme),
        "content_hash": digest,
        "reason": reason.strip(),
    }
    overwrite = in_place and not frozen and newest is not None and not newest.releases.exists()
    if overwrite and newest is not None:
        before = newest.content_hash
        SchemeVersion.objects.filter(pk=newest.pk, frozen_at__isnull=True).update(
            **fields, by=by, created_at=timezone.now()
        )
        version = SchemeVersion.objects.get(pk=newest.pk)
    else:
        before = newest.content_hash if newest else ""
        version = SchemeVersion.objects.create(
            event=event,
            number=newest.number + 1 if newest else 1,
            by=by,
            frozen_at=timezone.now() if frozen else None,
            **fields,
        )
    append(
        event.chain,
        "scheme.edited" if overwrite else "scheme.adopted",
        subject=f"scheme:{event.code}:{version.number}",
        facts={"content": digest, "before": before, "frozen": frozen, "reason_hash": words_hash(reason)},
        by=by,
    )
    return version


def _has_marks(event: Event) -> bool:
    return (
        Mark.objects.filter(sheet__event=event).exists() or EnteredMark.objects.filter(event=event).exists()
    )


def _refuse_what_spoils_marks(event: Event, before: Scheme, after: Scheme) -> None:
    """Once frozen, sheets are issued for these aspects and readings: numbers may change, what is read may not."""
    was = {aspect.code: _reading_form(aspect) for aspect in before.aspects()}
    now = {aspect.code: _reading_form(aspect) for aspect in after.aspects()}
    differ = sorted(code for code in was.keys() | now.keys() if was.get(code) != now.get(code))
    if differ:
        raise SchemeRefused(
            _("The scheme is frozen: what is read for %(codes)s cannot be changed, added or removed.")
            % {"codes": listed(differ[:12])}
        )
    if {c.code for c in before.composition.components} != {c.code for c in after.composition.components}:
        raise SchemeRefused(_("The scheme is frozen: its components stay."))
    used = set(PenaltyRecord.objects.filter(code__event=event).values_list("rule", flat=True).distinct())
    gone = sorted(used - {rule.code for rule in after.penalties.rules})
    if gone:
        raise SchemeRefused(
            _("The penalty %(codes)s has been given, so its rule stays.") % {"codes": listed(gone)}
        )


def _reading_form(aspect: Aspect) -> tuple[object, ...]:
    """What a judge enters for an aspect: two aspects of one form take the same readings."""
    panel = aspect.panel
    return (
        aspect.method,
        aspect.stage,
        aspect.points,
        aspect.derived_from,
        aspect.rule in {"gauge", "checklist"},
        None if panel is None else (panel.judges, panel.scale),
        aspect.difficulty is not None,
        tuple(event.code for event in aspect.events),
    )

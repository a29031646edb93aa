"""Speakers' groups: who is appointed by which letter, until when, and who may be named."""

from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from craft_site.ledger.chain import append, lock_head
from craft_site.people.models import Worker
from honours import roles_outreach as roles
from honours.domain.refusals import HonourRefused
from honours.models import OUTREACH, Speaker, SpeakerGroup


@transaction.atomic
def found_group(*, name: str, by: Any, name_en: str = "") -> SpeakerGroup:
    """A new speakers' group. Raises PermissionDenied, HonourRefused."""
    roles.can_keep_talks(by).or_refuse()
    lock_head(OUTREACH)
    if not name.strip():
        raise HonourRefused(_("This field is required."), field="new_group")
    try:
        with transaction.atomic():
            group = SpeakerGroup.objects.create(name=name.strip(), name_en=name_en.strip())
    except IntegrityError as error:
        raise HonourRefused(_("There is a group of this name."), field="new_group") from error
    append(OUTREACH, "speaker_group.made", subject=f"speaker_group:{group.pk}", facts={}, by=by)
    return group


@transaction.atomic
def appoint(
    *,
    group: SpeakerGroup | None,
    letter_no: str,
    since: date,
    by: Any,
    until: date | None = None,
    worker: Worker | None = None,
    name: str = "",
    new_group: str = "",
) -> Speaker:
    """Somebody becomes a speaker by a letter of appointment. name: of somebody who is not in the register; new_group:
    its name, where there is no group yet.

    Raises PermissionDenied, HonourRefused.
    """
    roles.can_keep_talks(by).or_refuse()
    lock_head(OUTREACH)
    name = worker.name if worker is not None else name.strip()
    if not name:
        raise HonourRefused(_("Enter who speaks: a worker of the register, or a name."), field="name")
    if not letter_no.strip():
        raise HonourRefused(_("Enter the number of the letter of appointment."), field="letter_no")
    _check_term(since, until)
    if group is None:
        group = found_group(name=new_group, by=by)
    speaker = Speaker(
        group=group,
        worker=worker,
        name=name,
        letter_no=letter_no.strip(),
        since=since,
        until=until,
        made_by=by,
    )
    try:
        with transaction.atomic():
            speaker.save()
    except IntegrityError as error:
        raise HonourRefused(_("Another letter of appointment has this number."), field="letter_no") from error
    facts = {"group": group.pk, "since": since, "until": until}
    append(OUTREACH, "speaker.appointed", subject=f"speaker:{speaker.uuid}", facts=facts, by=by)
    return speaker


@transaction.atomic
def set_term(*, speaker: Speaker, until: date | None, by: Any) -> Speaker:
    """Prolongs or ends an appointment. Raises PermissionDenied, HonourRefused."""
    roles.can_keep_talks(by).or_refuse()
    found = _again(speaker)
    _check_term(found.since, until)
    found.until = until
    found.save(update_fields=["until"])
    append(OUTREACH, "speaker.term", subject=f"speaker:{found.uuid}", facts={"until": until}, by=by)
    return found


@transaction.atomic
def say_named(*, speaker: Speaker, named: bool, by: Any) -> Speaker:
    """Whether public pages name the speaker; they follow at once. Raises PermissionDenied."""
    found = _again(speaker)
    roles.can_say_named(by, found).or_refuse()
    found.may_name = named
    found.save(update_fields=["may_name"])
    append(OUTREACH, "speaker.named", subject=f"speaker:{found.uuid}", facts={"named": named}, by=by)
    return found


def _again(speaker: Speaker) -> Speaker:
    lock_head(OUTREACH)
    found: Any = Speaker.objects.select_for_update(of=("self",)).select_related("worker", "group")
    return found.get(pk=speaker.pk)  # type: ignore[no-any-return]


def _check_term(since: date, until: date | None) -> None:
    if until is not None and until < since:
        raise HonourRefused(_("The term ends before it begins."), field="until")
    if not date(1980, 1, 1) <= since <= date(timezone.localdate().year + 2, 12, 31):
        raise HonourRefused(_("This is no day for an appointment."), field="since")

"""Academies with their branches, bases and rooms, and appointing mentors."""

from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from academy.domain.alliances import belongs
from academy.domain.refusals import TrainingRefused
from academy.findable import MENTORS
from academy.models import Academy, Mentor, Place, Studio
from craft_site.kit.canonical import words_hash
from craft_site.ledger.chain import append
from craft_site.people.models import Trade, Worker
from craft_site.search import index


@transaction.atomic
def save_academy(*, academy: Academy, by: Any) -> Academy:
    """Keeps an academy, branch or base, new or changed. Raises TrainingRefused: it would belong to itself, or an
    academy that others belong to would itself belong to one."""
    if academy.kind == Academy.Kind.ACADEMY and academy.parent is not None:
        raise TrainingRefused(
            _("An academy belongs to no other: make it a branch or a base."), field="parent"
        )
    if academy.kind != Academy.Kind.ACADEMY and academy.parent is None:
        raise TrainingRefused(_("Say which academy this branch or base belongs to."), field="parent")
    if academy.parent is not None and academy.pk in {one.pk for one in academy.parent.above()}:
        raise TrainingRefused(_("An academy cannot belong to itself, nor to one below it."), field="parent")
    fresh = academy.pk is None
    academy.save()
    append(
        academy.chain,
        "academy.founded" if fresh else "academy.changed",
        subject=f"academy:{academy.code}",
        facts={
            "kind": academy.kind,
            "name_hash": words_hash(academy.name),
            "parent": academy.parent.code if academy.parent else "",
            "firm": academy.employer_id,
            "alliance": academy.alliance_id,
        },
        by=by,
    )
    return academy


@transaction.atomic
def add_place(*, academy: Academy, name: str, by: Any) -> Place:
    """A room or workshop. Raises TrainingRefused when the academy has one of this name."""
    name = name.strip()
    try:
        with transaction.atomic():
            place = Place.objects.create(academy=academy, name=name)
    except IntegrityError as error:
        raise TrainingRefused(_("The academy has a room of this name already."), field="name") from error
    append(
        academy.chain,
        "place.added",
        subject=f"place:{place.pk}",
        facts={"name_hash": words_hash(name)},
        by=by,
    )
    return place


@transaction.atomic
def drop_place(*, place: Place, by: Any) -> None:
    """Takes a room away that no session was ever held in. Raises TrainingRefused otherwise."""
    key, academy = place.pk, place.academy
    try:
        with transaction.atomic():
            place.delete()
    except ProtectedError as error:
        raise TrainingRefused(_("Sessions stand in the timetable of this room: it stays.")) from error
    append(academy.chain, "place.dropped", subject=f"place:{key}", facts={}, by=by)


@transaction.atomic
def appoint(
    *,
    academy: Academy,
    worker: Worker,
    trade: Trade,
    grade: int,
    letter_no: str,
    since: date,
    until: date | None,
    by: Any,
    studio: Studio | None = None,
    publicity: bool = False,
) -> Mentor:
    """Appoints a worker as mentor of an academy for a term. publicity: the mentor agreed to be named in public.

    Raises TrainingRefused: the term ends before it begins, overlaps another of the same academy, the letter's number
    is used, the trade has no such level, or the studio is no member of the academy's alliance on the first day.
    """
    letter_no = letter_no.strip()
    if until is not None and until < since:
        raise TrainingRefused(_("The appointment ends before it begins."), field="until")
    if Mentor.objects.filter(letter_no=letter_no).exists():
        raise TrainingRefused(_("This letter number is used already."), field="letter_no")
    if trade.levels.exists() and not trade.levels.filter(grade=grade).exists():
        raise TrainingRefused(_("This trade has no such level."), field="grade")
    # Two letters for one person at once would both pass the question below.
    Academy.objects.select_for_update().get(pk=academy.pk)
    terms = Mentor.objects.filter(Q(until=None) | Q(until__gte=since), academy=academy, worker=worker)
    if until is not None:
        terms = terms.filter(since__lte=until)
    if terms.exists():
        raise TrainingRefused(_("This worker is appointed here for a part of that time."), field="since")
    if studio is not None and academy.alliance is not None and not belongs(studio, academy.alliance, since):
        raise TrainingRefused(
            _("The studio is no member of the academy's alliance on the first day."), field="studio"
        )
    try:
        with transaction.atomic():
            mentor = Mentor.objects.create(
                academy=academy,
                worker=worker,
                trade=trade,
                grade=grade,
                letter_no=letter_no,
                since=since,
                until=until,
                studio=studio,
                agreed_publicity_at=timezone.now() if publicity else None,
            )
    except IntegrityError as error:
        raise TrainingRefused(_("This letter number is used already."), field="letter_no") from error
    index.refresh(MENTORS, [mentor.uuid])
    append(
        academy.chain,
        "mentor.appointed",
        subject=f"mentor:{mentor.uuid}",
        facts={"letter_hash": words_hash(letter_no), "since": since, "until": until, "grade": grade},
        by=by,
    )
    return mentor


@transaction.atomic
def end_appointment(*, mentor: Mentor, on: date, reason: str, by: Any) -> Mentor:
    """Ends an appointment on a day; what was taught stays. Raises TrainingRefused before its first day, or while
    sessions after that day name the mentor."""
    academy = Academy.objects.select_for_update().get(pk=mentor.academy_id)
    mentor = Mentor.objects.get(pk=mentor.pk)
    if on < mentor.since:
        raise TrainingRefused(_("The appointment ends before it begins."), field="on")
    if mentor.until == on:
        return mentor
    if mentor.until is not None and mentor.until < on:
        raise TrainingRefused(_("The appointment has ended before that day."), field="on")
    if mentor.sessions.filter(starts_at__date__gt=on).exists():
        raise TrainingRefused(
            _("Sessions after that day name this mentor: give them to somebody else first."), field="on"
        )
    mentor.until = on
    mentor.save(update_fields=("until",))
    index.refresh(MENTORS, [mentor.uuid])
    append(
        academy.chain,
        "mentor.ended",
        subject=f"mentor:{mentor.uuid}",
        facts={"until": on, "reason_hash": words_hash(reason)},
        by=by,
    )
    return mentor

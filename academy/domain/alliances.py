"""Alliances, the studios, and how these join and leave. A line names rows and hashes words, never a person."""

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from academy.domain.refusals import TrainingRefused
from academy.models import Alliance, Membership, Studio
from craft_site.kit.canonical import words_hash
from craft_site.ledger.chain import append


@transaction.atomic
def save_alliance(*, alliance: Alliance, by: Any) -> Alliance:
    """Keeps an alliance, new or changed."""
    fresh = alliance.pk is None
    alliance.save()
    append(
        alliance.chain,
        "alliance.founded" if fresh else "alliance.changed",
        subject=f"alliance:{alliance.pk}",
        facts={"name_hash": words_hash(alliance.name), "founded": alliance.founded_on},
        by=by,
    )
    return alliance


@transaction.atomic
def save_studio(*, studio: Studio, by: Any) -> Studio:
    """Keeps a studio, new or changed, with its firm and perhaps its leader."""
    fresh = studio.pk is None
    studio.save()
    append(
        studio.chain,
        "studio.founded" if fresh else "studio.changed",
        subject=f"studio:{studio.pk}",
        facts={
            "name_hash": words_hash(studio.name),
            "firm": studio.employer_id,
            "leader": None if studio.leader is None else studio.leader.uuid,
        },
        by=by,
    )
    return studio


@transaction.atomic
def join(
    *, alliance: Alliance, studio: Studio, since: date, by: Any, until: date | None = None
) -> Membership:
    """A studio joins an alliance. Raises TrainingRefused when it is a member for a part of that time already."""
    if until is not None and until < since:
        raise TrainingRefused(_("The membership ends before it begins."), field="until")
    Alliance.objects.select_for_update().get(pk=alliance.pk)
    others = Membership.objects.filter(Q(until=None) | Q(until__gte=since), alliance=alliance, studio=studio)
    if until is not None:
        others = others.filter(since__lte=until)
    if others.exists():
        raise TrainingRefused(_("The studio is a member for a part of that time."), field="studio")
    made = Membership.objects.create(alliance=alliance, studio=studio, since=since, until=until)
    append(
        alliance.chain,
        "studio.joined",
        subject=f"studio:{studio.pk}",
        facts={"since": since, "until": until},
        by=by,
    )
    return made


@transaction.atomic
def leave(*, membership: Membership, on: date, by: Any) -> Membership:
    """A studio leaves its alliance at the end of a day; mentors keep the appointments they have."""
    if on < membership.since:
        raise TrainingRefused(_("The membership ends before it begins."), field="on")
    if membership.until == on:
        return membership
    membership.until = on
    membership.save(update_fields=("until",))
    append(
        membership.alliance.chain,
        "studio.left",
        subject=f"studio:{membership.studio_id}",
        facts={"since": membership.since, "until": on},
        by=by,
    )
    return membership


def belongs(studio: Studio, alliance: Alliance, on: date) -> bool:
    """Whether the studio is a member on that day; the first and the last day count."""
    found = Membership.objects.filter(Q(until=None) | Q(until__gte=on), alliance=alliance, studio=studio)
    return found.filter(since__lte=on).exists()

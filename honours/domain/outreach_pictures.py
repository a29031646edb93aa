"""Pictures of visits and talks: made anew at the door, in private storage, shown in public with consent alone."""

from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from craft_site.kit.private_files import writing_private_files
from craft_site.kit.uploads import CleanUpload
from craft_site.ledger.chain import append, lock_head
from craft_site.people.domain import files
from craft_site.people.models import PrivateFile
from craft_site.people.roles import ORGANISER, REVIEWER, SUPERVISOR
from honours import roles_outreach as roles
from honours.domain.refusals import HonourRefused
from honours.models import OUTREACH, OutreachPicture, Talk, Visit

MOST = 12


def add(*, of: Visit | Talk, upload: CleanUpload, words: str, may_publish: bool, by: Any) -> OutreachPicture:
    """Keeps one picture, in the outermost transaction. may_publish: everybody who can be recognised agreed.

    Raises PermissionDenied, HonourRefused.
    """
    with writing_private_files() as kept:
        lock_head(OUTREACH)
        if isinstance(of, Visit):
            roles.can_add_picture(by, of).or_refuse()
            held = Visit.objects.held().filter(pk=of.pk).exists()
        else:
            roles.can_keep_talks(by).or_refuse()
            held = Talk.objects.held().filter(pk=of.pk).exists()
        if not held:
            raise HonourRefused(_("Pictures are added once it took place."))
        if not words.strip():
            raise HonourRefused(_("Say what the picture shows."), field="words")
        if of.pictures.count() >= MOST:  # type: ignore[union-attr]
            raise HonourRefused(_("There are %(most)d pictures already.") % {"most": MOST}, field="file")
        file = files.keep(files=kept, upload=upload, kind=PrivateFile.Kind.PHOTO, worker=None, by=by)
        made = OutreachPicture.objects.create(
            visit=of if isinstance(of, Visit) else None,
            talk=of if isinstance(of, Talk) else None,
            file=file,
            words=words.strip(),
            may_publish=may_publish,
            made_by=by,
        )
        facts = {"picture": str(made.uuid), "sha256": file.sha256, "may_publish": may_publish}
        append(OUTREACH, "picture.added", subject=of.subject, facts=facts, by=by)
    return made


@transaction.atomic
def drop(*, picture: OutreachPicture, by: Any) -> None:
    """Takes a picture away for good: somebody on it may want that. Raises PermissionDenied."""
    lock_head(OUTREACH)
    roles.can_drop_picture(by, picture).or_refuse()
    of = picture.visit or picture.talk
    assert of is not None
    facts = {"picture": str(picture.uuid)}
    append(OUTREACH, "picture.dropped", subject=of.subject, facts=facts, by=by)
    file = picture.file
    picture.delete()
    files.drop(file=file)


def visible_to(user: Any) -> QuerySet[OutreachPicture]:
    """Of the visits that the person may know of; of talks, the office's."""
    seen = Q(visit__in=Visit.objects.visible_to(user))
    if user.has_role(ORGANISER, REVIEWER, SUPERVISOR):
        seen |= Q(talk__isnull=False)
    return OutreachPicture.objects.filter(seen).select_related("file", "visit", "talk")


def in_public() -> QuerySet[OutreachPicture]:
    """With consent, of what may be published itself."""
    public = Q(visit__in=Visit.objects.in_public()) | Q(talk__in=Talk.objects.in_public())
    return OutreachPicture.objects.filter(public, may_publish=True).select_related("file")

"""The papers of an entry: from the contestant while it is open, from the employer of a roster until the list is out."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from competitions.domain.entries import REVIEWED_IN, WAITING, EntryRefused, locked, still_open
from competitions.models import Entry, EntryFile, Event
from craft_site.kit.private_files import PrivateWriter, writing_private_files
from craft_site.kit.uploads import CleanUpload
from craft_site.ledger.chain import append
from craft_site.people.domain import files
from craft_site.people.models import PrivateFile, Worker

_FILED_AS = {
    EntryFile.Kind.PHOTO: PrivateFile.Kind.PHOTO,
    EntryFile.Kind.CERTIFICATE: PrivateFile.Kind.CERTIFICATE,
}


def upload_paper(*, entry: Entry, kind: str, upload: CleanUpload, by: Any) -> EntryFile:
    """Adds a paper to an open entry, in the outermost transaction; the same paper twice is kept once. A photo
    becomes that of the profile when there is none. kind: an EntryFile.Kind. Raises EntryRefused."""
    with writing_private_files() as kept:
        entry = locked(entry)
        still_open(entry)
        return _keep_paper(kept, entry, kind, upload, by)[0]


def upload_for_roster(*, entry: Entry, kind: str, upload: CleanUpload, by: Any) -> EntryFile:
    """Adds a paper to an entry that its employer's roster made, until the accepted list is out: a roster carries no
    photo. In the outermost transaction; the same paper twice is kept once. Raises EntryRefused."""
    with writing_private_files() as kept:
        event = Event.objects.select_for_update().get(pk=entry.event_id)
        entry = locked(entry)
        if not takes_roster_papers(entry, event):
            raise EntryRefused(_("Papers are added to entries of a roster while they are under review."))
        paper, made = _keep_paper(kept, entry, kind, upload, by)
        if made:
            append(event.chain, "entry.corrected", subject=f"entry:{entry.uuid}", facts={}, by=by)
        return paper


def takes_roster_papers(entry: Entry, event: Event) -> bool:
    """Whether the employer may still add what a self-registered contestant hands in alone."""
    return (
        entry.from_roster and event.state in REVIEWED_IN and entry.state in (*WAITING, Entry.State.RETURNED)
    )


def _keep_paper(
    kept: PrivateWriter, entry: Entry, kind: str, upload: CleanUpload, by: Any
) -> tuple[EntryFile, bool]:
    """The paper, and whether it is new."""
    same = entry.files.filter(kind=kind, file__sha256=upload.sha256).first()
    if same is not None:
        return same, False
    file = files.keep(
        files=kept,
        upload=upload,
        kind=_FILED_AS.get(EntryFile.Kind(kind), PrivateFile.Kind.EVIDENCE),
        worker=entry.worker,
        by=by,
    )
    if kind == EntryFile.Kind.PHOTO and entry.worker.photo_id is None:
        Worker.objects.filter(pk=entry.worker_id).update(photo=file)
    return EntryFile.objects.create(entry=entry, kind=kind, file=file), True


@transaction.atomic
def remove_paper(*, entry: Entry, paper: EntryFile, by: Any) -> None:
    """Takes a paper off an open entry; the file goes too when nothing else needs it. Raises EntryRefused."""
    entry = locked(entry)
    still_open(entry)
    file = paper.file
    EntryFile.objects.filter(pk=paper.pk, entry=entry).delete()
    if entry.worker.photo_id != file.pk and not EntryFile.objects.filter(file=file).exists():
        files.drop(file=file)

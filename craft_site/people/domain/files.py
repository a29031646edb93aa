"""Files about people: made anew at the door (kit.uploads), kept in private storage, opened through one guarded view."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from craft_site.kit.private_files import PrivateWriter, delete_private, strays, writing_private_files
from craft_site.kit.uploads import CleanUpload
from craft_site.people.models import PrivateFile, Worker


def keep(
    *, files: PrivateWriter, upload: CleanUpload, kind: str, worker: Worker | None, by: Any
) -> PrivateFile:
    """Writes an upload and its row inside the caller's `writing_private_files` block. kind: a PrivateFile.Kind."""
    return PrivateFile.objects.create(
        kind=kind,
        worker=worker,
        uploaded_by=by,
        name=files.save(upload.content, suffix=upload.suffix),
        content_type=upload.content_type,
        size=upload.size,
        sha256=upload.sha256,
        image_hash=upload.difference_hash,
    )


def store(*, upload: CleanUpload, kind: str, worker: Worker | None, by: Any) -> PrivateFile:
    """Keeps an upload in a transaction of its own (the outermost)."""
    with writing_private_files() as files:
        return keep(files=files, upload=upload, kind=kind, worker=worker, by=by)


@transaction.atomic
def drop(*, file: PrivateFile) -> None:
    """Takes a file away, row first. Dropping twice does no harm."""
    PrivateFile.objects.filter(pk=file.pk).delete()
    delete_private(file.name)


STRAY_AFTER = timedelta(days=1)


def delete_strays() -> int:
    """Deletes private files without a row, and says how many. A file is written before its row commits, so a young
    one may still be getting its row and is left alone."""
    known = set(PrivateFile.objects.values_list("name", flat=True))
    found = list(strays(known, older_than=timezone.now() - STRAY_AFTER))
    for name in found:
        delete_private(name)
    return len(found)


def visible_to(user: Any) -> QuerySet[PrivateFile]:
    """The only gate: files of the workers whom the person may see, and the person's own uploads. Imported files are
    working material and are shown to nobody; copies of data have a door of their own."""
    seen = Q(worker__in=Worker.objects.visible_to(user)) | Q(uploaded_by=user)
    sealed = (PrivateFile.Kind.ROSTER, PrivateFile.Kind.EXPORT)
    return PrivateFile.objects.filter(seen).exclude(kind__in=sealed)

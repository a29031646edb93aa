"""An uploaded roster between upload and load: it holds document numbers, so it rests sealed and not for long."""

import base64
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from craft_site.jobs.queue import Rejected
from craft_site.kit.encryption import open_sealed, seal
from craft_site.kit.private_files import open_private, writing_private_files
from craft_site.people.domain import files
from craft_site.people.models import PrivateFile

FORGOTTEN_AFTER = timedelta(hours=24)


def keep_upload(*, content: bytes, by: Any) -> PrivateFile:
    """Keeps an uploaded workbook sealed until it is loaded; forgets those that nobody came back for."""
    forget_old_uploads()
    uuid = uuid4()
    token = seal(base64.b64encode(content).decode(), context=f"roster:{uuid}").encode()
    with writing_private_files() as kept:
        return PrivateFile.objects.create(
            uuid=uuid,
            kind=PrivateFile.Kind.ROSTER,
            uploaded_by=by,
            name=kept.save(token, suffix=".sealed"),
            content_type="application/octet-stream",
            size=len(token),
            sha256="",
        )


def read_upload(*, file: PrivateFile) -> bytes:
    """The workbook as it was uploaded. Raises SealError, FileNotFoundError."""
    with open_private(file.name) as stored:
        token = stored.read().decode()
    return base64.b64decode(open_sealed(token, context=f"roster:{file.uuid}"))


def load(
    *, upload: int, read: Callable[[bytes], Any], verb: Callable[[Any], Any], refusal: type[Exception]
) -> Any:
    """For a job: loads an uploaded roster, all rows or none; either way its file is gone afterwards. None when an
    earlier run has done it.

    upload: key of the file; verb: the wing's, given what was read; it raises refusal, whose faults are the rows at
    fault. Raises Rejected.
    """
    file = PrivateFile.objects.filter(pk=upload).first()
    if file is None:
        return None
    lines = read(read_upload(file=file))
    try:
        with transaction.atomic():
            made = verb(lines)
            files.drop(file=file)
    except refusal as refused:
        files.drop(file=file)
        named = " ".join(fault.message for fault in getattr(refused, "faults", ())[:5])
        raise Rejected(f"{refused} {named}".strip()) from refused
    return made


def uploads_of(user: Any) -> QuerySet[PrivateFile]:
    """The rosters that a person has uploaded and not loaded yet."""
    return PrivateFile.objects.filter(kind=PrivateFile.Kind.ROSTER, uploaded_by=user)


def forget_old_uploads() -> int:
    """Deletes uploads that nobody loaded within a day; says how many."""
    old = PrivateFile.objects.filter(
        kind=PrivateFile.Kind.ROSTER, created_at__lt=timezone.now() - FORGOTTEN_AFTER
    )
    forgotten = list(old)
    for file in forgotten:
        files.drop(file=file)
    return len(forgotten)

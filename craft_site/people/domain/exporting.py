"""A copy of everything kept of a person: for programs, to read, and what they handed in, in one ZIP.

A job makes it; it lies among the private files, for this account alone, and is taken away after some days.
"""

import base64
import json
import zipfile
from collections.abc import Callable, Mapping
from datetime import timedelta
from io import BytesIO
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import transaction
from django.db.models import Count, IntegerField, Subquery, Value
from django.db.models.functions import Coalesce
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from craft_site.jobs import queue
from craft_site.jobs.models import Job
from craft_site.kit import own_keys
from craft_site.kit.encryption import open_sealed, seal
from craft_site.kit.private_files import open_private, writing_private_files
from craft_site.people import keeping
from craft_site.people.domain import data_copy, files
from craft_site.people.models import DataExport, PrivateFile, User, Worker

JOB = "people.export"
OWN = ("people.Worker", "people.User")  # the rows of the person and the account themselves
FIRST = 20  # rows of a kind that the page shows; all of them stand in the copy
UNDER_WAY = (Job.State.WAITING, Job.State.RUNNING)
Progress = Callable[[int, int], None]


@transaction.atomic
def ask(*, user: User, title: str, back_to: str) -> DataExport:
    """Asks for a copy; while one is being made, that one is answered."""
    known = (
        DataExport.objects.select_for_update(of=("self",)).filter(user=user, job__state__in=UNDER_WAY).first()
    )
    if known is not None:
        return known
    until = timezone.localdate() + timedelta(days=settings.DATA_EXPORT_DAYS)
    made = DataExport.objects.create(user=user, until=until)
    payload = {"export": str(made.uuid), "language": translation.get_language()}
    made.job = queue.enqueue(JOB, payload=payload, by=user, title=title, back_to=back_to)
    made.save(update_fields=["job"])
    return made


def make(*, export: DataExport, language: str, progress: Progress | None = None) -> DataExport:
    """Makes the file. Made already, it is not made again."""
    if export.file_id is not None:
        return export
    worker = Worker.objects.filter(user=export.user_id).select_related("user", "employer").first()
    with translation.override(language):
        content = archive(worker, export.user, progress=progress)
    own = own_keys.keep(export.user.uuid)  # so that no backup of the files can be read once that key is gone
    token = seal(base64.b64encode(content).decode(), context=f"export:{export.uuid}", own=own).encode()
    with writing_private_files() as kept:
        export.file = PrivateFile.objects.create(
            kind=PrivateFile.Kind.EXPORT,
            uploaded_by=export.user,
            name=kept.save(token, suffix=".sealed"),
            content_type="application/zip",
            size=len(content),
            sha256="",
        )
        export.save(update_fields=["file"])
    return export


def read(export: DataExport) -> bytes:
    """The ZIP. Raises SealError, FileNotFoundError."""
    if export.file is None:
        raise FileNotFoundError(export.uuid)
    with open_private(export.file.name) as stored:
        token = stored.read().decode()
    return base64.b64decode(open_sealed(token, context=f"export:{export.uuid}", own=own_keys.open_with))


def archive(worker: Worker | None, user: User, *, progress: Progress | None = None) -> bytes:
    """The ZIP: data.json, data.html and the files."""
    tables = list(keeping.tables())
    own = list(PrivateFile.objects.filter(worker=worker).order_by("pk")) if worker else []
    total = len(tables) + len(own)
    said: dict[str, dict[str, Any]] = {}
    read: dict[str, dict[str, Any]] = {}
    for done, kept in enumerate(tables, start=1):
        if rows := rows_of(kept, worker, user):
            said.setdefault(kept.purpose, {})[kept.key] = data_copy.for_programs(kept, rows)
            found = read.setdefault(kept.purpose, {}).setdefault(str(kept.title), [])
            found.extend(data_copy.to_read(kept, rows))
        if progress is not None and done % 10 == 0:
            progress(done, total)
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("data.json", json.dumps(said, ensure_ascii=False, indent=2, default=str))
        out.writestr("data.html", _readable(read, user))
        for n, file in enumerate(own, start=1):
            try:
                with open_private(file.name) as content:
                    out.writestr(f"files/{n:03d}-{file.kind}.{file.name.rpartition('.')[2]}", content.read())
            except FileNotFoundError:
                continue
            if progress is not None and n % 5 == 0:
                progress(len(tables) + n, total)
    return made.getvalue()


def rows_of(kept: keeping.Kept, worker: Worker | None, user: User) -> list[Any]:
    """The rows of one table that are the person's; of an account without a record the account alone."""
    if not kept.shows:
        return []
    if worker is None:
        return [user] if kept.model == "people.User" else []
    return list(kept.rows(worker))


def _readable(read: Mapping[str, Mapping[str, Any]], user: User) -> str:
    groups = [
        {"purpose": purpose, "tables": read[purpose.key]}
        for purpose in keeping.PURPOSES.values()
        if read.get(purpose.key)
    ]
    context = {"groups": groups, "name": user.name, "made": timezone.localtime(), "title": _("My data")}
    return render_to_string("people/data_copy.html", context)


def counts(worker: Worker) -> list[tuple[keeping.Kept, int]]:
    """How many rows of each kind there are. One query for all tables."""
    tables = [kept for kept in keeping.tables() if kept.shows]
    asked = {f"n{n}": _count(kept, worker) for n, kept in enumerate(tables)}
    found = Worker.objects.filter(pk=worker.pk).annotate(**asked).values(*asked).get()
    return [(kept, found[f"n{n}"]) for n, kept in enumerate(tables)]


def first_rows(kept: keeping.Kept, worker: Worker) -> list[str]:
    """The latest rows of one kind, each in a line where there is something to say. One query; none for what
    own_facts tells."""
    if kept.model in OWN:
        return []
    meta = apps.get_model(kept.model)._meta
    named = [
        name for name in kept.shows if meta.get_field(name).many_to_one or meta.get_field(name).one_to_one
    ]
    rows = kept.rows(worker).select_related(*named, *kept.joined).order_by("-pk")[:FIRST]
    return [line for line in (data_copy.line(kept, row) for row in rows) if line]


def own_facts(worker: Worker) -> list[tuple[str, str]]:
    """What is kept of the person and the account themselves, numbers masked. No query when both are at hand."""
    own = {"people.Worker": worker, "people.User": worker.user}
    found: dict[str, str] = {}
    for kept in keeping.tables():
        if (row := own.get(kept.model)) is not None:
            [facts] = data_copy.to_read(kept, [row], masked=True)
            for label, words in facts:
                found.setdefault(label, words)  # the account repeats name and telephone
    return list(found.items())


def _count(kept: keeping.Kept, worker: Worker) -> Any:
    rows = kept.rows(worker).order_by().annotate(one=Value(1)).values("one")
    counted = rows.annotate(all=Count("pk")).values("all")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def remove_old() -> int:
    """Takes away the copies whose days are over."""
    old = DataExport.objects.filter(until__lt=timezone.localdate()).select_related("file")
    gone = 0
    for one in old:
        if one.file is not None:
            files.drop(file=one.file)
        one.delete()
        gone += 1
    return gone

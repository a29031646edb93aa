"""Private storage: files with random names that live and die with the rows that point at them.

The storage alias "private" is never below MEDIA_ROOT and has no address; a guarded view answers with
`private_response`. A database can take back what it wrote and a disk cannot, so the order is fixed: a file is
written before its row commits and deleted after its row is gone. What a crash leaves in between is a file without
a row, which `strays` finds; never a row without a file.
"""

import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.core.files.base import ContentFile, File
from django.core.files.storage import Storage, storages
from django.db import transaction
from django.http import FileResponse, Http404

from craft_site.kit.filenames import safe_filename

NAME = re.compile(r"[0-9a-f]{2}/[0-9a-f]{32}\.[a-z0-9]{1,8}", re.ASCII)
INLINE_TYPES = frozenset({"image/jpeg", "image/webp", "image/png"})
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cache-Control": "private, no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}


class PrivateWriter:
    """Writes files inside one `writing_private_files` block and remembers them until it is over."""

    def __init__(self) -> None:
        self._written: list[str] = []

    def save(self, content: bytes, *, suffix: str) -> str:
        """The random name under which `content` now rests. suffix: ".jpg", from CleanUpload and not from a user."""
        name = save_private(content, suffix=suffix)
        self._written.append(name)
        return name

    def discard(self) -> None:
        """Delete what was written: its rows will never be."""
        while self._written:
            private_storage().delete(self._written.pop())

    def keep(self) -> None:
        self._written.clear()

    def take_over(self, other: "PrivateWriter") -> None:
        """From here on the files of a part belong to the whole."""
        self._written += other._written
        other.keep()


_whole: ContextVar[PrivateWriter | None] = ContextVar("whole", default=None)


@contextmanager
def writing_private_files(*, using: str | None = None) -> Iterator[PrivateWriter]:
    """A transaction whose files vanish when it rolls back.

        with writing_private_files() as files:
            name = files.save(upload.content, suffix=upload.suffix)
            PrivateFile.objects.create(name=name, ...)

    It must be the outermost transaction (durable: RuntimeError otherwise), because an outer one could still roll
    back without a word. If the commit itself fails the outcome is unknown, so the files stay for `strays`.
    """
    writer, finished = PrivateWriter(), False
    whole = _whole.get()
    try:
        with transaction.atomic(using=using, durable=whole is None):
            if whole is None:
                transaction.on_commit(writer.keep, using=using)
            yield writer
            finished = True
    except BaseException:
        if not finished:
            writer.discard()
        raise
    if whole is not None:
        whole.take_over(writer)
    elif not transaction.get_connection(using).in_atomic_block:
        writer.discard()  # set_rollback(True) leaves no exception; after a commit there is nothing left to discard


@contextmanager
def in_one_piece(*, using: str | None = None) -> Iterator[None]:
    """A long step of many verbs in one transaction: the files that `writing_private_files` writes meanwhile vanish with
    it. For what a program does by itself, the demonstration for one; a request stays with one verb."""
    with writing_private_files(using=using) as files:
        token = _whole.set(files)
        try:
            yield
        finally:
            _whole.reset(token)


def save_private(content: bytes, *, suffix: str) -> str:
    """Write `content` under a new random name and answer the name; prefer `writing_private_files`.

    Raises ValueError for a suffix that is not a dot and up to eight lower-case letters or digits.
    """
    key = uuid4().hex
    name = f"{key[:2]}/{key}{suffix}"  # 256 folders: no folder grows to where listing it hurts
    if not NAME.fullmatch(name):
        raise ValueError(f"{suffix!r} is no suffix for a private file")
    saved = private_storage().save(name, ContentFile(content))
    if saved != name:  # the storage made room for a name that was taken: with random names that cannot be
        private_storage().delete(saved)
        raise FileExistsError(name)
    return name


def open_private(name: str) -> "File[Any]":
    """Open for reading, in bytes. Raises FileNotFoundError, also for names that no save_private gave."""
    if not NAME.fullmatch(name):
        raise FileNotFoundError(name)
    return private_storage().open(name, "rb")


def delete_private(name: str, *, using: str | None = None) -> None:
    """Delete once the running transaction commits, at once outside one; deleting twice does no harm."""
    if not NAME.fullmatch(name):
        raise ValueError("not a name in private storage")
    transaction.on_commit(lambda: private_storage().delete(name), using=using)


def strays(known: Collection[str], *, older_than: datetime) -> Iterator[str]:
    """Names of files last written before `older_than` (aware) that are not among `known`: left by crashes."""
    storage = private_storage()
    try:
        folders = sorted(storage.listdir("")[0])
    except FileNotFoundError:  # the first file makes the folder
        return
    for folder in folders:
        for leaf in sorted(storage.listdir(folder)[1]):
            name = f"{folder}/{leaf}"
            if name not in known and storage.get_modified_time(name) < older_than:
                yield name


def private_response(name: str, *, content_type: str, filename: str, inline: bool = False) -> FileResponse:
    """The file as an answer that no browser runs, frames, caches or guesses about. The caller has checked access.

    content_type: as recorded at upload. filename: what the person sees; cleaned, and its suffix is the file's own.
    inline: show pictures in the page; every other type is a download whatever is asked. Raises Http404.
    """
    try:
        file = open_private(name)
    except FileNotFoundError as error:
        raise Http404 from error
    shown = safe_filename(filename, suffix="." + name.rsplit(".", 1)[1])
    attached = not (inline and content_type in INLINE_TYPES)
    response = FileResponse(file, as_attachment=attached, filename=shown, content_type=content_type)
    for header, value in HEADERS.items():
        response[header] = value
    return response


def private_storage() -> Storage:
    return storages["private"]

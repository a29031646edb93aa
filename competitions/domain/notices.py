"""The technical document (技术文件): drafted by chapters, published with the time from which it holds, then fixed."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from competitions.models import DocumentChapter, DocumentVersion, Event
from craft_site.kit.canonical import sha256_hex
from craft_site.ledger.chain import append

KINDS = tuple(DocumentChapter.Kind.values)


class DocumentRefused(Exception):
    """The document cannot be changed or published so."""

    def __init__(self, message: str | Promise, field: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.field = field


def document_hash(version: DocumentVersion) -> str:
    """SHA-256 over what a reader reads: event, number, time, note and chapters in order."""
    return sha256_hex(
        {
            "event": version.event.code,
            "number": version.number,
            "effective_at": version.effective_at,
            "change_note": version.change_note,
            "chapters": [
                {"kind": chapter.kind, "text": chapter.text, "text_en": chapter.text_en}
                for chapter in version.chapters.all()
            ],
        }
    )


@transaction.atomic
def new_document(*, event: Event, by: Any) -> DocumentVersion:
    """A draft with the chapters of the version before it. A draft that is already open is returned."""
    event = Event.objects.select_for_update().get(pk=event.pk)
    newest = event.documents.first()
    if newest is not None and newest.published_at is None:
        return newest
    version = DocumentVersion.objects.create(
        event=event, number=newest.number + 1 if newest else 1, effective_at=timezone.now()
    )
    before = list(newest.chapters.all()) if newest else []
    if before:
        DocumentChapter.objects.bulk_create(
            DocumentChapter(
                version=version, kind=old.kind, text=old.text, text_en=old.text_en, position=old.position
            )
            for old in before
        )
    append(
        event.chain,
        "document.drafted",
        subject=f"document:{event.code}:{version.number}",
        facts={"copied_from": newest.number if newest else None},
        by=by,
    )
    return version


@transaction.atomic
def save_document(
    *,
    version: DocumentVersion,
    effective_at: datetime,
    change_note: str,
    chapters: Mapping[str, tuple[str, str]],
    by: Any,
) -> DocumentVersion:
    """Writes a draft. chapters: kind to (Chinese text, English text); a chapter without text is left out.

    Raises DocumentRefused when the version is published.
    """
    version = DocumentVersion.objects.select_for_update().get(pk=version.pk)
    if version.published_at is not None:
        raise DocumentRefused(_("A published version cannot be changed. Start a new version."))
    version.effective_at, version.change_note = effective_at, change_note
    version.save(update_fields=("effective_at", "change_note"))
    version.chapters.all().delete()
    DocumentChapter.objects.bulk_create(
        DocumentChapter(version=version, kind=kind, text=text, text_en=text_en, position=KINDS.index(kind))
        for kind, (text, text_en) in sorted(chapters.items(), key=lambda item: KINDS.index(item[0]))
        if text.strip()
    )
    append(
        version.event.chain,
        "document.saved",
        subject=f"document:{version.event.code}:{version.number}",
        facts={"content": document_hash(version)},
        by=by,
    )
    return version


@transaction.atomic
def publish_document(*, version: DocumentVersion, by: Any) -> DocumentVersion:
    """Publishes a draft for good. It takes force at its time, at the earliest now. Sent twice it publishes once.

    Raises DocumentRefused when it has no chapter, or when a later version does not say what changed.
    """
    version = DocumentVersion.objects.select_for_update().get(pk=version.pk)
    if version.published_at is not None:
        return version
    if not version.chapters.exists():
        raise DocumentRefused(_("The document has no chapter yet."))
    if version.number > 1 and not version.change_note.strip():
        raise DocumentRefused(_("Say what changed against the version before."), "change_note")
    now = timezone.now()
    # Nobody can have read it before it was published.
    version.effective_at = max(version.effective_at, now)
    version.published_at = now
    version.content_hash = document_hash(version)
    version.save(update_fields=("effective_at", "published_at", "content_hash"))
    append(
        version.event.chain,
        "document.published",
        subject=f"document:{version.event.code}:{version.number}",
        facts={"content": version.content_hash, "effective_at": version.effective_at},
        by=by,
    )
    return version


def document_in_force(event: Event, at: datetime | None = None) -> DocumentVersion | None:
    """The newest published version whose time has come."""
    return (
        event.documents.filter(published_at__isnull=False, effective_at__lte=at or timezone.now())
        .order_by("-number")
        .first()
    )

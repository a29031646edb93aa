"""The gate for files from people: measured, recognised by content, made anew, then handed on.

Extension, first bytes and decoder must agree on the kind of file. Among pictures they may disagree on the format:
chat programs rename .png to .jpg, and the picture is drawn anew anyway.
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from pathlib import PurePath
from typing import IO, Any

from django.core.files.base import File
from django.utils.translation import gettext_lazy as _

from craft_site.kit.images import CONTENT_TYPES, READS_HEIC, ImageFormat, redraw
from craft_site.kit.pdfs import PDF_MAGIC, reprint
from craft_site.kit.upload_errors import UploadError

__all__ = [
    "DOCUMENT",
    "PHOTO",
    "SCAN",
    "CleanUpload",
    "FileKind",
    "UploadError",
    "UploadPolicy",
    "clean_upload",
]

MEGABYTE = 1024 * 1024


class FileKind(StrEnum):
    IMAGE = "image"
    PDF = "pdf"


EXTENSIONS: dict[FileKind, tuple[str, ...]] = {
    FileKind.IMAGE: (".jpg", ".jpeg", ".png", ".webp", *((".heic", ".heif") if READS_HEIC else ())),
    FileKind.PDF: (".pdf",),
}
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})


@dataclass(frozen=True, slots=True)
class UploadPolicy:
    """What one upload field takes. max_bytes of the file sent; max_edge in pixels of the picture kept."""

    kinds: Collection[FileKind]
    max_bytes: int = 15 * MEGABYTE
    max_pixels: int = 60_000_000
    max_edge: int = 2400
    max_pages: int = 30
    image_format: ImageFormat = "JPEG"

    @property
    def extensions(self) -> tuple[str, ...]:
        """For the `accept` attribute and for messages."""
        return tuple(extension for kind in FileKind if kind in self.kinds for extension in EXTENSIONS[kind])


PHOTO = UploadPolicy(kinds=(FileKind.IMAGE,), max_edge=1600)
SCAN = UploadPolicy(kinds=(FileKind.IMAGE, FileKind.PDF), max_edge=2800)
DOCUMENT = UploadPolicy(kinds=(FileKind.PDF,), max_bytes=30 * MEGABYTE, max_pages=100)


@dataclass(frozen=True, slots=True)
class CleanUpload:
    """A file that was made anew. sha256 is of `content`, original_sha256 of the bytes that were sent.

    width, height (pixels) and difference_hash (16 hex digits) of pictures; pages of PDFs; else None or "".
    """

    content: bytes
    content_type: str
    suffix: str
    sha256: str
    original_sha256: str
    width: int | None = None
    height: int | None = None
    difference_hash: str = ""
    pages: int | None = None

    @property
    def size(self) -> int:
        """Bytes."""
        return len(self.content)


def clean_upload(file: "IO[bytes] | File[Any]", *, name: str, policy: UploadPolicy) -> CleanUpload:
    """Read `file`, check it and make it anew. name: the sender's file name; only its extension is looked at.

    Raises UploadError with one of its codes. Nothing of the name and no byte of the metadata is in the answer.
    """
    extension = PurePath(name).suffix.lower()
    if extension not in policy.extensions:
        raise UploadError(
            _("Files of this kind are not taken here. Send one of: %(extensions)s."),
            "extension",
            {"extensions": " ".join(policy.extensions)},
        )
    content = _read(file, limit=policy.max_bytes)
    kind = _kind(content)
    if kind is None or extension not in EXTENSIONS[kind]:
        raise UploadError(
            _("The file is not what its name says (%(extension)s). Save it in that format and retry."),
            "mismatch",
            {"extension": extension},
        )
    original = sha256(content).hexdigest()
    if kind is FileKind.PDF:
        rewritten, pages = reprint(content, max_pages=policy.max_pages)
        return CleanUpload(
            rewritten, "application/pdf", ".pdf", sha256(rewritten).hexdigest(), original, pages=pages
        )
    picture = redraw(
        content, max_pixels=policy.max_pixels, max_edge=policy.max_edge, image_format=policy.image_format
    )
    content_type, suffix = CONTENT_TYPES[policy.image_format]
    return CleanUpload(
        picture.content,
        content_type,
        suffix,
        sha256(picture.content).hexdigest(),
        original,
        picture.width,
        picture.height,
        picture.difference_hash,
    )


def _read(file: "IO[bytes] | File[Any]", *, limit: int) -> bytes:
    file.seek(0)
    content: bytes = file.read(limit + 1)  # a declared size is a claim; what is read is a fact
    if not content:
        raise UploadError(_("The file is empty. Choose it again."), "empty")
    if len(content) > limit:
        raise UploadError(
            _("The file is too large: at most %(limit)d MB."), "too_large", {"limit": limit // MEGABYTE}
        )
    return content


def _kind(content: bytes) -> FileKind | None:
    """By the first bytes; None for everything that is not taken anywhere."""
    if content.startswith(PDF_MAGIC):
        return FileKind.PDF
    is_image = (
        content.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"))
        or (content[:4] == b"RIFF" and content[8:12] == b"WEBP")
        or (content[4:8] == b"ftyp" and content[8:12] in _HEIC_BRANDS)
    )
    return FileKind.IMAGE if is_image else None

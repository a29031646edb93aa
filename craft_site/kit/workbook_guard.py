"""Is this archive a workbook that can be opened without harm? Decided before any spreadsheet code sees it."""

import re
import zlib
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile

from django.utils.translation import gettext as _

from craft_site.kit.file_kinds import cut_off, damaged, locked, no_workbook, other_archive
from craft_site.kit.tables import TableFault, TableLimits

ENCRYPTED = 0x1  # in the flags of an archive's part
_REQUIRED = frozenset({"[Content_Types].xml", "xl/workbook.xml"})
# A declaration of document type is where entity bombs and outside references live; no spreadsheet writes one.
_DECLARATION = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*?\bref\s*=\s*[\"']([A-Z]{1,3}[0-9]+:[A-Z]{1,3}[0-9]+)[\"']")
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")


def guarded(content: bytes, *, limits: TableLimits) -> ZipFile:
    """The archive, opened; its parts are few, small when unpacked, UTF-8, and free of document type declarations.

    Raises TableFault: too_large, unsafe_workbook, cut_off, and those of kit.file_kinds.
    """
    if len(content) > limits.max_bytes:
        raise too_large(limits)
    if (other := no_workbook(content)) is not None:
        raise other
    try:
        archive = ZipFile(BytesIO(content))
    except (BadZipFile, OSError, ValueError, EOFError) as error:
        raise cut_off() from error  # the directory of an archive stands at its end
    try:
        _check_sizes(archive, limits)
        if any(part.flag_bits & ENCRYPTED for part in archive.infolist()):
            raise locked()
        if not set(archive.namelist()) >= _REQUIRED:
            raise other_archive(archive.namelist())
        for name in archive.namelist():
            if name.endswith((".xml", ".rels", ".vml")):
                _check_part(archive.read(name))
    except (
        BadZipFile,
        zlib.error,
        NotImplementedError,
        RuntimeError,
        OSError,
        ValueError,
        EOFError,
    ) as error:
        raise damaged() from error
    return archive


def merged_ranges(part: bytes) -> list[str]:
    """The ranges ("A1:B2") that a sheet's XML declares as merged."""
    return [match.decode() for match in _MERGED.findall(part)]


def holds_formulas(part: bytes) -> bool:
    return _FORMULA.search(part) is not None


def too_large(limits: TableLimits) -> TableFault:
    return TableFault(
        "too_large", _("The file is too large: at most %(limit)d MB.") % {"limit": limits.max_bytes // 2**20}
    )


def _check_sizes(archive: ZipFile, limits: TableLimits) -> None:
    """By the directory. A directory that lies small gains nothing: unpacking stops at the declared size."""
    parts = archive.infolist()
    names = [part.filename for part in parts]
    if (
        len(parts) > limits.max_entries
        or sum(part.file_size for part in parts) > limits.max_unpacked
        or len(set(names)) != len(names)
        or any(part.compress_type not in (ZIP_STORED, ZIP_DEFLATED) for part in parts)
    ):
        raise _unsafe()


def _check_part(part: bytes) -> None:
    if b"\0" in part[:64] or part.startswith((b"\xfe\xff", b"\xff\xfe")) or _DECLARATION.search(part):
        raise _unsafe()
    opening = part[:200].lower()
    if b"encoding=" in opening and not re.search(rb"encoding=[\"'](?:utf-8|us-ascii)[\"']", opening):
        raise _unsafe()  # UTF-7 and its kind spell a declaration in letters that the search above does not know


def _unsafe() -> TableFault:
    return TableFault(
        "unsafe_workbook",
        _(
            "The workbook is far larger inside than it looks, or built in an unusual way. Save it again and retry."
        ),
    )

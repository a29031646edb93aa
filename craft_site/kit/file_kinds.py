"""What somebody sent in the place of a workbook, by its first bytes: the name's ending says little, and an answer that
names what the file is tells at once what to do with it."""

from collections.abc import Collection

from django.utils.translation import gettext as _

from craft_site.kit.tables import TableFault

ZIP_MAGIC = b"PK\x03\x04"
EMPTY_ZIP_MAGIC = b"PK\x05\x06"
OLE_MAGIC = b"\xd0\xcf\x11\xe0"  # .xls, and every .xlsx with a password
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_PAPER = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF")
_DOCUMENTS = ("word/document.xml", "ppt/presentation.xml", "xl/workbook.bin", "content.xml")


def no_workbook(content: bytes) -> TableFault | None:
    """Why these bytes are no .xlsx workbook, or None for an archive that may be one.

    Codes: empty_file, locked_workbook, old_workbook, paper_file, web_page, text_file, not_a_workbook.
    """
    if not content.strip(b"\0 \t\r\n"):
        return TableFault(
            "empty_file", _("The file is empty. Look at it on your own device, then send it again.")
        )
    if content.startswith(OLE_MAGIC):
        if _ENCRYPTED in content:
            return locked()
        return TableFault(
            "old_workbook",
            _(
                "This is a workbook of the old kind (.xls or .et), whatever its name ends in. Open it and save it as "
                ".xlsx; a new ending in the name is not enough."
            ),
        )
    if content.startswith((ZIP_MAGIC, EMPTY_ZIP_MAGIC)):
        return None
    if content.startswith(_PAPER):
        return TableFault(
            "paper_file",
            _(
                "This is a PDF or a picture, from which no cells can be read. Send the workbook itself (.xlsx)."
            ),
        )
    opening = content[:2048].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if opening.startswith((b"<!doctype", b"<html", b"<table", b"<?xml", b"<")):
        return TableFault(
            "web_page",
            _(
                "This is a web page or an XML file and no workbook. Open it in the spreadsheet program, save as .xlsx."
            ),
        )
    if _is_text(content):
        return TableFault(
            "text_file",
            _(
                "This is a text or CSV file and no workbook, whatever its name ends in. Open it in the spreadsheet "
                "program and save it as .xlsx."
            ),
        )
    return damaged()


def other_archive(names: Collection[str]) -> TableFault:
    """Why an archive with these parts is no .xlsx workbook. Codes: other_document, archive."""
    if any(name in names for name in _DOCUMENTS):
        return TableFault(
            "other_document",
            _(
                "This is another kind of document (for example .ods, .xlsb or .docx), not an .xlsx workbook. Open it "
                "in the spreadsheet program and save it as .xlsx."
            ),
        )
    return TableFault(
        "archive",
        _(
            "This is an archive (ZIP) and no workbook. Unpack it and send the workbook (.xlsx) that lies in it."
        ),
    )


def locked() -> TableFault:
    return TableFault(
        "locked_workbook",
        _(
            "The workbook is locked with a password. Open it, take the password off, save it as .xlsx and send that."
        ),
    )


def cut_off() -> TableFault:
    return TableFault(
        "cut_off",
        _(
            "The end of the workbook is missing: it was cut off in saving or sending. Save it again, and send it once "
            "it has been saved to the end."
        ),
    )


def damaged() -> TableFault:
    return TableFault(
        "not_a_workbook",
        _(
            "The file is damaged or no .xlsx workbook. Open it in the spreadsheet program, save it under another name "
            "as .xlsx and send that."
        ),
    )


def _is_text(content: bytes) -> bool:
    if b"\0" in content:
        return content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-8", "gb18030"):
        try:
            content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return True
    return False

"""Uploaded PDFs: only what is printed on the pages is kept.

An allow-list, not a hunt for known evils. Seals and filled-in fields are drawn into their pages; then the pages
move into an empty document with the entries that printing needs. Scripts, actions, links, attachments, forms, XFA,
bookmarks, layers' switches and metadata hang on the catalogue or on annotations and stay behind. Old revisions and
bytes before or after the document go with the old file. Pictures and fonts inside the pages are not re-encoded.
"""

from io import BytesIO

import pikepdf
from django.utils.translation import gettext_lazy as _
from pikepdf import Name, Pdf

from craft_site.kit.upload_errors import UploadError

PDF_MAGIC = b"%PDF-"
#: The entries of a page that printing needs (ISO 32000-1, table 30).
PAGE_ENTRIES = frozenset(
    {"/Type", "/Parent", "/MediaBox", "/CropBox", "/Rotate", "/UserUnit", "/Contents", "/Resources"}
)
#: What a stream may carry besides its picture or form: private data, outside files, attachments, metadata.
STREAM_EXTRAS = (
    "/Metadata",
    "/PieceInfo",
    "/AF",
    "/OPI",
    "/Ref",
    "/F",
    "/FFilter",
    "/FDecodeParms",
    "/LastModified",
)


def reprint(content: bytes, *, max_pages: int) -> tuple[bytes, int]:
    """The rewritten PDF and its number of pages; the same input gives the same bytes.

    Raises UploadError: not_a_pdf, pdf_encrypted, pdf_pages.
    """
    if not content.startswith(PDF_MAGIC):
        raise _not_a_pdf()
    try:
        with Pdf.open(BytesIO(content)) as source, Pdf.new() as clean:
            if source.is_encrypted:
                raise _encrypted()
            pages = len(source.pages)
            _check_pages(pages, limit=max_pages)
            source.generate_appearance_streams()
            source.flatten_annotations("screen")
            clean.pages.extend(source.pages)
            _keep_what_prints(clean)
            out = BytesIO()
            clean.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
            return out.getvalue(), pages
    except pikepdf.PasswordError as error:
        raise _encrypted() from error
    except UploadError:
        raise
    except (pikepdf.PdfError, RuntimeError, ValueError, TypeError, KeyError, OverflowError) as error:
        raise _not_a_pdf() from error


def _keep_what_prints(pdf: Pdf) -> None:
    for page in pdf.pages:
        for entry in set(page.obj.keys()) - PAGE_ENTRIES:
            del page.obj[entry]
    for thing in pdf.objects:
        # Streams only: in a plain resource dictionary these names may be those of fonts.
        if isinstance(thing, pikepdf.Stream):
            for entry in STREAM_EXTRAS:
                if entry in thing:
                    del thing[entry]
    for entry in set(pdf.Root.keys()) - {"/Type", "/Pages"}:
        del pdf.Root[entry]
    if Name.Info in pdf.trailer:
        del pdf.trailer[Name.Info]


def _check_pages(pages: int, *, limit: int) -> None:
    if pages == 0:
        raise _not_a_pdf()
    if pages > limit:
        raise UploadError(
            _("The PDF has %(pages)d pages, at most %(limit)d are taken. Send the pages that matter."),
            "pdf_pages",
            {"pages": pages, "limit": limit},
        )


def _encrypted() -> UploadError:
    return UploadError(
        _("The PDF is locked with a password. Save it without a password (print it to PDF) and retry."),
        "pdf_encrypted",
    )


def _not_a_pdf() -> UploadError:
    return UploadError(
        _("The PDF cannot be read: it is damaged or no PDF. Save it again and retry."), "not_a_pdf"
    )

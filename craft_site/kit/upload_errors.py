"""The one way in which an upload is refused."""

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


class UploadError(ValidationError):
    """A file that is not taken; a form shows it as it is. `code` is stable, `messages[0]` says what to do.

    Codes: empty, too_large, extension, mismatch, not_an_image, too_many_pixels, not_a_pdf, pdf_encrypted,
    pdf_pages.
    """

    code: str

    def __init__(
        self, message: "str | StrPromise", code: str, params: dict[str, object] | None = None
    ) -> None:
        super().__init__(message, code=code, params=params)

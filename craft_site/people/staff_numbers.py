"""Staff numbers: the name that an account signs in with."""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


def without_blanks(text: str) -> str:
    """As it would be looked up: full-width signs become plain ones, blanks go."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def parse_staff_no(text: str) -> str:
    """A staff number in its one spelling: full-width signs become plain ones. Raises ValidationError.

    A blank within it is refused (code "blanks", params: the number without): whoever meant another number would not
    see that it went.
    Eleven digits that begin with 1 are a telephone number: as a staff number they would stand in the way of
    whoever signs in with it.
    """
    number = without_blanks(text)
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{1,39}", number):
        raise ValidationError(
            _("Enter 2 to 40 letters of the English alphabet, digits and hyphens, for example J-017.")
        )
    if re.fullmatch(r"1[0-9]{10}", number):
        raise ValidationError(_("This is a mobile number. Enter the staff number here."))
    if number != unicodedata.normalize("NFKC", text).strip():
        raise ValidationError(
            _(
                "A staff number has no blanks. Without them it reads %(number)s: if that is right, write it so."
            ),
            code="blanks",
            params={"number": number},
        )
    return number

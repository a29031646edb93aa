"""Numbers that name a person, a firm or a telephone: folded to one spelling and checked before they are kept.

Sources: GB 11643-1999 (citizen number), GB 32100-2015 (unified social credit code). A parser answers with the
normalised value or raises IdentityError, which is a Django ValidationError: a form shows it as it is, and its
`code` is stable for programs. No error text repeats the number.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from craft_site.kit.masking import mask_id

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

CITIZEN_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CITIZEN_CHECK = "10X98765432"  # by the weighted sum modulo 11
EARLIEST_BIRTH = date(1900, 1, 1)

#: First two digits of GB/T 2260 regions; 81, 82, 83 stand on the residence permits of Hong Kong, Macao, Taiwan.
PROVINCES = frozenset(  # one line of text reads better than a column of 32 literals
    "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71".split()  # noqa: SIM905
)
HMT_REGIONS = frozenset({"810000", "820000", "830000"})
UNKNOWN_REGION = "unknown_region"  # a warning only: regions are abolished, their people keep the number

CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # without I O S V Z
CREDIT_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))


class IdentityError(ValidationError):
    """A number or name that cannot be right; `code` says why, `messages[0]` says what to do."""

    code: str

    def __init__(
        self, message: "str | StrPromise", code: str, params: dict[str, object] | None = None
    ) -> None:
        super().__init__(message, code=code, params=params)


class Sex(StrEnum):
    MALE = "m"
    FEMALE = "f"


class DocumentKind(StrEnum):
    """Kinds of identity document; the values are those that records keep."""

    CITIZEN = "citizen"
    HMT = "hmt"
    PASSPORT = "passport"
    FOREIGN_RESIDENT = "foreign_resident"


@dataclass(frozen=True, slots=True)
class CitizenNumber:
    """An 18-character citizen number that passed its check digit and holds a real date of birth."""

    number: str = field(repr=False)
    region: str  # six digits, GB/T 2260 at the time of issue
    birth: date = field(repr=False)
    sex: Sex = field(repr=False)
    warnings: tuple[str, ...] = ()

    @classmethod
    def parse(cls, text: str, *, today: date | None = None) -> "CitizenNumber":
        """Full-width digits folded, spaces dropped, x upper-cased. today: births after it are refused.

        Raises IdentityError: required, length, old_length, letters, checksum, birth_date.
        """
        number = folded(text)
        if not number:
            raise IdentityError(_("Enter the citizen number."), "required")
        if re.fullmatch(r"[0-9]{15}", number):
            raise IdentityError(
                _("15-digit citizen numbers are no longer valid: enter the 18 characters of the card."),
                "old_length",
            )
        if len(number) != 18:
            raise IdentityError(
                _("A citizen number has 18 characters, this one has %(length)d."),
                "length",
                {"length": len(number)},
            )
        if not re.fullmatch(r"[0-9]{17}[0-9X]", number):
            raise IdentityError(_("A citizen number is 17 digits and a digit or X at the end."), "letters")
        if citizen_check_digit(number[:17]) != number[17]:
            raise IdentityError(
                _("The citizen number is mistyped: its check digit does not fit. Compare it with the card."),
                "checksum",
            )
        birth = _birth(number[6:14], today or timezone.localdate())
        sex = Sex.MALE if int(number[16]) % 2 else Sex.FEMALE
        known = number[:2] in PROVINCES or number[:6] in HMT_REGIONS
        return cls(number, number[:6], birth, sex, () if known else (UNKNOWN_REGION,))

    def __str__(self) -> str:
        return mask_id(self.number)


@dataclass(frozen=True, slots=True)
class Document:
    """A checked identity document: birth and sex where the number tells them, None where it does not."""

    kind: DocumentKind
    number: str = field(repr=False)
    birth: date | None = field(default=None, repr=False)
    sex: Sex | None = field(default=None, repr=False)
    warnings: tuple[str, ...] = ()


def parse_document(kind: str, text: str, *, today: date | None = None) -> Document:
    """The number of a document of `kind` (a DocumentKind value), checked as far as its kind allows.

    Citizen numbers and residence permits have the full check, and so have the 18-character foreign permanent
    resident cards; passports and older cards pass with a check of length and letters.
    Raises IdentityError (those of CitizenNumber.parse, document_kind, document).
    """
    try:
        kind = DocumentKind(kind)
    except ValueError as error:
        raise IdentityError(_("Choose one of the listed kinds of document."), "document_kind") from error
    number = folded(text)
    if kind in (DocumentKind.CITIZEN, DocumentKind.HMT) or (
        kind is DocumentKind.FOREIGN_RESIDENT and len(number) == 18
    ):
        citizen = CitizenNumber.parse(number, today=today)
        return Document(kind, citizen.number, citizen.birth, citizen.sex, citizen.warnings)
    if not number:
        raise IdentityError(_("Enter the number of the document."), "required")
    shape = r"[0-9A-Z]{15}" if kind is DocumentKind.FOREIGN_RESIDENT else r"[0-9A-Z]{5,15}"
    if not re.fullmatch(shape, number):
        raise IdentityError(
            _("This is not the number of such a document: compare letters, digits and length with it."),
            "document",
        )
    return Document(kind, number)


def parse_mobile(text: str) -> str:
    """The eleven digits of a mainland mobile number; +86, spaces and hyphens dropped. Raises IdentityError: mobile."""
    digits = re.sub(r"^(?:\+|00)?86(?=1[0-9]{10}$)", "", folded(text).replace("-", ""))
    if not re.fullmatch(r"1[3-9][0-9]{9}", digits):
        raise IdentityError(
            _("Enter a mainland mobile number: eleven digits, beginning with 13 to 19."), "mobile"
        )
    return digits


def parse_credit_code(text: str) -> str:
    """The 18 characters of a unified social credit code, upper case.

    Raises IdentityError: credit_length, credit_letters, credit_checksum.
    """
    code = folded(text).replace("-", "")
    if len(code) != 18:
        raise IdentityError(
            _("A unified social credit code has 18 characters, this one has %(length)d."),
            "credit_length",
            {"length": len(code)},
        )
    if not set(code) <= set(CREDIT_ALPHABET):
        raise IdentityError(
            _("A unified social credit code holds digits and capital letters without I, O, S, V and Z."),
            "credit_letters",
        )
    if credit_code_check_digit(code[:17]) != code[17]:
        raise IdentityError(
            _("The unified social credit code is mistyped: its last character does not fit."),
            "credit_checksum",
        )
    return code


def citizen_check_digit(first: str) -> str:
    """The 18th character for 17 digits (ISO 7064 MOD 11-2); also for made-up numbers of a demonstration."""
    return CITIZEN_CHECK[sum(w * int(digit) for w, digit in zip(CITIZEN_WEIGHTS, first, strict=True)) % 11]


def credit_code_check_digit(first: str) -> str:
    """The 18th character for the first 17 of a unified social credit code."""
    total = sum(w * CREDIT_ALPHABET.index(char) for w, char in zip(CREDIT_WEIGHTS, first, strict=True))
    return CREDIT_ALPHABET[-total % 31]


def folded(text: str) -> str:
    """A number in one spelling: full-width forms folded, capitals, no spaces and no invisible characters.

    Cells and chats bring no-break spaces and direction marks along: they belong to no number.
    """
    wide = unicodedata.normalize("NFKC", text).upper()
    return "".join(
        char for char in wide if not char.isspace() and unicodedata.category(char) not in ("Cf", "Cc")
    )


def _birth(digits: str, today: date) -> date:
    try:
        birth = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        birth = None
    if birth is None or not EARLIEST_BIRTH <= birth <= today:
        raise IdentityError(
            _("The citizen number holds no possible date of birth (digits 7 to 14)."), "birth_date"
        )
    return birth

"""One cell: from what a spreadsheet holds to the value that was meant, or the reason why it cannot be known.

Spreadsheets keep numbers as binary fractions with 15 digits: an 18-digit number typed into an ordinary cell has
lost its end before it reaches us, and no reader can bring it back. Such a cell is refused and never guessed.
"""

import re
import unicodedata
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _

from craft_site.kit.identity import folded

EXACT_DIGITS = 15
EARLIEST, LATEST = date(1900, 1, 1), date(2199, 12, 31)
_SCIENTIFIC = re.compile(r"[0-9](?:\.[0-9]+)?E\+[0-9]+")
_DATE = re.compile(
    r"([0-9]{4})(?:[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?|([0-9]{2})([0-9]{2}))(?: ?0{1,2}:00(?::00)?)?"
)
_INVISIBLE = dict.fromkeys(
    map(ord, "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\ufeff")
)


class CellKind(StrEnum):
    """TEXT: trimmed. CODE: a number that names something (citizen number, mobile, certificate): capitals, no
    spaces, never arithmetic. DECIMAL, INTEGER: Decimal, int. DATE: date."""

    TEXT = "text"
    CODE = "code"
    DECIMAL = "decimal"
    INTEGER = "integer"
    DATE = "date"


class CellFault(Exception):
    """Why a cell cannot be read; `code` is stable, `message` says what to do. Readers also hand it on as a cell."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def read_cell(raw: Any, kind: CellKind, *, max_length: int) -> str | Decimal | int | date | None:
    """The value of a cell; "" (text, code) or None (others) for an empty one.

    raw: None, str, int, float, Decimal, bool, date, datetime, or a CellFault, which is raised.
    Raises CellFault: lossy_number, is_date, too_long, not_a_number, not_a_whole_number, not_a_date, and those
    that the reader found (formula, error_value, merged).
    """
    if isinstance(raw, CellFault):
        raise raw
    match kind:
        case CellKind.TEXT | CellKind.CODE:
            return _text(raw, kind, max_length=max_length)
        case CellKind.DECIMAL:
            return _decimal(raw)
        case CellKind.INTEGER:
            return _integer(raw)
        case CellKind.DATE:
            return _date(raw)


def trimmed(text: str) -> str:
    """NFC, without invisible characters and without blanks (no-break and ideographic ones too) at the ends."""
    return unicodedata.normalize("NFC", text).translate(_INVISIBLE).strip()


def _text(raw: Any, kind: CellKind, *, max_length: int) -> str:
    match raw:
        case None:
            return ""
        case str():
            text = folded(raw) if kind is CellKind.CODE else trimmed(raw)
        case bool():
            text = "TRUE" if raw else "FALSE"
        case date():
            raise CellFault("is_date", _("This became a date. Format the column as text and type it again."))
        case int() | float() | Decimal():
            text = _digits(raw)
        case _:
            text = trimmed(str(raw))
    if kind is CellKind.CODE and _SCIENTIFIC.fullmatch(text):
        raise _lossy()
    if len(text) > max_length:
        raise CellFault(
            "too_long",
            _("At most %(limit)d characters, these are %(length)d.")
            % {"limit": max_length, "length": len(text)},
        )
    return text


def _digits(number: int | float | Decimal) -> str:
    """A number in a text column, as it was seen on the screen; the end of a long one is already lost."""
    if abs(number) >= 10**EXACT_DIGITS:
        raise _lossy()
    exact = _exact(number)
    return str(int(exact)) if exact == exact.to_integral_value() else format(exact.normalize(), "f")


def _decimal(raw: Any) -> Decimal | None:
    if isinstance(raw, bool | date):
        raise _no_number()
    if isinstance(raw, int | float | Decimal):
        return _exact(raw)
    text = unicodedata.normalize("NFKC", trimmed(raw or "")).replace(" ", "").replace("\u2212", "-")
    if not text:
        return None
    if re.fullmatch(r"[+-]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?", text):
        text = text.replace(",", "")
    if not re.fullmatch(r"[+-]?(?:[0-9]{1,15}(?:\.[0-9]{0,12})?|\.[0-9]{1,12})", text):
        raise _no_number()
    return Decimal(text)


def _integer(raw: Any) -> int | None:
    number = _decimal(raw)
    if number is None:
        return None
    if number != number.to_integral_value():
        raise CellFault("not_a_whole_number", _("Enter a whole number."))
    return int(number)


def _date(raw: Any) -> date | None:
    if raw is None or (isinstance(raw, str) and not trimmed(raw)):
        return None
    day = raw.date() if isinstance(raw, datetime) else raw if isinstance(raw, date) else _written_date(raw)
    if not EARLIEST <= day <= LATEST:
        raise _no_date()
    return day


def _written_date(raw: Any) -> date:
    """2025-04-08, 2025/4/8, 2025.4.8, 2025年4月8日 or 20250408; a bare serial number is nothing a person reads."""
    text = str(int(raw)) if isinstance(raw, float) and raw.is_integer() else str(raw)
    match = _DATE.fullmatch(unicodedata.normalize("NFKC", trimmed(text)))
    if match is None:
        raise _no_date()
    try:
        return date(int(match[1]), int(match[2] or match[4]), int(match[3] or match[5]))
    except ValueError as error:
        raise _no_date() from error


def _exact(number: int | float | Decimal) -> Decimal:
    """The decimal that was typed: 15 significant digits, as the spreadsheet shows it (0.1 and not 0.1000…0055)."""
    try:
        exact = Decimal(format(number, f".{EXACT_DIGITS}g")) if isinstance(number, float) else Decimal(number)
    except InvalidOperation as error:
        raise _no_number() from error
    if not exact.is_finite() or abs(exact) >= 10**EXACT_DIGITS:
        raise _no_number()
    return Decimal(format(exact, "f"))


def _lossy() -> CellFault:
    return CellFault(
        "lossy_number",
        _(
            "The spreadsheet kept this as a number and lost its last digits. "
            "Format the column as text and type the number again."
        ),
    )


def _no_number() -> CellFault:
    return CellFault("not_a_number", _("Enter a number: digits and one decimal point."))


def _no_date() -> CellFault:
    return CellFault("not_a_date", _("Enter a date such as 2025-04-08, or format the cell as a date."))

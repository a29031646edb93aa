"""What the number of a skill certificate says, in the rising levels of the programmes (2 junior, 6 senior technician).

22 characters: Y employer or S society, 4 agency, 2 province, 6 site, 2 year, 1 level (5 lowest, 1 highest), 6 serial.
Special technicians have two letters and 20 digits, which tell nothing of this; the former certificates 16 digits with
the level at the eleventh. `people` reads numbers as well, for its forms, and answers with sentences; here every fault
is a name, because a programme decides what it means.
"""

import re
from dataclasses import dataclass

SPECIAL_LEVEL = 7
_FORM = re.compile(r"([YS])([0-9]{4})([0-9]{2})([0-9]{6})([0-9]{2})([0-9])([0-9]{6})", re.ASCII)
_PROVINCES = frozenset(re.findall("..", "11121314152122233132333435363741424344454650515253546162636465"))


@dataclass(frozen=True, slots=True)
class Said:
    """fault: "", "form", "length", "level", "year" or "province"; the rest is None where the number tells nothing."""

    fault: str = ""
    form: str = ""  # "national", "special", "former"
    level: int | None = None
    year: int | None = None
    province: str | None = None


def decode(number: str, *, this_year: int) -> Said:
    """The number with its spaces removed, in capitals."""
    if match := _FORM.fullmatch(number):
        year, level, province = 2000 + int(match[5]), _rising(match[6]), match[3]
        for name, wrong in (
            ("province", province not in _PROVINCES),
            ("year", year > this_year),
            ("level", level is None),
        ):
            if wrong:
                return Said(fault=name, form="national")
        return Said(form="national", level=level, year=year, province=province)
    if re.fullmatch(r"[A-Z]{2}[0-9]{20}", number, re.ASCII):
        return Said(form="special", level=SPECIAL_LEVEL)
    if re.fullmatch(r"[0-9]{16}", number, re.ASCII):
        level = _rising(number[10])
        return Said(fault="" if level else "level", form="former", level=level)
    looks_right = re.fullmatch(r"[A-Z]{0,2}[0-9]+", number, re.ASCII)
    return Said(fault="length" if looks_right else "form")


def _rising(digit: str) -> int | None:
    return 7 - int(digit) if digit in "12345" else None

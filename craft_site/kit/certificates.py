"""What the number of a skill certificate says about the certificate.

Vocational skill level certificates carry 22 characters (人社部职业技能等级证书编码规则): Y employer or S society,
4 digits agency, 2 province, 6 site, 2 year of issue, 1 level, 6 serial. Special technicians have two letters and
20 digits; the former vocational qualifications 16 digits with the level at the eleventh.
"""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from craft_site.kit.identity import PROVINCES, IdentityError, folded

LEVEL_DIGITS = range(1, 6)  # 1 senior technician ... 5 junior worker
LEVEL_WORDS: dict[int, Any] = {
    1: _("level 1 (senior technician)"),
    2: _("level 2 (technician)"),
    3: _("level 3 (senior)"),
    4: _("level 4 (intermediate)"),
    5: _("level 5 (junior)"),
}
_SKILL_LEVEL = re.compile(
    r"(?P<issuer>[YS])(?P<agency>[0-9]{4})(?P<province>[0-9]{2})(?P<site>[0-9]{6})"
    r"(?P<year>[0-9]{2})(?P<level>[0-9])(?P<serial>[0-9]{6})"
)


class NumberForm(StrEnum):
    SKILL_LEVEL = "skill_level"
    SPECIAL_TECHNICIAN = "special_technician"
    FORMER_QUALIFICATION = "former_qualification"


class Issuer(StrEnum):
    EMPLOYER = "Y"
    SOCIETY = "S"


@dataclass(frozen=True, slots=True)
class CertificateNumber:
    """A certificate number and what it tells; None where its form does not tell it."""

    number: str
    form: NumberForm
    level: int | None = None  # the certificate's digit: 1 is the highest, 5 the lowest
    year: int | None = None  # four digits
    province: str | None = None  # two digits of GB/T 2260
    issuer: Issuer | None = None
    agency: str | None = None  # "0000": filed with the province first
    site: str | None = None
    serial: str | None = None

    @classmethod
    def parse(cls, text: str, *, today: date | None = None) -> "CertificateNumber":
        """Raises IdentityError: certificate_form, certificate_level, certificate_year, certificate_province."""
        number = folded(text)
        if match := _SKILL_LEVEL.fullmatch(number):
            return cls(
                number,
                NumberForm.SKILL_LEVEL,
                level=_level(match["level"]),
                year=_year(match["year"], today or timezone.localdate()),
                province=_province(match["province"]),
                issuer=Issuer(match["issuer"]),
                agency=match["agency"],
                site=match["site"],
                serial=match["serial"],
            )
        if re.fullmatch(r"[A-Z]{2}[0-9]{20}", number):
            return cls(number, NumberForm.SPECIAL_TECHNICIAN)
        if re.fullmatch(r"[0-9]{16}", number):
            return cls(number, NumberForm.FORMER_QUALIFICATION, level=_level(number[10]))
        raise IdentityError(
            _(
                "A skill certificate number is Y or S and 21 digits, or 16 digits for the former certificates."
            ),
            "certificate_form",
        )

    def contradictions(
        self, *, level: int | None = None, issued: date | None = None, province: str | None = None
    ) -> list[IdentityError]:
        """What of the claim the number denies: certificate_level, certificate_year, certificate_province.

        level: the certificate's digit; issued: date on it; province: where it must come from. What the number
        does not tell cannot be denied by it.
        """
        found = []
        if None not in (level, self.level) and level != self.level:
            found.append(
                IdentityError(
                    _("The certificate number says %(said)s, the form says %(claimed)s."),
                    "certificate_level",
                    {"said": LEVEL_WORDS[self.level or 0], "claimed": LEVEL_WORDS[level or 0]},
                )
            )
        if issued is not None and self.year is not None and issued.year != self.year:
            found.append(
                IdentityError(
                    _("The certificate number says %(said)d, the date of issue says %(claimed)d."),
                    "certificate_year",
                    {"said": self.year, "claimed": issued.year},
                )
            )
        if None not in (province, self.province) and province != self.province:
            found.append(
                IdentityError(
                    _("The certificate number says province %(said)s, %(claimed)s is asked for."),
                    "certificate_province",
                    {"said": self.province, "claimed": province},
                )
            )
        return found


def plain_number(text: str) -> str:
    """The number of a diploma or title, whose forms differ: letters, digits and the few signs between them.
    Raises IdentityError: certificate_signs."""
    number = folded(text)
    strange = next((char for char in number if not (char.isalnum() or char in "-/()[]·.〔〕")), None)
    if strange is not None or not any(char.isdigit() for char in number):
        raise IdentityError(
            _("A certificate number has letters, digits and hyphens: compare it sign by sign."),
            "certificate_signs",
        )
    return number


def _level(digit: str) -> int:
    if int(digit) not in LEVEL_DIGITS:
        raise IdentityError(
            _(
                "The level in the certificate number is %(level)s, it must be 1 to 5: compare it with the certificate."
            ),
            "certificate_level",
            {"level": digit},
        )
    return int(digit)


def _year(digits: str, today: date) -> int:
    year = 2000 + int(digits)
    if year > today.year:
        raise IdentityError(
            _("The certificate number says the year %(year)d, which is still to come."),
            "certificate_year",
            {"year": year},
        )
    return year


def _province(digits: str) -> str:
    if digits not in PROVINCES:
        raise IdentityError(
            _("The certificate number names no province of China (digits 6 and 7: %(province)s)."),
            "certificate_province",
            {"province": digits},
        )
    return digits

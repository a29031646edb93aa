"""One row of an employer's roster, its values checked each on its own, and what may be wrong with it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from craft_site.kit.encryption import blind_index
from craft_site.kit.identity import Document

MOST_ROWS = 500


@dataclass(frozen=True, slots=True)
class Line:
    """One worker of a roster, every value checked on its own. row: as the spreadsheet counts.

    publicity: the employer holds the worker's consent to be named; grade: of the eight levels; team: the name of one,
    "" for none, None to leave it as it is.
    """

    row: int
    name: str
    document: Document
    mobile: str
    group: str
    trade_years: int
    emergency_contact: str
    insured_months: int | None = None
    local_resident: bool = False
    post: str = ""
    education: str = ""
    union_member: bool = False
    publicity: bool = False
    grade: int | None = None
    certificate_no: str = ""
    issued_on: date | None = None
    team: str | None = None

    @property
    def key(self) -> tuple[str, str]:
        kind = str(self.document.kind)
        return kind, blind_index(self.document.number, purpose=f"id:{kind}")

    def answers(self) -> dict[str, Any]:
        return {
            "group": self.group,
            "trade_years": self.trade_years,
            "insured_months": self.insured_months,
            "local_resident": self.local_resident,
            "emergency_contact": self.emergency_contact,
        }

    def details(self) -> dict[str, Any]:
        return {"post": self.post, "education": self.education, "union_member": self.union_member}


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a row. column: the key of the column meant."""

    row: int
    column: str
    message: str

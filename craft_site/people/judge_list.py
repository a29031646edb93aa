"""The workbook of a list of judges: the empty one to download, and the filled one read cell by cell."""

from io import BytesIO
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models.functions import Upper
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from craft_site.kit.encryption import blind_index
from craft_site.kit.identity import parse_mobile
from craft_site.kit.names import normalise_name
from craft_site.kit.tables import CellKind, Column, Row, RowError, TableLimits
from craft_site.kit.xlsx_in import read_table
from craft_site.kit.xlsx_out import Book
from craft_site.kit.xlsx_template import template
from craft_site.people.domain.accounts import Particulars
from craft_site.people.models import Employer, Union, User
from craft_site.people.staff_numbers import parse_staff_no

MOST_ROWS = 100  # each password is hashed, and hashing is slow on purpose: longer lists are sent in parts
LIMITS = TableLimits(
    max_bytes=2 * 1024 * 1024, max_unpacked=32 * 1024 * 1024, max_rows=MOST_ROWS, max_columns=40
)
COLUMNS = (
    Column(
        "staff_no",
        gettext_lazy("Staff number"),
        CellKind.CODE,
        aliases=("工号", "裁判编号", "编号"),
        max_length=40,
        hint=gettext_lazy("Letters, digits and hyphens, for example J-017. They sign in with it."),
    ),
    Column("name", gettext_lazy("Name"), aliases=("姓名",), max_length=50),
    Column(
        "mobile",
        gettext_lazy("Mobile number"),
        CellKind.CODE,
        blank=True,
        needed=False,
        aliases=("手机", "手机号", "手机号码"),
        max_length=20,
    ),
    Column(
        "employer",
        gettext_lazy("Employer"),
        blank=True,
        needed=False,
        aliases=("单位", "工作单位", "用人单位"),
        max_length=120,
        hint=gettext_lazy("Its unified social credit code or its full name, as it is known here."),
    ),
    Column(
        "union",
        gettext_lazy("Union"),
        blank=True,
        needed=False,
        aliases=("工会", "所属工会"),
        max_length=120,
        hint=gettext_lazy("Its name, as it is known here."),
    ),
)


def empty_list() -> Book:
    """The workbook to download."""
    notes = [
        _("One judge a row, at most %(rows)s rows.") % {"rows": MOST_ROWS},
        _("Somebody whose staff number and name are known here keeps the account and becomes a judge."),
    ]
    return template(_("Judges"), COLUMNS, notes=notes, rows=MOST_ROWS)


def read(content: bytes) -> tuple[list[Particulars], list[RowError], list[str]]:
    """The judges of a list, everything that is wrong with it, and warnings. Four queries for any number of rows."""
    reading = read_table(BytesIO(content), COLUMNS, limits=LIMITS)
    known = _Known(reading.rows)
    faults, people = list(reading.errors), []
    for row in reading.rows:
        found, problems = known.judge(row)
        faults += problems
        if found is not None:
            people.append(found)
    return people, sorted(faults, key=lambda fault: fault.row or 0), [str(w) for w in reading.warnings]


def _mobile_index(text: str) -> str:
    """The blind index of a number, "" for what is none: the cell's own fault is named elsewhere."""
    try:
        return blind_index(parse_mobile(text), purpose="mobile")
    except ValidationError:
        return ""


class _Known:
    """What the site knows of the numbers and names of a list."""

    def __init__(self, rows: list[Row]) -> None:
        firms = [row["employer"] for row in rows if row["employer"]]
        codes = [text.upper() for text in firms]
        self.firms: dict[str, Employer] = {}
        for firm in Employer.objects.filter(name__in=firms) | Employer.objects.filter(credit_code__in=codes):
            self.firms[firm.name] = self.firms[firm.credit_code] = firm
        unions = Union.objects.filter(name__in=[row["union"] for row in rows if row["union"]])
        self.unions = {union.name: union for union in unions}
        spellings = {str(row["staff_no"]).upper() for row in rows}
        found = User.objects.annotate(spelling=Upper("staff_no")).filter(spelling__in=spellings)
        self.accounts = {user.staff_no.upper(): user for user in found}
        indexes = [_mobile_index(row["mobile"]) for row in rows if row["mobile"]]
        self.owners = dict(
            User.objects.filter(mobile_index__in=indexes).values_list("mobile_index", "staff_no")
        )
        self.numbers: dict[str, int] = {}
        self.mobiles: dict[str, int] = {}

    def judge(self, row: Row) -> tuple[Particulars | None, list[RowError]]:
        values: dict[str, Any] = {"employer": None, "union": None, "mobile": ""}
        faults: list[RowError] = []

        def check(key: str, read_value: Any) -> None:
            try:
                values[key] = read_value(row[key])
            except ValidationError as error:
                faults.append(row.error(key, " ".join(error.messages), code="value"))

        check("staff_no", parse_staff_no)
        check("name", normalise_name)
        if row["mobile"]:
            check("mobile", parse_mobile)
        if row["employer"]:
            check("employer", self._firm)
        if row["union"]:
            check("union", self._union)
        faults += self._twice(row, values)
        account = self.accounts.get(str(values.get("staff_no", "")).upper())
        if account is not None and values.get("name") not in (None, account.name):
            words = _("This staff number belongs to somebody of another name. Compare both.")
            faults.append(row.error("name", words, code="name"))
        owner = self.owners.get(_mobile_index(str(values["mobile"]))) if values["mobile"] else None
        if owner is not None and (account is None or owner != account.staff_no):
            words = _("Another account has this mobile number.")
            faults.append(row.error("mobile", words, code="mobile"))
        if account is not None and not account.is_active:
            faults.append(
                row.error("staff_no", _("This account is closed. Open it again first."), code="closed")
            )
        return (None, faults) if faults else (Particulars(**values), [])

    def _twice(self, row: Row, values: dict[str, Any]) -> list[RowError]:
        faults = []
        for key, seen in (("staff_no", self.numbers), ("mobile", self.mobiles)):
            value = str(values.get(key) or "").upper()
            if not value:
                continue
            first = seen.setdefault(value, row.number)
            if first != row.number:
                words = _("The same stands in row %(row)s.") % {"row": first}
                faults.append(row.error(key, words, code="twice"))
        return faults

    def _firm(self, text: str) -> Employer:
        firm = self.firms.get(text) or self.firms.get(text.upper())
        if firm is None:
            raise ValidationError(_("No employer of this name or code is known here."))
        return firm

    def _union(self, text: str) -> Union:
        if text not in self.unions:
            raise ValidationError(_("No union of this name is known here."))
        return self.unions[text]

"""The roster workbook: its columns, the empty one to download, and the filled one read cell by cell."""

from collections.abc import Iterable, Mapping
from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from competitions.domain.rosters import MOST_ROWS, Fault, Line
from competitions.models import Entry, Event
from craft_site.kit.identity import parse_document, parse_mobile
from craft_site.kit.language import listed
from craft_site.kit.names import normalise_name
from craft_site.kit.tables import CellKind, Column, Row, TableLimits, TableReading, folded_header
from craft_site.kit.xlsx_in import read_table
from craft_site.kit.xlsx_out import Book
from craft_site.kit.xlsx_template import template
from craft_site.people.domain import workers
from craft_site.people.models import Worker
from craft_site.people.models.trade import Grade

LIMITS = TableLimits(
    max_bytes=2 * 1024 * 1024, max_unpacked=32 * 1024 * 1024, max_rows=MOST_ROWS, max_columns=40
)

COLUMNS = (
    Column("name", gettext_lazy("Name"), aliases=("姓名",), max_length=60),
    Column(
        "id_kind",
        gettext_lazy("Identity document"),
        blank=True,
        needed=False,
        aliases=("证件类型",),
        hint=gettext_lazy("Empty means resident identity card."),
    ),
    Column(
        "id_number",
        gettext_lazy("Document number"),
        CellKind.CODE,
        aliases=("身份证号", "身份证号码", "证件号码"),
        max_length=40,
    ),
    Column(
        "mobile",
        gettext_lazy("Mobile number"),
        CellKind.CODE,
        aliases=("手机", "手机号", "手机号码"),
        max_length=20,
    ),
    Column("group", gettext_lazy("Enters as"), blank=True, needed=False, aliases=("组别", "参赛组别")),
    Column("trade_years", gettext_lazy("Years in the trade"), CellKind.INTEGER, aliases=("从业年限",)),
    Column(
        "insured_months",
        gettext_lazy("Months of local social insurance"),
        CellKind.INTEGER,
        blank=True,
        needed=False,
        aliases=("社保月数",),
    ),
    Column(
        "local_resident",
        gettext_lazy("Local resident"),
        blank=True,
        needed=False,
        aliases=("本地户籍或居住证",),
        hint=gettext_lazy("Empty means no."),
    ),
    Column(
        "emergency_contact",
        gettext_lazy("Emergency contact"),
        blank=True,
        needed=False,
        aliases=("紧急联系人",),
        max_length=60,
    ),
    Column(
        "post", gettext_lazy("Post"), blank=True, needed=False, aliases=("岗位", "部门岗位"), max_length=60
    ),
    Column("education", gettext_lazy("Education"), blank=True, needed=False, aliases=("学历",)),
    Column("union_member", gettext_lazy("Union member"), blank=True, needed=False, aliases=("工会会员",)),
    Column(
        "grade",
        gettext_lazy("Skill level"),
        blank=True,
        needed=False,
        aliases=("技能等级",),
        hint=gettext_lazy("With its certificate number."),
    ),
    Column(
        "certificate_no",
        gettext_lazy("Certificate number"),
        CellKind.CODE,
        blank=True,
        needed=False,
        aliases=("证书编号",),
        max_length=40,
    ),
    Column(
        "issued_on", gettext_lazy("Issued on"), CellKind.DATE, blank=True, needed=False, aliases=("发证日期",)
    ),
    Column(
        "publicity",
        gettext_lazy("Agrees to be named in public"),
        blank=True,
        needed=False,
        aliases=("同意公示姓名",),
        hint=gettext_lazy("Yes only with the worker's own consent to stand on the public list by name."),
    ),
)
HEADERS = {column.key: column.header for column in COLUMNS}
_YES = frozenset({"yes", "y", "true", "1", "是", "同意", "有", "√"})
_NO = frozenset({"no", "n", "false", "0", "否", "不同意", "无", "×", ""})


def read(content: bytes) -> tuple[list[Line], list[Fault], list[str]]:
    """The lines of a roster, every fault by row and column, and warnings. A line with a fault is not among the lines.

    A fault of the file as a whole has row 0.
    """
    reading = read_table(BytesIO(content), COLUMNS, limits=LIMITS)
    faults = _faults_of(reading)
    lines = []
    for row in reading.rows:
        found, problems = _line(row)
        faults += problems
        if found is not None:
            lines.append(found)
    warnings = [str(warning) for warning in reading.warnings]
    return lines, sorted(faults, key=lambda fault: fault.row), warnings


def empty_roster(event: Event) -> Book:
    """The workbook to download: headers, text cells so that no number loses its end, lists to choose from."""
    choices = {key: [str(label) for label in offered.values()] for key, offered in _choices().items()}
    notes = [
        str(event),
        _("One worker a row, at most %(rows)s rows.") % {"rows": MOST_ROWS},
        _("Loading the same roster again corrects its rows; nobody is entered twice."),
        _("The file is deleted here once it is loaded. Do not send it by chat: it holds document numbers."),
    ]
    return template(_("Roster"), COLUMNS, choices=choices, notes=notes, rows=MOST_ROWS)


def _choices() -> dict[str, Mapping[Any, Any]]:
    yes_no = {True: _("Yes"), False: _("No")}
    return {
        "id_kind": dict(Worker.IdKind.choices),
        "group": dict(Entry.Group.choices),
        "education": dict(Worker.Education.choices),
        "local_resident": yes_no,
        "union_member": yes_no,
        "grade": dict(Grade.choices),
        "publicity": yes_no,
    }


def _faults_of(reading: TableReading) -> list[Fault]:
    return [
        Fault(
            error.row or 0,
            error.column or "",
            f"{error.cell}: {error.message}" if error.cell else error.message,
        )
        for error in reading.errors
    ]


def _line(row: Row) -> tuple[Line | None, list[Fault]]:
    """The line of a row, or everything that is wrong with it."""
    values: dict[str, Any] = {}
    faults: list[Fault] = []
    kind = _chosen(row, "id_kind", Worker.IdKind.choices, Worker.IdKind.CITIZEN, faults)
    for key, read_value in (
        ("name", lambda: normalise_name(row["name"])),
        ("document", lambda: parse_document(kind or "", row["id_number"])),
        ("mobile", lambda: parse_mobile(row["mobile"])),
        ("certificate_no", lambda: _certificate(row, values)),
    ):
        if key == "certificate_no":
            values["grade"] = _grade(row, faults)
        if key == "document" and kind is None:
            continue
        try:
            values[key] = read_value()
        except ValidationError as error:
            column = "id_number" if key == "document" else key
            faults.append(_fault(row, column, " ".join(error.messages)))
    values["group"] = _chosen(row, "group", Entry.Group.choices, Entry.Group.WORKER, faults)
    values["education"] = _chosen(row, "education", Worker.Education.choices, "", faults)
    for key in ("local_resident", "union_member", "publicity"):
        values[key] = _yes(row, key, faults)
    for key, most in (("trade_years", 60), ("insured_months", 720)):
        number = values[key] = row.values.get(key)
        if number is not None and not 0 <= number <= most:
            faults.append(_fault(row, key, _("Enter a number from 0 to %(most)s.") % {"most": most}))
    document = values.get("document")
    if document is not None and document.birth is None:
        faults.append(
            _fault(
                row,
                "id_kind",
                _("People with this document sign up themselves: its number tells no date of birth."),
            )
        )
    if faults:
        return None, faults
    for key in ("emergency_contact", "post"):
        values[key] = row.values.get(key) or ""
    values["issued_on"] = row.values.get("issued_on")
    return Line(row=row.number, **values), []


def _certificate(row: Row, values: Mapping[str, Any]) -> str:
    number = row.values.get("certificate_no") or ""
    if not number:
        if values.get("grade") is not None:
            raise ValidationError(_("A skill level needs its certificate number."))
        return ""
    if values.get("grade") is None:
        raise ValidationError(_("A certificate number needs its skill level."))
    return workers.check_certificate(
        number=number, grade=values["grade"], issued_on=row.values.get("issued_on")
    )


def _grade(row: Row, faults: list[Fault]) -> int | None:
    found = _chosen(row, "grade", [(str(value), label) for value, label in Grade.choices], "", faults)
    return int(found) if found else None


def _chosen(
    row: Row, key: str, choices: Iterable[tuple[Any, Any]], default: str, faults: list[Fault]
) -> str | None:
    """The value behind a label in any language of the site, or behind the value itself; None with a fault."""
    choices = list(choices)
    text = row.values.get(key) or ""
    if not text:
        return default
    wanted = folded_header(text)
    for value, label in choices:
        spellings = {folded_header(str(value))}
        for code, _name in settings.LANGUAGES:
            with translation.override(code):
                words = str(label)
            spellings |= {folded_header(words), *(folded_header(part) for part in _parts(words))}
        if wanted in spellings:
            return str(value)
    allowed = listed(str(label) for _value, label in choices)
    faults.append(
        _fault(
            row, key, _("“%(text)s” is not one of: %(allowed)s.") % {"text": text[:30], "allowed": allowed}
        )
    )
    return None


def _parts(label: str) -> list[str]:
    """“Level 2, technician (技师)” is also meant by 技师."""
    _before, bracket, rest = label.partition("(")
    return [rest.rstrip(")")] if bracket else []


def _yes(row: Row, key: str, faults: list[Fault]) -> bool:
    text = folded_header(row.values.get(key) or "")
    if text in _YES:
        return True
    if text not in _NO:
        faults.append(_fault(row, key, _("Enter yes or no.")))
    return False


def _fault(row: Row, key: str, message: str) -> Fault:
    return Fault(row.number, key, f"{row.cell_ref(key)}: {message}")

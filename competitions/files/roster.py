"""The roster workbook: its columns, the empty one to download, and the filled one read cell by cell."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from competitions.domain.roster_lines import MOST_ROWS, Fault, Line
from competitions.domain.team_choice import MOST_LETTERS, forms_teams, spelled
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
    Column(
        "team",
        gettext_lazy("Team"),
        blank=True,
        needed=False,
        aliases=("团队", "参赛队", "队名", "代表队"),
        max_length=MOST_LETTERS,
        hint=gettext_lazy(
            "The team's name, written alike for all its members; a new name makes a new team. Empty leaves the "
            "worker's team as it is, - takes the worker out of it."
        ),
    ),
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
_NO_TEAM = frozenset({"-", "–", "—", "\uff0d", "无"})
_NO = frozenset({"no", "n", "false", "0", "否", "不同意", "无", "×", ""})


@dataclass(slots=True)
class Roster:
    """A roster as it was read. lines: those without a fault; partial: what is known of the others that name a person,
    so that the same look finds what else is wrong with them; a fault of the file as a whole has row 0."""

    lines: list[Line] = field(default_factory=list)
    partial: list[Line] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def with_more(self, more: Iterable[Fault]) -> list[Fault]:
        """All faults with those that a plan over lines and partial lines found; each cell once, as the sheet runs."""
        named = {(fault.row, fault.column) for fault in self.faults}
        faults = [*self.faults, *(fault for fault in more if (fault.row, fault.column) not in named)]
        return sorted(faults, key=lambda fault: (fault.row, _PLACE.get(fault.column, -1)))


_PLACE = {column.key: place for place, column in enumerate(COLUMNS)}


def read_whole(content: bytes) -> Roster:
    """The roster with every fault by row and column that can be told from the file alone."""
    reading = read_table(BytesIO(content), COLUMNS, limits=LIMITS)
    found = Roster(faults=_faults_of(reading), warnings=[str(warning) for warning in reading.warnings])
    for row in reading.rows:
        line, problems = _line(row)
        found.faults += problems
        (found.partial if problems else found.lines).extend([line] if line else [])
    named = {(fault.row, fault.column) for fault in found.faults}
    for row in reading.faulty:
        # Whether a certificate fits its level cannot be said while either cell is at fault.
        silent = {"certificate_no", "grade"} if (row.number, "grade") in named else set()
        line, problems = _line(row)
        found.faults += [p for p in problems if (p.row, p.column) not in named and p.column not in silent]
        found.partial += [line] if line else []
    found.faults = found.with_more(_doubles([*reading.rows, *reading.faulty]))
    return found


def read(content: bytes) -> tuple[list[Line], list[Fault], list[str]]:
    """Lines, faults and warnings of a roster. A line with a fault is not among the lines."""
    found = read_whole(content)
    return found.lines, found.faults, found.warnings


def _doubles(rows: Iterable[Row]) -> list[Fault]:
    """Telephone numbers in two rows: each worker signs in with their own. (Documents: domain.rosters.)"""
    first: dict[str, int] = {}
    faults = []
    for row in sorted(rows, key=lambda row: row.number):
        try:
            mobile = parse_mobile(row.values.get("mobile") or "")
        except ValidationError:
            continue
        if (seen := first.setdefault(mobile, row.number)) != row.number:
            words = _("The same mobile number stands in row %(row)s; each worker needs their own.")
            faults.append(_fault(row, "mobile", words % {"row": seen}))
    return faults


def empty_roster(event: Event) -> Book:
    """The workbook to download: headers, text cells so that no number loses its end, lists to choose from."""
    choices = {key: [str(label) for label in offered.values()] for key, offered in _choices().items()}
    notes = [
        str(event),
        _("One worker a row, at most %(rows)s rows.") % {"rows": MOST_ROWS},
        _("Loading the same roster again corrects its rows; nobody is entered twice."),
        _("The file is deleted here once it is loaded. Do not send it by chat: it holds document numbers."),
    ]
    columns = [column for column in COLUMNS if column.key != "team" or forms_teams(event)]
    return template(_("Roster"), columns, choices=choices, notes=notes, rows=MOST_ROWS)


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
    """The line of a row, and everything that is wrong with it: then the line holds what could be read, or there is none
    because the row names nobody."""
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
    if document is None or document.birth is None:
        return None, faults
    for key in ("emergency_contact", "post"):
        values[key] = row.values.get(key) or ""
    values["issued_on"] = row.values.get("issued_on")
    values["team"] = _team(row)
    for key, nothing in (("name", ""), ("mobile", ""), ("certificate_no", ""), ("trade_years", 0)):
        values[key] = values.get(key) or nothing
    for key, usual in (("group", Entry.Group.WORKER), ("education", "")):
        values[key] = usual if values[key] is None else values[key]
    return Line(row=row.number, **values), faults


def _team(row: Row) -> str | None:
    """The name of a team, "" for none from now on, None where the roster leaves it open."""
    text = spelled(row.values.get("team") or "")
    return "" if text in _NO_TEAM else text or None


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

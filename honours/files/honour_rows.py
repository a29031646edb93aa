"""The workbook of honours held: the empty one to download, and the filled one read cell by cell."""

from collections.abc import Mapping
from io import BytesIO
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from craft_site.kit.encryption import blind_index
from craft_site.kit.identity import parse_document
from craft_site.kit.names import normalise_name
from craft_site.kit.tables import CellKind, Column, Row, TableLimits
from craft_site.kit.xlsx_in import read_table
from craft_site.kit.xlsx_out import Book
from craft_site.kit.xlsx_template import template
from craft_site.people.models import Employer, Trade, Worker
from honours.domain.imports import MOST_ROWS, Fault, Line
from honours.domain.register import EARLIEST, Held, Member
from honours.models import HonourTitle, Kind

LIMITS = TableLimits(
    max_bytes=2 * 1024 * 1024, max_unpacked=32 * 1024 * 1024, max_rows=MOST_ROWS, max_columns=20
)


def _optional(key: str, header: Any, kind: CellKind = CellKind.TEXT, **options: Any) -> Column:
    return Column(key, header, kind, blank=True, needed=False, **options)


COLUMNS = (
    Column("title", gettext_lazy("Honour title"), aliases=("荣誉称号", "荣誉名称", "称号"), max_length=80),
    Column(
        "name", pgettext_lazy("honour", "Holder"), aliases=("获得者", "姓名", "姓名或单位"), max_length=120
    ),
    Column("source", gettext_lazy("Source"), aliases=("来源", "依据"), max_length=300),
    _optional("unit", gettext_lazy("Unit"), aliases=("单位", "所在单位"), max_length=120),
    _optional("year", gettext_lazy("Year"), CellKind.INTEGER, aliases=("年度", "年份")),
    _optional("conferred_on", gettext_lazy("Conferred on"), CellKind.DATE, aliases=("授予日期",)),
    _optional(
        "document_no", pgettext_lazy("decree", "Document number"), aliases=("文号", "发文字号"), max_length=60
    ),
    _optional("trade", gettext_lazy("Trade"), aliases=("工种",), max_length=60),
    _optional(
        "id_number",
        gettext_lazy("Identity document number"),
        CellKind.CODE,
        aliases=("身份证号", "身份证号码"),
        max_length=40,
        hint=gettext_lazy("Only of people in the register: the honour then stands in their growth record."),
    ),
    _optional(
        "members",
        gettext_lazy("Leader and members"),
        aliases=("负责人及成员",),
        max_length=2000,
        hint=gettext_lazy("Of units and teams: names with a comma between them, who leads first."),
    ),
)


def empty() -> Book:
    """The workbook to download; titles are offered in a list."""
    notes = [
        _("One honour a row, at most %(rows)s rows.") % {"rows": MOST_ROWS},
        _("The source says where everybody can read it; public pages name the holder because of it."),
        _("All rows are read in, or none."),
    ]
    titles = [title.name for title in HonourTitle.objects.all()]
    return template(_("Honours held"), COLUMNS, choices={"title": titles}, notes=notes, rows=MOST_ROWS)


def read(content: bytes) -> tuple[list[Line], list[Fault]]:
    """The honours of a workbook and every fault with its cell. A row with a fault is not among the lines.

    Four queries at any size.
    """
    reading = read_table(BytesIO(content), COLUMNS, limits=LIMITS)
    faults = [Fault(error.row or 0, str(error)) for error in reading.errors]
    known = _Known(reading.rows)
    lines = []
    for row in reading.rows:
        held, problems = _held(row, known)
        faults += problems
        if held is not None and not problems:
            lines.append(Line(row.number, held))
    return lines, sorted(faults, key=lambda fault: fault.row)


class _Known:
    """What the rows may speak of, asked once: titles by name and code, trades, employers, workers by document."""

    def __init__(self, rows: list[Row]) -> None:
        self.titles: dict[str, HonourTitle] = {}
        for title in HonourTitle.objects.all():
            self.titles |= {title.name: title, title.code: title, title.name_en: title}
        self.trades: dict[str, Trade] = {}
        for trade in Trade.objects.all():
            self.trades |= {trade.name: trade, trade.name_en: trade}
        units = {row.values.get("unit") or "" for row in rows} - {""}
        self.employers: Mapping[str, Employer] = {
            firm.name: firm for firm in Employer.objects.filter(name__in=units)
        }
        indexes = {index for row in rows if (index := _index(row.values.get("id_number") or ""))}
        found = Worker.objects.filter(id_kind=Worker.IdKind.CITIZEN, id_index__in=indexes)
        self.workers = {worker.id_index: worker for worker in found.select_related("employer")}


def _index(number: str) -> str:
    """The blind index of a citizen's number, "" for what is none."""
    try:
        document = parse_document(Worker.IdKind.CITIZEN, number)
    except ValidationError:
        return ""
    return blind_index(document.number, purpose=f"id:{Worker.IdKind.CITIZEN}")


def _held(row: Row, known: _Known) -> tuple[Held | None, list[Fault]]:
    faults: list[Fault] = []

    def fault(key: str, message: str) -> None:
        faults.append(Fault(row.number, str(row.error(key, message, code=key))))

    values: dict[str, Any] = {key: value for key, value in row.values.items() if value not in (None, "")}
    title = known.titles.get(row["title"])
    if title is None:
        fault("title", _("No honour title is called so here. Take it from the list, or add it first."))
    trade = values.get("trade")
    if trade is not None and trade not in known.trades:
        fault("trade", _("No trade is called so here."))
    year = values.get("year")
    if year is not None and not EARLIEST <= year <= 2199:
        fault("year", _("This is no year."))
        year = None
    worker = _worker(values, known, fault)
    name = row["name"]
    if title is not None and title.kind == Kind.PERSON:
        try:
            name = normalise_name(name)
        except ValidationError as error:
            fault("name", " ".join(error.messages))
        if worker is not None and worker.name != name:
            fault("name", _("Name and document do not belong together. Compare both with the document."))
    members = _members(values.get("members", ""))
    if faults or title is None:
        return None, faults
    unit = values.get("unit", "")
    return (
        Held(
            title=title,
            name=name,
            source=row["source"],
            unit=unit,
            worker=worker,
            employer=known.employers.get(unit),
            trade=known.trades[trade] if trade else None,
            year=year or (values["conferred_on"].year if "conferred_on" in values else None),
            conferred_on=values.get("conferred_on"),
            document_no=values.get("document_no", ""),
            members=members,
        ),
        faults,
    )


def _worker(values: dict[str, Any], known: _Known, fault: Any) -> Worker | None:
    """Who is meant by the document number: a number that nobody here has is a fault, not a stranger."""
    if "id_number" not in values:
        return None
    try:
        parse_document(Worker.IdKind.CITIZEN, values["id_number"])
    except ValidationError as error:
        fault("id_number", " ".join(error.messages))
        return None
    found = known.workers.get(_index(values["id_number"]))
    if found is None:
        fault(
            "id_number", _("Nobody in the register has this number. Leave the cell empty, or register them.")
        )
    return found


def _members(text: str) -> list[Member]:
    for sign in "，、;；\n":
        text = text.replace(sign, ",")
    names = [name.strip() for name in text.split(",") if name.strip()]
    return [Member(name[:50], leads=n == 0) for n, name in enumerate(names)]

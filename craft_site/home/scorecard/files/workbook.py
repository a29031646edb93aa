"""The sheet of a year as a workbook: the numbers, the records behind them."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from craft_site.home.scorecard.models import Indicator
from craft_site.home.scorecard.sheet import Sheet, basis_words
from craft_site.kit.xlsx_out import Book, Head


def heading(sheet: Sheet) -> str:
    """Its title: what was done in a year that is closed, what is planned in one that is not."""
    words = _("Scorecard %(year)d") if sheet.closed else _("Plan of %(year)d, so far")
    return words % {"year": sheet.year}


def workbook(sheet: Sheet, *, note: str = "") -> Book:
    """Every number with target, standing and source; the records of what was counted; note: a sentence below."""
    book = Book()
    heads = [
        Head(_("Group"), width=18),
        Head(_("Indicator"), width=26),
        Head(pgettext("scorecard", "Measure"), width=18),
        Head(_("Period"), width=14),
        Head(pgettext("scorecard", "Number"), places=0),
        Head(_("As the source writes it")),
        Head(_("Unit")),
        Head(_("Target"), places=0),
        Head(_("Target as written")),
        Head(_("Standing")),
        Head(_("Where the number comes from"), width=34),
        Head(_("Source"), width=34),
        Head(_("Sentence"), width=60),
    ]
    book.add_sheet(str(sheet.year), heads, _rows(sheet), caption=heading(sheet))
    records = [
        (line.name, one.label, record.name, record.value)
        for line in sheet.lines
        for one in line.numbers
        for record in one.records
    ]
    if records:
        names: list[Head | str] = [
            _("Indicator"),
            pgettext("scorecard", "Measure"),
            _("Record"),
            Head(pgettext("scorecard", "Number"), places=0),
        ]
        book.add_sheet(_("Records"), names, records)
    if note:
        book.add_notes(_("Notes"), [note])
    return book


def _rows(sheet: Sheet) -> list[tuple[Any, ...]]:
    groups = {key: str(label) for key, label in Indicator.Group.choices}
    rows = []
    for line in sheet.lines:
        for one in line.numbers:
            rows.append(
                (
                    groups[line.group],
                    line.name,
                    one.label,
                    one.period or one.days or str(sheet.year),
                    one.value,
                    one.shown,
                    one.unit,
                    one.target,
                    one.target_shown or one.target_words,
                    str(one.standing.label),
                    basis_words(one) if one.shown else "",
                    one.source,
                    one.quote,
                )
            )
    return rows

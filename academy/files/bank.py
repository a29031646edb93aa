"""The file for a bank, in the columns that the template wants, and the file that comes back."""

import csv
from collections.abc import Iterator
from io import StringIO
from typing import IO, Any

from django.core.files.base import File
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from academy.domain.payments import Reported, faults_of
from academy.models import BankTemplate, Payment, PaymentList
from craft_site.kit.csv_in import read_csv_table
from craft_site.kit.tables import CellKind, Column, RowError, TableLimits, TableReading
from craft_site.kit.xlsx_in import read_table
from craft_site.kit.xlsx_out import Book

HEADERS = {
    "number": gettext_lazy("No."),
    "reference": pgettext_lazy("claim", "Reference number"),
    "name": gettext_lazy("Account holder"),
    "card": gettext_lazy("Bank card"),
    "amount": gettext_lazy("Amount (yuan)"),
    "purpose": pgettext_lazy("bank file", "Purpose"),
}
DEFAULT = {"name": "通用格式", "form": "xlsx"}
LIMITS = TableLimits(max_rows=20_000)
# The words that banks use. Everything else is asked about, never guessed.
RESULTS = {
    "成功": "paid",
    "已支付": "paid",
    "交易成功": "paid",
    "paid": "paid",
    "success": "paid",
    "失败": "failed",
    "交易失败": "failed",
    "failed": "failed",
    "退回": "returned",
    "退票": "returned",
    "returned": "returned",
}
COLUMNS = (
    Column(
        "reference",
        pgettext_lazy("claim", "Reference number"),
        CellKind.CODE,
        max_length=24,
        aliases=("业务编号", "编号", "reference"),
    ),
    Column(
        "result",
        pgettext_lazy("payment", "Result"),
        max_length=20,
        aliases=("处理结果", "交易状态", "状态", "result"),
    ),
    Column(
        "message",
        gettext_lazy("The bank's words"),
        needed=False,
        blank=True,
        aliases=("失败原因", "备注", "附言", "message"),
    ),
    Column(
        "amount",
        gettext_lazy("Amount (yuan)"),
        CellKind.DECIMAL,
        needed=False,
        blank=True,
        aliases=("金额", "交易金额", "发放金额", "amount"),
    ),
)


def plain_template() -> BankTemplate:
    """Every column in a workbook, for an office that keeps no template yet; not saved."""
    columns = [{"key": key, "header": str(HEADERS[key])} for key in BankTemplate.KEYS]
    return BankTemplate(columns=columns, **DEFAULT)


def lines(payments: PaymentList) -> Iterator[dict[str, Any]]:
    """What the columns can hold, row by row, the card in clear: for the bank's file and nothing else."""
    rows = payments.payments.select_related("claim__worker", "claim__programme").order_by("pk")  # type: ignore[attr-defined]
    for number, row in enumerate(rows, start=1):
        yield {
            "number": number,
            "reference": row.claim.reference,
            "name": row.claim.worker.name,
            "card": row.claim.card.reveal(),
            "amount": row.amount,
            "purpose": row.claim.programme.name,
        }


def content(payments: PaymentList, template: BankTemplate) -> tuple[bytes, str]:
    """The file and its suffix. Text that a spreadsheet would calculate is kept as text in both formats."""
    heads = [column["header"] for column in template.columns]
    rows = [[line[column["key"]] for column in template.columns] for line in lines(payments)]
    if template.form == BankTemplate.Format.XLSX:
        book = Book()
        book.add_sheet(_("Payments"), heads, rows)
        return book.content(), ".xlsx"
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(heads)
    writer.writerows([_inert(value) for value in row] for row in rows)
    return out.getvalue().encode("utf-8-sig"), ".csv"


def _inert(value: Any) -> Any:
    text = str(value)
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t")) else value


def answer_sheet(payments: PaymentList) -> Book:
    """What the bank has not answered yet, with empty cells for its results: for an answer on paper."""
    pending = payments.payments.filter(result="pending").select_related("claim__worker").order_by("pk")  # type: ignore[attr-defined]
    book = Book()
    heads = [COLUMNS[0].header, HEADERS["name"], HEADERS["amount"], COLUMNS[1].header, COLUMNS[2].header]
    rows = [[row.claim.reference, row.claim.worker.name, row.amount, "", ""] for row in pending]
    book.add_sheet(_("Answer of the bank"), heads, rows)
    book.add_notes(_("Notes"), [_("Write one of: %(known)s.") % {"known": "成功 失败 退回"}])
    return book


def read_results(
    file: "IO[bytes] | File[Any]", *, name: str, payments: PaymentList
) -> tuple[list[Reported], list[RowError]]:
    """What the bank answers, and every line that does not fit, with its cell. Nothing is entered here."""
    read = read_table if name.lower().endswith(".xlsx") else read_csv_table
    reading: TableReading = read(file, COLUMNS, limits=LIMITS)
    errors = list(reading.errors)
    reported, rows = [], []
    for row in reading.rows:
        result = RESULTS.get(row["result"].strip().lower())
        if result is None:
            message = _("“%(word)s” is no result. Write one of: %(known)s.") % {
                "word": row["result"][:20],
                "known": "成功 失败 退回",
            }
            errors.append(row.error("result", message, code="unknown_result"))
            continue
        reported.append(
            Reported(row["reference"], str(Payment.Result(result)), row["message"] or "", row["amount"])
        )
        rows.append(row)
    for row, fault in zip(rows, faults_of(payments, reported), strict=True):
        if fault:
            errors.append(row.error("reference", fault, code="unfit"))
    return reported, errors

"""The body of a list, row by row in Python: in template language the same loop costs several times as much."""

from typing import Any

from django import template
from django.template.base import render_value_in_context
from django.template.context import Context
from django.utils.formats import localize
from django.utils.html import conditional_escape, strip_tags
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@register.simple_tag(takes_context=True)
def list_rows(context: Context, table: Any) -> SafeString:
    """The <tr> of the table's page. Each cell names its column, for the cards of a narrow screen."""
    columns = [
        (column, conditional_escape(strip_tags(str(column.header))), _attrs(column))
        for column in table.columns
    ]
    rows = []
    for row in table.paginated_rows:
        cells = []
        for column, label, attrs in columns:
            value = column.current_value = row.get_cell(column.name)
            column.current_record = row.record
            found = column.attrs["td"].as_html() if attrs is None else attrs
            cells.append(f'<td data-label="{label}" {found}>{_cell(context, column, value)}</td>')
        rows.append(f"<tr {row.attrs.as_html()}>{''.join(cells)}</tr>")
    return mark_safe("\n".join(rows))


def _attrs(column: Any) -> str | None:
    """The attributes of a column's cells where they are the same in every row, None where each row has its own."""
    said = {**column._table.attrs, **column.column.attrs}
    given = said.get("td", said.get("cell", {}))
    return None if any(map(callable, given.values())) else column.attrs["td"].as_html()


def _cell(context: Context, column: Any, value: Any) -> str:
    if column.localize is None:
        return render_value_in_context(value, context)
    return conditional_escape(localize(value) if column.localize else str(value))

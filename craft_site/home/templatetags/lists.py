"""The body of a list, row by row in Python: in template language the same loop costs several times as much."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django import template
from django.template.base import render_value_in_context
from django.template.context import Context
from django.utils.formats import localize
from django.utils.html import conditional_escape, strip_tags
from django.utils.safestring import SafeString, mark_safe
from django_tables2.utils import signature

from craft_site.kit.lists import day_cell

register = template.Library()


@register.simple_tag(takes_context=True)
def list_rows(context: Context, table: Any) -> SafeString:
    """The <tr> of the table's page. Each cell names its column, for the cards of a narrow screen."""
    columns = [_Column(column) for column in table.columns]
    rows = []
    for row in table.paginated_rows:
        cells = [column.cell(context, row) for column in columns]
        rows.append(f"<tr {row.attrs.as_html()}>{''.join(cells)}</tr>")
    return mark_safe("\n".join(rows))


class _Column:
    """What is the same in every row of a column, found out once and not once a cell."""

    def __init__(self, bound: Any) -> None:
        self.bound = bound
        self.label = conditional_escape(strip_tags(str(bound.header)))
        self.wanted, self.takes_all = signature(bound.render)
        said = {**bound._table.attrs, **bound.column.attrs}
        given = said.get("td", said.get("cell", {}))
        # Attributes that are computed differ from row to row.
        self.attrs = None if any(map(callable, given.values())) else bound.attrs["td"].as_html()

    def cell(self, context: Context, row: Any) -> str:
        bound = self.bound
        value = row._get_and_render_with(bound, self._render(row), bound.default)
        attrs = self.attrs
        if attrs is None:
            bound.current_value, bound.current_record = value, row.record
            attrs = bound.attrs["td"].as_html()
        return f'<td data-label="{self.label}" {attrs}>{self._text(context, value)}</td>'

    def _render(self, row: Any) -> Callable[..., Any]:
        """django-tables2's way to a cell, but for asking again what the column's function wants to know."""

        def render(bound: Any, value: Any = None) -> Any:
            known = row._optional_cell_arguments(bound, value)
            given = known if self.takes_all else {name: known[name] for name in self.wanted}
            content = bound.render(**given)
            return bound.link(content, **known) if bound.link else content

        return render

    def _text(self, context: Context, value: Any) -> str:
        if isinstance(value, date):
            return day_cell(value)
        if self.bound.localize is None:
            return render_value_in_context(value, context)
        return conditional_escape(localize(value) if self.bound.localize else str(value))

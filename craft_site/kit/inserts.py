"""Rows written by the hundred on the hot path, without an object, a signal or a compiled query for each of them.

Django's bulk_create costs Python several times what the database needs for the rows. This writes the same statement.
"""

from collections.abc import Callable, Sequence
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, models

#: Values of these fields go to the driver as they are.
_PLAIN = (
    models.CharField,
    models.TextField,
    models.BooleanField,
    models.IntegerField,
    models.ForeignKey,
)


def insert_rows(model: type[models.Model], names: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Writes rows, each a value for each name, in one statement (in several where the database takes no more at once).

    names: every column of the model but its automatic key, as attributes ("sheet_id"); a default is of the object and
    not of the table, so that nothing may be left out. The values have the fields' own types already.
    Raises IntegrityError as bulk_create does, and TypeError for names that are not the model's columns.
    """
    fields = {
        field.attname: field
        for field in model._meta.concrete_fields
        if not isinstance(field, models.AutoField)
    }
    if set(names) != set(fields):
        raise TypeError(f"{model.__name__} has the columns {', '.join(sorted(fields))}")
    connection = connections[DEFAULT_DB_ALIAS]
    told = [fields[name] for name in names]
    stored = [_stored(field, connection) for field in told]
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in told)
    into = f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES "
    one = f"({', '.join(['%s'] * len(told))})"
    at_once = max(1, connection.ops.bulk_batch_size(told, rows))
    with connection.cursor() as cursor:
        for start in range(0, len(rows), at_once):
            part = rows[start : start + at_once]
            values = [
                value if store is None else store(value)
                for row in part
                for store, value in zip(stored, row, strict=True)
            ]
            cursor.execute(into + ", ".join([one] * len(part)), values)


def _stored(field: Any, connection: Any) -> Callable[[Any], Any] | None:
    """How a value of the field is given to the driver; None for as it is."""
    if isinstance(field, models.DateTimeField):
        return connection.ops.adapt_datetimefield_value  # type: ignore[no-any-return]
    if isinstance(field, models.JSONField):
        return lambda value: connection.ops.adapt_json_value(value, field.encoder)
    if isinstance(field, _PLAIN):
        return None
    return lambda value: field.get_db_prep_save(value, connection)

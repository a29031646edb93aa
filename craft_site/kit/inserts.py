"""Rows written by the hundred on the hot path, without an object, a signal or a compiled query for each of them.

Django's bulk_create costs Python several times what the database needs for the rows. SQLite is given the same
statement. PostgreSQL is given the rows as one JSON text: its driver would search a statement of a thousand
placeholders anew each time, which takes longer than writing the rows.
"""

import json
from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any
from uuid import UUID

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
    Raises IntegrityError as bulk_create does, TypeError for names that are not the model's columns, ValueError for a
    row that is too short or too long.
    """
    told = _fields(model, tuple(names))
    for row in rows:
        if len(row) != len(told):
            raise ValueError(f"{model.__name__}: {len(row)} values for {len(told)} columns")
    if not rows:
        return
    connection = connections[DEFAULT_DB_ALIAS]
    write = _as_json if connection.vendor == "postgresql" else _as_values
    write(connection, model, told, rows)


@lru_cache(maxsize=16)
def _fields(model: type[models.Model], names: tuple[str, ...]) -> list[Any]:
    fields = {
        field.attname: field
        for field in model._meta.concrete_fields
        if not isinstance(field, models.AutoField)
    }
    if set(names) != set(fields):
        raise TypeError(f"{model.__name__} has the columns {', '.join(sorted(fields))}")
    return [fields[name] for name in names]


def _into(connection: Any, model: type[models.Model], fields: Sequence[Any]) -> str:
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in fields)
    return f"INSERT INTO {quote(model._meta.db_table)} ({columns})"


# --- SQLite ----------------------------------------------------------------------------------------------------------


def _as_values(
    connection: Any, model: type[models.Model], fields: Sequence[Any], rows: Sequence[Sequence[Any]]
) -> None:
    stored = [_stored(field, connection) for field in fields]
    into = _into(connection, model, fields)
    one = f"({', '.join(['%s'] * len(fields))})"
    at_once = max(1, connection.ops.bulk_batch_size(fields, rows))
    with connection.cursor() as cursor:
        for start in range(0, len(rows), at_once):
            part = rows[start : start + at_once]
            values = [
                value if store is None else store(value)
                for row in part
                for store, value in zip(stored, row, strict=True)
            ]
            cursor.execute(f"{into} VALUES {', '.join([one] * len(part))}", values)


def _stored(field: Any, connection: Any) -> Callable[[Any], Any] | None:
    """How a value of the field is given to the driver; None for as it is."""
    if isinstance(field, models.DateTimeField):
        return connection.ops.adapt_datetimefield_value  # type: ignore[no-any-return]
    if isinstance(field, models.JSONField):
        return lambda value: connection.ops.adapt_json_value(value, field.encoder)
    if isinstance(field, _PLAIN):
        return None
    return lambda value: field.get_db_prep_save(value, connection)


# --- PostgreSQL ------------------------------------------------------------------------------------------------------


def _as_json(
    connection: Any, model: type[models.Model], fields: Sequence[Any], rows: Sequence[Sequence[Any]]
) -> None:
    keys = [str(place) for place in range(len(fields))]
    text = json.dumps(
        [dict(zip(keys, row, strict=True)) for row in rows],
        default=_in_json,
        ensure_ascii=False,
        allow_nan=False,
    )
    columns = ", ".join(
        f'"{key}" {field.db_type(connection)}' for key, field in zip(keys, fields, strict=True)
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"{_into(connection, model, fields)} SELECT * FROM json_to_recordset(%s) AS given ({columns})",
            [text],
        )


def _in_json(value: Any) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, UUID | Decimal):
        return str(value)
    raise TypeError(f"{type(value).__name__} is not written by insert_rows")

"""Queries on the hot path: Django writes their SQL once a process, later calls only fill in the values.

Writing the SQL of a query with joins and subqueries costs Python some thirty times what the database needs to answer
it. For a request that thirty tablets send every few seconds it is therefore written once:

    @prepared
    def own_sheet(*, user: int, uuid: UUID) -> QuerySet[Sheet]:
        return Sheet.objects.visible_to(User(pk=user)).filter(uuid=uuid)

    found = list(own_sheet(user=request.user.pk, uuid=uuid))

The function is called with stand-ins for its values, so it must build the same query whatever they are: no branch on a
value, no None. A value is a whole number, a text, a UUID, a time, or a list of these; lists of another length are
another query, and one with an empty list is written anew.
"""

from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache, wraps
from typing import Any, TypeVar
from uuid import UUID, uuid4
from weakref import WeakKeyDictionary

from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.models.query import QuerySet
from django.db.models.sql import UpdateQuery

from craft_site.kit.planned import keeping_plans

_Query = TypeVar("_Query", bound=QuerySet[Any, Any])
Value = int | str | UUID | datetime
_Shape = tuple[tuple[str, type, int | None], ...]
_uuid = models.UUIDField()


@dataclass(frozen=True, slots=True)
class _Statement:
    """SQL with its parameters, each either fixed or (name of the value, place in its list)."""

    sql: str
    fixed: tuple[Any, ...]
    places: tuple[tuple[int, str, int | None], ...]

    def params(self, values: Mapping[str, Any], alias: str) -> tuple[Any, ...]:
        found = list(self.fixed)
        for n, name, place in self.places:
            value = values[name]
            found[n] = _stored(value if place is None else value[place], alias)
        return tuple(found)


@dataclass(frozen=True, slots=True)
class _Written:
    """converters: how a row becomes Python, by connection: they belong to one."""

    query: QuerySet[Any]
    compiler: Any
    statement: _Statement
    converters: WeakKeyDictionary[Any, Any]


def prepared(make: Callable[..., _Query]) -> Callable[..., _Query]:
    """See the module. The query set that comes back is to be read as it is: a further filter() would not be heard."""

    @lru_cache(maxsize=128)
    def written(alias: str, shape: _Shape) -> _Written:
        stand_ins = _stand_ins(shape)
        query = make(**stand_ins).using(alias)
        compiler = query.query.get_compiler(using=alias)
        return _Written(query, compiler, _statement(make, compiler, stand_ins, alias), WeakKeyDictionary())

    @wraps(make)
    def filled(**values: Value | Sequence[Value]) -> _Query:
        if any(value in ([], ()) for value in values.values()):
            return make(**values)
        alias = DEFAULT_DB_ALIAS
        found = written(alias, _shape(values))
        params = found.statement.params(values, alias)
        compiler = copy(found.compiler)
        compiler.connection = keeping_plans(alias)
        compiler.as_sql = lambda *args, **kwargs: (found.statement.sql, params)
        compiler.get_converters = lambda expressions: _converters(found, compiler, expressions)
        query = found.query._chain()  # type: ignore[attr-defined]
        query.query.get_compiler = lambda *args, **kwargs: compiler
        return query  # type: ignore[no-any-return]

    return filled


def prepared_update(make: Callable[..., tuple[QuerySet[Any], Mapping[str, Any]]]) -> "PreparedUpdate":
    """The same for an UPDATE: the function returns which rows, and what their columns become. No value is a list."""
    return PreparedUpdate(make)


class PreparedUpdate:
    def __init__(self, make: Callable[..., tuple[QuerySet[Any], Mapping[str, Any]]]) -> None:
        self._make = make
        self._written = lru_cache(maxsize=16)(self._write)

    def __call__(self, **values: Value) -> int:
        """Returns how many rows were changed."""
        found = self._written(DEFAULT_DB_ALIAS, _shape(values))
        with keeping_plans(DEFAULT_DB_ALIAS).cursor() as cursor:
            cursor.execute(found.sql, found.params(values, DEFAULT_DB_ALIAS))
            return int(cursor.rowcount)

    def each(self, rows: Sequence[Mapping[str, Value]]) -> None:
        """Several in one statement, each with its values."""
        found = self._written(DEFAULT_DB_ALIAS, _shape(rows[0]))
        with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
            cursor.executemany(found.sql, [found.params(values, DEFAULT_DB_ALIAS) for values in rows])

    def _write(self, alias: str, shape: _Shape) -> _Statement:
        stand_ins = _stand_ins(shape)
        rows, becomes = self._make(**stand_ins)
        query: Any = rows.using(alias).query.chain(UpdateQuery)
        query.add_update_values(dict(becomes))
        query.clear_ordering(force=True)
        return _statement(self._make, query.get_compiler(using=alias), stand_ins, alias)


def _statement(
    make: Callable[..., Any], compiler: Any, stand_ins: Mapping[str, Any], alias: str
) -> _Statement:
    sql, params = compiler.as_sql()
    wanted = [
        (value, (name, place))
        for name, given in stand_ins.items()
        for place, value in (enumerate(given) if isinstance(given, list) else [(None, given)])
    ]
    known = {_stored(value, alias): where for value, where in wanted}
    places = tuple(
        (n, *known[param])
        for n, param in enumerate(params)
        if isinstance(param, int | str | UUID | datetime) and param in known
    )
    if {place[1:] for place in places} != {where for _value, where in wanted}:
        raise TypeError(f"{make.__qualname__} does not ask for each of its values")
    return _Statement(sql, tuple(params), places)


def _converters(found: _Written, compiler: Any, expressions: Any) -> Any:
    connection = connections[DEFAULT_DB_ALIAS]
    mine = found.converters.get(connection)
    if mine is None:
        mine = found.converters[connection] = type(compiler).get_converters(compiler, expressions)
    return mine


def _shape(values: Mapping[str, Any]) -> _Shape:
    return tuple(
        (name, type(value[0]), len(value)) if isinstance(value, list | tuple) else (name, type(value), None)
        for name, value in values.items()
    )


def _stand_ins(shape: _Shape) -> dict[str, Any]:
    return {name: _stand_in(kind, length) for name, kind, length in shape}


def _stand_in(kind: type, length: int | None) -> Any:
    return _one(kind) if length is None else [_one(kind) for _ in range(length)]


def _one(kind: type) -> Value:
    """A value that no query holds by chance."""
    mark = uuid4()
    if issubclass(kind, UUID):
        return mark
    if issubclass(kind, datetime):
        return datetime.fromtimestamp(mark.int % 10**15 / 10**6, UTC)
    # Below 2^31: a comparison with what a column cannot hold is no query on PostgreSQL.
    return 10**9 + mark.int % 10**9 if issubclass(kind, int) else mark.hex


def _stored(value: Any, alias: str) -> Any:
    """A value as the database takes it."""
    if isinstance(value, UUID):
        return _uuid.get_db_prep_value(value, connections[alias])
    return connections[alias].ops.adapt_datetimefield_value(value) if isinstance(value, datetime) else value

"""Queries on the hot path: Django writes their SQL once a process, later calls only fill in the values.

Writing the SQL of a query with joins and subqueries costs Python some thirty times what the database needs to answer
it. For a request that thirty tablets send every few seconds it is therefore written once:

    @prepared
    def own_sheet(*, user: int, uuid: UUID) -> QuerySet[Sheet]:
        return Sheet.objects.visible_to(User(pk=user)).filter(uuid=uuid)

    found = list(own_sheet(user=request.user.pk, uuid=uuid))

The function is called with stand-ins for its values, so it must build the same query whatever they are: no branch on a
value, no None. A value is a whole number, a text, a UUID, or a list of these; lists of another length are another
query, and one with an empty list is written anew.
"""

from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from functools import lru_cache, wraps
from typing import Any, TypeVar
from uuid import UUID, uuid4

from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.models.query import QuerySet

_Query = TypeVar("_Query", bound=QuerySet[Any, Any])
Value = int | str | UUID
_Shape = tuple[tuple[str, type, int | None], ...]
_uuid = models.UUIDField()


@dataclass(frozen=True, slots=True)
class _Written:
    """SQL with its parameters, each either fixed or (name of the value, place in its list)."""

    query: QuerySet[Any]
    compiler: Any
    sql: str
    fixed: tuple[Any, ...]
    places: Mapping[int, tuple[str, int | None]]


def prepared(make: Callable[..., _Query]) -> Callable[..., _Query]:
    """See the module. The query set that comes back is to be read as it is: a further filter() would not be heard."""

    @lru_cache(maxsize=128)
    def written(alias: str, shape: _Shape) -> _Written:
        stand_ins = {name: _stand_in(kind, length) for name, kind, length in shape}
        query = make(**stand_ins).using(alias)
        compiler = query.query.get_compiler(using=alias)
        sql, params = compiler.as_sql()
        known = {
            _stored(value, alias): (name, place)
            for name, given in stand_ins.items()
            for place, value in (enumerate(given) if isinstance(given, list) else [(None, given)])
        }
        places = {
            n: known[param]
            for n, param in enumerate(params)
            if isinstance(param, int | str | UUID) and param in known
        }
        if len(set(places.values())) != len(known):
            raise TypeError(f"{make.__qualname__} does not ask for each of its values")
        return _Written(query, compiler, sql, tuple(params), places)

    @wraps(make)
    def filled(**values: Value | Sequence[Value]) -> _Query:
        if any(value in ([], ()) for value in values.values()):
            return make(**values)
        alias = DEFAULT_DB_ALIAS
        found = written(alias, _shape(values))
        params = list(found.fixed)
        for n, (name, place) in found.places.items():
            value: Any = values[name]
            params[n] = _stored(value if place is None else value[place], alias)
        compiler = copy(found.compiler)
        compiler.connection = connections[alias]
        compiler.as_sql = lambda *args, **kwargs: (found.sql, tuple(params))
        query = found.query._chain()  # type: ignore[attr-defined]
        query.query.get_compiler = lambda *args, **kwargs: compiler
        return query  # type: ignore[no-any-return]

    return filled


def _shape(values: Mapping[str, Any]) -> _Shape:
    return tuple(
        (name, type(value[0]), len(value)) if isinstance(value, list | tuple) else (name, type(value), None)
        for name, value in values.items()
    )


def _stand_in(kind: type, length: int | None) -> Any:
    return _one(kind) if length is None else [_one(kind) for _ in range(length)]


def _one(kind: type) -> Value:
    """A value that no query holds by chance."""
    mark = uuid4()
    if issubclass(kind, UUID):
        return mark
    return mark.int >> 65 if issubclass(kind, int) else mark.hex


def _stored(value: Any, alias: str) -> Any:
    """A value as the database takes it."""
    return _uuid.get_db_prep_value(value, connections[alias]) if isinstance(value, UUID) else value

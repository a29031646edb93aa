"""Moving sealed columns to the current key.

Rotation in three steps, the site running all the time: put the new key first in FIELD_KEYS and keep the old one;
reseal every column; when nothing is left under the old key, take it off the ring (and keep it as long as the
backups that need it). Columns under keys of the rows' own are not touched: their keys are, where they rest.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import models
from django.db.models.functions import Cast

from craft_site.kit import own_keys
from craft_site.kit.encryption import OWN, SealError, current_prefix, open_sealed, reseal, seal
from craft_site.kit.fields import SealedTextField, StoredToken


@dataclass(slots=True)
class Resealing:
    """What happened to one column. broken: primary keys of rows whose token does not open; they stay untouched."""

    moved: int = 0
    broken: list[Any] = field(default_factory=list)


def sealed_columns() -> Iterator[tuple[type[models.Model], str]]:
    """Every sealed column of the installed apps, as (model, field name), each table once."""
    for model in apps.get_models():
        for column in model._meta.local_fields:
            if isinstance(column, SealedTextField) and model._meta.managed:
                yield model, column.name


def resealed_rows(model: type[models.Model], name: str, *, batch: int = 500) -> Resealing:
    """Reseal the column `name` of every row that is not under the current key; safe to stop and repeat.

    Each row is its own short write, and only if its token is still the one that was read: a value that somebody
    changes meanwhile is already under the current key. A row that does not open is reported, not skipped in
    silence, and does not stop the others. batch: rows held in memory at a time.
    """
    column = model._meta.get_field(name)
    if not isinstance(column, SealedTextField):
        raise TypeError(f"{model._meta.label}.{name} is not sealed")
    rows = model._base_manager.annotate(resting=Cast(name, models.TextField()))
    current = f"{OWN}." if column.own_key else current_prefix()
    stale = rows.exclude(resting="").exclude(resting__startswith=current).order_by("pk")
    outcome, last = Resealing(), None
    while page := list(
        (stale if last is None else stale.filter(pk__gt=last)).values_list("pk", "uuid", "resting")[:batch]
    ):
        for pk, uuid, token in page:
            try:
                new = _resealed(token, column, uuid)
            except SealError:
                outcome.broken.append(pk)
                continue
            outcome.moved += rows.filter(pk=pk, resting=token).update(**{name: StoredToken(new)})
        last = page[-1][0]
    return outcome


def _resealed(token: str, column: SealedTextField, uuid: UUID) -> str:
    """Under the current key of the ring; what belongs under a key of the row's own goes there."""
    context = column.context_for(uuid)
    if not column.own_key:
        return reseal(token, context=context)
    return seal(open_sealed(token, context=context), context=context, own=own_keys.keep(uuid))

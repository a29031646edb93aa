"""What stands on a sheet and on its panel's other sheets, read in one query behind the locked chain of the event."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db.models import FilteredRelation, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from competitions.domain.refusals import Readings
from competitions.domain.results import scheme_of
from competitions.models import Event, Mark, SchemeVersion, Sheet
from competitions.scoring.scheme import Aspect
from craft_site.kit.prepared import prepared
from craft_site.ledger.chain import Draft, append_many
from craft_site.ledger.models import Chain, Line


@dataclass(frozen=True, slots=True)
class Held:
    """A mark that stands on a sheet. pk is None for one that is not written yet."""

    pk: int | None
    aspect: str
    values: Readings
    not_done: bool
    revision: int
    client_id: UUID
    seq: int
    at: datetime
    client_at: datetime | None

    @classmethod
    def of(cls, mark: Mark) -> "Held":
        return cls(
            mark.pk,
            mark.aspect,
            mark.values,
            mark.not_done,
            mark.revision,
            mark.client_id,
            mark.seq or 0,
            mark.at,
            mark.client_at,
        )

    def says(self, values: Readings, not_done: bool) -> bool:
        """Whether the mark holds the same."""
        return self.not_done == not_done and (not_done or self.values == values)


@dataclass(slots=True)
class PanelSheet:
    """One sheet of a code. marks: its current marks of the aspects asked for."""

    pk: int
    uuid: UUID
    state: str
    place: int
    aspects: list[str]
    marks_due: int
    marks_in: int
    alarm: str
    marks: dict[str, Held] = field(default_factory=dict)


@dataclass(slots=True)
class LockedSheets:
    """own: the sheet asked for; panel: the sheets of the same code, own among them; sent: marks of this sheet by the
    client ids asked for; aspects: of the scheme in force, by code."""

    own: PanelSheet
    panel: list[PanelSheet]
    sent: dict[UUID, Held]
    aspects: Mapping[str, Aspect]
    event_state: str
    seat_left_at: datetime | None
    chain: str

    def receipts(self, seqs: Collection[int]) -> dict[int, str]:
        """The short codes of earlier ledger lines of the event, by their numbers; one query, none for no numbers."""
        if not seqs:
            return {}
        lines = Line.objects.filter(chain__name=self.chain, seq__in=seqs).values_list("seq", "hash")
        return {seq: digest[:6].upper() for seq, digest in lines}


_MARK = ("pk", "aspect", "values", "not_done", "revision", "client_id", "seq", "at", "client_at")
_SHEET = ("pk", "uuid", "state", "seat__place", "aspects", "marks_due", "marks_in", "alarm")


@prepared
def _panel_rows(*, code: int, aspects: Sequence[str], client_ids: Sequence[UUID]) -> "QuerySet[Sheet, Any]":
    """The sheets of a code with current marks of these aspects, marks of these client ids, the scheme in force."""
    newest = SchemeVersion.objects.filter(event=OuterRef("event_id")).order_by("-number")
    return (
        Sheet.objects.filter(code_id=code)
        .order_by("pk")
        .annotate(
            cell=FilteredRelation(
                "marks",
                condition=Q(marks__is_current=True, marks__aspect__in=aspects)
                | Q(marks__client_id__in=client_ids),
            ),
            scheme_hash=Subquery(newest.values("content_hash")[:1]),
            scheme_frozen=Subquery(newest.values("frozen_at")[:1]),
        )
        .values_list(
            *_SHEET,
            "event__state",
            "seat__left_at",
            "scheme_hash",
            "scheme_frozen",
            "cell__is_current",
            *(f"cell__{name}" for name in _MARK),
        )
    )


def read_locked(
    sheet: Sheet, *, head: Chain, aspects: Iterable[str], client_ids: Sequence[UUID]
) -> LockedSheets:
    """One query (some more until the scheme is frozen). head: of the event's chain, locked by the caller."""
    rows = _panel_rows(code=sheet.code_id, aspects=sorted(aspects), client_ids=list(client_ids))
    sheets: dict[int, PanelSheet] = {}
    sent: dict[UUID, Held] = {}
    wanted = frozenset(client_ids)
    own_row: Any = None
    for row in rows:
        pk = row[0]
        if pk not in sheets:
            sheets[pk] = PanelSheet(*row[: len(_SHEET)])
        if pk == sheet.pk:
            own_row = row
        is_current, *mark = row[len(_SHEET) + 4 :]
        if mark[0] is None:
            continue
        held = Held(*mark)
        if is_current:
            sheets[pk].marks[held.aspect] = held
        if pk == sheet.pk and held.client_id in wanted:
            sent[held.client_id] = held
    event_state, left_at, scheme_hash, frozen_at = own_row[len(_SHEET) : len(_SHEET) + 4]
    known = aspects_of(scheme_hash) if scheme_hash and frozen_at else _frozen_aspects(sheet.event, head)
    own = sheets[sheet.pk]
    return LockedSheets(own, list(sheets.values()), sent, known, event_state, left_at, sheet.event.chain)


@lru_cache(maxsize=16)
def aspects_of(content_hash: str) -> Mapping[str, Aspect]:
    """The aspects of a scheme by code. A hash stands for one document for ever, so this is asked once a process."""
    version = SchemeVersion.objects.filter(content_hash=content_hash).first()
    if version is None:
        raise LookupError(f"no scheme {content_hash}")
    return {aspect.code: aspect for aspect in version.scheme.aspects()}


def _frozen_aspects(event: Event, head: Chain) -> Mapping[str, Aspect]:
    """The first mark of an event freezes its scheme: what was marked by it can no longer be edited in place.

    Raises NoScheme.
    """
    version = scheme_of(event)
    now = timezone.now()
    if SchemeVersion.objects.filter(pk=version.pk, frozen_at__isnull=True).update(frozen_at=now):
        append_many(
            head,
            [
                Draft(
                    "scheme.frozen",
                    f"scheme:{event.code}:{version.number}",
                    {"content": version.content_hash, "by": "first mark"},
                )
            ],
            by=None,
        )
    return {aspect.code: aspect for aspect in version.scheme.aspects()}

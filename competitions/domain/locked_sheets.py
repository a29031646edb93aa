"""What stands on the sheets that marks are sent for, and on the other sheets of their panels: all of it in one query.

The head of the event's ledger chain comes with it. Whatever is read here changes only together with that head, so a
writer who moves the head from where it was read (ledger.chain.append_many) knows that nothing has changed meanwhile.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from django.db.models import Exists, F, FilteredRelation, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Concat
from django.utils import timezone

from competitions.domain.refusals import Readings, same_readings
from competitions.domain.results import NoScheme, scheme_of
from competitions.models import Event, SchemeVersion, Sheet, Tablet
from competitions.scoring.scheme import Aspect
from craft_site.kit.prepared import prepared
from craft_site.ledger.chain import Draft, append_many
from craft_site.ledger.models import Chain, Line

T = TypeVar("T")
NO_DEVICE = UUID(int=0)


class Held(NamedTuple):
    """A mark that stands on a sheet. pk is None for one that this request writes."""

    pk: int | None
    aspect: str
    values: Readings
    not_done: bool
    withdrawn: bool
    revision: int
    client_id: UUID
    seq: int
    at: datetime
    client_at: datetime | None
    by: int

    def says(self, values: Readings, not_done: bool, withdrawn: bool = False) -> bool:
        """Whether the mark holds the same."""
        if (self.not_done, self.withdrawn) != (not_done, withdrawn):
            return False
        return not_done or withdrawn or same_readings(self.values, values)


@dataclass(slots=True)
class EventHead:
    """An event and the head of its chain as they were read; head is None before its first line, scheme before it is
    frozen."""

    pk: int
    code: str
    state: str
    head: Chain | None
    scheme: Mapping[str, Aspect] | None = None

    @property
    def chain(self) -> str:
        return f"event:{self.code}"


@dataclass(slots=True, eq=False)
class PanelSheet:
    """One sheet. marks: its current marks of the aspects asked for; withdrawn: marks of these that were taken back,
    the last of each; before: state, alarm, marks_in and set_aside as they were read."""

    pk: int
    uuid: UUID
    code: int
    state: str
    place: int
    judge: int
    left_at: datetime | None
    aspects: list[str]
    marks_due: int
    marks_in: int
    alarm: str
    set_aside: list[str]
    handed_over_for: str
    event: EventHead = field(repr=False)
    marks: dict[str, Held] = field(default_factory=dict)
    withdrawn: dict[str, Held] = field(default_factory=dict)
    before: tuple[Any, ...] = ()

    def __post_init__(self) -> None:
        self.before = self.standing

    @property
    def standing(self) -> tuple[Any, ...]:
        return (str(self.state), self.alarm, self.marks_in, tuple(self.set_aside))


@dataclass(slots=True)
class LockedSheets:
    """own: the sheets asked for that exist; panels: by code, all of its sheets; sent: marks by the client ids asked
    for, each with its sheet; revoked: those of the devices that are; seen: when a judge was last seen on one of them,
    by device and account."""

    own: dict[UUID, PanelSheet] = field(default_factory=dict)
    panels: dict[int, list[PanelSheet]] = field(default_factory=dict)
    sent: dict[UUID, tuple[PanelSheet, Held]] = field(default_factory=dict)
    events: dict[int, EventHead] = field(default_factory=dict)
    revoked: set[UUID] = field(default_factory=set)
    seen: dict[tuple[UUID, int], datetime] = field(default_factory=dict)


_MARK = (
    "pk",
    "aspect",
    "values",
    "not_done",
    "withdrawn",
    "revision",
    "client_id",
    "seq",
    "at",
    "client_at",
    "by_id",
)
_SHEET = (
    "pk",
    "uuid",
    "code_id",
    "state",
    "seat__place",
    "seat__user_id",
    "seat__left_at",
    "aspects",
    "marks_due",
    "marks_in",
    "alarm",
    "set_aside",
    "handed_over_for",
)
_EVENT = (
    "event_id",
    "event__code",
    "event__state",
    "scheme_hash",
    "scheme_frozen",
    "head_pk",
    "length",
    "head",
)
_AT_EVENT, _AT_DEVICE = len(_SHEET), len(_SHEET) + len(_EVENT)


@prepared
def _panel_rows(
    *, sheets: Sequence[UUID], aspects: Sequence[str], client_ids: Sequence[UUID], device: UUID, user: int
) -> "QuerySet[Sheet, Any]":
    """The sheets of the codes of these sheets, with the marks of these aspects and of these client ids."""
    newest = SchemeVersion.objects.filter(event=OuterRef("event_id")).order_by("-number")
    chain = Chain.objects.filter(name=Concat(Value("event:"), OuterRef("event__code")))
    tablets = Tablet.objects.filter(uuid=device)
    return (
        Sheet.objects.filter(code_id__in=Sheet.objects.filter(uuid__in=sheets).values("code_id"))
        .order_by("pk")
        .annotate(
            cell=FilteredRelation(
                "marks",
                condition=(
                    (Q(marks__is_current=True) | Q(marks__withdrawn=True)) & Q(marks__aspect__in=aspects)
                )
                | Q(marks__client_id__in=client_ids),
            ),
            scheme_hash=Subquery(newest.values("content_hash")[:1]),
            scheme_frozen=Subquery(newest.values("frozen_at")[:1]),
            head_pk=Subquery(chain.values("pk")[:1]),
            length=Subquery(chain.values("length")[:1]),
            head=Subquery(chain.values("head")[:1]),
            revoked=Exists(tablets.filter(revoked_at__isnull=False)),
            seen=Subquery(tablets.filter(user=user).values("last_seen")[:1]),
            cell_by=F("cell__by_id"),
        )
        .values_list(
            *_SHEET,
            *_EVENT,
            "revoked",
            "seen",
            "cell__is_current",
            *(f"cell__{name}" for name in _MARK[:-1]),
            "cell_by",
        )
    )


def read_sheets(
    *,
    sheets: Iterable[UUID],
    aspects: Iterable[str],
    client_ids: Iterable[UUID],
    devices: Sequence[tuple[UUID, int]] = (),
) -> LockedSheets:
    """One query for any number of sheets, of one event or of several; a second for more devices than one.

    devices: each with the account that is signed in on it.
    """
    wanted, asked = list(dict.fromkeys(sheets)), frozenset(client_ids)
    device, user = devices[0] if len(devices) == 1 else (NO_DEVICE, 0)
    rows = _panel_rows(
        sheets=_padded(wanted),
        aspects=_padded(sorted(set(aspects))),
        client_ids=_padded(sorted(asked)),
        device=device,
        user=user,
    )
    found = LockedSheets()
    by_pk: dict[int, PanelSheet] = {}
    own = frozenset(wanted)
    for row in rows:
        sheet = by_pk.get(row[0])
        if sheet is None:
            sheet = by_pk[row[0]] = _sheet(found, row)
            if row[_AT_DEVICE]:
                found.revoked.add(device)
            if row[_AT_DEVICE + 1] is not None:
                found.seen[device, user] = row[_AT_DEVICE + 1]
            found.panels.setdefault(sheet.code, []).append(sheet)
            if sheet.uuid in own:
                found.own[sheet.uuid] = sheet
        is_current, *mark = row[_AT_DEVICE + 2 :]
        if mark[0] is None:
            continue
        held = Held(*mark)
        if is_current:
            sheet.marks[held.aspect] = held
        elif held.withdrawn:
            last = sheet.withdrawn.get(held.aspect)
            if last is None or last.revision < held.revision:
                sheet.withdrawn[held.aspect] = held
        if held.client_id in asked:
            found.sent[held.client_id] = (sheet, held)
    if (
        len(devices) > 1
    ):  # after the sheets: a revocation between the two moves the head that was read with them
        for uuid, account, seen, revoked_at in _tablets(devices=_padded([one for one, _user in devices])):
            found.seen[uuid, account] = seen
            if revoked_at is not None:
                found.revoked.add(uuid)
    return found


@prepared
def _tablets(*, devices: Sequence[UUID]) -> "QuerySet[Tablet, Any]":
    return Tablet.objects.filter(uuid__in=devices).values_list("uuid", "user_id", "last_seen", "revoked_at")


def _sheet(found: LockedSheets, row: Any) -> PanelSheet:
    pk, code, state, scheme, frozen, head_pk, length, digest = row[_AT_EVENT:_AT_DEVICE]
    event = found.events.get(pk)
    if event is None:
        head = None
        if head_pk is not None:
            head = Chain(pk=head_pk, name=f"event:{code}", length=length, head=digest)
        event = found.events[pk] = EventHead(pk, code, state, head)
        if scheme and frozen:
            event.scheme = aspects_of(scheme)
    facts: list[Any] = [*row[:_AT_EVENT], event]
    return PanelSheet(*facts)


def _padded(values: Sequence[T]) -> list[T]:
    """The values up to the next power of two, the last one again and again: so that the SQL of a batch is written a
    few times in a process and not once for each length."""
    if not values:
        return []
    return [*values, *[values[-1]] * ((1 << (len(values) - 1).bit_length()) - len(values))]


def receipts(chain: str, seqs: Collection[int]) -> dict[int, str]:
    """The short codes of earlier ledger lines of a chain, by their numbers; one query, none for no numbers."""
    if not seqs:
        return {}
    lines = Line.objects.filter(chain__name=chain, seq__in=seqs).values_list("seq", "hash")
    return {seq: digest[:6].upper() for seq, digest in lines}


@lru_cache(maxsize=16)
def aspects_of(content_hash: str) -> Mapping[str, Aspect]:
    """The aspects of a scheme by code. A hash stands for one document for ever, so this is asked once a process."""
    version = SchemeVersion.objects.filter(content_hash=content_hash).first()
    if version is None:
        raise LookupError(f"no scheme {content_hash}")
    return {aspect.code: aspect for aspect in version.scheme.aspects()}


def open_aspects(event: EventHead) -> Mapping[str, Aspect]:
    """The aspects of a scheme that may still be edited; none where there is no scheme."""
    try:
        version = scheme_of(Event(pk=event.pk))
    except NoScheme:
        return {}
    return {aspect.code: aspect for aspect in version.scheme.aspects()}


def freeze_scheme(event: EventHead, head: Chain) -> None:
    """The first mark of an event freezes its scheme: what was marked by it can no longer be edited in place.

    head: of the event's chain, locked. Frozen twice it is frozen once.
    """
    version = scheme_of(Event(pk=event.pk))
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

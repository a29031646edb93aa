"""What a contest that is being marked remembers: the dicts that say what should stand, and the pages of everybody."""

from typing import Any
from uuid import uuid4

from django.core.exceptions import PermissionDenied
from hypothesis import strategies as st

from competitions.domain import (
    appeals,
    codes,
    corrections,
    events,
    incidents,
    marking,
    rechecks,
    releases,
    signing,
)
from competitions.models import (
    Appeal,
    Code,
    CorrectionOrder,
    ErrorNotice,
    Event,
    PenaltyRecord,
    Recheck,
    RecheckItem,
    Sheet,
)
from tests.competitions.machine.steps import S, Steps
from tests.competitions.whole_contest import Whole

seats, works = st.integers(0, 3), st.integers(0, 1)
values = st.sampled_from([2, 2, 2, 1, 3, 0])
DEVICE = uuid4()

Key = tuple[int, int]  # seat, work
SHEETS: list[Key] = [(seat, work) for seat in range(4) for work in range(2)]


class Marked(Steps):
    """The model of two works, from their first mark on."""

    whole: Whole  # made once; each contest is rolled back to it
    refusals = (
        PermissionDenied,
        signing.SigningRefused,
        signing.LockRefused,
        rechecks.RecheckRefused,
        corrections.CorrectionRefused,
        codes.DecodingRefused,
        releases.PublishingBlocked,
        appeals.AppealRefused,
        incidents.IncidentRefused,
        events.MoveRefused,
    )

    def __init__(self) -> None:
        super().__init__()
        self.state = str(S.SCORING)
        self.value: dict[Key, int | None] = {
            (seat, work): 2 if seat else 7 - work for seat, work in SHEETS
        }  # what the current mark says: good points of seven, or the judge's value
        self.revision = dict.fromkeys(SHEETS, 1)
        self.sheets: dict[Key, str] = dict.fromkeys(SHEETS, "entered")
        self.alarm = dict.fromkeys(SHEETS, False)
        self.signed: dict[Key, tuple[int, set[str]]] = {}  # revision, who signed it
        self.sent: list[tuple[Key, marking.NewMark]] = []  # acknowledged marks
        self.penalties: dict[int, str] = {}
        self.published: dict[int, tuple[str, Any]] = {}  # version -> hash, what it was computed from

    @property
    def event(self) -> Event:
        return self.read("event", lambda: Event.objects.get(pk=self.whole.marking.event.pk))

    def look_around(self) -> None:
        _ = self.event
        for key in SHEETS:
            self.sheet(key)
        for n in range(2):
            self.bench(n)
        for pk in self.penalties:
            self.penalty(pk)
        for item in RecheckItem.objects.all():
            self.item(item.pk)
        for notice in ErrorNotice.objects.all():
            self.notice(notice.pk)
        for order in CorrectionOrder.objects.all():
            self.order(order.pk)
        for appeal in Appeal.objects.all():
            self.appeal(appeal.pk)
        self.recheck()

    def sheet(self, key: Key) -> Sheet:
        seat, work = self.whole.seats[key[0]], self.whole.marking.works[key[1]]
        return self.read(f"sheet {key}", lambda: Sheet.objects.for_list().get(seat=seat, code=work))

    def bench(self, n: int) -> Code:
        pk = self.whole.marking.benches[n].pk
        return self.read(f"bench {n}", lambda: Code.objects.select_related("event").get(pk=pk))

    def penalty(self, pk: int) -> PenaltyRecord:
        found = PenaltyRecord.objects.select_related("code__event")
        return self.read(f"penalty {pk}", lambda: found.get(pk=pk))

    def item(self, pk: int) -> RecheckItem:
        found = RecheckItem.objects.for_list()
        return self.read(f"item {pk}", lambda: found.get(pk=pk))

    def notice(self, pk: int) -> ErrorNotice:
        found = ErrorNotice.objects.select_related("item__recheck__event", "item__sheet")
        return self.read(f"notice {pk}", lambda: found.get(pk=pk))

    def order(self, pk: int) -> CorrectionOrder:
        found = CorrectionOrder.objects.for_list()
        return self.read(f"order {pk}", lambda: found.get(pk=pk))

    def appeal(self, pk: int) -> Appeal:
        return self.read(f"appeal {pk}", lambda: Appeal.objects.for_list().get(pk=pk))

    def recheck(self) -> Recheck | None:
        found = Recheck.objects.in_force().select_related("event")
        return self.read("recheck", lambda: found.first())

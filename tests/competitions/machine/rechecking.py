"""The recheck and the lock."""

from hypothesis import strategies as st
from hypothesis.stateful import (
    precondition,
    rule,
)

from competitions.domain import (
    events,
    recheck_checks,
    rechecks,
    signing,
)
from competitions.models import (
    ErrorNotice,
    Event,
    Recheck,
    RecheckItem,
    Sheet,
)
from tests.competitions.machine.marked import SHEETS, Key, Marked, values, works
from tests.competitions.machine.steps import AGAIN, CRASH, DOUBLE, OLD, ONCE, S, few, ways


class Rechecking(Marked):
    # --- the recheck and the lock ---

    @precondition(lambda self: self.state == S.SCORING)
    @rule(way=ways)
    def recheck_starts(self, way: str) -> None:
        ready = all(self.sheets[k] == "chief_signed" and not self.alarm[k] for k in SHEETS)
        there = Recheck.objects.in_force().exists()
        may = there or (self.state == S.SCORING and ready and not self.open_penalties)

        def then(_recheck: Recheck) -> None:
            self.state = self.state if there else str(S.RECHECKING)

        self.do(
            way, lambda: rechecks.start(event=self.event, by=self.whole.marking.chief), may=may, then=then
        )

    def now(self) -> Recheck | None:
        return Recheck.objects.in_force().first()

    @precondition(lambda self: self.state == S.RECHECKING)
    @rule(who=works, dice=st.sampled_from(["4 6 1 3 5 2", "1 1 2 3 5 6"]), way=ways)
    def supervisor_throws(self, who: int, dice: str, way: str) -> None:
        """The second supervisor is the chief judge, who froze the list."""
        now = self.now()
        assert now is not None
        may = (now.state == "committed" and not who) or now.dice.split() == dice.split()
        if self.pages.get("recheck") is None and way == OLD:
            way = ONCE
        self.do(
            way,
            lambda: rechecks.throw(recheck=self.recheck(), dice=dice, by=self.whole.watchers[who]),
            may=may,
        )

    def an_item(self, n: int) -> RecheckItem | None:
        now = self.now()
        items = list(now.checks.order_by("pk")) if now else []
        return items[n % len(items)] if items else None

    def key_of(self, sheet: Sheet) -> Key:
        seats = [seat.pk for seat in self.whole.seats]
        return seats.index(sheet.seat_id), [work.pk for work in self.whole.marking.works].index(sheet.code_id)

    @property
    def checking(self) -> bool:
        now = self.now()
        return self.state == S.RECHECKING and now is not None and now.state == "checking"

    @precondition(lambda self: self.checking)
    @rule(n=few, way=ways)
    def supervisor_finds_it_right(self, n: int, way: str) -> None:
        item = self.an_item(n)
        assert item is not None
        may = item.outcome in ("open", "ok")
        key = self.key_of(item.sheet)

        def then(_item: RecheckItem) -> None:
            self.sheets[key] = "rechecked"

        self.do(
            way,
            lambda: recheck_checks.check_ok(item=self.item(item.pk), by=self.whole.watchers[0]),
            may=may,
            then=then,
        )

    @precondition(lambda self: self.checking)
    @rule(n=few, value=values, way=ways)
    def supervisor_finds_an_error(self, n: int, value: int, way: str) -> None:
        item = self.an_item(n)
        assert item is not None
        key = self.key_of(item.sheet)
        aspect, reading = "A1.2" if key[0] else "A1.1", self.reading(key, value)
        standing = item.notices.filter(state="open").first()
        same = standing is None or standing.should["values"] == reading

        def then(_notice: ErrorNotice) -> None:
            self.sheets[key] = "chief_signed"

        self.do(
            way,
            lambda: recheck_checks.raise_notice(
                item=self.item(item.pk), aspect=aspect, values=reading, by=self.whole.watchers[0]
            ),
            may=same and self.value[key] != self.as_kept(key, value),
            then=then,
        )

    def a_notice(self, n: int) -> ErrorNotice | None:
        found = list(ErrorNotice.objects.filter(item__recheck=self.now()).select_related("item__sheet"))
        return found[n % len(found)] if found else None

    def answered(self, item: RecheckItem) -> None:
        """What becomes of the sheet when a notice on it was answered."""
        states = set(item.notices.values_list("state", flat=True))
        if "open" not in states and "corrected" in states:
            self.sheets[self.key_of(item.sheet)] = "rechecked"

    @precondition(lambda self: self.checking and ErrorNotice.objects.exists())
    @rule(n=few, way=ways)
    def chief_corrects(self, n: int, way: str) -> None:
        notice = self.a_notice(n)
        if notice is None:
            return
        key, done = self.key_of(notice.item.sheet), notice.state == "corrected"
        should = notice.should["values"]
        new = int(should[0]) if key[0] else should.count("10")
        fits = not key[0] or not self.too_far(key, new)

        def then(_notice: ErrorNotice) -> None:
            if not done:
                self.value[key], self.revision[key] = new, self.revision[key] + 1
                self.answered(notice.item)

        self.do(
            way,
            lambda: recheck_checks.correct(notice=self.notice(notice.pk), by=self.whole.marking.chief),
            may=done or (notice.state == "open" and fits),
            then=then,
        )

    def too_far(self, key: Key, new: int) -> bool:
        given = [self.value[n, key[1]] or 0 for n in (1, 2, 3) if n != key[0]]
        return max(*given, new) - min(*given, new) > 1

    @precondition(lambda self: self.checking and ErrorNotice.objects.exists())
    @rule(n=few, way=ways)
    def supervisor_withdraws_notice(self, n: int, way: str) -> None:
        notice = self.a_notice(n)
        if notice is None:
            return
        self.do(
            way,
            lambda: recheck_checks.withdraw_notice(
                notice=self.notice(notice.pk), reason="misread", by=self.whole.watchers[0]
            ),
            may=notice.state in ("open", "withdrawn"),
            then=lambda _: self.answered(notice.item),
        )

    @precondition(lambda self: self.checking)
    @rule(way=st.sampled_from([ONCE, AGAIN, DOUBLE, CRASH]))
    def supervisor_widens(self, way: str) -> None:
        self.do(
            way,
            lambda: rechecks.widen(recheck=self.recheck(), by=self.whole.watchers[0], reason="to be sure"),
            may=True,
        )

    @precondition(lambda self: self.checking)
    @rule(way=st.sampled_from([ONCE, AGAIN, DOUBLE, CRASH]))
    def supervisor_finishes(self, way: str) -> None:
        now = self.now()
        assert now is not None
        waiting = now.checks.filter(outcome="open").exists()
        notices = ErrorNotice.objects.filter(item__recheck=now, state="open").exists()
        first = now.checks.exclude(why="widened")
        wrong = first.filter(outcome="error").count()
        widened = now.widened_at is not None or wrong * 20 <= first.count()
        self.do(
            way,
            lambda: rechecks.finish(recheck=self.recheck(), by=self.whole.watchers[0]),
            may=not waiting and not notices and widened,
        )

    @precondition(lambda self: self.state == S.RECHECKING)
    @rule()
    def recheck_comes_to_its_end(self) -> None:
        now = self.now()
        assert now is not None
        if now.state == "committed":
            self.supervisor_throws(0, "4 6 1 3 5 2", ONCE)
        if self.checking:
            for n in range(ErrorNotice.objects.filter(item__recheck=now).count()):
                self.chief_corrects(n, ONCE)
                self.supervisor_withdraws_notice(n, ONCE)
            self.supervisor_widens(ONCE)
            for n, item in enumerate(list(now.checks.order_by("pk"))):
                if item.outcome == "open":
                    self.supervisor_finds_it_right(n, ONCE)
            self.supervisor_finishes(ONCE)

    @precondition(lambda self: self.state == S.RECHECKING)
    @rule(way=ways, sure=st.integers(0, 2))
    def back_to_the_marking(self, way: str, sure: int) -> None:
        if sure:  # seldom, so that contests come to their end
            return

        def then(_event: Event) -> None:
            self.state = str(S.SCORING)
            for key in SHEETS:
                self.sheets[key] = "chief_signed"

        self.do(
            way,
            lambda: events.move(event=self.event, to=S.SCORING, by=self.whole.office, reason="More to judge"),
            may=True,
            then=then,
        )

    @rule(way=ways)
    def chief_locks(self, way: str) -> None:
        now = self.now()
        finished = now is not None and now.state == "finished"
        may = self.state == S.LOCKED or (self.state == S.RECHECKING and finished)

        def then(_event: Event) -> None:
            self.state = str(S.LOCKED)
            self.sheets = dict.fromkeys(SHEETS, "locked")

        self.do(
            way, lambda: signing.lock_marks(event=self.event, by=self.whole.marking.chief), may=may, then=then
        )

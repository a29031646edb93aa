"""After the lock: correction orders, decoding, versions of the result, appeals."""

import json
from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import uuid4

from hypothesis import strategies as st
from hypothesis.stateful import (
    precondition,
    rule,
)

from competitions.domain import (
    appeal_decisions,
    appeal_effects,
    appeals,
    codes,
    corrections,
    releases,
)
from competitions.domain.correction_changes import MarkChange, PenaltyChange
from competitions.models import (
    Appeal,
    AppealDecision,
    CorrectionOrder,
    Entry,
    Event,
    PenaltyRecord,
    Release,
)
from tests.competitions.machine.marked import Marked, seats, values, works
from tests.competitions.machine.steps import ONCE, S, few, ways
from tests.competitions.whole_contest import (
    PENALTY,
)


def order_facts(order: CorrectionOrder) -> Any:
    return json.loads(order.payload)


def appeals_by(verb: Any) -> Callable[..., Any]:
    return lambda appeal, **fields: verb(appeal=appeal, **fields)


class Results(Marked):
    # --- after the lock ---

    @property
    def after_the_lock(self) -> bool:
        return self.state in (S.LOCKED, S.DECODED, S.PUBLICITY)

    @rule(seat=seats, work=works, value=values, on_appeal=st.booleans(), way=ways)
    def chief_asks_for_a_correction(
        self, seat: int, work: int, value: int, on_appeal: bool, way: str
    ) -> None:
        key, new = (seat, work), self.as_kept((seat, work), value)
        last = Appeal.objects.first() if on_appeal else None
        may = (
            self.after_the_lock
            and self.value[key] not in (None, new)
            and not (seat and self.too_far(key, new))
        )
        self.do(
            way,
            lambda: corrections.request(
                event=self.event,
                change=MarkChange(self.sheet(key), "A1.2" if seat else "A1.1", self.reading(key, value)),
                reason="The reading was copied from the next line",
                by=self.whole.marking.chief,
                ground=appeal_effects.ground(last) if last else "",
            ),
            may=may,
        )

    @precondition(lambda self: self.after_the_lock)
    @rule(bench=works, lift=st.booleans(), way=ways)
    def chief_asks_about_a_penalty(self, bench: int, lift: bool, way: str) -> None:
        approved = [pk for pk, state in self.penalties.items() if state == "approved"]
        if lift and not approved:
            return
        self.do(
            way,
            lambda: corrections.request(
                event=self.event,
                change=PenaltyChange(record=self.penalty(approved[0]))
                if lift
                else PenaltyChange(code=self.bench(bench), rule=PENALTY),
                reason="Seen on the film",
                by=self.whole.marking.chief,
            ),
            may=True,
        )

    def an_order(self, n: int) -> CorrectionOrder:
        found = list(CorrectionOrder.objects.order_by("-number"))
        return found[n % len(found)]

    @precondition(lambda self: self.after_the_lock and CorrectionOrder.objects.exists())
    @rule(n=few, who=st.sampled_from([0, 0, 1]), way=ways)
    def supervisor_approves(self, n: int, who: int, way: str) -> None:
        """The second supervisor is the chief judge, who asked."""
        order, by = self.an_order(n), self.whole.watchers[who]
        told, done = order_facts(order), order.state == "executed"
        key = self.key_of(order.sheet) if order.sheet else None
        new = 0
        if key is not None:
            after = told["after"]["values"]
            new = int(after[0]) if key[0] else after.count("10")
            fits = told["before"]["revision"] == self.revision[key] and not (
                key[0] and self.too_far(key, new)
            )
        else:
            fits = told["penalty"] is None or self.penalties[told["penalty"]] == "approved"

        def then(_order: CorrectionOrder) -> None:
            if done:
                return
            if key is not None:
                self.value[key], self.revision[key] = new, self.revision[key] + 1
            elif told["penalty"] is not None:
                self.penalties[told["penalty"]] = "refused"
            else:
                given = PenaltyRecord.objects.exclude(pk__in=self.penalties).get()
                self.penalties[given.pk] = "approved"

        self.do(
            way,
            lambda: corrections.approve(
                order=self.order(order.pk), payload_hash=self.order(order.pk).payload_hash, by=by
            ),
            may=not who and (done or (order.state == "requested" and fits)),
            then=then,
        )

    @precondition(lambda self: self.after_the_lock and CorrectionOrder.objects.exists())
    @rule(n=few, who=st.sampled_from([0, 0, 1]), way=ways)
    def supervisor_refuses(self, n: int, who: int, way: str) -> None:
        order, by = self.an_order(n), self.whole.watchers[who]
        may = order.state == "refused" or (order.state == "requested" and not who)
        self.do(way, lambda: corrections.refuse(order=self.order(order.pk), answer="no", by=by), may=may)

    @rule(way=ways)
    def coding_judge_asks_to_decode(self, way: str) -> None:
        self.do(
            way,
            lambda: codes.ask_to_decode(event=self.event, by=self.whole.coding),
            may=self.state == S.LOCKED,
        )

    @rule(who=works, later=st.sampled_from([0, 0, 0, 1]), way=ways)
    def two_people_open_a_layer(self, who: int, later: int, way: str) -> None:
        event = Event.objects.get(pk=self.whole.marking.event.pk)
        closed = codes.closed_layers(event)
        layer = closed[min(later, len(closed) - 1)] if closed else "work"
        asked = hasattr(event, "decoding")

        def then(_event: Event) -> None:
            self.state = str(S.DECODED) if closed == [layer] else self.state

        self.do(
            way,
            lambda: codes.open_layer(
                event=self.event, layer=layer, by=self.whole.coding, witness=self.whole.watchers[who]
            ),
            may=not closed or (self.state == S.LOCKED and asked and layer == closed[0]),
            then=then,
        )

    # --- the result ---

    @property
    def computed_from(self) -> Any:
        approved = sorted(
            (code, times)
            for code, times, state in PenaltyRecord.objects.values_list("code_id", "times", "state")
            if state == "approved"
        )
        return sorted(self.value.items()), approved

    @rule(way=ways)
    def office_publishes(self, way: str) -> None:
        waiting = CorrectionOrder.objects.waiting().exists()
        may = self.state in (S.DECODED, S.PUBLICITY) and not waiting
        last = max(self.published, default=0)
        same = bool(last) and self.published[last][1] == self.computed_from

        def then(release: Release) -> None:
            assert release.number == (last if same else last + 1)
            self.state = str(S.PUBLICITY)
            self.published.setdefault(release.number, (release.content_hash, self.computed_from))

        self.do(
            way,
            lambda: releases.publish(event=self.event, by=self.whole.office, reason="Put right"),
            may=may,
            then=then,
        )

    @precondition(lambda self: self.after_the_lock)
    @rule()
    def result_is_published(self) -> None:
        for n in range(CorrectionOrder.objects.count()):
            self.supervisor_approves(n, 0, ONCE)
            self.supervisor_refuses(n, 0, ONCE)
        if self.state == S.LOCKED:
            self.coding_judge_asks_to_decode(ONCE)
            for _layer in codes.closed_layers(self.event):
                self.two_people_open_a_layer(0, 0, ONCE)
        self.office_publishes(ONCE)

    # --- appeals ---

    @rule(way=ways)
    def contestant_appeals(self, way: str) -> None:
        pk = Entry.objects.get(contestant_code__number="C-001").pk
        client = uuid4()
        found = Entry.objects.select_related("event", "worker", "team")
        self.do(
            way,
            lambda: appeals.file(
                entry=self.read("entry", lambda: found.get(pk=pk)),
                subject=Appeal.Subject.MARKS,
                text="A1.1: my part measures 10.00",
                client_id=client,
                by=self.whole.contestant,
            ),
            may=self.state == S.PUBLICITY and not Appeal.objects.open().exists(),
            outermost=True,
        )

    @precondition(lambda self: Appeal.objects.exists())
    @rule(
        step=st.sampled_from(["admit", "decide", "second", "decide_second", "carry_out", "withdraw"]),
        stands=st.booleans(),
        way=ways,
    )
    def appeal_goes_on(self, step: str, stands: bool, way: str) -> None:
        pk, state = Appeal.objects.order_by("-number").values_list("pk", "state")[0]
        whole = self.whole
        words = {
            "outcome": "stands" if stands else "corrected",
            "reasons": "We looked",
            "public_reason": "" if stands else "Reading mistaken",
        }
        made = {d.instance: d for d in AppealDecision.objects.filter(appeal=pk)}
        ordered = CorrectionOrder.objects.filter(
            ground=appeal_effects.ground(Appeal.objects.get(pk=pk)), state="executed"
        )
        last = made.get(2, made.get(1))
        verbs: dict[str, tuple[Callable[[Appeal], Any], bool]] = {
            "admit": (
                partial(appeals_by(appeal_decisions.admit), by=whole.arbiter),
                state in ("filed", "admitted"),
            ),
            "decide": (
                partial(appeals_by(appeal_decisions.decide), by=whole.arbiter, **words),
                state == "admitted" or (1 in made and made[1].outcome == words["outcome"]),
            ),
            "second": (
                partial(appeals_by(appeals.file_second), by=whole.contestant, text="No"),
                state in ("decided", "second"),
            ),
            "decide_second": (
                partial(appeals_by(appeal_decisions.decide_second), by=whole.committee, **words),
                state == "second" or (2 in made and made[2].outcome == words["outcome"]),
            ),
            "carry_out": (
                partial(appeals_by(appeal_effects.carry_out), by=whole.office),
                state == "final" and last is not None and last.outcome == "corrected" and ordered.exists(),
            ),
            "withdraw": (
                partial(appeals_by(appeals.withdraw), by=whole.contestant),
                not stands and state in ("filed", "admitted", "second", "withdrawn"),
            ),
        }
        verb, may = verbs[step]
        if step == "withdraw" and stands:
            return
        self.do(way, lambda: verb(self.appeal(pk)), may=may)

"""Registration: the contestants' steps, the employer's and the office's, the roster, the accepted list."""

from itertools import pairwise

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from competitions import roles
from competitions.domain import accepted, entries, events, reviews, rosters
from competitions.domain.reviews import Decision
from competitions.models import AcceptedList, Entry, Event
from tests.competitions.announced_contest import BY_ROSTER, OF_THE_WORKS, PLACES, QUOTA, YEARS
from tests.competitions.machine.before import (
    ON_THE_LIST,
    REVIEWED,
    TAKING_PART,
    Before,
    Card,
    contestants,
    everybody,
)
from tests.competitions.machine.steps import ONCE, S, few, ways

WAITING = ("submitted", "unit_ok")
# Decisions: from which states, to which.
DECIDED = {
    Decision.PASS: (("submitted",), "unit_ok"),
    Decision.ACCEPT: (("unit_ok",), "accepted"),
    Decision.RETURN: (("submitted", "unit_ok", "returned"), "returned"),
    Decision.REFUSE: (("submitted", "unit_ok", "returned"), "refused"),
    Decision.REOPEN: (("accepted",), "unit_ok"),
}
# In the order of a contest that goes well.
FORTH = (S.REGISTERING, S.ELIGIBILITY, S.BRIEFED, S.FROZEN, S.RUNNING, S.SCORING)
NEXT = dict(pairwise((S.PUBLISHED, *FORTH)))
BACK = {S.ELIGIBILITY: S.REGISTERING, S.BRIEFED: S.ELIGIBILITY}


class Registration(Before):
    # --- the contestant ---

    def with_an_account(self, n: int) -> int | None:
        found = [m for m in sorted(self.cards) if m != BY_ROSTER]
        return found[n % len(found)] if found else None

    def is_open(self, card: Card) -> bool:
        return card.state == "draft" or (card.state == "returned" and self.state in REVIEWED)

    @precondition(lambda self: self.state == S.REGISTERING)
    @rule(n=contestants, way=ways)
    def contestant_starts(self, n: int, way: str) -> None:
        card = self.cards.get(n)
        there = card is not None and card.state != "withdrawn"

        def then(_entry: Entry) -> None:
            if not there:
                self.cards.setdefault(n, Card()).state = "draft"

        self.do(
            way,
            lambda: entries.start(event=self.event, worker=self.worker(n), by=self.worker(n).user),
            may=there or (self.state == S.REGISTERING and not self.an_official(n)),
            then=then,
        )

    @precondition(lambda self: self.state in REVIEWED and self.cards)
    @rule(n=few, years=st.sampled_from([YEARS + 2, YEARS, YEARS - 1]), way=ways)
    def contestant_answers(self, n: int, years: int, way: str) -> None:
        if (one := self.with_an_account(n)) is None:
            return
        card = self.cards[one]

        def then(_entry: Entry) -> None:
            card.years = years

        self.do(
            way,
            lambda: entries.answer(
                entry=self.entry(one),
                by=self.worker(one).user,
                trade_years=years,
                emergency_contact="Kin 13900000000",
            ),
            may=self.is_open(card),
            then=then,
        )

    @precondition(lambda self: self.state in REVIEWED and self.cards)
    @rule(n=few, rules=st.sampled_from([True, True, False]), public=st.booleans(), way=ways)
    def contestant_agrees(self, n: int, rules: bool, public: bool, way: str) -> None:
        if (one := self.with_an_account(n)) is None:
            return
        card = self.cards[one]

        def then(_entry: Entry) -> None:
            card.rules, card.public = rules, public

        self.do(
            way,
            lambda: entries.agree(
                entry=self.entry(one), rules=rules, publicity=public, by=self.worker(one).user
            ),
            may=self.is_open(card),
            then=then,
        )

    @precondition(lambda self: self.cards)
    @rule(n=few, public=st.booleans(), way=ways)
    def contestant_decides_about_the_name(self, n: int, public: bool, way: str) -> None:
        if (one := self.with_an_account(n)) is None:
            return

        def then(_entry: Entry) -> None:
            self.cards[one].public = public

        self.do(
            way,
            lambda: entries.set_publicity(entry=self.entry(one), agreed=public, by=self.worker(one).user),
            may=True,
            then=then,
        )

    @precondition(lambda self: self.state in REVIEWED and self.cards)
    @rule(n=few, way=ways)
    def contestant_hands_in(self, n: int, way: str) -> None:
        if (one := self.with_an_account(n)) is None:
            return
        card = self.cards[one]
        complete = card.years is not None and card.rules
        eligible = complete and (card.years or 0) >= YEARS and self.counted_beside(one) < QUOTA
        in_time = self.state == S.REGISTERING or card.state == "returned"
        fresh = card.state not in WAITING

        def then(_entry: Entry) -> None:
            if fresh:
                self.hands_in(card, "submitted" if one in OF_THE_WORKS else "unit_ok")

        self.do(
            way,
            lambda: entries.submit(entry=self.entry(one), by=self.worker(one).user),
            may=not fresh or (in_time and self.is_open(card) and eligible and not self.an_official(one)),
            then=then,
        )

    def hands_in(self, card: Card, state: str) -> None:
        card.state = state
        if card.serial is None:
            self.handed_in += 1
            card.serial = self.handed_in

    @precondition(lambda self: self.state in (*REVIEWED, S.BRIEFED) and self.cards)
    @rule(n=few, sure=few, way=ways)
    def contestant_withdraws(self, n: int, sure: int, way: str) -> None:
        if sure or (one := self.with_an_account(n)) is None:  # seldom, so that somebody takes part
            return
        card = self.cards[one]

        def then(_entry: Entry) -> None:
            card.state = "withdrawn"

        movable = ("draft", *WAITING, "returned", "accepted", "withdrawn")
        self.do(
            way,
            lambda: entries.withdraw(entry=self.entry(one), by=self.worker(one).user),
            may=self.state in (*REVIEWED, S.BRIEFED) and card.state in movable,
            then=then,
        )

    @precondition(lambda self: self.state in REVIEWED and self.cards)
    @rule(n=few, way=ways)
    def contestant_asks_for_a_second_look(self, n: int, way: str) -> None:
        if (one := self.with_an_account(n)) is None:
            return
        card = self.cards[one]
        again = card.state == "unit_ok" and card.asked
        fits = card.state == "refused" and not card.asked and not self.an_official(one)

        def then(_entry: Entry) -> None:
            card.state, card.asked = "unit_ok", True

        self.do(
            way,
            lambda: reviews.ask_again(entry=self.entry(one), by=self.worker(one).user, reason="Look again"),
            may=again or (self.state in REVIEWED and fits),
            then=then,
        )

    # --- the employer and the office ---

    @precondition(lambda self: self.state == S.REGISTERING)
    @rule(years=st.sampled_from([YEARS, YEARS, YEARS - 1]), way=ways)
    def contact_loads_the_roster(self, years: int, way: str) -> None:
        card = self.cards.get(BY_ROSTER)
        fits = card is None or card.state in ("unit_ok", "returned", "accepted")
        eligible = years >= YEARS and self.counted_beside(BY_ROSTER) < QUOTA

        def then(_nothing: None) -> None:
            mine = self.cards.setdefault(BY_ROSTER, Card(years=years, rules=True))
            if mine.state in ("draft", "returned"):
                self.hands_in(mine, "unit_ok")

        def verb() -> None:
            here = self.announced
            rosters.load(event=self.event, employer=here.works, lines=[here.roster(years)], by=here.contact)

        self.do(way, verb, may=self.state == S.REGISTERING and fits and eligible, then=then)

    @precondition(lambda self: self.state in REVIEWED and self.cards)
    @rule(n=everybody, decision=st.sampled_from([*Decision, Decision.ACCEPT]), office=st.booleans(), way=ways)
    def reviewer_decides(self, n: int, decision: Decision, office: bool, way: str) -> None:
        here, found = self.announced, sorted(self.cards)
        if not found:
            return
        one = found[n % len(found)]
        card, (starts, to) = self.cards[one], DECIDED[decision]
        by = here.office if office else here.contact
        of_the_firm = one in self.of_firm(0) and card.state == "submitted"
        allowed = office or (of_the_firm and decision in (Decision.PASS, Decision.RETURN, Decision.REFUSE))
        assert bool(roles.can_decide_entry(by, self.entry_now(one), decision.value)) == allowed
        if not allowed:
            return
        done = card.state == to and decision is not Decision.RETURN
        room = len(self.those(*ON_THE_LIST)) < PLACES and self.counted_beside(one, ON_THE_LIST) < QUOTA
        fits = card.state in starts and (decision is not Decision.ACCEPT or room)

        def then(_entry: Entry) -> None:
            card.state = to

        self.do(
            way,
            lambda: reviews.decide(
                entry=self.entry(one), decision=decision, by=by, reason="As seen", due_at=here.due
            ),
            may=done or (self.state in REVIEWED and fits),
            then=then,
        )

    @precondition(lambda self: self.state in (*REVIEWED, S.BRIEFED))
    @rule(way=ways)
    def office_publishes_the_list(self, way: str) -> None:
        waiting, there = self.those(*WAITING, "returned"), self.those("accepted")
        done = self.state == S.BRIEFED

        def then(published: AcceptedList) -> None:
            if not done:
                self.lists.append(sorted(there, key=lambda n: self.cards[n].serial or 0))
                self.state = str(S.BRIEFED)
            assert published.number == len(self.lists)

        self.do(
            way,
            lambda: accepted.publish(event=self.event, by=self.announced.office),
            may=done or (self.state == S.ELIGIBILITY and bool(there) and not waiting),
            then=then,
        )

    # --- the event moves ---

    def lacks(self, to: str) -> bool:
        """Whether something is missing for a move forth."""
        judges = "measuring" in self.chairs and len(self.panel) >= 3
        taking_part = self.those(*TAKING_PART)
        if to == S.ELIGIBILITY:
            return any(self.lots(layer) for layer in self.rounds)
        if to == S.BRIEFED:
            waiting, there = self.those(*WAITING, "returned"), self.those("accepted")
            return bool(waiting) or not there or not self.lists or sorted(self.lists[-1]) != there
        if to == S.FROZEN:
            officials = all(self.seated(name) for name in ("chief", "coding"))
            officials = officials and self.seated("supervisor", "watcher")
            return not officials or not judges or 2 * self.stations < len(taking_part)
        if to == S.RUNNING:
            return not judges or not self.numbers["station"].keys() >= set(taking_part)
        return to == S.SCORING and "runs" in self.clocks.values()

    @rule(to=st.sampled_from([*FORTH, None, None]), way=ways)
    def office_moves_the_event(self, to: str | None, way: str) -> None:
        """Mostly to the next state; None is the step back where there is one."""
        wanted = to or BACK.get(self.state) or self.state
        possible = wanted in (NEXT.get(self.state), BACK.get(self.state))

        def then(_event: Event) -> None:
            self.state = str(wanted)

        self.do(
            way,
            lambda: events.move(
                event=self.event, to=wanted, by=self.announced.office, reason="Something was forgotten"
            ),
            may=wanted == self.state or (possible and not self.lacks(wanted)),
            then=then,
        )

    # --- all of it, so that most contests come to their end ---

    @precondition(lambda self: self.state in (S.PUBLISHED, S.REGISTERING))
    @rule(who=st.sets(contestants, min_size=1, max_size=3))
    def some_enter(self, who: set[int]) -> None:
        if self.state == S.PUBLISHED:
            self.office_moves_the_event(S.REGISTERING, ONCE)
        for n in sorted(who):
            self.contestant_starts(n, ONCE)
            at = [m for m in sorted(self.cards) if m != BY_ROSTER].index(n) if n in self.cards else 0
            self.contestant_answers(at, YEARS, ONCE)
            self.contestant_agrees(at, True, True, ONCE)
            self.contestant_hands_in(at, ONCE)

    @precondition(lambda self: self.state in REVIEWED and self.cards)
    @rule()
    def all_are_decided(self) -> None:
        if self.state == S.REGISTERING:
            self.office_moves_the_event(S.ELIGIBILITY, ONCE)
        for n, one in enumerate(sorted(self.cards)):
            if self.cards[one].state == "submitted":
                self.reviewer_decides(n, Decision.PASS, one % 2 == 0, ONCE)
            self.reviewer_decides(n, Decision.ACCEPT, True, ONCE)
            if self.cards[one].state in (*WAITING, "returned"):
                self.reviewer_decides(n, Decision.REFUSE, True, ONCE)
        self.office_publishes_the_list(ONCE)

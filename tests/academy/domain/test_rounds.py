"""Rounds of matching: who may say what until when, what is proposed and why, and that only people decide."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from academy.domain import round_decisions, round_matching, round_wishes, rounds
from academy.domain.rounds import RoundRefused
from academy.matching.people import Weights
from academy.matching.record import replay
from academy.matching.stable import blocking, match
from academy.matching.weights import plain
from academy.models import MatchProposal, MatchRound, Offer, Pair, Seeker
from craft_site.kit.canonical import sha256_hex
from craft_site.ledger.models import Line
from tests.academy.rounds import make_offer, make_round, make_scheme, make_seeker, shut, skilled
from tests.factories import make_employer, make_trade, make_union, make_user, make_worker

pytestmark = pytest.mark.django_db
S = MatchRound.State


def kinds(round_: MatchRound) -> list[str]:
    return list(
        Line.objects.filter(chain__name=round_.scheme.chain).order_by("seq").values_list("kind", flat=True)
    )


def make_pair(mentor, apprentice, *, state=Pair.State.RUNNING, scheme=None, trade=None) -> Pair:
    today = timezone.localdate()
    return Pair.objects.create(
        scheme=scheme or make_scheme(),
        number=f"N{Pair.objects.count() + 1}",
        mentor=mentor,
        apprentice=apprentice,
        employer=apprentice.employer or make_employer(),
        trade=trade or make_trade(),
        state=state,
        mentor_grade=5,
        target_grade=4,
        target_on=today + timedelta(days=300),
        starts_on=today - timedelta(days=30),
        ends_on=today + timedelta(days=335),
    )


def test_a_round_goes_from_preparation_to_decided_and_each_move_is_a_line(organiser):
    round_ = make_round(by=organiser)
    assert round_.takes_wishes()
    make_seeker(round_)
    rounds.stop(round_=round_, by=organiser)
    round_matching.compute(round_=round_, by=organiser)
    done = rounds.close(round_=round_, by=organiser)
    assert done.state == S.DECIDED
    assert kinds(round_) == ["round.made", "round.moved", "round.stopped", "round.moved", "round.moved"]


def test_only_an_organiser_runs_a_round(reviewer, outsider):
    for user in (reviewer, outsider):
        with pytest.raises(PermissionDenied):
            make_round(by=user)
    round_ = make_round()
    for verb in (rounds.open_, rounds.stop, rounds.close, round_matching.compute):
        with pytest.raises(PermissionDenied):
            verb(round_=round_, by=outsider)


def test_a_code_stands_once_and_a_round_closes_after_it_opens(organiser):
    round_ = make_round("spring", by=organiser)
    for fields in ({"code": "spring"}, {"code": "x", "closes_at": round_.opens_at}):
        with pytest.raises(RoundRefused):
            make_round(**{"by": organiser, "scheme": round_.scheme} | fields)


def test_a_round_that_is_over_cannot_be_opened(organiser):
    past = timezone.now() - timedelta(days=1)
    with pytest.raises(RoundRefused, match="closing time"):
        make_round(by=organiser, opens_at=past - timedelta(days=1), closes_at=past)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"trade": 101}, "trade"), ({"gap_2": -1}, "gap_2"), ({"far": "x"}, "far"), ({"luck": 5}, "luck")],
)
def test_weights_are_checked_by_name(organiser, wrong, field):
    round_ = make_round(by=organiser)
    with pytest.raises(RoundRefused) as refused:
        rounds.weigh(round_=round_, weights=plain() | wrong, by=organiser)
    assert refused.value.field == field
    rounds.weigh(round_=round_, weights=plain() | {"town": 90}, by=organiser)
    assert rounds.weights_of(MatchRound.objects.get(pk=round_.pk)) == Weights(town=90)


# --- wishes ----------------------------------------------------------------------------------------------------------


def test_a_worker_enters_with_the_checked_level_and_wishes_in_order():
    round_ = make_round()
    first, second = make_offer(round_), make_offer(round_)
    worker = skilled(grade=3)
    worker.qualifications.create(trade=make_trade(), grade=4, certificate_no="unchecked")
    said = round_wishes.seek(
        round_=round_, worker=worker, trade=make_trade(), wishes=[second, first], hopes="Fits", by=worker.user
    )
    assert said.grade == 3
    assert [wish.offer for wish in said.wishes.all()] == [second, first]
    again = round_wishes.seek(
        round_=round_, worker=worker, trade=make_trade(), wishes=[first], only_wishes=True, by=worker.user
    )
    assert again.pk == said.pk
    assert [wish.offer for wish in again.wishes.all()] == [first]
    line = Line.objects.filter(chain__name=round_.scheme.chain, kind="seeker.said").order_by("seq").first()
    assert "Fits" not in line.body
    assert str(second.uuid) in line.body


def test_nobody_speaks_for_somebody_else_but_an_organiser(organiser, outsider):
    round_, worker = make_round(), skilled(grade=0)
    with pytest.raises(PermissionDenied):
        round_wishes.seek(round_=round_, worker=worker, trade=make_trade(), by=outsider)
    assert round_wishes.seek(round_=round_, worker=worker, trade=make_trade(), by=organiser).grade == 0


def test_wishes_that_cannot_be_are_refused_with_words():
    round_ = make_round()
    offer, other_trade = make_offer(round_), make_offer(round_, trade=make_trade("焊工"))
    level, elsewhere = make_offer(round_, grade=3), make_offer(make_round())
    worker = skilled(grade=3)
    for wishes, words in (
        ([offer, offer], "twice"),
        ([other_trade], "another trade"),
        ([level], "no level above"),
        ([elsewhere], "not in the round"),
        ([make_offer(round_, grade=8) for _ in range(6)], "At most 5"),
    ):
        with pytest.raises(RoundRefused, match=words):
            round_wishes.seek(round_=round_, worker=worker, trade=make_trade(), wishes=wishes, by=worker.user)
    with pytest.raises(RoundRefused, match="at least one"):
        round_wishes.seek(round_=round_, worker=worker, trade=make_trade(), only_wishes=True, by=worker.user)


def test_a_worker_with_a_master_in_the_trade_or_without_an_employer_is_not_taken():
    round_, worker = make_round(), skilled(grade=3)
    make_pair(skilled(), worker)
    with pytest.raises(RoundRefused, match="already"):
        round_wishes.seek(round_=round_, worker=worker, trade=make_trade(), by=worker.user)
    jobless = make_worker(user=make_user("worker"))
    with pytest.raises(RoundRefused, match="employer"):
        round_wishes.seek(round_=round_, worker=jobless, trade=make_trade(), by=jobless.user)


def test_a_master_offers_at_most_what_the_rules_leave_free():
    round_ = make_round(scheme=make_scheme(most=2))
    master = skilled(grade=5)
    make_pair(master, skilled(grade=3))
    make_pair(master, skilled(grade=3), state=Pair.State.ENDED_EARLY)
    with pytest.raises(RoundRefused, match="1 more"):
        round_wishes.offer(round_=round_, worker=master, trade=make_trade(), places=2, by=master.user)
    offer = round_wishes.offer(round_=round_, worker=master, trade=make_trade(), places=1, by=master.user)
    assert (offer.grade, offer.places) == (5, 1)
    unchecked = skilled(grade=0)
    with pytest.raises(RoundRefused, match="checked"):
        round_wishes.offer(round_=round_, worker=unchecked, trade=make_trade(), places=1, by=unchecked.user)


def test_a_master_names_workers_and_leaving_takes_the_wishes_along():
    round_, master = make_round(), skilled()
    seeker = make_seeker(round_)
    offer = round_wishes.offer(
        round_=round_, worker=master, trade=make_trade(), places=1, wishes=[seeker], by=master.user
    )
    assert [wish.seeker for wish in offer.wishes.all()] == [seeker]
    round_wishes.leave(one=seeker, by=seeker.worker.user)
    assert not offer.wishes.exists()
    assert not Seeker.objects.exists()


def test_nothing_changes_before_the_round_opens_or_after_it_has_closed():
    early = make_round(opens_at=timezone.now() + timedelta(hours=1))
    worker = skilled(grade=3)
    with pytest.raises(RoundRefused, match="not begun"):
        round_wishes.seek(round_=early, worker=worker, trade=make_trade(), by=worker.user)
    round_ = make_round()
    seeker, offer = make_seeker(round_), make_offer(round_)
    shut(round_)
    for one in (seeker, offer):
        with pytest.raises(RoundRefused, match="closed"):
            round_wishes.leave(one=one, by=one.worker.user)
    with pytest.raises(RoundRefused, match="closed"):
        round_wishes.seek(round_=round_, worker=worker, trade=make_trade(), by=worker.user)


# --- what is proposed ------------------------------------------------------------------------------------------------


def test_the_program_proposes_with_reasons_and_keeps_what_it_computed_from(organiser):
    round_ = make_round()
    wanted, other = make_offer(round_, skilled("Wanted")), make_offer(round_, skilled("Other"))
    same_firm = skilled(grade=3, employer=wanted.worker.employer)
    preferred = make_seeker(round_, same_firm, wishes=[wanted])
    second = make_seeker(round_, wishes=[wanted])
    alone = make_seeker(round_, grade=3, trade=make_trade("焊工"))
    done = round_matching.compute(round_=shut(round_), by=organiser)
    assert done.state == S.PROPOSED
    found = {p.seeker_id: p for p in MatchProposal.objects.all()}
    assert (found[preferred.pk].offer, found[second.pk].offer) == (wanted, other)
    reason = found[second.pk].reason
    assert (reason["wish"], reason["rank"]) == (None, 2)
    assert reason["wishes"] == [[str(wanted.worker.uuid), "full"]]
    assert found[preferred.pk].reason["score"]["employer"] == Weights().employer
    assert [one["apprentice"] for one in done.outcome["without"]] == [str(alone.worker.uuid)]
    assert (done.outcome["figures"]["pairs"], done.outcome["figures"]["wishes"]) == (2, [1])
    assert done.market_hash == sha256_hex(done.outcome["market"])
    again = replay(done.outcome["market"])
    assert blocking(again, match(again)) == []
    assert len(match(again)) == 2


def test_who_has_been_a_pair_is_not_proposed_again_in_either_direction(organiser):
    round_ = make_round()
    master, worker = skilled(grade=6), skilled(grade=3)
    make_pair(master, worker, state=Pair.State.FINAL_OK)
    teacher, pupil = skilled(grade=6), skilled(grade=3)
    make_pair(pupil, teacher, state=Pair.State.ENDED_EARLY)
    declined, free = skilled(grade=6), skilled(grade=3)
    make_pair(declined, free, state=Pair.State.DECLINED)
    offers = {w.pk: make_offer(round_, w, grade=6) for w in (master, teacher, declined)}
    make_seeker(round_, worker, wishes=[offers[master.pk]], only_wishes=True)
    make_seeker(round_, pupil, wishes=[offers[teacher.pk]], only_wishes=True)
    make_seeker(round_, free, wishes=[offers[declined.pk]], only_wishes=True)
    round_matching.compute(round_=shut(round_), by=organiser)
    assert [p.seeker.worker for p in MatchProposal.objects.all()] == [free]


def test_who_is_on_both_sides_is_not_matched_with_themselves(organiser):
    round_, both = make_round(), skilled(grade=4)
    make_offer(round_, both, grade=4)
    make_seeker(round_, both, grade=2)
    round_matching.compute(round_=shut(round_), by=organiser)
    assert not MatchProposal.objects.exists()


def test_who_has_found_a_master_meanwhile_and_places_taken_meanwhile_are_left_out(organiser):
    round_ = make_round(scheme=make_scheme(most=1))
    settled, waiting, master = make_seeker(round_), make_seeker(round_), make_offer(round_)
    make_pair(master.worker, settled.worker)
    done = round_matching.compute(round_=shut(round_), by=organiser)
    assert done.outcome["settled"] == [str(settled.worker.uuid)]
    assert [one["apprentice"] for one in done.outcome["without"]] == [str(waiting.worker.uuid)]
    assert not MatchProposal.objects.exists()


def test_the_town_is_the_town_of_the_firms_union(organiser):
    town = make_union(level="town", parent=make_union())
    firms = [
        make_employer(union=make_union(level="enterprise", parent=town)),
        make_employer(union=town),
    ]
    round_ = make_round()
    make_offer(round_, skilled(employer=firms[0]))
    make_seeker(round_, skilled(grade=3, employer=firms[1]))
    round_matching.compute(round_=shut(round_), by=organiser)
    assert MatchProposal.objects.get().reason["score"]["town"] == Weights().town


def test_computing_again_begins_anew_until_something_is_decided(organiser):
    round_ = make_round()
    make_offer(round_)
    seeker = make_seeker(round_)
    with pytest.raises(RoundRefused, match="still taken"):
        round_matching.compute(round_=round_, by=organiser)
    first = round_matching.compute(round_=shut(round_), by=organiser)
    second = round_matching.compute(round_=round_, by=organiser)
    assert first.market_hash == second.market_hash
    assert MatchProposal.objects.count() == 1
    rounds.weigh(round_=round_, weights=plain() | {"town": 1}, by=organiser)
    assert round_matching.compute(round_=round_, by=organiser).market_hash != first.market_hash
    MatchProposal.objects.update(state=MatchProposal.State.DROPPED)
    with pytest.raises(RoundRefused, match="decided"):
        round_matching.compute(round_=round_, by=organiser)
    with pytest.raises(RoundRefused, match="decided"):
        rounds.weigh(round_=round_, weights=plain(), by=organiser)
    assert seeker.proposals.count() == 1


def test_trying_other_weights_keeps_nothing(organiser):
    round_ = make_round()
    make_offer(round_)
    make_seeker(round_)
    assert round_matching.what_if(round_, Weights(employer=0)).pairs == 1
    assert not MatchProposal.objects.exists()


@pytest.mark.parametrize("people", [1, 30])
def test_a_round_of_any_size_is_read_with_the_same_queries(people, django_assert_num_queries):
    round_ = make_round()
    offers = [make_offer(round_) for _ in range(people)]
    for offer in offers:
        seeker = make_seeker(round_, wishes=[offer])
        make_pair(skilled(), seeker.worker, state=Pair.State.FINAL_OK)
    found = MatchRound.objects.select_related("scheme").get(pk=round_.pk)
    with django_assert_num_queries(5):
        assert len(round_matching.market_of(found).seekers) == people


def test_a_round_cannot_close_while_a_proposal_waits(organiser):
    round_ = make_round()
    make_offer(round_)
    make_seeker(round_)
    round_matching.compute(round_=shut(round_), by=organiser)
    with pytest.raises(RoundRefused, match="not decided"):
        rounds.close(round_=round_, by=organiser)
    assert Offer.objects.count() == 1


# --- people decide ---------------------------------------------------------------------------------------------------


@pytest.fixture
def proposal(organiser) -> MatchProposal:
    round_ = make_round(by=organiser)
    make_offer(round_, skilled("Master"))
    make_seeker(round_, skilled("Learner", grade=3))
    round_matching.compute(round_=shut(round_), by=organiser)
    return MatchProposal.objects.select_related("round__scheme").get()


def term(proposal):
    return round_decisions.usual_term(proposal.round.scheme)


def test_a_proposal_taken_becomes_a_proposed_pair_once(proposal, organiser):
    taken = round_decisions.take(proposal=proposal, term=term(proposal), by=organiser)
    again = round_decisions.take(proposal=proposal, term=term(proposal), by=organiser)
    pair = Pair.objects.get()
    assert taken.pair == again.pair == pair
    assert (pair.state, pair.mentor.name, pair.apprentice.name) == (Pair.State.PROPOSED, "Master", "Learner")
    assert (pair.grade_from, pair.target_grade) == (3, 4)
    assert pair.starts_on.day == 1
    assert "proposal.decided" in kinds(proposal.round)
    with pytest.raises(RoundRefused, match="decided"):
        round_decisions.drop(proposal=proposal, note="Changed our mind", by=organiser)


def test_a_proposal_dropped_needs_a_note_whose_words_stay_out_of_the_ledger(proposal, organiser):
    with pytest.raises(RoundRefused, match="why"):
        round_decisions.drop(proposal=proposal, note=" ", by=organiser)
    dropped = round_decisions.drop(proposal=proposal, note="Too far away", by=organiser)
    assert (dropped.state, dropped.note, dropped.pair) == (MatchProposal.State.DROPPED, "Too far away", None)
    assert not Line.objects.filter(body__contains="Too far").exists()
    assert rounds.close(round_=proposal.round, by=organiser).state == S.DECIDED
    with pytest.raises(RoundRefused, match="closed"):
        round_decisions.take(proposal=proposal, term=term(proposal), by=organiser)


def test_only_an_organiser_decides_and_never_on_the_own_pair(proposal, reviewer):
    two = (proposal.seeker.worker.user, proposal.offer.worker.user)
    for user in two:
        user.groups.add(Group.objects.get(name="organiser"))
    for user in (reviewer, *two):
        with pytest.raises(PermissionDenied):
            round_decisions.take(proposal=proposal, term=term(proposal), by=user)


def test_a_pair_that_cannot_be_any_more_leaves_the_proposal_open(proposal, organiser):
    make_pair(skilled(), proposal.seeker.worker)
    outcome = round_decisions.decide_many(
        proposals=[proposal], take_them=True, by=organiser, term=term(proposal)
    )
    assert outcome.decided == []
    assert "master in this trade already" in outcome.refused[0][1]
    proposal.refresh_from_db()
    assert proposal.state == MatchProposal.State.PENDING

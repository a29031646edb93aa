"""A proposal of a pair: what may be agreed, by whom, how it is changed or declined, and rules that stand still."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from academy.domain import pair_agreements, pair_schemes, pairs
from academy.domain.pair_moves import PairRefused
from academy.models import Mentor, Pair, PairScheme
from craft_site.ledger.chain import first_broken_line
from craft_site.ledger.models import Line
from craft_site.people.models import Qualification
from tests.academy.pairs import (
    Town,
    again,
    change,
    make_person,
    make_town,
    proposed,
    running,
    sign,
)
from tests.academy.training import make_academy
from tests.factories import make_employer, make_trade, make_user, make_worker

pytestmark = pytest.mark.django_db
S = Pair.State


@pytest.fixture
def town() -> Town:
    return make_town()


def today() -> date:
    return timezone.localdate()


# --- proposing -------------------------------------------------------------------------------------------------------


def test_a_proposal_holds_its_agreement_and_writes_a_line(town):
    pair = proposed(town)
    assert (pair.state, pair.grade_from, pair.mentor_grade) == (S.PROPOSED, 3, 6)
    assert pair.number == f"P{pair.starts_on.year}-{town.scheme.pk}-0001"
    assert [skill.name for skill in pair.skills.all()] == ["铣削加工", "模具装配"]
    assert pair.duties["mentor"]["zh"]
    assert pair.content_hash == pair_agreements.content_hash(again(pair))
    assert Line.objects.get(kind="pair.proposed").subject == f"pair:{pair.uuid}"
    assert first_broken_line(town.scheme.chain) is None


def test_no_line_of_the_ledger_names_a_person(town):
    pair = running(town)
    pairs.end_early(pair=pair, reason=f"{town.apprentice.name} has moved away", by=town.organiser)
    bodies = "".join(Line.objects.filter(chain__name=town.scheme.chain).values_list("body", flat=True))
    assert bodies
    for person in (town.mentor, town.apprentice):
        assert person.name not in bodies


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"target_grade": 3}, "target_grade"),
        ({"target_grade": 8}, "target_grade"),
        ({"ends_on": date(2025, 6, 1)}, "ends_on"),
        ({"ends_on": date(2028, 9, 1)}, "ends_on"),
        ({"ends_on": date(2024, 1, 1)}, "ends_on"),
        ({"target_on": date(2027, 6, 1)}, "target_on"),
        ({"skills": [("  ", date(2025, 6, 1))]}, "skills"),
        ({"skills": [("Milling", date(2029, 1, 1))]}, "skills"),
    ],
)
def test_what_an_agreement_may_not_hold(town, changes, field):
    with pytest.raises(PairRefused) as refusal:
        proposed(town, starts_on=date(2025, 3, 1), **changes)
    assert refusal.value.field == field
    assert not Pair.objects.exists()


def test_nobody_is_their_own_master(town):
    with pytest.raises(PairRefused, match="own master"):
        proposed(town, mentor=town.apprentice)


def test_a_master_stands_above_the_apprentice(town):
    equal = make_person(town.firm, town.trade, grade=3)
    with pytest.raises(PairRefused, match="stands above"):
        proposed(town, mentor=equal)


def test_a_master_without_a_level_on_record_is_asked_for_it(town):
    unknown = make_person(town.firm, town.trade)
    Qualification.objects.create(worker=unknown, trade=town.trade, grade=6, checked=False)
    with pytest.raises(PairRefused, match="No level of the master"):
        proposed(town, mentor=unknown)


def test_an_appointment_stands_for_a_certificate(town):
    craftsman = make_person(town.firm, town.trade)
    letter = Mentor.objects.create(
        academy=make_academy(),
        worker=craftsman,
        trade=town.trade,
        grade=5,
        letter_no="L-1",
        since=today() - timedelta(days=9),
    )
    assert proposed(town, mentor=craftsman).mentor_grade == 5
    other = make_person(town.firm, town.trade)
    with pytest.raises(PairRefused, match="somebody else's"):
        proposed(town, mentor=town.mentor, apprentice=other, appointment=letter)


def test_a_trade_without_a_list_of_levels_takes_any(town):
    trade = make_trade("竹编工", grades=())
    master = make_person(town.firm, trade, grade=4)
    pair = proposed(town, mentor=master, trade=trade, target_grade=2)
    assert pair.grade_from is None


def test_an_apprentice_has_one_master_in_a_trade(town):
    proposed(town)
    with pytest.raises(PairRefused, match="a master in this trade"):
        proposed(town, mentor=make_person(town.firm, town.trade, grade=5))


def test_a_master_takes_as_many_as_the_rules_allow(town):
    town.scheme = pair_schemes.create(
        code="few", data={"apprentices": {"least": 1, "most": 2}}, name="Few", by=town.organiser
    )
    first = proposed(town)
    proposed(town, apprentice=make_person(town.firm, town.trade))
    assert pairs.places_left(town.mentor, town.scheme) == 0
    with pytest.raises(PairRefused, match="has 2 apprentices"):
        proposed(town, apprentice=make_person(town.firm, town.trade))
    pairs.decline(pair=first, reason="Not now", by=town.mentor.user)
    assert pairs.places_left(town.mentor, town.scheme) == 1
    proposed(town, apprentice=make_person(town.firm, town.trade))


def test_who_may_propose(town):
    stranger = make_user("employer", employer=make_employer())
    for nobody in (stranger, make_user("worker"), make_user("reviewer"), town.mentor.user):
        with pytest.raises(PermissionDenied):
            proposed(town, by=nobody)
    for somebody in (town.contact, town.reviewer, town.organiser):
        pair = proposed(town, by=somebody)
        pairs.decline(pair=pair, reason="Only a test", by=somebody)


def test_the_union_above_the_firms_union_may_propose(town):
    above = make_user("reviewer", union=town.firm_union.parent.parent)
    assert proposed(town, by=above).made_by == above


def test_an_apprentice_without_a_firm_has_nobody_to_sign(town):
    with pytest.raises(PairRefused, match="no employer"):
        proposed(town, apprentice=make_worker(user=make_user("worker")))


# --- changing and declining ------------------------------------------------------------------------------------------


def test_a_proposal_may_be_changed_until_somebody_signs(town):
    pair = proposed(town)
    before = pair.content_hash
    pair = change(pair, town.organiser)
    assert (pair.meetings, [skill.name for skill in pair.skills.all()]) == (4, ["Polishing"])
    assert pair.content_hash == pair_agreements.content_hash(again(pair)) != before
    pair = sign(town, pair, "apprentice")
    with pytest.raises(PairRefused, match="Somebody has signed"):
        change(pair, town.organiser)


def test_each_who_would_sign_may_decline_and_nobody_else(town):
    with pytest.raises(PermissionDenied):
        pairs.decline(pair=proposed(town), reason="Not now", by=make_user("worker"))
    pair = Pair.objects.get()
    with pytest.raises(PairRefused, match="reason"):
        pairs.decline(pair=pair, reason=" ", by=town.apprentice.user)
    pair = pairs.decline(pair=pair, reason="I leave the firm", by=town.apprentice.user)
    assert (pair.state, pair.steps.get().reason) == (S.DECLINED, "I leave the firm")
    assert pairs.decline(pair=pair, reason="I leave the firm", by=town.apprentice.user).state == S.DECLINED
    assert pair.steps.count() == 1
    with pytest.raises(PairRefused, match="waits for no signature"):
        sign(town, pair, "apprentice")


# --- rules that stand still ------------------------------------------------------------------------------------------


def test_rules_stand_from_the_first_signature_on(town):
    pair = proposed(town)
    data = town.scheme.data | {"pass_mark": 70}
    pair_schemes.change(scheme=town.scheme, data=data, name="New", by=town.organiser)
    pair = again(pair)
    assert pair.content_hash == pair_agreements.content_hash(pair)
    sign(town, pair, "apprentice")
    with pytest.raises(PairRefused, match="so they stand"):
        pair_schemes.change(scheme=town.scheme, data=data | {"pass_mark": 60}, name="New", by=town.organiser)
    pair_schemes.change(scheme=town.scheme, data=data, name="Another name", by=town.organiser)
    assert PairScheme.objects.get(pk=town.scheme.pk).name == "Another name"


def test_rules_are_kept_by_organisers_and_must_be_readable(town):
    with pytest.raises(PermissionDenied):
        pair_schemes.create(code="mine", data={}, by=town.reviewer)
    with pytest.raises(PairRefused, match="pass_mark"):
        pair_schemes.create(code="mine", data={"pass_mark": "high"}, by=town.organiser)
    with pytest.raises(PairRefused, match="Choose another"):
        pair_schemes.create(code=town.scheme.code, data={}, by=town.organiser)

"""The states of a pair: every move of the table is a step and a line, and there is no other."""

import pytest

from academy.domain.pair_moves import MOVES, PairRefused, move
from academy.models import Pair
from craft_site.ledger.models import Line
from tests.academy.pairs import Town, again, make_town, running

pytestmark = pytest.mark.django_db
S = Pair.State


@pytest.fixture
def town() -> Town:
    return make_town()


def in_state(town: Town, state: str) -> Pair:
    pair = running(town)
    Pair.objects.filter(pk=pair.pk).update(state=state)
    return again(pair)


@pytest.mark.parametrize(("was", "to"), [(was, to) for was in MOVES for to in sorted(MOVES[was])])
def test_every_move_of_the_table_is_a_step_and_a_line(town, was, to):
    pair = in_state(town, was)
    move(pair=pair, to=to, by=town.organiser, reason="a reason that stays here")
    step = pair.steps.latest("pk")
    assert (again(pair).state, step.was, step.state) == (to, was, to)
    line = Line.objects.filter(chain__name=town.scheme.chain, kind="pair.moved").latest("seq")
    assert f'"to":"{to}"' in line.body
    assert "a reason that" not in line.body


@pytest.mark.parametrize("was", S.values)
def test_every_other_move_is_refused(town, was):
    for to in set(S) - MOVES[was]:
        pair = in_state(town, was) if not Pair.objects.exists() else again(Pair.objects.get())
        with pytest.raises(PairRefused):
            move(pair=pair, to=to, by=town.organiser)
    assert Pair.objects.get().state == was

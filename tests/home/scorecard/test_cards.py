"""Years are opened, filled and published by an organiser; bad input is told with its field, nothing half is kept."""

from dataclasses import replace
from datetime import date
from decimal import Decimal as D

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from craft_site.home.scorecard.domain import cards, indicators
from craft_site.home.scorecard.domain.cards import Given
from craft_site.home.scorecard.domain.indicators import MeasureGiven
from craft_site.home.scorecard.models import CHAIN, Figure, Indicator, Scorecard
from craft_site.home.scorecard.refusals import ScorecardRefused
from craft_site.ledger.models import Line
from tests.factories import make_user
from tests.home.scorecard.makers import SAID, make_card, make_figure, make_indicator

pytestmark = pytest.mark.django_db
SOUND = Given(target=D(5), actual=D(6), **SAID)


@pytest.fixture
def organiser():
    return make_user("organiser")


def kinds() -> list[str]:
    return list(Line.objects.filter(chain__name=CHAIN).order_by("seq").values_list("kind", flat=True))


def test_a_year_opens_with_the_measures_in_use_and_last_years_targets(organiser):
    kept, gone = make_indicator("kept", "one", "two", counter="contests.held"), make_indicator(in_use=False)
    before = make_card(2024)
    make_figure(before, kept, "one", target=5, target_sign="=", actual=4)
    make_figure(before, kept, "two", target_words="更多")
    make_figure(before, gone, target=9)
    card = cards.open_year(year=2025, by=organiser)
    rows = {figure.measure.code: figure for figure in card.figures.in_order()}
    assert set(rows) == {"one", "two"}
    assert (rows["one"].target, rows["one"].target_sign, rows["one"].actual) == (D(5), "=", None)
    assert (rows["one"].basis, rows["two"].basis) == ("counted", "entered")
    assert rows["two"].target_words == "更多"
    assert (rows["one"].carried_from, rows["two"].carried_from) == (2024, 2024)
    given = Given(basis="counted", target=D(5), target_sign="=")
    cards.set_figures(card=card, indicator=kept, given={"one": given}, by=organiser)
    assert Figure.objects.get(pk=rows["one"].pk).carried_from == 2024
    cards.set_figures(card=card, indicator=kept, given={"one": replace(given, target=D(6))}, by=organiser)
    assert Figure.objects.get(pk=rows["one"].pk).carried_from is None
    assert not card.published
    assert kinds() == ["scorecard.opened", "figure.set"]


@pytest.mark.parametrize("year", [1999, 2200, 2024])
def test_a_year_that_is_none_or_is_there_is_not_opened(organiser, year):
    make_card(2024)
    with pytest.raises(ScorecardRefused) as caught:
        cards.open_year(year=year, by=organiser)
    assert caught.value.field == "year"
    assert Scorecard.objects.count() == 1


@pytest.mark.parametrize("role", ["reviewer", "supervisor", "finance", "worker"])
def test_only_an_organiser_keeps_the_scorecard(role):
    stranger, card, indicator = make_user(role), make_card(), make_indicator()
    for verb in (
        lambda: cards.open_year(year=2031, by=stranger),
        lambda: cards.set_figures(card=card, indicator=indicator, given={"number": SOUND}, by=stranger),
        lambda: cards.publish(card=card, published=False, by=stranger),
        lambda: indicators.save_indicator(indicator=indicator, measures=[MeasureGiven("a")], by=stranger),
    ):
        with pytest.raises(PermissionDenied):
            verb()
    assert not Figure.objects.exists()
    assert kinds() == []


def test_figures_are_kept_with_a_line_for_each_that_changed(organiser):
    card, indicator = make_card(), make_indicator("talks", "talks", "people")
    both = {"talks": SOUND, "people": replace(SOUND, actual=D(8700), actual_sign="+")}
    cards.set_figures(card=card, indicator=indicator, given=both, by=organiser)
    cards.set_figures(card=card, indicator=indicator, given=both, by=organiser)
    assert kinds() == ["figure.set", "figure.set"]
    changed = both | {"talks": replace(SOUND, actual=D(7))}
    cards.set_figures(card=card, indicator=indicator, given=changed, by=organiser)
    assert kinds() == ["figure.set"] * 3
    assert '"actual":"8,700+"' in Line.objects.filter(chain__name=CHAIN).order_by("seq")[1].body
    assert SAID["quote"] not in "".join(Line.objects.values_list("body", flat=True))


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (replace(SOUND, actual=D(-1)), "number-actual"),
        (replace(SOUND, target=D(10**10)), "number-target"),
        (replace(SOUND, actual=D("1.5")), "number-actual"),
        (replace(SOUND, source=" "), "number-source"),
        (replace(SOUND, quote=""), "number-quote"),
        (replace(SOUND, target_sign="~"), "number-target_sign"),
        (replace(SOUND, basis="guessed"), "number-basis"),
        (replace(SOUND, basis="counted"), "number-basis"),
        (replace(SOUND, starts_on=date(2024, 5, 1), ends_on=date(2024, 4, 1)), "number-ends_on"),
    ],
)
def test_what_is_wrong_is_told_with_its_field_and_nothing_is_kept(organiser, given, field):
    card, indicator = make_card(), make_indicator("one", "number", "other")
    with pytest.raises(ScorecardRefused) as caught:
        cards.set_figures(
            card=card, indicator=indicator, given={"other": SOUND, "number": given}, by=organiser
        )
    assert caught.value.field == field
    assert not Figure.objects.exists()


def test_what_completes_a_count_needs_a_number(organiser):
    indicator = make_indicator(counter="contests.held")
    with pytest.raises(ScorecardRefused) as caught:
        cards.set_figures(
            card=make_card(), indicator=indicator, given={"number": Given(basis="completed")}, by=organiser
        )
    assert caught.value.field == "number-actual"


def test_shares_are_a_whole(organiser):
    card, indicator = make_card(), make_indicator("shares", "mature", "growing", "starting", shares=True)

    def given(*targets: int | None) -> dict[str, Given]:
        names = ("mature", "growing", "starting")
        return {
            name: Given(target=None if one is None else D(one), target_sign="=")
            for name, one in zip(names, targets, strict=True)
        }

    with pytest.raises(ScorecardRefused, match="90"):
        cards.set_figures(card=card, indicator=indicator, given=given(30, 40, 20), by=organiser)
    cards.set_figures(card=card, indicator=indicator, given=given(30, None, 20), by=organiser)
    cards.set_figures(card=card, indicator=indicator, given=given(30, 40, 30), by=organiser)
    assert Figure.objects.count() == 3


def test_the_database_itself_refuses_a_number_without_its_sentence():
    with pytest.raises(IntegrityError), transaction.atomic():
        make_figure(make_card(), make_indicator(), actual=5, quote="")


def test_a_year_is_published_and_taken_off(organiser):
    card = make_card(published=False)
    cards.publish(card=card, published=True, by=organiser)
    cards.publish(card=card, published=True, by=organiser)
    cards.publish(card=card, published=False, by=organiser)
    card.refresh_from_db()
    assert not card.published
    assert kinds() == ["scorecard.published"] * 2


def test_an_indicator_keeps_measures_that_have_figures(organiser):
    indicator = make_indicator("one", "kept", "spare")
    make_figure(make_card(), indicator, "kept", target=5)
    with pytest.raises(ScorecardRefused):
        indicators.save_indicator(indicator=indicator, measures=[MeasureGiven("spare")], by=organiser)
    indicators.save_indicator(
        indicator=indicator,
        measures=[MeasureGiven("kept", name="甲", counter="contests.held"), MeasureGiven("new", name="乙")],
        by=organiser,
    )
    assert list(indicator.measures.values_list("code", "counter")) == [("kept", "contests.held"), ("new", "")]
    assert kinds() == ["indicator.saved"]


@pytest.mark.parametrize(
    "measures",
    [
        [],
        [MeasureGiven("a", name="甲"), MeasureGiven("a", name="乙")],
        [MeasureGiven("a"), MeasureGiven("b")],
        [MeasureGiven("a", counter="nothing")],
    ],
)
def test_measures_that_do_not_fit_are_refused(organiser, measures):
    with pytest.raises(ScorecardRefused):
        indicators.save_indicator(
            indicator=Indicator(code="x", name="x", group="reform"), measures=measures, by=organiser
        )
    assert not Indicator.objects.exists()

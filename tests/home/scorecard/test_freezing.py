"""A year is closed by two, or by one who says why; what is closed stays, whatever changes afterwards."""

import json

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from craft_site.home.scorecard import years
from craft_site.home.scorecard.domain import cards, freezing
from craft_site.home.scorecard.models import CHAIN, Figure, FreezeRequest, Snapshot
from craft_site.home.scorecard.refusals import ScorecardRefused
from craft_site.kit.canonical import sha256_hex
from craft_site.ledger.chain import first_broken_line
from craft_site.ledger.models import Line
from tests.factories import make_user
from tests.home.scorecard.makers import make_card, make_figure, make_indicator

pytestmark = pytest.mark.django_db


@pytest.fixture
def organiser():
    return make_user("organiser")


@pytest.fixture
def supervisor():
    return make_user("supervisor")


@pytest.fixture
def card():
    card = make_card(2024)
    make_figure(card, make_indicator("contests"), actual=5, target=5)
    return card


def kinds() -> list[str]:
    return list(Line.objects.filter(chain__name=CHAIN).order_by("seq").values_list("kind", flat=True))


def test_two_close_a_year_and_it_is_what_was_asked_for(card, organiser, supervisor):
    asked = freezing.ask(card=card, by=organiser)
    made = freezing.decide(request=asked, confirm=True, by=supervisor)
    assert (made.number, made.content_hash) == (1, asked.content_hash)
    assert made.holds
    assert sha256_hex(made.body.encode()) == made.content_hash
    assert json.loads(made.body)["lines"][0]["measures"][0]["value"] == "5"
    assert kinds() == ["scorecard.freeze_asked", "scorecard.frozen"]
    assert first_broken_line(CHAIN) is None


def test_closing_publishes(organiser, supervisor):
    card = make_card(2023, published=False)
    make_figure(card, make_indicator(), actual=1)
    freezing.decide(request=freezing.ask(card=card, by=organiser), confirm=True, by=supervisor)
    card.refresh_from_db()
    assert card.published
    with pytest.raises(ScorecardRefused):
        cards.publish(card=card, published=False, by=organiser)


def test_who_asks_does_not_confirm(card, organiser):
    asked = freezing.ask(card=card, by=organiser)
    with pytest.raises(PermissionDenied):
        freezing.decide(request=asked, confirm=True, by=organiser)
    with pytest.raises(IntegrityError), transaction.atomic():
        FreezeRequest.objects.filter(pk=asked.pk).update(state="done", decided_by=organiser)
    freezing.decide(request=asked, confirm=True, by=make_user("organiser"))


@pytest.mark.parametrize("role", ["reviewer", "finance", "worker"])
def test_others_neither_ask_nor_confirm(card, organiser, role):
    stranger = make_user(role)
    with pytest.raises(PermissionDenied):
        freezing.ask(card=card, by=stranger)
    with pytest.raises(PermissionDenied):
        freezing.freeze_alone(card=card, why="nobody is here", by=stranger)
    with pytest.raises(PermissionDenied):
        freezing.decide(request=freezing.ask(card=card, by=organiser), confirm=True, by=stranger)


def test_a_figure_that_changed_since_is_not_closed(card, organiser, supervisor):
    asked = freezing.ask(card=card, by=organiser)
    Figure.objects.update(actual=6)
    with pytest.raises(ScorecardRefused):
        freezing.decide(request=asked, confirm=True, by=supervisor)
    assert not Snapshot.objects.exists()
    with pytest.raises(ScorecardRefused):
        freezing.decide(request=asked, confirm=False, by=supervisor)
    freezing.decide(request=asked, confirm=False, answer="数字已变", by=supervisor)
    freezing.decide(request=freezing.ask(card=card, by=organiser), confirm=True, by=supervisor)
    assert kinds()[1:3] == ["scorecard.freeze_dropped", "scorecard.freeze_asked"]


def test_it_is_asked_for_and_decided_once(card, organiser, supervisor):
    asked = freezing.ask(card=card, by=organiser)
    with pytest.raises(ScorecardRefused):
        freezing.ask(card=card, by=organiser)
    with pytest.raises(ScorecardRefused):
        freezing.freeze_alone(card=card, why="无人复核", by=organiser)
    freezing.decide(request=asked, confirm=True, by=supervisor)
    with pytest.raises(ScorecardRefused):
        freezing.decide(request=asked, confirm=True, by=supervisor)
    assert Snapshot.objects.count() == 1


def test_one_closes_alone_with_a_reason_that_stands_there(card, organiser):
    with pytest.raises(ScorecardRefused) as caught:
        freezing.freeze_alone(card=card, why=" ", by=organiser)
    assert caught.value.field == "alone"
    made = freezing.freeze_alone(card=card, why="本单位只有一名经办人", by=organiser)
    assert made.alone == "本单位只有一名经办人"
    with pytest.raises(IntegrityError), transaction.atomic():
        Snapshot.objects.create(
            card=card, number=9, body="{}", content_hash="0", reason="r", asked_by=organiser,
            confirmed_by=organiser, frozen_at=made.frozen_at,
        )  # fmt: skip


def test_the_page_shows_what_was_closed_until_a_new_version_says_why(card, organiser, supervisor):
    freezing.freeze_alone(card=card, why="无人复核", by=organiser)
    Figure.objects.update(actual=6)

    def public() -> str:
        return years.shown(2024, public=True).sheet.lines[0].numbers[0].shown

    assert public() == "5"
    assert years.shown(2024, public=False, with_live=True).changed
    with pytest.raises(ScorecardRefused) as caught:
        freezing.ask(card=card, by=organiser)
    assert caught.value.field == "reason"
    asked = freezing.ask(card=card, reason="补报一场", by=organiser)
    made = freezing.decide(request=asked, confirm=True, by=supervisor)
    assert (made.number, made.reason, public()) == (2, "补报一场", "6")
    assert not years.shown(2024, public=False, with_live=True).changed
    assert years.version(2024, 1).holds


def test_nothing_new_and_nothing_at_all_is_not_closed(card, organiser):
    freezing.freeze_alone(card=card, why="无人复核", by=organiser)
    with pytest.raises(ScorecardRefused):
        freezing.ask(card=card, reason="再来一次", by=organiser)
    empty = make_card(2023)
    make_figure(empty, make_indicator(), target=5)
    with pytest.raises(ScorecardRefused):
        freezing.ask(card=empty, by=organiser)


def test_a_body_that_somebody_changed_does_not_hold(card, organiser):
    made = freezing.freeze_alone(card=card, why="无人复核", by=organiser)
    Snapshot.objects.filter(pk=made.pk).update(body=made.body.replace('"5"', '"50"'))
    made.refresh_from_db()
    assert not made.holds

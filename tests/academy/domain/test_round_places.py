"""How far master and apprentice are apart: by the coordinates of their towns, and in three steps without them."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from academy.domain import round_matching
from academy.domain.rounds import weights_of
from academy.matching.record import replay
from academy.models import MatchProposal
from academy.web import match_words
from craft_site.people.models import Union
from tests.academy.rounds import make_offer, make_round, make_seeker, shut, skilled
from tests.factories import make_employer, make_union

pytestmark = pytest.mark.django_db


@pytest.fixture
def towns() -> list[Union]:
    """Three, the first two about eight kilometres apart, the third without coordinates."""
    city = make_union()
    made = [make_union(f"Town {n}", level="town", parent=city) for n in range(3)]
    for town, lat in zip(made, ("28.89", "28.96"), strict=False):
        town.latitude, town.longitude = Decimal(lat), Decimal("120.05")
        town.save()
    return made


def working_in(town: Union, **fields):
    union = make_union(level="enterprise", parent=town)
    return skilled(employer=make_employer(union=union), **fields)


def proposal(round_, organiser) -> MatchProposal:
    round_matching.compute(round_=shut(round_), by=organiser)
    return MatchProposal.objects.select_related("round").get()


def test_kilometres_are_weighed_told_and_kept_to_compute_again(towns, organiser):
    round_ = make_round()
    make_offer(round_, working_in(towns[0]))
    make_seeker(round_, working_in(towns[1], grade=3))
    found = proposal(round_, organiser)
    assert (found.reason["score"]["km"], found.reason["score"]["town"]) == (8, 8)
    assert "8 km apart" in match_words.facts(found.reason)
    rows = match_words.parts(found.reason, weights_of(round_))
    assert [row["value"] for row in rows if row.get("max") == "15"] == ["8"]
    kept = found.round.outcome["market"]
    one, other = sorted(str(town.pk) for town in towns[:2])
    assert kept["apart"] == [[one, other, 8]]
    assert replay(kept).apart == {(one, other): 8}


def test_a_town_without_coordinates_counts_by_the_three_steps_and_is_named(
    towns, organiser, client, django_assert_max_num_queries
):
    round_ = make_round("spring")
    make_offer(round_, working_in(towns[0]))
    make_seeker(round_, working_in(towns[2], grade=3))
    found = proposal(round_, organiser)
    assert (found.reason["score"]["km"], found.reason["score"]["town"]) == (None, 0)
    assert "km" not in match_words.facts(found.reason)
    client.force_login(organiser)
    with django_assert_max_num_queries(10):
        page = client.get(reverse("desk:round_weights", args=["spring"])).content.decode()
    assert "Town 2" in page
    assert "Town 0" not in page


def test_half_a_place_is_refused_in_the_form_and_in_the_database(towns):
    towns[2].latitude = Decimal("28.9")
    with pytest.raises(ValidationError) as refused:
        towns[2].full_clean()
    assert set(refused.value.message_dict) == {"longitude"}
    with pytest.raises(IntegrityError), transaction.atomic():
        towns[2].save()


@pytest.mark.parametrize(("lat", "lon"), [("90.1", "0"), ("0", "-180.5"), ("1000", "0"), ("NaN", "0")])
def test_degrees_that_are_nowhere_are_refused(towns, lat, lon):
    towns[2].latitude, towns[2].longitude = Decimal(lat), Decimal(lon)
    with pytest.raises(ValidationError):
        towns[2].full_clean()


def test_an_editor_enters_the_place_of_a_town_in_the_reference_data(admin_client, towns):
    url = reverse("union:edit", args=[towns[2].pk])
    answers = {"name": "Town 2", "level": "town", "parent": towns[2].parent_id}
    assert admin_client.post(url, answers | {"latitude": "28.9"}).status_code == 200
    assert Union.objects.get(pk=towns[2].pk).spot is None
    place = {"latitude": "28.9", "longitude": "120.1"}
    assert admin_client.post(url, answers | place).status_code == 302
    assert Union.objects.get(pk=towns[2].pk).spot == (Decimal("28.9"), Decimal("120.1"))

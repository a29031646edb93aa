"""Kilometres between towns: symmetric, whole, in bands of points; three steps where no place is known."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from academy.matching.people import Apprentice, Mentor, Weights, score
from academy.matching.places import apart, between, kilometres
from academy.matching.stable import market, match

degrees = st.decimals(-60, 60, places=2)
spots = st.tuples(degrees, degrees)


def spot(lat: str, lon: str) -> tuple[Decimal, Decimal]:
    return Decimal(lat), Decimal(lon)


def test_a_degree_of_latitude_is_111_km_and_one_of_longitude_less_the_further_north():
    assert kilometres(spot("28", "120"), spot("29", "120")) == 111
    assert kilometres(spot("60", "120"), spot("60", "121")) == 56  # the cosine of 60 degrees is a half
    assert kilometres(spot("0", "-179.5"), spot("0", "179.5")) == 111  # over the date line


@given(spots, spots)
def test_there_is_as_far_as_back_and_two_towns_are_never_one(one, other):
    assert kilometres(one, other) == kilometres(other, one) >= 1


@given(st.dictionaries(st.sampled_from("abcde"), spots))
def test_every_two_towns_with_a_place_have_their_kilometres(towns):
    known = apart(towns)
    assert len(known) == len(towns) * (len(towns) - 1) // 2
    for one in towns:
        assert between(one, one, known) == 0
        for other in towns.keys() - {one}:
            assert between(one, other, known) == kilometres(towns[one], towns[other])


def test_without_places_there_are_three_steps_one_employer_one_town_elsewhere():
    weights = Weights()
    master = Mentor("A", "mould", 5, 1, employer="f", town="east")
    steps = [("f", "east"), ("g", "east"), ("g", "west"), ("", "")]
    found = [score(Apprentice("x", "mould", 3, *step), master, weights) for step in steps]
    assert [(one.employer, one.town, one.km) for one in found] == [
        (weights.employer, weights.town, 0),
        (0, weights.town, 0),
        (0, 0, None),
        (0, 0, None),
    ]


def test_kilometres_count_in_bands_and_the_band_ends_with_its_kilometre():
    weights, master = Weights(), Mentor("A", "mould", 5, 1, town="east")
    got = [
        score(Apprentice("x", "mould", 3, town="west"), master, weights, {("east", "west"): km}).town
        for km in (1, 5, 6, 10, 11, 20, 21, 500)
    ]
    assert got == [12, 12, 8, 8, 4, 4, 0, 0]


def test_the_nearer_town_gets_the_place():
    takers = [Apprentice(key, "mould", 3, town=key) for key in ("far", "near")]
    round_ = market(
        code="r",
        apprentices=takers,
        mentors=[Mentor("A", "mould", 5, 1, town="here")],
        apart={("far", "here"): 18, ("here", "near"): 4},
    )
    assert match(round_) == {"near": "A"}

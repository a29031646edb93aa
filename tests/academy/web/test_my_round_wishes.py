"""Choosing wishes where there are many: people are searched for, a page at a time, and nothing is lost by it."""

from uuid import uuid4

import pytest
from django.urls import reverse

from academy.models import Offer, Seeker
from tests.academy.rounds import make_offer, make_round, make_seeker, skilled
from tests.factories import make_employer, make_trade

pytestmark = pytest.mark.django_db
SEEK = "round_seek"


@pytest.fixture
def round_():
    return make_round("spring")


@pytest.fixture
def me(client):
    worker = skilled("Learner Li", grade=3)
    client.force_login(worker.user)
    return worker


def url(name: str = SEEK) -> str:
    return reverse(f"me:{name}", args=["spring"])


def shown(answer) -> list[str]:
    return [one.worker.name for one in answer.context["found"].people]


def filled(**more):
    return {"trade": make_trade().pk, **more}


def wished(answer) -> list[str]:
    form = answer.context["form"]
    return [form[f"wish_{rank}"].value() or "" for rank in range(1, 6)]


def test_only_masters_of_the_trade_above_the_own_level_are_shown(client, me, round_):
    make_offer(round_, skilled("Master Ma"))
    make_offer(round_, skilled("Welder Wu", trade=make_trade("焊工")), trade=make_trade("焊工"))
    make_offer(round_, skilled("Equal En"), grade=3)
    assert shown(client.get(url())) == ["Master Ma"]
    assert shown(client.post(url(), {"trade": make_trade("焊工").pk, "find": "yes"})) == ["Welder Wu"]
    assert not Seeker.objects.exists()


@pytest.mark.parametrize(
    ("search", "names"),
    [
        ({"find_name": "gui"}, ["Master Gui"]),
        ({"find_name": "anvil"}, ["Master Ma"]),
        ({"find_grade": "6"}, ["Master Gui"]),
        ({"find_grade": "6", "find_name": "anvil"}, []),
        ({"find_grade": "nonsense"}, ["Master Gui", "Master Ma"]),
        ({"page": "9" * 40}, ["Master Gui", "Master Ma"]),
    ],
)
def test_masters_are_found_by_name_firm_and_level(client, me, round_, search, names):
    make_offer(round_, skilled("Master Ma", employer=make_employer(name="Anvil Works")))
    make_offer(round_, skilled("Master Gui"), grade=6)
    assert shown(client.post(url(), filled(**{"find": "yes"} | search))) == names
    assert not Seeker.objects.exists()


def test_a_search_gives_everything_back_as_it_was_filled_in(client, me, round_):
    first, second = make_offer(round_, skilled("Master Ma")), make_offer(round_, skilled("Master Mo"))
    answers = filled(wish_2=str(first.uuid), hopes="Grinding", only_wishes="on", find_name="Mo", find="yes")
    answer = client.post(url(), answers)
    assert answer.status_code == 200
    assert wished(answer) == ["", str(first.uuid), "", "", ""]
    form = answer.context["form"]
    assert (form["hopes"].value(), form["only_wishes"].value()) == ("Grinding", "on")
    added = client.post(url(), answers | {"add": str(second.uuid)})
    assert wished(added) == [str(second.uuid), str(first.uuid), "", "", ""]
    assert not Seeker.objects.exists()


def test_nobody_is_added_twice_nor_beyond_the_fifth_wish_nor_from_elsewhere(client, me, round_):
    offers = [make_offer(round_, skilled(f"Master {n}")) for n in range(6)]
    elsewhere = make_offer(make_round("summer"))
    five = {f"wish_{n}": str(one.uuid) for n, one in enumerate(offers[:5], start=1)}
    full = client.post(url(), filled(**five, add=str(offers[5].uuid)))
    assert wished(full) == list(five.values())
    assert "Empty one first" in full.content.decode()
    for wrong in (offers[0].uuid, elsewhere.uuid, "nonsense", uuid4()):
        answer = client.post(url(), filled(wish_1=str(offers[0].uuid), add=str(wrong)))
        assert wished(answer) == [str(offers[0].uuid), "", "", "", ""]


def test_a_wish_from_another_page_is_kept_and_one_from_another_round_is_refused(client, me, round_):
    make_offer(round_, skilled("Aaa"))
    offers = [make_offer(round_, skilled(f"Master {n:02}")) for n in range(25)]
    assert shown(client.get(url()))[0] == "Aaa"
    assert shown(client.post(url(), filled(page="2"))) == [f"Master {n:02}" for n in range(11, 23)]
    assert client.post(url(), filled(wish_1=str(offers[-1].uuid))).status_code == 302
    assert Seeker.objects.get().wishes.get().offer == offers[-1]
    elsewhere = make_offer(make_round("summer"))
    answer = client.post(url(), filled(wish_1=str(offers[0].uuid), wish_2=str(elsewhere.uuid)))
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["wish_2"]


def test_an_error_stands_at_the_wish_that_it_is_about(client, me, round_):
    first, second = make_offer(round_, skilled("Master Ma")), make_offer(round_, skilled("Master Mo"))
    equal = make_offer(round_, skilled("Equal En"), grade=3)
    welder = make_offer(round_, skilled("Welder Wu"), trade=make_trade("焊工"))
    for wrong, place in ((first, "wish_4"), (equal, "wish_4"), (welder, "wish_4")):
        wishes = {"wish_1": str(first.uuid), "wish_3": str(second.uuid), "wish_4": str(wrong.uuid)}
        answer = client.post(url(), filled(**wishes))
        assert answer.status_code == 422
        assert list(answer.context["form"].errors) == [place]
    assert not Seeker.objects.exists()


def test_a_master_searches_workers_the_same_way(client, round_):
    master = skilled("Master Ma")
    client.force_login(master.user)
    lu, lo = (make_seeker(round_, skilled(f"Learner {name}", grade=3)) for name in ("Lu", "Lo"))
    make_seeker(round_, skilled("Welder We"), trade=make_trade("焊工"))
    assert shown(client.get(url("round_offer"))) == ["Learner Lo", "Learner Lu"]
    answers = filled(places="1", teaches="Dies")
    answer = client.post(url("round_offer"), answers | {"find_name": "lu", "add": str(lu.uuid)})
    assert wished(answer)[0] == str(lu.uuid)
    assert answer.context["form"]["teaches"].value() == "Dies"
    twice = answers | {"wish_1": str(lo.uuid), "wish_2": str(lo.uuid)}
    refused = client.post(url("round_offer"), twice)
    assert list(refused.context["form"].errors) == ["wish_2"]
    assert client.post(url("round_offer"), answers | {"wish_1": str(lu.uuid)}).status_code == 302
    assert Offer.objects.get().wishes.get().seeker == lu


@pytest.mark.parametrize("name", ["round_seek", "round_offer"])
@pytest.mark.parametrize("people", [1, 120])
def test_a_search_costs_the_same_and_sends_a_page_whatever_the_round_holds(
    client, me, round_, people, name, django_assert_max_num_queries
):
    firm = make_employer()
    offers = [make_offer(round_, skilled(grade=0, employer=firm, user=None)) for _ in range(people)]
    seekers = [make_seeker(round_, skilled(grade=0, employer=firm, user=None)) for _ in range(people)]
    if name == "round_seek":
        make_seeker(round_, me, wishes=offers[-5:])
        people_of = offers
    else:
        make_offer(round_, me, wishes=seekers[-5:])
        people_of = seekers
    with django_assert_max_num_queries(11):
        answer = client.get(url(name))
    assert len(answer.content) < 40_000
    wishes = {f"wish_{n}": str(one.uuid) for n, one in enumerate(people_of[-4:], start=1)}
    with django_assert_max_num_queries(11):
        client.post(url(name), filled(**wishes, find="yes", find_name="Skilled"))

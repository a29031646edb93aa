"""A worker in a round of matching on a phone: wishes in order, places, what can be changed, how it ended."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from academy.domain import round_decisions, round_matching, rounds
from academy.models import MatchProposal, Offer, Pair, Seeker
from academy.web.me import round_tasks
from tests.academy.rounds import make_offer, make_round, make_seeker, shut, skilled
from tests.factories import make_trade, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def round_():
    return make_round("spring", name="Spring round")


@pytest.fixture
def me(client):
    worker = skilled("Learner Li", grade=3)
    client.force_login(worker.user)
    return worker


def url(name: str) -> str:
    return reverse(f"me:{name}", args=["spring"])


def test_a_worker_chooses_masters_in_order_and_changes_them(client, me, round_):
    first, second = make_offer(round_, skilled("Master Ma")), make_offer(round_, skilled("Master Mo"))
    assert "Master Ma" in client.get(url("round_seek")).content.decode()
    answers = {
        "trade": make_trade().pk,
        "wish_1": str(second.uuid),
        "wish_3": str(first.uuid),
        "hopes": "Grinding",
    }
    assert client.post(url("round_seek"), answers).status_code == 302
    said = Seeker.objects.get()
    assert [wish.offer for wish in said.wishes.all()] == [second, first]
    form = client.get(url("round_seek")).context["form"]
    assert [form[f"wish_{n}"].value() for n in (1, 2)] == [str(second.uuid), str(first.uuid)]
    client.post(url("round_seek"), {"trade": make_trade().pk, "wish_1": str(first.uuid)})
    assert [wish.offer for wish in said.wishes.all()] == [first]
    client.post(url("round_leave"), {"side": "seeker"})
    assert not Seeker.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"trade": "x"},
        {"wish_1": "nonsense"},
        {"only_wishes": "on"},
        {"wish_1": "twice", "wish_2": "twice"},
    ],
)
def test_bad_wishes_are_answered_with_the_form(client, me, round_, wrong):
    offer = make_offer(round_)
    wrong = {name: str(offer.uuid) if value == "twice" else value for name, value in wrong.items()}
    answers = wrong if "trade" in wrong or not wrong else {"trade": make_trade().pk} | wrong
    assert client.post(url("round_seek"), answers).status_code == 422
    assert not Seeker.objects.exists()


def test_the_form_does_not_begin_in_a_trade_where_the_worker_has_a_master(client, me, round_):
    assert client.get(url("round_seek")).context["form"]["trade"].value() == make_trade().pk
    Pair.objects.create(
        number="P1",
        scheme=round_.scheme,
        mentor=skilled("Master Ma"),
        apprentice=me,
        employer=me.employer,
        trade=make_trade(),
        starts_on=timezone.localdate(),
        target_on=timezone.localdate() + timedelta(days=300),
        ends_on=timezone.localdate() + timedelta(days=365),
        target_grade=4,
        state=Pair.State.RUNNING,
    )
    assert client.get(url("round_seek")).context["form"]["trade"].value() is None


def test_only_a_master_without_a_checked_level_is_told_to_add_one(client, round_):
    for worker, told in ((skilled("Master Ma"), False), (skilled("Newcomer Ni", grade=0), True)):
        client.force_login(worker.user)
        page = client.get(url("round_offer")).content.decode()
        assert ("No level of yours" in page) is told
        assert ('name="places"' in page) is not told


def test_who_has_no_employer_reads_so_before_choosing_anybody(client, me, round_):
    words = "Add your employer to your profile first"
    assert words not in client.get(url("round_seek")).content.decode()
    me.employer = None
    me.save()
    assert words in client.get(url("round_seek")).content.decode()


def test_a_master_offers_places_and_names_workers(client, round_):
    master, seeker = skilled("Master Ma"), make_seeker(round_, skilled("Learner Lu", grade=3))
    client.force_login(master.user)
    answers = {"trade": make_trade().pk, "places": "2", "teaches": "Dies", "wish_1": str(seeker.uuid)}
    assert client.post(url("round_offer"), answers).status_code == 302
    said = Offer.objects.get()
    assert (said.places, [wish.seeker for wish in said.wishes.all()]) == (2, [seeker])
    assert client.post(url("round_offer"), answers | {"places": "99"}).status_code == 422
    assert "Learner Lu" in client.get(url("round")).content.decode()


def test_how_it_ended_is_told_after_a_person_has_decided_and_not_before(client, me, round_, organiser):
    make_offer(round_, skilled("Master Ma"))
    make_seeker(round_, me)
    left_out = make_seeker(round_, skilled("Left Out", grade=3), trade=make_trade("焊工"))
    round_matching.compute(round_=shut(round_), by=organiser)
    assert "Master Ma" not in client.get(url("round")).content.decode()
    proposal = MatchProposal.objects.get()
    round_decisions.take(proposal=proposal, term=round_decisions.usual_term(round_.scheme), by=organiser)
    text = client.get(url("round")).content.decode()
    assert "Your master: Master Ma" in text
    proposal.refresh_from_db()
    assert client.get(reverse("me:pair", args=[proposal.pair.uuid])).status_code == 200
    assert str(proposal.pair.uuid) in text
    assert "Master Ma fits best of those who had a place." in text
    client.force_login(proposal.offer.worker.user)
    assert "Learner Li fits your place" in client.get(url("round")).content.decode()
    client.force_login(left_out.worker.user)
    assert "No master" not in client.get(url("round")).content.decode()
    rounds.close(round_=round_, by=organiser)
    assert "No master of the round teaches this trade" in client.get(url("round")).content.decode()


def test_nobody_is_told_what_the_other_side_wished(client, me, round_, organiser):
    offer = make_offer(round_, skilled("Master Ma"))
    other = make_seeker(round_, skilled("Other Ou", grade=3))
    make_seeker(round_, me, wishes=[offer])
    offer.wishes.create(seeker=other, rank=1)
    round_matching.compute(round_=shut(round_), by=organiser)
    for proposal in MatchProposal.objects.all():
        round_decisions.drop(proposal=proposal, note="No", by=organiser)
    rounds.close(round_=round_, by=organiser)
    assert "Other Ou" not in client.get(url("round")).content.decode()


def test_a_draft_is_not_there_and_an_account_without_a_record_is_sent_to_make_one(client, me):
    make_round("spring", is_open=False)
    assert client.get(url("round")).status_code == 404
    make_round("summer")
    client.force_login(make_user("worker"))
    assert client.get(reverse("me:round_seek", args=["summer"])).status_code == 302
    assert client.get(reverse("me:rounds")).status_code == 200


def test_a_closed_round_takes_no_more_wishes(client, me, round_):
    seeker = make_seeker(round_, me)
    shut(round_)
    assert client.post(url("round_seek"), {"trade": make_trade().pk}).status_code == 422
    client.post(url("round_leave"), {"side": "seeker"})
    assert Seeker.objects.get() == seeker
    assert client.post(url("round_leave"), {"side": "both"}).status_code == 404


def test_the_first_page_invites_once(me, round_, django_assert_num_queries):
    with django_assert_num_queries(1):
        [row] = round_tasks.owed(me)
    assert "Spring round" in row["title"]
    assert round_tasks.section(me)["items"][0]["status"] == "Takes wishes"
    make_seeker(round_, me)
    assert round_tasks.owed(me) == []


@pytest.mark.parametrize("people", [1, 30])
def test_the_forms_cost_the_same_queries_at_any_size(
    client, me, round_, people, django_assert_max_num_queries
):
    for _ in range(people):
        make_seeker(round_, wishes=[make_offer(round_)])
    for name in ("round", "round_seek", "round_offer"):
        with django_assert_max_num_queries(10):
            client.get(url(name))

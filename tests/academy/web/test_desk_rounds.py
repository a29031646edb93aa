"""Rounds of matching at the desk: who comes in, the steps, the reasons beside each pair, the decision, the workbook."""

from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from academy.domain import round_matching
from academy.matching.weights import plain
from academy.models import MatchProposal, MatchRound, Pair
from craft_site.kit.canonical import sha256_hex
from tests.academy.rounds import make_offer, make_round, make_scheme, make_seeker, shut, skilled
from tests.factories import make_trade, make_user

pytestmark = pytest.mark.django_db
S = MatchRound.State


@pytest.fixture
def office(client, organiser):
    client.force_login(organiser)
    return organiser


@pytest.fixture
def held(organiser) -> MatchRound:
    """Two masters of one place, three workers: one gets the first wish, one the other master, one nobody."""
    round_ = make_round("spring", by=organiser)
    wanted, other = make_offer(round_, skilled("Wanted Wang")), make_offer(round_, skilled("Other Ou"))
    near = skilled("Near Niu", grade=3, employer=wanted.worker.employer)
    make_seeker(round_, near, wishes=[wanted])
    make_seeker(round_, skilled("Second Su", grade=3), wishes=[wanted, other])
    make_seeker(round_, skilled("Welder Wen", grade=3), trade=make_trade("焊工"))
    return round_matching.compute(round_=shut(round_), by=organiser)


def page(client, name, *args, **query) -> str:
    return client.get(reverse(f"desk:{name}", args=args), query).content.decode()


def test_the_office_makes_opens_and_computes_a_round(client, office):
    now = timezone.localtime()
    answers = {
        "name": "春季拜师",
        "code": "spring-1",
        "scheme": make_scheme().pk,
        "opens_at": f"{now:%Y-%m-%dT00:00}",
        "closes_at": f"{now + timezone.timedelta(days=5):%Y-%m-%dT18:00}",
    }
    made = client.post(reverse("desk:round_new"), answers)
    assert made.status_code == 302
    assert client.post(reverse("desk:round_new"), answers).status_code == 422  # the code is taken
    for step, state in (("open", S.OPEN), ("stop", S.OPEN), ("compute", S.PROPOSED), ("close", S.DECIDED)):
        client.post(reverse("desk:round_move", args=["spring-1"]), {"step": step})
        assert MatchRound.objects.get().state == state
        assert ("Wishes are in" in page(client, "round", "spring-1")) == (step == "stop")
    assert client.post(reverse("desk:round_move", args=["spring-1"]), {"step": "dance"}).status_code == 404


def test_the_page_says_why_these_two_and_who_was_full(client, office, held):
    text = page(client, "round", "spring")
    assert "Wanted Wang is wish no. 1 of Near Niu." in text
    assert "Wished for before: Wanted Wang, whose places went to others." in text
    assert "same employer" in text
    assert "How the workers fared" in text
    assert "No master of the round teaches this trade at a higher level." in page(
        client, "round_without", "spring"
    )
    assert "1. Wanted Wang" in page(client, "round_seekers", "spring")
    assert "Other Ou" in page(client, "round_offers", "spring")


@pytest.mark.parametrize(
    ("by", "names"), [("wish", {"Near Niu"}), ("wishes", {"Near Niu", "Second Su"}), ("points", set())]
)
def test_proposals_are_filtered_by_how_they_came_about(client, office, held, by, names):
    table = client.get(reverse("desk:round", args=["spring"]), {"by": by}).context["table"]
    assert {row.record.seeker.worker.name for row in table.rows} == names


def test_proposals_are_taken_and_dropped_by_the_rows_chosen(client, office, held):
    first, second = MatchProposal.objects.order_by("pk")
    form = {"starts_on": "2027-01-01", "months": "12", "meetings": "4", "allowance": "200"}
    url = reverse("desk:round_decide", args=["spring"])
    assert client.get(reverse("desk:round", args=["spring"])).context["form"]["months"].value() == 24
    answer = client.post(url, form | {"action": "take", "chosen": [first.uuid]}, follow=True)
    assert "Look the agreements over now" in answer.content.decode()
    pair = Pair.objects.get()
    assert (str(pair.starts_on), str(pair.ends_on)) == ("2027-01-01", "2027-12-31")
    assert (pair.meetings, pair.allowance) == (4, 200)
    filtered = client.get(reverse("desk:round", args=["spring"]), {"state": "pending"})
    assert f'action="{url}?state=pending"' in filtered.content.decode()
    answer = client.post(
        f"{url}?state=pending", form | {"action": "drop", "chosen": [second.uuid]}, follow=True
    )
    assert "Write down why" in answer.content.decode()
    assert f'value="{second.uuid}" data-bulk-item checked' in answer.content.decode()
    assert answer.redirect_chain == [(reverse("desk:round", args=["spring"]) + "?state=pending", 302)]
    client.post(url, form | {"action": "drop", "chosen": [second.uuid], "note": "Too far"})
    second.refresh_from_db()
    assert (second.state, second.note) == (MatchProposal.State.DROPPED, "Too far")
    assert reverse("desk:pair", args=[pair.uuid]) in page(client, "round", "spring")


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"action": "take", "starts_on": "x", "months": "12", "chosen": ["nonsense"]},
        {"action": "burn", "starts_on": "2027-01-01", "months": "12"},
        {"action": "take", "starts_on": "2027-01-01", "months": "-3"},
    ],
)
def test_a_bad_decision_is_told_in_words_and_changes_nothing(client, office, held, form):
    answer = client.post(reverse("desk:round_decide", args=["spring"]), form, follow=True)
    assert answer.status_code == 200
    assert not MatchProposal.objects.exclude(state=MatchProposal.State.PENDING).exists()


def test_weights_are_tried_without_keeping_and_kept_by_an_organiser(client, office, held):
    url = reverse("desk:round_weights", args=["spring"])
    answers = {name: value for name, value in (plain() | {"town": 77}).items() if value is not False}
    tried = client.post(url, answers | {"try": "yes"})
    assert "What would change" in tried.content.decode()
    assert MatchRound.objects.get().weights["town"] == plain()["town"]
    assert client.post(url, answers | {"town": "900"}).status_code == 422
    assert client.post(url, answers).status_code == 302
    assert MatchRound.objects.get().weights["town"] == 77
    client.force_login(make_user("supervisor"))
    assert client.post(url, answers | {"try": "yes"}).status_code == 200
    assert client.post(url, answers).status_code == 403


def test_a_supervisor_reads_and_everybody_else_stays_out(client, held, reviewer, outsider):
    addresses = ("round", "round_without", "round_seekers", "round_offers", "round_weights", "round_export")
    client.force_login(make_user("supervisor"))
    for name in addresses:
        assert client.get(reverse(f"desk:{name}", args=["spring"])).status_code == 200
    assert client.post(reverse("desk:round_move", args=["spring"]), {"step": "compute"}).status_code == 403
    for user in (reviewer, outsider):
        client.force_login(user)
        for name in addresses:
            assert client.get(reverse(f"desk:{name}", args=["spring"])).status_code == 403


def test_the_workbook_holds_pairs_reasons_and_those_without(client, office, held):
    answer = client.get(reverse("desk:round_export", args=["spring"]))
    book = load_workbook(BytesIO(answer.content))
    proposals, without, seekers, offers = (list(book[name].values) for name in book.sheetnames)
    assert {row[0] for row in proposals[1:]} == {"Near Niu", "Second Su"}
    assert "Wanted Wang" in str(proposals[1:])
    assert [row[0] for row in without[1:]] == ["Welder Wen"]
    assert (len(seekers), len(offers)) == (4, 3)


def test_what_was_computed_from_is_handed_out_without_names(client, office, held):
    answer = client.get(reverse("desk:round_record", args=["spring"]))
    assert sha256_hex(answer.content) == held.market_hash
    assert "Near" not in answer.content.decode()
    assert client.get(reverse("desk:round_record", args=["nothing"])).status_code == 404


@pytest.mark.parametrize("people", [1, 30])
def test_the_pages_cost_the_same_queries_at_any_size(client, office, people, django_assert_max_num_queries):
    round_ = make_round("big")
    for _ in range(people):
        make_seeker(round_, wishes=[make_offer(round_)])
    round_matching.compute(round_=shut(round_), by=office)
    for name, most in (("round", 10), ("round_without", 8), ("round_seekers", 10), ("round_offers", 10)):
        with django_assert_max_num_queries(most):
            client.get(reverse(f"desk:{name}", args=["big"]))
    with django_assert_max_num_queries(7):
        client.get(reverse("desk:rounds"))

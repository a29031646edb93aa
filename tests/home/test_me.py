"""The worker's one page: tasks by date, claims, a timeline, certificates, nominations; one cost at any size."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from academy.models import Pair
from competitions.models import Code, Entry
from craft_site.home.me import CARDS, by_date
from craft_site.home.my_record import years
from craft_site.people.domain import growth
from craft_site.people.models import Qualification
from tests.academy.pairs import half_way, make_town
from tests.academy.subsidies import make_office
from tests.academy.training import make_class, seat
from tests.academy.web.test_my_claims import certify
from tests.credentials.making import make_certificate
from tests.factories import make_entry, make_event, make_user, make_worker
from tests.honours.rounds import drafted, make_house, make_nominee

pytestmark = pytest.mark.django_db
MOST = 27


def page(client):
    return client.get(reverse("me:home"))


def fill(worker, size):
    """Something of every kind, `size` times."""
    for n in range(size):
        for state in (Entry.State.ACCEPTED, Entry.State.RETURNED):
            entry = make_entry(make_event(), worker=worker, state=state)
            Code.objects.create(event=entry.event, layer="contestant", number="C-001", entry=entry)
        make_event()
        seat(make_class(state="running"), worker=worker)
        make_certificate(worker)
        growth.record(worker=worker, kind="talk", on=date(2010 + n, 5, 1), title="Talk", source=f"talk:{n}")
        house = make_house()
        type(worker).objects.filter(pk=worker.pk).update(employer=house.employer)
        worker.refresh_from_db()
        drafted(house, worker)


def test_the_page_costs_the_same_at_any_size(client):
    office = make_office()
    costs = []
    for size in (1, 6):
        user = make_user("worker")
        worker = make_worker(user=user, education="college")
        fill(worker, size)
        Qualification.objects.all().delete()
        certify(worker)
        assert office.programme.takes_claims()
        for pair in [half_way(make_town()) for _n in range(size)]:
            Pair.objects.filter(pk=pair.pk).update(apprentice=worker if size == 1 else pair.apprentice)
            Pair.objects.filter(pk=pair.pk).update(mentor=worker if size > 1 else pair.mentor)
        client.force_login(user)
        with CaptureQueriesContext(connection) as asked:
            assert page(client).status_code == 200
        costs.append(len(asked))
    assert costs[0] == costs[1] <= MOST


def test_a_stranger_to_every_wing_sees_what_to_do_first(client):
    client.force_login(make_user("worker"))
    answer = page(client)
    assert [task["url"] for task in answer.context["tasks"]] == [reverse("me:record")]
    assert "Nothing stands here yet" in answer.content.decode()


def test_what_is_late_comes_first_and_then_by_date():
    now = timezone.now()
    rows = [
        {"title": "plain"},
        {"title": "later", "due": now + timedelta(days=2)},
        {"title": "late", "status_kind": "bad"},
        {"title": "soon", "due": now},
    ]
    assert [row["title"] for row in by_date(rows)] == ["late", "soon", "later", "plain"]


def test_the_record_is_a_timeline_without_what_was_withdrawn(client):
    user = make_user("worker")
    worker = make_worker(user=user)
    for year in (2019, 2021, 2022, 2023):
        growth.record(
            worker=worker,
            kind="honour",
            on=date(year, 1, 5),
            title=f"Title {year}",
            source=f"h:{year}",
            url="/x/",
        )
    growth.withdraw(worker=worker, source="h:2022")
    assert [(year.number, year.folded) for year in years(worker)] == [
        (2023, False),
        (2021, False),
        (2019, False),
    ]
    client.force_login(user)
    shown = page(client).content.decode()
    assert "Title 2023" in shown
    assert "Title 2022" not in shown


def test_a_few_certificates_are_cards_and_the_wallet_has_the_rest(client):
    user = make_user("worker")
    worker = make_worker(user=user)
    for _n in range(CARDS + 1):
        make_certificate(worker)
    make_certificate()
    client.force_login(user)
    answer = page(client)
    assert len(answer.context["certificates"]) == CARDS
    assert "All my certificates" in answer.content.decode()


def test_pairs_and_nominations_stand_on_the_page_and_the_nomination_is_a_task(client):
    town = make_town()
    pair = half_way(town)
    client.force_login(pair.apprentice.user)
    assert pair.mentor.name in page(client).content.decode()
    nominee = make_user("worker")
    found = drafted(house := make_house(), make_nominee(house, user=nominee))
    client.force_login(nominee)
    answer = page(client)
    here = reverse("me:nomination", args=(found.uuid,))
    assert here in [task["url"] for task in answer.context["tasks"]]
    assert [row["url"] for row in answer.context["nominations"]] == [here]

"""What a union's reviewer reaches by the union's place in the tree: city all, town its firms, enterprise its own firm;
and that nobody below the city decides for the office."""

from io import BytesIO
from types import SimpleNamespace

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from competitions.domain import reviews
from competitions.models import Code, Entry, EntryFile, Event
from craft_site.people.models import PrivateFile, Qualification, Reveal, Union, Worker
from tests.factories import (
    citizen_number,
    make_employer,
    make_entry,
    make_event,
    make_seat,
    make_trade,
    make_union,
    make_user,
    make_worker,
)

S = Entry.State
LEVELS = ("city", "town", "enterprise")
# Whose entries each level of "our" branch of the tree sees.
SEES = {
    "city": {"Own Worker", "Neighbour Worker", "Rival Worker", "Free Worker"},
    "town": {"Own Worker", "Neighbour Worker"},
    "enterprise": {"Own Worker"},
}


@pytest.fixture
def tree(db):
    """A city with two towns; in the first two firms, in the second a rival; and a firm that has no union."""
    city = make_union("City federation")
    town, other_town = (make_union(name, level="town", parent=city) for name in ("East", "West"))

    def firm(name, above):
        return make_employer(name, union=make_union(f"{name} union", level="enterprise", parent=above))

    firms = {
        "Own Worker": firm("Own firm", town),
        "Neighbour Worker": firm("Neighbour firm", town),
        "Rival Worker": firm("Rival firm", other_town),
        "Free Worker": make_employer("Firm without a union"),
    }
    event = make_event(trade=make_trade())
    numbers = {name: citizen_number(41 + n) for n, name in enumerate(firms)}
    entries = {
        name: make_entry(
            event,
            worker=make_worker(name, employer=employer, id_number=numbers[name]),
            state=S.UNIT_OK,
        )
        for name, employer in firms.items()
    }
    unions = {"city": city, "town": town, "enterprise": firms["Own Worker"].union}
    return SimpleNamespace(
        event=event,
        entries=entries,
        numbers=numbers,
        users={level: make_user("reviewer", union=union) for level, union in unions.items()},
    )


def named(text):
    return {name for name in SEES["city"] if name in text}


def workbook_of(client):
    content = client.get(reverse("desk:entries_export")).content
    return str([list(row) for row in load_workbook(BytesIO(content)).active.iter_rows(values_only=True)])


@pytest.mark.parametrize("level", LEVELS)
def test_list_search_workbook_and_page_show_the_entries_of_the_unions_own_firms_alone(client, tree, level):
    client.force_login(tree.users[level])
    address = reverse("desk:entries")
    assert named(client.get(address).content.decode()) == SEES[level]
    assert named(client.get(address, {"q": "Worker"}).content.decode()) == SEES[level]
    assert named(client.get(address, {"employer": "Rival"}).content.decode()) == SEES[level] & {
        "Rival Worker"
    }
    assert named(workbook_of(client)) == SEES[level]
    for name, entry in tree.entries.items():
        page = client.get(entry.get_absolute_url())
        assert page.status_code == (200 if name in SEES[level] else 404)


@pytest.mark.parametrize("level", LEVELS)
def test_a_sealed_number_is_shown_within_the_unions_own_firms_alone(client, tree, level):
    client.force_login(tree.users[level])
    for name, entry in tree.entries.items():
        answer = client.post(
            reverse("desk:reveal", args=(entry.worker.uuid,)),
            {"field": "id_number", "reason": "Compared with the card"},
        )
        assert (tree.numbers[name] in answer.content.decode()) == (name in SEES[level])
    assert Reveal.objects.count() == len(SEES[level])


@pytest.mark.parametrize("level", LEVELS)
def test_papers_and_photos_open_within_the_unions_own_firms_alone(tree, level):
    from craft_site.people.domain import files

    for name, entry in tree.entries.items():
        paper = PrivateFile.objects.create(
            kind="photo", worker=entry.worker, name=f"{name}.jpg", content_type="image/jpeg", size=1
        )
        EntryFile.objects.create(entry=entry, kind="photo", file=paper)
    found = files.visible_to(tree.users[level]).values_list("worker__name", flat=True)
    assert set(found) == SEES[level]
    assert set(Worker.objects.visible_to(tree.users[level]).values_list("name", flat=True)) == SEES[level]


def test_the_city_decides_for_the_office(client, tree):
    client.force_login(tree.users["city"])
    entry = tree.entries["Rival Worker"]
    client.post(reverse("desk:entry_decide", args=(entry.uuid,)), {"decision": "accept"})
    entry.refresh_from_db()
    assert entry.state == S.ACCEPTED


@pytest.mark.parametrize("level", ["town", "enterprise"])
@pytest.mark.parametrize("decision", ["accept", "return", "refuse"])
def test_a_union_below_the_city_decides_on_no_entry_not_even_of_its_own_firm(client, tree, level, decision):
    client.force_login(tree.users[level])
    answers = {"decision": decision, "reason": "Papers are missing"}
    for entry in tree.entries.values():
        client.post(reverse("desk:entry_decide", args=(entry.uuid,)), answers)
        client.post(
            reverse("desk:entries_decide"),
            {"action": decision, "chosen": [entry.uuid], "reason": "Papers are missing"},
        )
    assert {entry.state for entry in Entry.objects.all()} == {S.UNIT_OK}


@pytest.mark.parametrize("level", ["town", "enterprise"])
def test_a_union_below_the_city_is_offered_no_decision_and_told_of_nothing_that_waits(client, tree, level):
    user = tree.users[level]
    client.force_login(user)
    page = client.get(reverse("desk:entries"), {"event": tree.event.pk})
    assert page.context["actions"] == []
    assert "data-bulk-item" not in page.content.decode()
    assert client.get(tree.entries["Own Worker"].get_absolute_url()).context["form"] is None
    assert client.get(reverse("desk:home")).context["matters"] == []
    assert not reviews.waiting_for(user).exists()


def test_what_waits_for_the_office_is_told_to_the_city(client, tree):
    client.force_login(tree.users["city"])
    assert [m.count for m in client.get(reverse("desk:home")).context["matters"]] == [4]
    assert reviews.waiting_for(tree.users["city"]).count() == 4


@pytest.mark.parametrize("level", ["town", "enterprise"])
def test_a_union_below_the_city_corrects_no_record(client, tree, level):
    client.force_login(tree.users[level])
    entry = tree.entries["Own Worker"]
    certificate = Qualification.objects.create(worker=entry.worker, trade=tree.event.trade, grade=4)
    for address in (
        reverse("desk:entry_person", args=(entry.uuid,)),
        reverse("desk:entry_certificate", args=(entry.uuid, certificate.pk)),
    ):
        assert client.get(address).status_code == 403
        assert client.post(address, {"verdict": "checked", "reason": "x", "name": "Other"}).status_code == 403


@pytest.mark.parametrize("level", ["town", "enterprise"])
def test_a_union_below_the_city_opens_no_scheme_no_document_and_no_numbers(client, tree, level):
    event = tree.event
    for n, entry in enumerate(tree.entries.values()):
        Code.objects.create(event=event, layer="contestant", number=f"C-{n}", entry=entry)
    user = tree.users[level]
    assert not Code.objects.visible_to(user).exists()
    client.force_login(user)
    for name in ("desk:event", "desk:scheme", "desk:documents"):
        assert client.get(reverse(name, args=(event.code,))).status_code == 403
    assert client.get(reverse("desk:codes", args=(event.code, "contestant"))).status_code == 403


@pytest.mark.parametrize("level", ["town", "enterprise"])
def test_every_door_that_a_union_below_the_city_is_shown_opens(client, tree, level):
    hidden = make_event("hidden", state=Event.State.DRAFT)
    client.force_login(tree.users[level])
    lists = client.get(reverse("desk:events")).content.decode()
    assert (str(tree.event) in lists, str(hidden) in lists) == (True, False)
    home = client.get(reverse("desk:home"))
    entries = f"{reverse('desk:entries')}?event={tree.event.pk}"
    assert [line["url"] for line in home.context["events"]] == [entries]
    assert entries in lists.replace("&amp;", "&")
    page = client.get(entries)
    assert [place["url"] for place in page.context["desk_nav"]] == [entries]


def test_a_union_below_the_city_whose_reviewer_marks_sees_no_name_of_the_event(client, tree):
    user = tree.users["enterprise"]
    make_seat(tree.event, "result", user=user)
    client.force_login(user)
    assert named(client.get(reverse("desk:entries")).content.decode()) == set()


@pytest.mark.parametrize("level", LEVELS)
def test_a_reviewer_without_a_union_sees_nobody(client, tree, level):
    user = tree.users[level]
    user.union = None
    user.save()
    assert not Entry.objects.visible_to(user).exists()
    assert not Worker.objects.visible_to(user).exists()
    assert not Union.objects.looked_after_by(user).exists()


@pytest.mark.parametrize("entries", [1, 30])
def test_a_unions_list_costs_the_same_queries_at_any_size(
    client, tree, entries, django_assert_max_num_queries
):
    firm = tree.entries["Own Worker"].employer
    for _ in range(entries):
        make_entry(tree.event, worker=make_worker(employer=firm), state=S.UNIT_OK)
    client.force_login(tree.users["enterprise"])
    with django_assert_max_num_queries(10):
        assert client.get(reverse("desk:entries"), {"event": tree.event.pk}).status_code == 200

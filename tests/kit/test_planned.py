"""A plan is kept where the database keeps plans, and the answer is the same with and without."""

from datetime import timedelta

import pytest
from django.db import connection, connections
from django.db.models import QuerySet

from competitions.models import Entry
from craft_site.kit.planned import keeping_plans
from craft_site.kit.prepared import prepared, prepared_update
from tests.factories import make_entry, make_event

ON_POSTGRESQL = connection.vendor == "postgresql"


@prepared
def _late(*, references: list[str], event: int) -> "QuerySet[Entry, tuple[int, object]]":
    found = Entry.objects.filter(event_id=event, reference__in=references)
    return found.order_by("pk").values_list("pk", "created_at")


@prepared_update
def _renamed(*, pk: int, reference: str):
    return Entry.objects.filter(pk=pk), {"reference": reference}


def _plans(part: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE strpos(statement, %s) > 0", [part])
        [count] = cursor.fetchone()
    return count


@pytest.fixture
def entries(db):
    event = make_event()
    return [make_entry(event, reference=f"PLAN-{n}") for n in range(3)]


def test_a_query_asked_often_is_planned_once_and_answers_for_each_value(entries):
    event = entries[0].event_id
    for turn in range(12):
        entry = entries[turn % 3]
        assert list(_late(references=[entry.reference, "none"], event=event)) == [
            (entry.pk, entry.created_at)
        ]
        assert list(_late(references=["none", "either"], event=event)) == []
    assert entry.created_at.utcoffset() == timedelta(0)
    if ON_POSTGRESQL:
        assert _plans('"competitions_entry"."reference" IN ($2, $3)') == 1


def test_an_update_asked_often_changes_its_row_and_no_other(entries):
    for turn in range(9):
        assert _renamed(pk=entries[1].pk, reference=f"TURN-{turn}") == 1
    assert _renamed(pk=0, reference="nobody") == 0
    stand = list(Entry.objects.order_by("pk").values_list("reference", flat=True))
    assert stand == ["PLAN-0", "TURN-8", "PLAN-2"]


def test_plans_are_kept_where_the_settings_say_so_and_nowhere_else(db, monkeypatch):
    kept = keeping_plans("default")
    assert (kept is not connections["default"]) == ON_POSTGRESQL
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], "prepare_threshold", None)
    assert keeping_plans("default") is connections["default"]

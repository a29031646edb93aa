from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db.models import Q, QuerySet

from competitions.models import Entry
from craft_site.kit.prepared import prepared, prepared_update
from tests.factories import make_entry, make_event


@prepared
def _by_uuid(*, event: int, uuid: UUID) -> QuerySet[Entry]:
    return Entry.objects.select_related("worker").filter(event_id=event, uuid=uuid)


@prepared
def _named(*, references: list[str], uuids: list[UUID]) -> "QuerySet[Entry, Any]":
    wanted = Q(reference__in=references) | Q(uuid__in=uuids)
    return Entry.objects.filter(wanted).order_by("pk").values_list("pk", "uuid", "worker__name", "created_at")


@pytest.fixture
def entries(db) -> list[Entry]:
    event = make_event()
    return [make_entry(event, reference=f"R{n}") for n in range(3)]


def test_it_answers_what_the_query_itself_answers_for_each_value(entries):
    for entry in entries:
        [found] = _by_uuid(event=entry.event_id, uuid=entry.uuid)
        assert (found, found.worker.name) == (entry, entry.worker.name)
    assert list(_by_uuid(event=entries[0].event_id, uuid=uuid4())) == []


@pytest.mark.parametrize("count", [1, 2, 3])
def test_lists_of_any_length_and_converted_values(entries, count):
    references, uuids = [e.reference for e in entries[:count]], [entries[-1].uuid]
    found = list(_named(references=references, uuids=uuids))
    wanted = Q(reference__in=references) | Q(uuid__in=uuids)
    rows = Entry.objects.filter(wanted).order_by("pk")
    assert found == list(rows.values_list("pk", "uuid", "worker__name", "created_at"))


def test_an_empty_list_finds_nothing_of_it(entries):
    assert [row[0] for row in _named(references=[], uuids=[entries[1].uuid])] == [entries[1].pk]


def test_the_sql_is_written_once(entries, django_assert_num_queries, monkeypatch):
    list(_by_uuid(event=1, uuid=uuid4()))
    monkeypatch.setattr(QuerySet, "filter", lambda *a, **k: pytest.fail("written again"))
    with django_assert_num_queries(1):
        list(_by_uuid(event=entries[0].event_id, uuid=entries[0].uuid))


def test_a_query_that_ignores_a_value_is_refused(db):
    @prepared
    def forgets(*, event: int, uuid: UUID) -> QuerySet[Entry]:
        return Entry.objects.filter(uuid=uuid)

    with pytest.raises(TypeError, match="forgets"):
        forgets(event=1, uuid=uuid4())


def test_a_value_is_never_read_as_sql(entries):
    assert list(_named(references=["R0' OR '1'='1", "%s"], uuids=[uuid4()])) == []


@prepared_update
def _rename(*, pk: int, was: str, reference: str, at: datetime) -> "tuple[QuerySet[Entry], dict[str, Any]]":
    return Entry.objects.filter(pk=pk, reference=was), {"reference": reference, "created_at": at}


def test_a_prepared_update_changes_the_rows_it_names_and_counts_them(entries, django_assert_num_queries):
    at = datetime(2025, 4, 8, 9, 30, tzinfo=UTC)
    for n, entry in enumerate(entries):
        with django_assert_num_queries(1):
            assert _rename(pk=entry.pk, was=f"R{n}", reference=f"永{n}", at=at) == 1
    assert _rename(pk=entries[0].pk, was="R0", reference="again", at=at) == 0
    found = Entry.objects.order_by("pk").values_list("reference", "created_at")
    assert list(found) == [(f"永{n}", at) for n in range(3)]


def test_several_prepared_updates_are_one_statement(entries, django_assert_num_queries):
    at = datetime(2025, 4, 8, 9, 30, tzinfo=UTC)
    with django_assert_num_queries(1):
        _rename.each(
            [{"pk": e.pk, "was": f"R{n}", "reference": f"N{n}", "at": at} for n, e in enumerate(entries)]
        )
    found = Entry.objects.order_by("pk").values_list("reference", flat=True)
    assert list(found) == ["N0", "N1", "N2"]


def test_an_update_that_ignores_a_value_is_refused(entries):
    @prepared_update
    def forgets(*, pk: int, reference: str) -> "tuple[QuerySet[Entry], dict[str, Any]]":
        return Entry.objects.filter(pk=pk), {"reference": "same"}

    with pytest.raises(TypeError, match="does not ask for each of its values"):
        forgets(pk=entries[0].pk, reference="x")
    assert not Entry.objects.filter(reference="same").exists()

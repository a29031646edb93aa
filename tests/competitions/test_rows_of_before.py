"""What was written before a migration means the same after it.

The suite runs without migrations, so the tables of now are taken back to those of before, given rows, and brought
forward again by the migrations themselves.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.migration import Migration
from django.db.migrations.state import ProjectState
from django.test import override_settings

from competitions.domain import codes
from competitions.models import Decoding, Event, Sheet
from tests.competitions.marking_contest import make_marking
from tests.competitions.seats import coded_event
from tests.factories import make_seat, make_user

pytestmark = pytest.mark.django_db(transaction=True)
APP = "competitions"
LAYERS_AT_ONCE = (APP, "0006_handed_over")  # one deed opened all layers; one signature of two left no trace
ASKED, WITNESSED = (datetime(2025, 4, 8, 21, minute, tzinfo=UTC) for minute in (30, 41))


@cache
def later_than(key: tuple[str, str]) -> tuple[list[Migration], list[ProjectState]]:
    """This app's migrations after that one, and the state before each of them; last the state of now. All other apps
    are as they are now."""
    with override_settings(MIGRATION_MODULES={}):
        loader = MigrationLoader(None)
    graph = loader.graph
    [newest] = graph.leaf_nodes(APP)
    earlier = set(graph.forwards_plan(key))
    later = [graph.nodes[one] for one in graph.forwards_plan(newest) if one not in earlier and one[0] == APP]
    others = [one for one in graph.leaf_nodes() if one[0] != APP]
    states = [loader.project_state([*others, key])]
    for migration in later:
        states.append(migration.mutate_state(states[-1], preserve=True))
    return later, states


class Tables:
    """The tables, now as a migration left them. apps: its models; forward(): to the tables of now."""

    def __init__(self, key: tuple[str, str]) -> None:
        self.later, self.states = later_than(key)
        self.apps = self.states[0].apps
        self.done = len(self.later)  # of these stand in the database

    def back(self) -> None:
        while self.done:
            with connection.schema_editor() as editor:
                self.later[self.done - 1].unapply(self.states[self.done - 1].clone(), editor)
            self.done -= 1

    def forward(self) -> None:
        while self.done < len(self.later):
            with connection.schema_editor() as editor:
                self.later[self.done].apply(self.states[self.done].clone(), editor)
            self.done += 1


@contextmanager
def tables_after(key: tuple[str, str]) -> Iterator[Tables]:
    tables = Tables(key)
    try:
        tables.back()
        yield tables
    finally:
        tables.forward()
        connection.close()  # what it has prepared is for other tables


def decoding_of_before(before, event, asks, *, witness):
    made = before.apps.get_model(APP, "Decoding").objects
    row = made.create(event_id=event.pk, asked_by_id=asks.pk)
    made.filter(pk=row.pk).update(
        asked_at=ASKED, witnessed_by=witness and witness.pk, witnessed_at=WITNESSED if witness else None
    )


def test_a_decoding_of_before_keeps_its_meaning():
    """One deed opened all layers that were drawn: each is open now, by the same two people, since that moment."""
    whole, no_works, only_asked = coded_event(2), coded_event(2, works=False), coded_event(2)
    asks, watches = make_user("judge"), make_user("supervisor")
    with tables_after(LAYERS_AT_ONCE) as before:
        for event in (whole, no_works):
            decoding_of_before(before, event, asks, witness=watches)
        decoding_of_before(before, only_asked, asks, witness=None)
        before.forward()

        def opened(event):
            rows = event.decoding.opened.order_by("pk")
            return [(one.layer, one.asked_by, one.witnessed_by, one.at) for one in rows]

        deed = (asks, watches, WITNESSED)
        assert opened(whole) == [(layer, *deed) for layer in ("work", "station", "contestant")]
        assert opened(no_works) == [(layer, *deed) for layer in ("station", "contestant")]
        assert opened(only_asked) == []
        assert [codes.closed_layers(event) for event in (whole, no_works)] == [[], []]
        assert {(one.asked_by, one.asked_at) for one in Decoding.objects.all()} == {(asks, ASKED)}


def test_a_decoding_that_was_only_asked_for_goes_on_layer_by_layer():
    event = coded_event(2, state=Event.State.LOCKED)
    asks = make_seat(event, "coding").user
    watches = make_seat(event, "supervisor", user=make_user("supervisor")).user
    with tables_after(LAYERS_AT_ONCE) as before:
        decoding_of_before(before, event, asks, witness=None)
        before.forward()
        assert codes.closed_layers(event) == ["work", "station", "contestant"]
        for layer in codes.closed_layers(event):
            codes.open_layer(event=event, layer=layer, by=asks, witness=watches)
        event.refresh_from_db()
        assert (event.state, codes.closed_layers(event)) == (Event.State.DECODED, [])


def test_sheets_of_before_stand_as_they_stood():
    marking = make_marking()
    states = {"issued": "", "entered": "B1.3@7", "signed": "", "chief_signed": "", "locked": ""}
    sheets = list(Sheet.objects.order_by("pk"))[: len(states)]
    with tables_after(LAYERS_AT_ONCE) as before:
        old = before.apps.get_model(APP, "Sheet").objects
        for sheet, (state, alarm) in zip(sheets, states.items(), strict=True):
            old.filter(pk=sheet.pk).update(state=state, alarm=alarm, handed_over_for="taken ill")
        signatures = before.apps.get_model(APP, "Signature").objects
        # Signed by one of two a sheet was open, and is: its judge signs once more and the second judge after that.
        signatures.create(sheet_id=sheets[1].pk, part="judge", content_hash="0" * 64, by_id=marking.chief.pk)
        before.forward()
        found = Sheet.objects.with_reopened().filter(pk__in=[sheet.pk for sheet in sheets]).order_by("pk")
        assert [(one.state, one.alarm, one.handed_over_for, one.reopened) for one in found] == [
            (state, alarm, "taken ill", False) for state, alarm in states.items()
        ]
        assert list(sheets[1].signatures.values_list("part", "by", "void")) == [
            ("judge", marking.chief.pk, False)
        ]

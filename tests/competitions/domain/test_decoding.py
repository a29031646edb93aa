import json

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from competitions.domain import codes
from competitions.models import Code, Event
from craft_site.ledger.models import Line
from tests.competitions.lots import draw_all, drawn, make_hall, set_state
from tests.factories import make_entry, make_seat

S = Event.State


@pytest.fixture
def event(db):
    return make_hall()


@pytest.fixture
def five(event):
    return [make_entry(event) for _ in range(5)]


@pytest.fixture
def three_layers(event, five, coding_judge, supervisor):
    return draw_all(event, five[:4], coding_judge, supervisor)


def opens(event, layer, by, witness):
    return codes.open_layer(event=event, layer=layer, by=by, witness=witness)


def test_two_people_open_the_codes_after_the_lock_layer_by_layer(three_layers, coding_judge, supervisor):
    event, two = three_layers, (coding_judge, supervisor)
    with pytest.raises(codes.DecodingRefused, match="locked"):
        codes.ask_to_decode(event=event, by=coding_judge)
    set_state(event, S.LOCKED)
    with pytest.raises(codes.DecodingRefused, match="has not asked"):
        opens(event, "work", *two)
    codes.ask_to_decode(event=event, by=coding_judge)
    codes.ask_to_decode(event=event, by=coding_judge)
    assert codes.closed_layers(event) == ["work", "station", "contestant"]
    for early in ("station", "contestant"):
        with pytest.raises(codes.DecodingRefused, match="First open: Work number"):
            opens(event, early, *two)
    opens(event, "work", *two)
    opens(event, "work", *two)  # pressed twice it is open once
    opens(event, "station", *two)
    event.refresh_from_db()
    assert (event.state, codes.closed_layers(event)) == (S.LOCKED, ["contestant"])
    opens(event, "contestant", *two)
    event.refresh_from_db()
    assert (event.state, codes.closed_layers(event)) == (S.DECODED, [])
    done = event.decoding.opened.order_by("pk")
    assert [(one.layer, one.asked_by, one.witnessed_by) for one in done] == [
        (layer, *two) for layer in ("work", "station", "contestant")
    ]
    lines = Line.objects.filter(chain__name=event.chain, kind__in=("event.layer_opened", "event.decoded"))
    told = [json.loads(line.body) for line in lines.order_by("seq")]
    assert [(one["kind"], one["facts"].get("layer"), one["facts"]["codes"]) for one in told] == [
        ("event.layer_opened", "work", 4),
        ("event.layer_opened", "station", 4),
        ("event.layer_opened", "contestant", 5),
        ("event.decoded", None, 13),
    ]
    assert {one["actor"] for one in told} == {str(supervisor.uuid)}


def test_another_coding_judge_takes_the_decoding_over_between_two_layers(
    three_layers, coding_judge, supervisor
):
    event, other = three_layers, make_seat(three_layers, "coding").user
    set_state(event, S.LOCKED)
    codes.ask_to_decode(event=event, by=coding_judge)
    opens(event, "work", coding_judge, supervisor)
    with pytest.raises(codes.DecodingRefused, match="has not asked"):
        opens(event, "station", other, supervisor)
    codes.ask_to_decode(event=event, by=other)
    opens(event, "station", other, supervisor)
    done = dict(event.decoding.opened.values_list("layer", "asked_by"))
    assert done == {"work": coding_judge.pk, "station": other.pk}


def test_a_layer_that_was_not_drawn_is_none(event, five, coding_judge, supervisor):
    drawn(event, "contestant", coding_judge, supervisor)
    set_state(event, S.LOCKED)
    codes.ask_to_decode(event=event, by=coding_judge)
    with pytest.raises(codes.DecodingRefused, match="not drawn"):
        opens(event, "work", coding_judge, supervisor)
    assert opens(event, "contestant", coding_judge, supervisor).state == S.DECODED


def test_one_person_never_opens_the_codes(three_layers, coding_judge, supervisor, organiser, chief):
    event = three_layers
    set_state(event, S.LOCKED)
    for person in (organiser, chief, supervisor):
        with pytest.raises(PermissionDenied):
            codes.ask_to_decode(event=event, by=person)
    codes.ask_to_decode(event=event, by=coding_judge)
    for person in (organiser, chief, coding_judge):
        with pytest.raises(PermissionDenied):
            opens(event, "work", coding_judge, person)
    make_seat(event, "supervisor", user=coding_judge)
    with pytest.raises(codes.DecodingRefused, match="two people"):
        opens(event, "work", coding_judge, coding_judge)
    with pytest.raises(IntegrityError), transaction.atomic():
        event.decoding.opened.create(layer="work", asked_by=coding_judge, witnessed_by=coding_judge)


def test_an_opened_layer_is_for_those_who_stand_there(
    three_layers, coding_judge, supervisor, organiser, chief
):
    event = three_layers
    set_state(event, S.LOCKED)
    codes.ask_to_decode(event=event, by=coding_judge)
    opens(event, "work", coding_judge, supervisor)
    for person in (coding_judge, supervisor):
        assert set(Code.objects.opened_before(person).values_list("layer", flat=True)) == {"work"}
    for person in (organiser, chief):
        assert not Code.objects.opened_before(person).exists()
    assert set(Code.objects.visible_to(supervisor).values_list("layer", flat=True)) == {"contestant"}


def test_every_code_leads_back_to_its_entry_in_two_queries(three_layers, django_assert_num_queries):
    with django_assert_num_queries(2):
        found = codes.entries_by_code(three_layers)
    assert {code.pk: codes.entry_of(code) for code in Code.objects.all()} == found
    assert len(found) == 5 + 4 + 4

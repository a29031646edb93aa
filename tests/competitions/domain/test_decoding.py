import pytest
from django.core.exceptions import PermissionDenied

from competitions.domain import codes
from competitions.models import Code, Event
from tests.competitions.lots import draw_all, make_hall, set_state
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


def test_two_people_open_the_codes_after_the_lock(three_layers, coding_judge, supervisor):
    event = three_layers
    with pytest.raises(codes.DecodingRefused, match="locked"):
        codes.ask_to_decode(event=event, by=coding_judge)
    set_state(event, S.LOCKED)
    with pytest.raises(codes.DecodingRefused, match="has not asked"):
        codes.decode(event=event, by=coding_judge, witness=supervisor)
    codes.ask_to_decode(event=event, by=coding_judge)
    codes.ask_to_decode(event=event, by=coding_judge)
    event.refresh_from_db()
    assert event.state == S.LOCKED
    codes.decode(event=event, by=coding_judge, witness=supervisor)
    event.refresh_from_db()
    assert event.state == S.DECODED
    assert (event.decoding.asked_by, event.decoding.witnessed_by) == (coding_judge, supervisor)


def test_one_person_never_opens_the_codes(three_layers, coding_judge, supervisor, organiser, chief):
    event = three_layers
    set_state(event, S.LOCKED)
    for person in (organiser, chief, supervisor):
        with pytest.raises(PermissionDenied):
            codes.ask_to_decode(event=event, by=person)
    codes.ask_to_decode(event=event, by=coding_judge)
    for person in (organiser, chief, coding_judge):
        with pytest.raises(PermissionDenied):
            codes.decode(event=event, by=coding_judge, witness=person)
    make_seat(event, "supervisor", user=coding_judge)
    with pytest.raises(codes.DecodingRefused, match="two people"):
        codes.decode(event=event, by=coding_judge, witness=coding_judge)


def test_every_code_leads_back_to_its_entry_in_two_queries(three_layers, django_assert_num_queries):
    with django_assert_num_queries(2):
        found = codes.entries_by_code(three_layers)
    assert {code.pk: codes.entry_of(code) for code in Code.objects.all()} == found
    assert len(found) == 5 + 4 + 4

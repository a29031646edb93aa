import json
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, connections
from django.utils import timezone

from competitions.domain import check_in, codes, draw_lists, draws
from competitions.domain.draws import DrawRefused
from competitions.models import Code, Draw, Entry, Event, Session, Station
from craft_site.kit import draw as lots
from craft_site.ledger.models import Line
from tests.competitions.lots import draw_all, drawn, make_hall, set_state
from tests.factories import make_entry, make_seat, make_user

S = Event.State
SIX = "4 6 1 3 5 2"


@pytest.fixture
def event(db):
    return make_hall()


@pytest.fixture
def five(event):
    return [make_entry(event) for _ in range(5)]


@pytest.fixture
def three_layers(event, five, coding_judge, supervisor):
    return draw_all(event, five[:4], coding_judge, supervisor)


# --- freezing --------------------------------------------------------------------------------------------------------


def test_the_list_is_the_accepted_entries_without_a_name(event, five, coding_judge):
    make_entry(event, state=Entry.State.REFUSED)
    draw = draws.commit_draw(event=event, purpose="contestant", by=coding_judge)
    assert draw.items == sorted(str(entry.uuid) for entry in five)
    assert draw.labels == ["C-001", "C-002", "C-003", "C-004", "C-005"]
    assert draw.list_hash == lots.list_hash(draw.items)
    assert draw.commitment == lots.commitment(draw.secret.reveal())
    assert (draw.state, draw.seed, draw.dice) == ("committed", "", "")


def test_the_secret_rests_sealed_and_stays_out_of_the_ledger(event, five, coding_judge):
    draw = draws.commit_draw(event=event, purpose="contestant", by=coding_judge)
    secret = draw.secret.reveal()
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM competitions_draw")
        assert secret not in cursor.fetchone()[0]
    assert not Line.objects.filter(body__contains=secret).exists()
    assert Line.objects.get(kind="draw.committed").subject == f"draw:{draw.uuid}"


def test_freezing_twice_gives_one_draw(event, five, coding_judge):
    first = draws.commit_draw(event=event, purpose="contestant", by=coding_judge)
    assert draws.commit_draw(event=event, purpose="contestant", by=coding_judge).pk == first.pk
    assert Draw.objects.count() == 1


def test_nobody_but_the_coding_judge_freezes_a_list(event, five, organiser, chief, supervisor, judge):
    for person in (organiser, chief, supervisor, judge):
        with pytest.raises(PermissionDenied):
            draws.commit_draw(event=event, purpose="contestant", by=person)


@pytest.mark.parametrize(
    ("purpose", "state"),
    [("contestant", S.REGISTERING), ("contestant", S.RUNNING), ("station", S.BRIEFED), ("work", S.LOCKED)],
)
def test_a_list_is_frozen_in_its_own_time_only(event, five, coding_judge, purpose, state):
    set_state(event, state)
    with pytest.raises(DrawRefused, match="in one of these states"):
        draws.commit_draw(event=event, purpose=purpose, by=coding_judge)


def test_an_empty_list_is_refused_clearly(event, coding_judge):
    with pytest.raises(DrawRefused, match="Nobody has been accepted"):
        draws.commit_draw(event=event, purpose="contestant", by=coding_judge)


def test_stations_come_after_contestant_numbers(event, five, coding_judge):
    set_state(event, S.FROZEN)
    with pytest.raises(DrawRefused, match="First draw"):
        draws.commit_draw(event=event, purpose="station", by=coding_judge)


# --- the throw -------------------------------------------------------------------------------------------------------


def test_nothing_is_drawn_before_the_supervisor_enters_the_same_throw(event, five, coding_judge, supervisor):
    draw = draws.commit_draw(event=event, purpose="contestant", by=coding_judge)
    with pytest.raises(DrawRefused, match="has not entered"):
        draws.witness_throw(draw=draw, dice="4 6 1 3 5 2", by=supervisor)
    draws.throw(draw=draw, dice=" ４  6 1 3 5 2 ", by=coding_judge)
    draw.refresh_from_db()
    assert (draw.state, draw.dice, Code.objects.count()) == ("committed", "4 6 1 3 5 2", 0)
    with pytest.raises(DrawRefused, match="not what the coding judge entered"):
        draws.witness_throw(draw=draw, dice="4 6 2 3 5 2", by=supervisor)
    done = draws.witness_throw(draw=draw, dice="4 6 1 3 5 2", by=supervisor)
    assert (done.state, done.drawn_by, done.witnessed_by) == ("drawn", coding_judge, supervisor)


def test_only_a_supervisor_of_the_event_witnesses_and_never_whoever_threw(event, five, coding_judge, chief):
    draw = draws.commit_draw(event=event, purpose="contestant", by=coding_judge)
    draws.throw(draw=draw, dice="1 1 1 1 1 1", by=coding_judge)
    for person in (coding_judge, chief, make_user("supervisor")):
        with pytest.raises(PermissionDenied):
            draws.witness_throw(draw=draw, dice="1 1 1 1 1 1", by=person)
    make_seat(event, "supervisor", user=coding_judge)
    with pytest.raises(DrawRefused, match="cannot witness"):
        draws.witness_throw(draw=draw, dice="1 1 1 1 1 1", by=coding_judge)


@pytest.mark.parametrize(
    "dice", ["", "   ", "\n", "x" * 81, "1\x00 2", "4 6 1 3 5 a", "4 6 1 3 5", "1 " * 7, "-"]
)
def test_a_throw_that_cannot_be_published_is_refused(event, five, coding_judge, dice):
    draw = draws.commit_draw(event=event, purpose="contestant", by=coding_judge)
    with pytest.raises(DrawRefused):
        draws.throw(draw=draw, dice=dice, by=coding_judge)


def test_a_draw_makes_slots_and_numbers_that_anybody_can_compute_again(event, five, coding_judge, supervisor):
    draw = drawn(event, "contestant", coding_judge, supervisor)
    slots = list(draw.slots.all())
    assert not lots.verify_draw(
        items=draw.items,
        list_hash=draw.list_hash,
        commitment=draw.commitment,
        secret=draw.secret.reveal(),
        dice=draw.dice,
        seed=draw.seed,
        order=[slot.item for slot in slots],
    )
    numbers = {str(code.entry.uuid): code.number for code in Code.objects.select_related("entry")}
    assert numbers == {slot.item: slot.label for slot in slots}
    assert len(numbers) == 5


def test_witnessing_twice_draws_once_and_a_drawn_draw_takes_no_other_dice(
    event, five, coding_judge, supervisor
):
    draw = drawn(event, "contestant", coding_judge, supervisor)
    again = draws.witness_throw(draw=draw, dice="4 6 1 3 5 2", by=supervisor)
    assert (again.seed, draw.slots.count()) == (draw.seed, 5)
    with pytest.raises(DrawRefused, match="drawn already"):
        draws.throw(draw=draw, dice="6 6 6 6 6 6", by=coding_judge)


def test_a_withdrawal_after_the_list_was_frozen_leaves_its_number_unused(
    event, five, coding_judge, supervisor
):
    draw = draws.commit_draw(event=event, purpose="contestant", by=coding_judge)
    Entry.objects.filter(pk=five[0].pk).update(state=Entry.State.WITHDRAWN)
    draws.throw(draw=draw, dice="1 1 1 1 1 1", by=coding_judge)
    draws.witness_throw(draw=draw, dice="1 1 1 1 1 1", by=supervisor)
    assert Code.objects.count() == 5
    set_state(event, S.FROZEN)
    for entry in five[1:]:
        check_in.check_in(entry=entry, by=coding_judge)
    unused = Code.objects.get(entry=five[0]).number
    assert unused not in draws.commit_draw(event=event, purpose="station", by=coding_judge).items


def test_no_order_and_no_seed_reach_the_ledger_before_decoding(three_layers):
    lines = "".join(Line.objects.values_list("body", flat=True))
    for draw in Draw.objects.all():
        assert draw.seed not in lines
        assert draw.secret.reveal() not in lines
    for number in Code.objects.values_list("number", flat=True):
        assert number not in lines


# --- stations and works ----------------------------------------------------------------------------------------------


def test_stations_fill_session_after_session_and_whoever_is_not_there_is_absent(three_layers, five):
    event = three_layers
    stations = Code.objects.filter(event=event, layer="station").order_by("number")
    assert [c.number for c in stations] == ["S-101", "S-102", "S-103", "S-201"]
    assert [(c.session.number, c.station.number) for c in stations] == [(1, 1), (1, 2), (1, 3), (2, 1)]
    five[4].refresh_from_db()
    assert five[4].state == Entry.State.ABSENT
    assert {c.parent.entry_id for c in stations} == {entry.pk for entry in five[:4]}
    works = Code.objects.filter(event=event, layer="work").order_by("number")
    assert [c.number for c in works] == ["W-01", "W-02", "W-03", "W-04"]
    assert {c.parent_id for c in works} == {c.pk for c in stations}
    assert {(c.session_id, c.station_id) for c in works} == {(None, None)}


def test_too_few_stations_are_refused_with_the_count_and_nothing_is_frozen(
    event, five, coding_judge, supervisor
):
    drawn(event, "contestant", coding_judge, supervisor)
    set_state(event, S.FROZEN)
    for entry in five:
        check_in.check_in(entry=entry, by=coding_judge)
    event.stations.exclude(number=1).update(usable=False)
    with pytest.raises(DrawRefused, match="5 contestants are checked in, but all sessions together have 2"):
        draws.commit_draw(event=event, purpose="station", by=coding_judge)
    assert not event.draws.filter(purpose="station").exists()


def test_a_bench_that_broke_after_the_freeze_stops_the_draw(event, five, coding_judge, supervisor):
    drawn(event, "contestant", coding_judge, supervisor)
    set_state(event, S.FROZEN)
    check_in.check_in(entry=five[0], by=coding_judge)
    draw = draws.commit_draw(event=event, purpose="station", by=coding_judge)
    draws.throw(draw=draw, dice="1 1 1 1 1 1", by=coding_judge)
    event.stations.filter(number=1).update(usable=False)
    with pytest.raises(DrawRefused, match="S-101"):
        draws.witness_throw(draw=draw, dice="1 1 1 1 1 1", by=supervisor)
    draw.refresh_from_db()
    assert (draw.state, draw.seed, draw.slots.count()) == ("committed", "", 0)


def test_bench_numbers_are_unique_with_a_hundred_benches_and_ten_sessions(event):
    event.sessions.all().delete()
    now = timezone.now()
    Session.objects.bulk_create(
        Session(event=event, number=n, starts_at=now, ends_at=now) for n in range(1, 12)
    )
    Station.objects.bulk_create(Station(event=event, number=n) for n in range(4, 112))
    labels = [bench.label for bench in draw_lists.benches(event)]
    assert len(labels) == len(set(labels)) == 11 * 111
    assert (labels[0], labels[-1]) == ("S-1001", "S-11111")


def test_disqualified_before_the_third_draw_gets_no_work_number(event, five, coding_judge, supervisor):
    drawn(event, "contestant", coding_judge, supervisor)
    set_state(event, S.FROZEN)
    for entry in five[:3]:
        check_in.check_in(entry=entry, by=coding_judge)
    drawn(event, "station", coding_judge, supervisor)
    set_state(event, S.RUNNING)
    Entry.objects.filter(pk=five[0].pk).update(state=Entry.State.DISQUALIFIED)
    drawn(event, "work", coding_judge, supervisor)
    assert Code.objects.filter(layer="work").count() == 2
    assert five[0].pk not in {codes.entry_of(c).pk for c in Code.objects.filter(layer="work")}


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_supervisors_at_the_same_moment_draw_once(event, five, coding_judge, supervisor):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    from concurrent.futures import ThreadPoolExecutor

    second = make_seat(event, "supervisor", user=make_user("supervisor")).user
    draw = draws.commit_draw(event=event, purpose="contestant", by=coding_judge)
    draws.throw(draw=draw, dice="3 3 4 1 6 2", by=coding_judge)

    def witness(by):
        try:
            return draws.witness_throw(draw=draw, dice="3 3 4 1 6 2", by=by).state
        except DrawRefused:
            return "refused"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(witness, (supervisor, second))) == ["drawn", "refused"]
    assert Code.objects.filter(event=event).count() == draw.slots.count() == 5


def test_items_are_texts_that_json_carries(event, five, coding_judge):
    draw = draws.commit_draw(event=event, purpose="contestant", by=coding_judge)
    assert json.loads(json.dumps(draw.items)) == draw.items


@pytest.mark.parametrize(
    "text",
    [
        SIX,
        " ４　６，1,3 5 2",
        "4,6,1,3,5,2",
        "4、6、1、3、5、2",
        "4-6-1-3-5-2",
        "4. 6. 1. 3. 5. 2.",
        "461352",
    ],
)
def test_a_throw_has_one_spelling(text):
    assert draws.read_dice(text) == SIX


@pytest.mark.parametrize(
    ("dice", "said"),
    [("7 8 9", "“7” is not what a die shows"), ("4 6 1 3 5 0", "“0”"), ("3", "6 dice are thrown, and 1")],
)
def test_a_throw_is_of_six_dice_each_one_to_six_and_what_is_wrong_is_named(dice, said):
    with pytest.raises(DrawRefused, match=said):
        draws.read_dice(dice)


def test_the_station_list_is_not_frozen_days_ahead(event, five, coding_judge, supervisor):
    drawn(event, "contestant", coding_judge, supervisor)
    set_state(event, S.FROZEN)
    check_in.check_in(entry=five[0], by=coding_judge)
    first = event.sessions.get(number=1)
    shift = timedelta(days=2)
    for session in event.sessions.all():
        event.sessions.filter(pk=session.pk).update(
            starts_at=session.starts_at + shift, ends_at=session.ends_at + shift
        )
    with pytest.raises(DrawRefused, match="can be frozen from"):
        draws.commit_draw(event=event, purpose="station", by=coding_judge)
    event.sessions.filter(pk=first.pk).update(starts_at=first.starts_at, ends_at=first.ends_at)
    assert draws.commit_draw(event=event, purpose="station", by=coding_judge).purpose == "station"


def test_a_list_of_missing_that_changed_meanwhile_freezes_nothing(event, five, coding_judge, supervisor):
    drawn(event, "contestant", coding_judge, supervisor)
    set_state(event, S.FROZEN)
    check_in.check_in(entry=five[0], by=coding_judge)
    seen = [code.number for code in draw_lists.missing_now(event)]
    assert len(seen) == 4
    check_in.check_in(entry=five[1], by=coding_judge)
    with pytest.raises(draws.MissingChanged):
        draws.commit_draw(event=event, purpose="station", by=coding_judge, missing=seen)
    assert not event.entries.filter(state="absent").exists()
    seen = [code.number for code in draw_lists.missing_now(event)]
    draws.commit_draw(event=event, purpose="station", by=coding_judge, missing=seen)
    assert event.entries.filter(state="absent").count() == 3

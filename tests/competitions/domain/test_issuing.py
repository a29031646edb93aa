import pytest
from django.core.exceptions import PermissionDenied

from competitions.domain import codes, conflicts, issuing
from competitions.domain.issuing import NotAssigned, SheetsBlocked
from competitions.domain.panels import SeatRefused
from competitions.models import Code, Mark, Sheet
from craft_site.ledger.models import Line
from tests.competitions.seats import add_scheme, code_entry, coded_event
from tests.factories import make_entry, make_event, make_seat, make_user


@pytest.fixture
def event(db):
    return coded_event()


@pytest.fixture
def entries(event):
    return list(event.entries.order_by("pk"))


@pytest.fixture
def barred(event, entries):
    return make_seat(event, "result", user=make_user("judge", employer=entries[0].employer))


def full_panels(event, *, reserve=True):
    """Every place taken: floor, measuring, three result judges and perhaps a reserve."""
    seats = [make_seat(event, "floor"), make_seat(event, "measuring")]
    return seats + [make_seat(event, "result", place=n) for n in range(1, 5 if reserve else 4)]


def test_every_seat_gets_the_codes_of_its_layer_and_no_other(event, coding_judge):
    floor, measuring, *result = full_panels(event, reserve=False)
    done = issuing.issue_sheets(event=event, by=coding_judge)
    assert done.made == 3 + 3 + 9
    layers = set(Sheet.objects.values_list("seat__role", "code__layer"))
    assert layers == {("floor", "station"), ("measuring", "work"), ("result", "work")}
    assert set(floor.sheets.values_list("marks_due", flat=True)) == {1}
    assert floor.sheets.first().aspects == ["B1.1"]
    assert measuring.sheets.first().aspects == ["A1.1"]
    assert {tuple(s.aspects) for seat in result for s in seat.sheets.all()} == {("A1.2",)}


def test_issuing_again_adds_only_what_is_missing(event, coding_judge):
    full_panels(event)
    issuing.issue_sheets(event=event, by=coding_judge)
    before = set(Sheet.objects.values_list("pk", flat=True))
    assert issuing.issue_sheets(event=event, by=coding_judge).made == 0
    code_entry(event, 8, event.sessions.first(), last=20)
    assert issuing.issue_sheets(event=event, by=coding_judge).made == 5
    assert before < set(Sheet.objects.values_list("pk", flat=True))
    assert Line.objects.filter(kind="sheets.issued").count() == 2


def test_floor_sheets_follow_the_sessions_of_the_seat(event, coding_judge):
    full_panels(event)[0].delete()
    for session in event.sessions.all():
        make_seat(event, "floor").sessions.add(session)
    issuing.issue_sheets(event=event, by=coding_judge)
    for sheet in Sheet.objects.filter(seat__role="floor"):
        assert list(sheet.seat.sessions.all()) == [sheet.code.session]


def test_floor_sheets_are_issued_before_the_works_are_coded(db, coding_judge, organiser):
    event = coded_event(2, works=False)
    make_seat(event, "floor")
    assert issuing.issue_sheets(event=event, by=organiser).made == 2


def test_a_barred_pair_gets_no_sheet_and_the_reserve_marks_in_its_place(event, entries, coding_judge):
    full_panels(event)
    barred = event.seats.get(role="result", place=2)
    barred.user.employer = entries[0].employer
    barred.user.save()
    issuing.issue_sheets(event=event, by=coding_judge)
    work = next(c for c in Code.objects.filter(layer="work") if codes.entry_of(c) == entries[0])
    assert sorted(work.sheets.values_list("seat__place", flat=True)) == [1, 1, 3, 4]
    reserve = event.seats.get(role="result", place=4)
    assert [sheet.code for sheet in reserve.sheets.all()] == [work]


def test_a_gap_that_ties_leave_is_named_and_nothing_is_issued(event, entries, coding_judge):
    full_panels(event, reserve=False)
    barred = event.seats.get(role="result", place=2)
    barred.user.employer = entries[0].employer
    barred.user.save()
    with pytest.raises(SheetsBlocked) as blocked:
        issuing.issue_sheets(event=event, by=coding_judge)
    work = next(c for c in Code.objects.filter(layer="work") if codes.entry_of(c) == entries[0])
    (hole,) = blocked.value.holes
    assert (hole.aspect, hole.code, hole.has, hole.needs, hole.why) == ("A1.2", work.number, 2, 3, "bars")
    assert not Sheet.objects.exists()


def test_a_waiver_closes_the_gap(event, entries, coding_judge, chief, supervisor):
    full_panels(event, reserve=False)
    barred = event.seats.get(role="result", place=2)
    barred.user.employer = entries[0].employer
    barred.user.save()
    for person in (chief, supervisor):
        conflicts.waive(seat=barred, entry=entries[0], reason="Nobody else measures this.", by=person)
    assert issuing.issue_sheets(event=event, by=coding_judge).made == 15


def test_an_empty_place_is_named_for_each_code(event, coding_judge):
    full_panels(event, reserve=False)
    event.seats.get(role="result", place=3).delete()
    with pytest.raises(SheetsBlocked) as blocked:
        issuing.issue_sheets(event=event, by=coding_judge)
    assert {(h.aspect, h.code, h.why) for h in blocked.value.holes} == {
        ("A1.2", f"W-0{n}", "seats") for n in (1, 2, 3)
    }


def test_two_judges_at_one_instrument_where_the_scheme_wants_them(event, coding_judge):
    event.schemes.all().delete()
    add_scheme(event, judges_min=2)
    floor, measuring, *_ = full_panels(event)
    with pytest.raises(SheetsBlocked) as blocked:
        issuing.issue_sheets(event=event, by=coding_judge)
    assert {(h.aspect, h.why) for h in blocked.value.holes} == {("A1.1", "witness"), ("B1.1", "witness")}
    for seat in (floor, measuring):
        seat.witness = make_user("judge")
        seat.save()
    assert issuing.issue_sheets(event=event, by=coding_judge).made == 15


def test_a_tie_found_after_the_issue_takes_an_unmarked_sheet_back_but_never_a_marked_one(
    event, entries, coding_judge
):
    full_panels(event)
    issuing.issue_sheets(event=event, by=coding_judge)
    seat = event.seats.get(role="result", place=1)
    conflicts.declare(judge=seat.user, kind="kin", person_name=entries[0].worker.name)
    assert issuing.issue_sheets(event=event, by=coding_judge) == issuing.Issued(1, 14, 1)
    other = event.seats.get(role="result", place=2)
    work = next(c for c in Code.objects.filter(layer="work") if codes.entry_of(c) == entries[1])
    sheet = Sheet.objects.get(seat=other, code=work)
    Mark.objects.create(sheet=sheet, aspect="A1.2", values=["2"], client_id=sheet.uuid, by=other.user, seq=1)
    conflicts.declare(judge=other.user, kind="kin", person_name=entries[1].worker.name)
    with pytest.raises(SheetsBlocked) as blocked:
        issuing.issue_sheets(event=event, by=coding_judge)
    assert [h.why for h in blocked.value.holes] == ["begun"]
    assert Sheet.objects.filter(pk=sheet.pk).exists()


def test_one_sheet_for_a_barred_pair_is_refused_without_a_word_why(
    event, entries, barred, coding_judge, judge
):
    works = {codes.entry_of(c).pk: c for c in Code.objects.filter(layer="work")}
    with pytest.raises(NotAssigned) as refused:
        issuing.issue_sheet(seat=barred, code=works[entries[0].pk], by=coding_judge)
    assert str(refused.value) == "You are not assigned this work."
    station = Code.objects.filter(layer="station").first()
    with pytest.raises(NotAssigned) as same:
        issuing.issue_sheet(seat=barred, code=station, by=coding_judge)
    assert str(same.value) == str(refused.value)
    sheet = issuing.issue_sheet(seat=barred, code=works[entries[1].pk], by=coding_judge)
    assert issuing.issue_sheet(seat=barred, code=works[entries[1].pk], by=coding_judge) == sheet
    with pytest.raises(PermissionDenied):
        issuing.issue_sheet(seat=barred, code=works[entries[2].pk], by=judge)


def test_a_single_sheet_never_adds_a_judge_to_a_full_panel(event, coding_judge):
    full_panels(event)
    issuing.issue_sheets(event=event, by=coding_judge)
    reserve = event.seats.get(role="result", place=4)
    work = Code.objects.filter(layer="work").first()
    with pytest.raises(NotAssigned):
        issuing.issue_sheet(seat=reserve, code=work, by=coding_judge)
    Sheet.objects.get(code=work, seat__role="result", seat__place=1).delete()
    assert issuing.issue_sheet(seat=reserve, code=work, by=coding_judge).aspects == ["A1.2"]


def test_sheets_are_issued_by_coding_judge_chief_or_organiser_alone(
    event, organiser, chief, coding_judge, supervisor, judge
):
    for person in (supervisor, judge, make_user("judge")):
        with pytest.raises(PermissionDenied):
            issuing.issue_sheets(event=event, by=person)
    make_seat(event, "floor"), make_seat(event, "measuring")
    for place in (2, 3):  # `judge` has the first
        make_seat(event, "result", place=place)
    for person in (organiser, chief, coding_judge):
        issuing.issue_sheets(event=event, by=person)


def test_sheets_are_issued_in_their_time_only(organiser, db):
    event = coded_event(state="locked")
    with pytest.raises(SeatRefused, match="before the marks are locked"):
        issuing.issue_sheets(event=event, by=organiser)
    bare = make_event(state="running")
    make_entry(bare)
    with pytest.raises(SeatRefused, match="no marking scheme"):
        issuing.issue_sheets(event=bare, by=organiser)
    add_scheme(bare)
    with pytest.raises(SeatRefused, match="No station is drawn"):
        issuing.issue_sheets(event=bare, by=organiser)


@pytest.mark.parametrize("size", [2, 20])
def test_the_plan_costs_the_same_queries_at_any_size(django_assert_num_queries, db, size):
    event = coded_event(size)
    full_panels(event)
    with django_assert_num_queries(16):
        assert not issuing.plan_sheets(event).holes

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from competitions.domain import panels
from competitions.domain.panels import SeatRefused
from competitions.models import Code, Seat, Sheet
from craft_site.ledger.models import Line
from tests.competitions.seats import coded_event
from tests.factories import make_entry, make_event, make_seat, make_user, make_worker


@pytest.fixture
def event(db):
    return coded_event()


def give(event, organiser, role, **fields):
    user = fields.pop("user", None) or make_user("supervisor" if role == "supervisor" else "judge")
    return panels.give_seat(event=event, user=user, role=role, by=organiser, **fields)


def test_the_organiser_gives_seats_and_nobody_else_does(event, organiser, chief, coding_judge, reviewer):
    assert give(event, organiser, "result", aspects=["A1.2"], place=2).place == 2
    for person in (chief, coding_judge, reviewer):
        with pytest.raises(PermissionDenied):
            give(event, person, "result", aspects=["A1.2"], place=3)


def test_an_organiser_who_marks_in_the_event_gives_no_seat(event, organiser):
    make_seat(event, "result", user=organiser)
    with pytest.raises(PermissionDenied):
        give(event, organiser, "chief")


def test_the_same_seat_twice_is_one_seat(event, organiser):
    user = make_user("judge")
    first = give(event, organiser, "result", user=user, aspects=["A1.2"])
    assert give(event, organiser, "result", user=user, aspects=["A1.2"]) == first
    with pytest.raises(SeatRefused, match="change it instead"):
        give(event, organiser, "result", user=user, aspects=["A1.2"], place=2)


@pytest.mark.parametrize(
    ("held", "wanted"),
    [
        ("coding", "chief"),
        ("coding", "floor"),
        ("coding", "measuring"),
        ("coding", "result"),
        ("coding", "recorder"),
        ("result", "coding"),
        ("arbiter", "result"),
        ("arbiter", "chief"),
        ("arbiter", "coding"),
        ("chief", "arbiter"),
        ("supervisor", "floor"),
        ("supervisor", "measuring"),
        ("supervisor", "result"),
        ("supervisor", "chief"),
        ("measuring", "supervisor"),
        ("floor", "result"),
        ("measuring", "floor"),
    ],
)
def test_two_seats_that_one_person_never_holds(event, organiser, held, wanted):
    user = make_user("judge", "supervisor")
    make_seat(event, held, user=user)
    with pytest.raises(SeatRefused, match="in the same event"):
        give(event, organiser, wanted, user=user)
    assert Seat.objects.filter(user=user).count() == 1


@pytest.mark.parametrize(("held", "wanted"), [("measuring", "result"), ("arbiter", "supervisor")])
def test_two_seats_that_one_person_may_hold(event, organiser, held, wanted):
    user = make_user("judge", "supervisor")
    make_seat(event, held, user=user)
    assert give(event, organiser, wanted, user=user).pk


def test_one_person_chairs_and_another_follows_once_the_seat_is_left(event, organiser):
    first = give(event, organiser, "chief")
    with pytest.raises(SeatRefused, match=f"{first.user} is chief judge"):
        give(event, organiser, "chief")
    panels.leave_seat(seat=first, by=organiser)
    assert give(event, organiser, "chief").left_at is None


def test_the_same_two_seats_in_two_events_are_no_matter(event, organiser):
    user = make_user("judge")
    make_seat(make_event(), "coding", user=user)
    assert give(event, organiser, "result", user=user)


def test_who_has_left_a_seat_with_sheets_is_still_what_they_were(event, organiser):
    user = make_user("judge")
    seat = make_seat(event, "result", user=user, left_at=timezone.now())
    Sheet.objects.create(event=event, code=Code.objects.filter(layer="work").first(), seat=seat)
    with pytest.raises(SeatRefused, match="in the same event"):
        give(event, organiser, "coding", user=user)


def test_a_contestant_holds_no_seat_and_is_no_second_judge(event, organiser):
    user = make_user("judge")
    make_entry(event, worker=make_worker(user=user))
    with pytest.raises(SeatRefused, match="entered for the event"):
        give(event, organiser, "result", user=user)
    with pytest.raises(SeatRefused, match="entered for the event"):
        give(event, organiser, "measuring", witness=user)


def test_nobody_gives_a_judges_seat_to_themselves(event):
    both = make_user("organiser", "judge")
    with pytest.raises(SeatRefused, match="themselves"):
        give(event, both, "result", user=both)


def test_an_account_without_the_role_gets_no_seat(event, organiser):
    with pytest.raises(SeatRefused, match="not a Judge"):
        give(event, organiser, "result", user=make_user("worker"))
    with pytest.raises(SeatRefused, match="not a Supervisor"):
        give(event, organiser, "supervisor", user=make_user("judge"))
    with pytest.raises(SeatRefused, match="closed"):
        give(event, organiser, "result", user=make_user("judge", is_active=False))


@pytest.mark.parametrize(
    ("role", "aspects", "words"),
    [
        ("result", ["Z9"], "no aspect Z9"),
        ("result", ["B1.1"], "does not mark B1.1"),
        ("measuring", ["A1.2"], "does not mark A1.2"),
        ("floor", ["A1.1"], "does not mark A1.1"),
        ("chief", ["A1.1"], "Only seats that mark"),
    ],
)
def test_a_seat_marks_only_what_its_role_marks(event, organiser, role, aspects, words):
    with pytest.raises(SeatRefused, match=words):
        give(event, organiser, role, aspects=aspects)


def test_only_floor_seats_have_sessions(event, organiser):
    session = event.sessions.first()
    assert list(give(event, organiser, "floor", sessions=[session]).sessions.all()) == [session]
    with pytest.raises(SeatRefused, match="must not know when"):
        give(event, organiser, "result", sessions=[session])
    with pytest.raises(SeatRefused, match="another event"):
        give(event, organiser, "floor", sessions=coded_event(1).sessions.all(), place=2)


def test_a_place_on_a_panel_is_taken_once_an_aspect_and_session(event, organiser):
    give(event, organiser, "result", aspects=["A1.2"])
    with pytest.raises(SeatRefused, match=r"Place 1 on the panel of A1\.2 is taken"):
        give(event, organiser, "result")
    give(event, organiser, "result", place=2)
    one, two = event.sessions.all()
    give(event, organiser, "floor", sessions=[one])
    give(event, organiser, "floor", sessions=[two])
    with pytest.raises(SeatRefused, match="taken"):
        give(event, organiser, "floor")


def test_a_second_judge_is_another_judge_who_may_see_the_same(event, organiser, coding_judge):
    user = make_user("judge")
    with pytest.raises(SeatRefused, match="another person"):
        give(event, organiser, "measuring", user=user, witness=user)
    with pytest.raises(SeatRefused, match="in the same event"):
        give(event, organiser, "measuring", witness=coding_judge)
    with pytest.raises(SeatRefused, match="judge of the site"):
        give(event, organiser, "measuring", witness=make_user("worker"))
    assert give(event, organiser, "measuring", witness=make_user("judge")).witness_id


def test_a_seat_changes_until_it_has_sheets(event, organiser):
    seat = give(event, organiser, "result", aspects=["A1.2"])
    change = {"by": organiser, "aspects": ["A1.1"], "sessions": [], "witness": None}
    assert panels.change_seat(seat=seat, place=2, **change).aspects == ["A1.1"]
    Sheet.objects.create(event=event, code=Code.objects.filter(layer="work").first(), seat=seat)
    with pytest.raises(SeatRefused, match="Sheets are issued"):
        panels.change_seat(seat=seat, place=1, **change)
    changed = panels.change_seat(seat=seat, place=2, qualification="Technician", **change)
    assert changed.qualification == "Technician"


def test_leaving_gives_back_what_is_not_begun(event, organiser, chief):
    seat = give(event, organiser, "result", aspects=["A1.2"])
    works = list(Code.objects.filter(layer="work"))
    Sheet.objects.create(event=event, code=works[0], seat=seat)
    begun = Sheet.objects.create(event=event, code=works[1], seat=seat, state="entered")
    with pytest.raises(SeatRefused, match="1 sheets of this seat are begun"):
        panels.leave_seat(seat=seat, by=organiser)
    Sheet.objects.filter(pk=begun.pk).update(state="signed")
    with pytest.raises(PermissionDenied):
        panels.leave_seat(seat=seat, by=chief)
    assert panels.leave_seat(seat=seat, by=organiser).left_at
    assert list(seat.sheets.all()) == [begun]
    assert panels.leave_seat(seat=seat, by=organiser).left_at
    assert Line.objects.filter(kind="seat.left").count() == 1


def test_no_seat_is_given_once_the_marks_are_locked_but_an_arbiters(organiser):
    event = coded_event(1, state="locked")
    with pytest.raises(SeatRefused, match="locked"):
        give(event, organiser, "result")
    assert give(event, organiser, "arbiter")


def test_the_database_refuses_a_second_seat_of_one_role(event, organiser):
    seat = give(event, organiser, "chief")
    with pytest.raises(IntegrityError), transaction.atomic():
        Seat.objects.create(event=event, user=seat.user, role="chief", place=2)


def test_the_ledger_names_nobody(event, organiser):
    seat = give(event, organiser, "result", user=make_user("judge", name="Unmistakable Name"))
    line = Line.objects.get(kind="seat.given")
    assert "Unmistakable" not in line.body
    assert str(seat.user.uuid) in line.body

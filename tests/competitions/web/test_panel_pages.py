"""The pages of seats, ties and sheets: who may do what, and that nobody who marks learns a name on any of them."""

import re
from html import unescape
from io import BytesIO

import pytest
from django.urls import NoReverseMatch, reverse
from openpyxl import load_workbook

from competitions.domain import conflicts
from competitions.models import Code, Declaration, Draw, Entry, Event, Seat, Sheet, Waiver
from competitions.web.desk import draws as desk_draws
from competitions.web.desk import panels as desk_panels
from competitions.web.judge import ties as judge_ties
from competitions.web.public import draws as public_draws
from tests.competitions.seats import code_entry, coded_event
from tests.factories import make_employer, make_entry, make_seat, make_user, make_worker


@pytest.fixture
def event(db):
    return coded_event()


def full(event, *, reserve=True):
    make_seat(event, "floor")
    make_seat(event, "measuring")
    for place in range(1, 5 if reserve else 4):
        make_seat(event, "result", place=place)


def at(name, event, *args):
    return reverse(f"desk:{name}", args=(event.code, *args))


# --- seats -----------------------------------------------------------------------------------------------------------


def test_the_organiser_gives_changes_and_takes_back_a_seat(client, event, organiser):
    client.force_login(organiser)
    user, second = make_user("judge", name="Judge One"), make_user("judge", name="Judge Two")
    data = {"user": user.pk, "role": "measuring", "place": "1", "aspects": ["A1.1"], "witness": second.pk}
    assert client.post(at("seat_new", event), data).status_code == 302
    seat = Seat.objects.get(user=user)
    assert (seat.aspects, seat.witness) == (["A1.1"], second)
    page = client.get(at("seats", event)).content.decode()
    assert "Judge One" in page
    assert "Judge Two" in page
    change = {"place": "2", "aspects": [], "witness": second.pk, "qualification": "Senior technician"}
    client.post(at("seat", event, seat.pk), change)
    seat.refresh_from_db()
    assert (seat.place, seat.aspects, seat.qualification) == (2, [], "Senior technician")
    client.post(at("seat_leave", event, seat.pk))
    seat.refresh_from_db()
    assert seat.left_at


def test_a_refused_seat_says_why_in_the_form(client, event, organiser):
    client.force_login(organiser)
    user = make_user("judge")
    make_seat(event, "coding", user=user)
    answer = client.post(at("seat_new", event), {"user": user.pk, "role": "result", "place": "1"})
    assert answer.status_code == 200
    assert "in the same event" in unescape(answer.content.decode())
    answer = client.post(at("seat_new", event), {"user": "x", "role": "?", "place": "0"})
    assert answer.status_code == 200
    assert Seat.objects.count() == 1


@pytest.mark.parametrize("who", ["judge", "coding_judge", "reviewer", "contestant", "outsider", None])
@pytest.mark.parametrize("name", ["seats", "seats_export", "seat_new", "seat", "seat_leave", "seat_ties"])
def test_the_seats_are_closed_to_everybody_else(request, client, event, name, who):
    seat = make_seat(event, "recorder")
    if who:
        client.force_login(request.getfixturevalue(who))
    address = at(name, event, *((seat.pk,) if name in ("seat", "seat_leave") else ()))
    for answer in (client.get(address), client.post(address)):
        assert answer.status_code in (302, 403, 404, 405)
        assert answer.status_code != 302 or "/sign-in/" in answer["Location"]
    seat.refresh_from_db()
    assert seat.left_at is None


@pytest.mark.parametrize("who", ["chief", "supervisor"])
def test_chief_and_supervisor_look_and_change_nothing(request, client, event, who):
    client.force_login(request.getfixturevalue(who))
    seat = make_seat(event, "recorder")
    assert client.get(at("seats", event)).status_code == 200
    assert client.get(at("seat_ties", event)).status_code == 200
    for address in (at("seat_new", event), at("seat", event, seat.pk), at("seat_leave", event, seat.pk)):
        assert client.post(address, {}).status_code == 403


@pytest.mark.parametrize("size", [1, 40])
def test_the_list_of_seats_costs_the_same_queries_at_any_size(
    client, django_assert_max_num_queries, event, organiser, size
):
    for place in range(1, size + 1):
        make_seat(event, "result", place=place, witness=make_user("judge"))
    client.force_login(organiser)
    with django_assert_max_num_queries(10):
        client.get(at("seats", event))


def test_the_exported_seats_honour_the_filter(client, event, organiser):
    full(event)
    client.force_login(organiser)
    book = load_workbook(BytesIO(client.get(at("seats_export", event), {"role": "floor"}).content))
    rows = list(book.active.values)
    assert [row[1] for row in rows[2:]] == ["Floor judge"]


def test_a_bad_filter_value_is_named_and_not_answered_with_nothing(client, event, organiser):
    full(event)
    client.force_login(organiser)
    page = unescape(client.get(at("seats", event), {"role": "emperor"}).content.decode())
    assert "emperor is not one of the available choices" in page


# --- ties ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def barred(event):
    entry = event.entries.order_by("pk").first()
    seat = make_seat(event, "result", user=make_user("judge", employer=entry.employer))
    return seat, entry


def test_chief_and_supervisor_waive_each_by_an_own_action(client, event, barred, chief, supervisor):
    seat, entry = barred
    address = at("seat_waive", event, seat.pk, entry.uuid)
    client.force_login(chief)
    assert "required" in client.post(address, {"reason": ""}).content.decode()
    client.post(address, {"reason": "Nobody else can measure this."})
    assert not Waiver.objects.get().in_force
    client.force_login(supervisor)
    assert "Nobody else can measure this." in client.get(address).content.decode()
    client.post(address, {"decision": "waive"})
    assert Waiver.objects.get().in_force


def test_a_waiver_can_be_refused(client, event, barred, chief, supervisor):
    seat, entry = barred
    conflicts.waive(seat=seat, entry=entry, reason="x", by=chief)
    client.force_login(supervisor)
    client.post(at("seat_waive", event, seat.pk, entry.uuid), {"decision": "refuse"})
    assert not Waiver.objects.exists()


@pytest.mark.parametrize("who", ["organiser", "judge", "coding_judge", "contestant", None])
def test_nobody_else_waives_by_the_address(request, client, event, barred, who):
    seat, entry = barred
    if who:
        client.force_login(request.getfixturevalue(who))
    answer = client.post(at("seat_waive", event, seat.pk, entry.uuid), {"reason": "x"})
    assert answer.status_code in (302, 403, 404)
    assert not Waiver.objects.exists()


def test_the_page_of_ties_names_no_contestant(client, event, barred, chief):
    _seat, entry = barred
    client.force_login(chief)
    page = client.get(at("seat_ties", event)).content.decode()
    assert entry.reference in page
    assert entry.worker.name not in page


def test_a_judge_declares_and_the_office_matches(client, event, organiser, judge):
    worker = event.entries.first().worker
    client.force_login(judge)
    data = {"kind": "kin", "person_name": worker.name, "employer_name": "Some firm"}
    done = client.post(reverse("judge:declare"), data, follow=True).content.decode()
    assert "Your declaration is recorded" in done
    assert "atched" not in done
    client.force_login(organiser)
    declared = Declaration.objects.get()
    assert worker.name in client.get(reverse("desk:declarations")).content.decode()
    assert (
        "one of the two" in client.post(reverse("desk:declaration", args=(declared.pk,)), {}).content.decode()
    )
    client.post(reverse("desk:declaration", args=(declared.pk,)), {"worker": worker.pk})
    declared.refresh_from_db()
    assert declared.worker == worker
    client.post(reverse("desk:declaration_set_aside", args=(declared.pk,)))
    declared.refresh_from_db()
    assert declared.withdrawn_at


def test_a_declaration_of_somebody_is_answered_like_one_of_nobody(client, event, judge):
    worker = event.entries.first().worker
    client.force_login(judge)
    pages = []
    for name in (worker.name, "Nobody At All"):
        data = {"kind": "kin", "person_name": name, "employer_name": worker.employer.name}
        page = client.post(reverse("judge:declare"), data, follow=True).content.decode()
        pages.append(re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", page).replace(name, "NAME"))
        Declaration.objects.all().delete()
    assert pages[0] == pages[1]
    assert "no person" not in pages[0]
    empty = client.post(reverse("judge:declare"), {"kind": "kin"}).content.decode()
    assert "Name a person, an employer, or both." in empty


def test_a_firm_that_is_not_registered_is_answered_like_one_that_is(client, event, judge):
    client.force_login(judge)
    for firm in (event.entries.first().worker.employer.name, "No such firm"):
        data = {"kind": "declared", "employer_name": firm}
        page = client.post(reverse("judge:declare"), data, follow=True).content.decode()
        assert "kept as you wrote it: where that is not the full name of a registered one" in page


def test_a_name_too_long_is_refused_whole_and_never_cut(client, event, judge):
    client.force_login(judge)
    page = client.get(reverse("judge:declare")).content.decode()
    assert "maxlength" not in page
    assert reverse("judge:home") in page
    answer = client.post(reverse("judge:declare"), {"kind": "kin", "person_name": "N" * 51})
    assert answer.context["form"].errors["person_name"]
    assert not Declaration.objects.exists()


@pytest.mark.parametrize("who", ["judge", "chief", "supervisor", "reviewer", "outsider", None])
@pytest.mark.parametrize("name", ["declarations", "declaration", "declaration_set_aside"])
def test_declarations_are_the_organisers_work(request, client, event, name, who):
    declared = conflicts.declare(judge=make_user("judge"), kind="kin", person_name="Somebody")
    if who:
        client.force_login(request.getfixturevalue(who))
    address = reverse(f"desk:{name}", args=() if name == "declarations" else (declared.pk,))
    for answer in (client.get(address), client.post(address)):
        assert answer.status_code in (302, 403, 405)
    declared.refresh_from_db()
    assert declared.withdrawn_at is None


def test_one_judge_does_not_see_anothers_declaration(client, event, judge):
    conflicts.declare(judge=make_user("judge"), kind="kin", person_name="Somebody Particular")
    client.force_login(judge)
    assert "Somebody Particular" not in client.get(reverse("judge:declare")).content.decode()


# --- sheets ----------------------------------------------------------------------------------------------------------


def test_the_coding_judge_issues_the_sheets(client, event, coding_judge):
    full(event)
    client.force_login(coding_judge)
    address = at("seat_sheets", event)
    assert "To be issued now" in client.get(address).content.decode()
    assert "15 sheets issued" in client.post(address, follow=True).content.decode()
    assert "0 sheets issued, 15 were there already" in client.post(address, follow=True).content.decode()
    assert Sheet.objects.count() == 15


def test_a_gap_is_named_with_its_code_for_the_coding_judge_alone(
    client, event, coding_judge, chief, organiser
):
    full(event, reserve=False)
    entry = event.entries.first()
    seat = Seat.objects.get(role="result", place=2)
    seat.user.employer = entry.employer
    seat.user.save()
    for person, sees in ((coding_judge, True), (chief, False), (organiser, False)):
        client.force_login(person)
        page = client.post(at("seat_sheets", event)).content.decode()
        assert "only 2 of 3 judges are free of ties" in page
        assert bool(re.search(r"W-0\d", page)) is sees
    assert not Sheet.objects.exists()


@pytest.mark.parametrize("who", ["supervisor", "judge", "reviewer", "contestant", None])
def test_nobody_else_issues_sheets(request, client, event, who):
    full(event)
    if who:
        client.force_login(request.getfixturevalue(who))
    assert client.post(at("seat_sheets", event)).status_code in (302, 403, 404)
    assert not Sheet.objects.exists()


# --- the canary ------------------------------------------------------------------------------------------------------


def addresses(event):
    """Every address of these pages with every argument that fits."""
    patterns = {
        "desk": (*desk_draws.urlpatterns, *desk_panels.urlpatterns),
        "judge": judge_ties.urlpatterns,
        "contest": public_draws.urlpatterns,
    }
    draws, seats = list(Draw.objects.all()), list(Seat.objects.all())
    values = {
        "code": [event.code],
        "layer": Code.Layer.values,
        "purpose": Draw.Purpose.values,
        "round": [1],
        "pk": [*(seat.pk for seat in seats), *Declaration.objects.values_list("pk", flat=True)],
        "uuid": [
            *(draw.uuid for draw in draws),
            *Code.objects.values_list("uuid", flat=True),
            *Entry.objects.values_list("uuid", flat=True),
        ],
    }
    for face, found in patterns.items():
        for pattern in found:
            names = list(pattern.pattern.converters)
            sets = [{}]
            for name in names:
                sets = [{**given, name: value} for given in sets for value in values[name]]
            for given in sets:
                try:
                    yield reverse(f"{face}:{pattern.name}", kwargs=given)
                except NoReverseMatch:
                    continue


@pytest.mark.one_database
@pytest.mark.parametrize("role", ["result", "floor", "measuring"])
def test_no_page_shows_a_judge_a_canary_or_a_second_layer(client, db, role):
    event = coded_event(1)
    tokens = []
    for n in (2, 3):
        name, firm, reference = f"Canary-Name-{n}", f"Canary-Firm-{n}", f"CANARY-{n}"
        employer = make_employer(firm)
        code_entry(
            event,
            n,
            event.sessions.first(),
            last=9,
            worker=make_worker(name, employer=employer),
            employer=employer,
            reference=reference,
        )
        tokens += [name, firm, reference]
    make_entry(event, worker=make_worker("Canary-Absent"), reference="CANARY-A", state=Entry.State.ABSENT)
    tokens += ["Canary-Absent", "CANARY-A"]
    judge = make_seat(event, role).user
    for purpose in Draw.Purpose.values:
        Draw.objects.create(
            event=event,
            purpose=purpose,
            items=["a"],
            labels=["A"],
            list_hash="0" * 64,
            commitment="1" * 64,
            secret="the sealed secret",
            dice="1",
            seed="5eed" * 16,
            state=Draw.State.DRAWN,
            committed_by=make_user(),
        )
    conflicts.declare(judge=make_user("judge"), kind="kin", person_name="Canary-Name-2")
    own = "station" if role == "floor" else "work"
    other_numbers = Code.objects.filter(event=event).exclude(layer=own).values_list("number", flat=True)
    client.force_login(judge)
    seen = 0
    for address in addresses(event):
        for answer in (client.get(address), client.get(address, {"q": "Canary", "number": "0"})):
            assert answer.status_code < 500, address
            body = answer.content.decode("utf-8", "replace")
            if answer.get("Content-Type", "").startswith("application/vnd.openxml"):
                body = "\n".join(
                    str(cell) for row in load_workbook(BytesIO(answer.content)).active.values for cell in row
                )
            assert not [token for token in tokens if token in body], address
            assert not [number for number in other_numbers if number in body], address
            seen += answer.status_code == 200
    assert seen > 6
    assert Event.objects.get().state == "running"

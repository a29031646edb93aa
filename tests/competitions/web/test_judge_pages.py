"""A judge's own pages, the benches and the chief judge's desk: who sees what, at which cost."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from competitions.domain import incidents, signing
from competitions.models import Event, Mark, PenaltyRecord, PlayRecord, Sheet, Signature, TimeCredit
from tests.competitions.marking_contest import enter, make_marking, mark
from tests.factories import make_seat, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def marking():
    return make_marking(works=2)


@pytest.fixture
def watcher(marking):
    return make_seat(marking.event, "supervisor", user=make_user("supervisor")).user


def address(name, marking, *args):
    return reverse(name, args=(marking.event.code, *args))


def fill(sheet):
    given = [
        mark(code, counts={}) if code in {"E1.1", "E1.2"} else mark(code, not_done=True)
        for code in sheet.aspects
    ]
    enter(sheet, *given)
    return sheet


def body(response):
    return response.content.decode()


# --- my sheets ---


def test_home_lists_my_sheets_and_nobody_elses(client, marking):
    client.force_login(marking.measuring.user)
    found = body(client.get(reverse("judge:home")))
    assert str(marking.sheet(marking.measuring).uuid) in found
    assert str(marking.sheet(marking.panel[0]).uuid) not in found
    assert "S-01" not in found


def test_no_name_and_no_other_layer_reaches_a_judge(client, marking):
    sheet = marking.sheet(marking.panel[0])
    client.force_login(sheet.seat.user)
    names = [entry.worker.name for entry in marking.event.entries.all()]
    for page in (reverse("judge:home"), sheet.get_absolute_url(), reverse("judge:check", args=(sheet.uuid,))):
        found = body(client.get(page))
        assert not any(name in found for name in (*names, "S-01", "C-001"))


def test_home_puts_an_alarm_first(client, marking):
    for seat, value in zip(marking.panel, "023", strict=True):
        enter(marking.sheet(seat, marking.works[1]), mark("B1.3", value))
    client.force_login(marking.panel[0].user)
    assert client.get(reverse("judge:home")).context["next"].code.number == "W-02"


@pytest.mark.parametrize("works", [1, 12])
def test_home_costs_the_same_at_any_size(client, works, django_assert_max_num_queries):
    marking = make_marking(works=works)
    client.force_login(marking.measuring.user)
    with django_assert_max_num_queries(8):
        assert client.get(reverse("judge:home")).status_code == 200


def test_a_sheet_page_costs_at_most_ten_queries(client, marking, django_assert_max_num_queries):
    sheet = fill(marking.sheet(marking.panel[0]))
    client.force_login(sheet.seat.user)
    with django_assert_max_num_queries(10):
        assert client.get(sheet.get_absolute_url()).status_code == 200


@pytest.mark.parametrize("who", ["panel", "organiser", "contestant", "stranger"])
def test_a_sheet_opens_for_its_judge_alone(client, marking, who, organiser, contestant):
    sheet = marking.sheet(marking.measuring)
    people = {"panel": marking.panel[0].user, "organiser": organiser, "contestant": contestant}
    if who != "stranger":
        client.force_login(people[who])
    for name in ("judge:sheet", "judge:check", "judge:signed"):
        assert client.get(reverse(name, args=(sheet.uuid,))).status_code in (302, 403, 404)
    client.force_login(sheet.seat.user)
    assert client.get(sheet.get_absolute_url()).status_code == 200


def test_a_sheet_page_never_holds_the_values_of_an_unfinished_panel(client, marking):
    enter(marking.sheet(marking.panel[0]), mark("B1.3", "3"))
    sheet = marking.sheet(marking.panel[1])
    client.force_login(sheet.seat.user)
    [cell] = [c for c in client.get(sheet.get_absolute_url()).context["cells"] if c["code"] == "B1.3"]
    assert [judge["value"] for judge in cell["panel"]] == [None, None, None]
    assert [judge["marked"] for judge in cell["panel"]] == [True, False, False]
    assert not cell["revealed"]


def test_in_a_second_round_the_first_values_are_shown_and_the_new_ones_sealed(client, marking):
    for seat, value in zip(marking.panel, "023", strict=True):
        enter(marking.sheet(seat), mark("B1.3", value))
    enter(marking.sheet(marking.panel[0]), mark("B1.3", "1", base=1))
    sheet = marking.sheet(marking.panel[1])
    client.force_login(sheet.seat.user)
    [cell] = [c for c in client.get(sheet.get_absolute_url()).context["cells"] if c["code"] == "B1.3"]
    assert [judge["value"] for judge in cell["panel"]] == ["0", "2", "3"]
    assert [judge["marked"] for judge in cell["panel"]] == [True, False, False]


def plain(client, sheet, aspect, **fields):
    posted = {"aspect": aspect, "kind": "number", "fields": "1", "base": "0"} | fields
    return client.post(f"{sheet.get_absolute_url()}?aspect={aspect}", posted)


def test_the_form_without_a_script_saves_one_aspect_and_goes_on(client, marking):
    sheet = marking.sheet(marking.measuring)
    client.force_login(sheet.seat.user)
    response = plain(client, sheet, "A1.1", v0="59.795")
    assert response.url.endswith("?aspect=A1.2")
    assert Mark.objects.get().values == ["59.795"]


def test_the_form_without_a_script_says_what_is_wrong_and_keeps_what_was_typed(client, marking):
    sheet = marking.sheet(marking.measuring)
    client.force_login(sheet.seat.user)
    response = plain(client, sheet, "A1.1", v0="59,795")
    assert response.status_code == 422
    assert "59,795" in body(response)
    asked = plain(client, sheet, "A1.1", v0="597.95")
    assert 'name="second_look"' in body(asked)
    assert plain(client, sheet, "A1.1", v0="597.95", second_look="1").status_code == 302


# --- signing ---


def sign(client, sheet, **fields):
    return client.post(reverse("judge:check", args=(sheet.uuid,)), {"checked": "on"} | fields)


def test_blanks_are_listed_and_there_is_no_button_to_sign(client, marking):
    sheet = marking.sheet(marking.measuring)
    client.force_login(sheet.seat.user)
    found = body(client.get(reverse("judge:check", args=(sheet.uuid,))))
    assert "aspects are not marked" in found
    assert 'name="checked"' not in found
    assert sign(client, sheet).status_code == 422


def test_judge_and_second_judge_sign_on_one_device(client, marking):
    sheet = fill(marking.sheet(marking.measuring))
    client.force_login(sheet.seat.user)
    assert sign(client, sheet, witness_password="not-it").status_code == 422
    assert not Signature.objects.exists()
    assert sign(client, sheet, witness_password="second-judge").status_code == 302
    sheet.refresh_from_db()
    assert sheet.state == Sheet.State.SIGNED
    assert int(client.session["_auth_user_id"]) == sheet.seat.user_id


def test_the_second_judge_signs_later_from_the_own_account_one_or_many(client, marking):
    sheets = [fill(marking.sheet(marking.measuring, work)) for work in marking.works]
    client.force_login(marking.measuring.user)
    for sheet in sheets:
        sign(client, sheet)
    assert set(Sheet.objects.filter(seat=marking.measuring).values_list("state", flat=True)) == {"entered"}
    client.force_login(marking.measuring.witness)
    assert "To sign as second judge" in body(client.get(reverse("judge:home")))
    client.post(reverse("judge:witness_many"), {"sheet": [str(sheet.uuid) for sheet in sheets] + ["x"]})
    assert set(Sheet.objects.filter(seat=marking.measuring).values_list("state", flat=True)) == {"signed"}


def test_nobody_witnesses_sheets_of_others(client, marking):
    sheet = fill(marking.sheet(marking.measuring))
    signing.sign_sheet(sheet=sheet, by=sheet.seat.user)
    client.force_login(marking.panel[0].user)
    client.post(reverse("judge:witness_many"), {"sheet": [str(sheet.uuid)]})
    sheet.refresh_from_db()
    assert sheet.state == Sheet.State.ENTERED


# --- the desk ---


@pytest.mark.parametrize("works", [1, 12])
def test_the_wall_costs_the_same_at_any_size(client, works, django_assert_max_num_queries):
    marking = make_marking(works=works)
    client.force_login(marking.chief)
    with django_assert_max_num_queries(13):  # three of them for session, account and roles
        assert client.get(address("desk:progress", marking)).status_code == 200


def test_the_wall_shows_codes_and_judges_and_no_contestant(client, marking, organiser):
    client.force_login(organiser)
    found = body(client.get(address("desk:progress", marking)))
    assert "W-01" in found
    assert marking.measuring.user.name in found
    assert not any(entry.worker.name in found for entry in marking.event.entries.all())
    assert address("desk:sheet", marking, marking.sheet(marking.measuring).uuid) not in found


@pytest.mark.parametrize("who", ["chief", "organiser", "watcher"])
def test_they_follow_the_marking(client, marking, who, organiser, watcher):
    client.force_login({"chief": marking.chief, "organiser": organiser, "watcher": watcher}[who])
    for name in ("desk:progress", "desk:progress_wall", "desk:progress_export"):
        assert client.get(address(name, marking)).status_code == 200


@pytest.mark.parametrize("who", ["judge", "contestant", "reviewer"])
def test_they_do_not_follow_the_marking(client, marking, who, contestant, reviewer):
    client.force_login({"judge": marking.panel[0].user, "contestant": contestant, "reviewer": reviewer}[who])
    for name in ("desk:progress", "desk:progress_wall", "desk:progress_export", "desk:lock"):
        assert client.get(address(name, marking)).status_code in (403, 404)


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("q=W-01", 4),
        ("role=floor", 6),
        ("state=blank", 13),
        ("state=begun", 1),
        ("attention=yes", 0),
        ("criterion=B", 8),
        ("criterion=E", 6),
        ("q=W-01&role=measuring", 1),
    ],
)
def test_the_list_of_sheets_is_narrowed(client, marking, query, count):
    enter(marking.sheet(marking.measuring), mark("A1.1", "59.79"))
    client.force_login(marking.chief)
    response = client.get(f"{address('desk:progress', marking)}?{query}")
    assert response.context["table"].paginator.count == count


def test_a_bad_filter_value_is_named(client, marking):
    client.force_login(marking.chief)
    assert "Select a valid choice" in body(client.get(f"{address('desk:progress', marking)}?state=nonsense"))


def test_the_chief_judge_reads_a_sheet_but_no_value_of_an_unfinished_panel(client, marking):
    enter(marking.sheet(marking.panel[0]), mark("B1.3", "3"))
    enter(marking.sheet(marking.measuring), mark("A1.1", "59.795"))
    client.force_login(marking.chief)
    sealed = client.get(address("desk:sheet", marking, marking.sheet(marking.panel[0]).uuid))
    [cell] = [c for c in sealed.context["cells"] if c["code"] == "B1.3"]
    assert (cell["values"], cell["text"]) == (None, "sealed until all have judged")
    assert "59.795 mm" in body(
        client.get(address("desk:sheet", marking, marking.sheet(marking.measuring).uuid))
    )


@pytest.mark.parametrize("who", ["organiser", "watcher", "measuring"])
def test_nobody_else_reads_values_at_the_desk(client, marking, who, organiser, watcher):
    enter(marking.sheet(marking.measuring), mark("A1.1", "59.795"))
    people = {"organiser": organiser, "watcher": watcher, "measuring": marking.measuring.user}
    client.force_login(people[who])
    found = client.get(address("desk:sheet", marking, marking.sheet(marking.measuring).uuid))
    assert found.status_code == 403


def test_the_chief_judge_signs_in_bulk_and_reopens_with_a_reason(client, marking):
    sheets = [fill(marking.sheet(seat)) for seat in marking.panel]
    for sheet in sheets:
        signing.sign_sheet(sheet=sheet, by=sheet.seat.user)
    client.force_login(marking.chief)
    client.post(address("desk:sheets_sign", marking), {"sheet": [str(sheets[0].uuid)], "action": "chosen"})
    assert Sheet.objects.filter(state="chief_signed").count() == 1
    client.post(address("desk:sheets_sign", marking), {"action": "all"})
    assert Sheet.objects.filter(state="chief_signed").count() == 3
    page = address("desk:sheet", marking, sheets[0].uuid)
    assert client.post(page, {"reason": ""}).status_code == 422
    assert client.post(page, {"reason": "wrong work"}).status_code == 302
    sheets[0].refresh_from_db()
    assert sheets[0].state == Sheet.State.ENTERED


def test_the_lock_page_names_what_is_missing_and_refuses(client, marking):
    client.force_login(marking.chief)
    response = client.post(address("desk:lock", marking))
    assert response.status_code == 409
    assert "not signed by the chief judge" in body(response)
    marking.event.refresh_from_db()
    assert marking.event.state == Event.State.SCORING


# --- the benches ---


@pytest.fixture
def playing():
    return make_marking(works=2, state=Event.State.RUNNING)


def test_a_session_is_started_and_stopped_from_a_tablet(client, playing):
    client.force_login(playing.floor[0].user)
    clock = address("judge:clock", playing)
    client.post(clock, {"action": "start:all", "session": "1"})
    assert PlayRecord.objects.filter(started_at__isnull=False).count() == 2
    PlayRecord.objects.update(started_at=timezone.now() - timedelta(hours=1))
    client.post(clock, {"action": "stop:S-01", "session": "1"})
    assert PlayRecord.objects.filter(ended_at__isnull=False).count() == 1
    found = body(client.get(address("judge:bench", playing)))
    assert "1:00:0" in found
    assert "W-01" not in found
    assert not any(entry.worker.name in found for entry in playing.event.entries.all())


def test_a_breach_is_recorded_seconded_attested_and_decided(client, playing):
    watcher = make_seat(playing.event, "supervisor", user=make_user("supervisor")).user
    form = {"code": "S-01", "rule": "P2", "times": "1", "happened_at": "2025-04-08T10:00", "note": "went on"}
    client.force_login(playing.floor[0].user)
    assert client.post(address("judge:penalty_new", playing), form | {"rule": "P7"}).status_code == 422
    assert client.post(address("judge:penalty_new", playing), form | {"code": "W-01"}).status_code == 422
    assert client.post(address("judge:penalty_new", playing), form).status_code == 302
    record = PenaltyRecord.objects.get()
    client.force_login(playing.floor[1].user)
    client.post(address("judge:penalty_step", playing, record.pk), {"step": "second"})
    client.force_login(playing.chief)
    client.post(address("desk:penalty", playing, record.pk), {"action": "approve"})
    record.refresh_from_db()
    assert record.state == PenaltyRecord.State.SECONDED
    client.force_login(watcher)
    client.post(address("desk:penalty", playing, record.pk), {"action": "attest"})
    client.force_login(playing.chief)
    client.post(address("desk:penalty", playing, record.pk), {"action": "approve"})
    record.refresh_from_db()
    assert (record.state, record.refusal_seen_by) == (PenaltyRecord.State.APPROVED, watcher)
    assert "5 points off the total" in body(client.get(address("desk:incidents", playing)))


def test_lost_time_is_recorded_and_decided(client, playing):
    client.force_login(playing.floor[0].user)
    form = {
        "code": "S-02",
        "from_at": "2025-04-08T10:00",
        "to_at": "2025-04-08T10:12",
        "cause": "power cut",
    }
    assert (
        client.post(address("judge:credit_new", playing), form | {"to_at": "2025-04-08T09:00"}).status_code
        == 422
    )
    assert client.post(address("judge:credit_new", playing), form).status_code == 302
    credit = TimeCredit.objects.get()
    client.force_login(playing.chief)
    decide = address("desk:credit", playing, credit.pk)
    assert client.post(decide, {"decision": "pause", "minutes": "0"}).status_code == 422
    assert client.post(decide, {"decision": "pause", "minutes": ""}).status_code == 302
    credit.refresh_from_db()
    assert credit.seconds == 720


@pytest.mark.parametrize("who", ["panel", "chief", "contestant"])
def test_the_benches_belong_to_the_floor_judges(client, playing, who, contestant):
    people = {"panel": playing.panel[0].user, "chief": playing.chief, "contestant": contestant}
    client.force_login(people[who])
    assert client.get(address("judge:bench", playing)).status_code in (403, 404)
    assert client.post(address("judge:clock", playing), {"action": "start:all"}).status_code in (403, 404)
    assert not PlayRecord.objects.exists()


def test_incidents_cost_the_same_at_any_number(client, playing, django_assert_max_num_queries):
    floor = playing.floor[0].user
    for minute in range(8):
        at = timezone.now() - timedelta(minutes=minute + 1)
        incidents.propose_penalty(code=playing.benches[0], rule="P2", happened_at=at, note="x", by=floor)
        incidents.propose_credit(
            code=playing.benches[1], from_at=at, to_at=timezone.now(), cause="x", by=floor
        )
    client.force_login(playing.chief)
    with django_assert_max_num_queries(12):
        assert client.get(address("desk:incidents", playing)).status_code == 200
    client.force_login(floor)
    with django_assert_max_num_queries(12):
        assert client.get(address("judge:bench", playing)).status_code == 200

from datetime import timedelta
from io import BytesIO
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from competitions.domain import appeals, releases, violations
from competitions.models import (
    Appeal,
    Code,
    Entry,
    Event,
    Objection,
    PlayRecord,
    Release,
    Seat,
    Session,
    Violation,
)
from competitions.web.desk.waiting import matters, seats_of, with_next_step
from craft_site.kit.language import moment
from tests.competitions.contest import make_contest
from tests.factories import make_seat, make_user

THREE = [("80", 7, (3, 3, 3)), ("90", 5, (2, 2, 3)), ("70", 7, (1, 1, 1))]


@pytest.fixture
def contest(db):
    return make_contest(THREE)


@pytest.fixture
def release(contest, organiser):
    found = releases.publish(event=contest, by=organiser)
    contest.refresh_from_db()
    return found


@pytest.fixture
def arbiter(contest):
    return make_seat(contest, "arbiter").user


def entry_of(event, number="C-001"):
    return Entry.objects.select_related("event", "worker", "team").get(
        event=event, contestant_code__number=number
    )


def file(event, number="C-001", subject="marks"):
    entry = entry_of(event, number)
    return appeals.file(entry=entry, subject=subject, text="Zyxtext", client_id=uuid4(), by=entry.worker.user)


def picture():
    found = BytesIO()
    Image.new("RGB", (40, 30), "red").save(found, "PNG")
    found.seek(0)
    found.name = "IMG_Zhang.png"
    return found


def test_the_score_sheet_shows_the_clock_in_absolute_time(client, release, contest):
    entry = entry_of(contest)
    client.force_login(entry.worker.user)
    row = release.rows.get(entry=entry)
    page = client.get(reverse("me:score_sheet", args=(row.pk,))).content.decode()
    assert f"until {moment(release.appeals_until)}" in page
    assert reverse("me:appeal_new", args=(entry.uuid,)) in page
    home = client.get(reverse("me:home")).content.decode()
    assert "Your score is published" in home


@pytest.mark.parametrize("late", [False, True])
def test_after_the_time_an_appeal_is_offered_only_where_late_ones_are_heard(client, release, contest, late):
    Event.objects.filter(pk=contest.pk).update(late_appeals=late)
    Release.objects.filter(pk=release.pk).update(appeals_until=timezone.now() - timedelta(minutes=1))
    entry = entry_of(contest)
    client.force_login(entry.worker.user)
    row = release.rows.get(entry=entry)
    page = client.get(reverse("me:score_sheet", args=(row.pk,))).content.decode()
    assert "Time over" in page
    assert (reverse("me:appeal_new", args=(entry.uuid,)) in page) is late


def test_a_contestant_files_an_appeal_with_evidence_by_the_form(client, release, contest):
    entry = entry_of(contest)
    client.force_login(entry.worker.user)
    url = reverse("me:appeal_new", args=(entry.uuid,))
    given = {
        "subject": "marks",
        "text": "A1.1 was read wrong",
        "client_id": str(uuid4()),
        "evidence": picture(),
    }
    answer = client.post(url, given)
    appeal = Appeal.objects.get()
    assert answer.url == reverse("me:appeal", args=(appeal.uuid,))
    page = client.get(answer.url).content.decode()
    assert "A1.1 was read wrong" in page
    assert "Zhang" not in page
    given["evidence"] = picture()
    assert client.post(url, given).url == answer.url  # the form sent again
    assert Appeal.objects.count() == 1


def test_a_late_form_comes_back_with_the_clock_explained(client, release, contest):
    Release.objects.update(appeals_until=timezone.now() - timedelta(minutes=1))
    entry = entry_of(contest)
    client.force_login(entry.worker.user)
    answer = client.post(
        reverse("me:appeal_new", args=(entry.uuid,)),
        {"subject": "marks", "text": "x", "client_id": str(uuid4())},
    )
    assert answer.status_code == 422
    assert "The time is over" in answer.content.decode()


def _offered(page):
    field = page.context["form"].fields["subject"]
    return [value for value, _label in field.widget.choices]


def test_only_what_can_be_appealed_about_now_can_be_chosen(client, db, organiser):
    event = make_contest(THREE, state=Event.State.SCORING)
    entry = entry_of(event)
    client.force_login(entry.worker.user)
    url = reverse("me:appeal_new", args=(entry.uuid,))
    assert _offered(client.get(url)) == ["equipment", "tools", "rules", "staff"]  # no marks are published yet


def test_where_nothing_is_open_there_is_no_form_but_the_times(client, release, contest):
    entry = entry_of(contest)
    Release.objects.update(appeals_until=timezone.now() - timedelta(minutes=1))
    bench = Code.objects.filter(layer="station", parent__entry=entry)
    gone = timezone.now() - timedelta(days=2)
    session = Session.objects.create(
        event=contest, number=9, starts_at=gone, ends_at=gone + timedelta(hours=1)
    )
    bench.update(session=session)
    PlayRecord.objects.filter(code__in=bench).delete()
    client.force_login(entry.worker.user)
    page = client.get(reverse("me:appeal_new", args=(entry.uuid,)))
    assert page.content.decode().count("Time over") == 2
    assert "No appeal can be filed now." in page.content.decode()
    assert 'name="text"' not in page.content.decode()
    Event.objects.filter(pk=contest.pk).update(late_appeals=True)
    assert 'name="text"' in client.get(reverse("me:appeal_new", args=(entry.uuid,))).content.decode()


def test_my_appeal_is_nobody_elses(client, release, contest):
    appeal = file(contest)
    client.force_login(entry_of(contest, "C-002").worker.user)
    assert client.get(reverse("me:appeal", args=(appeal.uuid,))).status_code == 404
    url = reverse("me:appeal_new", args=(appeal.entry.uuid,))
    assert client.get(url).status_code == 404


def test_an_appeal_goes_through_both_instances_by_forms(client, release, contest, arbiter, organiser):
    appeal = file(contest)
    committee = make_seat(contest, "committee").user
    step = reverse("desk:appeal_step", args=(contest.code, appeal.uuid))
    client.force_login(arbiter)
    assert "Zyxtext" in client.get(reverse("desk:appeal", args=(contest.code, appeal.uuid))).content.decode()
    client.post(step, {"action": "admit"})
    bad = client.post(step, {"action": "decide", "outcome": "corrected", "reasons": "Seen"})
    assert bad.status_code == 422
    assert "without a name" in bad.content.decode()
    client.post(step, {"action": "decide", "outcome": "stands", "reasons": "Seen and right"})
    client.force_login(appeal.filed_by)
    mine = reverse("me:appeal", args=(appeal.uuid,))
    assert "Seen and right" in client.get(mine).content.decode()
    assert client.post(mine, {"text": "Look again"}).status_code == 302
    client.force_login(arbiter)
    client.post(step, {"action": "decide", "outcome": "stands", "reasons": "Again"})
    assert Appeal.objects.get().state == "second"
    client.force_login(committee)
    client.post(step, {"action": "decide", "outcome": "stands", "reasons": "It stands"})
    assert Appeal.objects.get().state == "final"


def test_an_overdue_answer_is_red_at_the_desk(client, release, contest, organiser):
    file(contest)
    client.force_login(organiser)
    url = reverse("desk:appeals", args=(contest.code,))
    assert "overdue" not in client.get(url).content.decode()
    Appeal.objects.update(answer_by=timezone.now() - timedelta(minutes=1))
    assert "1 answer is overdue" in client.get(url).content.decode()
    assert "overdue" in client.get(reverse("desk:home")).content.decode()


def test_judges_who_mark_and_the_chief_before_decoding_read_no_appeal(client, db, organiser):
    event = make_contest(THREE, state=Event.State.SCORING)
    appeal = file(event, subject="equipment")
    page = reverse("desk:appeal", args=(event.code, appeal.uuid))
    for user in (make_seat(event, "chief").user, Seat.objects.filter(event=event, role="result")[0].user):
        client.force_login(user)
        assert client.get(page).status_code in (403, 404)
        assert client.get(reverse("desk:appeals", args=(event.code,))).status_code in (403, 404)


@pytest.mark.parametrize("count", [1, 12])
def test_the_list_of_appeals_costs_the_same_queries_at_any_size(
    client, db, organiser, count, django_assert_max_num_queries
):
    event = make_contest([(str(30 + n), 7, (3, 3, 3)) for n in range(count)])
    releases.publish(event=event, by=organiser)
    for n in range(1, count + 1):
        file(event, f"C-{n:03d}")
    client.force_login(organiser)
    with django_assert_max_num_queries(10):
        client.get(reverse("desk:appeals", args=(event.code,)))


def test_the_public_objects_by_a_form_and_the_office_answers(client, release, contest, organiser):
    cache.clear()
    page = client.get(release.get_absolute_url()).content.decode()
    url = reverse("contest:objection", args=(release.slug,))
    assert url in page
    answer = client.post(url, {"name": "Li", "phone": "123", "text": "x", "client_id": str(uuid4())})
    assert answer.status_code == 422
    given = {"name": "Li Zyx", "phone": "13800001234", "text": "He did not work", "client_id": str(uuid4())}
    answer = client.post(url, given)
    assert answer.status_code == 302
    assert "Zyx" not in client.get(answer.url).content.decode()
    client.force_login(organiser)
    listed = client.get(reverse("desk:objections", args=(contest.code,))).content.decode()
    assert "Li Zyx" in listed
    found = Objection.objects.get()
    client.post(
        reverse("desk:objection_answer", args=(contest.code, found.uuid)), {"text": "He did: two saw it"}
    )
    assert Objection.objects.get().answered_by == organiser


def test_objections_from_one_address_are_few_an_hour(client, release):
    cache.clear()
    url = reverse("contest:objection", args=(release.slug,))
    given = {"name": "Li", "phone": "13800001234", "text": "x"}
    codes = [client.post(url, given | {"client_id": str(uuid4())}).status_code for _ in range(11)]
    assert codes == [302] * 10 + [429]
    assert Objection.objects.count() == 10


def test_violations_are_entered_and_decided_by_forms(client, release, contest, organiser):
    chief = make_seat(contest, "chief").user
    client.force_login(organiser)
    url = reverse("desk:violations", args=(contest.code,))
    given = {
        "number": "C-002",
        "happened_at": "2026-01-01T10:00",
        "text": "Another person stood there",
        "client_id": str(uuid4()),
    }
    assert client.post(url, given).status_code == 302
    found = Violation.objects.get()
    page = reverse("desk:violation", args=(contest.code, found.uuid))
    decision = {"measure": "disqualify", "reason": "Shown", "public_reason": "Another person played"}
    assert client.post(page, decision).status_code == 403
    client.force_login(chief)
    assert client.post(page, decision).status_code == 302
    assert entry_of(contest, "C-002").state == Entry.State.DISQUALIFIED


@pytest.mark.parametrize("typed", ["C-002", "c002", " c-002 ", "Ｃ－００２", "C–002", "c 002"])
def test_a_number_is_found_however_it_is_typed(client, release, contest, organiser, typed):
    client.force_login(organiser)
    given = {
        "number": typed,
        "happened_at": "2026-01-01T10:00",
        "text": "Another person stood there",
        "client_id": str(uuid4()),
    }
    assert client.post(reverse("desk:violations", args=(contest.code,)), given).status_code == 302
    assert Violation.objects.get().code.number == "C-002"


def test_a_violation_that_the_chief_judge_entered_is_a_task_of_the_supervisor(client, contest):
    chief, supervisor = make_seat(contest, "chief").user, make_seat(contest, "supervisor").user
    found = violations.notice(
        event=contest,
        code=Code.objects.get(event=contest, number="S-01"),
        text="x",
        happened_at=timezone.now(),
        client_id=uuid4(),
        by=chief,
    )
    events = with_next_step(Event.objects.filter(pk=contest.pk))
    waiting = {
        person: [m.url for m in matters(person, events, seats_of(person)) if "violations" in m.url]
        for person in (chief, supervisor)
    }
    listed_at = reverse("desk:violations", args=(contest.code,))
    assert waiting == {chief: [], supervisor: [listed_at]}
    client.force_login(chief)
    page = client.get(reverse("desk:violation", args=(contest.code, found.uuid))).content.decode()
    assert str(supervisor) in page
    assert f'<p><a href="{listed_at}">' in page
    assert 'name="measure"' not in page
    client.force_login(supervisor)
    page = reverse("desk:violation", args=(contest.code, found.uuid))
    assert 'name="measure"' in client.get(page).content.decode()
    assert client.post(page, {"dismiss": "1", "reason": "Looked into"}).status_code == 302
    found.refresh_from_db()
    assert (found.state, found.decided_by) == (Violation.State.DISMISSED, supervisor)


def test_a_judge_appeals_against_a_measure(client, contest, organiser):
    supervisor = make_seat(contest, "supervisor", user=make_user("supervisor")).user
    seat = make_seat(contest, "recorder")
    found = violations.notice(
        event=contest, seat=seat, text="x", happened_at=timezone.now(), client_id=uuid4(), by=supervisor
    )
    violations.decide(violation=found, measure="warning", reason="Late", by=organiser)
    client.force_login(seat.user)
    assert found.label in client.get(reverse("me:appeals")).content.decode()
    url = reverse("me:appeal_measure", args=(found.uuid,))
    assert client.post(url, {"text": "The bus", "client_id": str(uuid4())}).status_code == 302
    assert Appeal.objects.get().entry is None
    client.force_login(make_user("judge"))
    assert client.get(url).status_code == 403


def test_the_entry_page_shows_what_was_handed_in(client, release, contest):
    entry = entry_of(contest)
    client.force_login(entry.worker.user)
    page = client.get(reverse("me:entry", args=(entry.uuid,))).content.decode()
    assert "What I handed in" in page
    assert "My published score" in page


def test_the_clocks_are_set_before_the_contest_and_fixed_after(client, contest, organiser):
    client.force_login(organiser)
    url = reverse("desk:event_appeals", args=(contest.code,))
    given = {
        "appeal_minutes": 5,
        "answer_minutes": 120,
        "second_minutes": 60,
        "objection_phone": "0579-8700 0000",
    }
    assert client.post(url, given).status_code == 302
    contest.refresh_from_db()
    assert (contest.appeal_minutes, contest.objection_phone) == (120, "0579-8700 0000")

"""A contestant's way on the phone: from the open event to the reference number."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from competitions.domain import check_in
from competitions.models import AcceptedList, AcceptedRow, Code, EligibilityRule, Entry, Event
from craft_site.people.models import PrivateFile, Worker
from tests.competitions.lots import drawn, make_hall, set_state
from tests.factories import make_employer, make_entry, make_event, make_seat, make_user, make_worker

S = Entry.State


@pytest.fixture
def me(client, employer):
    user = make_user("worker")
    make_worker("Zhang San", employer=employer, user=user)
    client.force_login(user)
    return user


@pytest.fixture
def photo(me):
    worker = me.worker
    worker.photo = PrivateFile.objects.create(
        kind="photo",
        worker=worker,
        name=f"aa/{worker.uuid.hex}.jpg",
        content_type="image/jpeg",
        size=1,
        sha256="x",
    )
    worker.save()


def address(name, entry):
    return reverse(f"me:{name}", args=(entry.uuid,))


def fill_in(client, entry):
    client.post(
        address("entry_details", entry),
        {"group": "worker", "trade_years": "6", "emergency_contact": "Kin 13900000000"},
    )
    client.post(address("entry_consents", entry), {"rules": "on"})


def test_the_whole_way(client, event, me, photo):
    assert client.get(reverse("me:home")).context["events"][0]["title"] == str(event)
    started = client.post(reverse("me:enter", args=(event.code,)))
    entry = Entry.objects.get()
    assert started.url == address("entry", entry)
    fill_in(client, entry)
    check = client.get(address("entry_check", entry))
    assert "6" in [str(row["value"]) for row in check.context["rows"]]
    assert client.post(address("entry_submit", entry)).url == address("entry_done", entry)
    entry.refresh_from_db()
    assert entry.reference in client.get(address("entry_done", entry)).content.decode()
    owed = [task["url"] for task in client.get(reverse("me:home")).context["tasks"]]
    assert address("entry", entry) not in owed


def test_a_draft_survives_and_is_the_first_task(client, event, me, photo):
    client.post(reverse("me:enter", args=(event.code,)))
    entry = Entry.objects.get()
    client.post(
        address("entry_details", entry),
        {"group": "worker", "trade_years": "6", "emergency_contact": "Kin 13900000000"},
    )
    tasks = client.get(reverse("me:home")).context["tasks"]
    assert address("entry", entry) in [task["url"] for task in tasks]
    assert client.get(address("entry_details", entry)).context["form"].initial["trade_years"] == 6


def test_handing_in_twice_counts_once(client, event, me, photo):
    client.post(reverse("me:enter", args=(event.code,)))
    entry = Entry.objects.get()
    fill_in(client, entry)
    for _ in range(2):
        assert client.post(address("entry_submit", entry)).url == address("entry_done", entry)
    assert entry.steps.count() == 1


def test_after_the_closing_time_the_draft_stays_and_the_reason_is_told(client, event, me, photo):
    client.post(reverse("me:enter", args=(event.code,)))
    entry = Entry.objects.get()
    fill_in(client, entry)
    Event.objects.filter(pk=event.pk).update(registration_closes=timezone.now() - timedelta(minutes=1))
    page = client.post(address("entry_submit", entry), follow=True)
    assert "Registration closed" in page.content.decode()
    entry.refresh_from_db()
    assert entry.state == S.DRAFT


def test_a_rule_not_met_is_shown_before_and_refused_on_handing_in(client, event, me, photo):
    EligibilityRule.objects.create(event=event, kind="trade_years", value="10")
    client.post(reverse("me:enter", args=(event.code,)))
    entry = Entry.objects.get()
    fill_in(client, entry)
    assert client.get(address("entry_check", entry)).context["barred"]
    page = client.post(address("entry_submit", entry), follow=True)
    assert "At least 10 years in the trade" in page.content.decode()


def test_every_rule_that_is_not_met_is_counted(client, event, me, photo):
    for value in ("10", "20"):
        EligibilityRule.objects.create(event=event, kind="trade_years", value=value)
    client.post(reverse("me:enter", args=(event.code,)))
    entry = Entry.objects.get()
    fill_in(client, entry)
    assert "2 rules are not met" in client.get(address("entry_check", entry)).content.decode()


def test_an_employer_named_after_the_draft_was_begun_is_looked_at(client, event, me, photo, employer):
    EligibilityRule.objects.create(event=event, kind="employer_quota", value="8")
    Worker.objects.filter(user=me).update(employer=None)
    client.post(reverse("me:enter", args=(event.code,)))
    entry = Entry.objects.get()
    assert entry.employer is None
    assert "No employer given" in client.get(address("entry_check", entry)).content.decode()
    Worker.objects.filter(user=me).update(employer=employer)
    page = client.get(address("entry_check", entry)).content.decode()
    assert "No employer given" not in page
    assert "0 other entries of this employer" in page


@pytest.mark.parametrize("contact", ["x", "Li Na", "13900000000", "Li 139"])
def test_an_emergency_contact_is_a_name_and_a_number(client, event, me, contact):
    entry = make_entry(event, worker=me.worker, state=S.DRAFT)
    page = client.post(
        address("entry_details", entry), {"group": "worker", "trade_years": "6", "emergency_contact": contact}
    )
    assert "emergency_contact" in page.context["form"].errors


# --- between the acceptance and the contest ------------------------------------------------------------------


def test_list_number_and_session_are_told_as_they_come_and_the_bench_never(
    client, me, coding_judge, supervisor
):
    event = make_hall()
    entry = make_entry(event, worker=me.worker, state=S.ACCEPTED)
    make_seat(event, "coding", user=coding_judge)
    make_seat(event, "supervisor", user=supervisor)

    def seen():
        return [client.get(url).content.decode() for url in (address("entry", entry), reverse("me:home"))]

    assert all("The list of contestants comes next" in page for page in seen()[:1])
    listed = AcceptedList.objects.create(event=event, number=1, notice_until=timezone.now(), by=coding_judge)
    AcceptedRow.objects.create(list=listed, entry=entry, position=1)
    assert all("The draw of numbers comes next" in page for page in seen())
    drawn(event, "contestant", coding_judge, supervisor)
    assert all("C-001" in page and "Check-in comes next" in page for page in seen())
    set_state(event, "frozen")
    check_in.check_in(entry=entry, by=coding_judge)
    assert "You have checked in" in seen()[0]
    drawn(event, "station", coding_judge, supervisor)
    bench = Code.objects.get(layer="station")
    for page in seen():
        assert f"{timezone.localtime(bench.session.starts_at):%Y-%m-%d %H:%M}" in page
        assert bench.number not in page


def test_nobody_elses_number_stands_on_my_page(client, event, me):
    mine = make_entry(event, worker=me.worker, state=S.ACCEPTED)
    Code.objects.create(event=event, layer="contestant", number="C-777", entry=make_entry(event))
    assert "C-777" not in client.get(address("entry", mine)).content.decode()
    assert "C-777" not in client.get(reverse("me:home")).content.decode()


def test_the_consent_to_be_named_is_a_box_of_its_own_and_not_needed(client, event, me, photo):
    client.post(reverse("me:enter", args=(event.code,)))
    entry = Entry.objects.get()
    fill_in(client, entry)
    client.post(address("entry_submit", entry))
    entry.refresh_from_db()
    assert (entry.agreed_rules_at is not None, entry.agreed_publicity_at) == (True, None)
    client.post(address("entry_publicity", entry), {"agreed": "yes"})
    client.post(address("entry_publicity", entry), {"agreed": "no"})
    entry.refresh_from_db()
    assert entry.agreed_publicity_at is None


PAGES = (
    "entry",
    "entry_details",
    "entry_papers",
    "entry_consents",
    "entry_check",
    "entry_done",
    "entry_withdraw",
)


@pytest.mark.parametrize("name", PAGES)
def test_nobody_opens_the_entry_of_somebody_else(client, event, me, name):
    entry = make_entry(
        event, worker=make_worker(employer=make_employer(), user=make_user("worker")), state=S.DRAFT
    )
    assert client.get(address(name, entry)).status_code == 404
    assert client.post(address("entry_submit", entry)).status_code == 404


@pytest.mark.parametrize("name", PAGES)
def test_not_even_an_organiser_uses_the_contestants_pages(client, event, organiser, name):
    client.force_login(organiser)
    assert client.get(address(name, make_entry(event, state=S.DRAFT))).status_code == 404


@pytest.mark.parametrize("entries", [1, 30])
def test_the_first_page_costs_the_same_queries_at_any_size(
    client, me, entries, django_assert_max_num_queries
):
    for _ in range(entries):
        entry = make_entry(make_event(), worker=me.worker, state=S.ACCEPTED)
        Code.objects.create(event=entry.event, layer="contestant", number="C-001", entry=entry)
        make_event()
    with django_assert_max_num_queries(22):  # every wing is asked as well
        assert client.get(reverse("me:home")).status_code == 200


def test_an_account_without_a_record_is_sent_to_make_one(client, event):
    client.force_login(make_user("worker"))
    assert client.get(reverse("me:enter", args=(event.code,))).url == reverse("me:record")
    assert client.get(reverse("me:home")).status_code == 200
    assert client.get(reverse("me:entries")).status_code == 200


def test_withdrawing_asks_first_and_then_does_it(client, event, me):
    entry = make_entry(event, worker=me.worker, state=S.UNIT_OK)
    assert client.get(address("entry_withdraw", entry)).status_code == 200
    client.post(address("entry_withdraw", entry))
    entry.refresh_from_db()
    assert entry.state == S.WITHDRAWN


def test_a_refused_contestant_asks_for_a_second_look(client, event, me):
    entry = make_entry(event, worker=me.worker, state=S.REFUSED)
    client.post(address("entry_ask_again", entry), {"reason": "The certificate is there now"})
    entry.refresh_from_db()
    assert entry.state == S.UNIT_OK


# --- teams ------------------------------------------------------------------------------------------------

ANSWERS = {"group": "worker", "trade_years": "6", "emergency_contact": "Kin 13900000000"}


@pytest.fixture
def team_draft(me, employer):
    event = make_event(scope=Event.Scope.TEAM)
    event.teams.create(name="Own team", employer=employer)
    event.teams.create(name="Foreign team", employer=make_employer())
    return make_entry(event, worker=me.worker, state=S.DRAFT)


def test_the_own_employers_teams_are_offered_and_one_is_joined(client, team_draft):
    page = client.get(address("entry_details", team_draft)).content.decode()
    assert ("Own team" in page, "Foreign team" in page) == (True, False)
    own = team_draft.event.teams.get(name="Own team")
    assert client.post(address("entry_details", team_draft), ANSWERS | {"team": own.pk}).status_code == 302
    team_draft.refresh_from_db()
    assert team_draft.team == own
    rows = client.get(address("entry_check", team_draft)).context["rows"]
    assert "Own team" in [str(row["value"]) for row in rows]


def test_a_team_is_founded_by_its_name(client, team_draft):
    client.post(address("entry_details", team_draft), ANSWERS | {"new_team": "New  team"})
    team_draft.refresh_from_db()
    assert team_draft.team.name == "New team"


@pytest.mark.parametrize("new_team", ["Foreign team", "x" * 81])
def test_a_name_that_cannot_be_taken_is_said_beside_the_field(client, team_draft, new_team):
    page = client.post(address("entry_details", team_draft), ANSWERS | {"new_team": new_team})
    assert "new_team" in page.context["form"].errors
    team_draft.refresh_from_db()
    assert (team_draft.team, team_draft.trade_years) == (None, None)


def test_a_team_and_a_new_name_together_are_refused(client, team_draft):
    own = team_draft.event.teams.get(name="Own team")
    page = client.post(address("entry_details", team_draft), ANSWERS | {"team": own.pk, "new_team": "Red"})
    assert "not both" in page.context["form"].errors["new_team"][0]


def test_an_event_of_individuals_asks_for_no_team(client, event, me):
    entry = make_entry(event, worker=me.worker, state=S.DRAFT)
    assert "team" not in client.get(address("entry_details", entry)).context["form"].fields


def test_without_an_employer_the_way_to_one_is_shown(client, team_draft, me):
    worker = me.worker
    worker.employer = None
    worker.save()
    page = client.get(address("entry_details", team_draft))
    assert "team" not in page.context["form"].fields
    assert reverse("me:profile_edit") in page.content.decode()


def test_whoever_never_entered_a_contest_is_led_to_the_open_ones(client, event, me):
    page = client.get(reverse("me:scores")).content.decode()
    assert "You have not taken part in a contest yet" in page
    assert f'href="{reverse("me:entries")}#open"' in page
    make_entry(event, worker=me.worker, state=S.ACCEPTED)
    page = client.get(reverse("me:scores")).content.decode()
    assert "You have not taken part" not in page
    assert "No result of yours has been published yet." in page

"""An event's moves at the desk: the question before what cannot be taken back, and the notice that opens the public
page."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from competitions.models import CalendarStep, CompetitionPage, Event, Organiser
from craft_site.home.foundation import make_site
from tests.competitions.domain.test_event_life import published_document
from tests.factories import make_event

pytestmark = pytest.mark.django_db
S = Event.State


def at(name, event):
    return reverse(f"desk:{name}", args=(event.code,))


def test_closing_the_registration_early_asks_first_and_says_until_when_it_was_announced(client, organiser):
    event = make_event(state=S.REGISTERING)
    client.force_login(organiser)
    page = client.post(at("event_move", event), {"to": S.ELIGIBILITY}).content.decode()
    assert "It closes at once" in page
    event.refresh_from_db()
    assert event.state == S.REGISTERING
    client.post(at("event_move", event), {"to": S.ELIGIBILITY, "sure": "yes"})
    event.refresh_from_db()
    assert event.state == S.ELIGIBILITY


def test_closing_the_registration_on_its_day_asks_nothing(client, organiser):
    event = make_event(state=S.REGISTERING, registration_closes=timezone.now() - timedelta(minutes=1))
    client.force_login(organiser)
    client.post(at("event_move", event), {"to": S.ELIGIBILITY})
    event.refresh_from_db()
    assert event.state == S.ELIGIBILITY


def ready_to_announce(organiser):
    event = make_event("weld-2027", state=S.FILED)
    published_document(event, organiser)
    for kind in (CalendarStep.Kind.REGISTRATION, CalendarStep.Kind.PRACTICE):
        event.calendar.create(kind=kind, starts_at=timezone.now())
    Organiser.objects.create(competition=event.competition, part="host", name="Host")
    return event


def test_the_notice_opens_the_contests_public_page_in_the_same_click(client, organiser):
    make_site()
    event = ready_to_announce(organiser)
    client.force_login(organiser)
    asked = client.post(at("event_move", event), {"to": S.PUBLISHED}).content.decode()
    assert "public page is made and published" in asked
    assert not CompetitionPage.objects.exists()
    client.post(at("event_move", event), {"to": S.PUBLISHED, "sure": "yes"})
    page = CompetitionPage.objects.get(competition=event.competition)
    client.logout()
    assert page.slug == event.competition.code
    assert event.name in client.get(page.url).content.decode()
    assert page.url in client.get(page.index_url).content.decode()
    client.force_login(organiser)
    assert page.url in client.get(at("event", event)).content.decode()


def test_a_draft_of_the_public_page_holds_the_notice_back_and_leads_to_its_edit_page(client, organiser):
    contests = make_site().contests
    event = ready_to_announce(organiser)
    draft = CompetitionPage(title="Draft", slug="draft", competition=event.competition, live=False)
    contests.add_child(instance=draft)
    client.force_login(organiser)
    page = client.get(at("event", event)).content.decode()
    assert "public page is a draft" in page
    assert reverse("wagtailadmin_pages:edit", args=(draft.pk,)) in page
    client.post(at("event_move", event), {"to": S.PUBLISHED, "sure": "yes"})
    event.refresh_from_db()
    assert event.state == S.FILED


def test_the_missing_host_leads_to_the_page_of_its_own_competition(client, organiser):
    make_site()
    event = make_event(state=S.FILED)
    client.force_login(organiser)
    page = client.get(at("event", event)).content.decode()
    edit = reverse("competition:edit", args=(event.competition_id,))
    assert edit in page
    assert client.get(edit).status_code == 200


def test_nothing_of_the_calendar_runs_before_the_event_is_announced_and_what_has_begun_is_no_next_step(
    client, organiser
):
    now = timezone.now()
    client.force_login(organiser)
    for state, phase in ((S.DRAFT, "later"), (S.REGISTERING, "now")):
        event = make_event(state=state)
        event.calendar.create(
            kind="registration", starts_at=now - timedelta(days=1), ends_at=now + timedelta(days=9)
        )
        event.calendar.create(kind="practice", starts_at=now + timedelta(days=20))
        page = client.get(at("event", event))
        assert [line["phase"] for line in page.context["calendar"]] == [phase, "later"]
    lines = client.get(reverse("desk:home")).context["events"]
    assert {str(line["next"]) for line in lines} == {str(CalendarStep.Kind.PRACTICE.label)}

"""Talks, speakers, the calendar and the figures on their pages."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from honours.models import Speaker, Talk
from tests.factories import make_user
from tests.honours.outreach import closed, make_craftsman, make_help, make_speaker, make_talk
from tests.honours.web.asking import page

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(client, organiser):
    client.force_login(organiser)
    return client


def test_a_talk_is_planned_changed_held_and_taken_back_on_its_pages(office, organiser):
    speaker = make_speaker(organiser, make_craftsman())
    today = timezone.localdate()
    values = {
        "topic": "The chisel",
        "planned_on": today.isoformat(),
        "host_kind": "campus",
        "host": "School",
        "place": "Hall",
        "speakers": [speaker.pk],
    }
    new = reverse("desk:talk_new")
    for change, words in (
        ({"topic": ""}, "required"),
        ({"host_kind": "ship"}, "valid choice"),
        ({"speakers": []}, "required"),
        ({"speakers": ["987654"]}, "valid choice"),
        ({"planned_on": "2001-01-01"}, "does not cover"),
        ({"planned_on": "x"}, "valid date"),
    ):
        answer = office.post(new, values | change)
        assert (answer.status_code, words in answer.content.decode()) == (422, True), change
    over = values | {"planned_on": (today - timedelta(days=3)).isoformat()}
    assert "tick that below" in office.post(new, over).content.decode()
    assert not Talk.objects.exists()
    answer = office.post(new, over | {"was_held": "on"})
    assert answer.url == reverse("desk:talk_held", args=(Talk.objects.get().uuid,))
    Talk.objects.all().delete()
    office.post(new, values)
    talk = Talk.objects.get()
    edit = reverse("desk:talk_edit", args=(talk.uuid,))
    assert "The chisel" in page(office, edit)
    office.post(edit, values | {"topic": "The file"})
    held = reverse("desk:talk_held", args=(talk.uuid,))
    outcome = {"held_on": today.isoformat(), "audience": 180, "online_views": ""}
    for change in (
        {"audience": 0},
        {"audience": "many"},
        {"online_views": -1},
        {"held_on": (today + timedelta(days=1)).isoformat()},
    ):
        assert office.post(held, outcome | change).status_code == 422, change
    assert "is over" in office.post(edit, over).content.decode()
    Talk.objects.update(planned_on=today + timedelta(days=5))
    assert "earlier" in office.post(held, outcome).content.decode()
    assert Talk.objects.get().state == "planned"
    office.post(held, outcome | {"earlier": "on"})
    talk.refresh_from_db()
    assert (talk.topic, talk.state, talk.audience) == ("The file", "held", 180)
    assert office.post(edit, values).status_code == 422
    act = reverse("desk:talk_act", args=(talk.uuid,))
    assert "Write the reason" in office.post(act, {"action": "take_back"}, follow=True).content.decode()
    office.post(act, {"action": "take_back", "reason": "Wrong hall"})
    office.post(act, {"action": "cancel", "reason": "Wrong hall"})
    talk.refresh_from_db()
    assert talk.state == "cancelled"
    assert office.post(act, {"action": "nonsense"}).status_code == 403


def test_a_speaker_is_appointed_prolonged_and_says_themselves_whether_they_are_named(office):
    worker = make_craftsman("李工匠")
    new = reverse("desk:speaker_new")
    values = {
        "new_group": "Craftsmen's voices",
        "worker": worker.name,
        "letter_no": "No. 1",
        "since": "2024-01-01",
    }
    for change, words in (
        ({"new_group": ""}, "Choose a group"),
        ({"worker": "", "name": ""}, "who speaks"),
        ({"letter_no": ""}, "required"),
        ({"until": "2023-01-01"}, "before it begins"),
        ({"worker": "nobody at all"}, "Nobody is found"),
    ):
        answer = office.post(new, values | change)
        assert (answer.status_code, words in answer.content.decode()) == (422, True), change
    office.post(new, values)
    speaker = Speaker.objects.get()
    assert "李工匠" in page(office, reverse("desk:speakers") + "?now=yes&q=No.")
    assert office.post(speaker.get_absolute_url(), {"until": "2023-01-01"}).status_code == 422
    office.post(speaker.get_absolute_url(), {"until": "2024-12-31"})
    assert Speaker.objects.get().until == date(2024, 12, 31)
    assert "李工匠" not in page(office, reverse("desk:speakers") + "?now=yes")
    named = {"named": "yes"}
    assert office.post(reverse("desk:speaker_named", args=(speaker.uuid,)), named).status_code == 403
    office.force_login(worker.user)
    office.post(reverse("me:speaker_named", args=(speaker.uuid,)), named)
    assert Speaker.objects.get().may_name
    office.force_login(make_craftsman().user)
    assert office.post(reverse("me:speaker_named", args=(speaker.uuid,)), named).status_code == 404


def test_reviewers_and_supervisors_read_talks_and_change_nothing(client, organiser):
    talk = make_talk(organiser)
    speaker = talk.speakers.get()
    for role in ("reviewer", "supervisor"):
        client.force_login(make_user(role))
        for address in (reverse("desk:talks"), talk.get_absolute_url(), speaker.get_absolute_url()):
            shown = page(client, address)
            assert ("Plan a talk" in shown, "Take it back" in shown, "Prolong" in shown) == (False,) * 3
        assert client.post(speaker.get_absolute_url(), {"until": "2030-01-01"}).status_code == 403
        assert (
            client.post(reverse("desk:talk_act", args=(talk.uuid,)), {"action": "cancel"}).status_code == 403
        )


def test_the_lists_filter_and_go_out_as_a_workbook(office, organiser):
    make_talk(organiser, topic="Iron", host="Steel works", host_kind="firm", audience=40)
    make_talk(organiser, topic="Wood", host="School", audience=60)
    address = reverse("desk:talks_export")
    sheet = load_workbook(BytesIO(office.get(address + "?host_kind=firm").content)).worksheets[0]
    assert [row[1] for row in sheet.iter_rows(min_row=2, values_only=True)] == ["Iron"]
    assert office.get(address + "?host_kind=ship").status_code == 302
    shown = page(office, reverse("desk:talks") + "?host_kind=ship&q=Wood&year=x&sort=-audience")
    assert "valid choice" in shown
    group = Speaker.objects.first().group.pk
    assert "Iron" in page(office, reverse("desk:talks") + f"?group={group}&q=Steel&sort=on")


def test_the_month_shows_what_was_and_what_comes_and_bad_months_are_this_one(office, organiser):
    firm = make_help()
    closed(firm)
    today = timezone.localdate()
    make_talk(organiser, topic="Tomorrow's talk", on=today, held=False)
    address = reverse("desk:outreach_month")
    shown = page(office, address)
    assert (firm.employer.name in shown, "Tomorrow" in shown, f"?month={today:%Y-%m}" in shown) == (True,) * 3
    for month in ("x", "2026-13", "0001-01", "9999-12", "1980-01"):
        page(office, f"{address}?month={month}")
    assert "Nothing stands in this month" in page(office, f"{address}?month=1999-01")
    feed = office.get(reverse("desk:outreach_calendar"))
    assert feed["Content-Type"].startswith("text/calendar")
    assert b"VEVENT" in feed.content


def test_the_figures_add_up_and_an_empty_year_is_told(office, organiser):
    closed(make_help())
    make_talk(organiser, audience=8700)
    shown = page(office, reverse("desk:outreach"))
    assert ("8,700" in shown, "Ratings by the firms" in shown) == (True, True)
    shown = page(office, reverse("desk:outreach") + "?year=1999")
    assert ("No visit took place" in shown, "No talk was held" in shown) == (True, True)

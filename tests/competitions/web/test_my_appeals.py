"""Where whoever appealed sees the appeal, and where an appeal is offered."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from competitions.domain import appeal_decisions, appeals, releases
from competitions.models import Appeal, Code, Entry, Event, PlayRecord, Team
from competitions.web.me.appeal_rows import appeal_rows, look
from craft_site.kit.language import moment
from craft_site.people import roles
from tests.competitions.appealing import THREE, entry_of, file
from tests.competitions.contest import make_contest
from tests.factories import make_seat, make_user


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


def _offered(page):
    return [value for value, _label in page.context["form"].fields["subject"].widget.choices]


def _pages_of_my_entry(client, entry, release):
    """Every page on which whoever appeals looks for the appeal."""
    score = release.rows.get(entry=entry)
    return [
        client.get(reverse(name, args=args)).content.decode()
        for name, args in (
            ("me:entry", (entry.uuid,)),
            ("me:score_sheet", (score.pk,)),
            ("me:appeal_new", (entry.uuid,)),
        )
    ]


def test_an_appeal_under_way_stands_on_every_page_of_the_entry(client, release, contest, arbiter):
    appeal = file(contest)
    entry = entry_of(contest)
    client.force_login(entry.worker.user)
    address = reverse("me:appeal", args=(appeal.uuid,))
    for page in _pages_of_my_entry(client, entry, release):
        assert address in page
        assert "First instance, before the arbiters" in page
        assert f"until {moment(appeal.answer_by)}" in page
        assert "you can withdraw the appeal" in page
    home = client.get(reverse("me:home"))
    assert [row["url"] for row in home.context["appeals"]] == [address]
    appeal_decisions.admit(appeal=appeal, by=arbiter)
    appeal_decisions.decide(appeal=appeal, outcome="stands", reasons="Seen and right", by=arbiter)
    for page in _pages_of_my_entry(client, entry, release):
        assert "First decision: Left as it was" in page
        assert "Seen and right" in page
        assert "You can still go to the second instance." in page
    Appeal.objects.update(second_by=timezone.now() - timedelta(minutes=1))
    for page in _pages_of_my_entry(client, entry, release):
        assert "You can still go" not in page
        assert "nothing more can be filed" in page
    client.force_login(entry_of(contest, "C-002").worker.user)
    assert client.get(reverse("me:home")).context["appeals"] == []


def test_an_appeal_for_the_team_is_told_to_its_members_without_its_words(client, release, contest, arbiter):
    team = Team.objects.create(event=contest, name="Zhou die team")
    Entry.objects.filter(contestant_code__number__in=("C-001", "C-002")).update(team=team)
    appeal = file(contest)
    appeal_decisions.admit(appeal=appeal, by=arbiter)
    appeal_decisions.decide(appeal=appeal, outcome="stands", reasons="Zyx reasons", by=arbiter)
    fellow, stranger = entry_of(contest, "C-002"), entry_of(contest, "C-003")
    client.force_login(fellow.worker.user)
    page = client.get(reverse("me:entry", args=(fellow.uuid,))).content.decode()
    assert appeal.label in page
    assert "First decision: Left as it was" in page
    assert "Zyx" not in page
    assert reverse("me:appeal", args=(appeal.uuid,)) not in page
    client.force_login(stranger.worker.user)
    assert appeal.label not in client.get(reverse("me:entry", args=(stranger.uuid,))).content.decode()


@pytest.mark.parametrize("count", [1, 9])
def test_the_appeals_of_an_entry_cost_two_queries(client, release, contest, count, django_assert_num_queries):
    first = file(contest)
    for number in range(2, count + 1):
        Appeal.objects.create(
            event=contest,
            entry=first.entry,
            number=number,
            subject="staff",
            text="x",
            client_id=uuid4(),
            filed_by=first.filed_by,
            filed_at=timezone.now(),
            known_from="not_yet",
            answer_by=timezone.now(),
        )
    entry = entry_of(contest)
    with django_assert_num_queries(2):
        assert len(appeal_rows(entry, first.filed_by)) == count
    assert not first.filed_by.has_role(roles.EMPLOYER)  # the roles are read
    with django_assert_num_queries(1):
        assert len(look(first.filed_by)) == count


def test_the_entry_shows_the_times_and_offers_an_appeal_only_where_one_can_be_filed(client, db):
    event = make_contest(THREE, state=Event.State.SCORING)
    entry = entry_of(event)
    bench = Code.objects.get(layer="station", parent__entry=entry)
    ended = timezone.now() - timedelta(minutes=5)
    PlayRecord.objects.filter(code=bench).delete()
    PlayRecord.objects.create(
        code=bench, started_at=ended - timedelta(hours=4), ended_at=ended, by=make_user("judge")
    )
    client.force_login(entry.worker.user)

    def page():
        return client.get(reverse("me:entry", args=(entry.uuid,))).content.decode()

    address = reverse("me:appeal_new", args=(entry.uuid,))
    assert address in page()
    assert "the end of your work" in page()
    assert "It begins with the publication of the marks." in page()
    Event.objects.filter(pk=event.pk).update(appeal_minutes=1)
    assert address not in page()
    assert "Time over" in page()
    assert "No appeal can be filed now." in page()
    assert address not in client.get(reverse("me:appeals")).content.decode()


def test_what_is_appealed_about_already_is_not_offered_again(client, release, contest):
    appeal = file(contest)
    entry = entry_of(contest)
    client.force_login(entry.worker.user)
    score = reverse("me:score_sheet", args=(release.rows.get(entry=entry).pk,))
    address = reverse("me:appeal_new", args=(entry.uuid,))
    assert "marks" not in _offered(client.get(address))
    assert address not in client.get(score).content.decode()
    appeals.withdraw(appeal=appeal, by=entry.worker.user)
    assert "marks" in _offered(client.get(address))
    assert address in client.get(score).content.decode()

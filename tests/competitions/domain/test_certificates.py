"""A prize is certified when it is final and as long as it stands, once a winner, and follows every new version."""

import pytest
from django.urls import reverse
from django.utils import timezone

from competitions.domain import certificates, releases
from competitions.models import Entry, Event, Organiser, Release, Team
from craft_site.credentials.models import Certificate, Revocation
from craft_site.home.demo.certificates import make_certificates
from craft_site.jobs.models import Job
from craft_site.jobs.queue import run_job
from craft_site.people.models import Worker
from tests.competitions.contest import make_contest
from tests.factories import make_user

THREE = [("80", 7, (3, 3, 3)), ("90", 5, (2, 2, 3)), ("70", 7, (1, 1, 1))]


@pytest.fixture
def contest(db):
    return make_contest(THREE)


def finalise(contest, organiser):
    release = releases.publish(event=contest, by=organiser)
    Release.objects.filter(pk=release.pk).update(notice_until=timezone.now())
    contest.refresh_from_db()
    releases.finalise(event=contest, by=organiser)
    return release


def run_asked():
    for job in Job.objects.filter(name=certificates.JOB, state=Job.State.WAITING).order_by("pk"):
        assert run_job(job.pk)


def standing():
    rows = Certificate.objects.standing().order_by("pk")
    return {row.facts["rank"]["en"]: row.facts["award"]["en"] for row in rows}


def test_nothing_is_certified_while_the_result_is_on_notice(contest, organiser):
    releases.publish(event=contest, by=organiser)
    assert not Job.objects.filter(name=certificates.JOB).exists()
    assert certificates.issue_prizes(event=contest, by=organiser).counts()["issued"] == 0


def test_a_final_result_brings_every_winner_a_certificate(contest, organiser):
    Organiser.objects.create(competition=contest.competition, part="host", name="永康市总工会", position=1)
    Organiser.objects.create(competition=contest.competition, part="supporter", name="某某公司")
    release = finalise(contest, organiser)
    run_asked()
    assert standing() == {"1": "First prize", "2": "Second prize", "3": "Third prize"}
    winner = Certificate.objects.get(holder=release.rows.get(rank=1).entry.worker)
    line = winner.holder.growth.get()
    assert (winner.title, winner.on, winner.source) == (line.title, line.on, line.source)
    assert winner.issuers == [{"zh": "永康市总工会", "en": ""}]


def test_without_a_named_host_the_site_issues(contest, organiser, settings):
    settings.CREDENTIAL_ISSUER = "某市总工会"
    finalise(contest, organiser)
    run_asked()
    assert Certificate.objects.first().issuers == [{"zh": "某市总工会"}]


def test_run_again_it_issues_nothing_more(contest, organiser):
    finalise(contest, organiser)
    run_asked()
    assert certificates.issue_prizes(event=contest, by=organiser).counts() == {
        "issued": 0,
        "kept": 3,
        "replaced": 0,
        "refused": 0,
        "unprintable": 0,
    }


def test_a_new_version_replaces_what_changed_and_revokes_what_is_gone(contest, organiser):
    release = finalise(contest, organiser)
    run_asked()
    cheat = release.rows.get(rank=1).entry
    Entry.objects.filter(pk=cheat.pk).update(state=Entry.State.DISQUALIFIED)
    releases.publish(event=contest, by=organiser, reason="Somebody else played")
    run_asked()
    assert standing() == {"1": "First prize", "2": "Second prize"}
    causes = Revocation.objects.order_by("pk").values_list("certificate__holder", "cause")
    assert dict(causes)[cheat.worker_id] == "cancelled"
    assert sorted(cause for _holder, cause in causes) == ["cancelled", "replaced", "replaced"]


def add_team(release, award="first"):
    members = list(release.rows.filter(entry__isnull=False).values_list("contestant_no", flat=True))[:2]
    team = Team.objects.create(event=release.event, name="North hall")
    release.rows.create(
        team=team,
        position=90,
        rank=1,
        contestant_no="",
        name=team.name,
        components={},
        total="10",
        award=award,
        breakdown={"members": members},
    )
    return [release.rows.get(contestant_no=number).entry.worker for number in members]


def test_the_prize_of_a_team_is_certified_to_each_member(contest, organiser, monkeypatch):
    monkeypatch.setattr(
        certificates,
        "award_labels",
        lambda release, teams=False: {"first": {"zh": "一等奖", "en": "First prize"}},
    )
    release = releases.publish(event=contest, by=organiser)
    members = add_team(release)
    Release.objects.filter(pk=release.pk).update(notice_until=timezone.now())
    contest.refresh_from_db()
    releases.finalise(event=contest, by=organiser)
    run_asked()
    made = Certificate.objects.standing().filter(source=certificates.team_source_of(contest))
    assert {one.holder for one in made} == set(members)
    assert made[0].facts["award"] == {"zh": "团体一等奖", "en": "First prize (team)"}
    line = members[0].growth.get(source=certificates.team_source_of(contest))
    assert "North hall" in line.detail
    release.rows.filter(team__isnull=False).update(award="")
    releases.record_growth(release)
    run_asked()
    assert not made.all().exists()
    assert members[0].growth.get(source=certificates.team_source_of(contest)).withdrawn


def test_the_office_asks_again_and_follows_the_progress(contest, organiser, client):
    client.force_login(organiser)
    address = reverse("desk:results_certify", args=(contest.code,))
    assert client.post(address)["Location"] == reverse("desk:results", args=(contest.code,))
    assert not Job.objects.filter(name=certificates.JOB).exists()
    finalise(contest, organiser)
    answer = client.post(address)
    job = Job.objects.filter(by=organiser, name=certificates.JOB).first()
    assert answer["Location"] == reverse("job", args=(job.uuid,))
    run_asked()
    job.refresh_from_db()
    assert (job.state, job.done, job.total) == ("done", 3, 3)
    page = client.get(reverse("desk:results", args=(contest.code,))).content.decode()
    assert "3 certificates of this result stand." in page


@pytest.mark.parametrize("role", ["judge", "supervisor", "worker", "reviewer"])
def test_nobody_but_organisers_asks_for_certificates(contest, client, role):
    Event.objects.filter(pk=contest.pk).update(state=Event.State.FINAL)
    client.force_login(make_user(role))
    assert client.post(reverse("desk:results_certify", args=(contest.code,))).status_code == 403


def test_a_name_that_cannot_be_printed_is_told_beside_the_result(
    contest, organiser, client, settings, tmp_path
):
    settings.CERTIFICATE_FONT = str(tmp_path / "none.ttf")
    worker = Entry.objects.filter(event=contest, contestant_code__number="C-001").get().worker
    Worker.objects.filter(pk=worker.pk).update(name="张𬱖")
    finalise(contest, organiser)
    run_asked()
    client.force_login(organiser)
    page = client.get(reverse("desk:results", args=(contest.code,))).content.decode()
    assert "1 name has a character that the site" in page


def test_the_demonstration_ends_with_every_certificate_and_makes_none_twice(contest, organiser):
    finalise(contest, organiser)
    assert make_certificates(organiser) == 3
    assert make_certificates(organiser) == 0

"""An honour conferred here is certified, a revoked one is not valid from the day of the decision on."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone, translation

from craft_site.credentials import issuer, rdf, status
from craft_site.credentials.domain import checking
from craft_site.credentials.domain.issuing import CertificateRefused
from craft_site.credentials.models import Certificate
from craft_site.credentials.web import words
from craft_site.credentials.web.paper import chinese_day
from craft_site.jobs.models import Job
from craft_site.jobs.queue import run_job
from craft_site.people.models import User
from honours.domain import certificates, revocations
from honours.models import Honour, Level
from tests.credentials.second_reader import bit, verifies
from tests.factories import make_user, make_worker
from tests.honours.makers import make_honour, make_title
from tests.honours.rounds import SAID, conferred, make_house, rules

pytestmark = pytest.mark.django_db


def run_asked():
    for job in Job.objects.filter(name=certificates.JOB, state=Job.State.WAITING).order_by("pk"):
        assert run_job(job.pk)


@pytest.fixture
def honour():
    title = make_title(
        name="八婺金匠", level=2, body="金华市总工会", body_en="Jinhua federation", rules=rules()
    )
    found = conferred(make_house(title)).honour
    run_asked()
    return found


def revoke(honour, *, days=0):
    asked = revocations.ask(honour=honour, ground="fraud", reason="Forged papers", by=make_user("organiser"))
    day = timezone.localdate() - timedelta(days=days)
    return revocations.decide(
        revocation=asked, grant=True, answer="It was so", effective_on=day, by=make_user("organiser")
    )


def test_a_conferral_brings_the_holder_a_certificate_that_others_verify(honour):
    made = Certificate.objects.get()
    assert (made.holder, made.kind, made.title) == (honour.holder.worker, "honour", "八婺金匠")
    assert made.issuers == [{"zh": "金华市总工会", "en": "Jinhua federation"}]
    assert made.facts["document"]["zh"] == "No. 7"
    assert made.on == honour.conferred_on
    assert verifies(made.credential, issuer.did_document(), rdf.CONTEXTS)
    assert checking.by_number(made.number, name=made.holder_name).state is checking.State.VALID
    assert certificates.certify_conferred(by=None).counts()["kept"] == 1


def test_a_revoked_honour_is_answered_with_the_day_of_the_decision(client, honour):
    made = Certificate.objects.get()
    revoke(honour, days=9)
    answer = checking.by_number(made.number)
    assert answer.state is checking.State.REVOKED
    assert answer.certificate.not_valid_since == timezone.localdate() - timedelta(days=9)
    listed = status.credential(made.status_list)
    assert bit(listed["credentialSubject"]["encodedList"], made.status_index) == 1
    assert verifies(listed, issuer.did_document(), rdf.CONTEXTS)
    page = client.get(made.verify_path(), headers={"accept-language": "en"}).content.decode()
    day = timezone.localdate() - timedelta(days=9)
    assert f"{day.day} {day:%b} {day.year}" in page or f"{day.year}年{day.month}月{day.day}日" in page
    assert not Certificate.objects.standing().exists()


def test_an_honour_of_the_register_is_certified_by_the_offices_word_alone():
    organiser = make_user("organiser")
    kept = make_honour(worker=make_worker(), by=organiser)
    assert certificates.certify_conferred(by=organiser).counts()["issued"] == 0
    with pytest.raises(PermissionDenied):
        certificates.certify(honour=kept, by=make_user("reviewer"))
    made = certificates.certify(honour=kept, by=organiser)
    assert certificates.certify(honour=kept, by=organiser) == made
    revoke(kept)
    with pytest.raises(CertificateRefused):
        certificates.certify(honour=Honour.objects.get(), by=organiser)


@pytest.fixture
def team():
    """An honour of a team, conferred here; its certificate is issued."""
    title = make_title(name="全国工人先锋号", kind="team", level=4, body="全国总工会", rules=rules(quotas={}))
    said = replace(SAID, traits=[], members=["张三", "李四"])
    found = conferred(make_house(title), said=said, name="冲压车间甲班").honour
    run_asked()
    return found


def test_what_a_team_holds_is_certified_to_the_team_and_names_nobody_in_it(team):
    made = Certificate.objects.get()
    firm = team.holder.employer
    assert (made.holder, made.holder_name, made.employer) == (None, "冲压车间甲班", firm)
    assert (made.facts["unit"]["zh"], made.on) == (firm.name, team.conferred_on)
    assert verifies(made.credential, issuer.did_document(), rdf.CONTEXTS)
    text = json.dumps(made.credential, ensure_ascii=False)
    assert "冲压车间甲班" in text
    for nobody in ("张三", "李四"):
        assert nobody not in text
        assert nobody not in made.jwt
    assert [member.name for member in team.members.all()] == ["张三", "李四"]
    right, wrong = (checking.by_number(made.number, name=name) for name in ("冲压车间甲班", "冲压车间乙班"))
    assert (right.state, right.named, wrong.named) == (checking.State.VALID, True, False)
    assert certificates.certify_conferred(by=None).counts()["kept"] == 1


def test_a_teams_honour_revoked_is_certified_no_more_and_says_since_when(client, team):
    made = Certificate.objects.get()
    revoke(team, days=9)
    answer = checking.by_number(made.number, name="冲压车间甲班")
    day = timezone.localdate() - timedelta(days=9)
    assert (answer.state, answer.certificate.not_valid_since) == (checking.State.REVOKED, day)
    page = client.get(made.verify_path(), headers={"accept-language": "en"}).content.decode()
    assert f"{day.day} {day:%b} {day.year}" in page
    assert (
        bit(status.credential(made.status_list)["credentialSubject"]["encodedList"], made.status_index) == 1
    )
    assert certificates.certify_conferred(by=None).counts()["issued"] == 0
    with pytest.raises(CertificateRefused):
        certificates.certify(honour=team, by=make_user("organiser"))


def test_a_unit_of_the_register_is_certified_by_the_offices_word_where_its_year_is_known():
    organiser = make_user("organiser")
    title = make_title(kind="unit")
    unit = make_honour("永康市某厂", title=title, unit="永康市某厂", by=organiser)
    made = certificates.certify(honour=unit, by=organiser)
    assert (made.holder_name, made.shown_day, "unit" in made.facts) == ("永康市某厂", "2024", False)
    undated = make_honour("永康市二厂", title=title, year=None, by=organiser)
    with pytest.raises(CertificateRefused, match="year"):
        certificates.certify(honour=undated, by=organiser)


def test_a_team_revoked_before_its_turn_gets_none_even_from_a_list_read_before(monkeypatch):
    kept = make_honour("Press shop", title=make_title(kind="team"))
    read = certificates._of_collective

    def meanwhile(honour, on):
        revoke(kept)
        return read(honour, on)

    monkeypatch.setattr(certificates, "_of_collective", meanwhile)
    with pytest.raises(CertificateRefused, match="unit or team"):
        certificates.certify(honour=kept, by=make_user("organiser"))
    assert not Certificate.objects.exists()


@pytest.mark.parametrize("many", [1, 20])
def test_certifying_teams_costs_the_same_queries_for_one_and_for_many(many, django_assert_max_num_queries):
    title, organiser = make_title(kind="team"), make_user("organiser")
    for n in range(many):
        make_honour(f"Team {n}", title=title, by=organiser)
    Honour.objects.update(origin=Honour.Origin.CONFERRED)
    with django_assert_max_num_queries(22):
        assert certificates.certify_conferred(by=None).counts()["issued"] == many


def test_the_teams_public_page_leads_to_the_check_and_a_persons_tells_no_number(client, team):
    made = Certificate.objects.get()
    assert made.verify_path() in client.get(team.holder.public_url).content.decode()
    organiser = make_user("organiser")
    one = make_honour(worker=make_worker(), by=organiser)
    number = certificates.certify(honour=one, by=organiser).shown_number
    page = client.get(one.holder.public_url).content.decode()
    assert number not in page
    assert reverse("verify:page") in page.partition("These honours are certified")[2].partition("</p>")[0]
    revoke(team)
    assert client.get(team.holder.public_url).status_code == 404


def test_the_desk_issues_and_shows_a_teams(client):
    organiser = make_user("organiser")
    kept = make_honour("Press shop", title=make_title(kind="team"), by=organiser)
    client.force_login(organiser)
    address = reverse("desk:honour_certify", args=(kept.uuid,))
    assert address in client.get(kept.holder.get_absolute_url()).content.decode()
    client.post(address)
    page = client.get(kept.holder.get_absolute_url()).content.decode()
    assert Certificate.objects.get().shown_number in page
    assert address not in page


def test_revoked_before_any_certificate_nothing_is_issued_afterwards():
    found = conferred(make_house()).honour
    revoke(found)
    run_asked()
    assert not Certificate.objects.exists()


def test_the_office_asks_for_what_is_missing_and_sees_the_progress(client, honour):
    Certificate.objects.all().delete()
    client.force_login(make_user("organiser"))
    answer = client.post(reverse("desk:honours_certify"))
    job = Job.objects.filter(name=certificates.JOB).latest("pk")
    assert answer.url == reverse("job", args=(job.uuid,))
    assert run_job(job.pk)
    assert Certificate.objects.standing().count() == 1


def test_the_office_certifies_one_honour_from_the_holders_page(client):
    organiser = make_user("organiser")
    kept = make_honour(worker=make_worker(), by=organiser)
    client.force_login(organiser)
    back = kept.holder.get_absolute_url()
    assert reverse("desk:honour_certify", args=(kept.uuid,)) in client.get(back).content.decode()
    assert client.post(reverse("desk:honour_certify", args=(kept.uuid,))).url == back
    made = Certificate.objects.get()
    assert made.shown_number in client.get(back).content.decode()


def test_a_certificate_says_the_level_of_the_roll_and_only_the_year_where_no_day_is_known():
    worker = make_worker("Year alone")
    entered = make_honour(title=make_title(level=1), worker=worker, year=2025)
    made = certificates.certify(honour=entered, by=make_user("organiser"))
    with translation.override("zh-hans"):
        roll = str(entered.title.get_level_display())
    assert made.facts["rank_of_honour"]["zh"] == roll
    assert (made.shown_day, chinese_day(made)) == ("2025", "2025年")
    assert ("Year", "2025") in words.rows(made, whole_name=True)


@pytest.mark.parametrize("level", Level.values)
def test_the_levels_of_certificates_are_those_of_the_roll(level):
    with translation.override("zh-hans"):
        assert certificates.LEVELS[Level(level)]["zh"] == str(Level(level).label)


def test_the_nominations_page_leads_the_office_to_the_register_and_the_firm_to_roll_and_certificate(
    client, team
):
    made, holder = Certificate.objects.get(), team.holder
    address = team.nomination.get_absolute_url()
    mine, desk = reverse("me:certificate", args=(made.uuid,)), holder.get_absolute_url()
    client.force_login(User.objects.get(employer=holder.employer, groups__name="employer"))
    page = client.get(address).content.decode()
    assert (mine in page, holder.public_url in page, desk in page) == (True, True, False)
    assert client.get(mine).status_code == 200
    client.force_login(make_user("organiser"))
    page = client.get(address).content.decode()
    assert (mine in page, desk in page) == (False, True)
    revoke(team)
    client.force_login(User.objects.get(employer=holder.employer, groups__name="employer"))
    page = client.get(address).content.decode()
    assert (mine in page, holder.public_url in page) == (False, False)

"""What a unit or a team holds: issued once on the wing's word, named in clear, kept by the contact of the employer, and
checked like any other."""

import json

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from craft_site.credentials import issuer, keys, rdf
from craft_site.credentials.domain import checking
from craft_site.credentials.domain.checking import State
from craft_site.credentials.domain.issuing import CertificateRefused
from craft_site.credentials.domain.revoking import withdraw
from craft_site.credentials.jwt import document_of
from craft_site.credentials.models import Certificate
from craft_site.credentials.web import picture
from craft_site.kit import glyphs
from craft_site.kit.names import comparable_title
from tests.credentials.making import make_certificate, make_collective_certificate
from tests.credentials.second_reader import verifies
from tests.credentials.test_check_offline import run
from tests.factories import make_employer, make_user, make_worker

pytestmark = pytest.mark.django_db
NAME = "永康市某某有限公司（冲压车间）"


@pytest.fixture
def firm():
    return make_employer("永康市某某有限公司")


@pytest.fixture
def contact(firm):
    return make_user("employer", employer=firm)


def test_another_implementation_verifies_it_and_reads_the_name_in_clear(tmp_path):
    made = make_collective_certificate(NAME)
    assert verifies(made.credential, issuer.did_document(), rdf.CONTEXTS)
    assert (
        document_of(made.jwt, ring=keys.rsa_ring())["credentialSubject"]
        == made.credential["credentialSubject"]
    )
    assert made.credential["credentialSubject"]["identifier"] == [
        {"type": "IdentityObject", "identityType": "name", "hashed": False, "identityHash": NAME}
    ]
    assert run(tmp_path, made.credential, [NAME]).returncode == 0
    assert "under another name" in run(tmp_path, made.credential, ["另一公司"]).stderr


def test_it_is_issued_once_and_only_while_the_wing_says_that_the_fact_stands():
    first = make_collective_certificate(source="honours:honour:x")
    assert make_collective_certificate(source="honours:honour:x") == first
    for word in (None, lambda sources: set()):
        with pytest.raises(CertificateRefused, match="unit or team"):
            make_collective_certificate(source="honours:honour:x", standing=word)
    assert Certificate.objects.count() == 1


def test_the_database_lets_one_certificate_of_a_collective_fact_stand_and_no_person_have_an_employer(firm):
    made = make_collective_certificate()
    made.pk, made.number, made.uuid, made.status_index = None, "0" * 16, make_worker().uuid, 1
    with pytest.raises(IntegrityError), transaction.atomic():
        made.save(force_insert=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        Certificate.objects.filter(pk=make_certificate().pk).update(employer=firm)


@pytest.mark.parametrize("name", ["", "某" * 121])
def test_a_name_that_is_none_or_too_long_is_refused(name):
    with pytest.raises(CertificateRefused, match="at most 120"):
        make_collective_certificate(name)


def test_number_and_name_whatever_the_width_of_its_brackets():
    number = make_collective_certificate(NAME).shown_number
    for said in (NAME, " 永康市某某有限公司 (冲压车间)"):
        assert checking.by_number(number, name=said).named is True
    wrong = checking.by_number(number, name="永康市某某有限公司")
    assert (wrong.named, wrong.shows) == (False, False)
    assert comparable_title("ＡＢＣ 厂") == comparable_title("abc厂") != comparable_title("abd厂")


def test_the_public_page_shows_the_name_to_the_number_alone_and_refuses_a_wrong_one(client):
    made = make_collective_certificate(NAME)
    page = client.get(made.verify_path()).content.decode()
    assert NAME in page
    assert "Whose it is?" not in page
    answer = client.post(reverse("verify:page"), {"number": made.shown_number, "name": "另一公司"})
    assert "under another name" in answer.content.decode()
    assert NAME not in answer.content.decode()


@pytest.mark.parametrize(("column", "value"), [("holder_name", "另一公司"), ("title", "特等奖")])
def test_a_row_changed_behind_the_programs_back_no_longer_agrees(column, value):
    made = make_collective_certificate(NAME)
    Certificate.objects.filter(pk=made.pk).update(**{column: value})
    assert checking.by_number(made.number).state is State.BROKEN


def test_a_person_cannot_be_made_a_collective_by_taking_the_holder_out():
    made = make_certificate()
    Certificate.objects.filter(pk=made.pk).update(holder=None)
    assert checking.by_number(made.number).state is State.BROKEN


def test_withdrawn_it_is_revoked_and_a_persons_of_the_same_source_is_not():
    made, other = make_collective_certificate(source="s"), make_certificate(source="s")
    assert withdraw(holder=None, source="s", by=None) == made
    assert Certificate.objects.standing().get() == other
    assert checking.by_file(json.dumps(made.credential).encode()).state is State.REVOKED


def test_the_contact_of_the_firm_keeps_it_and_nobody_else(client, firm, contact):
    made = make_collective_certificate(NAME, employer=firm)
    address = reverse("me:certificate", args=(made.uuid,))
    client.force_login(contact)
    wallet = client.get(reverse("me:certificates")).content.decode()
    assert made.shown_number in wallet
    assert "No certificate yet" not in wallet
    assert made.shown_number in client.get(reverse("me:home")).content.decode()
    paper = client.get(address).content.decode()
    assert "输入编号和名称" in paper
    assert "Your name is left out of it" not in paper
    for form in ("json", "jwt", "png"):
        file = client.get(reverse("me:certificate_file", args=(made.uuid, form)))
        assert checking.by_file(file.content).state is State.VALID
    strangers = (
        make_user("employer", employer=make_employer()),
        make_user("worker", employer=firm),
        make_user("organiser", employer=firm),
    )
    make_worker(user=strangers[1], employer=firm)
    for stranger in strangers:
        client.force_login(stranger)
        assert client.get(address).status_code == 404
        assert made.shown_number not in client.get(reverse("me:certificates")).content.decode()


def test_the_employer_that_the_register_learns_later_keeps_it_without_a_new_certificate(firm, contact):
    made = make_collective_certificate(NAME, source="s")
    assert not Certificate.objects.in_wallet_of(contact).exists()
    assert make_collective_certificate(NAME, source="s", employer=firm) == made
    assert Certificate.objects.in_wallet_of(contact).get() == made


def test_the_office_hands_out_a_collectives_files_and_no_persons(client, firm):
    client.force_login(make_user("organiser"))
    made, persons = make_collective_certificate(NAME, employer=firm), make_certificate()
    page = client.get(reverse("desk:certificate", args=(made.uuid,))).content.decode()
    assert reverse("desk:certificate_file", args=(made.uuid, "png")) in page
    assert firm.name in page
    for form in ("json", "jwt", "png"):
        file = client.get(reverse("desk:certificate_file", args=(made.uuid, form)))
        assert checking.by_file(file.content).state is State.VALID
        assert client.get(reverse("desk:certificate_file", args=(persons.uuid, form))).status_code == 403
    assert client.get(reverse("desk:certificate_file", args=(made.uuid, "pdf"))).status_code == 404
    assert (
        "certificate_file"
        not in client.get(reverse("desk:certificate", args=(persons.uuid,))).content.decode()
    )


@pytest.mark.parametrize("many", [1, 30])
def test_the_wallet_costs_the_same_queries_at_any_length(
    client, firm, contact, many, django_assert_max_num_queries
):
    for _ in range(many):
        make_collective_certificate(NAME, employer=firm)
    client.force_login(contact)
    with django_assert_max_num_queries(10):
        client.get(reverse("me:certificates"))


@pytest.mark.skipif(glyphs.font(32) is None, reason="no Chinese font: apt-get install fonts-noto-cjk")
@pytest.mark.parametrize("long", [1, 10])
def test_the_picture_names_it_and_its_words_end_above_the_code_however_long_they_are(long):
    name = "某单位班组" * (2 * long)
    made = make_collective_certificate(name, title="荣誉" * (4 * long))
    laid = picture.laid_out(made)
    assert name[:10] in [line[:10] for _top, line, _face, _fill in laid]
    top, _line, face, _fill = laid[-1]
    assert top + face.size <= picture.CODE_AT
    assert name not in "".join(line for _top, line, _face, _fill in picture.laid_out(make_certificate()))

"""/verify/ for anybody: no account, no script, no leafing through, and no name in an address."""

import json
from io import BytesIO

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from craft_site.credentials.domain.revoking import withdraw
from craft_site.credentials.web import files
from tests.credentials.making import make_certificate
from tests.factories import make_worker

pytestmark = pytest.mark.django_db
PAGE = "/verify/"


@pytest.fixture(autouse=True)
def _nobody_has_asked_yet():
    cache.clear()


def text_of(answer):
    return answer.content.decode()


def sent(client, content, name="certificate.json"):
    return client.post(PAGE, {"by": "file", "file": SimpleUploadedFile(name, content)})


def test_the_page_has_a_door_for_every_check(client):
    page = text_of(client.get(PAGE))
    for name in ("verify:contest", "receipts:look_up"):
        assert f'href="{reverse(name)}"' in page


def test_the_qr_code_shows_the_certificate_and_hides_the_name(client):
    certificate = make_certificate(make_worker("欧阳明珠"))
    answer = client.get(certificate.verify_path())
    page = text_of(answer)
    assert answer.status_code == 200
    assert "stands" in page
    assert "4th mould-maker contest" in page
    assert "欧**" in page
    assert "阳明" not in page
    assert "noindex" in page


def test_number_and_name_confirm_the_person(client):
    certificate = make_certificate(make_worker("欧阳明珠"))
    answer = client.post(PAGE, {"number": certificate.shown_number.lower(), "name": "欧阳明珠"})
    assert "to this person, and stands" in text_of(answer)
    assert "欧阳明珠" in text_of(answer)


def test_a_wrong_name_learns_nothing_of_the_certificate(client):
    certificate = make_certificate(make_worker("欧阳明珠"))
    page = text_of(client.post(PAGE, {"number": certificate.number, "name": "王丽"}))
    assert "under another name" in page
    for secret in ("欧", "mould-maker", "模具工职业"):
        assert secret not in page


def test_an_unknown_number_is_told_and_the_address_answers_404(client):
    make_certificate()
    assert client.get(f"{PAGE}7K3M-9QXT-0BZ4-M1EA/").status_code == 404
    assert "issued no such certificate" in text_of(client.post(PAGE, {"number": "7K3M-9QXT-0BZ4-M1EA"}))
    assert client.get(f"{PAGE}nowhere/").status_code == 404


def test_a_revoked_certificate_says_since_when_and_why_and_no_reason_of_the_office(client):
    certificate = make_certificate()
    withdraw(holder=certificate.holder, source=certificate.source, by=None)
    page = text_of(client.get(certificate.verify_path()))
    assert "has not been valid since" in page
    assert "no longer stands" in page


@pytest.mark.parametrize("form", ["json", "jwt", "png"])
def test_every_file_that_a_holder_gets_is_valid_here(client, form):
    certificate = make_certificate(make_worker("欧阳明珠"))
    content, _kind = files.FORMS[form](certificate)
    page = text_of(sent(client, content, f"x.{form}"))
    assert "was issued here and stands" in page
    assert "阳明" not in page


def test_an_altered_file_is_told_where(client):
    certificate = make_certificate()
    page = text_of(sent(client, json.dumps(certificate.credential | {"name": "特等奖"}).encode()))
    assert "Altered: what it is for." in page


@pytest.mark.parametrize(
    "content", [b"", b"hello", b"\x89PNG\r\n\x1a\n" + b"x" * 50, b"x" * 600_000, b"\xff"]
)
def test_a_file_that_is_none_is_a_clear_fault_of_the_form(client, content):
    answer = sent(client, content)
    assert answer.status_code == 422
    assert 'role="alert"' in text_of(answer)


def test_an_empty_form_names_the_field(client):
    answer = client.post(PAGE, {"number": "", "name": "王丽"})
    assert answer.status_code == 422
    assert 'href="#id_number"' in text_of(answer)


@pytest.mark.parametrize("number", ["\0", "'; DROP TABLE", "７" * 60, "A" * 60, "<script>"])
def test_odd_numbers_are_unknown_and_harmless(client, number):
    answer = client.post(PAGE, {"number": number})
    assert answer.status_code in (200, 422)
    assert "<script>alert" not in text_of(answer)
    assert "<script></" not in text_of(answer)


def test_no_name_travels_in_an_address(client):
    certificate = make_certificate(make_worker("欧阳明珠"))
    answer = client.post(PAGE, {"number": certificate.number, "name": "欧阳明珠"})
    assert answer.status_code == 200  # no redirect that would carry it
    assert client.get(PAGE, {"number": certificate.number, "name": "欧阳明珠"}).context["answer"] is None


def test_whoever_asks_too_often_waits(client):
    certificate = make_certificate()
    answers = [client.get(certificate.verify_path()).status_code for _ in range(121)]
    assert (set(answers[:120]), answers[120]) == ({200}, 429)
    assert client.post(PAGE, {"number": certificate.number}).status_code == 429


def test_names_are_not_guessed_whoever_guesses(client):
    certificate = make_certificate(make_worker("欧阳明珠"))
    for n in range(10):
        client.post(PAGE, {"number": certificate.number, "name": f"王{n}丽"}, REMOTE_ADDR=f"10.0.0.{n}")
    answer = client.post(PAGE, {"number": certificate.number, "name": "李丽"}, REMOTE_ADDR="10.0.1.1")
    assert answer.status_code == 429
    right = client.post(PAGE, {"number": certificate.number, "name": "欧阳明珠"}, REMOTE_ADDR="10.0.1.2")
    assert "to this person" in text_of(right)


def test_files_are_counted_too(client):
    content = BytesIO(json.dumps(make_certificate().credential).encode()).read()
    assert [sent(client, content).status_code for _ in range(41)][-1] == 429


@pytest.mark.parametrize("many", [1, 30])
def test_a_check_costs_the_same_queries_among_many(client, many, django_assert_max_num_queries):
    holder = make_worker()
    made = [make_certificate(holder) for _ in range(many)]
    with django_assert_max_num_queries(10):
        client.get(made[0].verify_path())

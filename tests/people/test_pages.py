"""Signing up, the profile, private files, looking behind a mask."""

import io

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from craft_site.people.models import Employer, PrivateFile, Qualification, Reveal, User, Worker
from tests.factories import citizen_number, credit_code, make_employer, make_trade, make_user, make_worker

pytestmark = pytest.mark.django_db
NUMBER = citizen_number(21)


@pytest.fixture(autouse=True)
def _clean_cache():
    cache.clear()


def answers(**values):
    return {
        "name": "Zhang San",
        "id_kind": "citizen",
        "id_number": NUMBER,
        "mobile": "138 1234 5678",
        "password": "a-good-password",
        "consent": "on",
    } | values


def picture(name="photo.jpg"):
    out = io.BytesIO()
    Image.new("RGB", (60, 80), "white").save(out, "JPEG")
    return SimpleUploadedFile(name, out.getvalue(), "image/jpeg")


def test_who_has_signed_up_is_signed_in_and_can_sign_in_by_mobile_number(client):
    done = client.post(reverse("register"), answers())
    assert done.url == reverse("me:home")
    assert "you are signed in" in client.get(done.url).content.decode()
    client.logout()
    assert client.login(username="13812345678", password="a-good-password")


def test_the_page_that_was_asked_for_is_kept_on_the_way_through_signing_up(client):
    wanted = "?next=%2Fme%2Facademy%2F"
    assert reverse("register") + wanted in client.get(reverse("login") + wanted).content.decode()
    assert client.post(reverse("register") + wanted, answers()).url == "/me/academy/"
    client.logout()
    known = client.post(reverse("register") + wanted, answers()).url
    assert known == reverse("registered") + wanted
    assert reverse("login") + wanted in client.get(known).content.decode()


@pytest.mark.parametrize(
    "wanted", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)"]
)
def test_signing_up_leads_to_no_other_site(client, wanted):
    assert client.post(reverse("register", query={"next": wanted}), answers()).url == reverse("me:home")


def test_an_empty_choice_asks_in_words(client):
    page = client.get(reverse("register")).content.decode()
    assert '<option value="" selected>Please choose</option>' in page
    assert "-----" not in page


def test_a_known_document_and_a_known_number_get_the_very_same_answer_and_nobody_is_signed_in(client):
    make_worker(id_number=NUMBER, user=make_user("worker", mobile="13812345679"))
    fresh = {"id_number": citizen_number(23), "mobile": "13812345670"}
    by_document = client.post(reverse("register"), answers(mobile=fresh["mobile"]))
    by_number = client.post(reverse("register"), answers(id_number=fresh["id_number"], mobile="13812345679"))
    assert by_document.url == by_number.url == reverse("registered")
    assert by_document.content == by_number.content
    assert "_auth_user_id" not in client.session
    assert not User.objects.filter(name="Zhang San").exists()


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"id_number": "330784199001010000"}, "id_number"),
        ({"mobile": "12345"}, "mobile"),
        ({"password": "short"}, "password"),
        ({"password": "13812345678"}, "password"),
        ({"consent": ""}, "consent"),
        ({"name": "张3"}, "name"),
        ({"id_kind": "passport", "id_number": "E12345678"}, "birth"),
    ],
)
def test_a_bad_answer_is_named_and_nothing_is_saved(client, values, field):
    response = client.post(reverse("register"), answers(**values))
    assert response.status_code == 200
    assert field in response.context["form"].errors
    assert not Worker.objects.exists()


def test_one_address_cannot_sign_up_without_end(client, settings):
    make_worker(id_number=NUMBER, user=make_user("worker"))
    codes = [client.post(reverse("register"), answers()).status_code for _ in range(41)]
    assert codes[:40] == [302] * 40
    assert codes[40] == 429


def test_the_profile_shows_numbers_behind_their_masks(client):
    user = make_user("worker")
    worker = make_worker(id_number=NUMBER, user=user)
    client.force_login(user)
    page = client.get(reverse("me:profile"))
    text = page.content.decode()
    assert f"****{NUMBER[-4:]}" in text
    assert NUMBER not in text
    assert worker.mobile.reveal() not in text
    assert "no-store" in page["Cache-Control"]


def test_the_photo_is_made_anew_and_only_its_own_people_open_it(client, employer, employer_contact, reviewer):
    user = make_user("worker")
    make_worker(user=user, employer=employer)
    client.force_login(user)
    response = client.post(
        reverse("me:profile_edit"),
        {"photo": picture(), "employer": employer.credit_code, "education": "college"},
    )
    assert response.url == reverse("me:profile")
    file = PrivateFile.objects.get()
    address = reverse("me:file", args=(file.uuid,))
    assert client.get(address)["Cache-Control"] == "private, no-store"
    stranger = make_user("employer", employer=make_employer())
    for who, status in ((employer_contact, 200), (reviewer, 200), (stranger, 404), (make_user("judge"), 404)):
        client.force_login(who)
        assert client.get(address).status_code == status
    client.logout()
    assert client.get(address).status_code == 302


def test_an_employer_known_by_another_name_than_typed_is_shown_before_it_is_taken(client):
    user = make_user("worker")
    worker = make_worker(user=user)
    client.force_login(user)
    known = make_employer("Die Works Ltd")
    before = worker.employer
    page = client.post(reverse("me:profile_edit"), {"employer": "Works"})
    assert "Is this your employer: Die Works Ltd?" in page.context["form"].errors["employer"][0]
    assert 'value="Die Works Ltd"' in page.content.decode()
    worker.refresh_from_db()
    assert worker.employer == before
    saved = client.post(reverse("me:profile_edit"), {"employer": "Die Works Ltd"}, follow=True)
    assert "Employer: Die Works Ltd" in saved.content.decode()
    worker.refresh_from_db()
    assert worker.employer == known


def test_an_employer_is_found_by_name_or_made_from_a_valid_code(client):
    user = make_user("worker")
    worker = make_worker(user=user)
    known = make_employer("Die Works Ltd")
    client.force_login(user)
    client.post(reverse("me:profile_edit"), {"employer": "Die Works Ltd"})
    worker.refresh_from_db()
    assert worker.employer == known
    page = client.post(reverse("me:profile_edit"), {"employer": credit_code(77)})
    assert "employer_name" in page.context["form"].errors
    client.post(reverse("me:profile_edit"), {"employer": credit_code(77), "employer_name": "New Works Ltd"})
    worker.refresh_from_db()
    assert worker.employer == Employer.objects.get(credit_code=credit_code(77))


def test_a_certificate_number_that_contradicts_the_level_is_refused(client):
    user, trade = make_user("worker"), make_trade()
    make_worker(user=user)
    client.force_login(user)
    given = {
        "kind": "level",
        "trade": trade.pk,
        "grade": 5,
        "certificate_no": "S000033010123243000001",
        "issued_on": "2024-05-01",
    }
    page = client.post(reverse("me:qualification_add"), given)
    assert "certificate_no" in page.context["form"].errors
    client.post(reverse("me:qualification_add"), given | {"grade": 4, "scan": picture("scan.jpg")})
    assert Qualification.objects.get().scan.kind == "certificate"


def test_an_account_without_a_record_is_asked_for_the_document(client):
    user = make_user("worker", name="Zhang San")
    client.force_login(user)
    assert client.get(reverse("me:profile")).url == reverse("me:record")
    given = {"id_kind": "citizen", "id_number": NUMBER, "mobile": "13812345678"}
    assert client.post(reverse("me:record"), given).url == reverse("me:profile")
    assert Worker.objects.get().user == user


def test_a_look_behind_the_mask_needs_a_reason_and_a_right(client, reviewer, employer, employer_contact):
    worker = make_worker(id_number=NUMBER, employer=employer)
    address = reverse("desk:reveal", args=(worker.uuid,))
    client.force_login(reviewer)
    refused = client.post(address, {"field": "id_number", "reason": ""})
    assert (refused.status_code, NUMBER in refused.content.decode()) == (422, False)
    shown = client.post(address, {"field": "id_number", "reason": "Badge at check-in"})
    assert NUMBER in shown.content.decode()
    assert "no-store" in shown["Cache-Control"]
    assert Reveal.objects.count() == 1
    client.force_login(make_user("employer", employer=make_employer()))
    assert client.post(address, {"field": "id_number", "reason": "curious"}).status_code == 404
    client.force_login(make_user("judge"))
    assert client.post(address, {"field": "id_number", "reason": "curious"}).status_code == 403
    assert Reveal.objects.count() == 1

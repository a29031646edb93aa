from datetime import timedelta

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from tests.factories import PASSWORD, make_user


@pytest.mark.parametrize("name", ["J-017", "13800001234"])
def test_a_person_signs_in_by_staff_number_or_by_mobile_number(db, rf, name):
    user = make_user(staff_no="J-017", mobile="13800001234", password=PASSWORD)
    assert authenticate(rf.post("/"), username=name, password=PASSWORD) == user


@pytest.mark.parametrize(("name", "password"), [("J-017", "wrong"), ("J-018", PASSWORD), ("", PASSWORD)])
def test_a_wrong_name_or_password_lets_nobody_in(db, rf, name, password):
    make_user(staff_no="J-017", password=PASSWORD)
    assert authenticate(rf.post("/"), username=name, password=password) is None


def test_the_mobile_number_rests_sealed(db):
    user = make_user(mobile="13800001234")
    user.refresh_from_db()
    assert "13800001234" not in repr(user.__dict__)
    assert user.mobile.masked() == "138****1234"
    assert user.mobile.reveal() == "13800001234"


@pytest.mark.parametrize("typed", ["138 0013 8077", "138-0013-8077", "+86 138 0013 8077", " 13800138077 "])
def test_a_mobile_number_may_be_typed_as_people_write_it(db, client, typed):
    make_user(mobile="13800138077", password=PASSWORD)
    answer = client.post(reverse("login"), {"username": typed, "password": PASSWORD})
    assert answer.status_code == 302


@pytest.mark.parametrize("typed", ["J 099", "Ｊ０９９", " J099"])
def test_a_staff_number_may_be_typed_with_blanks_and_full_width_signs(db, client, typed):
    make_user(staff_no="J099", password=PASSWORD)
    answer = client.post(reverse("login"), {"username": typed, "password": PASSWORD})
    assert answer.status_code == 302


def test_tries_are_counted_for_the_number_however_it_is_spelled(db, client, settings):
    settings.AXES_ENABLED = True
    make_user(mobile="13800138077", password=PASSWORD)
    spellings = ["13800138077", "138 0013 8077", "1 3 8 0 0 1 3 8 0 7 7", "138-0013-8077"] * 2
    for typed in spellings:
        last = client.post(reverse("login"), {"username": typed, "password": "wrong"})
    assert "Too many tries" in last.content.decode()


# --- a password of one's own ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "password",
    ["J-099-J099", "j099j099", "J099J099!!", "13800138077", "a13800138077", "138 0013 8077", "xJ-099J-099x"],
)
def test_a_password_is_not_made_of_the_number_one_signs_in_with(db, password):
    user = make_user(staff_no="J-099", mobile="13800138077")
    with pytest.raises(ValidationError) as refused:
        validate_password(password, user)
    assert "password_is_number" in [error.code for error in refused.value.error_list]


@pytest.mark.parametrize("password", ["J099 likes red tea", "thirteen-800-things", "0138001380 99 bottles"])
def test_a_sentence_that_holds_the_number_is_a_password(db, password):
    validate_password(password, make_user(staff_no="J-099", mobile="13800138077"))


def test_the_page_of_the_first_password_calls_the_one_time_password_by_its_name(db, client):
    user = make_user("judge", staff_no="J-099", password=PASSWORD)
    client.force_login(user)
    assert "Present password" in client.get(reverse("password_change")).content.decode()
    user.one_time_until = timezone.now() + timedelta(days=1)
    user.save()
    page = client.get(reverse("password_change")).content.decode()
    assert "One-time password" in page
    assert "Old password" not in page
    given = {"old_password": PASSWORD, "new_password1": "J099J099", "new_password2": "J099J099"}
    form = client.post(reverse("password_change"), given).context["form"]
    assert "staff number" in form.errors["new_password2"][0]

import pytest
from django.contrib.auth import authenticate

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

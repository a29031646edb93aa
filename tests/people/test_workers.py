"""People's records: one person once, taking over a roster's record, employers and their dates, certificates."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from django.db import connection, connections
from django.utils import timezone

from craft_site.kit.identity import IdentityError, parse_document
from craft_site.people import roles
from craft_site.people.domain import workers
from craft_site.people.models import Employer, Employment, Qualification, User, Worker
from tests.factories import citizen_number, credit_code, make_employer, make_trade, make_user, make_worker

PASSWORD = "a-good-password"


def sign_up(*, serial=1, mobile="13812345678", name="Zhang San"):
    document = parse_document("citizen", citizen_number(serial))
    return workers.register(name=name, mobile=mobile, password=PASSWORD, document=document)


@pytest.mark.django_db
def test_signing_up_makes_an_account_and_a_record_once():
    user = sign_up()
    assert user.has_role(roles.WORKER)
    assert user.check_password(PASSWORD)
    assert (user.worker.name, user.worker.sex, user.worker.birth.reveal()) == ("Zhang San", "m", "1990-01-01")
    assert user.staff_no.startswith("W")
    assert sign_up(mobile="13812345679") is None
    assert (User.objects.count(), Worker.objects.count()) == (1, 1)


@pytest.mark.django_db
def test_a_mobile_number_signs_in_one_account():
    sign_up()
    assert sign_up(serial=3) is None
    assert Worker.objects.count() == 1


@pytest.mark.django_db
def test_a_rosters_record_is_taken_over_by_its_own_person():
    document = parse_document("citizen", citizen_number(5))
    record = workers.new_worker(name="Li Si", document=document, mobile="13811112222")
    record.save()
    user = sign_up(serial=5, mobile="13811112222", name="Li Si")
    assert user.worker.pk == record.pk


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "mobile"), [("Wang Wu", "13811112222"), ("Li Si", "13899999999")])
def test_a_rosters_record_is_taken_over_by_nobody_else(name, mobile):
    document = parse_document("citizen", citizen_number(5))
    workers.new_worker(name="Li Si", document=document, mobile="13811112222").save()
    assert sign_up(serial=5, mobile=mobile, name=name) is None
    assert Worker.objects.get().user is None
    assert User.objects.count() == 0


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_the_same_document_sent_at_the_same_moment_makes_one_person():
    if connection.vendor != "postgresql":
        pytest.skip("threads race on PostgreSQL; SQLite has one writer")

    def race(number):
        try:
            return sign_up(mobile=f"1381234{number:04d}") is not None
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(race, range(6))) == 1
    assert (User.objects.count(), Worker.objects.count()) == (1, 1)


@pytest.mark.django_db
def test_an_account_of_the_office_gets_its_record_once():
    user = make_user("worker", name="Zhao Liu")
    document = parse_document("citizen", citizen_number(7))
    record = workers.add_record(user=user, document=document, mobile="13800000001")
    assert workers.add_record(user=user, document=document, mobile="13800000001").pk == record.pk
    other = make_user("worker", name="Zhao Liu")
    assert workers.add_record(user=other, document=document, mobile="13800000001") is None


@pytest.mark.django_db
def test_changing_the_employer_keeps_the_dates_of_both():
    first, second = make_employer(), make_employer()
    worker = make_worker(employer=first)
    Worker.objects.filter(pk=worker.pk).update(created_at=timezone.now() - timedelta(days=400))
    worker.refresh_from_db()
    workers.move_to(worker=worker, employer=second, on=date.today())
    workers.move_to(worker=worker, employer=second, on=date.today())
    rows = list(Employment.objects.filter(worker=worker).order_by("since").values_list("employer", "until"))
    assert rows == [(first.pk, date.today()), (second.pk, None)]


@pytest.mark.django_db
def test_a_mobile_number_of_another_account_cannot_be_taken():
    sign_up()
    other = make_worker(user=make_user("worker"))
    with pytest.raises(workers.WorkerRefused):
        workers.change_mobile(worker=other, mobile="13812345678")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "found"), [("Die", 1), ("die works", 1), ("code", 1), ("D", 0), ("Nobody", 0)]
)
def test_employers_are_found_by_name_or_code(text, found):
    firm = Employer.objects.create(name="Die Works Ltd", credit_code=credit_code(9))
    assert len(workers.find_employers(firm.credit_code if text == "code" else text)) == found


@pytest.mark.parametrize(
    ("number", "grade", "issued", "ok"),
    [
        ("S000033010123 24 3 000001", 4, date(2024, 5, 1), True),
        ("S000033010123243000001", 5, date(2024, 5, 1), False),
        ("S000033010123243000001", 4, date(2023, 5, 1), False),
        ("S00003301", 4, None, False),
    ],
)
def test_a_certificate_number_must_agree_with_level_and_year(number, grade, issued, ok):
    if ok:
        assert (
            workers.check_certificate(number=number, grade=grade, issued_on=issued)
            == "S000033010123243000001"
        )
    else:
        with pytest.raises(IdentityError):
            workers.check_certificate(number=number, grade=grade, issued_on=issued)


@pytest.mark.django_db
def test_a_certificate_number_stands_in_one_record_only():
    trade, mine, other = make_trade(), make_worker(), make_worker()
    given = {"kind": "level", "trade": trade, "grade": 4, "certificate_no": "S000033010123243000001"}
    workers.add_qualification(worker=mine, **given)
    workers.add_qualification(worker=mine, **given)
    assert Qualification.objects.count() == 1
    with pytest.raises(workers.WorkerRefused):
        workers.add_qualification(worker=other, **given)


@pytest.mark.django_db
def test_a_checked_certificate_is_not_overwritten_by_an_upload():
    trade, mine = make_trade(), make_worker()
    given = {"kind": "level", "trade": trade, "certificate_no": "S000033010123243000001"}
    row = workers.add_qualification(worker=mine, grade=4, **given)
    Qualification.objects.filter(pk=row.pk).update(checked=True)
    assert workers.add_qualification(worker=mine, grade=6, **given).grade == 4

"""Certificates at the desk: found, exported, printed; revoked by two people."""

from io import BytesIO

import pytest
from openpyxl import load_workbook

from craft_site.credentials import issuer
from craft_site.credentials.domain.revoking import ask, withdraw
from craft_site.credentials.models import Certificate
from tests.credentials.making import make_certificate
from tests.factories import make_user, make_worker

pytestmark = pytest.mark.django_db
LIST = "/desk/certificates/"


@pytest.fixture
def office(client):
    user = make_user("organiser")
    client.force_login(user)
    return user


@pytest.fixture
def two(office):
    return (
        make_certificate(make_worker("欧阳明珠")),
        make_certificate(make_worker("王丽"), kind="completion", title="模具钳工高级工班", title_en=""),
    )


def names(client, query):
    return {row.record.holder_name for row in client.get(LIST, query).context["table"].paginated_rows}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, {"欧阳明珠", "王丽"}),
        ({"q": "阳明"}, {"欧阳明珠"}),
        ({"q": "高级工班"}, {"王丽"}),
        ({"kind": "completion"}, {"王丽"}),
        ({"state": "revoked"}, {"王丽"}),
        ({"state": "stands"}, {"欧阳明珠"}),
        ({"state": "asked"}, {"欧阳明珠"}),
        ({"state": "unprintable"}, set()),
        ({"since": "2025-04-19"}, set()),
        ({"until": "2025-04-18"}, {"欧阳明珠", "王丽"}),
    ],
)
def test_the_list_is_filtered(client, two, query, found):
    first, second = two
    ask(certificate=first, cause="error", reason="x", by=make_user("supervisor"))
    withdraw(holder=second.holder, source=second.source, by=None)
    assert names(client, query) == found


def test_a_whole_number_finds_its_certificate_and_a_part_of_one_none(client, two):
    assert names(client, {"q": two[0].shown_number.lower()}) == {"欧阳明珠"}
    assert names(client, {"q": two[0].shown_number[:9]}) == set()


def test_the_workbook_holds_the_filtered_rows(client, two):
    sheet = load_workbook(BytesIO(client.get(f"{LIST}export/", {"q": "王丽"}).content)).active
    rows = list(sheet.iter_rows(values_only=True))
    assert [row[:2] for row in rows[1:]] == [(two[1].shown_number, "王丽")]


@pytest.mark.parametrize("place", ["export/", "print/"])
def test_a_bad_filter_leads_back_to_the_list(client, two, place):
    answer = client.get(f"{LIST}{place}", {"since": "someday"})
    assert (answer.status_code, answer["Location"]) == (302, f"{LIST}?since=someday")


def test_the_lists_certificates_are_printed_one_a_page_without_revoked_ones(client, two):
    withdraw(holder=two[1].holder, source=two[1].source, by=None)
    page = client.get(f"{LIST}print/").content.decode()
    assert page.count('class="diploma-frame"') == 1
    assert "欧阳明珠" in page
    assert client.get(f"{LIST}{two[1].uuid}/print/").content.decode().count("已撤销") == 1
    assert "Nothing to print" in client.get(f"{LIST}print/", {"q": "nobody"}).content.decode()


def test_one_asks_and_another_revokes_on_the_page(client, two, office):
    address = f"{LIST}{two[0].uuid}/"
    assert client.post(f"{address}ask/", {"cause": "fraud", "reason": "swapped"}).status_code == 302
    page = client.get(address).content.decode()
    assert "Revoke the certificate" not in page  # by the same person
    request = two[0].revocations.get()
    assert (
        client.post(f"{address}decide/", {"request": request.uuid, "decision": "revoke"}).status_code == 403
    )
    assert Certificate.objects.standing().count() == 2

    client.force_login(make_user("supervisor"))
    assert "Revoke the certificate" in client.get(address).content.decode()
    client.post(f"{address}decide/", {"request": request.uuid, "decision": "revoke"})
    assert Certificate.objects.standing().count() == 1
    assert "Obtained by deception" in client.get(address).content.decode()


def test_the_second_person_may_let_it_stand(client, two):
    request = ask(certificate=two[0], cause="error", reason="x", by=make_user("supervisor"))
    client.post(f"{LIST}{two[0].uuid}/decide/", {"request": request.uuid, "decision": "keep"})
    assert Certificate.objects.standing().count() == 2


def test_a_request_that_is_gone_or_of_another_certificate_decides_nothing(client, two):
    request = ask(certificate=two[0], cause="error", reason="x", by=make_user("supervisor"))
    for sent in (request.uuid, "", "x"):
        client.post(f"{LIST}{two[1].uuid}/decide/", {"request": sent, "decision": "revoke"})
    assert Certificate.objects.standing().count() == 2


@pytest.mark.parametrize(
    "sent", [{}, {"cause": "fraud"}, {"cause": "replaced", "reason": "x"}, {"reason": "x"}]
)
def test_an_incomplete_request_is_refused_beside_its_fields(client, two, sent):
    answer = client.post(f"{LIST}{two[0].uuid}/ask/", sent)
    assert answer.status_code == 422
    assert not two[0].revocations.exists()


@pytest.mark.parametrize("role", ["worker", "employer", "reviewer", "judge", "editor", "accounts", "finance"])
def test_nobody_else_comes_in(client, two, role):
    client.force_login(make_user(role))
    for place in ("", "export/", "print/", f"{two[0].uuid}/", f"{two[0].uuid}/print/"):
        assert client.get(f"{LIST}{place}").status_code == 403
    for place in ("ask", "decide"):
        assert client.post(f"{LIST}{two[0].uuid}/{place}/").status_code == 403


def test_a_record_changed_behind_the_programs_back_is_shouted(client, two):
    Certificate.objects.filter(pk=two[0].pk).update(holder_name="王五")
    assert "call the supervisors" in client.get(f"{LIST}{two[0].uuid}/").content.decode()


def test_the_desks_first_page_tells_the_second_person_and_not_the_first(client, two, office):
    ask(certificate=two[0], cause="error", reason="x", by=office)
    words = "Revocations wait for a second person"
    assert words not in client.get("/desk/").content.decode()
    client.force_login(make_user("supervisor"))
    assert words in client.get("/desk/").content.decode()


@pytest.mark.parametrize("many", [1, 40])
def test_the_list_costs_the_same_queries_at_any_length(client, office, many, django_assert_max_num_queries):
    holder = make_worker()
    for _ in range(many):
        make_certificate(holder)
    client.get(LIST)
    with django_assert_max_num_queries(10):
        client.get(LIST)


def test_the_key_is_named_as_whoever_checks_reads_it(client, two):
    page = client.get(f"{LIST}{two[0].uuid}/").content.decode()
    assert issuer.method(two[0].key_id) in page

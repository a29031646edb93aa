"""What anybody learns of a number, a name or a file: valid, revoked, altered and where, unknown."""

import copy
import json

import pytest

from craft_site.credentials import document, keys
from craft_site.credentials.domain import checking
from craft_site.credentials.domain.checking import NotReadable, State
from craft_site.credentials.domain.revoking import withdraw
from craft_site.credentials.models import Certificate
from tests.credentials.making import make_certificate
from tests.factories import make_worker

pytestmark = pytest.mark.django_db


def file_of(certificate, **changes):
    return json.dumps(certificate.credential | changes, ensure_ascii=False).encode()


def test_number_and_name():
    certificate = make_certificate(make_worker("迪丽热巴·买买提"))
    right = checking.by_number(certificate.shown_number, name=" 迪丽热巴•买买提 ")
    assert (right.state, right.named) == (State.VALID, True)
    wrong = checking.by_number(certificate.shown_number, name="王丽")
    assert (wrong.named, wrong.shows) == (False, False)
    assert checking.by_number(certificate.shown_number).named is None
    assert checking.by_number("7K3M-0QXT-1BZ4-M1EA", name="王丽").state is State.UNKNOWN


def test_a_file_as_it_was_given_is_valid_however_it_is_laid_out():
    certificate = make_certificate()
    plain = file_of(certificate)
    for content in (plain, b"\xef\xbb\xbf" + plain, json.dumps(certificate.credential, indent=4).encode()):
        assert checking.by_file(content).state is State.VALID


def test_a_revoked_file_is_revoked():
    certificate = make_certificate()
    withdraw(holder=certificate.holder, source=certificate.source, by=None)
    assert checking.by_file(file_of(certificate)).state is State.REVOKED


@pytest.mark.parametrize(
    ("where", "value", "part"),
    [
        (("name",), "特等奖", "title"),
        (("awardedDate",), "2020-01-01T00:00:00Z", "date"),
        (("validFrom",), "2020-01-01T00:00:00Z", "issued"),
        (("issuer", "name"), "某某公司", "issuer"),
        (("credentialSubject", "narrative"), "第1名", "facts"),
        (("credentialSubject", "identifier", 0, "identityHash"), "sha256$00", "holder"),
        (("credentialSubject", "achievement", "achievementType"), "Degree", "kind"),
        (("credentialSubject", "achievement", "description"), "颁发单位：某", "issuers"),
        (("credentialStatus", "statusListIndex"), "1", "status"),
        (("proof", "proofValue"), "z1", "proof"),
    ],
)
def test_an_altered_file_is_told_where(where, value, part):
    certificate = make_certificate()
    changed = copy.deepcopy(certificate.credential)
    place = changed
    for step in where[:-1]:
        place = place[step]
    place[where[-1]] = value
    answer = checking.by_file(json.dumps(changed).encode())
    assert (answer.state, list(answer.altered)) == (State.ALTERED, [part])


def test_something_added_or_removed_is_an_alteration():
    certificate = make_certificate()
    assert checking.by_file(file_of(certificate, image="https://x.example/a.png")).altered == ["other"]
    less = {name: value for name, value in certificate.credential.items() if name != "proof"}
    assert checking.by_file(json.dumps(less).encode()).altered == ["proof"]


def test_two_altered_parts_are_both_named_and_a_changed_address_is_found_by_the_number_inside():
    certificate = make_certificate()
    answer = checking.by_file(file_of(certificate, id="https://x.example/y", name="特等奖"))
    assert list(answer.altered) == ["number", "title"]


def test_a_true_number_is_no_integer_in_disguise():
    kept = {"a": True, "b": 1, "c": "1"}
    assert document.differences(kept, {"a": 1, "b": 1, "c": "1"}) == ["other"]
    assert document.differences(kept, {"a": True, "b": 1.0, "c": "1"}) == ["other"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe\x00",
        b"[]",
        b"{",
        b"hello",
        b"[" * 200_000,
        b'{"id": 1, "id": 2}',
        b"a.b.c",
        b" " * (checking.MAX_FILE + 1),
    ],
    ids=range(9),
)
def test_what_is_no_certificate_is_refused_and_harmless(content):
    with pytest.raises(NotReadable):
        checking.by_file(content)


@pytest.mark.parametrize(
    "said", [{}, {"id": 5}, {"id": ["x"]}, {"credentialSubject": "x"}, {"id": "7K3M-0QXT-1BZ4-M1EA"}]
)
def test_a_document_of_somebody_else_is_unknown(said):
    make_certificate()
    assert checking.by_file(json.dumps(said).encode()).state is State.UNKNOWN


def test_a_name_that_stands_twice_in_a_file_is_not_read():
    text = file_of(make_certificate()).decode()
    with pytest.raises(NotReadable):
        checking.by_file(text.replace('"name":', '"name": "特等奖", "name":', 1).encode())


@pytest.mark.parametrize(
    ("column", "value", "part"),
    [
        ("holder_name", "王五", "holder"),
        ("title", "特等奖", "title"),
        ("on", "2020-01-01", "date"),
        ("status_index", 5, "status"),
    ],
)
def test_a_row_changed_behind_the_programs_back_is_not_called_valid(column, value, part):
    certificate = make_certificate()
    Certificate.objects.update(**{column: value})
    answer = checking.by_number(certificate.number)
    assert (answer.state, list(answer.altered)) == (State.BROKEN, [part])


def test_a_document_replaced_in_the_database_does_not_hold():
    certificate = make_certificate()
    Certificate.objects.update(credential=certificate.credential | {"name": "特等奖"}, title="特等奖")
    assert checking.by_number(certificate.number).state is State.BROKEN
    assert list(keys.ring()) == ["test"]

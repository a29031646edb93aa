"""The issuer's keys: outside the database, rotatable, and an old certificate verifies for ever."""

import base64
import json

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.core.exceptions import ImproperlyConfigured

from craft_site.credentials import issuer, keys, rdf
from craft_site.credentials.domain import checking
from tests.credentials.making import make_certificate
from tests.credentials.second_reader import verifies

SEED = base64.b64encode(b"another-seed-of-exactly-32-bytes").decode()


def test_the_did_document_lists_every_key_for_assertions(client, db, settings):
    settings.WAGTAILADMIN_BASE_URL = "http://127.0.0.1:8000/"
    found = json.loads(client.get("/.well-known/did.json").content)
    assert found["id"] == issuer.did() == "did:web:127.0.0.1%3A8000"
    assert found["assertionMethod"] == [one["id"] for one in found["verificationMethod"]]
    assert {one["type"] for one in found["verificationMethod"]} == {"Multikey", "JsonWebKey2020"}
    assert all(one["controller"] == found["id"] for one in found["verificationMethod"])


@pytest.mark.django_db
def test_an_old_certificate_verifies_after_the_rotation_even_without_the_old_secret(settings):
    old = make_certificate()
    public = keys.ring()["test"].public.public_bytes_raw()
    settings.CREDENTIAL_KEYS = {"2026b": SEED, "test": "public:" + base64.b64encode(public).decode()}
    new = make_certificate()
    assert (old.key_id, new.key_id) == ("test", "2026b")
    did = issuer.did_document()
    assert verifies(old.credential, did, rdf.CONTEXTS)
    assert verifies(new.credential, did, rdf.CONTEXTS)
    assert {checking.by_number(one.number).state for one in (old, new)} == {checking.State.VALID}


@pytest.mark.django_db
def test_without_the_old_key_an_old_certificate_is_not_called_valid(settings):
    old = make_certificate()
    settings.CREDENTIAL_KEYS = {"2026b": SEED}
    assert checking.by_number(old.number).state is checking.State.BROKEN


def test_a_public_key_alone_cannot_issue(settings):
    public = keys.ring()["test"].public.public_bytes_raw()
    settings.CREDENTIAL_KEYS = {"test": "public:" + base64.b64encode(public).decode()}
    with pytest.raises(ImproperlyConfigured, match="cannot sign"):
        keys.signing_key()


@pytest.mark.parametrize(
    "ring", [{}, {"a": "c2hvcnQ="}, {"a": "not base64"}, {"bad id": SEED}, {"a": SEED, "b": "%"}]
)
def test_a_wrong_ring_stops_the_start_and_is_not_printed(settings, ring):
    settings.CREDENTIAL_KEYS = ring
    [error] = keys.check_keys()
    assert error.id == "credentials.E001"
    assert not any(value and value in error.msg for value in ring.values() if len(value) > 3)


def test_a_small_rsa_key_is_refused(settings):
    weak = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    der = weak.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    settings.CREDENTIAL_RSA_KEYS = {"weak": base64.b64encode(der).decode()}
    assert [error.id for error in keys.check_keys()] == ["credentials.E001"]


def test_a_key_serves_one_purpose(settings):
    settings.LEDGER_KEYS = {"ledger": settings.CREDENTIAL_KEYS["test"]}
    assert [error.id for error in keys.check_keys()] == ["credentials.E003"]
    settings.CREDENTIAL_RSA_KEYS = {"test": settings.CREDENTIAL_RSA_KEYS["test-rsa"]}
    assert [error.id for error in keys.check_keys()] == ["credentials.E002"]


def test_a_key_never_shows_itself():
    assert "Private" not in repr(keys.ring()) + repr(keys.rsa_ring())

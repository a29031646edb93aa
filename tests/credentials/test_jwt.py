"""The JWT form: RS256 alone, the claims repeat the document, another library accepts it, nothing altered passes."""

import json

import jwt as other
import pytest

from craft_site.credentials import issuer, jwt, keys
from craft_site.credentials.domain.checking import State, by_file
from craft_site.credentials.encoding import base64url, from_base64url
from tests.credentials.making import make_certificate

pytestmark = pytest.mark.django_db


def parts(token):
    return [json.loads(from_base64url(part)) for part in token.split(".")[:2]]


def test_another_library_reads_it_with_the_key_of_the_did_document():
    certificate = make_certificate()
    header, _claims = parts(certificate.jwt)
    [method] = [one for one in issuer.did_document()["verificationMethod"] if one["id"] == header["kid"]]
    key = other.PyJWK(method["publicKeyJwk"], algorithm="RS256")
    claims = other.decode(certificate.jwt, key, algorithms=["RS256"])
    kept = {name: value for name, value in certificate.credential.items() if name != "proof"}
    assert (claims["iss"], claims["jti"]) == (kept["issuer"]["id"], kept["id"])
    assert claims["sub"] == kept["credentialSubject"]["id"]
    assert claims["nbf"] == certificate.issued_at.timestamp()
    assert {name: claims[name] for name in kept} == kept


def test_it_is_valid_here():
    assert by_file(make_certificate().jwt.encode()).state is State.VALID


def test_an_altered_claim_is_told_and_a_false_signature_too():
    header, payload, signature = (token := make_certificate().jwt).split(".")
    claims = json.loads(from_base64url(payload)) | {"name": "特等奖"}
    changed = base64url(json.dumps(claims).encode())
    answer = by_file(f"{header}.{changed}.{signature}".encode())
    assert (answer.state, list(answer.altered)) == (State.ALTERED, ["title"])
    flipped = signature[:-8] + ("A" if signature[-8] != "A" else "B") + signature[-7:]
    answer = by_file(f"{header}.{payload}.{flipped}".encode())
    assert (answer.state, list(answer.altered)) == (State.ALTERED, ["proof"])
    assert jwt.document_of(token, ring=keys.rsa_ring()) is not None


@pytest.mark.parametrize("alg", ["none", "HS256", "EdDSA", "rs256"])
def test_no_other_algorithm_is_taken_whatever_the_header_says(alg):
    header, payload, signature = make_certificate().jwt.split(".")
    asked = base64url(json.dumps(json.loads(from_base64url(header)) | {"alg": alg}).encode())
    for token in (f"{asked}.{payload}.{signature}", f"{asked}.{payload}."):
        assert jwt.document_of(token, ring=keys.rsa_ring()) is None
        assert by_file(token.encode()).state is State.ALTERED

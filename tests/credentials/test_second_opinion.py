"""Two other programs read what we sign: one written here from the specifications, and openbadgeslib."""

import copy
import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from openbadgeslib.ob3.ldp import verify_data_integrity_proof
from openbadgeslib.ob3.verifier import OB3VerificationError

from craft_site.credentials import issuer, keys, proof, rdf, status
from craft_site.credentials.domain.revoking import ask, decide
from tests.credentials.making import make_certificate
from tests.credentials.second_reader import bit, canonical, unbase58, verifies
from tests.factories import make_user, make_worker

pytestmark = pytest.mark.django_db


def test_both_write_the_same_canonical_form():
    kept = make_certificate(make_worker("𬱖·Ωmega")).credential
    document = {name: value for name, value in kept.items() if name != "proof"}
    assert rdf.canonical(document) == canonical(document, rdf.CONTEXTS)


def test_the_second_reader_accepts_what_was_issued():
    assert verifies(make_certificate().credential, issuer.did_document(), rdf.CONTEXTS)


def test_openbadgeslib_accepts_what_was_issued():
    kept = make_certificate().credential
    named = kept["proof"]["verificationMethod"]
    [method] = [one for one in issuer.did_document()["verificationMethod"] if one["id"] == named]
    public = Ed25519PublicKey.from_public_bytes(unbase58(method["publicKeyMultibase"][1:])[2:])
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    verify_data_integrity_proof(kept, pem)
    with pytest.raises(OB3VerificationError):
        verify_data_integrity_proof(kept | {"name": "第五届"}, pem)


def places(value, at=()):
    """The way to every single value of a document."""
    if isinstance(value, dict):
        for name, part in value.items():
            yield from places(part, (*at, name))
    elif isinstance(value, list):
        for n, part in enumerate(value):
            yield from places(part, (*at, n))
    else:
        yield at


def altered(document, place):
    made = copy.deepcopy(document)
    part = made
    for step in place[:-1]:
        part = part[step]
    old = part[place[-1]]
    part[place[-1]] = (not old) if isinstance(old, bool) else f"{old}x"
    return made


# A type that no context knows leaves no trace in RDF; both programs still see that the document is another one.
def test_every_single_altered_value_is_refused_by_both():
    kept = make_certificate().credential
    did, ring = issuer.did_document(), keys.ring()
    passed = []
    for place in places(kept):
        if place[0] == "@context":
            continue  # an unknown context cannot even be read: the next test
        changed = altered(kept, place)
        for reader in (lambda c: proof.holds(c, ring=ring), lambda c: verifies(c, did, rdf.CONTEXTS)):
            try:
                fooled = reader(changed)
            except (ValueError, KeyError, SyntaxError):
                fooled = False
            if fooled:
                passed.append(place)
    assert passed == []


def test_a_removed_part_is_refused():
    kept = make_certificate().credential
    for name in ("credentialStatus", "awardedDate", "name"):
        less = {key: value for key, value in kept.items() if key != name}
        assert not proof.holds(less, ring=keys.ring())
        assert not verifies(less, issuer.did_document(), rdf.CONTEXTS)


def test_another_issuers_key_is_no_key_of_ours():
    kept = copy.deepcopy(make_certificate().credential)
    kept["issuer"]["id"] = "did:web:elsewhere.example"
    assert not proof.holds(kept, ring=keys.ring())


def test_a_context_that_is_not_bundled_is_never_fetched():
    kept = make_certificate().credential
    with pytest.raises(rdf.ContextUnknown):
        rdf.canonical({**kept, "@context": ["https://contexts.example.org/v1"]})


def test_the_revocation_bit_is_set_and_no_other():
    certificate, other = make_certificate(), make_certificate()
    before = status.credential(certificate.status_list)
    assert bit(before["credentialSubject"]["encodedList"], certificate.status_index) == 0
    decide(
        revocation=ask(certificate=certificate, cause="error", reason="x", by=make_user("organiser")),
        confirm=True,
        by=make_user("supervisor"),
    )
    after = status.credential(certificate.status_list)
    listed = after["credentialSubject"]["encodedList"]
    assert bit(listed, certificate.status_index) == 1
    assert bit(listed, other.status_index) == 0
    assert verifies(after, issuer.did_document(), rdf.CONTEXTS)


def test_the_credential_names_its_list_as_readers_look_it_up(client):
    kept = make_certificate().credential["credentialStatus"]
    answer = client.get(kept["statusListCredential"].removeprefix(issuer.base_url()))
    found = json.loads(answer.content)
    assert found["id"] == kept["statusListCredential"]
    assert found["credentialSubject"]["statusPurpose"] == kept["statusPurpose"] == "revocation"
    assert answer["Access-Control-Allow-Origin"] == "*"

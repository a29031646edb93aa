"""One proof for all tests that damage it."""

import pytest
from django.db import transaction

from competitions.proof import verify_contest as verifier
from competitions.proof.build import build_proof
from tests.competitions.proving import publish_contest


@pytest.fixture(scope="session")
def proof(django_db_setup, django_db_blocker):
    """One proof for all of them; the contest behind it is gone when they run."""
    with django_db_blocker.unblock(), transaction.atomic():
        content = build_proof(publish_contest()).content
        transaction.set_rollback(True)
    return content


@pytest.fixture(scope="session")
def members(proof):
    return verifier.read_zip(proof)

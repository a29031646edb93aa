"""The program in docs/ that checks a certificate with another implementation and nothing of ours."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.utils import timezone

from craft_site.credentials import issuer, keys, proof, status
from craft_site.credentials.domain import revoking
from tests.credentials.making import make_certificate
from tests.factories import make_worker

PROGRAM = Path(__file__).parents[2] / "docs" / "check_certificate.py"


def run(folder, certificate, name, listed=None):
    (folder / "certificate.json").write_text(json.dumps(certificate), encoding="utf-8")
    (folder / "did.json").write_text(json.dumps(issuer.did_document()), encoding="utf-8")
    command = [sys.executable, "-I", str(PROGRAM), "certificate.json", "did.json", *name]
    if listed is not None:
        (folder / "status.json").write_text(json.dumps(listed), encoding="utf-8")
        command += ["--status", "status.json"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@pytest.mark.django_db
def test_it_holds_for_the_holder_and_for_nobody_else_and_not_when_altered(tmp_path):
    kept = make_certificate(make_worker("欧阳明珠")).credential
    held = run(tmp_path, kept, ["欧阳明珠"])
    assert (held.returncode, held.stdout.startswith("holds:")) == (0, True)
    assert "under another name" in run(tmp_path, kept, ["王丽"]).stderr
    assert run(tmp_path, kept | {"name": "特等奖"}, []).returncode != 0
    assert "another issuer" in run(tmp_path, kept | {"issuer": {"id": "did:web:x.example"}}, []).stderr


@pytest.mark.django_db
def test_a_downloaded_list_tells_who_is_revoked_and_only_the_right_list_counts(tmp_path):
    made = make_certificate(make_worker("欧阳明珠"))
    before = status.credential(made.status_list)
    held = run(tmp_path, made.credential, [], before)
    assert (held.returncode, "not revoked on" in held.stdout) == (0, True)
    assert "not looked at" in run(tmp_path, made.credential, []).stdout
    revoking.withdraw(holder=made.holder, source=made.source, by=None)
    after = status.credential(made.status_list)
    gone = run(tmp_path, made.credential, ["欧阳明珠"], after)
    assert (gone.returncode, "revoked; the list is of" in gone.stderr) == (1, True)
    forged = after | {"credentialSubject": before["credentialSubject"]}
    assert run(tmp_path, made.credential, [], forged).returncode == 1
    assert "not the one" in run(tmp_path, made.credential, [], _other_list(before)).stderr


def _other_list(listed):
    """Another list of the same issuer, rightly signed."""
    plain = {name: value for name, value in listed.items() if name != "proof"}
    number = plain["id"].rpartition("/")[0] + "/9"
    return proof.signed(plain | {"id": number}, key=keys.signing_key(), at=timezone.now())

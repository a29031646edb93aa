"""A proof of a published result: it holds, says nothing of people, and is the same each time."""

import json
import re
import subprocess
import sys
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.urls import reverse

from competitions.domain import entries, releases
from competitions.domain.facts_evidence import contradictions
from competitions.models import Code, Entry
from competitions.proof import verify_contest as verifier
from competitions.proof.build import ProofRefused, build_proof, pack
from competitions.proof.files import VERIFIER, proof_of, write_proof
from competitions.web.published_pages import write_pages
from craft_site.kit.canonical import sha256_hex
from craft_site.kit.published import file_for
from craft_site.ledger.chain import append
from tests.competitions.proof.forging import named, with_json
from tests.competitions.proving import CANARY, play_contest, publish_contest
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _published_root(settings, tmp_path):
    settings.PUBLISHED_ROOT = tmp_path


def faults_of(report):
    return {
        code: [report.sentence(fault, 1) for fault in found] for code, found in report.faults.items() if found
    }


def test_a_contest_played_by_the_rules_is_proven():
    built = build_proof(publish_contest())
    report = verifier.verify(built.content)
    assert faults_of(report) == {}
    assert report.asked >= set(verifier.CHECKS) - {"anchor"}
    assert built.named == ()


def test_who_came_late_is_proven_like_the_others():
    release = publish_contest(late=1)
    assert list(contradictions(release.event.chain)) == []
    members = verifier.read_zip(build_proof(release).content)
    assert faults_of(verifier.verify(pack(members))) == {}
    [[place, number]] = json.loads(members["draws.json"])[1]["late"]
    assert Code.objects.get(number=place).parent.number == number


def test_another_late_place_or_none_is_named():
    members = verifier.read_zip(build_proof(publish_contest(late=1)).content)
    [[place, number]] = json.loads(members["draws.json"])[1]["late"]
    gone = named(with_json(members, "draws.json", lambda draws: draws[1]["late"].clear()))
    assert "1 places were given to late contestants, 0 are shown" in gone["draws"][0]
    assert f"number {place} was not drawn" in gone["codes"][0]
    drawn = json.loads(members["draws.json"])[1]["order"]
    other = named(with_json(members, "draws.json", lambda draws: draws[1].update(late=[[place, drawn[0]]])))
    assert f"the place {place} of a late contestant cannot be" in other["draws"][0]
    absent = ({f"C-{n:03d}" for n in range(1, 6)} - {*drawn, number}).pop()
    swapped = named(with_json(members, "draws.json", lambda draws: draws[1].update(late=[[place, absent]])))
    assert f"code {place} is not among the commitments" in swapped["codes"][0]


def test_every_kind_of_fact_came_from_the_ledger():
    """The contest of these tests has what a real one has, so that a check that looks at nothing cannot pass."""
    members = verifier.read_zip(build_proof(publish_contest()).content)
    kinds = {json.loads(line).get("kind") for line in members["ledger.jsonl"].splitlines()}
    assert kinds >= {
        "mark.entered", "mark.corrected", "component.entered", "play.started", "credit.decided", "penalty.approved",
        "draw.drawn", "sheets.issued", "recheck.drawn", "sheet.chief_signed", "entry.absent", "result.published",
    }  # fmt: skip
    entries = json.loads(members["release.json"])["entries"]
    assert {"late", "gear"} == {p["code"] for entry in entries for p in entry["penalties"]}
    assert [entry["started"] for entry in entries].count(False) == 1


def test_a_proof_names_nobody():
    release = publish_contest()
    assert CANARY in "".join(release.rows.values_list("name", "employer").first())
    built = build_proof(release)
    for name, content in verifier.read_zip(built.content).items():
        assert CANARY not in content.decode(), name
        for entry in Entry.objects.filter(event=release.event).select_related("worker", "employer"):
            assert entry.worker.mobile.reveal() not in content.decode()
            assert entry.employer.credit_code not in content.decode()
            assert entry.reference not in content.decode()


def test_what_is_said_of_peoples_applications_is_given_by_its_hash_only():
    release = publish_contest()
    members = verifier.read_zip(build_proof(release).content)
    lines = [json.loads(line) for line in members["ledger.jsonl"].splitlines()]
    shown = {line["kind"] for line in lines if "kind" in line}
    assert not {kind for kind in shown if kind.startswith(("tie.", "seat.given", "roster.", "list."))}
    assert shown & {"entry.submitted", "entry.returned", "entry.publicity"} == set()


def test_a_line_in_which_a_name_was_written_is_withheld_and_missed():
    event = play_contest()
    name = event.entries.first().worker.name

    with transaction.atomic():
        append(event.chain, "event.moved", subject="event", facts={"to": "decoded", "reason": name}, by=None)
    built = build_proof(releases.publish(event=event, by=make_user("organiser")))
    assert len(built.named) == 1
    assert name not in verifier.read_zip(built.content)["ledger.jsonl"].decode()
    report = verifier.verify(built.content)
    assert list(faults_of(report)) == ["complete"]


def test_the_same_release_gives_the_same_bytes():
    release = publish_contest()
    first = build_proof(release)
    releases_again = type(release).objects.select_related("event", "scheme").get(pk=release.pk)
    assert build_proof(releases_again).content == first.content


def test_there_is_no_proof_before_the_ledger_is_signed():
    release = publish_contest()
    release.event.code = "another"
    with pytest.raises(ProofRefused):
        build_proof(release)


# --- the program by itself ---


def run(*arguments, cwd):
    return subprocess.run(
        [sys.executable, "-I", "-S", str(VERIFIER), *arguments],
        capture_output=True,
        text=True,
        cwd=cwd,
        timeout=60,
    )


def test_the_program_runs_alone_and_its_exit_code_says_what_it_found(tmp_path):
    release = publish_contest()
    out = tmp_path / "proof.zip"
    said = StringIO()
    call_command("proof", release.event.code, "--out", str(out), stdout=said)
    assert sha256_hex(out.read_bytes()) in said.getvalue()
    good = run(str(out), "--lang", "zh", cwd=tmp_path)
    assert (good.returncode, good.stderr) == (0, "")
    assert "全部成立" in good.stdout
    assert "不成立" not in good.stdout.replace("不成立 ", "")
    broken = bytearray(out.read_bytes())
    broken[len(broken) // 2] ^= 1
    (tmp_path / "broken.zip").write_bytes(bytes(broken))
    bad = run("broken.zip", "--lang", "en", cwd=tmp_path)
    assert (bad.returncode, bad.stdout) == (2, "")
    assert re.search(r"the zip file is damaged: .*ledger\.jsonl", bad.stderr)
    told = json.loads(run(str(out), "--json", "--lang", "en", cwd=tmp_path).stdout)
    assert told["holds"] is True
    assert {check["holds"] for check in told["checks"]} == {True, None}


def test_the_command_says_what_it_cannot_prove(tmp_path):
    with pytest.raises(CommandError, match="no published result of nowhere"):
        call_command("proof", "nowhere", "--out", str(tmp_path / "x.zip"))
    assert not (tmp_path / "x.zip").exists()


# --- on the site ---


def test_publishing_writes_the_proof_and_its_page_offers_it(client):
    release = publish_contest()
    write_pages(release)
    found = proof_of(release)
    page = file_for(release.get_absolute_url()).read_text()
    assert found.sha256 in page
    assert f'href="{found.url}"' in page
    answer = client.get(found.url)
    content = b"".join(answer.streaming_content)
    assert (answer["Content-Type"], sha256_hex(content)) == ("application/zip", found.sha256)
    assert verifier.verify(content).holds


def test_a_proof_that_is_not_there_yet_is_made_when_it_is_asked_for(client):
    release = publish_contest()
    assert proof_of(release) is None
    address = reverse("contest:release_proof", args=(release.slug,))
    assert client.get(address).status_code == 200
    assert proof_of(release) is not None
    assert client.get(reverse("contest:release_proof", args=("nothing-v1",))).status_code == 404


def test_the_page_for_checking_offers_the_program(client):
    release = publish_contest()
    write_proof(release)
    page = client.get(reverse("verify:contest"), {"release": release.slug})
    assert page.status_code == 200
    assert reverse("verify:program") in page.content.decode()
    program = b"".join(client.get(reverse("verify:program")).streaming_content)
    assert program == VERIFIER.read_bytes()
    assert client.get(reverse("verify:contest"), {"release": "x-v0"}).status_code == 200


def test_a_contest_with_a_cancelled_result_is_proven():
    event = play_contest()
    cancelled = Entry.objects.filter(event=event, state=Entry.State.CHECKED_IN).order_by("pk")[1]
    entries.move(entry=cancelled, to=Entry.State.DISQUALIFIED, by=make_user("organiser", name="Decides"))
    release = releases.publish(event=event, by=make_user("organiser"))
    assert [row["status"] for row in json.loads(release.body)["results"]].count("disqualified") == 1
    assert faults_of(verifier.verify(build_proof(release).content)) == {}

"""What the walk over a chain finds: whatever somebody with the database in hand may have done."""

import base64

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from craft_site.jobs import queue
from craft_site.jobs.models import Job
from craft_site.ledger import anchors, checkpoints, keys, merkle, verification
from craft_site.ledger.chain import append, link
from craft_site.ledger.models import Chain, Checkpoint, Line
from craft_site.ledger.verification import Fault, Report, compared, verify

pytestmark = pytest.mark.django_db
CHAIN = "event:x"


@pytest.fixture(autouse=True)
def _published(tmp_path, settings):
    settings.PUBLISHED_ROOT = tmp_path


def write(count: int, chain: str = CHAIN) -> None:
    with transaction.atomic():
        for n in range(count):
            append(chain, "mark.entered", subject=f"sheet:{n}", facts={"value": str(n)}, by=None)


@pytest.fixture
def written() -> None:
    """Nine lines, signed after four and after eight."""
    write(4)
    checkpoints.sign(CHAIN, reason="hand")
    write(4)
    checkpoints.sign(CHAIN, reason="hand")
    write(1)


def walk(*notes: str) -> Report:
    return verify(Chain.objects.get(name=CHAIN), given=notes)


def faults(*notes: str) -> list[tuple[int, str]]:
    return [(fault.seq, fault.what) for fault in walk(*notes).faults]


def test_a_chain_as_written_holds(written):
    report = walk()
    assert (report.holds, report.lines, report.checkpoints) == (True, 9, 2)
    assert report.root == merkle.root(checkpoints.leaves(Chain.objects.get(name=CHAIN))).hex()


NOT_LINKED = "the line does not follow from the one before"


@pytest.mark.parametrize("seq", range(1, 10))
@pytest.mark.parametrize("column", ["body", "hash", "prev_hash"])
def test_a_changed_line_is_named(written, tamper, seq, column):
    old = getattr(Line.objects.get(seq=seq), column)
    tamper(
        f"UPDATE ledger_line SET {column} = %s WHERE seq = %s",
        [old[:-1] + ("0" if old[-1] != "0" else "1"), seq],
    )
    assert faults()[0] == (seq, NOT_LINKED)


@pytest.mark.parametrize(
    ("column", "value"), [("kind", "mark.other"), ("subject", "sheet:99"), ("at", "2020-01-01 00:00:00+00")]
)
def test_a_column_that_only_repeats_the_line_is_compared_with_it(written, tamper, column, value):
    tamper(f"UPDATE ledger_line SET {column} = %s WHERE seq = 3", [value])
    assert faults() == [(3, "its columns say something else than what was hashed")]


@pytest.mark.parametrize("seq", [1, 5, 8])
def test_a_line_taken_out_is_named(written, tamper, seq):
    tamper("DELETE FROM ledger_line WHERE seq = %s", [seq])
    assert faults()[0] == (seq, "the line is missing")


def test_two_lines_exchanged_are_named(written, tamper):
    tamper("UPDATE ledger_line SET seq = 100 WHERE seq = 5")
    tamper("UPDATE ledger_line SET seq = 5 WHERE seq = 6")
    tamper("UPDATE ledger_line SET seq = 6 WHERE seq = 100")
    assert faults()[0] == (5, NOT_LINKED)


def rewrite(tamper, keep: int = 0) -> None:
    """The whole chain made anew after line `keep`, every hash right: what an owner of the database can do."""
    prev = Line.objects.get(seq=keep).hash if keep else "0" * 64
    for line in Line.objects.filter(seq__gt=keep).order_by("seq"):
        body = line.body.replace('"value":"', '"value":"9')
        tamper(
            "UPDATE ledger_line SET body = %s, prev_hash = %s, hash = %s WHERE seq = %s",
            [body, prev, link(prev, body), line.seq],
        )
        prev = link(prev, body)
    tamper("UPDATE ledger_chain SET head = %s", [prev])


def test_a_chain_written_anew_no_longer_agrees_with_its_checkpoints(written, tamper):
    rewrite(tamper, keep=5)
    assert faults() == [(8, "the lines are not those that its checkpoint signed")]


def test_a_cut_tail_with_its_head_mended_no_longer_agrees_with_its_checkpoint(written, tamper):
    tamper("DELETE FROM ledger_line WHERE seq > 6")
    tamper("UPDATE ledger_chain SET length = 6, head = (SELECT hash FROM ledger_line WHERE seq = 6)")
    assert faults() == [(8, "the lines are not those that its checkpoint signed")]


def test_with_the_checkpoints_gone_too_the_anchors_still_tell(written, tamper):
    [first, last] = Checkpoint.objects.order_by("size")
    rewrite(tamper, keep=5)
    tamper("DELETE FROM ledger_checkpoint")
    assert faults() == []
    assert faults(first.note) == []
    [(seq, what)] = faults(last.note)
    assert seq == 8
    assert "kept outside the database" in what


def test_an_older_backup_no_longer_agrees_with_the_published_files(written, tamper):
    for checkpoint in Checkpoint.objects.all():
        anchors.write_files(checkpoint)
    assert walk().anchors == 3  # two sizes and the newest
    tamper("DELETE FROM ledger_checkpoint WHERE size = 8")
    tamper("DELETE FROM ledger_line WHERE seq > 4")
    tamper("UPDATE ledger_chain SET length = 4, head = (SELECT hash FROM ledger_line WHERE seq = 4)")
    assert {seq for seq, _what in faults()} == {8}


def test_a_forged_note_is_not_taken_for_an_anchor(written):
    note = Checkpoint.objects.get(size=8).note
    assert [seq for seq, _what in faults(note.replace("\n8\n", "\n9\n"))] == [0]
    assert faults(note.replace("event:x", "event:y")) == []  # of another chain: not asked here


def test_a_note_of_an_older_key_is_an_anchor_too_and_one_of_a_stranger_is_not(written, settings):
    note = Checkpoint.objects.get(size=8).note
    ring, public = settings.LEDGER_KEYS, base64.b64encode(keys.ring()["test"].public).decode()
    new = {"new": base64.b64encode(b"n" * 32).decode()}
    settings.LEDGER_KEYS = new | {"test": f"public:{public}"}
    assert walk(note).anchors == 1
    settings.LEDGER_KEYS = ring
    assert walk(note, note).anchors == 2
    assert faults(note.replace("keys/test", "keys/best")) == [
        (0, "a note that was kept outside the database: signed by testserver/ledger/keys/best, "
            "not by testserver/ledger/keys/test")
    ]  # fmt: skip


def test_a_note_that_cannot_be_read_does_not_hide_the_next(written):
    note = Checkpoint.objects.get(size=8).note
    other = note.replace("event:x", "event:y")
    report = walk("no note", other, note)
    [fault] = report.faults
    assert report.anchors == 1
    assert str(fault).startswith("event:x#0: a note that was kept outside the database: not a checkpoint")


def test_the_columns_are_compared_with_the_body_and_the_walk_goes_on(written, tamper):
    tamper("UPDATE ledger_line SET kind = 'a', subject = 'b' WHERE seq IN (2, 9)")
    report = walk()
    assert [fault.seq for fault in report.faults] == [2, 9]
    assert (report.broken, report.lines, report.holds) == (False, 9, False)


@pytest.mark.parametrize(
    "body",
    [
        '{"other":"program","at":"%s","chain":"event:x","facts":{},"kind":"k","seq":1,"subject":"s"}',
        '{"actor":"program","at":"%s","chain":"event:z","facts":{},"kind":"k","seq":1,"subject":"s"}',
        '{"actor":"program","at":"%s","chain":"event:x","facts":{},"kind":"k","seq":2,"subject":"s"}',
        '{"actor":"program","at":"%s","chain":"event:x","facts":{},"kind":"k","seq":1,"subject":"s"} ',
        '{"actor":"program","at":"2020%s","chain":"event:x","facts":{},"kind":"k","seq":1,"subject":"s"}',
    ],
)
def test_what_was_hashed_must_say_the_same_as_the_columns(body):
    row = (1, "k", "s", "2024-11-08 09:30:00", "", "")
    at = "2024-11-08T09:30:00.000000Z"
    right = '{"actor":"program","at":"%s","chain":"event:x","facts":{},"kind":"k","seq":1,"subject":"s"}'
    assert verification._says_so("event:x", (*row, right % at)) is True
    assert verification._says_so("event:x", (*row, body % at)) is False


@pytest.mark.parametrize(
    ("stored", "spelled"),
    [
        ("2024-11-08 09:30:00", "2024-11-08T09:30:00.000000Z"),
        ("2024-11-08 09:30:00.5", "2024-11-08T09:30:00.500000Z"),
        ("2024-11-08 09:30:00.123456", "2024-11-08T09:30:00.123456Z"),
        ("2024-11-08 09:30:00+00", "2024-11-08T09:30:00.000000Z"),
        ("2024-11-08 09:30:00.25+00", "2024-11-08T09:30:00.250000Z"),
    ],
)
def test_a_time_is_compared_as_the_line_spells_it(stored, spelled):
    assert verification._spelled(stored) == spelled


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("DELETE FROM ledger_line WHERE seq = 6", "the line is missing"),
        ("UPDATE ledger_line SET body = '{}' WHERE seq = 6", NOT_LINKED),
    ],
)
def test_a_broken_walk_says_nothing_of_what_follows_and_keeps_what_it_found(written, tamper, statement, what):
    tamper(statement)
    report = walk()
    assert (report.broken, report.lines, report.holds) == (True, 5, False)
    assert report.root == merkle.root(checkpoints.leaves(Chain.objects.get(name=CHAIN), 5)).hex()
    assert [report.reached(size) for size in (4, 5, 6)] == [True, True, False]
    assert [str(fault) for fault in report.faults] == [f"event:x#6: {what}"]


@pytest.mark.parametrize("changed", ["length = 10", "head = 'f'"])
def test_a_head_that_is_not_the_last_line_is_named_behind_it(written, tamper, changed):
    tamper(f"UPDATE ledger_chain SET {changed}")
    report = walk()
    assert [(fault.seq, fault.what) for fault in report.faults] == [
        (10, "the chain's head is not its last line")
    ]
    assert not report.broken


def test_an_empty_chain_holds_and_has_the_root_of_nothing():
    report = verify(Chain.objects.create(name=CHAIN))
    assert (report.holds, report.lines, report.root) == (True, 0, merkle.root([]).hex())
    checkpoints.sign(CHAIN, reason="hand")
    write(2)
    report = walk()
    assert (report.holds, report.lines, report.checkpoints) == (True, 2, 1)


def test_the_rows_of_a_wing_are_compared_while_the_chain_is_unbroken(written, tamper, monkeypatch):
    monkeypatch.setattr(verification, "_comparisons", [])

    def rows(chain):
        yield 3, f"another mark in {chain}"

    assert compared(rows) is rows
    assert walk().faults == [Fault(CHAIN, 3, "another mark in event:x")]
    tamper("DELETE FROM ledger_line WHERE seq = 6")
    assert [fault.seq for fault in walk().faults] == [6]


def test_a_changed_checkpoint_is_named(written, tamper):
    tamper("UPDATE ledger_checkpoint SET key_id = 'other' WHERE size = 4")
    [(seq, what)] = faults()
    assert (seq, "LEDGER_KEYS" in what) == (4, True)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    length=st.integers(2, 12),
    seq=st.integers(0, 11),
    column=st.sampled_from(["body", "hash", "prev_hash", "kind", "subject"]),
    place=st.integers(0, 999),
    shift=st.integers(1, 94),
)
def test_any_one_change_anywhere_is_found(tamper, length, seq, column, place, shift):
    before = transaction.savepoint()
    write(length)
    checkpoints.sign(CHAIN, reason="hand")
    assert walk().holds
    line = Line.objects.get(seq=1 + seq % length)
    old = getattr(line, column)
    place %= len(old)
    sign = chr((ord(old[place]) - 32 + shift) % 95 + 32)  # another printable one
    tamper(
        f"UPDATE ledger_line SET {column} = %s WHERE id = %s",
        [old[:place] + sign + old[place + 1 :], line.pk],
    )
    assert line.seq in {fault.seq for fault in walk().faults}
    transaction.savepoint_rollback(before)


def test_the_walk_costs_the_same_queries_at_any_length(written, django_assert_num_queries):
    write(40)
    chain = Chain.objects.get(name=CHAIN)
    with django_assert_num_queries(6):
        verify(chain)


# --- the command and the nightly job ---------------------------------------------------------------------------------


def test_the_command_says_that_the_ledger_holds(written, capsys):
    write(2, "event:y")
    call_command("verify_ledger")
    out = capsys.readouterr().out
    assert "event:x: 9 lines, 2 checkpoints" in out
    assert "event:y: 2 lines" in out
    assert "the ledger holds" in out


def test_the_command_ends_with_the_broken_line(written, tamper, capsys):
    tamper("UPDATE ledger_line SET body = '{}' WHERE seq = 6")
    with pytest.raises(CommandError, match="does not hold"):
        call_command("verify_ledger", CHAIN)
    assert f"event:x#6: {NOT_LINKED}" in capsys.readouterr().err


def test_the_command_takes_a_note_from_a_mail(written, tamper, tmp_path, capsys):
    file = tmp_path / "mail.txt"
    file.write_text(Checkpoint.objects.get(size=8).note)
    call_command("verify_ledger", note=[file])
    rewrite(tamper)
    tamper("DELETE FROM ledger_checkpoint")
    with pytest.raises(CommandError):
        call_command("verify_ledger", note=[file])
    assert "event:x#8" in capsys.readouterr().err


def test_the_command_does_not_know_a_chain_that_is_not_there():
    with pytest.raises(CommandError, match="event:typo"):
        call_command("verify_ledger", "event:typo")


def test_every_night_all_chains_are_walked(written, tamper):
    write(2, "event:y")
    job = Job.objects.create(name="ledger.verify")
    assert queue.run_job(job.pk)
    job.refresh_from_db()
    assert job.result == {"chains": 2, "lines": 11}
    tamper("UPDATE ledger_line SET body = '{}' WHERE seq = 6")
    job = Job.objects.create(name="ledger.verify")
    assert not queue.run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, job.error) == ("failed", f"event:x#6: {NOT_LINKED}")

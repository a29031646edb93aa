"""Writers and signers at the same moment, with real threads."""

import pytest
from django.db import connection, transaction
from django.utils import timezone

from craft_site.jobs import repeating
from craft_site.jobs.models import Job
from craft_site.ledger import checkpoints
from craft_site.ledger.chain import append
from craft_site.ledger.models import Chain, Checkpoint
from craft_site.ledger.verification import verify
from tests.competitions.marking_contest import together

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time"),
]


@pytest.fixture(autouse=True)
def _own_folder(tmp_path, settings):
    settings.PUBLISHED_ROOT = tmp_path


def write(n: int) -> None:
    with transaction.atomic():
        append("event:x", "mark.entered", subject=f"sheet:{n}", facts={}, by=None)


def test_whoever_signs_while_others_write_signs_whole_lines_only():
    write(0)

    def work(n: int) -> None:
        for _again in range(8):
            if n % 2:
                write(n)
            else:
                checkpoints.sign("event:x", reason="timer")

    together(work, 6)
    checkpoints.sign("event:x", reason="timer")
    report = verify(Chain.objects.get(name="event:x"))
    assert (report.faults, report.lines) == ([], 25)
    sizes = list(Checkpoint.objects.order_by("size").values_list("size", flat=True))
    assert sizes[-1] == 25
    assert len(sizes) == len(set(sizes))


def test_several_who_sign_the_same_lines_make_one_checkpoint():
    write(0)
    made: list[int] = []
    together(lambda n: made.append(checkpoints.sign("event:x", reason="lock").pk), 6)
    assert len(set(made)) == Checkpoint.objects.count() == 1
    assert Job.objects.filter(name="ledger.anchor").count() == 1


def test_several_processes_make_one_row_of_repeating_work():
    now = timezone.now()

    def look(n: int) -> None:
        repeating._looked.clear()  # each thread as if it were a process of its own
        repeating.make_due(now)

    together(look, 6)
    names = list(Job.objects.values_list("name", flat=True))
    assert len(names) == len(set(names)) == len(repeating._rhythms)

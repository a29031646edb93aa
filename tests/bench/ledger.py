"""Walking a chain: every line read, hashed, parsed and compared, the tree over all of them, every checkpoint's root."""

import time

from django.db import transaction

from craft_site.ledger import checkpoints
from craft_site.ledger.chain import Draft, append_many, lock_head
from craft_site.ledger.models import Chain
from craft_site.ledger.verification import verify
from tests.bench.measure import Row

LINES = 100_000
SIGNED_EVERY = 5_000
FACTS = {
    "aspect": "C3.3",
    "client_id": "0b6f2c0e-6d1f-4d5c-9f3b-7a8e0c1d2e3f",
    "not_done": False,
    "revision": 1,
    "values": ["59.795", "59.801", "59.798"],
}


def rows(lines: int = LINES) -> list[Row]:
    for start in range(0, lines, SIGNED_EVERY):
        drafts = [Draft("mark.entered", f"sheet:{n}", FACTS) for n in range(start, start + SIGNED_EVERY)]
        with transaction.atomic():
            append_many(lock_head("bench:ledger"), drafts, by=None)
        checkpoints.sign("bench:ledger", reason="hand")
    chain = Chain.objects.get(name="bench:ledger")
    began = time.process_time()
    report = verify(chain)
    spent = time.process_time() - began
    assert report.holds, report.faults[:3]
    began = time.process_time()
    with transaction.atomic():
        lock_head(chain.name)
        leaves = checkpoints.leaves(chain)
    signing = time.process_time() - began
    assert len(leaves) == lines
    return [
        Row(
            f"ledger: verify {lines:,} lines and {report.checkpoints} checkpoints",
            spent * 1000,
            note=f"{lines / spent:,.0f} lines/s",
        ),
        Row(f"ledger: read the tree of {lines:,} lines before a checkpoint", signing * 1000),
    ]

"""Small makers of pairs that make a lineage."""

from datetime import date, timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from academy.models import Pair
from craft_site.people.models import Worker
from tests.academy.rounds import make_scheme
from tests.factories import make_employer, make_trade, make_worker

_serial = count(1)


def teach(
    master: Worker,
    apprentice: Worker | None = None,
    *,
    year: int = 2020,
    named: str = "both",
    state: str = Pair.State.FINAL_OK,
    **fields: Any,
) -> Worker:
    """A pair of that year; the apprentice comes back. named: both, mentor, apprentice or nobody."""
    n = next(_serial)
    employer = (
        fields.pop("employer", None) or (apprentice.employer if apprentice else None) or make_employer()
    )
    apprentice = apprentice or make_worker(f"Apprentice {n}", employer=employer)
    starts, now = date(year, 3, 1), timezone.now()
    Pair.objects.create(
        scheme=fields.pop("scheme", None) or make_scheme(),
        number=f"L{n}",
        mentor=master,
        apprentice=apprentice,
        employer=employer,
        trade=fields.pop("trade", None) or make_trade(),
        state=state,
        mentor_grade=6,
        target_grade=4,
        target_on=starts + timedelta(days=300),
        starts_on=starts,
        ends_on=starts + timedelta(days=365),
        mentor_public_at=now if named in ("both", "mentor") else None,
        apprentice_public_at=now if named in ("both", "apprentice") else None,
        **fields,
    )
    return apprentice

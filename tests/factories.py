"""Small makers of rows for tests. Every value can be given; what is not given is plain and valid."""

from datetime import timedelta
from itertools import count
from typing import Any

from django.contrib.auth.models import Group
from django.utils import timezone

from competitions.models import Competition, Entry, Event, Seat, Series
from craft_site.people.models import Employer, Trade, TradeLevel, Union, User, Worker

_serial = count(1)

PASSWORD = "a-good-password"
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CODE_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def citizen_number(serial: int, *, birth: str = "19900101", region: str = "330784") -> str:
    """A valid 18-digit number. serial: 0..999; an odd one is a man's."""
    body = f"{region}{birth}{serial % 1000:03d}"
    return body + "10X98765432"[sum(int(c) * w for c, w in zip(body, _WEIGHTS, strict=True)) % 11]


def credit_code(serial: int) -> str:
    body = f"91330784MA{serial:07d}"
    total = sum(_CODE_SIGNS.index(c) * pow(3, i, 31) for i, c in enumerate(body))
    return body + _CODE_SIGNS[(31 - total % 31) % 31]


def make_user(*role_names: str, name: str = "", password: str | None = None, **fields: Any) -> User:
    """A reviewer is one of a city federation, with no union below it, unless another is given."""
    n = next(_serial)
    if "reviewer" in role_names and "union" not in fields:
        fields["union"] = make_union()
    user = User.objects.create_user(
        fields.pop("staff_no", f"U{n:05d}"), password, name=name or f"Person {n}", **fields
    )
    for role in role_names:
        user.groups.add(Group.objects.get_or_create(name=role)[0])
    return user


def make_employer(name: str = "", **fields: Any) -> Employer:
    n = next(_serial)
    fields.setdefault("credit_code", credit_code(n))
    return Employer.objects.create(name=name or f"Firm {n}", **fields)


def make_union(name: str = "", *, level: str = "city", parent: Union | None = None) -> Union:
    return Union.objects.create(name=name or f"Union {next(_serial)}", level=level, parent=parent)


def make_trade(name: str = "模具工", *, grades: tuple[int, ...] = (3, 4, 5, 6)) -> Trade:
    trade, made = Trade.objects.get_or_create(name=name, defaults={"name_en": "Mould and die maker"})
    if made:
        TradeLevel.objects.bulk_create(TradeLevel(trade=trade, grade=g) for g in grades)
    return trade


def make_worker(
    name: str = "", *, employer: Employer | None = None, user: User | None = None, **fields: Any
) -> Worker:
    n = next(_serial)
    birth = fields.pop("birth", "1990-01-01")
    number = fields.pop("id_number", "") or citizen_number(
        n, birth=birth.replace("-", ""), region=f"33{n // 1000:04d}"
    )
    worker = Worker(name=name or f"Worker {n}", employer=employer, user=user, **fields)
    worker.set_document("citizen", number)
    worker.birth = birth
    worker.set_mobile(f"138{n:08d}")
    worker.save()
    return worker


def make_event(code: str = "", *, state: str = Event.State.REGISTERING, **fields: Any) -> Event:
    n = next(_serial)
    competition = fields.pop("competition", None)
    if competition is None:
        series = Series.objects.create(code=f"series-{n}", name=f"Series {n}")
        competition = Competition.objects.create(
            series=series, code=f"contest-{n}", edition=1, year=2025, name=f"Contest {n}"
        )
    now = timezone.now()
    fields.setdefault("registration_opens", now - timedelta(days=1))
    fields.setdefault("registration_closes", now + timedelta(days=10))
    return Event.objects.create(
        competition=competition,
        code=code or f"event-{n}",
        name=fields.pop("name", f"Event {n}"),
        state=state,
        **fields,
    )


def make_entry(
    event: Event, *, worker: Worker | None = None, state: str = Entry.State.ACCEPTED, **fields: Any
) -> Entry:
    worker = worker or make_worker(employer=fields.get("employer") or make_employer())
    fields.setdefault("employer", worker.employer)
    fields.setdefault("reference", f"R{next(_serial):06d}")
    return Entry.objects.create(event=event, worker=worker, state=state, **fields)


def make_seat(event: Event, role: str, *, user: User | None = None, **fields: Any) -> Seat:
    return Seat.objects.create(event=event, user=user or make_user("judge"), role=role, **fields)

"""A city with its unions, a firm, rules, a master and apprentices, and pairs at any step through the real verbs."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from django.utils import timezone

from academy.domain import pair_agreements, pair_logs, pair_reviews, pair_schemes, pairs
from academy.files.pair_schemes import templates
from academy.models import Pair, PairLog, PairScheme
from academy.rules.pairing import add_months
from craft_site.kit.uploads import CleanUpload
from craft_site.people.models import Employer, Qualification, Trade, Union, User, Worker
from tests.factories import make_employer, make_trade, make_union, make_user, make_worker

_serial = count(1)


@dataclass
class Town:
    """organiser, union (reviewer of the firm's union), contact (of the firm), mentor and apprentice: accounts."""

    scheme: PairScheme
    trade: Trade
    firm: Employer
    firm_union: Union
    organiser: User
    second: User
    finance: User
    reviewer: User
    contact: User
    mentor: Worker
    apprentice: Worker


def make_town(template: str = "zhejiang-2024", **changes: Any) -> Town:
    n = next(_serial)
    city = make_union(f"City federation {n}")
    town = make_union(f"Town union {n}", level="town", parent=city)
    union = make_union(f"Works union {n}", level="enterprise", parent=town)
    firm = make_employer(union=union)
    organiser, trade = make_user("organiser"), make_trade()
    scheme = pair_schemes.create(code=f"rules-{n}", data=templates()[template] | changes, by=organiser)
    return Town(
        scheme=scheme,
        trade=trade,
        firm=firm,
        firm_union=union,
        organiser=organiser,
        second=make_user("organiser"),
        finance=make_user("finance"),
        reviewer=make_user("reviewer", union=union),
        contact=make_user("employer", employer=firm),
        mentor=make_person(firm, trade, grade=6),
        apprentice=make_person(firm, trade, grade=3),
    )


def make_person(firm: Employer, trade: Trade, *, grade: int = 0, name: str = "") -> Worker:
    worker = make_worker(name, employer=firm, user=make_user("worker"))
    if grade:
        certify(worker, trade, grade, on=date(2015, 5, 1))
    return worker


def certify(worker: Worker, trade: Trade, grade: int, *, on: date) -> Qualification:
    return Qualification.objects.create(
        worker=worker,
        trade=trade,
        grade=grade,
        certificate_no=f"Q{next(_serial):08d}",
        issued_on=on,
        checked=True,
    )


def proposed(town: Town, **changes: Any) -> Pair:
    """A proposal for two years from a month ago on."""
    starts = changes.pop("starts_on", timezone.localdate() - timedelta(days=30))
    values: dict[str, Any] = {
        "scheme": town.scheme,
        "mentor": town.mentor,
        "apprentice": town.apprentice,
        "trade": town.trade,
        "target_grade": 4,
        "starts_on": starts,
        "ends_on": add_months(starts, 24),
        "target_on": add_months(starts, 20),
        "skills": [("铣削加工", add_months(starts, 6)), ("模具装配", add_months(starts, 12))],
        "by": town.organiser,
    }
    return pairs.propose(**(values | changes))


def change(pair: Pair, by: Any, **changes: Any) -> Pair:
    """The same proposal with other content."""
    values = {
        "target_grade": pair.target_grade,
        "target_on": pair.target_on,
        "starts_on": pair.starts_on,
        "ends_on": pair.ends_on,
        "skills": [("Polishing", pair.ends_on)],
        "meetings": 4,
        "allowance": 200,
        "by": by,
    }
    return pairs.change(pair=pair, **(values | changes))


def sign(town: Town, pair: Pair, *sides: str, at: Any = None) -> Pair:
    by = {
        "apprentice": pair.apprentice.user,
        "mentor": pair.mentor.user,
        "employer": town.contact,
        "union": town.reviewer,
    }
    for side in sides or tuple(by):
        pair = pair_agreements.sign(
            pair=pair, side=side, seen=pair_agreements.content_hash(pair), by=by[side], at=at
        )
    return pair


def running(town: Town, *, since: date | None = None, **changes: Any) -> Pair:
    """A pair signed by all four on its first day, `since` or a month ago."""
    since = since or timezone.localdate() - timedelta(days=30)
    return sign(town, proposed(town, starts_on=since, **changes), at=noon(since))


def half_way(town: Town, **changes: Any) -> Pair:
    """A pair that passed its mid-term evaluation."""
    pair = running(town, **changes)
    evaluate(town, pair, "mid")
    return again(pair)


def completed(town: Town, **changes: Any) -> Pair:
    pair = half_way(town, **changes)
    evaluate(town, pair, "final", grade="excellent")
    return again(pair)


def evaluate(town: Town, pair: Pair, kind: str, **changes: Any) -> Any:
    values = {"theory": 85, "practice": 88, "conduct": 90, "grade": "passed", "by": town.organiser}
    return pair_reviews.review(pair=pair, kind=kind, **(values | changes))


def again(pair: Pair) -> Pair:
    """The pair as it stands in the database."""
    return Pair.objects.for_list().get(pk=pair.pk)


def noon(day: date) -> Any:
    return timezone.make_aware(timezone.datetime(day.year, day.month, day.day, 12))


def photographed(pair: Pair, upload: CleanUpload, *, month: date | None = None) -> PairLog:
    """A month that was sent with a photograph, last month unless another is named."""
    return pair_logs.write_with_photo(
        pair=pair,
        photo=upload,
        by=pair.apprentice.user,
        month=month or add_months(timezone.localdate(), -1),
        hours=Decimal("12.5"),
        topic="Milling the lower die",
        task="Four plates",
        reflection="I learnt to read the tolerances.",
        send=True,
    )

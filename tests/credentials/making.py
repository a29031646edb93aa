"""Certificates for tests: first the line in the growth record, then the certificate of it."""

from datetime import date
from itertools import count
from typing import Any

from craft_site.credentials.domain.issuing import Collective, Order, issue
from craft_site.credentials.models import Certificate
from craft_site.people.domain import growth
from craft_site.people.models import Employer, GrowthEntry, Worker
from tests.factories import make_worker

_serial = count(1)
ISSUERS = (
    {"zh": "永康市总工会", "en": "Yongkang Federation of Trade Unions"},
    {"zh": "永康市人力资源和社会保障局"},
)
FACTS = {"award": {"zh": "一等奖", "en": "First prize"}, "rank": {"zh": "第1名", "en": "1"}}
ON = date(2025, 4, 18)


def make_order(holder: Worker | None = None, **fields: Any) -> Order:
    """An order whose fact stands in the growth record."""
    holder = holder or make_worker()
    source = fields.pop("source", f"competitions:event:test-{next(_serial)}")
    order = Order(
        **{
            "kind": Certificate.Kind.PRIZE,
            "holder": holder,
            "source": source,
            "title": "第四届模具工职业技能精英赛",
            "title_en": "4th mould-maker contest",
            "on": ON,
            "issuers": ISSUERS,
            "facts": FACTS,
        }
        | fields
    )
    growth.record(worker=holder, kind=GrowthEntry.Kind.CONTEST, on=order.on, title=order.title, source=source)
    return order


def make_certificate(holder: Worker | None = None, *, by: Any = None, **fields: Any) -> Certificate:
    order = make_order(holder, **fields)
    return issue(
        kind=order.kind,
        holder=order.holder,
        source=order.source,
        title=order.title,
        title_en=order.title_en,
        on=order.on,
        issuers=order.issuers,
        facts=order.facts,
        by=by,
    )


def make_collective_certificate(
    name: str = "永康市某某有限公司冲压车间",
    *,
    employer: Employer | None = None,
    by: Any = None,
    **fields: Any,
) -> Certificate:
    """A unit's or team's, whose fact some wing says stands."""
    values: dict[str, Any] = {
        "kind": Certificate.Kind.HONOUR,
        "source": f"honours:honour:test-{next(_serial)}",
        "title": "全国工人先锋号",
        "title_en": "National worker pioneer",
        "on": ON,
        "issuers": ISSUERS,
        "facts": {"rank_of_honour": {"zh": "国家级", "en": "Nation"}},
        "standing": set,
    }
    return issue(holder=Collective(name, employer), by=by, **values | fields)

"""Indicators: taken over from those that come with the site, made and changed by the office."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from craft_site.home.scorecard import roles
from craft_site.home.scorecard.counters.registry import is_known
from craft_site.home.scorecard.models import CHAIN, Indicator, Measure
from craft_site.home.scorecard.refusals import ScorecardRefused
from craft_site.kit.canonical import sha256_hex
from craft_site.ledger.chain import append, lock_head


@dataclass(frozen=True, slots=True)
class MeasureGiven:
    """A measure as somebody describes it. code: known measures are changed, others are made."""

    code: str
    name: str = ""
    name_en: str = ""
    unit: str = ""
    unit_en: str = ""
    kind: str = Measure.Kind.NUMBER
    counter: str = ""


@transaction.atomic
def take_over(*, indicators: Sequence[Mapping[str, Any]], by: Any = None) -> int:
    """Makes those that are not there yet, from data as files.shipped reads them; the office's own changes stay.

    Says how many were made. by: None for the program itself.
    """
    known = set(Indicator.objects.values_list("code", flat=True))
    fresh = [(n, one) for n, one in enumerate(indicators, start=1) if one["code"] not in known]
    if not fresh:
        return 0
    lock_head(CHAIN)
    made = Indicator.objects.bulk_create(
        Indicator(
            code=one["code"],
            name=one["name"],
            name_en=one.get("name_en", ""),
            group=one["group"],
            leading=one.get("leading", False),
            shares=one.get("shares", False),
            position=n * 10,
        )
        for n, one in fresh
    )
    Measure.objects.bulk_create(
        Measure(indicator=indicator, position=m, **measure)
        for indicator, (_n, one) in zip(made, fresh, strict=True)
        for m, measure in enumerate(one["measures"])
    )
    facts = {
        "codes": [one["code"] for _n, one in fresh],
        "hash": sha256_hex([dict(one) for _n, one in fresh]),
    }
    append(CHAIN, "indicators.taken_over", subject="indicators", facts=facts, by=by)
    return len(made)


@transaction.atomic
def save_indicator(*, indicator: Indicator, measures: Sequence[MeasureGiven], by: Any) -> Indicator:
    """Keeps an indicator with its measures in their order. A measure with figures is not taken out.

    Raises PermissionDenied, ScorecardRefused.
    """
    roles.can_keep(by).or_refuse()
    lock_head(CHAIN)
    if not measures:
        raise ScorecardRefused(_("An indicator has at least one measure."))
    codes = [one.code for one in measures]
    if len(set(codes)) < len(codes):
        raise ScorecardRefused(_("Two measures have the same code."))
    for one in measures:
        if one.counter and not is_known(one.counter):
            raise ScorecardRefused(_("Nothing counts “%(key)s”.") % {"key": one.counter})
        if len(measures) > 1 and not one.name:
            raise ScorecardRefused(_("Each of several measures needs a name."))
    if indicator.shares and any(one.kind != Measure.Kind.PERCENT for one in measures):
        raise ScorecardRefused(_("Shares of a whole are in per cent."), field="shares")
    indicator.save()
    gone = Measure.objects.filter(indicator=indicator).exclude(code__in=codes)
    if gone.filter(figures__isnull=False).exists():
        raise ScorecardRefused(_("A measure with figures stays: take the indicator out of use instead."))
    gone.delete()
    known = {one.code: one for one in Measure.objects.filter(indicator=indicator)}
    for n, given in enumerate(measures):
        measure = known.get(given.code) or Measure(indicator=indicator, code=given.code)
        for field in fields(given):
            setattr(measure, field.name, getattr(given, field.name))
        measure.position = n
        measure.save()
    facts = {
        "name": indicator.name,
        "group": str(indicator.group),
        "position": indicator.position,
        "in_use": indicator.in_use,
        "measures": [{"code": one.code, "kind": str(one.kind), "counter": one.counter} for one in measures],
    }
    append(CHAIN, "indicator.saved", subject=indicator.subject, facts=facts, by=by)
    return indicator

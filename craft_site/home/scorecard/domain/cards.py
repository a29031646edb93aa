"""The scorecard of a year: opened, filled with figures and targets, published."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from craft_site.home.scorecard import roles
from craft_site.home.scorecard.models import CHAIN, EARLIEST, LATEST, Figure, Indicator, Measure, Scorecard
from craft_site.home.scorecard.plan import SIGNS, share_faults, written
from craft_site.home.scorecard.refusals import ScorecardRefused
from craft_site.kit.canonical import words_hash
from craft_site.ledger.chain import Draft, append, append_many, lock_head

MOST = Decimal(1_000_000_000)
TARGET = ("target", "target_sign", "target_words", "target_source", "target_quote")
B = Figure.Basis


@dataclass(frozen=True, slots=True)
class Given:
    """What somebody enters for one measure in one year; see Figure."""

    basis: str = B.ENTERED
    period: str = ""
    period_en: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    target: Decimal | None = None
    target_sign: str = "≥"
    target_words: str = ""
    target_words_en: str = ""
    target_source: str = ""
    target_quote: str = ""
    actual: Decimal | None = None
    actual_sign: str = ""
    source: str = ""
    quote: str = ""


@transaction.atomic
def open_year(*, year: int, by: Any, carry_over: bool = True) -> Scorecard:
    """Begins the scorecard of a year with every measure in use.

    carry_over: with the targets of the year before, each saying which year's it is. A measure that something counts
    is counted.
    Raises PermissionDenied, ScorecardRefused.
    """
    roles.can_keep(by).or_refuse()
    lock_head(CHAIN)
    if not EARLIEST <= year <= LATEST:
        raise ScorecardRefused(_("This is no year."), field="year")
    if Scorecard.objects.filter(year=year).exists():
        raise ScorecardRefused(_("The scorecard of this year is there already."), field="year")
    card = Scorecard.objects.create(year=year)
    earlier: dict[int, Figure] = {}
    if carry_over:
        found = Figure.objects.filter(card__year=year - 1)
        earlier = {figure.measure_id: figure for figure in found}
    Figure.objects.bulk_create(
        _fresh(card, measure, earlier.get(measure.pk))
        for measure in Measure.objects.filter(indicator__in_use=True).select_related("indicator")
    )
    append(CHAIN, "scorecard.opened", subject=card.subject, facts={"carry_over": carry_over}, by=by)
    return card


def _fresh(card: Scorecard, measure: Measure, earlier: Figure | None) -> Figure:
    figure = Figure(card=card, measure=measure, basis=B.COUNTED if measure.counter else B.ENTERED)
    if earlier is not None and (earlier.target is not None or earlier.target_words):
        figure.target, figure.target_sign = earlier.target, earlier.target_sign
        figure.target_words, figure.target_words_en = earlier.target_words, earlier.target_words_en
        figure.carried_from = earlier.carried_from or card.year - 1
    return figure


@transaction.atomic
def set_figures(*, card: Scorecard, indicator: Indicator, given: Mapping[str, Given], by: Any) -> None:
    """Keeps the figures of one indicator in one year, all of them or none. given: by the code of the measure.

    A year that is closed shows what it was closed with until a new version is made.
    Raises PermissionDenied, ScorecardRefused; its field is "<measure>-<field>".
    """
    roles.can_keep(by).or_refuse()
    head = lock_head(CHAIN)
    measures = {one.code: one for one in Measure.objects.filter(indicator=indicator)}
    if unknown := given.keys() - measures.keys():
        raise ScorecardRefused(_("There is no measure “%(code)s”.") % {"code": min(unknown)})
    for code, one in given.items():
        _check(one, measures[code])
    if indicator.shares:
        _check_shares(given)
    known = {row.measure_id: row for row in Figure.objects.filter(card=card, measure__in=measures.values())}
    lines = []
    for code, one in given.items():
        row = known.get(measures[code].pk) or Figure(card=card, measure=measures[code])
        values = {each.name: getattr(one, each.name) for each in fields(one)}
        if row.pk and all(getattr(row, name) == value for name, value in values.items()):
            continue
        if any(getattr(row, name) != values[name] for name in TARGET):
            row.carried_from = None  # it is this year's own now
        for name, value in values.items():
            setattr(row, name, value)
        row.save()
        lines.append(Draft("figure.set", f"{card.subject}:{indicator.code}/{code}", _facts(one)))
    append_many(head, lines, by=by)


def _check(given: Given, measure: Measure) -> None:
    def no(field: str, words: str) -> ScorecardRefused:
        return ScorecardRefused(words, field=f"{measure.code}-{field}")

    if given.basis not in B.values:
        raise no("basis", _("Choose where the number comes from."))
    if given.basis != B.ENTERED and not measure.counter:
        raise no("basis", _("Nothing counts this measure: enter its number from a source."))
    for name in ("target", "actual"):
        value = getattr(given, name)
        if value is None:
            continue
        if not 0 <= value <= MOST:
            raise no(name, _("A number lies between 0 and %(most)s.") % {"most": f"{MOST:,}"})
        if measure.kind == Measure.Kind.PERCENT and value > 1000:
            raise no(name, _("This measure is in per cent: enter 90 for 90 %."))
        if measure.kind == Measure.Kind.NUMBER and value != value.to_integral_value():
            raise no(name, _("This measure is counted in whole numbers."))
    for name in ("target_sign", "actual_sign"):
        if getattr(given, name) not in SIGNS:
            raise no(name, _("Choose one of the signs."))
    if given.actual is not None and not given.source.strip():
        raise no("source", _("Name the source of the number: a report with its year, a page."))
    if given.actual is not None and not given.quote.strip():
        raise no("quote", _("Copy the sentence of the source that says the number."))
    if given.basis == B.COMPLETED and given.actual is None:
        raise no("actual", _("Enter the number of the source that completes the count."))
    if given.starts_on and given.ends_on and given.ends_on < given.starts_on:
        raise no("ends_on", _("The last day is before the first day."))


def _check_shares(given: Mapping[str, Given]) -> None:
    """Shares of a whole are 100 together, the targets and the numbers each; some may still be missing."""
    for name, words in (
        ("target", _("The targets of these shares are %(sum)s per cent together, not 100.")),
        ("actual", _("These shares are %(sum)s per cent together, not 100.")),
    ):
        if (total := share_faults(getattr(one, name) for one in given.values())) is not None:
            raise ScorecardRefused(words % {"sum": written(total)}, field=f"{max(given)}-{name}")


def _facts(given: Given) -> dict[str, Any]:
    """What the ledger keeps: numbers as they are, words by their hash, for a sentence may name somebody."""
    return {
        "basis": str(given.basis),
        "target": written(given.target, given.target_sign) or None,
        "actual": written(given.actual, given.actual_sign) or None,
        "words_hash": words_hash(
            "\n".join((given.source, given.quote, given.target_words, given.target_quote))
        ),
    }


@transaction.atomic
def publish(*, card: Scorecard, published: bool, by: Any) -> Scorecard:
    """Shows a year in public, or takes it off. A closed year stays shown. Raises PermissionDenied, ScorecardRefused."""
    roles.can_keep(by).or_refuse()
    lock_head(CHAIN)
    found = Scorecard.objects.select_for_update().get(pk=card.pk)
    if found.published == published:
        return found
    if not published and found.snapshots.exists():  # type: ignore[attr-defined]
        raise ScorecardRefused(_("This year is closed: its versions stay public."))
    found.published = published
    found.save(update_fields=["published"])
    append(CHAIN, "scorecard.published", subject=found.subject, facts={"published": published}, by=by)
    return found

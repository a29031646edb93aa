"""What a programme says to one claim: the amount, and every finding by name, hard (refuse) or soft (look again).

Nothing stops at the first finding, so that a claimant hears everything at once. What is not known is None; it never
refuses anybody and is a soft finding for whoever reviews.
"""

from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from academy.rules.programme import Item, Rules


@dataclass(frozen=True, slots=True)
class Finding:
    """code: e.g. "outside_window"; params: plain values for its words."""

    code: str
    hard: bool
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Person:
    """What is known of the claimant. traits: by name (programme.TRAITS), None or absent where nobody knows."""

    traits: Mapping[str, bool | None]
    hired_on: date | None = None
    insured_months: int | None = None


@dataclass(frozen=True, slots=True)
class Proof:
    """The certificate, diploma or enrolment. said_*: what its number tells, None where it tells nothing."""

    kind: str
    level: int
    dated: date
    number: str = ""
    trade: str = ""
    stage: str = "completed"
    number_readable: bool = True
    said_level: int | None = None  # in the programme's rising count
    said_year: int | None = None
    said_province: str | None = None


@dataclass(frozen=True, slots=True)
class Before:
    """An earlier claim of the same person that still stands. programme: its code."""

    programme: str
    item: str
    kind: str
    level: int
    year: int
    number: str = ""
    trade: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """amount: whole yuan, None when the item grants nothing for this proof."""

    amount: int | None
    findings: tuple[Finding, ...]

    @property
    def barred(self) -> bool:
        return self.amount is None or any(finding.hard for finding in self.findings)


def judge(
    rules: Rules,
    item: Item,
    *,
    code: str,
    person: Person,
    proof: Proof,
    before: Iterable[Before],
    today: date,
) -> Verdict:
    """The verdict of the programme with this code. before: all standing claims of the person, in every programme."""
    past = tuple(before)
    amount = item.amount(proof.level) if proof.kind == item.kind else None
    findings = [
        *_proof_findings(item, proof, amount, today),
        *_number_findings(item, proof),
        *_person_findings(rules, item, person, proof, today),
        *_repeat_findings(rules, item, code, proof, past, today),
    ]
    return Verdict(amount, tuple(findings))


def months_between(earlier: date, later: date) -> int:
    """Full months; negative when `later` is earlier."""
    return (later.year - earlier.year) * 12 + later.month - earlier.month - (later.day < earlier.day)


def _proof_findings(item: Item, proof: Proof, amount: int | None, today: date) -> list[Finding]:
    found = []
    if proof.kind != item.kind:
        found.append(Finding("other_kind", True, {"kind": proof.kind, "asked": item.kind}))
    elif amount is None:
        found.append(Finding("level_not_granted", True, {"kind": proof.kind, "level": proof.level}))
    if proof.stage != item.stage:
        found.append(Finding("other_stage", True, {"asked": item.stage}))
    if proof.dated > today:
        found.append(Finding("dated_ahead", True, {"dated": proof.dated.isoformat()}))
    if (item.dated_from and proof.dated < item.dated_from) or (item.dated_to and proof.dated > item.dated_to):
        window = {
            "from": item.dated_from.isoformat() if item.dated_from else "",
            "to": item.dated_to.isoformat() if item.dated_to else "",
        }
        found.append(Finding("outside_window", True, {"dated": proof.dated.isoformat(), **window}))
    if item.months is not None and today > last_day(proof.dated, item.months):
        found.append(Finding("too_old", True, {"dated": proof.dated.isoformat(), "months": item.months}))
    return found


def last_day(dated: date, months: int) -> date:
    """The day that closes so many months, itself still inside; the last of a month that has no such day."""
    year, month = divmod(dated.year * 12 + dated.month - 1 + months, 12)
    return date(year, month + 1, min(dated.day, monthrange(year, month + 1)[1]))


def _number_findings(item: Item, proof: Proof) -> list[Finding]:
    if proof.kind != "skill":
        return []
    found = []
    if not proof.number_readable:
        found.append(Finding("number_unreadable", True))
    if proof.said_level is not None and proof.said_level != proof.level:
        found.append(Finding("number_level", True, {"said": proof.said_level, "claimed": proof.level}))
    if proof.said_year is not None and proof.said_year != proof.dated.year:
        found.append(Finding("number_year", True, {"said": proof.said_year, "claimed": proof.dated.year}))
    if item.province and proof.said_province is None and proof.number_readable:
        found.append(Finding("province_unknown", False, {"asked": item.province}))
    elif item.province and proof.said_province not in (None, item.province):
        found.append(Finding("number_province", True, {"said": proof.said_province, "asked": item.province}))
    return found


def _person_findings(rules: Rules, item: Item, person: Person, proof: Proof, today: date) -> list[Finding]:
    found = []
    for name, wanted in rules.traits.items():
        value = person.traits.get(name)
        if value is None:
            found.append(Finding("to_confirm", False, {"trait": name, "wanted": wanted}))
        elif value is not wanted:
            found.append(Finding("trait", True, {"trait": name, "wanted": wanted}))
    if rules.any_of:
        values = [person.traits.get(name) for name in rules.any_of]
        if True not in values:
            found.append(Finding("none_of", None not in values, {"traits": list(rules.any_of)}))
    if rules.months_in_firm:
        if person.hired_on is None:
            found.append(Finding("hired_unknown", False))
        elif months_between(person.hired_on, today) < rules.months_in_firm:
            found.append(Finding("short_in_firm", True, {"months": rules.months_in_firm}))
    if item.insured_months:
        if person.insured_months is None:
            found.append(Finding("insured_unknown", False, {"months": item.insured_months}))
        elif person.insured_months < item.insured_months:
            found.append(Finding("short_insured", True, {"months": item.insured_months}))
    if rules.after_hiring:
        if person.hired_on is None:
            if not rules.months_in_firm:
                found.append(Finding("hired_unknown", False))
        elif proof.dated < person.hired_on:
            found.append(Finding("before_hiring", True, {"hired": person.hired_on.isoformat()}))
    return found


def _repeat_findings(
    rules: Rules, item: Item, code: str, proof: Proof, past: tuple[Before, ...], today: date
) -> list[Finding]:
    here = [claim for claim in past if claim.programme == code]
    of_kind = [claim for claim in here if claim.kind == proof.kind]
    found = []
    repeats = {
        "certificate": proof.number != "" and any(claim.number == proof.number for claim in here),
        "level": any(claim.level == proof.level and claim.trade == proof.trade for claim in of_kind),
        "item": any(claim.item == item.key for claim in here),
        "year": any(claim.year == today.year for claim in here),
        "life": bool(here),
    }
    found += [Finding(f"once_per_{name}", True) for name in rules.once_per if repeats[name]]
    if rules.per_year is not None and sum(claim.year == today.year for claim in here) >= rules.per_year:
        found.append(Finding("too_many_this_year", True, {"limit": rules.per_year}))
    if (
        rules.no_lower
        and proof.kind == "skill"
        and any(
            claim.kind == "skill" and claim.trade == proof.trade and claim.level > proof.level
            for claim in past
        )
    ):
        found.append(Finding("lower_after_higher", True))
    found += [
        Finding("excluded_by", True, {"programme": claim})
        for claim in sorted({claim.programme for claim in past} & set(rules.excludes))
    ]
    return found

"""May this worker enter? The rules are rows of the event; here each kind is read against one entry.

An answer is kept as a bare fact ("15", "roster", a title), and put into words when somebody reads it, in the
reader's language. No answer carries a document number or a date of birth.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from competitions.models import EligibilityRule, Entry, Event, Finding
from craft_site.people.models import Qualification
from craft_site.people.models.trade import Grade

K = EligibilityRule.Kind
Outcome = Finding.Outcome

# An entry that holds a place of its employer's quota.
COUNTED = (
    Entry.State.SUBMITTED,
    Entry.State.UNIT_OK,
    Entry.State.RETURNED,
    Entry.State.ACCEPTED,
    Entry.State.CHECKED_IN,
    Entry.State.ABSENT,
    Entry.State.DISQUALIFIED,
)

UNREADABLE = "rule"  # the rule's own value cannot be read; the office must mend the rule
UNCHECKED = "unchecked:"  # a certificate that nobody has checked yet
REFUSED = "refused:"  # a certificate that the office did not accept


@dataclass(frozen=True, slots=True)
class Answer:
    """What one rule found. found: the bare fact, at most 120 characters."""

    outcome: str
    found: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the rules look at, fetched once for all of them.

    age: full years on the day that counts, None when no date of birth is known; firm_entries: the other entries
    of the same employer in this event that hold a place, None without an employer.
    """

    entry: Entry
    age: int | None
    qualifications: tuple[Qualification, ...]
    firm_entries: int | None


def day_that_counts(event: Event) -> date:
    """The day on which ages are counted: the first session's, else the last day of registration, else today."""
    first = event.sessions.order_by("starts_at").values_list("starts_at", flat=True).first()
    return timezone.localdate(first or event.registration_closes or timezone.now())


def gather(entry: Entry) -> Facts:
    """The facts of an entry, in at most three queries."""
    firm_entries = None
    if entry.employer_id is not None:
        firm_entries = (
            Entry.objects.filter(event_id=entry.event_id, employer_id=entry.employer_id, state__in=COUNTED)
            .exclude(pk=entry.pk)
            .count()
        )
    return Facts(
        entry=entry,
        age=entry.worker.age_on(day_that_counts(entry.event)),
        qualifications=tuple(entry.worker.qualifications.all()),
        firm_entries=firm_entries,
    )


def answers(entry: Entry) -> list[tuple[EligibilityRule, Answer]]:
    """Every rule of the entry's event with its answer, nothing written."""
    rules = list(entry.event.rules.all())
    if not rules:
        return []
    facts = gather(entry)
    return [(rule, CHECKS[rule.kind](rule, facts)) for rule in rules]


def check(*, entry: Entry) -> list[Finding]:
    """Evaluates all rules and keeps the findings, one a rule; checking again replaces them."""
    found = [
        Finding(entry=entry, rule=rule, outcome=answer.outcome, found=answer.found[:120])
        for rule, answer in answers(entry)
    ]
    Finding.objects.bulk_create(
        found, update_conflicts=True, unique_fields=["entry", "rule"], update_fields=["outcome", "found"]
    )
    return found


def bars(findings: list[Finding]) -> list[Finding]:
    """The findings that refuse the entry: a hard rule that is not met."""
    return [f for f in findings if f.rule.hard and f.outcome == Outcome.NOT_MET]


# --- one function a kind of rule --------------------------------------------------------------------------


def whole_number(text: str) -> int | None:
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() else None


def age_limit(rule: EligibilityRule, sex: str) -> int | None:
    """The age of a BELOW_AGE rule: "60", or "60/55" for men and women; None when it cannot be told."""
    men, slash, women = rule.value.partition("/")
    if not slash:
        return whole_number(men)
    return whole_number(men if sex == "m" else women) if sex else None


def _min_age(rule: EligibilityRule, facts: Facts) -> Answer:
    limit = whole_number(rule.value)
    if limit is None:
        return Answer(Outcome.UNKNOWN, UNREADABLE)
    if facts.age is None:
        return Answer(Outcome.UNKNOWN)
    return Answer(Outcome.MET if facts.age >= limit else Outcome.NOT_MET, str(facts.age))


def _below_age(rule: EligibilityRule, facts: Facts) -> Answer:
    limit = age_limit(rule, facts.entry.worker.sex)
    if limit is None:
        sexless = "/" in rule.value and not facts.entry.worker.sex
        return Answer(Outcome.UNKNOWN, "" if sexless else UNREADABLE)
    if facts.age is None:
        return Answer(Outcome.UNKNOWN)
    return Answer(Outcome.MET if facts.age < limit else Outcome.NOT_MET, str(facts.age))


def _insured(rule: EligibilityRule, facts: Facts) -> Answer:
    limit = whole_number(rule.value)
    if facts.entry.local_resident:
        return Answer(Outcome.MET, "resident")
    if limit is None:
        return Answer(Outcome.UNKNOWN, UNREADABLE)
    months = facts.entry.insured_months
    if months is None:
        return Answer(Outcome.UNKNOWN)
    return Answer(Outcome.MET if months >= limit else Outcome.NOT_MET, str(months))


def _trade_years(rule: EligibilityRule, facts: Facts) -> Answer:
    limit, years = whole_number(rule.value), facts.entry.trade_years
    if limit is None:
        return Answer(Outcome.UNKNOWN, UNREADABLE)
    if years is None:
        return Answer(Outcome.UNKNOWN)
    return Answer(Outcome.MET if years >= limit else Outcome.NOT_MET, str(years))


def _barred_title(rule: EligibilityRule, facts: Facts) -> Answer:
    """Only a title in the event's own trade bars; one whose trade nobody wrote down is for the reviewer."""
    wanted = rule.value.strip()
    trade = facts.entry.event.trade_id
    titles = [
        q
        for q in facts.qualifications
        if q.kind == Qualification.Kind.EXPERT_TITLE and wanted and wanted in q.title and not q.refused
    ]
    if trade is None or any(q.trade_id == trade for q in titles):
        return Answer(Outcome.NOT_MET, titles[0].title) if titles else Answer(Outcome.MET)
    if any(q.trade_id is None for q in titles):
        return Answer(Outcome.UNKNOWN, titles[0].title)
    return Answer(Outcome.MET)


def _employer_quota(rule: EligibilityRule, facts: Facts) -> Answer:
    limit = whole_number(rule.value)
    if limit is None:
        return Answer(Outcome.UNKNOWN, UNREADABLE)
    if facts.firm_entries is None:
        return Answer(Outcome.UNKNOWN)
    return Answer(Outcome.MET if facts.firm_entries < limit else Outcome.NOT_MET, str(facts.firm_entries))


def _level_at_least(rule: EligibilityRule, facts: Facts) -> Answer:
    limit, trade = whole_number(rule.value), facts.entry.event.trade_id
    if limit is None:
        return Answer(Outcome.UNKNOWN, UNREADABLE)
    held = [
        (q.grade, q)
        for q in facts.qualifications
        if q.grade is not None and q.kind == Qualification.Kind.LEVEL and trade in (None, q.trade_id)
    ]
    checked = max((grade for grade, q in held if q.checked), default=0)
    claimed = max((grade for grade, q in held if not q.refused), default=0)
    refused = max((grade for grade, q in held if q.refused), default=0)
    if checked >= limit:
        return Answer(Outcome.MET, str(checked))
    if claimed >= limit:
        return Answer(Outcome.UNKNOWN, f"{UNCHECKED}{claimed}")
    if refused >= limit:
        return Answer(Outcome.NOT_MET, f"{REFUSED}{refused}")
    return Answer(Outcome.NOT_MET, str(claimed) if claimed else "")


def _barred_group(rule: EligibilityRule, facts: Facts) -> Answer:
    group = facts.entry.group
    if rule.value.strip() not in Entry.Group.values:
        return Answer(Outcome.UNKNOWN, UNREADABLE)
    return Answer(Outcome.NOT_MET if group == rule.value.strip() else Outcome.MET, group)


CHECKS: dict[str, Callable[[EligibilityRule, Facts], Answer]] = {
    K.MIN_AGE: _min_age,
    K.BELOW_AGE: _below_age,
    K.INSURED_MONTHS: _insured,
    K.TRADE_YEARS: _trade_years,
    K.BARRED_TITLE: _barred_title,
    K.EMPLOYER_QUOTA: _employer_quota,
    K.LEVEL_AT_LEAST: _level_at_least,
    K.BARRED_GROUP: _barred_group,
}


# --- words ------------------------------------------------------------------------------------------------


def rule_in_words(rule: EligibilityRule) -> str:
    """The condition as the contestant reads it: the organiser's own words, or plain ones made from the row."""
    value = rule.value.strip()
    if rule.note:
        return rule.note
    match rule.kind:
        case K.MIN_AGE:
            return _("At least %(value)s years old") % {"value": value}
        case K.BELOW_AGE if "/" in value:
            men, _slash, women = value.partition("/")
            return _("Younger than %(men)s (men) or %(women)s (women)") % {"men": men, "women": women}
        case K.BELOW_AGE:
            return _("Younger than %(value)s") % {"value": value}
        case K.INSURED_MONTHS:
            return _("Local resident, or at least %(value)s months of local social insurance") % {
                "value": value
            }
        case K.TRADE_YEARS:
            return _("At least %(value)s years in the trade") % {"value": value}
        case K.BARRED_TITLE:
            return _("Does not hold the title %(value)s in this trade") % {"value": value}
        case K.EMPLOYER_QUOTA:
            return _("At most %(value)s entries of one employer") % {"value": value}
        case K.LEVEL_AT_LEAST:
            return _("Holds %(level)s or higher in this trade") % {"level": _level(value)}
        case _:
            return _("Closed to the group: %(group)s") % {"group": _group(value)}


def found_in_words(finding: Finding) -> str:
    """What was found, in words, without any number that identifies a person."""
    found, kind = finding.found, finding.rule.kind
    if found == UNREADABLE:
        return _("The rule itself cannot be read; the office must correct it.")
    match kind:
        case K.MIN_AGE | K.BELOW_AGE:
            if not found:
                return _("Date of birth or sex not known")
            return _("%(age)s years old on the day that counts") % {"age": found}
        case K.INSURED_MONTHS:
            if found == "resident":
                return _("Local resident")
            if not found:
                return _("Neither residence nor months of insurance given")
            return ngettext("%(count)s month of insurance", "%(count)s months of insurance", int(found)) % {
                "count": found
            }
        case K.TRADE_YEARS:
            if not found:
                return _("Years in the trade not given")
            return ngettext("%(count)s year", "%(count)s years", int(found)) % {"count": found}
        case K.BARRED_TITLE:
            return _("Holds: %(title)s") % {"title": found} if found else _("No such title on record")
        case K.EMPLOYER_QUOTA:
            if not found:
                return _("No employer given")
            return ngettext(
                "%(count)s other entry of this employer",
                "%(count)s other entries of this employer",
                int(found),
            ) % {"count": found}
        case K.LEVEL_AT_LEAST:
            if found.startswith(UNCHECKED):
                return _("%(level)s, certificate not checked yet") % {
                    "level": _level(found.removeprefix(UNCHECKED))
                }
            if found.startswith(REFUSED):
                return _("%(level)s, certificate not accepted") % {
                    "level": _level(found.removeprefix(REFUSED))
                }
            return _level(found) if found else _("No certificate on record")
        case _:
            return _group(found)


def _level(value: str) -> str:
    number = whole_number(value)
    return str(Grade(number).label) if number in Grade.values else value


def _group(value: str) -> str:
    return str(Entry.Group(value).label) if value in Entry.Group.values else value

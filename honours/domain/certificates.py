"""Certificates of honours: what a decree conferred here is certified by itself, an honour of the register by the
office's word, and what is revoked is certified no more.

A person's honour is a line of the growth record, and the certificate is of that line. What a unit or a team holds is
certified to the unit or team, by the register; its members are named nowhere on it: the honour is not theirs.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from craft_site.credentials import issuer
from craft_site.credentials.domain import issuing, revoking
from craft_site.credentials.domain.issuing import Collective, Order, Outcome, Progress, Words
from craft_site.credentials.models import Certificate
from craft_site.jobs import queue
from craft_site.jobs.models import Job
from craft_site.people.models import GrowthEntry
from honours import roles
from honours.models import Conferral, Honour, Level
from honours.models.honour import HonourQuerySet

JOB = "honours.certify"

# What is signed does not hang on a catalogue: both languages stand here, in the words of the roll.
LEVELS: dict[Level, Words] = {
    Level.CITY: {"zh": "县市级", "en": "City"},
    Level.PREFECTURE: {"zh": "设区市级", "en": "Prefecture"},
    Level.PROVINCE: {"zh": "省级", "en": "Province"},
    Level.NATION: {"zh": "国家级", "en": "Nation"},
}


def conferred_here() -> HonourQuerySet:
    """What a decree conferred through this site, and what stands of it."""
    return Honour.objects.certifiable().filter(origin=Honour.Origin.CONFERRED)


def ask_for(*, by: Any, conferral: Conferral | None = None, title: str = "", back_to: str = "") -> Job:
    """Asks for the certificates of a conferral, or of all that was conferred here; in the transaction of the facts."""
    payload = {"conferral": str(conferral.uuid) if conferral else ""}
    return queue.enqueue(JOB, payload=payload, by=by, title=title, back_to=back_to)


def certify_conferred(*, by: Any, conferral: str = "", progress: Progress | None = None) -> Outcome:
    """The certificates of one conferral by its uuid, or of all. Safe to repeat."""
    found = conferred_here()
    if conferral:
        found = found.filter(nomination__conferral__uuid=conferral)
    return _certify(found.order_by("pk"), by=by, progress=progress)


def certify(*, honour: Honour, by: Any) -> Certificate:
    """The certificate of one honour of the register, by an organiser's word. Raises PermissionDenied,
    issuing.CertificateRefused: it does not stand in a growth record, or was revoked."""
    roles.can_keep_register(by).or_refuse()
    outcome = _certify(Honour.objects.certifiable().filter(pk=honour.pk), by=by)
    if made := outcome.issued or outcome.kept:
        return made[0]
    if honour.day is None:
        raise issuing.CertificateRefused(_("No source tells the year of this honour: nothing can be dated."))
    why = outcome.refused[0][1] if outcome.refused else issuing.not_in_record()
    raise issuing.CertificateRefused(why)


def take_back(*, honour: Honour, effective_on: date, by: Any) -> Certificate | None:
    """Revokes the certificate of an honour that two people revoked, from the day on which that took effect."""
    holder = honour.holder.worker
    return revoking.withdraw(holder=holder, source=honour.record_source, since=effective_on, by=by)


def by_source(honours: Iterable[Honour]) -> dict[str, Certificate]:
    """The certificates that stand, by the source of their honour. One query."""
    sources = [honour.record_source for honour in honours]
    return {one.source: one for one in Certificate.objects.standing().filter(source__in=sources)}


def _certify(honours: HonourQuerySet, *, by: Any, progress: Progress | None = None) -> Outcome:
    found = list(honours.select_related("title", "holder__worker", "holder__employer"))
    of_persons = {one.record_source: one for one in found if one.holder.worker_id}
    lines = GrowthEntry.objects.filter(source__in=of_persons, withdrawn=False).select_related("worker")
    orders = [_of_person(of_persons[line.source], line) for line in lines.order_by("worker__name", "worker")]
    orders += [_of_collective(one, one.day) for one in found if not one.holder.worker_id and one.day]
    return issuing.issue_many(orders=orders, by=by, progress=progress, standing=_standing)


def _standing(sources: Sequence[str]) -> set[str]:
    """Of the honours by these sources those that stand."""
    found = Honour.objects.standing().filter(uuid__in=[one.rpartition(":")[2] for one in sources])
    return {one.record_source for one in found.only("uuid")}


def _of_person(honour: Honour, line: GrowthEntry) -> Order:
    return Order.of(line, kind=Certificate.Kind.HONOUR, issuers=_issuers(honour), facts=_facts(honour))


def _of_collective(honour: Honour, on: date) -> Order:
    title, holder = honour.title, honour.holder
    facts = _facts(honour)
    if holder.unit_name and holder.unit_name not in holder.name:
        facts["unit"] = {"zh": holder.unit_name}
    return Order(
        kind=Certificate.Kind.HONOUR,
        holder=Collective(holder.name, holder.employer),
        source=honour.record_source,
        title=title.name,
        title_en=title.name_en,
        on=on,
        issuers=_issuers(honour),
        facts=facts,
    )


def _issuers(honour: Honour) -> Sequence[Words]:
    title = honour.title
    return [{"zh": title.body, "en": title.body_en}] if title.body else issuer.default_issuers()


def _facts(honour: Honour) -> dict[str, Words]:
    facts: dict[str, Words] = {"rank_of_honour": LEVELS[Level(honour.title.level)]}
    if honour.document_no:
        facts["document"] = {"zh": honour.document_no}
    return facts

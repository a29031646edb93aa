"""The register: who holds which honour since when. Entered by hand, read from a workbook, or conferred here.

An honour of somebody in the register of people stands in their growth record by the ground's one verb. Nobody's name
goes into the ledger: its lines speak of the honour and its holder by their keys.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from craft_site.ledger.chain import Draft, append_many, lock_head
from craft_site.people.domain import growth
from craft_site.people.models import Employer, GrowthEntry, Trade, Worker
from craft_site.search import index
from honours import roles
from honours.domain import stories
from honours.domain.refusals import HonourRefused
from honours.findable import HOLDERS, TITLES
from honours.models import REGISTER, Holder, Honour, HonourMember, HonourTally, HonourTitle, Kind

EARLIEST = 1949


@dataclass(frozen=True, slots=True)
class Member:
    """One of a collective; worker where the person is in the register."""

    name: str
    worker: Worker | None = None
    leads: bool = False


@dataclass(frozen=True, slots=True)
class Held:
    """An honour to be written down: who, which, when, and where it can be read."""

    title: HonourTitle
    name: str
    source: str
    unit: str = ""
    worker: Worker | None = None
    employer: Employer | None = None
    trade: Trade | None = None
    year: int | None = None
    conferred_on: date | None = None
    document_no: str = ""
    members: Sequence[Member] = ()

    @property
    def in_year(self) -> int | None:
        """The year said, else that of the day."""
        return self.year or (self.conferred_on.year if self.conferred_on else None)

    @property
    def day(self) -> date | None:
        return self.conferred_on or (date(self.year, 1, 1) if self.year else None)


@transaction.atomic
def enter(*, held: Held, by: Any, announced: bool = True) -> Honour:
    """Writes one honour down. announced: a public document prints the name, so public pages may.

    Raises PermissionDenied, HonourRefused.
    """
    roles.can_keep_register(by).or_refuse()
    check(held)
    return write(helds=[held], by=by, origin=Honour.Origin.ENTERED, announced=announced)[0]


class Known:
    """The holders and honours in the register of whom some honours to be written down speak. Two queries for many."""

    def __init__(self, helds: Sequence[Held]) -> None:
        workers = {held.worker.pk for held in helds if held.worker is not None}
        names = {held.name.strip() for held in helds}
        found = Holder.objects.filter(Q(worker__in=workers) | Q(worker=None, name__in=names))
        self.by_worker: dict[int, Holder] = {}
        self.by_name: dict[tuple[str, str, str], Holder] = {}
        for holder in found.order_by("-pk"):
            if holder.worker_id is not None:
                self.by_worker[holder.worker_id] = holder
            else:
                self.by_name[holder.kind, holder.name, holder.unit] = holder
        keys = [holder.pk for holder in (*self.by_worker.values(), *self.by_name.values())]
        held = Honour.objects.filter(holder__in=keys).order_by()
        self.held = set(held.values_list("title", "holder", "year"))

    def find(self, held: Held) -> Holder | None:
        """The holder who is meant: the worker's own, or the one of this kind, name and unit who is nobody else's."""
        kind, name, unit = held.title.kind, held.name.strip(), held.unit.strip()
        if held.worker is None:
            return self.by_name.get((kind, name, unit))
        if (known := self.by_worker.get(held.worker.pk)) is not None:
            return known
        # Written down before the person came into the register, with the same unit.
        unit = unit or (held.worker.employer.name if held.worker.employer else "")
        return self.by_name.get((kind, name, unit)) if unit else None

    def has(self, held: Held) -> bool:
        """Whether this honour is in the register already."""
        holder = self.find(held)
        return holder is not None and (held.title.pk, holder.pk, held.in_year) in self.held


def check(held: Held, known: Known | None = None) -> None:
    """What cannot be written down is refused, beside the field at fault. known: asked before for many."""
    if not held.name.strip():
        raise HonourRefused(_("Enter who holds the honour."), field="name")
    if not held.source.strip():
        raise HonourRefused(_("Say where this can be read: the decree, a newspaper."), field="source")
    if held.worker is not None and held.title.kind != Kind.PERSON:
        raise HonourRefused(_("This title goes to units or teams, not to a person."), field="title")
    if held.worker is not None and held.day is None:
        raise HonourRefused(_("Enter the year: it stands in the person's growth record."), field="year")
    today = timezone.localdate()
    if held.year is not None and not EARLIEST <= held.year <= today.year:
        raise HonourRefused(
            _("The year lies between %(first)d and %(last)d.") % {"first": EARLIEST, "last": today.year},
            field="year",
        )
    if held.conferred_on is not None and held.conferred_on > today:
        raise HonourRefused(_("The day of the conferral lies ahead."), field="conferred_on")
    if held.members and held.title.kind == Kind.PERSON:
        raise HonourRefused(_("A person's honour has no members."), field="members")
    if (known or Known([held])).has(held):
        raise HonourRefused(_("This honour is in the register already."), field="name")


def write(
    *, helds: Sequence[Held], by: Any, origin: str, announced: bool, chain: str = REGISTER
) -> list[Honour]:
    """Writes honours that `check` has passed: holder, members, growth record, a line each in the ledger's chain."""
    head = lock_head(chain)
    made, drafts = [], []
    for held in helds:
        holder = Known([held]).find(held) or Holder(kind=held.title.kind, name=held.name.strip())
        _complete(holder, held, announced=announced)
        honour = Honour(
            title=held.title,
            holder=holder,
            year=held.in_year,
            conferred_on=held.conferred_on,
            document_no=held.document_no.strip(),
            source=held.source.strip(),
            origin=origin,
            chain=chain,
            made_by=by,
        )
        try:
            with transaction.atomic():
                honour.save()
        except IntegrityError as error:
            raise HonourRefused(_("This honour is in the register already."), field="name") from error
        _members(honour, held.members)
        put_on_record(honour)
        facts = {"title": held.title.code, "holder": str(holder.uuid), "year": honour.year}
        drafts.append(Draft(f"honour.{origin}", honour.subject, facts))
        made.append(honour)
    append_many(head, drafts, by=by)
    index.refresh(HOLDERS, {honour.holder.uuid for honour in made})
    return made


def _complete(holder: Holder, held: Held, *, announced: bool) -> None:
    """Fills what is known now and was not before. Who does not want to be named stays unnamed."""
    holder.unit = holder.unit or held.unit.strip()
    holder.worker = holder.worker or held.worker
    holder.employer = holder.employer or held.employer or (held.worker.employer if held.worker else None)
    holder.trade = holder.trade or held.trade
    if holder.withdrawn_at is None:
        if announced:
            holder.basis = Holder.Basis.ANNOUNCED
        elif holder.pk is None:
            holder.basis = Holder.Basis.NONE
    holder.save()


def _members(honour: Honour, members: Iterable[Member]) -> None:
    HonourMember.objects.bulk_create(
        HonourMember(honour=honour, name=one.name, worker=one.worker, is_leader=one.leads) for one in members
    )


def put_on_record(honour: Honour) -> None:
    """The line in the growth record of the holder, or of the members of a collective who are in the register."""
    day = honour.day
    if day is None:
        return
    title, holder = honour.title, honour.holder
    people = [(holder.worker, honour.record_source, "")] if holder.worker else []
    people += [
        (member.worker, f"{honour.record_source}:m", holder.name)
        for member in honour.members.select_related("worker")  # type: ignore[attr-defined]
        if member.worker
    ]
    for worker, source, detail in people:
        growth.record(
            worker=worker,
            kind=GrowthEntry.Kind.HONOUR,
            on=day,
            title=title.name,
            title_en=title.name_en,
            detail=detail or title.body,
            detail_en=detail or title.body_en,
            source=source,
            url=holder.public_url if holder.is_named else "",
        )


def take_off_record(honour: Honour) -> None:
    """The lines that `put_on_record` wrote are hidden; the rows stay."""
    if honour.holder.worker:
        growth.withdraw(worker=honour.holder.worker, source=honour.record_source)
    for member in honour.members.select_related("worker"):  # type: ignore[attr-defined]
        if member.worker:
            growth.withdraw(worker=member.worker, source=f"{honour.record_source}:m")


@transaction.atomic
def tally(
    *, title: HonourTitle, year: int, count: int, source: str, by: Any, period: str = "", quote: str = ""
) -> HonourTally:
    """How many of a title a source counts for a year; said again it corrects. Raises HonourRefused."""
    roles.can_keep_register(by).or_refuse()
    if not EARLIEST <= year <= timezone.localdate().year:
        raise HonourRefused(
            _("The year lies between %(first)d and %(last)d.")
            % {"first": EARLIEST, "last": timezone.localdate().year},
            field="year",
        )
    if count < 1:
        raise HonourRefused(_("A count is at least 1."), field="count")
    if not source.strip():
        raise HonourRefused(_("Say where this can be read: the decree, a newspaper."), field="source")
    head = lock_head(REGISTER)
    values = {"count": count, "source": source, "period": period, "quote": quote, "made_by": by}
    found, _made = HonourTally.objects.update_or_create(title=title, year=year, defaults=values)
    facts = {"title": title.code, "year": year, "count": count}
    append_many(head, [Draft("honour.counted", f"title:{title.code}", facts)], by=by)
    index.refresh(TITLES, [title.code])
    return found


@transaction.atomic
def name_in_public(*, holder: Holder, named: bool, by: Any) -> Holder:
    """The office says whether a public page may name a holder. Who withdrew the consent is named again only when they
    themselves say so. Raises PermissionDenied, HonourRefused."""
    roles.can_keep_register(by).or_refuse()
    head = lock_head(REGISTER)
    holder = Holder.objects.select_for_update().get(pk=holder.pk)
    if named and holder.withdrawn_at is not None:
        raise HonourRefused(_("The person does not want to be named; only they can change that."))
    holder.basis = Holder.Basis.ANNOUNCED if named else Holder.Basis.NONE
    return _publish(holder, head, by)


def _publish(holder: Holder, head: Any, by: Any) -> Holder:
    holder.save()
    for honour in holder.honours.standing().select_related("title", "holder__worker"):  # type: ignore[attr-defined]
        put_on_record(honour)  # the link of the line follows
    if not holder.is_named:
        stories.hide(holder=holder, by=by)
    draft = Draft("holder.named", f"holder:{holder.uuid}", {"basis": str(holder.basis)})
    append_many(head, [draft], by=by)
    index.refresh(HOLDERS, [holder.uuid])
    return holder


RECORD_KINDS = (
    GrowthEntry.Kind.CONTEST,
    GrowthEntry.Kind.LEVEL,
    GrowthEntry.Kind.PAIR,
    GrowthEntry.Kind.COURSE,
    GrowthEntry.Kind.JUDGED,
    GrowthEntry.Kind.VISIT,
    GrowthEntry.Kind.TALK,
)


@transaction.atomic
def consent(*, holder: Holder, named: bool, kinds: Iterable[str], by: Any) -> Holder:
    """The person says whether they are named, and which lines of their growth record the public page shows beside
    the honours. Money (subsidies) is never among them. Raises PermissionDenied."""
    roles.can_consent(by, holder).or_refuse()
    head = lock_head(REGISTER)
    holder = Holder.objects.select_for_update().get(pk=holder.pk)
    wanted = set(kinds)
    now = timezone.now()
    holder.basis = Holder.Basis.AGREED if named else Holder.Basis.NONE
    holder.withdrawn_at = None if named else now
    holder.record_kinds = [str(kind) for kind in RECORD_KINDS if named and kind in wanted]
    holder.record_agreed_at = now if holder.record_kinds else None
    return _publish(holder, head, by)

"""Issuing certificates: one verb for every wing. What is certified stands already, or it is refused: a person's in the
growth record, a unit's or team's, which has none, in the rows of the wing that asks.

A fact (holder and source) has one certificate that stands. Asked again with the same
facts, the verb answers with it; with other facts it revokes the old one as replaced and issues a new one.
"""

import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from craft_site.credentials import document, jwt, keys, numbers, proof
from craft_site.credentials.domain.revoking import CHAIN, revoke_drafts
from craft_site.credentials.models import Certificate, Revocation, StatusList
from craft_site.credentials.wording import FACTS
from craft_site.kit import glyphs
from craft_site.kit.canonical import sha256_hex
from craft_site.kit.language import listed
from craft_site.ledger.chain import Draft, append_many, lock_head
from craft_site.people.models import Employer, GrowthEntry, Worker

MAX_NAME = 120
AT_ONCE = (
    25  # certificates a transaction: signing them takes a quarter of a second, and others wait for the ledger
)

Words = Mapping[str, str]  # {"zh": ..., "en": ...}; the English may be missing
Progress = Callable[[int, int], None]
# Of these sources of collectives' facts those that stand now; it is asked once nobody can issue or revoke beside it.
Standing = Callable[[Sequence[str]], set[str]]
Key = tuple[int | None, str]  # a fact: the person's key, None for a unit or a team; the source


class CertificateRefused(Exception):
    """Nothing was issued; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Collective:
    """A unit or a team that holds something. name: as the decree prints it, at most 120 characters; employer: whose
    people keep the certificate, where it is in the register."""

    name: str
    employer: Employer | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """What one certificate says. source: of the fact: a person's is a line in the growth record, which must stand
    there.

    kind: a Certificate.Kind; title: at most 200 characters; issuers: the bodies that grant it, in order; facts: by the
    names of wording.FACTS; on: the date that is printed.
    """

    kind: str
    holder: Worker | Collective
    source: str
    title: str
    on: date
    issuers: Sequence[Words]
    title_en: str = ""
    facts: Mapping[str, Words] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        line: GrowthEntry,
        *,
        kind: str,
        issuers: Sequence[Words],
        facts: Mapping[str, Words] | None = None,
    ) -> "Order":
        """The certificate of a line in somebody's growth record: holder, title and date are the line's own."""
        return cls(
            kind=kind,
            holder=line.worker,
            source=line.source,
            title=line.title,
            title_en=line.title_en,
            on=line.on,
            issuers=issuers,
            facts=facts or {},
        )

    @property
    def person(self) -> Worker | None:
        return self.holder if isinstance(self.holder, Worker) else None

    @property
    def employer(self) -> Employer | None:
        """Whose people keep it; a person keeps theirs."""
        return self.holder.employer if isinstance(self.holder, Collective) else None

    @property
    def key(self) -> Key:
        return (self.person.pk if self.person else None, self.source)

    def facts_hash(self) -> str:
        """Of everything that makes another certificate out of this one."""
        return sha256_hex(
            {
                "kind": self.kind,
                "name": self.holder.name,
                "title": [self.title, self.title_en],
                "issuers": [dict(one) for one in self.issuers],
                "facts": {name: dict(words) for name, words in self.facts.items()},
                "on": self.on,
            }
        )


@dataclass(slots=True)
class Outcome:
    """What became of many orders. unprintable: those issued for a name that the site's font cannot draw."""

    issued: list[Certificate] = field(default_factory=list)
    kept: list[Certificate] = field(default_factory=list)
    replaced: int = 0
    refused: list[tuple[Order, str]] = field(default_factory=list)

    @property
    def unprintable(self) -> list[Certificate]:
        return [one for one in self.issued if one.unprintable]

    def counts(self) -> dict[str, int]:
        return {
            "issued": len(self.issued),
            "kept": len(self.kept),
            "replaced": self.replaced,
            "refused": len(self.refused),
            "unprintable": len(self.unprintable),
        }


def issue(
    *,
    kind: str,
    holder: Worker | Collective,
    source: str,
    title: str,
    on: date,
    issuers: Sequence[Words],
    by: Any,
    title_en: str = "",
    facts: Mapping[str, Words] | None = None,
    standing: Standing | None = None,
) -> Certificate:
    """One certificate; the one that stands when it says the same. Arguments: see Order and issue_many.

    Raises CertificateRefused: the record does not say so, nobody grants it, a fact that no certificate knows.
    """
    order = Order(kind, holder, source, title, on, issuers, title_en, facts or {})
    outcome = issue_many(orders=[order], by=by, standing=standing)
    if outcome.refused:
        raise CertificateRefused(outcome.refused[0][1])
    return (outcome.issued or outcome.kept)[0]


def issue_many(
    *,
    orders: Iterable[Order],
    by: Any,
    progress: Progress | None = None,
    standing: Standing | None = None,
) -> Outcome:
    """Issues in transactions of AT_ONCE each, so that a run that broke off goes on where it was. Safe to repeat.

    progress: called with (done, total) after each of them. An order that is refused does not hold up the others.
    standing: the wing's word on the facts of units and teams; without it none of them is certified.
    """
    wanted, outcome, done = list(orders), Outcome(), 0
    while some := wanted[done : done + AT_ONCE]:
        with transaction.atomic():
            _issue(some, outcome, by=by, standing=standing)
        done += len(some)
        if progress is not None:
            progress(done, len(wanted))
    return outcome


def _issue(orders: Sequence[Order], outcome: Outcome, *, by: Any, standing: Standing | None) -> None:
    head = lock_head(CHAIN)  # whoever issues waits here, so nobody else makes one for the same fact meanwhile
    now, drafts = timezone.now(), []
    facts = Q()
    for order in orders:
        facts |= Q(holder=order.person, source=order.source)
    issued: dict[Key, Certificate] = {
        (one.holder_id, one.source): one
        for one in Certificate.objects.standing().filter(facts).select_related("status_list")
    }
    recorded = _recorded(orders, standing)
    made: list[Certificate] = []
    places: Places | None = None
    for order in orders:
        if fault := _fault(order, in_record=order.key in recorded):
            outcome.refused.append((order, fault))
            continue
        old = issued.get(order.key)
        if old is not None and old.facts_hash == order.facts_hash():
            outcome.kept.append(_kept_by(old, order.employer))
            continue
        if old is not None:
            drafts += revoke_drafts(old, cause=Revocation.Cause.REPLACED, by=by, at=now)
            outcome.replaced += 1
        places = places or Places(len(orders))
        new = issued[order.key] = _signed(order, places, by=by, at=now)
        made.append(new)
        drafts.append(_line(new, replaces=old))
    Certificate.objects.bulk_create(made)
    append_many(head, drafts, by=by)
    outcome.issued += made


def _recorded(orders: Sequence[Order], standing: Standing | None) -> set[Key]:
    """The facts that stand now."""
    lines = GrowthEntry.objects.filter(
        withdrawn=False,
        worker__in={order.person.pk for order in orders if order.person},
        source__in={order.source for order in orders},
    )
    found: set[Key] = set(lines.values_list("worker_id", "source"))
    theirs = [order.source for order in orders if order.person is None]
    if theirs and standing is not None:
        found |= {(None, source) for source in standing(theirs)}
    return found


def _kept_by(certificate: Certificate, employer: Employer | None) -> Certificate:
    """Who keeps it does not stand in what was signed: that follows the register without a new certificate."""
    if certificate.employer_id != (employer.pk if employer else None):
        certificate.employer = employer
        certificate.save(update_fields=["employer"])
    return certificate


def not_in_record() -> str:
    return _("The growth record of this person does not say so. Only what stands there is certified.")


def _fault(order: Order, *, in_record: bool) -> str:
    """Why this order cannot be carried out, in words; nothing when it can."""
    if not in_record and order.person is None:
        return _("No record says so of this unit or team. Only what stands is certified.")
    if not in_record:
        return not_in_record()
    if not order.holder.name or len(order.holder.name) > MAX_NAME:
        return _("A certificate needs the name of its holder, of at most 120 characters.")
    if not order.issuers or not all(one.get("zh") for one in order.issuers):
        return _("A certificate needs the name of the body that grants it.")
    if not order.title or len(order.title) > 200:
        return _("A certificate needs a title of at most 200 characters.")
    if order.kind not in Certificate.Kind.values:
        return _("There is no certificate of this kind.")
    if unknown := set(order.facts) - set(FACTS):
        return _("A certificate knows no such facts: %(names)s.") % {"names": listed(sorted(unknown))}
    return ""


class Places:
    """Free places in the newest list of bits, by chance, so that neighbours tell nothing of one another.

    A list that is half full is followed by a new one: a free place is then found at the first guess or the second.
    """

    def __init__(self, wanted: int) -> None:
        newest = StatusList.objects.order_by("-number").first()
        if newest is None or newest.certificates.count() >= StatusList.SIZE // 2:
            newest = StatusList.objects.create(number=newest.number + 1 if newest else 1)
        self.listed_in = newest
        free: set[int] = set()
        while len(free) < wanted:
            guessed = {secrets.randbelow(StatusList.SIZE) for _ in range(wanted)}
            taken = newest.certificates.filter(status_index__in=guessed)
            free |= guessed - set(taken.values_list("status_index", flat=True))
        self._free = iter(free)

    def next(self) -> int:
        return next(self._free)


def _signed(order: Order, places: Places, *, by: Any, at: datetime) -> Certificate:
    missing = glyphs.missing(order.holder.name)
    certificate = Certificate(
        number=numbers.new(),
        kind=order.kind,
        holder=order.person,
        holder_name=order.holder.name,
        employer=order.employer,
        source=order.source,
        title=order.title,
        title_en=order.title_en,
        issuers=[dict(one) for one in order.issuers],
        facts={name: dict(words) for name, words in order.facts.items()},
        on=order.on,
        salt=secrets.token_hex(16) if order.person else "",
        status_list=places.listed_in,
        status_index=places.next(),
        facts_hash=order.facts_hash(),
        unprintable="".join(missing)[:50],
        issued_at=at.replace(microsecond=0),
        issued_by=by,
    )
    plain = document.build(certificate)
    key = keys.signing_key()
    certificate.credential = proof.signed(plain, key=key, at=at)
    certificate.jwt = jwt.signed(plain, key=keys.rsa_signing_key())
    certificate.key_id = key.key_id
    return certificate


def _line(certificate: Certificate, *, replaces: Certificate | None) -> Draft:
    """What the ledger keeps: which document was signed by which key. Neither number nor holder: lines are for all."""
    facts: dict[str, Any] = {
        "kind": certificate.kind,
        "document": sha256_hex(certificate.credential),
        "status": f"{certificate.status_list.number}#{certificate.status_index}",
        "key": certificate.key_id,
    }
    if replaces is not None:
        facts["replaces"] = str(replaces.uuid)
    return Draft("certificate.issued", f"certificate:{certificate.uuid}", facts)

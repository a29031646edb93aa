"""The monthly log: the apprentice writes and sends, the master comments; and which months are missing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from academy import roles_pairs as roles
from academy.domain import pair_moves
from academy.domain.pair_moves import PairRefused, rules_of, tell
from academy.models import Pair, PairLog
from academy.rules import pairing
from craft_site.kit.private_files import writing_private_files
from craft_site.kit.uploads import CleanUpload
from craft_site.people.domain import files
from craft_site.people.models import PrivateFile

L = PairLog.State


@transaction.atomic
def write(
    *,
    pair: Pair,
    month: date,
    by: Any,
    hours: Decimal | None = None,
    topic: str = "",
    task: str = "",
    reflection: str = "",
    evidence: PrivateFile | None = None,
    send: bool = False,
    at: datetime | None = None,
) -> PairLog:
    """Keeps the apprentice's month, and sends it to the master when asked. month: any day of it; hours: spent together.

    A photograph once given stays unless another is given. Sent twice it is sent once. Raises PairRefused when the
    month is not the pair's or lies ahead, when it was sent already, or when something is missing for sending;
    PermissionDenied.
    """
    at = at or timezone.now()
    pair = pair_moves.locked(pair)
    roles.can_write_log(by, pair).or_refuse()
    month = pairing.first_of(month)
    _check_month(pair, month, timezone.localtime(at).date())
    log = PairLog.objects.filter(pair=pair, month=month).first() or PairLog(pair=pair, month=month)
    if log.state != L.DRAFT:
        if send and (log.topic, log.reflection) == (topic.strip(), reflection.strip()):
            return log
        raise PairRefused(_("This month is with the master already."))
    log.hours, log.topic, log.task = hours, topic.strip(), task.strip()
    log.reflection = reflection.strip()
    if evidence is not None:
        log.evidence = evidence
    if send:
        _check_whole(log)
        log.state, log.sent_at = L.SENT, at
    log.save()
    if send:
        tell(pair, "pair.log_sent", {"month": month, "log": str(log.uuid), "hours": log.hours}, by)
    return log


def write_with_photo(*, pair: Pair, photo: CleanUpload | None, by: Any, **values: Any) -> PairLog:
    """`write` with a photograph as it was uploaded, in the outermost transaction; an earlier one is dropped."""
    with writing_private_files() as kept:
        file = None
        if photo is not None:
            file = files.keep(
                files=kept, upload=photo, kind=PrivateFile.Kind.EVIDENCE, worker=pair.apprentice, by=by
            )
        month = pairing.first_of(values["month"])
        before = PairLog.objects.filter(pair=pair, month=month).select_related("evidence").first()
        log = write(pair=pair, by=by, evidence=file, **values)
        if before is not None and before.evidence is not None and before.evidence_id != log.evidence_id:
            files.drop(file=before.evidence)
    return log


@transaction.atomic
def comment(*, log: PairLog, text: str, by: Any, at: datetime | None = None) -> PairLog:
    """What the master says to a month that was sent. Sent twice with the same words it is said once."""
    pair = pair_moves.locked(log.pair)
    roles.can_teach(by, pair).or_refuse()
    log = PairLog.objects.get(pk=log.pk)
    text = text.strip()[:2000]
    if log.state == L.COMMENTED and log.comment == text:
        return log
    if log.state == L.DRAFT:
        raise PairRefused(_("This month has not been sent yet."))
    if not text:
        raise PairRefused(_("Write what you say to this month."), field="text")
    log.comment, log.state, log.commented_at = text, L.COMMENTED, at or timezone.now()
    log.save(update_fields=("comment", "state", "commented_at"))
    tell(pair, "pair.log_commented", {"month": log.month, "log": str(log.uuid)}, by)
    return log


@dataclass(frozen=True, slots=True)
class Missing:
    """A month without a log. state: pairing.DUE or pairing.OVERDUE."""

    month: date
    state: str


def missing(pairs: Iterable[Pair], *, today: date | None = None) -> dict[int, list[Missing]]:
    """The months that are due or overdue, by key of the pair, the oldest first. One query for any number of pairs, none
    for those whose logs have been read along.

    Only pairs under way owe months; their schemes must have been read along.
    """
    today = today or timezone.localdate()
    under_way = [pair for pair in pairs if pair.state in Pair.UNDER_WAY]
    written: dict[int, set[date]] = {pair.pk: set() for pair in under_way}
    unread = [pair for pair in under_way if "logs" not in getattr(pair, "_prefetched_objects_cache", {})]
    if unread:
        sent = PairLog.objects.filter(pair__in=unread).exclude(state=L.DRAFT).order_by()
        for pk, month in sent.values_list("pair_id", "month"):
            written[pk].add(month)
    for pair in under_way:
        if pair not in unread:
            written[pair.pk] = {log.month for log in pair.logs.all() if log.state != L.DRAFT}  # type: ignore[attr-defined]
    rules = {pair.scheme_id: pair.scheme for pair in under_way}
    read = {pk: rules_of(scheme) for pk, scheme in rules.items()}
    return {
        pair.pk: [
            Missing(month, state)
            for month, state in pairing.behind(
                read[pair.scheme_id],
                first=pair.began_on or pair.starts_on,
                last=pair.ends_on,
                written=written[pair.pk],
                today=today,
            )
        ]
        for pair in under_way
    }


def overdue_pairs(today: date | None = None) -> list[int]:
    """Keys of the pairs under way that owe an overdue month. Two queries."""
    found = missing(Pair.objects.under_way().select_related("scheme"), today=today)
    return [pk for pk, months in found.items() if any(one.state == pairing.OVERDUE for one in months)]


def months_to_write(pair: Pair, *, today: date | None = None) -> list[date]:
    """The months that may be written now and are not sent yet, the newest first."""
    today = today or timezone.localdate()
    if pair.state not in Pair.UNDER_WAY:
        return []
    sent = set(PairLog.objects.filter(pair=pair).exclude(state=L.DRAFT).values_list("month", flat=True))
    first = pair.began_on or pair.starts_on
    touched = pairing.months_touched(first, min(pair.ends_on, today))
    return sorted((month for month in touched if month not in sent), reverse=True)


def _check_month(pair: Pair, month: date, today: date) -> None:
    if pair.state not in Pair.UNDER_WAY:
        raise PairRefused(_("This pair is not under way."))
    if month > today:
        raise PairRefused(_("This month lies ahead."), field="month")
    first = pairing.first_of(pair.began_on or pair.starts_on)
    if not first <= month <= pair.ends_on:
        raise PairRefused(_("This month is not one of the pair's."), field="month")


def _check_whole(log: PairLog) -> None:
    if log.hours is None or log.hours <= 0:
        raise PairRefused(_("Write how many hours you spent together."), field="hours")
    if not log.topic:
        raise PairRefused(_("Write what this month was about."), field="topic")
    if len(log.reflection) < 10:
        raise PairRefused(_("Write a few words on what you learnt."), field="reflection")

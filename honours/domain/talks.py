"""Talks: planned, held, cancelled; the line in the growth record of every speaker who is in the register."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from craft_site.kit.canonical import words_hash
from craft_site.ledger.chain import append, lock_head
from craft_site.people.domain import growth
from craft_site.people.models import GrowthEntry
from honours import roles_outreach as roles
from honours.domain.refusals import HonourRefused
from honours.domain.visits import needs_reason
from honours.models import OUTREACH, Speaker, Talk

T = Talk.State
MOVES: Mapping[str, frozenset[str]] = {
    T.PLANNED: frozenset({T.HELD, T.CANCELLED}),
    T.HELD: frozenset({T.PLANNED}),  # taken back: it was written down wrongly
    T.CANCELLED: frozenset(),
}
MOST_PEOPLE = 1_000_000
MOST_VIEWS = 1_000_000_000
EARLIEST = date(1980, 1, 1)
FURTHEST = timedelta(days=731)
HOSTS_ZH = {"office": "机关", "campus": "校园", "firm": "企业", "community": "社区"}


@dataclass(frozen=True, slots=True)
class Said:
    """What is known of a talk before it is held."""

    topic: str
    planned_on: date
    host_kind: str
    host: str
    place: str
    speakers: Collection[Speaker]


def again(talk: Talk) -> Talk:
    lock_head(OUTREACH)
    return Talk.objects.select_for_update(of=("self",)).get(pk=talk.pk)


def _move(talk: Talk, to: str, *, by: Any, reason: str = "", **facts: Any) -> None:
    if to not in MOVES[talk.state]:
        raise HonourRefused(_("The talk cannot do this step now."))
    was, talk.state = talk.state, to
    talk.reason = reason[:300]
    talk.save()
    told: dict[str, Any] = {"from": str(was), "to": str(to), **facts}
    if reason:
        told["reason_hash"] = words_hash(reason)
    append(OUTREACH, "talk.moved", subject=talk.subject, facts=told, by=by)


def _check(said: Said) -> None:
    for name, words in (("topic", said.topic), ("host", said.host), ("place", said.place)):
        if not words.strip():
            raise HonourRefused(_("This field is required."), field=name)
    if said.host_kind not in Talk.Host.values:
        raise HonourRefused(_("Choose the kind of host."), field="host_kind")
    if not said.speakers:
        raise HonourRefused(_("Choose at least one speaker."), field="speakers")
    if not EARLIEST <= said.planned_on <= timezone.localdate() + FURTHEST:
        raise HonourRefused(_("This is no day for a talk."), field="planned_on")
    keys = {speaker.pk for speaker in said.speakers}
    in_office = set(Speaker.objects.on(said.planned_on).filter(pk__in=keys).values_list("pk", flat=True))
    if gone := [speaker.name for speaker in said.speakers if speaker.pk not in in_office]:
        raise HonourRefused(
            _("The appointment of %(name)s does not cover this day.") % {"name": gone[0]}, field="speakers"
        )


@transaction.atomic
def plan(*, said: Said, by: Any, was_held: bool = False) -> Talk:
    """A talk that will be held. was_held: it was already, and what came of it is written down next.

    Raises PermissionDenied, HonourRefused.
    """
    roles.can_keep_talks(by).or_refuse()
    _check(said)
    if is_over(said.planned_on) and not was_held:
        raise HonourRefused(
            _("This day is over. If the talk was held already, tick that below."), field="planned_on"
        )
    lock_head(OUTREACH)
    talk = Talk(made_by=by)
    _say(talk, said)
    facts = {"host_kind": said.host_kind, "on": said.planned_on, "speakers": len(said.speakers)}
    append(OUTREACH, "talk.planned", subject=talk.subject, facts=facts, by=by)
    return talk


@transaction.atomic
def change(*, talk: Talk, said: Said, by: Any) -> Talk:
    """What is known of a talk that was not held yet. Raises PermissionDenied, HonourRefused."""
    roles.can_keep_talks(by).or_refuse()
    found = again(talk)
    if found.state != T.PLANNED:
        raise HonourRefused(_("Only a planned talk is changed."))
    _check(said)
    if said.planned_on != found.planned_on and is_over(said.planned_on):
        raise HonourRefused(
            _("This day is over. The day on which the talk was held is written down with who came."),
            field="planned_on",
        )
    _say(found, said)
    facts = {"host_kind": said.host_kind, "on": said.planned_on, "speakers": len(said.speakers)}
    append(OUTREACH, "talk.changed", subject=found.subject, facts=facts, by=by)
    return found


def is_over(day: date) -> bool:
    return day < timezone.localdate()


def _say(talk: Talk, said: Said) -> None:
    talk.topic, talk.planned_on, talk.host_kind = said.topic.strip(), said.planned_on, said.host_kind
    talk.host, talk.place = said.host.strip(), said.place.strip()
    talk.save()
    talk.speakers.set(said.speakers)


@transaction.atomic
def hold(
    *,
    talk: Talk,
    held_on: date,
    audience: int,
    by: Any,
    online_views: int | None = None,
    feedback: str = "",
    may_publish: bool = False,
    earlier: bool = False,
) -> Talk:
    """It was held. audience: people in the room; online_views: None when it was not shown online; earlier: whoever
    writes it down knows that it was before the day planned.

    Raises PermissionDenied, HonourRefused.
    """
    roles.can_keep_talks(by).or_refuse()
    found = again(talk)
    if held_on > timezone.localdate():
        raise HonourRefused(_("The day of the talk lies ahead."), field="held_on")
    if held_on < EARLIEST:
        raise HonourRefused(_("This is no day for a talk."), field="held_on")
    if held_on < found.planned_on and not earlier:
        raise HonourRefused(
            _("The talk is planned for %(day)s. If it was held earlier, tick that below.")
            % {"day": found.planned_on.isoformat()},
            field="held_on",
        )
    if not 1 <= audience <= MOST_PEOPLE:
        raise HonourRefused(
            _("People present lie between 1 and %(most)d.") % {"most": MOST_PEOPLE}, field="audience"
        )
    if online_views is not None and not 0 <= online_views <= MOST_VIEWS:
        raise HonourRefused(
            _("Views online lie between 0 and %(most)d.") % {"most": MOST_VIEWS}, field="online_views"
        )
    found.held_on, found.audience, found.online_views = held_on, audience, online_views
    found.feedback, found.may_publish = feedback.strip(), may_publish
    _move(found, T.HELD, by=by, held_on=held_on, audience=audience, online_views=online_views)
    put_on_record(found)
    return found


@transaction.atomic
def take_back(*, talk: Talk, reason: str, by: Any) -> Talk:
    """It was written down wrongly: planned again, its lines hidden. Raises PermissionDenied, HonourRefused."""
    roles.can_keep_talks(by).or_refuse()
    found = again(talk)
    reason = needs_reason(reason)
    take_off_record(found)
    found.held_on, found.audience, found.online_views, found.may_publish = None, 0, None, False
    _move(found, T.PLANNED, by=by, reason=reason)
    return found


@transaction.atomic
def cancel(*, talk: Talk, reason: str, by: Any) -> Talk:
    """It will not be held. Raises PermissionDenied, HonourRefused."""
    roles.can_keep_talks(by).or_refuse()
    found = again(talk)
    _move(found, T.CANCELLED, by=by, reason=needs_reason(reason))
    return found


def put_on_record(talk: Talk) -> None:
    """The host stands in the line only where it agreed to be named: a holder's public page may show the line."""
    assert talk.held_on is not None
    kind = Talk.Host(talk.host_kind)
    host_zh = talk.host if talk.may_publish else HOSTS_ZH[kind]
    host_en = talk.host if talk.may_publish else str(kind.name).lower()
    for speaker in talk.speakers.filter(worker__isnull=False).select_related("worker"):
        assert speaker.worker is not None
        growth.record(
            worker=speaker.worker,
            kind=GrowthEntry.Kind.TALK,
            on=talk.held_on,
            title=f"宣讲：{talk.topic}",
            title_en=f"Talk: {talk.topic}",
            detail=f"{host_zh}，听众{talk.audience}人",
            detail_en=f"{host_en}, {talk.audience} people",
            source=talk.record_source,
        )


def take_off_record(talk: Talk) -> None:
    for speaker in talk.speakers.filter(worker__isnull=False).select_related("worker"):
        assert speaker.worker is not None
        growth.withdraw(worker=speaker.worker, source=talk.record_source)

"""Seats of an event and the sheets that follow from them: who marks which aspect of which code."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from competitions import roles
from competitions.domain.panel_readers import readers
from competitions.models import Entry, Event, Seat, Session, Sheet
from competitions.scoring.scheme import Aspect, Scheme
from craft_site.kit.language import listed
from craft_site.ledger.chain import append
from craft_site.people import roles as site_roles

R = Seat.Role
JUDGES = (R.CHIEF, R.CODING, R.FLOOR, R.MEASURING, R.RESULT, R.RECORDER)

# Two seats of one event that one person never holds. Who codes knows whose a work is, so that person may neither mark
# nor lock; a supervisor watches all of these; an arbiter decides on appeals against them and the
# committee on what the arbiters decided; a floor judge has seen the
# faces and the work in the making.
_CODING = (R.CODING, (R.CHIEF, *Seat.MARKING, R.RECORDER))
_SUPERVISOR = (R.SUPERVISOR, (R.CHIEF, R.CODING, *Seat.MARKING, R.RECORDER))
_ARBITER = (R.ARBITER, JUDGES)
_COMMITTEE = (R.COMMITTEE, (*JUDGES, R.ARBITER, R.SUPERVISOR))
_FLOOR = (R.FLOOR, (R.MEASURING, R.RESULT))
INCOMPATIBLE: frozenset[frozenset[str]] = frozenset(
    frozenset((one, other))
    for one, others in (_CODING, _SUPERVISOR, _ARBITER, _COMMITTEE, _FLOOR)
    for other in others
)

# The role on the site that lets a person into the pages of the seat.
NEEDED_ROLE: dict[str, tuple[str, ...]] = {
    R.SUPERVISOR: (site_roles.SUPERVISOR,),
    R.ARBITER: (site_roles.JUDGE, site_roles.SUPERVISOR),
    R.COMMITTEE: (site_roles.ORGANISER, site_roles.REVIEWER, site_roles.SUPERVISOR, site_roles.JUDGE),
    R.RECORDER: (site_roles.JUDGE, site_roles.ORGANISER, site_roles.REVIEWER),
}
SEATED_BEFORE = (Event.State.LOCKED, Event.State.DECODED, Event.State.PUBLICITY, Event.State.FINAL)
NOT_CONTESTANTS = (Entry.State.REFUSED, Entry.State.WITHDRAWN)


class SeatRefused(Exception):
    """The seat cannot be given, changed or left like this; the message says why."""


# --- what a seat marks -----------------------------------------------------------------------------------------------


def can_hold(role: str, aspect: Aspect) -> bool:
    """Whether a seat of this role may mark the aspect: floor judges the process, the others the work."""
    if aspect.derived_from:
        return False
    if role == R.FLOOR:
        return aspect.stage == "process"
    if role == R.MEASURING:
        return aspect.stage == "result" and aspect.method == "measured"
    return role == R.RESULT and aspect.stage == "result"


def marked_by(seat: Seat, scheme: Scheme) -> list[Aspect]:
    """The aspects a marking seat marks, in document order.

    None named: a floor seat marks the whole process, a measuring seat all that is measured on the work, a result seat
    the rest of the work.
    """
    named = set(seat.aspects)
    return [
        aspect
        for aspect in scheme.aspects()
        if can_hold(seat.role, aspect)
        and (aspect.code in named if named else seat.role != R.RESULT or aspect.method != "measured")
    ]


def judges_wanted(aspect: Aspect) -> tuple[int, int]:
    """How many seats mark an aspect of one code, and the fewest with which its rule still works."""
    if aspect.panel is not None:
        return aspect.panel.judges, aspect.panel.judges_min
    return 1, 1


@dataclass(frozen=True, slots=True)
class Unmanned:
    """An aspect that too few seats mark, ties not yet looked at. session: a floor aspect's, None for all."""

    aspect: Aspect
    has: int
    least: int
    session: Session | None = None


def unmanned(event: Event, scheme: Scheme) -> list[Unmanned]:
    """The aspects that the seats given so far cannot mark; one line an aspect, the worst session of the floor's.
    Three queries."""
    seats = list(Seat.objects.taken().filter(event=event, role__in=Seat.MARKING).prefetch_related("sessions"))
    marks = {seat.pk: {aspect.code for aspect in marked_by(seat, scheme)} for seat in seats}
    sessions = list(event.sessions.all())
    found = []
    for aspect in scheme.aspects():
        if aspect.derived_from:
            continue
        _most, least = judges_wanted(aspect)
        there = [seat for seat in seats if aspect.code in marks[seat.pk]]
        lacks = [Unmanned(aspect, len(there), least)] if len(there) < least else []
        if aspect.stage == "process" and not lacks:
            for session in sessions:
                named = [{one.pk for one in seat.sessions.all()} for seat in there]
                has = sum(not names or session.pk in names for names in named)
                if has < least:
                    lacks.append(Unmanned(aspect, has, least, session))
        found += lacks[:1]
    return found


# --- giving and leaving seats ----------------------------------------------------------------------------------------


@transaction.atomic
def give_seat(
    *,
    event: Event,
    user: Any,
    role: str,
    by: Any,
    place: int = 1,
    aspects: Iterable[str] = (),
    sessions: Iterable[Session] = (),
    witness: Any = None,
    qualification: str = "",
    certificate_no: str = "",
) -> Seat:
    """Gives a person a seat. The same seat twice is one seat.

    place: 1 to n on the panel; a place above the panel's size is a reserve who marks where ties leave a gap.
    aspects: codes of the scheme, none for all that the role marks; sessions: of a floor seat, none for all.
    Raises PermissionDenied, SeatRefused.
    """
    roles.can_organise(by, event).or_refuse()
    event = Event.objects.select_for_update().get(pk=event.pk)
    if role not in (R.ARBITER, R.COMMITTEE) and event.state in (*SEATED_BEFORE, Event.State.ARCHIVED):
        raise SeatRefused(_("Marks are locked; no seat of a judge is given any more."))
    seat = Seat(
        event=event,
        user=user,
        role=role,
        place=place,
        aspects=list(dict.fromkeys(aspects)),
        witness=witness,
        qualification=qualification.strip(),
        certificate_no=certificate_no.strip(),
    )
    wanted = sorted(sessions, key=lambda session: session.number)
    _may_sit(event, user, role, by)
    if Seat.objects.held_by(user, role).filter(event=event).exists():
        same = Seat.objects.held_by(user, role).get(event=event)
        if (same.place, same.aspects, same.witness_id) == (seat.place, seat.aspects, seat.witness_id):
            return same
        raise SeatRefused(_("This person has this seat already; change it instead."))
    _only_one(event, role)
    _fits(seat, wanted)
    seat.save()
    seat.sessions.set(wanted)
    _tell(seat, "seat.given", by)
    return seat


@transaction.atomic
def change_seat(
    *,
    seat: Seat,
    by: Any,
    place: int,
    aspects: Iterable[str],
    sessions: Iterable[Session],
    witness: Any,
    qualification: str = "",
    certificate_no: str = "",
) -> Seat:
    """Changes what a seat marks. Once sheets are issued only the papers of the judge may change.

    Raises PermissionDenied, SeatRefused.
    """
    roles.can_organise(by, seat.event).or_refuse()
    Event.objects.select_for_update().get(pk=seat.event_id)
    seat = Seat.objects.select_related("event", "user", "witness").get(pk=seat.pk)
    if seat.left_at is not None:
        raise SeatRefused(_("This seat has been left."))
    wanted = sorted(sessions, key=lambda session: session.number)
    before = (seat.place, list(seat.aspects), seat.witness_id, [s.pk for s in seat.sessions.all()])
    seat.place, seat.aspects, seat.witness = place, list(dict.fromkeys(aspects)), witness
    after = (seat.place, seat.aspects, witness.pk if witness else None, [s.pk for s in wanted])
    if before != after:
        if seat.sheets.exists():
            raise SeatRefused(
                _("Sheets are issued to this seat. Have it left and give a new one instead of changing it.")
            )
        _fits(seat, wanted)
    seat.qualification, seat.certificate_no = qualification.strip(), certificate_no.strip()
    seat.save()
    seat.sessions.set(wanted)
    _tell(seat, "seat.changed", by)
    return seat


@transaction.atomic
def leave_seat(*, seat: Seat, by: Any) -> Seat:
    """The person gives up the seat. Sheets not begun go back; one that is begun is signed or handed over first.

    Raises PermissionDenied, SeatRefused.
    """
    roles.can_organise(by, seat.event).or_refuse()
    Event.objects.select_for_update().get(pk=seat.event_id)
    seat = Seat.objects.select_for_update(of=("self",)).select_related("event", "user").get(pk=seat.pk)
    if seat.left_at is not None:
        return seat
    untouched = seat.sheets.filter(
        state=Sheet.State.ISSUED, marks__isnull=True, kept_marks__isnull=True, signatures__isnull=True
    )
    begun = seat.sheets.filter(state__in=Sheet.UNSIGNED).exclude(pk__in=untouched.values("pk")).count()
    if begun:
        raise SeatRefused(
            _("%(count)d sheets of this seat are begun and not signed. They are signed or handed over first.")
            % {"count": begun}
        )
    taken = sorted(str(sheet.uuid) for sheet in untouched)
    Sheet.objects.filter(pk__in=[sheet.pk for sheet in untouched]).delete()
    seat.left_at = timezone.now()
    seat.save(update_fields=("left_at",))
    _tell(seat, "seat.left", by, taken=taken)
    return seat


def _only_one(event: Event, role: str) -> None:
    """One person chairs: two chief judges would sign, reopen and lock against one another."""
    if role != R.CHIEF:
        return
    chair = Seat.objects.taken().filter(event=event, role=role).select_related("user").first()
    if chair is not None:
        raise SeatRefused(
            _("%(name)s is chief judge of this event already. Have that seat left first, then give it anew.")
            % {"name": chair.user}
        )


def _may_sit(event: Event, user: Any, role: str, by: Any) -> None:
    [(_user, reason)] = candidates(event=event, role=role, people=[user], by=by)
    if reason:
        raise SeatRefused(reason)


def candidates(*, event: Event, role: str, people: Sequence[Any], by: Any) -> list[tuple[Any, str]]:
    """Each person with why they cannot hold this seat, "" for whoever can; four queries for any number of people whose
    roles are read (people.User.role_names), a few more where some of them have read paper forms."""
    entered = set(
        event.entries.filter(worker__user__in=people)
        .exclude(state__in=NOT_CONTESTANTS)
        .values_list("worker__user", flat=True)
    )
    # A seat that was left with sheets still counts: what its holder has seen is not forgotten.
    held: dict[int, list[str]] = {}
    seats = Seat.objects.filter(event=event, user__in=people)
    for seat in seats.exclude(left_at__isnull=False, sheets__isnull=True).distinct():
        held.setdefault(seat.user_id, []).append(seat.role)
    read = readers(event, role, people)
    return [
        (
            user,
            _why_not(user, role, by, user.pk in entered, held.get(user.pk, []))
            or (_has_read(role) if user.pk in read else ""),
        )
        for user in people
    ]


def _has_read(role: str) -> str:
    if role == R.CHIEF:
        return _("This person has read paper forms of a panel that has not judged to its end.")
    return _("This person has read paper forms of these panels and cannot sit on one.")


def _why_not(user: Any, role: str, by: Any, entered: bool, held: Sequence[str]) -> str:
    needed = NEEDED_ROLE.get(role, (site_roles.JUDGE,))
    if not user.is_active:
        return _("This account is closed.")
    if not user.has_role(*needed):
        return _("This account is not a %(role)s of the site yet.") % {"role": site_roles.LABELS[needed[0]]}
    if user.pk == by.pk and role in (*Seat.MARKING, R.CODING, R.CHIEF):
        return _("Nobody gives a judge's seat to themselves.")
    if entered:
        return _("This person is entered for the event and can hold no seat in it.")
    return _other_seat(role, held)


def _other_seat(role: str, held: Sequence[str]) -> str:
    for other in held:
        if frozenset((role, other)) in INCOMPATIBLE:
            words = _("Whoever is “%(held)s” cannot be “%(wanted)s” in the same event.")
            return words % {"held": R(other).label, "wanted": R(role).label}
    return ""


def _no_other_seat(event: Event, user: Any, role: str) -> None:
    held = Seat.objects.filter(event=event, user=user).exclude(left_at__isnull=False, sheets__isnull=True)
    if reason := _other_seat(role, list(held.distinct().values_list("role", flat=True))):
        raise SeatRefused(reason)


def _fits(seat: Seat, sessions: Sequence[Session]) -> None:
    if seat.role not in Seat.MARKING:
        if seat.aspects or sessions or seat.witness:
            raise SeatRefused(_("Only seats that mark have aspects, sessions and a second judge."))
        return
    if sessions and seat.role != R.FLOOR:
        raise SeatRefused(
            _("Only floor judges have sessions: who marks works must not know when one was made.")
        )
    if any(session.event_id != seat.event_id for session in sessions):
        raise SeatRefused(_("A session of another event was named."))
    if seat.place < 1:
        raise SeatRefused(_("Places on a panel are counted from 1."))
    _witness_fits(seat)
    version = seat.event.scheme_version
    if version is None:
        if seat.aspects:
            raise SeatRefused(_("The event has no marking scheme yet, so no aspect can be named."))
        return
    _aspects_fit(seat, version.scheme)
    _place_is_free(seat, sessions, version.scheme)


def _witness_fits(seat: Seat) -> None:
    if seat.witness is None:
        return
    if seat.witness.pk == seat.user.pk:
        raise SeatRefused(_("The second judge must be another person."))
    if not seat.witness.has_role(site_roles.JUDGE) or not seat.witness.is_active:
        raise SeatRefused(_("The second judge must be a judge of the site."))
    if seat.event.entries.filter(worker__user=seat.witness).exclude(state__in=NOT_CONTESTANTS).exists():
        raise SeatRefused(_("This person is entered for the event and can hold no seat in it."))
    _no_other_seat(seat.event, seat.witness, seat.role)
    if readers(seat.event, seat.role, [seat.witness]):
        raise SeatRefused(_has_read(seat.role))


def _aspects_fit(seat: Seat, scheme: Scheme) -> None:
    known = {aspect.code: aspect for aspect in scheme.aspects()}
    if unknown := [code for code in seat.aspects if code not in known]:
        raise SeatRefused(_("The scheme has no aspect %(aspects)s.") % {"aspects": listed(map(str, unknown))})
    if foreign := [code for code in seat.aspects if not can_hold(seat.role, known[code])]:
        raise SeatRefused(
            _("“%(role)s” does not mark %(aspects)s.")
            % {"role": R(seat.role).label, "aspects": listed(foreign)}
        )


def _place_is_free(seat: Seat, sessions: Sequence[Session], scheme: Scheme) -> None:
    own, when = {aspect.code for aspect in marked_by(seat, scheme)}, {session.pk for session in sessions}
    others = Seat.objects.taken().filter(event=seat.event, role__in=Seat.MARKING, place=seat.place)
    for other in others.exclude(pk=seat.pk).prefetch_related("sessions").select_related("user"):
        theirs = {session.pk for session in other.sessions.all()}
        if when and theirs and not when & theirs:
            continue
        if shared := sorted(own & {aspect.code for aspect in marked_by(other, scheme)}):
            raise SeatRefused(
                _("Place %(place)d on the panel of %(aspects)s is taken by %(name)s.")
                % {"place": seat.place, "aspects": listed(shared[:6]), "name": other.user}
            )


def _tell(seat: Seat, kind: str, by: Any, **facts: Any) -> None:
    append(
        seat.event.chain,
        kind,
        subject=f"seat:{seat.pk}",
        facts={
            "user": str(seat.user.uuid),
            "role": str(seat.role),
            "place": seat.place,
            "aspects": seat.aspects,
            "witness": str(seat.witness.uuid) if seat.witness else None,
            **facts,
        },
        by=by,
    )

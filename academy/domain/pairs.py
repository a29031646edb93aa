"""Masters and apprentices: proposing a pair, changing or giving up the proposal, beginning, extending, ending, and the
consent to be named."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from academy import roles_pairs as roles
from academy.domain import pair_agreements, pair_moves
from academy.domain.pair_moves import OVER, PairRefused, S, rules_of, said, tell
from academy.models import Mentor, Pair, PairScheme, PairSkill
from academy.rules import pairing
from craft_site.people.models import Employer, Qualification, Trade, Worker

Skills = Sequence[tuple[str, date]]


@transaction.atomic
def propose(
    *,
    scheme: PairScheme,
    mentor: Worker,
    apprentice: Worker,
    trade: Trade,
    target_grade: int,
    target_on: date,
    starts_on: date,
    ends_on: date,
    by: Any,
    appointment: Mentor | None = None,
    employer: Employer | None = None,
    skills: Skills = (),
    meetings: int = 2,
    allowance: int = 0,
    duties: Mapping[str, Any] | None = None,
    follows: Pair | None = None,
    grade_from: int | None = None,
) -> Pair:
    """A proposal with the content of its agreement; nobody has signed.

    skills: (name, due on) in their order; duties: by side, {"zh": [...], "en": [...]}, the scheme's when none are
    given; employer: the apprentice's when none is given; grade_from: the level held, from the record when none is
    given. Raises PairRefused, PermissionDenied. Of two that want a master's last place at once, one gets it.
    """
    employer = employer or apprentice.employer
    roles.can_propose(by, employer).or_refuse()
    if employer is None:
        raise PairRefused(_("The apprentice has no employer on record, who must sign."), field="apprentice")
    if mentor.pk == apprentice.pk:
        raise PairRefused(_("Nobody is their own master."), field="mentor")
    _lock_master(mentor)
    rules = rules_of(scheme)
    _check_room(mentor, rules)
    pair = Pair(
        scheme=scheme,
        mentor=mentor,
        apprentice=apprentice,
        trade=trade,
        appointment=appointment,
        employer=employer,
        grade_from=(level_of(apprentice, trade) if grade_from is None else grade_from) or None,
        mentor_grade=_grade_of_master(mentor, trade, appointment),
        target_grade=target_grade,
        target_on=target_on,
        starts_on=starts_on,
        ends_on=ends_on,
        meetings=meetings,
        allowance=allowance,
        duties=duties if duties is not None else duties_of(scheme),
        follows=follows,
        made_by=by,
    )
    check(pair, skills)
    pair.number = _next_number(scheme, starts_on)
    try:
        with transaction.atomic():
            pair.save()
    except IntegrityError as error:
        raise PairRefused(
            _("This worker has a master in this trade already, or one is proposed."), field="apprentice"
        ) from error
    _keep_content(pair, skills)
    facts = {"number": pair.number, "content_hash": pair.content_hash}
    if follows is not None:
        facts["follows"] = follows.number
    tell(pair, "pair.proposed", facts, by)
    return pair


@transaction.atomic
def change(
    *,
    pair: Pair,
    by: Any,
    target_grade: int,
    target_on: date,
    starts_on: date,
    ends_on: date,
    skills: Skills,
    meetings: int,
    allowance: int,
    duties: Mapping[str, Any] | None = None,
) -> Pair:
    """Another content, as long as nobody has signed. Raises PairRefused, PermissionDenied."""
    pair = pair_moves.locked(pair)
    roles.can_propose(by, pair.employer).or_refuse()
    if pair.state != S.PROPOSED or pair.signatures.exists():  # type: ignore[attr-defined]
        raise PairRefused(_("Somebody has signed: the agreement stands. Decline it and propose a new one."))
    pair.target_grade, pair.target_on = target_grade, target_on
    pair.starts_on, pair.ends_on = starts_on, ends_on
    pair.meetings, pair.allowance = meetings, allowance
    if duties is not None:
        pair.duties = dict(duties)
    check(pair, skills)
    pair.save()
    PairSkill.objects.filter(pair=pair).delete()
    _keep_content(pair, skills)
    tell(pair, "pair.changed", {"content_hash": pair.content_hash}, by)
    return pair


@transaction.atomic
def decline(*, pair: Pair, reason: str, by: Any, at: datetime | None = None) -> Pair:
    """The proposal comes to nothing: anybody who would sign it may say so. Sent twice it happens once."""
    pair = pair_moves.locked(pair)
    roles.can_decline(by, pair).or_refuse()
    if pair.state == S.DECLINED:
        return pair
    return pair_moves.move(pair=pair, to=S.DECLINED, by=by, at=at, reason=said(reason))


@transaction.atomic
def start(*, pair: Pair, by: Any, at: datetime | None = None) -> Pair:
    """Begins a signed pair, before its first day when the office says so. Sent twice it happens once."""
    pair = pair_moves.locked(pair)
    roles.can_look_after(by, pair).or_refuse()
    if pair.state in Pair.UNDER_WAY:
        return pair
    return pair_agreements.begin(pair, by=by, at=at)


def start_due(*, on: date | None = None) -> int:
    """Begins the signed pairs whose first day has come, and says how many. Done by the program; safe to repeat."""
    on = on or timezone.localdate()
    begun = 0
    for pair in Pair.objects.filter(state=S.SIGNED, starts_on__lte=on):
        with transaction.atomic():
            now = pair_moves.locked(pair)
            if now.state == S.SIGNED:
                pair_agreements.begin(now, by=None)
                begun += 1
    return begun


@transaction.atomic
def extend(*, pair: Pair, until: date, reason: str, by: Any, at: datetime | None = None) -> Pair:
    """A later last day, with a reason. What was signed keeps its own last day. Raises PairRefused."""
    pair = pair_moves.locked(pair)
    roles.can_look_after(by, pair).or_refuse()
    return extend_locked(pair, until=until, reason=said(reason), by=by, at=at)


def extend_locked(pair: Pair, *, until: date, reason: str, by: Any, at: datetime | None = None) -> Pair:
    """The same inside the transaction of whoever locked the pair and asked who may."""
    most = rules_of(pair.scheme).extend_most
    if until <= pair.ends_on:
        raise PairRefused(_("The new last day lies before the old one."), field="until")
    if until > pairing.add_months(pair.ends_on, most):
        raise PairRefused(_("One extension adds %(most)d months at most.") % {"most": most}, field="until")
    pair.agreed_ends_on = pair.agreed_ends_on or pair.ends_on
    pair.ends_on = until
    return pair_moves.move(pair=pair, to=S.EXTENDED, by=by, at=at, reason=reason, until=until)


@transaction.atomic
def end_early(
    *, pair: Pair, reason: str, by: Any, on: date | None = None, at: datetime | None = None
) -> Pair:
    """Ends a pair before its time. In the first days, as the rules have it, either of the two may do so alone.

    Sent twice it happens once. Raises PairRefused, PermissionDenied.
    """
    pair = pair_moves.locked(pair)
    if not may_object(by, pair, on=on):
        roles.can_look_after(by, pair).or_refuse()
    if pair.state == S.ENDED_EARLY:
        return pair
    pair.ended_on = on
    return pair_moves.move(pair=pair, to=S.ENDED_EARLY, by=by, at=at, reason=said(reason))


def may_object(user: Any, pair: Pair, *, on: date | None = None) -> bool:
    """Whether this person is one of the two and the days in which either may step back are not over."""
    if user.pk not in roles.people_of(pair) or pair.state not in (S.SIGNED, S.RUNNING):
        return False
    since = pair.began_on or pair.starts_on
    return ((on or timezone.localdate()) - since).days < rules_of(pair.scheme).objection_days


@transaction.atomic
def new_mentor(
    *,
    pair: Pair,
    mentor: Worker,
    reason: str,
    starts_on: date,
    by: Any,
    ends_on: date | None = None,
    appointment: Mentor | None = None,
    at: datetime | None = None,
) -> Pair:
    """Ends a pair and proposes another with the rest of its agreement: what is not learnt yet, the same target.

    ends_on: of the new pair; without it the old last day, or the least months of the rules when that is too near.
    Returns the new proposal. Raises PairRefused, PermissionDenied.
    """
    _lock_master(mentor)
    pair_moves.lock_scheme(pair.scheme_id)
    old = end_early(pair=pair, reason=reason, by=by, at=at)
    least = pairing.add_months(starts_on, rules_of(old.scheme).months_least)
    last = ends_on or max(old.ends_on, least)
    return propose(
        scheme=old.scheme,
        mentor=mentor,
        apprentice=old.apprentice,
        trade=old.trade,
        target_grade=old.target_grade,
        target_on=last if not starts_on <= old.target_on <= last else old.target_on,
        starts_on=starts_on,
        ends_on=last,
        by=by,
        appointment=appointment,
        employer=old.employer,
        skills=[
            (skill.name, min(max(skill.due_on, starts_on), last))
            for skill in old.skills.filter(done_on=None)  # type: ignore[attr-defined]
        ],
        meetings=old.meetings,
        allowance=old.allowance,
        duties=old.duties,
        follows=old,
    )


@transaction.atomic
def agree_to_be_named(*, pair: Pair, agree: bool, by: Any, at: datetime | None = None) -> Pair:
    """One of the two agrees to be named on public pages as master or apprentice, or takes it back.

    Raises PermissionDenied for anybody else.
    """
    pair = pair_moves.locked(pair)
    roles.can_agree_to_be_named(by, pair).or_refuse()
    side = roles.side_of(by, pair)
    field = f"{side}_public_at"
    if bool(getattr(pair, field)) != agree:
        setattr(pair, field, (at or timezone.now()) if agree else None)
        pair.save(update_fields=(field,))
        pair_moves.show_in_search(pair)
        tell(pair, "pair.named", {"side": side, "agree": agree}, by)
    return pair


# --- what a proposal must hold ----------------------------------------------------------------------------------------


def level_of(worker: Worker, trade: Trade) -> int:
    """The highest level in a trade by the worker's checked certificates, 0 when there is none."""
    held = Qualification.objects.filter(
        worker=worker, trade=trade, kind=Qualification.Kind.LEVEL, checked=True, grade__isnull=False
    )
    return held.order_by("-grade").values_list("grade", flat=True).first() or 0


def duties_of(scheme: PairScheme) -> dict[str, dict[str, list[str]]]:
    """What each side promises by the rules, as a pair keeps it."""
    return {
        side: {"zh": list(words.zh), "en": list(words.en)} for side, words in rules_of(scheme).duties.items()
    }


def places_left(mentor: Worker, scheme: PairScheme) -> int:
    """How many more apprentices a master may take under these rules; never below 0."""
    return max(0, rules_of(scheme).most - Pair.objects.standing().filter(mentor=mentor).count())


def check(pair: Pair, skills: Skills) -> None:
    """Raises PairRefused for the first thing that an agreement may not hold."""
    rules = rules_of(pair.scheme)
    levels = pair.trade.levels
    if levels.exists() and not levels.filter(grade=pair.target_grade).exists():
        raise PairRefused(_("This trade has no such level."), field="target_grade")
    if pair.target_grade <= (pair.grade_from or 0):
        raise PairRefused(_("The target must lie above the present level."), field="target_grade")
    if not pair.mentor_grade:
        raise PairRefused(
            _("No level of the master in this trade is on record: check a certificate, or appoint first."),
            field="mentor",
        )
    if pair.mentor_grade <= (pair.grade_from or 0):
        raise PairRefused(_("A master stands above the apprentice's level."), field="mentor")
    if pair.ends_on <= pair.starts_on:
        raise PairRefused(_("The pair ends before it begins."), field="ends_on")
    if fault := pairing.term_fault(rules, pair.starts_on, pair.ends_on):
        limits = {"least": rules.months_least, "most": rules.months_most}
        raise PairRefused(
            _("A pair lasts at least %(least)d months.") % limits
            if fault == "short"
            else _("A pair lasts at most %(most)d months.") % limits,
            field="ends_on",
        )
    if not pair.starts_on <= pair.target_on <= pair.ends_on:
        raise PairRefused(_("The target date lies outside the term."), field="target_on")
    for name, due in skills:
        if not name.strip():
            raise PairRefused(_("A skill needs a name."), field="skills")
        if not pair.starts_on <= due <= pair.ends_on:
            raise PairRefused(_("“%(skill)s” is due outside the term.") % {"skill": name}, field="skills")


def _lock_master(mentor: Worker) -> None:
    """Whoever counts this master's apprentices waits here; rows that only point at the worker do not."""
    Worker.objects.select_for_update(no_key=True).get(pk=mentor.pk)


def _check_room(mentor: Worker, rules: pairing.Rules) -> None:
    if Pair.objects.standing().filter(mentor=mentor).count() >= rules.most:
        raise PairRefused(
            _("This master has %(most)d apprentices, as many as the rules allow.") % {"most": rules.most},
            field="mentor",
        )


def _grade_of_master(mentor: Worker, trade: Trade, appointment: Mentor | None) -> int | None:
    appointed = 0
    if appointment is not None:
        if appointment.worker_id != mentor.pk:
            raise PairRefused(_("This appointment is somebody else's."), field="mentor")
        appointed = appointment.grade if appointment.trade_id == trade.pk else 0
    else:
        letters = Mentor.objects.serving().filter(worker=mentor, trade=trade).order_by("-grade")
        appointed = letters.values_list("grade", flat=True).first() or 0
    return max(appointed, level_of(mentor, trade)) or None


def _next_number(scheme: PairScheme, starts_on: date) -> str:
    PairScheme.objects.filter(pk=scheme.pk).update(pairs_numbered=F("pairs_numbered") + 1)
    scheme.refresh_from_db(fields=("pairs_numbered",))
    return f"P{starts_on.year}-{scheme.pk}-{scheme.pairs_numbered:04d}"


def _keep_content(pair: Pair, skills: Skills) -> None:
    for name, due in skills:
        PairSkill.objects.create(pair=pair, name=name.strip()[:120], due_on=due)
    pair.content_hash = pair_agreements.content_hash(pair)
    pair.save(update_fields=("content_hash",))


def is_over(pair: Pair) -> bool:
    return pair.state in OVER

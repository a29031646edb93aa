"""The evaluations at half time and at the end, and what each grade does to the pair."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from academy import roles_pairs as roles
from academy.domain import diplomas, pair_moves, pair_rewards, pairs
from academy.domain.pair_moves import PairRefused, S, rules_of, said, tell
from academy.models import Pair, PairReview
from academy.rules import pairing
from craft_site.people.domain import growth
from craft_site.people.models import GrowthEntry, Qualification, Worker

Kind, Grade = PairReview.Kind, PairReview.Grade

# At half time EXTEND means: to improve, and to be evaluated again.
AFTER_MID = {
    Grade.EXCELLENT: S.MID_OK,
    Grade.PASSED: S.MID_OK,
    Grade.EXTEND: S.MID_WARN,
    Grade.END: S.ENDED_EARLY,
}
AFTER_FINAL = {
    Grade.EXCELLENT: S.FINAL_OK,
    Grade.PASSED: S.FINAL_OK,
    Grade.EXTEND: S.EXTENDED,
    Grade.END: S.ENDED_EARLY,
}
GRADES_ZH = {Grade.EXCELLENT: "优秀", Grade.PASSED: "合格"}


@transaction.atomic
def review(
    *,
    pair: Pair,
    kind: str,
    theory: int,
    practice: int,
    conduct: int,
    grade: str,
    by: Any,
    on: date | None = None,
    comment: str = "",
    until: date | None = None,
    at: datetime | None = None,
) -> PairReview:
    """One evaluation, each mark of 100, and the move that follows from its grade.

    kind, grade: of PairReview; until: the new last day when the final evaluation extends. To extend or end needs a
    comment. Completion needs the target certificate, checked, or theory and practice both at the pass mark; at half
    time each part needs its own mark to pass, and everywhere "excellent" each part at the pass mark.
    Raises PairRefused, PermissionDenied.
    """
    pair = pair_moves.locked(pair)
    roles.can_look_after(by, pair).or_refuse()
    at = at or timezone.now()
    on = on or timezone.localtime(at).date()
    to = (AFTER_MID if kind == Kind.MID else AFTER_FINAL)[Grade(grade)]
    if to not in pair_moves.MOVES[pair.state]:
        raise PairRefused(
            _("A pair that is “%(state)s” cannot be evaluated so.") % {"state": pair.get_state_display()}
        )
    if pair.began_on is not None and on < pair.began_on:
        raise PairRefused(_("The evaluation lies before the pair began."), field="on")
    if not all(0 <= mark <= 100 for mark in (theory, practice, conduct)):
        raise PairRefused(_("Marks go from 0 to 100."), field="theory")
    _check_grade(pair, kind, grade, {"theory": theory, "practice": practice, "conduct": conduct})
    words = said(comment) if to in (S.MID_WARN, S.EXTENDED, S.ENDED_EARLY) else comment.strip()
    certificate = None
    if to == S.FINAL_OK:
        certificate = target_certificate(pair)
        _check_completion(pair, certificate, theory, practice)
    made = PairReview.objects.create(
        pair=pair,
        kind=kind,
        theory=theory,
        practice=practice,
        conduct=conduct,
        grade=grade,
        certificate=certificate,
        comment=words[:500],
        on=on,
        by=by,
    )
    facts = {
        "kind": str(kind),
        "grade": str(grade),
        "theory": theory,
        "practice": practice,
        "conduct": conduct,
    }
    tell(pair, "pair.reviewed", facts, by)
    if to == S.EXTENDED:
        if until is None:
            raise PairRefused(_("Give the new last day."), field="until")
        pairs.extend_locked(pair, until=until, reason=words, by=by, at=at)
        return made
    if to in (S.FINAL_OK, S.ENDED_EARLY):
        pair.ended_on = on
    pair_moves.move(pair=pair, to=to, by=by, at=at, reason=words)
    if to == S.FINAL_OK:
        _remember(pair, made)
        diplomas.ask_for_pair(pair=pair, by=by)
        pair_rewards.close_when_paid(pair, by=by, at=at)
    return made


def target_certificate(pair: Pair) -> Qualification | None:
    """The apprentice's checked certificate in the trade at the target level or above."""
    held = Qualification.objects.filter(
        worker=pair.apprentice_id,
        trade=pair.trade_id,
        kind=Qualification.Kind.LEVEL,
        checked=True,
        grade__gte=pair.target_grade,
    )
    return held.order_by("grade", "issued_on", "pk").first()


def mid_due_on(pair: Pair) -> date:
    """The day of half time, by the days that were signed."""
    return pairing.half_time(pair.starts_on, pair.agreed_ends_on or pair.ends_on)


def mid_is_due(pair: Pair, *, today: date | None = None) -> bool:
    """Whether half time has come and nobody has evaluated, or the last evaluation asked to improve."""
    today = today or timezone.localdate()
    return pair.state == S.MID_WARN or (pair.state == S.RUNNING and mid_due_on(pair) <= today)


def marks_needed(pair: Pair, kind: str, grade: str) -> int | None:
    """What theory, practice and conduct must each reach for this grade; None where the grade asks for none."""
    rules = rules_of(pair.scheme)
    if grade == Grade.EXCELLENT:
        return rules.pass_mark
    return rules.mid_mark if kind == Kind.MID and grade == Grade.PASSED else None


def _check_grade(pair: Pair, kind: str, grade: str, marks: dict[str, int]) -> None:
    """A grade that the marks beside it contradict is a slip of the hand."""
    needed = marks_needed(pair, kind, grade)
    low = [part for part, mark in marks.items() if needed is not None and mark < needed]
    if low:
        raise PairRefused(
            _(
                "“%(grade)s” needs at least %(mark)d in theory, practice and conduct. Correct the mark or the grade."
            )
            % {"grade": Grade(grade).label, "mark": needed},
            field=low[0],
        )


def _check_completion(pair: Pair, certificate: Qualification | None, theory: int, practice: int) -> None:
    mark = rules_of(pair.scheme).pass_mark
    if certificate is None and min(theory, practice) < mark:
        raise PairRefused(
            _(
                "To complete, the apprentice needs a checked certificate of the target level, "
                "or at least %(mark)d in theory and in practice."
            )
            % {"mark": mark},
            field="practice",
        )


def _remember(pair: Pair, made: PairReview) -> None:
    """A line in both growth records. Neither names the other: a record may be shown where only one agreed to it."""
    on, trade = made.on, pair.trade
    zh, en = GRADES_ZH[Grade(made.grade)], Grade(made.grade).name.lower()
    lines: tuple[tuple[Worker, str, str], ...] = (
        (pair.apprentice, f"师徒结对出师：{trade.name}", f"Completed an apprenticeship: {trade.name_en}"),
        (
            pair.mentor,
            f"名师带徒，徒弟出师：{trade.name}",
            f"Brought an apprentice to completion: {trade.name_en}",
        ),
    )
    for worker, title, title_en in lines:
        growth.record(
            worker=worker,
            kind=GrowthEntry.Kind.PAIR,
            on=on,
            title=title,
            title_en=title_en if trade.name_en else "",
            detail=f"{pair.number} {zh}",
            detail_en=f"{pair.number}, {en}",
            url=pair.my_url(),
            source=diplomas.pair_source(pair),
        )

"""What came of a visit: the report, the follow-up of open problems, the firm's rating, the end."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from craft_site.people.domain import growth
from craft_site.people.models import GrowthEntry
from honours import roles_outreach as roles
from honours.domain.refusals import HonourRefused
from honours.domain.visits import S, again, move, needs_reason, tell, wind
from honours.models import Visit, VisitCraftsman, VisitProblem
from honours.rules.visit_clock import RATE_DAYS

MOST_HOURS = Decimal(240)
MOST_TRAINED = 100_000
MOST_SAVING = Decimal(1_000_000_000)
KINDS_ZH = {"service": "技术服务", "problem": "技术攻关", "management": "管理提升"}


@dataclass(frozen=True, slots=True)
class Found:
    """A problem that was worked on. follow_up_on: for one that is still open, the day to look again."""

    text: str
    kind: str
    solved: bool
    follow_up_on: date | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """What a visit was. came: keys of the visit's craftsmen who were there; saving: yuan, None when nobody knows;
    earlier: whoever writes it down knows that it was before the day agreed."""

    visited_on: date
    came: Collection[int]
    problems: Sequence[Found]
    words: str
    hours: Decimal | None = None
    people_trained: int | None = None
    saving: Decimal | None = None
    earlier: bool = False


@transaction.atomic
def record(*, visit: Visit, report: Report, by: Any) -> Visit:
    """Writes down that the visit took place, and a line in the growth record of everybody who came.

    Raises PermissionDenied, HonourRefused.
    """
    roles.can_run_visits(by).or_refuse()
    found = again(visit)
    if found.state != S.AGREED:
        raise HonourRefused(_("The visit cannot do this step now."))
    _check(found, report)
    found.visited_on = report.visited_on
    found.hours, found.people_trained, found.saving = report.hours, report.people_trained, report.saving
    found.report = report.words.strip()
    came = found.craftsmen.filter(pk__in=report.came, answer=VisitCraftsman.Answer.YES)  # type: ignore[attr-defined]
    if not came.update(came=True):
        raise HonourRefused(_("Say which craftsmen came."), field="came")
    VisitProblem.objects.bulk_create(
        VisitProblem(
            visit=found,
            text=one.text.strip(),
            kind=one.kind,
            solved_on=report.visited_on if one.solved else None,
            follow_up_on=None if one.solved else one.follow_up_on,
        )
        for one in report.problems
    )
    facts: dict[str, Any] = {
        "visited_on": report.visited_on,
        "craftsmen": came.count(),
        "solved": sum(one.solved for one in report.problems),
        "open": sum(not one.solved for one in report.problems),
        "trained": report.people_trained,
        "saving": report.saving,
    }
    move(found, S.VISITED, by=by, on=report.visited_on, **facts)
    put_on_record(found)
    return found


def _check(visit: Visit, report: Report) -> None:
    today = timezone.localdate()
    if report.visited_on > today:
        raise HonourRefused(_("The visit has not taken place yet: its day lies ahead."), field="visited_on")
    if report.visited_on < visit.asked_on:
        raise HonourRefused(_("The firm asked only later than this day."), field="visited_on")
    if visit.planned_on is not None and report.visited_on < visit.planned_on and not report.earlier:
        raise HonourRefused(
            _("The visit was agreed for %(day)s. If it took place earlier, tick that below.")
            % {"day": visit.planned_on.isoformat()},
            field="visited_on",
        )
    if report.hours is not None and not 0 < report.hours <= MOST_HOURS:
        raise HonourRefused(_("Hours lie between 0 and %(most)s.") % {"most": MOST_HOURS}, field="hours")
    if report.people_trained is not None and not 0 <= report.people_trained <= MOST_TRAINED:
        raise HonourRefused(
            _("People trained lie between 0 and %(most)d.") % {"most": MOST_TRAINED}, field="people_trained"
        )
    if report.saving is not None and not 0 <= report.saving <= MOST_SAVING:
        raise HonourRefused(
            _("The saving lies between 0 and %(most)s yuan.") % {"most": MOST_SAVING}, field="saving"
        )
    if not report.problems:
        raise HonourRefused(_("Name at least one problem that was worked on."), field="problems")
    for n, one in enumerate(report.problems):
        if not one.text.strip():
            raise HonourRefused(_("Write what the problem was."), field="problems")
        if one.kind not in Visit.Kind.values:
            raise HonourRefused(_("Choose the kind of help."), field="problems")
        if not one.solved and (one.follow_up_on is None or one.follow_up_on < report.visited_on):
            raise HonourRefused(
                _("“%(problem)s” is open: say on which day to look again, after the visit.")
                % {"problem": one.text},
                field=f"problems.{n}.follow_up_on",
            )


def put_on_record(visit: Visit) -> None:
    """The line in the growth record of everybody who came. It names the firm only where the firm agreed to be named:
    a holder's public page may show the line."""
    problems = list(visit.problems.all())  # type: ignore[attr-defined]
    solved = sum(problem.solved_on is not None for problem in problems)
    kind = Visit.Kind(visit.kind)
    zh = [f"{KINDS_ZH[kind]}，解决问题{solved}个" if solved else KINDS_ZH[kind]]
    en = [str(kind.name).lower(), f"{solved} solved"]
    if visit.people_trained:
        zh.append(f"培训{visit.people_trained}人")
        en.append(f"{visit.people_trained} trained")
    assert visit.visited_on is not None
    for one in visit.craftsmen.filter(came=True).select_related("worker"):  # type: ignore[attr-defined]
        firm = visit.employer.name if visit.may_publish else ""
        growth.record(
            worker=one.worker,
            kind=GrowthEntry.Kind.VISIT,
            on=visit.visited_on,
            title=f"助企行：{firm}" if firm else "助企行",
            title_en=f"Help-the-firms visit: {firm}" if firm else "Help-the-firms visit",
            detail="，".join(zh),
            detail_en=", ".join(en),
            source=visit.record_source,
        )


def take_off_record(visit: Visit) -> None:
    for one in visit.craftsmen.select_related("worker"):  # type: ignore[attr-defined]
        growth.withdraw(worker=one.worker, source=visit.record_source)


@transaction.atomic
def take_back(*, visit: Visit, reason: str, by: Any) -> Visit:
    """The report was wrong: the visit is agreed again, to be written down anew or cancelled; the lines in the growth
    records are hidden. Pictures stay. Raises PermissionDenied, HonourRefused."""
    roles.can_run_visits(by).or_refuse()
    found = again(visit)
    if found.state != S.VISITED:
        raise HonourRefused(_("Only a report that nobody has followed up or closed is taken back."))
    if found.rating is not None:
        raise HonourRefused(_("The firm has rated this visit: its report stands."))
    reason = needs_reason(reason)
    take_off_record(found)
    found.problems.all().delete()  # type: ignore[attr-defined]
    found.craftsmen.update(came=False)  # type: ignore[attr-defined]
    found.visited_on = found.hours = found.people_trained = found.saving = None
    found.report = ""
    move(found, S.AGREED, by=by, reason=reason)
    return found


@transaction.atomic
def follow_up(
    *,
    visit: Visit,
    words: str,
    solved: Collection[int],
    by: Any,
    next_on: date | None = None,
    on: date | None = None,
) -> Visit:
    """Somebody asked again. solved: keys of problems solved since; next_on: when to ask about the rest.

    Raises PermissionDenied, HonourRefused.
    """
    roles.can_run_visits(by).or_refuse()
    found = again(visit)
    on = on or timezone.localdate()
    if found.state not in (S.VISITED, S.FOLLOWED_UP):
        raise HonourRefused(_("The visit cannot do this step now."))
    if not words.strip():
        raise HonourRefused(_("Write what the follow-up found."), field="words")
    if found.visited_on is None or not found.visited_on <= on <= timezone.localdate():
        raise HonourRefused(_("The follow-up lies after the visit and not ahead."), field="on")
    still = found.problems.filter(solved_on=None)  # type: ignore[attr-defined]
    done = still.filter(pk__in=solved).update(solved_on=on, follow_up_on=None)
    rest = still.exclude(pk__in=solved)
    if rest.exists():
        if next_on is None or next_on <= on:
            raise HonourRefused(
                _("Problems are open: say on which day to look again, after this one."), field="next_on"
            )
        rest.update(follow_up_on=next_on)
    found.follow_up, found.followed_up_on = words.strip(), on
    move(found, S.FOLLOWED_UP, by=by, on=on, solved=done, open=rest.count())
    put_on_record(found)
    return found


@transaction.atomic
def rate(
    *, visit: Visit, rating: int, words: str, may_publish: bool, by: Any, on: date | None = None
) -> Visit:
    """The firm rates the visit once, 1 to 5, and says whether public pages may name it.

    Raises PermissionDenied, HonourRefused.
    """
    found = again(visit)
    roles.can_speak_for_firm(by, found).or_refuse()
    if found.state not in (S.VISITED, S.FOLLOWED_UP):
        raise HonourRefused(_("This visit cannot be rated now."))
    if found.rating is not None:
        raise HonourRefused(_("This visit has been rated already."))
    if rating not in range(1, 6):
        raise HonourRefused(_("Choose 1 to 5."), field="rating")
    found.rating, found.rating_words = rating, words.strip()[:300]
    found.rated_on = on or timezone.localdate()
    found.may_publish = may_publish
    wind(found, found.rated_on)
    found.save()
    tell(found, "rated", {"rating": rating, "may_publish": may_publish}, by)
    put_on_record(found)
    return found


@transaction.atomic
def say_published(*, visit: Visit, may_publish: bool, by: Any) -> Visit:
    """The firm says later whether public pages may name it; they follow at once. Raises PermissionDenied."""
    found = again(visit)
    roles.can_speak_for_firm(by, found).or_refuse()
    if found.state not in Visit.HELD:
        raise HonourRefused(_("There is nothing to publish before the visit."))
    found.may_publish = may_publish
    found.save(update_fields=["may_publish"])
    tell(found, "published", {"may_publish": may_publish}, by)
    put_on_record(found)
    return found


def lacks_for_close(visit: Visit, today: date | None = None) -> str:
    """Why a visit cannot be closed now, empty when it can."""
    today = today or timezone.localdate()
    if visit.state not in (S.VISITED, S.FOLLOWED_UP):
        return _("The visit cannot do this step now.")
    if visit.problems.filter(solved_on=None).exists():  # type: ignore[attr-defined]
        return _("Problems are open: follow them up first.")
    last = visit.followed_up_on or visit.visited_on
    if visit.rating is None and last is not None and last + timedelta(days=RATE_DAYS) > today:
        return _("The firm has until %(day)s to rate the visit.") % {
            "day": (last + timedelta(days=RATE_DAYS)).isoformat()
        }
    return ""


@transaction.atomic
def close(*, visit: Visit, by: Any, on: date | None = None) -> Visit:
    """Every problem is solved and the firm has rated, or let its days pass. Raises PermissionDenied, HonourRefused."""
    roles.can_run_visits(by).or_refuse()
    found = again(visit)
    if lacking := lacks_for_close(found, on):
        raise HonourRefused(lacking)
    move(found, S.CLOSED, by=by, on=on)
    return found

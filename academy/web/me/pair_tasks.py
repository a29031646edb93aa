"""What /me/ tells a worker of masters and apprentices."""

from typing import Any

from django.db.models import Prefetch, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from academy.domain import pair_agreements, pair_logs, pair_reviews
from academy.domain.pair_logs import Missing
from academy.models import Pair, PairLog
from academy.rules import pairing
from academy.web import pair_words
from craft_site.kit.lists import plain_day
from craft_site.people.models import Worker

S = Pair.State


def all_of(worker: Worker) -> list[Pair]:
    """Every pair of this person with all that these rows ask; three queries."""
    return list(_pairs(worker))


def owed(worker: Worker, found: list[Pair] | None = None) -> list[dict[str, Any]]:
    """What the worker must still do: rows as components/task_list.html takes them, the urgent first. found: of
    `all_of`."""
    standing = [
        pair
        for pair in (_pairs(worker).standing() if found is None else found)
        if pair.state in Pair.STANDING
    ]
    missing = pair_logs.missing(standing) if standing else {}
    rows = [
        row
        for pair in standing
        for row in tasks_of(
            pair, teaches=pair.mentor_id == worker.pk, missing=missing.get(pair.pk, []), named=True
        )
    ]
    return sorted(rows, key=lambda row: ("bad", "warn", "info").index(row["status_kind"]))


def section(worker: Worker) -> dict[str, Any] | None:
    """{title, items, url, link} for the worker's page of the academy, None when there is nothing to tell."""
    rows = rows_of(worker)
    if not rows:
        return None
    return {
        "title": _("My master and my apprentices"),
        "items": rows,
        "url": reverse("me:pairs"),
        "link": _("All"),
    }


def rows_of(worker: Worker, found: list[Pair] | None = None) -> list[dict[str, Any]]:
    """Every pair of this person as a row, those under way first. found: of `all_of`."""
    pairs = sorted(
        _pairs(worker) if found is None else found, key=lambda pair: pair.state not in Pair.STANDING
    )
    return [
        {
            "title": _("My apprentice: %(name)s") % {"name": pair.apprentice.name}
            if pair.mentor_id == worker.pk
            else _("My master: %(name)s") % {"name": pair.mentor.name},
            "hint": f"{pair.trade} · {pair_words.term(pair, spell=plain_day)}",
            "url": pair.my_url(),
            "status": pair.get_state_display(),
            "status_kind": pair_words.STATE_KIND[S(pair.state)],
        }
        for pair in pairs
    ]


def tasks_of(
    pair: Pair, *, teaches: bool, missing: list[Missing], named: bool = False
) -> list[dict[str, Any]]:
    """What one of the two must do in this pair. named: name the other, where several pairs stand together."""
    other = pair.apprentice if teaches else pair.mentor
    hint = other.name if named else ""
    rows: list[dict[str, Any]] = []
    if pair_agreements.next_side(pair) == ("mentor" if teaches else "apprentice"):
        url = reverse("me:pair_sign", args=(pair.uuid,))
        rows.append(_task(_("Read and sign your agreement"), hint, url, _("To sign"), "warn"))
    if not teaches:
        for one in missing:
            overdue = one.state == pairing.OVERDUE
            url = reverse("me:pair_log", args=(pair.uuid, f"{one.month:%Y-%m}"))
            title = _("Write your log for %(month)s") % {"month": pair_words.month(one.month)}
            late = pair_words.late_words(pair, one.month, overdue=overdue)
            rows.append(
                _task(
                    title,
                    f"{hint} · {late}" if hint else late,
                    url,
                    _("Overdue") if overdue else pgettext("log", "Due"),
                    "bad" if overdue else "warn",
                )
            )
    else:
        for log in pair.logs.all():  # type: ignore[attr-defined]
            if log.state == PairLog.State.SENT and pair.state in Pair.UNDER_WAY:
                url = reverse("me:pair_month", args=(pair.uuid, str(log)))
                title = _("Comment on %(month)s") % {"month": pair_words.month(log.month)}
                rows.append(_task(title, hint, url, _("Waits for you"), "warn"))
    if pair_reviews.mid_is_due(pair):
        title = _("Prepare for the mid-term evaluation")
        rows.append(_task(title, hint or _("The union sets the day."), pair.my_url(), _("Coming"), "info"))
    return rows


def _task(title: str, hint: str, url: str, status: str, kind: str) -> dict[str, Any]:
    return {"title": title, "hint": hint, "url": url, "status": status, "status_kind": kind}


def _pairs(worker: Worker) -> Any:
    """The worker's pairs with everything that these rows ask; three queries."""
    logs = Prefetch("logs", PairLog.objects.defer("reflection", "comment"))
    mine = Pair.objects.filter(Q(mentor=worker) | Q(apprentice=worker))
    return mine.for_list().prefetch_related("signatures", logs)

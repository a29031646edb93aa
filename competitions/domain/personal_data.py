"""What contests keep of a person: what is shown and handed out, what must be kept, what is left after deletion.

A result stands for ever under the contestant number. When the name goes, the hash of the published line stays with it
(and a line of the event's ledger says so), so that every proof of then still holds.
"""

from collections.abc import Iterable
from functools import partial
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from competitions.domain import eligibility, entries
from competitions.domain.release_content import present_hash, row_hash
from competitions.findable import RESULTS
from competitions.models import Appeal, Entry, Event, ReleaseRow, Seat, Team
from craft_site.jobs import queue
from craft_site.ledger.chain import append
from craft_site.people.keeping import MARK, Consent, Hold, Keeper, Kept
from craft_site.people.models import Worker
from craft_site.search import index

P = "contests"
OVER = (Event.State.FINAL, Event.State.ARCHIVED)
NOT_IN = (Entry.State.DRAFT, Entry.State.REFUSED, Entry.State.WITHDRAWN)
PAGES_JOB = "competitions.write_pages"

KEPT = (
    Kept(
        "competitions.Entry",
        "worker",
        P,
        _("Entries"),
        (
            "event",
            "reference",
            "state",
            "group",
            "trade_years",
            "insured_months",
            "local_resident",
            "emergency_contact",
            "agreed_rules_at",
            "agreed_publicity_at",
            "submitted_at",
        ),
        {
            "employer": None,
            "emergency_contact": "",
            "insured_months": None,
            "trade_years": None,
            "local_resident": False,
            "agreed_publicity_at": None,
        },
        labels={
            "agreed_rules_at": pgettext_lazy("data copy", "agreed to the rules on"),
            "agreed_publicity_at": pgettext_lazy("data copy", "agreed to be named in public on"),
        },
    ),
    Kept(
        "competitions.EntryFile",
        "entry__worker",
        P,
        _("Papers of entries"),
        ("kind", "entry"),
        gone=True,
        labels={"entry": pgettext_lazy("data copy", "entry")},
        joined=("entry__event",),
    ),
    Kept(
        "competitions.EntryStep",
        "entry__worker",
        P,
        _("Steps of entries"),
        ("at", "to_state", "reason"),
        {"reason": ""},
        labels={
            "at": pgettext_lazy("data copy", "when"),
            "to_state": pgettext_lazy("data copy", "new state"),
        },
    ),
    Kept(
        "competitions.Finding",
        "entry__worker",
        P,
        _("Findings about entries"),
        ("rule", "outcome", "found"),
        {"found": ""},
        labels={"rule": pgettext_lazy("data copy", "rule")},
        words={"rule": eligibility.rule_in_words},
    ),
    Kept(
        "competitions.AcceptedRow",
        "entry__worker",
        P,
        _("Accepted lists"),
        ("list",),
        labels={"list": pgettext_lazy("data copy", "list")},
        joined=("list__event",),
    ),
    Kept(
        "competitions.ReleaseRow",
        "entry__worker",
        P,
        _("Published results"),
        ("release", "contestant_no", "rank", "status", "name", "employer", "components", "total", "award"),
        labels={
            "release": pgettext_lazy("data copy", "publication"),
            "contestant_no": pgettext_lazy("data copy", "contestant number"),
            "rank": pgettext_lazy("data copy", "rank"),
            "name": pgettext_lazy("data copy", "name"),
            "employer": pgettext_lazy("data copy", "employer"),
            "components": pgettext_lazy("data copy", "parts of the score"),
            "total": pgettext_lazy("data copy", "total"),
            "award": pgettext_lazy("data copy", "award"),
        },
        for_programs=("status",),
        joined=("release__event",),
    ),
    Kept(
        "competitions.Code",
        "entry__worker",
        P,
        _("Numbers and codes"),
        ("layer", "number"),
        labels={"number": pgettext_lazy("data copy", "code")},
    ),
    Kept(
        "competitions.Appeal",
        "entry__worker",
        P,
        _("Appeals"),
        ("event", "state", "text", "late_reason", "second_text"),
        {"text": "", "late_reason": "", "second_text": ""},
        labels={"event": pgettext_lazy("data copy", "event")},
    ),
    Kept(
        "competitions.AppealFile",
        "appeal__entry__worker",
        P,
        _("Papers of appeals"),
        ("appeal",),
        gone=True,
        labels={"appeal": pgettext_lazy("data copy", "appeal")},
    ),
    Kept(
        "competitions.AppealDecision",
        "appeal__entry__worker",
        P,
        _("Decisions on appeals"),
        ("reasons", "public_reason"),
        {"reasons": "", "public_reason": ""},
    ),
    Kept(
        "competitions.Waiver",
        "entry__worker",
        P,
        _("Judges who may judge you all the same"),
        ("reason",),
        {"reason": ""},
    ),
    Kept(
        "competitions.Violation",
        "code__entry__worker",
        P,
        _("Violations"),
        ("text", "reason", "public_reason"),
        {"text": "", "reason": "", "public_reason": ""},
    ),
    Kept(
        "competitions.Declaration",
        "worker",
        P,
        _("Judges who declared to know you"),
        (),
        {"person_name": MARK, "employer_name": "", "note": ""},
    ),
    Kept(
        "competitions.Declaration",
        "judge",
        P,
        _("What you declared as a judge"),
        ("person_name", "employer_name", "note"),
        {"person_name": MARK, "employer_name": "", "note": ""},
        account=True,
    ),
    Kept(
        "competitions.Seat",
        "user",
        P,
        _("Offices in contests"),
        ("event", "role", "qualification", "certificate_no"),
        {"qualification": "", "certificate_no": ""},
        account=True,
        labels={"event": pgettext_lazy("data copy", "event")},
    ),
    Kept("competitions.Tablet", "user", P, _("Devices"), ("label",), {"label": ""}, account=True),
)


def holds(worker: Worker) -> Iterable[Hold]:
    """Contests that are not over, appeals that are not decided or can still be filed."""
    mine = Entry.objects.filter(worker=worker).exclude(state__in=NOT_IN).exclude(event__state__in=OVER)
    for entry in mine.select_related("event__competition"):
        entered = {"event": _full(entry.event)}
        yield Hold(
            gettext("%(event)s, which you entered, is not over.") % entered,
            office=gettext("%(event)s, which the person entered, is not over.") % entered,
        )
    now = timezone.now()
    open_appeals = Q(state__in=Appeal.UNDECIDED) | Q(state__in=Appeal.ANSWERED, second_by__gt=now)
    for appeal in Appeal.objects.filter(open_appeals, entry__worker=worker).select_related("event"):
        yield Hold(gettext("The appeal %(number)s is not decided for good.") % {"number": appeal})
    rows = ReleaseRow.objects.filter(entry__worker=worker, release__appeals_until__gt=now)
    for row in rows.select_related("release__event"):
        until = timezone.localdate(row.release.appeals_until)
        yield Hold(
            gettext("The time for appeals about %(event)s still runs.") % {"event": row.release.event}, until
        )
    if worker.user_id is not None:
        seats = Seat.objects.filter(user=worker.user_id, left_at=None).exclude(event__state__in=OVER)
        for seat in seats.select_related("event"):
            held = {"event": seat.event}
            yield Hold(
                gettext("You hold an office in %(event)s, which is not over.") % held,
                office=gettext("The person holds an office in %(event)s, which is not over.") % held,
            )


def consents(worker: Worker) -> Iterable[Consent]:
    """That results name me: one for each entry."""
    named = Entry.objects.filter(worker=worker, agreed_publicity_at__isnull=False)
    for entry in named.select_related("event__competition").order_by("-pk"):
        yield Consent(
            key=f"entry:{entry.uuid}",
            title=gettext("My name in the results: %(event)s") % {"event": _full(entry.event)},
            effect=_("Lists that are published from now on show your number instead of your name."),
            stays=_(
                "A result that is published already stays as it was published: the rules of the contest ask for it, "
                "and others rely on it. It goes when your data are deleted."
            ),
            since=entry.agreed_publicity_at,
            withdraw=partial(entries.set_publicity, entry=entry, agreed=False),
        )


def _full(event: Event) -> str:
    """Events of several years bear one name."""
    return f"{event.competition} · {event}"


def erase(worker: Worker, mark: str, by: Any) -> None:
    """Takes the name off published lines, keeping their hashes, and has the pages written again."""
    rows = ReleaseRow.objects.filter(entry__worker=worker, published_hash="")
    events: dict[str, Event] = {}
    for row in rows.select_related("release__event").order_by("pk"):
        event = row.release.event
        row.published_hash, row.name, row.employer = row_hash(row), "", ""
        row.save(update_fields=["published_hash", "name", "employer"])
        facts = {
            "release": row.release.number,
            "position": row.position,
            "published": row.published_hash,
            "row": present_hash(row),
        }
        append(event.chain, "result.name_erased", subject=f"release:{row.release.number}", facts=facts, by=by)
        events[event.code] = event
    for code in events:
        queue.enqueue(PAGES_JOB, payload={"event": code}, by=by)
    Team.objects.filter(members__worker=worker, leader=worker.name).update(leader=mark)


def after(worker: Worker) -> None:
    index.refresh(RESULTS, Event.objects.filter(entries__worker=worker).values_list("code", flat=True))


KEEPER = Keeper(KEPT, holds=holds, consents=consents, erase=erase, after=after)

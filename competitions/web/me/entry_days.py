"""What a contestant's entry says of the contest itself: its days, where it stands now, and what can be read of it."""

from typing import Any

from django.utils.translation import gettext as _

from competitions import noticeboard
from competitions.models import CalendarStep, Entry
from competitions.pages import CompetitionPage
from competitions.web.me.documents import document_address
from craft_site.kit.language import short_day

K = CalendarStep.Kind
DAYS = (K.CHECK_IN, K.THEORY, K.PRACTICE)


def days_of(entry: Entry) -> dict[str, Any]:
    """{days: the steps at which the contestant is to be there, now: where the event stands, links}. Four queries."""
    calendar = list(entry.event.calendar.all())
    page = CompetitionPage.objects.live().public().filter(competition=entry.event.competition_id).first()
    links = [
        (_("The contest's page: calendar, draws, notices"), page.url if page is not None else ""),
        (_("Technical document"), document_address(entry.event)),
    ]
    return {
        "days": [step for step in calendar if step.kind in DAYS],
        "now": event_now(entry, calendar),
        "links": [{"title": title, "url": url} for title, url in links if url],
    }


def event_now(entry: Entry, calendar: list[CalendarStep]) -> str:
    """Where the event stands, in the public's words, and what comes next with its day."""
    event = entry.event
    if event.state in noticeboard.BEING_MARKED:
        notice = next((step for step in calendar if step.kind == K.PUBLICITY), None)
        if notice is not None and notice.phase() == "later":
            return _("Marking is under way. The results are published on %(day)s or after.") % {
                "day": short_day(notice.starts_at, year=True)
            }
        return _("Marking is under way. The results are published when every mark is signed and checked.")
    coming = next((step for step in calendar if step.phase() == "later"), None)
    here = str(noticeboard.event_standing(event).label)
    if coming is None or event.state in noticeboard.OVER:
        return here
    step, day = coming.get_kind_display(), short_day(coming.starts_at, year=True)
    return _("%(here)s. Next: %(step)s, %(day)s.") % {"here": here, "step": step, "day": day}

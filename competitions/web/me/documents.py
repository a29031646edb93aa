"""Where a contestant reads the technical document that the entry promises to have read."""

from competitions.models import DocumentVersion, Event
from competitions.pages import CompetitionPage


def document_address(event: Event) -> str:
    """The public address of an event's technical document; nothing while there is none, or no page for it."""
    if not DocumentVersion.objects.filter(event=event, published_at__isnull=False).exists():
        return ""
    page = CompetitionPage.objects.live().public().filter(competition=event.competition_id).first()
    return f"{page.url}document/{event.code}/" if page is not None else ""

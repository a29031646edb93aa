"""The desk's lists that belong to one event."""

from functools import cached_property

from competitions.models import Event
from competitions.web.desk.nav import event_at_desk
from craft_site.kit.lists import DeskList

__all__ = ["DeskList", "EventDeskList"]


class EventDeskList(DeskList):
    """A list of one event, whose code stands in the address; 404 for whoever does not work on it."""

    @cached_property
    def event(self) -> Event:
        return event_at_desk(self.request, self.kwargs["code"])

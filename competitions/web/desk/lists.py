"""What every list of the desk has in common."""

from functools import cached_property

from django_filters.views import FilterView
from django_tables2 import SingleTableMixin

from competitions.models import Event
from competitions.web.desk.nav import event_at_desk


class DeskList(SingleTableMixin, FilterView):
    """A table with a filter, 50 rows a page. A bad filter value is told beside its field and the list stays."""

    table_pagination = {"per_page": 50}  # paginate_by would count and read the page twice
    strict = False


class EventDeskList(DeskList):
    """A list of one event, whose code stands in the address; 404 for whoever does not work on it."""

    @cached_property
    def event(self) -> Event:
        return event_at_desk(self.request, self.kwargs["code"])

"""What waits for a reviewer, in order, and which of it a decision over many rows may take in."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.urls import reverse

from competitions import roles
from competitions.domain import reviews
from competitions.domain.entries import WAITING
from competitions.models import Entry
from competitions.web.desk.entries_forms import WORDS
from competitions.web.desk.entries_tables import EntryFilter
from competitions.web.desk.waiting import seats_of

BULK = (reviews.Decision.PASS, reviews.Decision.ACCEPT, reviews.Decision.RETURN)


def filter_of(request: HttpRequest) -> str:
    """The list's filter as this page carries it along, without the page number."""
    query = request.GET.copy()
    for name in [name for name in query if name not in (*EntryFilter.base_filters, "sort")]:
        del query[name]
    return query.urlencode()


@dataclass(frozen=True, slots=True)
class Queue:
    """The entries that wait for this person under the list's filter. following: the next one after the one looked
    at, from the first again at the end; rest: how many wait besides it."""

    following: UUID | None
    rest: int
    query: str

    @property
    def url(self) -> str:
        return entry_url(self.following, self.query) if self.following else ""

    @property
    def list_url(self) -> str:
        return with_query(reverse("desk:entries"), self.query)


def with_query(url: str, query: str) -> str:
    return f"{url}?{query}" if query else url


def entry_url(uuid: UUID, query: str) -> str:
    return with_query(reverse("desk:entry", args=(uuid,)), query)


def queue(request: Any, looked_at: Entry) -> Queue:
    """What else waits. A filter that names a state which does not wait is read without its state."""
    query = filter_of(request)
    filters = QueryDict(query, mutable=True)
    if filters.get("state") not in WAITING:
        filters.pop("state", None)
    waiting: QuerySet[Entry] = reviews.waiting_for(request.user)
    found = EntryFilter(filters, queryset=waiting, request=request)
    rows = list(
        (found.qs if found.form.is_valid() else waiting)
        .exclude(pk=looked_at.pk)
        .order_by("pk")
        .values_list("pk", "uuid")
    )
    later = [uuid for pk, uuid in rows if pk > looked_at.pk]
    following = later[0] if later else rows[0][1] if rows else None
    return Queue(following, len(rows), query)


class Deciding:
    """Which decisions one person may take on the rows of a list: the seats are read once for all of them."""

    def __init__(self, user: Any) -> None:
        self.user = user
        self.seats = {key: frozenset(names) for key, names in seats_of(user).items()}

    def codes(self, entry: Entry) -> list[str]:
        """The decisions over many rows that this row could join."""
        entry.event.seats_read = {self.user.pk: self.seats.get(entry.event_id, frozenset())}
        return [
            decision.value
            for decision in reviews.possible(entry)
            if decision in BULK
            and not (decision is reviews.Decision.PASS and self.user.employer_id != entry.employer_id)
            and roles.can_decide_entry(self.user, entry, decision.value)
        ]

    def actions(self, rows: list[Entry]) -> list[dict[str, str]]:
        """The buttons below a page of rows: a decision that none of them could take has none."""
        codes = {code for entry in rows for code in self.codes(entry)}
        offered = [decision for decision in BULK if decision.value in codes]
        return [
            {
                "value": decision.value,
                "label": str(WORDS[decision]),
                "kind": "" if decision is reviews.Decision.RETURN else "primary",
                "needs": decision.value,
            }
            for decision in offered
        ]

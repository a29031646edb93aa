"""What waits for a reviewer, in order, under the filter of the list that they came from."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest, QueryDict
from django.urls import reverse

from academy.models import Claim
from academy.web.desk.claim_tables import ClaimFilter


def filter_of(request: HttpRequest) -> str:
    """The list's filter as a claim's page carries it along, without the page number."""
    query = request.GET.copy()
    for name in [name for name in query if name not in (*ClaimFilter.base_filters, "sort")]:
        del query[name]
    return query.urlencode()


def with_query(url: str, query: str) -> str:
    return f"{url}?{query}" if query else url


def claim_url(uuid: UUID, query: str) -> str:
    return with_query(reverse("desk:claim", args=(uuid,)), query)


@dataclass(frozen=True, slots=True)
class Queue:
    """The claims that wait for this person under the filter. following: the next after the one looked at, from the
    first again at the end; rest: how many wait besides it."""

    following: UUID | None
    rest: int
    query: str

    @property
    def url(self) -> str:
        return claim_url(self.following, self.query) if self.following else ""

    @property
    def list_url(self) -> str:
        return with_query(reverse("desk:claims"), self.query)


def queue(request: Any, looked_at: Claim) -> Queue:
    """What else waits. A filter that names a state which does not wait is read without its state."""
    query = filter_of(request)
    filters = QueryDict(query, mutable=True)
    if filters.get("state") not in Claim.IN_REVIEW:
        filters.pop("state", None)
    waiting = Claim.objects.waiting_for(request.user)
    found = ClaimFilter(filters, queryset=waiting, request=request)
    kept = found.qs if found.form.is_valid() else waiting
    rows = list(kept.exclude(pk=looked_at.pk).order_by("pk").values_list("pk", "uuid"))
    later = [uuid for pk, uuid in rows if pk > looked_at.pk]
    following = later[0] if later else rows[0][1] if rows else None
    return Queue(following, len(rows), query)

"""What pages of other wings may show of a published result. Answers two questions of the ground (kit.questions)."""

from collections.abc import Collection

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils import timezone

from competitions.domain.release_content import award_labels
from competitions.models import Release, ReleaseRow
from craft_site.kit.language import in_language
from craft_site.kit.questions import PublishedResult, PublishedRow

MOST = 300


def results(keys: Collection[str] | None = None) -> dict[str, PublishedResult]:
    """The newest release of each event by the event's code, the newest first; one query. keys: codes, None for all."""
    found = _newest(keys)
    ranked = Count("rows", filter=Q(rows__rank__isnull=False))
    rows = found.defer("body").select_related("event__competition").annotate(ranked=ranked)
    return {
        release.event.code: PublishedResult(
            key=release.event.code,
            title=f"{release.event.competition} · {release.event}",
            url=release.get_absolute_url(),
            on=timezone.localdate(release.published_at),
            ranked=release.ranked,
        )
        for release in rows.order_by("-published_at", "-pk")[:MOST]
    }


def rows(asked: Collection[tuple[str, str]]) -> dict[tuple[str, str], PublishedRow]:
    """Lines of the newest releases by (event's code, contestant's number). Two queries, however many are asked."""
    releases = {
        release.pk: release
        for release in _newest({key for key, _no in asked}).select_related("event", "scheme")
    }
    labels = {pk: award_labels(release) for pk, release in releases.items()}
    found = {}
    numbers = {number for _key, number in asked}
    for row in ReleaseRow.objects.filter(release__in=releases, contestant_no__in=numbers, team=None):
        release = releases[row.release_id]
        where = (release.event.code, row.contestant_no)
        if where in asked:
            award = labels[release.pk].get(row.award, {"zh": "", "en": ""})
            address = reverse("contest:release_row", args=(release.slug, row.contestant_no))
            found[where] = PublishedRow(row.rank, in_language(award["zh"], award["en"]), address)
    return found


def _newest(keys: Collection[str] | None) -> QuerySet[Release]:
    last = Release.objects.filter(event=OuterRef("event")).order_by("-number").values("number")[:1]
    found = Release.objects.filter(number=Subquery(last))
    return found if keys is None else found.filter(event__code__in=keys)

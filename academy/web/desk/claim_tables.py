"""The desk's list of claims: table, filter, workbook. No identity and no bank number comes near any of them."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any

import django_filters
import django_tables2 as tables
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy

from academy.models import Claim, ClaimFinding, SubsidyProgramme
from academy.models.claim import late_below, waits_for
from academy.web import claim_words
from craft_site.kit.xlsx_out import Book, Head
from craft_site.people import roles
from craft_site.people.models import Union

S = Claim.State
SOON = 3  # days before the due date in which a claim is pointed out


def _unions(request: HttpRequest | None) -> QuerySet[Union]:
    """The union of a reviewer and those below it; for the office all of them."""
    if request is None or not request.user.is_authenticated:
        return Union.objects.none()
    user = request.user
    if user.has_role(roles.ORGANISER, roles.SUPERVISOR, roles.FINANCE):
        return Union.objects.all()
    mine = user.union_id or 0
    return Union.objects.filter(Q(pk=mine) | Q(parent=mine) | Q(parent__parent=mine))


class ClaimFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="search", label=pgettext_lazy("claim", "Name or reference number"))
    waits = django_filters.ChoiceFilter(
        method="waiting",
        label=gettext_lazy("Waits for"),
        choices=[("me", pgettext_lazy("claim waits for", "me")), ("somebody", gettext_lazy("any review"))],
    )
    due = django_filters.ChoiceFilter(
        method="by_due",
        label=pgettext_lazy("claim", "Due"),
        choices=[
            ("over", gettext_lazy("Overdue")),
            ("below", gettext_lazy("Overdue with others, below me")),
        ],
    )
    first = django_filters.ChoiceFilter(
        method="by_priority",
        label=gettext_lazy("Priority"),
        choices=[
            ("yes", gettext_lazy("Comes first")),
            ("stated", gettext_lazy("Comes first, to be confirmed")),
        ],
    )
    programme = django_filters.ModelChoiceFilter(
        queryset=SubsidyProgramme.objects.exclude(state="draft"), label=pgettext_lazy("subsidy", "Programme")
    )
    state = django_filters.ChoiceFilter(
        choices=[choice for choice in S.choices if choice[0] != S.DRAFT], label=gettext_lazy("State")
    )
    union = django_filters.ModelChoiceFilter(
        queryset=_unions, method="below", label=gettext_lazy("Union and those below it")
    )

    class Meta:
        model = Claim
        fields = ("q", "waits", "due", "first", "programme", "state", "union")

    def search(self, claims: QuerySet[Claim], name: str, value: str) -> QuerySet[Claim]:
        return claims.filter(Q(worker__name__icontains=value) | Q(reference__icontains=value.strip()))

    def waiting(self, claims: QuerySet[Claim], name: str, value: str) -> QuerySet[Claim]:
        if value == "me":
            return claims.filter(waits_for(self.request.user))
        return claims.filter(waits_for__isnull=False)

    def by_due(self, claims: QuerySet[Claim], name: str, value: str) -> QuerySet[Claim]:
        if value == "below":
            return claims.filter(late_below(self.request.user))
        return claims.overdue()  # type: ignore[attr-defined]

    def by_priority(self, claims: QuerySet[Claim], name: str, value: str) -> QuerySet[Claim]:
        found = claims.filter(first=True)
        if value == "yes":
            return found
        return found.filter(pk__in=ClaimFinding.objects.filter(code="priority_stated").values("claim"))

    def below(self, claims: QuerySet[Claim], name: str, value: Union) -> QuerySet[Claim]:
        return claims.filter(Q(union=value) | Q(union__parent=value) | Q(union__parent__parent=value.pk))


class ClaimTable(tables.Table):
    chosen = tables.Column(
        accessor="uuid",
        orderable=False,
        verbose_name=gettext_lazy("Choose"),
        attrs={"td": {"class": "pick"}, "th": {"class": "pick"}},
    )
    worker = tables.Column(
        verbose_name=gettext_lazy("Name"), order_by=("worker__name", "pk"), attrs={"td": {"class": "lead"}}
    )
    union = tables.Column(verbose_name=gettext_lazy("Employer"), order_by=("worker__employer__name",))
    item = tables.Column(verbose_name=pgettext_lazy("subsidy", "Item"), order_by=("programme", "item"))
    amount = tables.Column(
        verbose_name=gettext_lazy("Yuan"), attrs={"td": {"class": "num nowrap"}, "th": {"class": "num"}}
    )
    state = tables.Column(verbose_name=gettext_lazy("State"))
    waits_since = tables.Column(
        verbose_name=pgettext_lazy("claim", "Waiting"), empty_values=(), attrs={"td": {"class": "nowrap"}}
    )
    due_on = tables.Column(verbose_name=pgettext_lazy("claim", "Due"), empty_values=())
    findings = tables.Column(verbose_name=gettext_lazy("Findings"), orderable=False, empty_values=())

    class Meta:
        model = Claim
        fields = (
            "chosen", "worker", "union", "item", "amount", "state", "waits_since", "due_on", "findings",
        )  # fmt: skip
        empty_text = gettext_lazy("No claim answers this filter.")

    def __init__(
        self, *args: Any, can: Callable[[Claim], bool] = lambda claim: False, query: str = "", **kwargs: Any
    ) -> None:
        """can: whether the row may join a decision; query: the list's filter, which a claim's page keeps."""
        super().__init__(*args, **kwargs)
        self.can, self.query = can, query
        self.today = timezone.localdate()
        self.names: dict[tuple[int, str], str] = {}

    def render_chosen(self, record: Claim) -> SafeString | str:
        if not self.can(record):
            return ""
        return format_html(
            '<label><input type="checkbox" name="chosen" value="{}" data-bulk-item data-bulk-can="decide">'
            '<span class="sr">{}</span></label>',
            record.uuid,
            record.worker.name,
        )

    def render_worker(self, record: Claim) -> SafeString:
        url = record.get_absolute_url()
        return format_html(
            '<a href="{}">{}</a> {}<br><span class="small nowrap">{}</span>',
            f"{url}?{self.query}" if self.query else url,
            record.worker.name,
            first_tag(record),
            record.reference or "–",
        )

    def render_union(self, record: Claim) -> str:
        employer = record.worker.employer
        return employer.short_name or employer.name if employer else "–"

    def render_item(self, record: Claim) -> SafeString:
        return format_html(
            '{}<br><span class="small">{}</span>', record.programme, item_name(record, self.names)
        )

    def render_amount(self, value: int) -> str:
        return f"{value:,}"

    def render_state(self, record: Claim) -> SafeString:
        kind = claim_words.state_kind(record.state)
        tag = format_html('<span class="tag {}">{}</span>', kind, record.get_state_display())
        if record.waits_for is None:
            return tag
        return format_html('{}<br><span class="small">{}</span>', tag, record.waits_for)

    def render_waits_since(self, record: Claim) -> str:
        return age_words(record) or "–"

    def render_due_on(self, record: Claim) -> SafeString | str:
        return due_tag(record, self.today) or "–"

    def render_findings(self, record: Claim) -> SafeString | str:
        return finding_tags(record) or "–"


def first_tag(claim: Claim) -> SafeString | str:
    """That a claim comes before others, with the reason to point at."""
    if not claim.first:
        return ""
    return format_html(
        '<span class="tag info" title="{}">{}</span>',
        claim_words.priority_words(claim),
        pgettext("claim", "First"),
    )


def item_name(claim: Claim, names: dict[tuple[int, str], str]) -> str:
    """The item's name; the rules of one version are read once a list."""
    key = (claim.version_id, claim.item)
    if key not in names:
        names[key] = claim.item_name
    return names[key]


def age_words(claim: Claim) -> str:
    """How long the claim has been where it is, while somebody has to do something about it."""
    if claim.waits_since is None or claim.state not in Claim.UNDER_WAY:
        return ""
    days = claim_words.days_since(claim.waits_since)
    return ngettext("%(n)d day", "%(n)d days", days) % {"n": days}


def due_tag(claim: Claim, today: date) -> SafeString | str:
    """The day until which the next step is due, marked when it has passed or is near."""
    if claim.due_on is None or claim.state not in Claim.CLOCKED:
        return ""
    day = f"{claim.due_on:%Y-%m-%d}"
    if claim.is_overdue(today):
        return format_html(
            '<span class="nowrap">{}</span> <span class="tag bad">{}</span>', day, _("Overdue")
        )
    if (claim.due_on - today).days <= SOON:
        return format_html(
            '<span class="nowrap">{}</span> <span class="tag warn">{}</span>', day, pgettext("due", "Soon")
        )
    return format_html('<span class="nowrap">{}</span>', day)


def finding_tags(claim: Claim) -> SafeString | str:
    """How many findings stop the claim and how many ask for a second look."""
    found = list(claim.findings.all())  # type: ignore[attr-defined]
    hard = sum(finding.hard for finding in found)
    counts = (
        ("bad", ngettext("%(n)d stop", "%(n)d stops", hard) % {"n": hard}, hard),
        ("warn", ngettext("%(n)d to look at", "%(n)d to look at", len(found) - hard) % {"n": len(found) - hard},
         len(found) - hard),
    )  # fmt: skip
    return format_html_join(
        " ", '<span class="tag {}">{}</span>', ((kind, words) for kind, words, count in counts if count)
    )


HEADS = (
    Head(pgettext_lazy("claim", "Reference number")),
    Head(gettext_lazy("Name")),
    Head(gettext_lazy("Employer")),
    Head(gettext_lazy("Union")),
    Head(pgettext_lazy("subsidy", "Programme")),
    Head(pgettext_lazy("subsidy", "Item")),
    Head(gettext_lazy("Level")),
    Head(gettext_lazy("Trade")),
    Head(gettext_lazy("Date on the certificate")),
    Head(gettext_lazy("Amount (yuan)")),
    Head(gettext_lazy("State")),
    Head(gettext_lazy("Waits for")),
    Head(gettext_lazy("Filed on")),
    Head(gettext_lazy("Waiting since")),
    Head(pgettext_lazy("claim", "Due")),
    Head(gettext_lazy("Overdue")),
    Head(gettext_lazy("Priority")),
    Head(gettext_lazy("Findings")),
)


def workbook(claims: Iterable[Claim]) -> Book:
    """The filtered list for the office's own use."""
    book, names, today = Book(), {}, timezone.localdate()  # type: ignore[var-annotated]
    book.add_sheet(_("Claims"), HEADS, (_row(claim, names, today) for claim in claims))
    return book


def _row(claim: Claim, names: dict[tuple[int, str], str], today: date) -> list[Any]:
    moment: datetime | None = claim.waits_since if claim.state in Claim.UNDER_WAY else None
    return [
        claim.reference or "",
        claim.worker.name,
        claim.worker.employer.name if claim.worker.employer else "",
        str(claim.union or ""),
        str(claim.programme),
        item_name(claim, names),
        claim_words.level_words(claim.kind, claim.level),
        str(claim.trade or ""),
        claim.dated,
        claim.amount,
        claim.get_state_display(),
        str(claim.waits_for or ""),
        claim.filed_at,
        moment,
        claim.due_on if claim.state in Claim.CLOCKED else None,
        claim.is_overdue(today),
        claim_words.priority_words(claim),
        "\n".join(row["text"] for row in claim_words.finding_rows(claim.findings.all(), office=True)),  # type: ignore[attr-defined]
    ]

"""Tables of rounds: all rounds, the proposals of one, who looks and who offers; filters of the proposals."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

import django_filters
import django_tables2 as tables
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from academy.matching.people import Weights
from academy.models import MatchProposal, MatchRound, Offer, Seeker
from academy.web import match_words
from academy.web.desk.round_nav import state_of
from academy.web.match_words import grade_words
from craft_site.people.models import Trade

P = MatchProposal.State
PROPOSAL_KIND = {P.PENDING: "warn", P.TAKEN: "good", P.DROPPED: "plain"}
NUM = {"td": {"class": "num"}, "th": {"class": "num"}}


class RoundTable(tables.Table):
    name = tables.Column(verbose_name=_("Round"), linkify=True, attrs={"td": {"class": "lead"}})
    state = tables.Column(verbose_name=_("State"))
    opens_at = tables.Column(verbose_name=_("Wishes from"))
    closes_at = tables.Column(verbose_name=_("Wishes until"))
    seeking = tables.Column(verbose_name=_("Look for a master"), attrs=NUM)
    offering = tables.Column(verbose_name=_("Have places"), attrs=NUM)
    decided = tables.Column(verbose_name=_("Decided"), attrs=NUM)

    class Meta:
        model = MatchRound
        fields = ("name", "state", "opens_at", "closes_at", "seeking", "offering", "decided")
        empty_text = _("No round has been made yet.")

    def render_name(self, record: MatchRound) -> str:
        return str(record)

    def render_state(self, record: MatchRound) -> SafeString:
        words, kind = state_of(record)
        return format_html('<span class="tag {}">{}</span>', kind, words)

    def render_opens_at(self, value: datetime) -> str:
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M}"

    render_closes_at = render_opens_at

    def render_decided(self, value: int, record: Any) -> str:
        return f"{value} / {record.proposed}"


class RoundFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="search", label=pgettext_lazy("round", "Name"))
    state = django_filters.ChoiceFilter(choices=MatchRound.State.choices, label=_("State"))

    class Meta:
        model = MatchRound
        fields = ("q", "state")

    def search(self, rounds: QuerySet[MatchRound], name: str, value: str) -> QuerySet[MatchRound]:
        return rounds.filter(Q(name__icontains=value) | Q(name_en__icontains=value) | Q(code=value))


def _trades(request: HttpRequest | None) -> QuerySet[Trade]:
    return Trade.objects.all()


class ProposalFilter(django_filters.FilterSet):
    BY = (("wish", _("First wish")), ("wishes", _("Any wish")), ("points", _("By points")))

    q = django_filters.CharFilter(method="search", label=_("Name of either"))
    state = django_filters.ChoiceFilter(choices=P.choices, label=_("State"))
    trade = django_filters.ModelChoiceFilter(queryset=_trades, field_name="seeker__trade", label=_("Trade"))
    by = django_filters.ChoiceFilter(choices=BY, method="came_by", label=_("How they came together"))

    class Meta:
        model = MatchProposal
        fields = ("q", "state", "trade", "by")

    def search(self, found: QuerySet[MatchProposal], name: str, value: str) -> QuerySet[MatchProposal]:
        return found.filter(
            Q(seeker__worker__name__icontains=value) | Q(offer__worker__name__icontains=value)
        )

    def came_by(self, found: QuerySet[MatchProposal], name: str, value: str) -> QuerySet[MatchProposal]:
        if value == "wish":
            return found.filter(reason__wish=1)
        return found.filter(reason__wish__gte=1) if value == "wishes" else found.exclude(reason__wish__gte=1)


class ProposalTable(tables.Table):
    chosen = tables.Column(
        accessor="uuid",
        orderable=False,
        verbose_name=_("Choose"),
        attrs={"td": {"class": "pick"}, "th": {"class": "pick"}},
    )
    seeker = tables.Column(
        verbose_name=_("Apprentice"), order_by=("seeker__worker__name",), attrs={"td": {"class": "lead"}}
    )
    offer = tables.Column(verbose_name=pgettext_lazy("pair", "Master"), order_by=("offer__worker__name",))
    trade = tables.Column(
        accessor="seeker__trade", verbose_name=_("Trade"), order_by=("seeker__trade__name",)
    )
    reason = tables.Column(verbose_name=_("Why these two"), orderable=False)
    state = tables.Column(verbose_name=_("State"))

    class Meta:
        model = MatchProposal
        fields = ("chosen", "seeker", "offer", "trade", "reason", "state")
        empty_text = _("No proposal answers this filter.")

    def __init__(
        self,
        *args: Any,
        names: Mapping[str, str],
        weights: Weights,
        may_decide: bool,
        ticked: Collection[str] = (),
        **kwargs: Any,
    ) -> None:
        """names: see match_words; weights: of the round, for the whole of each part; ticked: keys of rows that a
        decision which could not be made had chosen."""
        super().__init__(*args, **kwargs)
        self.names, self.weights, self.may_decide, self.ticked = names, weights, may_decide, ticked

    def render_chosen(self, record: MatchProposal) -> SafeString | str:
        if not self.may_decide or record.state != P.PENDING:
            return ""
        return format_html(
            '<label><input type="checkbox" name="chosen" value="{}" data-bulk-item{}>'
            '<span class="sr">{} – {}</span></label>',
            record.uuid,
            " checked" if str(record.uuid) in self.ticked else "",
            record.seeker,
            record.offer,
        )

    def render_seeker(self, record: MatchProposal) -> SafeString:
        return _person(record.seeker)

    def render_offer(self, record: MatchProposal) -> SafeString:
        return _person(record.offer)

    def render_reason(self, record: MatchProposal) -> str:
        context = {
            "why": match_words.why(
                record.reason,
                apprentice=record.seeker.worker.name,
                mentor=record.offer.worker.name,
                names=self.names,
            ),
            "rows": match_words.parts(record.reason, self.weights),
        }
        return render_to_string("academy/desk/round_why.html", context)

    def render_state(self, record: MatchProposal) -> SafeString:
        tag = format_html(
            '<span class="tag {}">{}</span>', PROPOSAL_KIND[P(record.state)], record.get_state_display()
        )
        told: list[Any] = [record.note] if record.note else []
        if record.pair is not None:
            url = reverse("desk:pair", args=(record.pair.uuid,))
            told.insert(0, format_html('<a href="{}">{}</a>', url, record.pair.number))
        return format_html(
            "{}{}", tag, format_html_join("", '<br><span class="small">{}</span>', ((text,) for text in told))
        )


def _person(one: Seeker | Offer) -> SafeString:
    employer = one.worker.employer
    facts = [grade_words(one.grade), *([employer.short_name or employer.name] if employer else [])]
    return format_html('{}<br><span class="small">{}</span>', one.worker.name, " · ".join(facts))


class PeopleTable(tables.Table):
    """What seekers and offers have in common."""

    worker = tables.Column(
        verbose_name=_("Name"), order_by=("worker__name",), attrs={"td": {"class": "lead"}}
    )
    employer = tables.Column(
        accessor="worker__employer",
        verbose_name=_("Employer"),
        order_by=("worker__employer__name",),
        default="–",
    )
    trade = tables.Column(verbose_name=_("Trade"), order_by=("trade__name",))
    grade = tables.Column(verbose_name=_("Level"))
    wishes = tables.Column(verbose_name=_("Wishes, in order"), orderable=False, empty_values=())
    wished_by = tables.Column(verbose_name=_("Wished for by"), orderable=False, empty_values=(), attrs=NUM)
    only_wishes = tables.Column(verbose_name=_("Nobody else"))

    def render_grade(self, record: Seeker | Offer) -> str:
        return grade_words(record.grade)

    def render_only_wishes(self, value: bool) -> Any:
        return _("Yes") if value else "–"

    def render_wished_by(self, record: Any) -> int:
        return len(record.wished_by.all())


class SeekerTable(PeopleTable):
    class Meta:
        model = Seeker
        fields = ("worker", "employer", "trade", "grade", "wishes", "only_wishes", "wished_by", "hopes")
        empty_text = _("Nobody looks for a master in this round yet.")

    def render_wishes(self, record: Seeker) -> SafeString | str:
        return _in_order([wish.offer for wish in record.wishes.all()])  # type: ignore[attr-defined]


class OfferTable(PeopleTable):
    places = tables.Column(verbose_name=_("Places"), attrs=NUM)

    class Meta:
        model = Offer
        fields = (
            "worker", "employer", "trade", "grade", "places", "wishes", "only_wishes", "wished_by", "teaches"
        )  # fmt: skip
        empty_text = _("No master has offered a place in this round yet.")

    def render_wishes(self, record: Offer) -> SafeString | str:
        return _in_order([wish.seeker for wish in record.wishes.all()])  # type: ignore[attr-defined]


def _in_order(people: list[Any]) -> SafeString | str:
    rows = ((rank, one.worker.name) for rank, one in enumerate(people, start=1))
    return format_html_join(" ", '<span class="nowrap">{}. {}</span>', rows) or "–"

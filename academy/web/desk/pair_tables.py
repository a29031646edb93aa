"""The desk's list of pairs: table, filter, workbook."""

from collections.abc import Iterable
from typing import Any

import django_filters
import django_tables2 as tables
from django.db.models import Q, QuerySet
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from academy.domain.pair_needs import Needs
from academy.models import Pair
from academy.web import pair_words
from craft_site.kit.lists import day_cell
from craft_site.kit.xlsx_out import Book, Head
from craft_site.people.models import Trade

NEEDS = (
    ("to_sign", _("Waits for my signature")),
    ("overdue", _("Log overdue")),
    ("mid", _("Mid-term evaluation due")),
    ("ending", _("Ends within 60 days")),
    ("few", _("Master with too few apprentices")),
)
NEED_KIND = {"to_sign": "info", "overdue": "bad", "mid": "warn", "ending": "warn", "few": "plain"}

GONE = (Pair.State.DECLINED, Pair.State.ENDED_EARLY)


class PairFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="search", label=_("Master, apprentice or number"))
    need = django_filters.ChoiceFilter(method="in_need", choices=NEEDS, label=_("What it needs"))
    state = django_filters.ChoiceFilter(choices=Pair.State.choices, label=_("State"))
    trade = django_filters.ModelChoiceFilter(queryset=Trade.objects.all(), label=_("Trade"))
    employer = django_filters.CharFilter(method="of_employer", label=_("Employer"))

    class Meta:
        model = Pair
        fields = ("q", "need", "state", "trade", "employer")

    def __init__(self, *args: Any, needs: Needs | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.needs = needs or Needs()

    def search(self, pairs: QuerySet[Pair], name: str, value: str) -> QuerySet[Pair]:
        people = Q(mentor__name__icontains=value) | Q(apprentice__name__icontains=value)
        return pairs.filter(people | Q(number__icontains=value))

    def in_need(self, pairs: QuerySet[Pair], name: str, value: str) -> QuerySet[Pair]:
        return pairs.filter(pk__in=self.needs.of(value))

    def of_employer(self, pairs: QuerySet[Pair], name: str, value: str) -> QuerySet[Pair]:
        return pairs.filter(Q(employer__name__icontains=value) | Q(employer__short_name__icontains=value))


class PairTable(tables.Table):
    number = tables.Column(
        verbose_name=pgettext_lazy("pair", "Agreement"),
        linkify=True,
        order_by=("number",),
        attrs={"td": {"class": "nowrap"}},
    )
    mentor = tables.Column(verbose_name=pgettext_lazy("pair", "Master"), order_by=("mentor__name",))
    apprentice = tables.Column(
        verbose_name=_("Apprentice"), order_by=("apprentice__name",), attrs={"td": {"class": "lead"}}
    )
    employer = tables.Column(verbose_name=_("Employer"), order_by=("employer__name",))
    trade = tables.Column(verbose_name=_("Trade"), order_by=("trade__name",))
    target_grade = tables.Column(verbose_name=_("Target"))
    ends_on = tables.Column(verbose_name=_("Last day"), attrs={"td": {"class": "nowrap"}})
    needs = tables.Column(verbose_name=_("What it needs"), accessor="pk", orderable=False)
    state = tables.Column(verbose_name=_("State"))

    class Meta:
        model = Pair
        fields = (
            "number",
            "mentor",
            "apprentice",
            "employer",
            "trade",
            "target_grade",
            "ends_on",
            "needs",
            "state",
        )
        sequence = fields
        empty_text = _("No pair answers this filter.")
        row_attrs = {"class": lambda record, table: "gone" if record.state in GONE else ""}

    def __init__(self, *args: Any, needs: Needs | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.needs_of = needs or Needs()

    def render_employer(self, record: Pair) -> str:
        return record.employer.short_name or record.employer.name

    def render_ends_on(self, record: Pair) -> SafeString | str:
        return day_cell(record.ends_on)

    def render_needs(self, record: Pair) -> SafeString | str:
        found = need_tags(record.pk, self.needs_of)
        if not found:
            return ""
        return format_html_join(" ", '<span class="tag {}">{}</span>', found)

    def render_state(self, record: Pair) -> SafeString:
        kind = pair_words.STATE_KIND[Pair.State(record.state)]
        return format_html('<span class="tag {}">{}</span>', kind, record.get_state_display())


def need_tags(pk: int, needs: Needs) -> list[tuple[str, str]]:
    """(kind, words) of everything that a pair needs, the pressing first."""
    found = []
    if pk in needs.to_sign:
        found.append(("info", gettext("Your signature")))
    if count := needs.overdue_months(pk):
        words = ngettext("%(n)d log overdue", "%(n)d logs overdue", count) % {"n": count}
        found.append(("bad", words))
    if pk in needs.mid:
        found.append(("warn", gettext("Mid-term due")))
    if pk in needs.ending:
        found.append(("warn", gettext("Ends soon")))
    return found


HEADS = (
    Head(pgettext_lazy("pair", "Agreement")),
    Head(_("Rules")),
    Head(pgettext_lazy("pair", "Master")),
    Head(_("Level of the master")),
    Head(_("Apprentice")),
    Head(_("Level at the start")),
    Head(_("Employer")),
    Head(_("Trade")),
    Head(_("Target level")),
    Head(_("Target date")),
    Head(pgettext_lazy("pair", "First day")),
    Head(_("Last day")),
    Head(_("State")),
    Head(_("Signatures")),
    Head(_("Months written")),
    Head(_("Months overdue")),
    Head(_("Skills learnt")),
    Head(_("Skills agreed")),
    Head(_("Mid-term evaluation")),
    Head(_("Final evaluation")),
)


def workbook(pairs: Iterable[Pair], needs: Needs) -> Book:
    """The filtered list. pairs: with signatures, logs, skills and reviews read along."""
    book = Book()
    book.add_sheet(_("Pairs"), HEADS, [_row(pair, needs) for pair in pairs])
    return book


def _row(pair: Any, needs: Needs) -> list[Any]:
    skills = list(pair.skills.all())
    grades = {review.kind: review.get_grade_display() for review in pair.reviews.all()}
    return [
        pair.number,
        str(pair.scheme),
        pair.mentor.name,
        pair_words.grade(pair.mentor_grade),
        pair.apprentice.name,
        pair_words.grade(pair.grade_from),
        pair.employer.name,
        str(pair.trade),
        pair_words.grade(pair.target_grade),
        pair.target_on,
        pair.starts_on,
        pair.ends_on,
        pair.get_state_display(),
        len(pair.signatures.all()),
        sum(log.state != "draft" for log in pair.logs.all()),
        needs.overdue_months(pair.pk),
        sum(skill.done_on is not None for skill in skills),
        len(skills),
        grades.get("mid", ""),
        grades.get("final", ""),
    ]

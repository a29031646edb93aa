"""Tablets at the desk: which devices the judges mark on, and revoking one; what a revoked one still sent: `kept`."""

from datetime import datetime
from typing import Any

import django_filters
import django_tables2 as tables
from django import forms
from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache

from competitions.domain import kept_marks, tablets
from competitions.models import Event, KeptMark, Tablet
from competitions.web.desk.lists import EventDeskList
from competitions.web.desk.nav import desk_page, event_at_desk
from craft_site.kit.access import roles as needs
from craft_site.people import roles as site_roles
from craft_site.people.web.requests import PersonRequest

WHO = (site_roles.ORGANISER, site_roles.JUDGE)
D = KeptMark.Decision


class TabletFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(
        field_name="user__name", lookup_expr="icontains", label=gettext_lazy("Judge")
    )
    revoked = django_filters.ChoiceFilter(
        method="by_revoked",
        choices=[("no", gettext_lazy("In use")), ("yes", gettext_lazy("Revoked"))],
        label=gettext_lazy("State"),
    )

    class Meta:
        model = Tablet
        fields = ("q", "revoked")

    def by_revoked(self, found: "QuerySet[Tablet]", _name: str, value: str) -> "QuerySet[Tablet]":
        return found.filter(revoked_at__isnull=value == "no")


class TabletTable(tables.Table):
    number = tables.Column(
        accessor="uuid", verbose_name=gettext_lazy("Tablet"), orderable=False, attrs={"td": {"class": "lead"}}
    )
    user = tables.Column(order_by=("user__name",), verbose_name=gettext_lazy("Judge"))
    first_seen = tables.Column(verbose_name=gettext_lazy("First seen"))
    last_seen = tables.Column(verbose_name=gettext_lazy("Last seen"))
    state = tables.Column(empty_values=(), orderable=False, verbose_name=gettext_lazy("State"))
    waiting = tables.Column(
        verbose_name=gettext_lazy("Kept marks"), attrs={"td": {"class": "num"}, "th": {"class": "num"}}
    )
    revoke = tables.Column(empty_values=(), orderable=False, verbose_name=gettext_lazy("Revoke"))

    class Meta:
        model = Tablet
        fields = ("number", "user", "first_seen", "last_seen", "state", "waiting", "revoke")
        empty_text = gettext_lazy("No judge of this event has marked on a tablet yet.")
        row_attrs = {"class": lambda record: "alert" if record.waiting else ""}

    def __init__(self, *args: Any, event: Event, **kwargs: Any) -> None:
        self.event = event
        super().__init__(*args, **kwargs)

    def render_number(self, record: Tablet) -> str:
        return record.number

    def render_first_seen(self, value: datetime) -> str:
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M}"

    render_last_seen = render_first_seen

    def render_state(self, record: Tablet) -> str:
        if record.revoked_at is None:
            return _("In use")
        words = {"at": self.render_first_seen(record.revoked_at), "reason": record.revoke_reason}
        return _("Revoked %(at)s: %(reason)s") % words

    def render_revoke(self, record: Tablet) -> SafeString | str:
        if record.revoked_at is not None:
            return ""
        address = reverse("desk:tablet_revoke", args=(self.event.code, record.pk))
        return format_html('<a href="{}">{}</a>', address, _("Revoke"))


class TabletList(EventDeskList):
    """The devices of the event's judges. What a device has not sent yet nobody can know here."""

    access = frozenset(WHO)
    table_class = TabletTable
    filterset_class = TabletFilter
    template_name = "competitions/desk/tablets.html"

    def get_queryset(self) -> Any:
        tablets.can_revoke(self.request.user, self.event).or_refuse()
        waiting = Count(
            "kept_marks", filter=Q(kept_marks__decision=D.WAITING, kept_marks__sheet__event=self.event)
        )
        return Tablet.objects.of_event(self.event).for_list().annotate(waiting=waiting)

    def get_table_kwargs(self) -> dict[str, Any]:
        return {"event": self.event}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        waiting = KeptMark.objects.waiting().filter(sheet__event=self.event).count()
        text = ngettext(
            "%(count)d mark of a revoked tablet waits for the chief judge.",
            "%(count)d marks of revoked tablets wait for the chief judge.",
            waiting,
        )
        return (
            super().get_context_data(**kwargs)
            | desk_page(self.request, self.event, "tablets")
            | {
                "waiting": text % {"count": waiting} if waiting else "",
                "may_decide": bool(kept_marks.can_decide(self.request.user, self.event)),
            }
        )


class RevokeForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why is the tablet revoked?"),
        max_length=300,
        help_text=gettext_lazy(
            "Whatever it still sends is kept for the chief judge and counts nothing. This is not undone: "
            "the judge goes on with another tablet."
        ),
    )


@needs(*WHO)
@never_cache
def revoke(request: PersonRequest, code: str, pk: int) -> HttpResponse:
    event = event_at_desk(request, code)
    tablets.can_revoke(request.user, event).or_refuse()
    tablet = get_object_or_404(Tablet.objects.of_event(event).for_list(), pk=pk)
    form = RevokeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            tablets.revoke_tablet(event=event, tablet=tablet, by=request.user, **form.cleaned_data)
        except tablets.TabletRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The tablet is revoked."))
            return redirect("desk:tablets", code)
    context = desk_page(request, event, "tablets") | {"tablet": tablet, "form": form}
    return render(
        request, "competitions/desk/tablet_revoke.html", context, status=422 if form.errors else 200
    )


urlpatterns = [
    path("events/<slug:code>/tablets/", TabletList.as_view(), name="tablets"),
    path("events/<slug:code>/tablets/<int:pk>/revoke/", revoke, name="tablet_revoke"),
]

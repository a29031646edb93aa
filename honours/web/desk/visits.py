"""Visits to firms at the desk: the list with filters and workbook, a request that came by telephone."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from craft_site.kit.access import roles as needs
from craft_site.kit.lists import DeskList
from craft_site.people import roles as site_roles
from craft_site.people.web.forms import posted
from craft_site.people.web.requests import PersonRequest
from honours import roles_outreach as roles
from honours.domain import visits
from honours.domain.refusals import HonourRefused
from honours.models import Visit
from honours.web.desk.nav import WHOLE_DESK, form_page, honours_page
from honours.web.desk.visit_forms import PhonedForm
from honours.web.desk.visit_tables import VisitFilter, VisitTable, overdue_first, workbook
from honours.web.fields import put_refusal

at_the_desk = needs(*WHOLE_DESK)
organiser_only = needs(site_roles.ORGANISER)


def _listed(user: Any) -> Any:
    return overdue_first(Visit.objects.visible_to(user).for_list())


class VisitList(DeskList):
    access = WHOLE_DESK
    table_class = VisitTable
    filterset_class = VisitFilter
    template_name = "honours/desk/firm_visits.html"

    def get_queryset(self) -> Any:
        return _listed(self.request.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        more = honours_page(self.request, "firm_visits") | {  # type: ignore[arg-type]
            "late": Visit.objects.visible_to(user).overdue().count(),
            "may_enter": bool(roles.can_run_visits(user)),
            "may_ask": user.has_role(site_roles.EMPLOYER),  # type: ignore[union-attr]
        }
        return super().get_context_data(**kwargs) | more


@at_the_desk
def export(request: PersonRequest) -> HttpResponse:
    """The filtered list as a workbook."""
    found = VisitFilter(request.GET, queryset=_listed(request.user), request=request)
    if not found.is_valid():
        return redirect(f"{reverse('desk:firm_visits')}?{request.GET.urlencode()}")
    return workbook(found.qs.with_people().prefetch_related("problems")).response(_("Visits to firms"))


@organiser_only
@never_cache
def new(request: PersonRequest) -> HttpResponse:
    """A firm called: the office enters what it asks for."""
    form = PhonedForm(posted(request), initial={"on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        try:
            made = visits.request(
                employer=form.cleaned_data["employer"],
                asked=form.asked(),
                on=form.cleaned_data["on"],
                by=request.user,
            )
        except HonourRefused as refused:
            put_refusal(form, refused)
        else:
            messages.success(request, _("The request is entered as %(number)s.") % {"number": made.number})
            return redirect(made)
    return form_page(
        request,
        form,
        section="firm_visits",
        title=_("Enter a request by telephone"),
        back=reverse("desk:firm_visits"),
    )


urlpatterns = [
    path("honours/firm-visits/", VisitList.as_view(), name="firm_visits"),
    path("honours/firm-visits/export/", export, name="firm_visits_export"),
    path("honours/firm-visits/new/", new, name="firm_visit_new"),
]

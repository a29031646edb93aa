"""Nominations at the desk: the list with filters and workbook, writing one, picking its evidence."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from craft_site.kit.access import roles as needs
from craft_site.kit.language import in_language
from craft_site.kit.lists import DeskList
from craft_site.people import roles as site_roles
from craft_site.people.web.forms import posted
from craft_site.people.web.requests import PersonRequest
from honours import roles_rounds as roles
from honours.domain import nominations, rounds
from honours.domain.refusals import HonourRefused
from honours.models import Nomination
from honours.web.desk.nav import WHOLE_DESK, form_page, honours_page
from honours.web.desk.nomination_forms import NominateForm, SaidForm, said_initial
from honours.web.desk.nomination_tables import NominationFilter, NominationTable, workbook
from honours.web.desk.rounds import campaign_at_desk
from honours.web.fields import put_refusal

at_the_desk = needs(*WHOLE_DESK)
nominators = needs(site_roles.ORGANISER, site_roles.REVIEWER, site_roles.EMPLOYER)


class NominationList(DeskList):
    access = WHOLE_DESK
    table_class = NominationTable
    filterset_class = NominationFilter
    template_name = "honours/desk/nominations.html"

    def get_queryset(self) -> Any:
        return _listed(self.request.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | honours_page(self.request, "nominations")


def _listed(user: Any) -> Any:
    found = Nomination.objects.visible_to(user).for_list().select_related("trade")
    return found.order_by("-campaign__year", "campaign", "pk")


@at_the_desk
def export(request: PersonRequest) -> HttpResponse:
    """The filtered list as a workbook."""
    found = NominationFilter(request.GET, queryset=_listed(request.user), request=request)
    if not found.is_valid():
        return redirect(f"{reverse('desk:nominations')}?{request.GET.urlencode()}")
    return workbook(found.qs).response(_("Nominations"))


def nomination_at_desk(request: PersonRequest, uuid: str) -> Nomination:
    """The nomination, if the person may know of it; else 404."""
    found = Nomination.objects.visible_to(request.user).for_list().select_related("trade", "honour__holder")
    return get_object_or_404(found, uuid=uuid)


@nominators
@never_cache
def new(request: PersonRequest, code: str) -> HttpResponse:
    """Puts somebody up in this round."""
    campaign = campaign_at_desk(request, code)
    if not rounds.takes_nominations(campaign):
        messages.error(request, _("This round takes no nominations now."))
        return redirect(campaign)
    form = NominateForm(posted(request), campaign=campaign, user=request.user)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = nominations.nominate(
                campaign=campaign,
                employer=given["employer"],
                worker=given.get("worker"),
                name=given.get("name", ""),
                said=form.said(),
                by=request.user,
            )
        except HonourRefused as refused:
            put_refusal(form, refused)
        except PermissionDenied as denied:
            form.add_error("employer" if "employer" in form.fields else None, str(denied))
        else:
            if made.worker_id:
                messages.success(request, _("Now pick the evidence from the growth record."))
                return redirect("desk:nomination_evidence", made.uuid)
            return redirect(made)
    return form_page(
        request,
        form,
        section="nominations",
        title=_("Nominate for “%(title)s”") % {"title": campaign.title},
        back=campaign.get_absolute_url(),
    )


def _writable(request: PersonRequest, uuid: str) -> Nomination:
    found = nomination_at_desk(request, uuid)
    roles.can_write(request.user, found).or_refuse()
    return found


@nominators
@never_cache
def edit(request: PersonRequest, uuid: str) -> HttpResponse:
    """Changes what a draft or a returned nomination says."""
    found = _writable(request, uuid)
    form = SaidForm(posted(request), campaign=found.campaign, initial=said_initial(found))
    if request.method == "POST" and form.is_valid():
        try:
            nominations.rewrite(nomination=found, said=form.said(), by=request.user)
        except HonourRefused as refused:
            put_refusal(form, refused)
        else:
            messages.success(request, _("The nomination has been changed."))
            return redirect(found)
    return form_page(
        request, form, section="nominations", title=_("Change the nomination"), back=found.get_absolute_url()
    )


@nominators
@never_cache
def evidence(request: PersonRequest, uuid: str) -> HttpResponse:
    """Picks lines of the growth record; nothing is typed again."""
    found = _writable(request, uuid)
    if request.method == "POST":
        try:
            count = nominations.pick(
                nomination=found, sources=request.POST.getlist("source"), by=request.user
            )
        except HonourRefused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, _("%(count)d lines of the record are the evidence.") % {"count": count})
            return redirect(found)
    picked = set(found.evidence.values_list("source", flat=True))  # type: ignore[attr-defined]
    context = honours_page(request, "nominations") | {
        "nomination": found,
        "lines": [
            {
                "line": line,
                "title": in_language(line.title, line.title_en),
                "detail": in_language(line.detail, line.detail_en),
                "picked": line.source in picked,
            }
            for line in nominations.record_of(found)
        ],
    }
    return render(request, "honours/desk/nomination_evidence.html", context)


urlpatterns = [
    path("honours/nominations/", NominationList.as_view(), name="nominations"),
    path("honours/nominations/export/", export, name="nominations_export"),
    path("honours/rounds/<slug:code>/nominate/", new, name="nomination_new"),
    path("honours/nominations/<uuid:uuid>/edit/", edit, name="nomination_edit"),
    path("honours/nominations/<uuid:uuid>/evidence/", evidence, name="nomination_evidence"),
]

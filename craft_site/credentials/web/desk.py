"""Certificates at the desk: the list, one certificate, printing, and revoking by two people."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from craft_site.credentials import issuer, permissions
from craft_site.credentials.domain import checking, revoking
from craft_site.credentials.models import Certificate, Revocation
from craft_site.credentials.web import files, paper, words
from craft_site.credentials.web.tables import CertificateFilter, CertificateTable, state_words, workbook
from craft_site.kit.access import roles as needs
from craft_site.kit.lists import DeskList
from craft_site.people.web.requests import PersonRequest

at_the_desk = needs(*permissions.AT_THE_DESK)
# What follows from another act and is not chosen here.
BY_ITSELF = (Revocation.Cause.REPLACED, Revocation.Cause.ERASED)
SHEETS = 100  # printed at once: more than a tray of paper holds is no help


class RevokeForm(forms.Form):
    """cause: for the public; reason: for the office alone."""

    cause = forms.ChoiceField(
        label=gettext_lazy("Cause, as the public reads it"),
        choices=[choice for choice in Revocation.Cause.choices if choice[0] not in BY_ITSELF],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=300,
        help_text=gettext_lazy("For the office alone; it is kept with your name."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class CertificateList(DeskList):
    """Every certificate, the newest first."""

    access = permissions.AT_THE_DESK
    table_class = CertificateTable
    filterset_class = CertificateFilter
    template_name = "credentials/desk.html"
    keys_first = True
    table_pagination = {"per_page": 25}

    def get_queryset(self) -> Any:
        return Certificate.objects.visible_to(self.request.user).for_desk().order_by("-issued_at", "-pk")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"sheets_at_once": SHEETS}


def _chosen(request: PersonRequest) -> CertificateFilter:
    rows = Certificate.objects.visible_to(request.user).for_desk()
    return CertificateFilter(request.GET, queryset=rows, request=request)


def _back_to_list(request: HttpRequest) -> HttpResponse:
    return redirect(f"{reverse('desk:certificates')}?{request.GET.urlencode()}")


@at_the_desk
@never_cache
def export(request: PersonRequest) -> HttpResponse:
    """The filtered list as a workbook."""
    found = _chosen(request)
    if not found.form.is_valid():
        return _back_to_list(request)
    return workbook(found.qs.order_by("on", "title", "pk")).response(_("Issued certificates"))


@at_the_desk
@never_cache
def print_many(request: PersonRequest) -> HttpResponse:
    """The certificates of the filtered list that stand, one a page, SHEETS at most."""
    found = _chosen(request)
    if not found.form.is_valid():
        return _back_to_list(request)
    rows = found.qs.standing().order_by("title", "pk")[:SHEETS]
    back = f"{reverse('desk:certificates')}?{request.GET.urlencode()}"
    return paper.sheets(request, rows, back=back, files=False)


def _one(request: PersonRequest, uuid: UUID) -> Certificate:
    rows = Certificate.objects.visible_to(request.user).for_desk().select_related("status_list")
    return get_object_or_404(rows, uuid=uuid)


@at_the_desk
@never_cache
def certificate(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """One certificate: what it says, whether its record holds, its story, and what may be done."""
    return _page(request, _one(request, uuid))


def _page(
    request: PersonRequest, found: Certificate, form: RevokeForm | None = None, *, status: int = 200
) -> HttpResponse:
    waiting = found.open_request
    may_ask = permissions.can_ask_to_revoke(request.user, found)
    kind, state = state_words(found)
    broken = checking.broken_parts(found)
    context = {
        "certificate": found,
        "rows": [{"label": label, "value": value} for label, value in words.rows(found, whole_name=True)],
        "kind": kind,
        "state": state,
        "signing_key": issuer.method(found.key_id),
        "broken": words.part_words(broken) if broken else "",
        "may_hand_out": permissions.can_hand_out(request.user, found) and not found.is_erased,
        "waiting": waiting,
        "may_decide": permissions.can_decide(request.user, waiting) if waiting else None,
        "form": form or (RevokeForm() if may_ask else None),
        "story": found.revocations.select_related("asked_by", "decided_by"),
    }
    return render(request, "credentials/desk_certificate.html", context, status=status)


@at_the_desk
@never_cache
def print_one(request: PersonRequest, uuid: UUID) -> HttpResponse:
    found = _one(request, uuid)
    return paper.sheets(request, [found], back=reverse("desk:certificate", args=(uuid,)), files=False)


@at_the_desk
@never_cache
def file(request: PersonRequest, uuid: UUID, form: str) -> HttpResponse:
    """One of the files of a unit's or team's certificate, to be handed to them: see files.FORMS."""
    found = _one(request, uuid)
    permissions.can_hand_out(request.user, found).or_refuse()
    return files.response(found, form)


@at_the_desk
@require_POST
def ask(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """Asks to revoke; somebody else decides."""
    found = _one(request, uuid)
    form = RevokeForm(request.POST)
    if form.is_valid():
        permissions.can_ask_to_revoke(request.user, found).or_refuse()
        try:
            revoking.ask(certificate=found, by=request.user, **form.cleaned_data)
        except revoking.RevocationRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request, _("Asked for. A second person decides; until then the certificate stands.")
            )
            return redirect("desk:certificate", uuid)
    return _page(request, found, form, status=422)


@at_the_desk
@require_POST
def decide(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """Confirms what another has asked for, or refuses it. The request decided on is the one that was shown."""
    found = _one(request, uuid)
    shown = [one for one in found.revocations.all() if str(one.uuid) == request.POST.get("request", "")]
    if not shown:
        messages.error(request, _("This request is not there any more. Look again."))
        return redirect("desk:certificate", uuid)
    permissions.can_decide(request.user, shown[0]).or_refuse()
    confirm = request.POST.get("decision") == "revoke"
    try:
        revoking.decide(revocation=shown[0], confirm=confirm, by=request.user)
    except revoking.RevocationRefused as refusal:
        messages.error(request, str(refusal))
    else:
        done = _("The certificate has been revoked.") if confirm else _("The certificate stands as before.")
        messages.success(request, done)
    return redirect("desk:certificate", uuid)


urlpatterns = [
    path("certificates/", CertificateList.as_view(), name="certificates"),
    path("certificates/export/", export, name="certificates_export"),
    path("certificates/print/", print_many, name="certificates_print"),
    path("certificates/<uuid:uuid>/", certificate, name="certificate"),
    path("certificates/<uuid:uuid>/print/", print_one, name="certificate_print"),
    path("certificates/<uuid:uuid>/files/<str:form>/", file, name="certificate_file"),
    path("certificates/<uuid:uuid>/ask/", ask, name="certificate_ask"),
    path("certificates/<uuid:uuid>/decide/", decide, name="certificate_decide"),
]

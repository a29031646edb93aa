"""What goes to the bank and what comes back: the file in its format, the answer looked at first, the templates."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from academy.domain import bank_templates
from academy.domain import payments as verbs
from academy.domain.bank_templates import TemplateRefused
from academy.domain.claim_moves import ClaimRefused
from academy.files import bank
from academy.models import BankTemplate, Payment
from academy.web.desk.nav import academy_page
from academy.web.desk.payment_forms import Carried, FileForm, ResultForm, TemplateForm
from academy.web.desk.payments import list_of, may_pay, page
from craft_site.kit.filenames import safe_filename
from craft_site.kit.xlsx_out import CONTENT_TYPE
from craft_site.people.web.forms import posted
from craft_site.people.web.requests import PersonRequest

SHOWN = 200
TYPES = {".xlsx": CONTENT_TYPE, ".csv": "text/csv; charset=utf-8"}
RESULT_KIND = {"paid": "good", "failed": "bad", "returned": "bad"}


@may_pay
@require_POST
def bank_file(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """The one place where card numbers leave the site; that it was taken is recorded first."""
    found = list_of(uuid)
    form = FileForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose a format of the list."))
        return redirect("desk:payment", uuid)
    try:
        verbs.take_file(payments=found, by=request.user)
    except ClaimRefused as refused:
        messages.error(request, str(refused))
        return redirect("desk:payment", uuid)
    content, suffix = bank.content(found, form.chosen())
    name = safe_filename(f"{found.programme.code}-{found.number}", suffix=suffix)
    response = HttpResponse(content, content_type=TYPES[suffix])
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or ""
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


@may_pay
def answer_sheet(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """A workbook with the list's reference numbers, for a bank that answers on paper."""
    found = list_of(uuid)
    name = _("Answer of the bank")
    return bank.answer_sheet(found).response(f"{name} {found.programme.code}-{found.number}")


@may_pay
@require_POST
@never_cache
def result(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """Reads the bank's answer: every line that does not fit is named, or all of it is shown before it is entered."""
    found = list_of(uuid)
    form = ResultForm(request.POST, request.FILES)
    if not form.is_valid():
        return page(request, found, result_form=form)
    sent = form.cleaned_data["file"]
    reported, errors = bank.read_results(sent, name=sent.name, payments=found)
    if errors:
        words = ngettext(
            "%(n)d thing in the file does not fit; nothing was entered.",
            "%(n)d things in the file do not fit; nothing was entered.",
            len(errors),
        )
        form.add_error("file", words % {"n": len(errors)})
        return page(request, found, result_form=form, faults=errors[:SHOWN])
    return _look(request, found, reported)


def _look(request: PersonRequest, found: Any, reported: list[verbs.Reported]) -> HttpResponse:
    rows = {
        row.claim.reference: row
        for row in found.payments.filter(
            claim__reference__in=[line.reference for line in reported]
        ).select_related("claim__worker")
    }
    lines = [
        {
            "reference": line.reference,
            "name": rows[line.reference].claim.worker.name,
            "amount": rows[line.reference].amount,
            "result": Payment.Result(line.result).label,
            "kind": RESULT_KIND[line.result],
            "message": line.message,
            "known": rows[line.reference].result == line.result,
            "first": rows[line.reference].result == Payment.Result.PENDING,
        }
        for line in reported
    ]
    new = [line for line in lines if not line["known"]]
    context = academy_page(request, "payments") | {
        "list": found,
        "lines": lines[:SHOWN],
        "hidden": max(0, len(lines) - SHOWN),
        "paid": sum(line["kind"] == "good" for line in new),
        "failed": sum(line["kind"] == "bad" for line in new),
        "yuan": sum(line["amount"] for line in new if line["kind"] == "good"),
        "known": len(lines) - len(new),
        "silent": found.payments.filter(result="pending").count() - sum(line["first"] for line in lines),
        "carried": Carried.pack(reported, payments=found, by=request.user),
    }
    return render(request, "academy/desk/payment_result.html", context)


@may_pay
@require_POST
def settle(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """Enters what was just shown, all of it or nothing."""
    found = list_of(uuid)
    reported = Carried.unpack(request.POST.get("carried", ""), payments=found, by=request.user)
    if reported is None:
        messages.error(
            request, _("This is not what you were shown, or a day has gone by. Load the file again.")
        )
        return redirect("desk:payment", uuid)
    try:
        count = verbs.settle(payments=found, reported=reported, by=request.user)
    except ClaimRefused as refused:
        messages.error(request, str(refused))
    else:
        words = ngettext("%(n)d result entered.", "%(n)d results entered.", count)
        messages.success(request, words % {"n": count})
    return redirect("desk:payment", uuid)


@may_pay
def templates(request: PersonRequest) -> HttpResponse:
    """The formats that the banks want."""
    context = academy_page(request, "payments") | {"templates": BankTemplate.objects.all()}
    return render(request, "academy/desk/payment_templates.html", context)


@may_pay
def template(request: PersonRequest, pk: int = 0) -> HttpResponse:
    """One format: which columns, in which order, under which headers. Without a key a new one."""
    found = BankTemplate.objects.filter(pk=pk).first() if pk else bank.plain_template()
    if found is None:
        raise Http404
    form = TemplateForm(posted(request), template=found)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            kept = bank_templates.keep(
                template=get_object_or_404(BankTemplate, pk=pk) if pk else BankTemplate(),
                name=given["name"],
                form=given["form"],
                columns=form.chosen(),
                by=request.user,
            )
        except TemplateRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("“%(name)s” is kept.") % {"name": kept})
            return redirect("desk:payment_templates")
    context = academy_page(request, "payments") | {"form": form, "template": found}
    return render(request, "academy/desk/payment_template.html", context, status=422 if form.errors else 200)


urlpatterns = [
    path("academy/payments/formats/", templates, name="payment_templates"),
    path("academy/payments/formats/new/", template, name="payment_template_new"),
    path("academy/payments/formats/<int:pk>/", template, name="payment_template"),
    path("academy/payments/<uuid:uuid>/file/", bank_file, name="payment_file"),
    path("academy/payments/<uuid:uuid>/answer.xlsx", answer_sheet, name="payment_answer_sheet"),
    path("academy/payments/<uuid:uuid>/result/", result, name="payment_result"),
    path("academy/payments/<uuid:uuid>/settle/", settle, name="payment_settle"),
]

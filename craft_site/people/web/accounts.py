"""Accounts at the desk: the list, one account with its roles and history, a new one, a password, a list of judges."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST
from django_filters.views import FilterView
from django_tables2 import SingleTableMixin

from craft_site.kit.access import roles as needs
from craft_site.kit.language import short_day
from craft_site.people import judge_list, permissions, roles
from craft_site.people.domain import accounts
from craft_site.people.models import User
from craft_site.people.web.account_forms import (
    EditAccountForm,
    JudgeListForm,
    NewAccountForm,
    ReasonForm,
    RolesForm,
)
from craft_site.people.web.account_tables import AccountFilter, AccountTable, role_words, state_words
from craft_site.people.web.forms import posted
from craft_site.people.web.requests import PersonRequest

keepers_only = needs(roles.ACCOUNTS)


@method_decorator(never_cache, name="dispatch")
class AccountList(SingleTableMixin, FilterView):
    """Every account, by staff number."""

    access = frozenset({roles.ACCOUNTS})
    table_class = AccountTable
    filterset_class = AccountFilter
    template_name = "people/accounts.html"
    table_pagination = {"per_page": 50}
    strict = False

    def get_queryset(self) -> Any:
        return User.objects.visible_to(self.request.user).order_by("staff_no")


def _account(request: PersonRequest, uuid: UUID) -> User:
    return get_object_or_404(User.objects.visible_to(request.user), uuid=uuid)


@keepers_only
@never_cache
def account(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """One account: who it is, its roles, what may be done with it and what has been done."""
    return _page(request, _account(request, uuid))


def _page(request: PersonRequest, found: User, status: int = 200, **forms: Any) -> HttpResponse:
    may = permissions.can_change_account(request.user, found)
    kind, state = state_words(found)
    held = [group.name for group in found.groups.all()]
    context: dict[str, Any] = {
        "account": found,
        "may": bool(may),
        "why_not": may.reason,
        "state": state,
        "kind": kind,
        "particulars": [
            {"label": label, "value": value or "–"}
            for label, value in (
                (_("Staff number"), found.staff_no),
                (_("Mobile number"), found.mobile.masked() if found.mobile else ""),
                (_("Employer"), found.employer),
                (_("Union"), found.union),
                (_("Roles"), role_words(held)),
                (_("Last signed in"), short_day(found.last_login, year=True) if found.last_login else ""),
            )
        ],
        "judges": roles.JUDGE in held,
        "roles_form": RolesForm(held=held, auto_id="roles_%s"),
        "password_form": ReasonForm(auto_id="password_%s"),
        "active_form": ReasonForm(auto_id="active_%s"),
        "acts": [
            {"act": act, "granted": role_words(act.granted), "taken": role_words(act.taken)}
            for act in found.acts.select_related("by")[:50]
        ],
    }
    # The form that was sent comes back with its faults; the summary above the page leads to them.
    refused = next((form for form in forms.values() if form.errors), None)
    return render(request, "people/account.html", context | forms | {"form": refused}, status=status)


@keepers_only
@never_cache
@sensitive_variables("password")
def new(request: PersonRequest) -> HttpResponse:
    """A new account. The answer shows the one-time password, once."""
    form = NewAccountForm(posted(request))
    if request.method == "POST" and form.is_valid():
        password = accounts.one_time_password()
        try:
            made = accounts.make_account(
                particulars=form.particulars(),
                role_names=form.cleaned_data["roles"],
                reason=form.cleaned_data["reason"],
                password=password,
                by=request.user,
            )
        except accounts.AccountRefused as refusal:
            form.refuse(refusal)
        else:
            return _shown_once(request, [(made, password)])
    return render(request, "people/account_new.html", {"form": form}, status=422 if form.errors else 200)


def _shown_once(
    request: PersonRequest, given: list[tuple[User, accounts.OneTime]], **context: Any
) -> HttpResponse:
    """The only page that ever holds one-time passwords: the answer to the POST itself, kept by nobody."""
    rows = [{"account": user, "password": password.clear} for user, password in given]
    return render(
        request, "people/account_passwords.html", {"rows": rows, "days": accounts.ONE_TIME_DAYS} | context
    )


@keepers_only
@never_cache
def edit(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """Staff number, name, mobile number, employer and union."""
    found = _account(request, uuid)
    permissions.can_change_account(request.user, found).or_refuse()
    form = EditAccountForm(posted(request), account=found)
    if request.method == "POST" and form.is_valid():
        try:
            accounts.edit_account(
                user=found,
                particulars=form.particulars(),
                keep_mobile=form.keeps_mobile,
                reason=form.cleaned_data["reason"],
                by=request.user,
            )
        except accounts.AccountRefused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect("desk:account", uuid=uuid)
    context = {"form": form, "account": found}
    return render(request, "people/account_edit.html", context, status=422 if form.errors else 200)


@keepers_only
@require_POST
@never_cache
def set_roles(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """Grants and takes roles, with the reason."""
    found = _account(request, uuid)
    permissions.can_change_account(request.user, found).or_refuse()
    form = RolesForm(request.POST, auto_id="roles_%s")
    if form.is_valid():
        try:
            accounts.set_roles(
                user=found,
                role_names=form.cleaned_data["roles"],
                reason=form.cleaned_data["reason"],
                by=request.user,
            )
        except accounts.AccountRefused as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("The roles have been changed."))
            return redirect("desk:account", uuid=uuid)
    return _page(request, found, 422, roles_form=form)


@keepers_only
@require_POST
@never_cache
@sensitive_variables("password")
def give_password(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """A new one-time password for whoever has forgotten theirs."""
    found = _account(request, uuid)
    permissions.can_change_account(request.user, found).or_refuse()
    form = ReasonForm(request.POST, auto_id="password_%s")
    if form.is_valid():
        password = accounts.one_time_password()
        try:
            accounts.give_one_time_password(
                user=found, password=password, reason=form.cleaned_data["reason"], by=request.user
            )
        except accounts.AccountRefused as refusal:
            form.refuse(refusal)
        else:
            return _shown_once(request, [(found, password)])
    return _page(request, found, 422, password_form=form)


@keepers_only
@require_POST
@never_cache
def set_active(request: PersonRequest, uuid: UUID) -> HttpResponse:
    """Closes an account or opens it again."""
    found = _account(request, uuid)
    permissions.can_change_account(request.user, found).or_refuse()
    form = ReasonForm(request.POST, auto_id="active_%s")
    if form.is_valid():
        active = request.POST.get("to") == "open"
        try:
            accounts.set_active(
                user=found, active=active, reason=form.cleaned_data["reason"], by=request.user
            )
        except accounts.AccountRefused as refusal:
            form.refuse(refusal)
        else:
            words = _("The account is open again.") if active else _("The account is closed.")
            messages.success(request, words)
            return redirect("desk:account", uuid=uuid)
    return _page(request, found, 422, active_form=form)


@keepers_only
@never_cache
@sensitive_variables("given")
def judges(request: PersonRequest) -> HttpResponse:
    """A list of judges from a workbook: all rows or none. The answer shows the new passwords, once."""
    form = JudgeListForm(posted(request), request.FILES or None)
    context: dict[str, Any] = {"form": form, "most": judge_list.MOST_ROWS}
    if request.method == "POST" and form.is_valid():
        people, faults, warnings = judge_list.read(form.cleaned_data["file"])
        context |= {"faults": faults[:200], "fault_count": len(faults)}
        if not faults:
            given = [(one, accounts.one_time_password()) for one in people]
            try:
                made, known = accounts.make_judges(
                    people=given, reason=form.cleaned_data["reason"], by=request.user
                )
            except accounts.AccountRefused as refusal:
                form.add_error(None, str(refusal.message))
            else:
                clear = {particulars.staff_no: password for particulars, password in given}
                rows = [(user, clear[user.staff_no]) for user in made]
                return _shown_once(request, rows, known=known, warnings=warnings)
    status = 422 if form.errors or context.get("faults") else 200
    return render(request, "people/judge_list.html", context, status=status)


@keepers_only
def judges_template(request: PersonRequest) -> HttpResponse:
    return judge_list.empty_list().response(_("Judges"))


urlpatterns = [
    path("accounts/", AccountList.as_view(), name="accounts"),
    path("accounts/new/", new, name="account_new"),
    path("accounts/judges/", judges, name="account_judges"),
    path("accounts/judges/empty.xlsx", judges_template, name="account_judges_template"),
    path("accounts/<uuid:uuid>/", account, name="account"),
    path("accounts/<uuid:uuid>/edit/", edit, name="account_edit"),
    path("accounts/<uuid:uuid>/roles/", set_roles, name="account_roles"),
    path("accounts/<uuid:uuid>/password/", give_password, name="account_password"),
    path("accounts/<uuid:uuid>/active/", set_active, name="account_active"),
]

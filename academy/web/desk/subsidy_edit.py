"""Making and changing programmes: from a template, by the plain form, or as a whole text."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _

from academy.domain import programmes
from academy.domain.programmes import ProgrammeRefused
from academy.files.programmes import templates
from academy.models import SubsidyProgramme
from academy.rules import programme as reading
from academy.web import claim_words
from academy.web.desk.nav import academy_page
from academy.web.desk.subsidies import may_run
from academy.web.desk.subsidy_forms import PlainForm, YamlForm, plain_initial, yaml_of
from craft_site.kit.language import in_language, quoted
from craft_site.people.web.forms import posted
from craft_site.people.web.requests import PersonRequest


@may_run
def new(request: PersonRequest) -> HttpResponse:
    """The programmes of other cities to begin from, each in a few lines."""
    rows = []
    for code, data in templates().items():
        rules = reading.read(data)
        rows.append(
            {
                "code": code,
                "name": in_language(data["name"], data.get("name_en", "")),
                "items": [claim_words.item_words(item) for item in rules.items],
                "rules": claim_words.rule_lines(rules),
                "allocation": SubsidyProgramme.Allocation(rules.allocation).label,
            }
        )
    return render(
        request, "academy/desk/subsidy_new.html", academy_page(request, "subsidies") | {"rows": rows}
    )


@may_run
def new_from(request: PersonRequest, template: str) -> HttpResponse:
    """A template with name, dates, money and amounts of one's own."""
    base = templates().get(template)
    if base is None:
        raise Http404
    form = PlainForm(posted(request), base=base, with_code=True, initial=plain_initial(None, base))
    if request.method == "POST" and form.is_valid() and (made := _create(request, form, form.data_read())):
        return redirect("desk:subsidy", made.code)
    title = _("New programme after %(name)s") % {
        "name": quoted(in_language(base["name"], base.get("name_en", "")))
    }
    return _plain_page(request, form, title=title, programme=None)


@may_run
def new_yaml(request: PersonRequest) -> HttpResponse:
    """A programme from nothing but its text."""
    form = YamlForm(posted(request), request.FILES or None, new=True)
    if request.method == "POST" and form.is_valid() and (made := _create(request, form, form.read)):
        return redirect("desk:subsidy", made.code)
    return _yaml_page(request, form, programme=None)


def _create(request: PersonRequest, form: forms.Form, data: dict[str, Any]) -> SubsidyProgramme | None:
    given = form.cleaned_data
    try:
        made = programmes.create(
            code=data["code"],
            data=data,
            opens_at=given["opens_at"],
            closes_at=given["closes_at"],
            by=request.user,
        )
    except ProgrammeRefused as refused:
        form.add_error(None, str(refused))
        return None
    messages.success(request, _("The programme is kept as a draft. Read its rules, then open it."))
    return made


@may_run
def edit(request: PersonRequest, code: str) -> HttpResponse:
    """The plain form. Before the first claim it corrects, afterwards it makes the next version."""
    found = get_object_or_404(SubsidyProgramme, code=code)
    version = found.versions.all()[0]  # type: ignore[attr-defined]
    form = PlainForm(
        posted(request),
        base=version.data,
        used=found.claims.exists(),  # type: ignore[attr-defined]
        initial=plain_initial(found, version.data),
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        times = {"opens_at": given["opens_at"], "closes_at": given["closes_at"]}
        if keep_change(request, found, form, form.data_read(), times):
            return redirect("desk:subsidy", code)
    return _plain_page(request, form, title=_("Change the subsidy programme"), programme=found)


@may_run
def edit_yaml(request: PersonRequest, code: str) -> HttpResponse:
    """The whole text of the newest version; the code and the times stay."""
    found = get_object_or_404(SubsidyProgramme, code=code)
    version = found.versions.all()[0]  # type: ignore[attr-defined]
    form = YamlForm(
        posted(request),
        request.FILES or None,
        used=found.claims.exists(),  # type: ignore[attr-defined]
        initial={"text": yaml_of(version, found)},
    )
    if request.method == "POST" and form.is_valid():
        data = form.read | {"code": found.code}
        if keep_change(
            request, found, form, data, {"opens_at": found.opens_at, "closes_at": found.closes_at}
        ):
            return redirect("desk:subsidy", code)
    return _yaml_page(request, form, programme=found)


def keep_change(
    request: PersonRequest,
    found: SubsidyProgramme,
    form: forms.Form,
    data: dict[str, Any],
    times: dict[str, Any],
) -> bool:
    """Changes the programme, or puts the refusal above the form."""
    try:
        programmes.change(
            programme=found,
            data=data,
            name=str(data["name"]),
            name_en=str(data.get("name_en") or ""),
            budget=data.get("budget", 0),
            reason=form.cleaned_data.get("reason", ""),
            by=request.user,
            **times,
        )
    except ProgrammeRefused as refused:
        form.add_error(None, str(refused))
        return False
    messages.success(request, _("The programme has been changed."))
    return True


def _plain_page(
    request: PersonRequest, form: PlainForm, *, title: str, programme: SubsidyProgramme | None
) -> HttpResponse:
    context = academy_page(request, "subsidies") | {"form": form, "title": title, "programme": programme}
    return render(request, "academy/desk/subsidy_edit.html", context, status=422 if form.errors else 200)


def _yaml_page(request: PersonRequest, form: YamlForm, *, programme: SubsidyProgramme | None) -> HttpResponse:
    context = academy_page(request, "subsidies") | {
        "form": form,
        "programme": programme,
        "known": {
            "traits": [(name, str(words)) for name, words in claim_words.TRAITS.items()],
            "documents": [(kind, claim_words.document_words([kind])) for kind in reading.DOCUMENTS],
            "allocation": SubsidyProgramme.Allocation.choices,
            "first": [(name, str(claim_words.FIRST[name])) for name in reading.PRIORITIES],
            "once_per": list(claim_words.once_words().items()),
        },
    }
    return render(request, "academy/desk/subsidy_yaml.html", context, status=422 if form.errors else 200)


urlpatterns = [
    path("academy/subsidies/new/", new, name="subsidy_new"),
    path("academy/subsidies/new/yaml/", new_yaml, name="subsidy_new_yaml"),
    path("academy/subsidies/new/from/<slug:template>/", new_from, name="subsidy_new_from"),
    path("academy/subsidies/<slug:code>/edit/", edit, name="subsidy_edit"),
    path("academy/subsidies/<slug:code>/yaml/", edit_yaml, name="subsidy_yaml"),
]

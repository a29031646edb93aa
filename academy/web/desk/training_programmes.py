"""What is taught: programmes with their hours, outline and the rule by which a course is completed."""

from typing import Any

import django_filters
import django_tables2 as tables
from django import forms
from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.cache import never_cache

from academy import roles
from academy.domain import classes
from academy.domain.refusals import TrainingRefused
from academy.models import ExamMark, Programme, TrainingClass
from academy.web.desk.class_forms import RESERVED
from academy.web.desk.class_nav import STATE_KIND, form_page
from academy.web.desk.nav import academy_page
from academy.web.fields import put_refusal
from craft_site.kit.access import roles as needs
from craft_site.kit.language import listed
from craft_site.kit.lists import DeskList
from craft_site.kit.xlsx_out import Book, Head
from craft_site.people import roles as site_roles
from craft_site.people.models import Trade
from craft_site.people.web.forms import numeric, posted
from craft_site.people.web.requests import PersonRequest

office_only = needs(*roles.OFFICE)
organiser_only = needs(site_roles.ORGANISER)
SHOWN = 50


class ProgrammeForm(forms.ModelForm):
    class Meta:
        model = Programme
        fields: tuple[str, ...] = (
            "name",
            "name_en",
            "trade",
            "grade",
            "theory_hours",
            "practice_hours",
            "outline",
            "outline_en",
            "attendance_percent",
            "theory_exam",
            "practice_exam",
            "pass_mark",
        )
        widgets = {
            "theory_hours": numeric(),
            "practice_hours": numeric(),
            "attendance_percent": numeric(),
            "pass_mark": forms.TextInput(attrs={"inputmode": "decimal"}),
            "outline": forms.Textarea(attrs={"rows": 6}),
            "outline_en": forms.Textarea(attrs={"rows": 4}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["attendance_percent"].unit = "%"  # type: ignore[attr-defined]
        self.fields["attendance_percent"].label = gettext_lazy("Attendance needed")
        self.fields["pass_mark"].maximum = 100  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        trade, grade = given.get("trade"), given.get("grade")
        if grade and trade is None:
            self.add_error("trade", _("A level belongs to a trade: choose the trade."))
        elif grade and trade and trade.levels.exists() and not trade.levels.filter(grade=grade).exists():
            self.add_error("grade", _("This trade has no such level."))
        if given.get("theory_hours") == 0 and given.get("practice_hours") == 0:
            self.add_error("theory_hours", _("Enter at least one class hour of theory or practice."))
        return given


class NewProgrammeForm(ProgrammeForm):
    class Meta(ProgrammeForm.Meta):
        fields = ("code", *ProgrammeForm.Meta.fields)
        error_messages = {
            "code": {
                "unique": gettext_lazy("A programme has this code already: choose another."),
                "invalid": gettext_lazy("Use letters of the English alphabet, digits and hyphens only."),
            }
        }

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        if code in RESERVED:
            raise forms.ValidationError(_("Choose another code."))
        return code


class ProgrammeFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="search", label=gettext_lazy("Name or code"))
    trade = django_filters.ModelChoiceFilter(queryset=Trade.objects.all(), label=gettext_lazy("Trade"))

    class Meta:
        model = Programme
        fields = ("q", "trade")

    def search(self, programmes: QuerySet[Programme], name: str, value: str) -> QuerySet[Programme]:
        named = Q(name__icontains=value) | Q(name_en__icontains=value)
        return programmes.filter(named | Q(code__icontains=value))


class ProgrammeTable(tables.Table):
    name = tables.Column(
        verbose_name=gettext_lazy("Programme"),
        linkify=("desk:training_programme", {"code": tables.A("code")}),
        attrs={"td": {"class": "lead"}},
    )
    trade = tables.Column(verbose_name=gettext_lazy("Trade"), default="–", order_by=("trade__name",))
    grade = tables.Column(verbose_name=gettext_lazy("Level"), default="–")
    theory_hours = tables.Column(
        verbose_name=gettext_lazy("Hours of theory"), attrs={"td": {"class": "num"}, "th": {"class": "num"}}
    )
    practice_hours = tables.Column(
        verbose_name=gettext_lazy("Hours of practice"), attrs={"td": {"class": "num"}, "th": {"class": "num"}}
    )
    rule = tables.Column(verbose_name=gettext_lazy("Completed by"), empty_values=(), orderable=False)
    held = tables.Column(
        verbose_name=gettext_lazy("Classes"), attrs={"td": {"class": "num"}, "th": {"class": "num"}}
    )

    class Meta:
        model = Programme
        fields = ("name", "trade", "grade", "theory_hours", "practice_hours", "rule", "held")
        empty_text = gettext_lazy("No programme answers this filter.")

    def render_name(self, record: Programme) -> str:
        return str(record)

    def render_rule(self, record: Programme) -> str:
        return render_to_string("academy/desk/rule.html", {"programme": record})


HEADS = (
    Head(gettext_lazy("Code")),
    Head(gettext_lazy("Programme")),
    Head(gettext_lazy("Trade")),
    Head(gettext_lazy("Level")),
    Head(gettext_lazy("Hours of theory")),
    Head(gettext_lazy("Hours of practice")),
    Head(gettext_lazy("Attendance needed, in per cent")),
    Head(gettext_lazy("Exam")),
    Head(gettext_lazy("Pass mark"), places=2),
    Head(gettext_lazy("Classes")),
)


def _listed() -> Any:
    return Programme.objects.select_related("trade").annotate(held=Count("classes"))


@office_only
def export(request: PersonRequest) -> HttpResponse:
    """The filtered list as a workbook."""
    found = ProgrammeFilter(request.GET, queryset=_listed())
    if not found.is_valid():
        return redirect(f"{reverse('desk:training_programmes')}?{request.GET.urlencode()}")
    book = Book()
    words = pgettext("class", "Programmes")
    book.add_sheet(words, HEADS, [_row(one) for one in found.qs])
    return book.response(words)


def _row(one: Any) -> list[Any]:
    parts = dict(ExamMark.Part.choices)
    return [
        one.code,
        str(one),
        str(one.trade or ""),
        one.get_grade_display() if one.grade else "",
        one.theory_hours,
        one.practice_hours,
        one.attendance_percent,
        listed(parts[part] for part in one.exam_parts()),
        one.pass_mark if one.exam_parts() else None,
        one.held,
    ]


class ProgrammeList(DeskList):
    access = frozenset(roles.OFFICE)
    table_class = ProgrammeTable
    filterset_class = ProgrammeFilter
    template_name = "academy/desk/training_programmes.html"

    def get_queryset(self) -> Any:
        return _listed()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        may_run = bool(roles.can_run_training(self.request.user))
        return context | academy_page(self.request, "training_programmes") | {"may_run": may_run}


@office_only
@never_cache
def programme(request: PersonRequest, code: str) -> HttpResponse:
    """One programme and the classes that taught it."""
    found = get_object_or_404(Programme.objects.select_related("trade"), code=code)
    held = TrainingClass.objects.visible_to(request.user).filter(programme=found).for_desk()[:SHOWN]
    context = academy_page(request, "training_programmes") | {
        "programme": found,
        "held": [{"held": one, "kind": STATE_KIND[TrainingClass.State(one.state)]} for one in held],
        "may_run": bool(roles.can_run_training(request.user)),
    }
    return render(request, "academy/desk/training_programme.html", context)


@organiser_only
@never_cache
def new(request: PersonRequest) -> HttpResponse:
    return _form(
        request, NewProgrammeForm(posted(request)), _("A new programme"), reverse("desk:training_programmes")
    )


@organiser_only
@never_cache
def edit(request: PersonRequest, code: str) -> HttpResponse:
    found = get_object_or_404(Programme, code=code)
    form = ProgrammeForm(posted(request), instance=found)
    return _form(request, form, _("Change the programme"), reverse("desk:training_programme", args=(code,)))


def _form(request: PersonRequest, form: ProgrammeForm, title: str, back: str) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            kept = classes.save_programme(programme=form.instance, by=request.user)
        except TrainingRefused as refused:
            put_refusal(form, refused)
        else:
            messages.success(request, _("The programme has been kept."))
            return redirect("desk:training_programme", kept.code)
    status = 422 if form.is_bound else 200
    return form_page(request, form, title=title, back=back, section="training_programmes", status=status)


urlpatterns = [
    path("academy/taught/", ProgrammeList.as_view(), name="training_programmes"),
    path("academy/taught/export/", export, name="training_programmes_export"),
    path("academy/taught/new/", new, name="training_programme_new"),
    path("academy/taught/<slug:code>/", programme, name="training_programme"),
    path("academy/taught/<slug:code>/edit/", edit, name="training_programme_edit"),
]

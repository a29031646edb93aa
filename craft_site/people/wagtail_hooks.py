"""Reference data of people's ground for editors. Workers, accounts and their papers are never registered here."""

from typing import Any

from django import forms
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, ObjectList
from wagtail.admin.viewsets.model import ModelViewSetGroup

from craft_site.kit.editing import KeptViewSet
from craft_site.people.models import Employer, Trade, TradeLevel, Union
from craft_site.people.models.trade import Grade


class TradeForm(WagtailAdminModelForm):
    """A trade and the levels that it really has, ticked on one list."""

    grades = forms.TypedMultipleChoiceField(
        label=_("Levels of this trade"),
        choices=Grade.choices,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["grades"] = list(self.instance.levels.values_list("grade", flat=True))

    @transaction.atomic
    def save(self, commit: bool = True) -> Trade:
        trade = super().save(commit=commit)
        chosen = set(self.cleaned_data["grades"])
        trade.levels.exclude(grade__in=chosen).delete()
        known = set(trade.levels.values_list("grade", flat=True))
        TradeLevel.objects.bulk_create(
            TradeLevel(trade=trade, grade=grade) for grade in sorted(chosen - known)
        )
        return trade


class TradeViewSet(KeptViewSet):
    model = Trade
    icon = "tag"
    list_display = ["name", "name_en", "code", "dictionary_edition"]
    list_filter = ["dictionary_edition"]
    search_fields = ["name", "name_en", "code"]
    edit_handler = ObjectList(
        [FieldPanel(name) for name in ("name", "name_en", "code", "dictionary_edition", "grades")],
        base_form_class=TradeForm,
    )


class UnionViewSet(KeptViewSet):
    model = Union
    icon = "group"
    list_display = ["name", "level", "parent"]
    list_filter = ["level"]
    search_fields = ["name"]
    panels = [FieldPanel(name) for name in ("name", "level", "parent", "latitude", "longitude")]


class EmployerViewSet(KeptViewSet):
    model = Employer
    icon = "home"
    list_display = ["name", "short_name", "union"]
    list_filter = ["union"]
    search_fields = ["name", "short_name", "credit_code"]
    panels = [FieldPanel("name"), FieldPanel("short_name"), FieldPanel("credit_code"), FieldPanel("union")]


class ReferenceData(ModelViewSetGroup):
    menu_label = _("Reference data")
    menu_icon = "list-ul"
    menu_order = 310
    items = (TradeViewSet, UnionViewSet, EmployerViewSet)


@hooks.register("register_admin_viewset")
def reference_data() -> ReferenceData:
    return ReferenceData()

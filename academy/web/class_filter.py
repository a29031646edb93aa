"""The filter of every list of open classes, the public's and the worker's; its address can be passed on."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from academy import noticeboard
from academy.models import TrainingClass
from academy.models.training import TrainingClassQuerySet
from craft_site.kit.language import month_of_year
from craft_site.people.models import Trade


class ClassFilter(forms.Form):
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"),
        required=False,
        choices=[("", gettext_lazy("All")), *TrainingClass.Kind.choices],
    )
    trade = forms.ModelChoiceField(
        label=gettext_lazy("Trade"),
        queryset=Trade.objects.none(),
        required=False,
        empty_label=gettext_lazy("All"),
    )
    month = forms.ChoiceField(label=gettext_lazy("Begins in"), required=False)

    def __init__(self, *args: Any, classes: TrainingClassQuerySet, **kwargs: Any) -> None:
        """classes: those of the list before it is filtered; trades and months are theirs, read in one query."""
        super().__init__(*args, **kwargs)
        trades, months = noticeboard.trades_and_months(classes)
        trade, month = self.fields["trade"], self.fields["month"]
        trade.queryset = Trade.objects.filter(pk__in=[one.pk for one in trades])  # type: ignore[attr-defined]
        everything = ("", gettext_lazy("All"))
        trade.choices = [everything, *((one.pk, str(one)) for one in trades)]  # type: ignore[attr-defined]
        month.choices = [everything, *_months(months)]  # type: ignore[attr-defined]

    def narrowed(self, classes: TrainingClassQuerySet) -> TrainingClassQuerySet:
        """The classes that answer; all of them while a value is wrong, which the form then says."""
        if not self.is_valid():
            return classes
        chosen = self.cleaned_data
        if chosen["kind"]:
            classes = classes.filter(kind=chosen["kind"])
        if chosen["trade"]:
            classes = classes.filter(programme__trade=chosen["trade"])
        if chosen["month"]:
            first = date.fromisoformat(f"{chosen['month']}-01")
            classes = classes.filter(starts_on__year=first.year, starts_on__month=first.month)
        return classes


def _months(found: Iterable[date]) -> list[tuple[str, str]]:
    return [(f"{first:%Y-%m}", month_of_year(first)) for first in found]

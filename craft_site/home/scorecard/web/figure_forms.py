"""The figures of one indicator in one year: a form for each measure, kept together."""

from dataclasses import fields
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from craft_site.home.scorecard.domain.cards import Given
from craft_site.home.scorecard.models import Figure, Indicator, Measure, Scorecard
from craft_site.home.scorecard.plan import QUALIFIERS
from craft_site.home.scorecard.refusals import ScorecardRefused
from craft_site.home.scorecard.web.quantities import QuantityField
from craft_site.people.web.forms import DateField


def _text(name: str, rows: int = 0) -> forms.CharField:
    column: Any = Figure._meta.get_field(name)
    widget = forms.Textarea(attrs={"rows": rows}) if rows else forms.TextInput()
    return forms.CharField(
        label=column.verbose_name, max_length=column.max_length, required=False, widget=widget
    )


class FigureForm(forms.Form):
    """One measure; its fields are those of Figure."""

    target_sign = forms.ChoiceField(label=_("Sign of the target"), choices=QUALIFIERS, required=False)
    target = QuantityField(label=_("Target"))
    target_words = _text("target_words")
    target_words_en = _text("target_words_en")
    target_source = _text("target_source")
    target_quote = _text("target_quote", rows=2)
    basis = forms.ChoiceField(label=_("Where the number comes from"), choices=Figure.Basis.choices)
    actual_sign = forms.ChoiceField(label=_("Sign of the number"), choices=QUALIFIERS, required=False)
    actual = QuantityField(label=_("Number in the source"))
    source = _text("source")
    quote = _text("quote", rows=2)
    period = _text("period")
    period_en = _text("period_en")
    starts_on = DateField(label=_("Counted from"), required=False)
    ends_on = DateField(label=_("Counted until"), required=False)

    def __init__(self, *args: Any, measure: Measure, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.measure = measure
        if not measure.counter:
            self.fields["basis"] = forms.ChoiceField(
                label=_("Where the number comes from"),
                choices=[(Figure.Basis.ENTERED.value, Figure.Basis.ENTERED.label)],
            )

    def given(self) -> Given:
        return Given(**self.cleaned_data)


class FigureForms:
    """The forms of an indicator's measures, as one."""

    def __init__(self, card: Scorecard, indicator: Indicator, posted: QueryDict | None) -> None:
        kept = {row.measure_id: row for row in Figure.objects.filter(card=card, measure__indicator=indicator)}
        self.forms: list[FigureForm] = []
        for measure in Measure.objects.filter(indicator=indicator):
            measure.indicator = indicator
            row = kept.get(measure.pk)
            first = Figure.Basis.COUNTED if measure.counter else Figure.Basis.ENTERED
            initial = (
                {each.name: getattr(row, each.name) for each in fields(Given)} if row else {"basis": first}
            )
            self.forms.append(FigureForm(posted, prefix=measure.code, measure=measure, initial=initial))

    def is_valid(self) -> bool:
        return all(tuple(form.is_valid() for form in self.forms))  # each, for its faults

    def given(self) -> dict[str, Given]:
        return {form.measure.code: form.given() for form in self.forms}

    def put(self, refused: ScorecardRefused) -> None:
        """Puts a verb's words beside the field of the measure, or above the first form."""
        code, _dash, field = refused.field.rpartition("-")
        form = next((one for one in self.forms if one.measure.code == code), self.forms[0])
        form.add_error(field if field in form.fields else None, str(refused))

    def problems(self) -> list[dict[str, str]]:
        """What the summary above the page says, each with the place of its field."""
        found = []
        for form in self.forms:
            lead = f"{form.measure}: " if len(self.forms) > 1 else ""
            for name, errors in form.errors.items():
                bound = form[name] if name in form.fields else None
                label = f"{bound.label}: " if bound is not None else ""
                found += [
                    {"text": f"{lead}{label}{error}", "url": f"#{bound.auto_id}" if bound is not None else ""}
                    for error in errors
                ]
        return found

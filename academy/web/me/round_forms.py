"""Forms of a person's own part in a round: wishes in their order, what is sought or taught, and the search for people.

Choosing needs no script: the search is a button of the same form, which gives everything back as it was filled in.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from academy.domain.round_wishes import MOST_WISHES
from academy.domain.rounds import RoundRefused
from academy.models import Offer, Seeker
from academy.web.match_words import grade_words
from craft_site.people.models import Trade
from craft_site.people.models.trade import Grade
from craft_site.people.web.forms import numeric

RANKS = range(1, MOST_WISHES + 1)


class SearchForm(forms.Form):
    """Whom to show among the other side. Whatever cannot be is told at its field and searched without."""

    find_grade = forms.TypedChoiceField(
        label=gettext_lazy("Level, at least"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", pgettext_lazy("level", "Any")), *Grade.choices],
    )
    find_name = forms.CharField(
        label=gettext_lazy("Name or employer"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )

    def wanted(self) -> dict[str, Any]:
        """{grade, words}: 0 and "" for any."""
        given = self.cleaned_data if self.is_valid() else getattr(self, "cleaned_data", {})
        return {"grade": given.get("find_grade") or 0, "words": given.get("find_name") or ""}


class WishesForm(forms.Form):
    """Wishes as five lists one below the other. Each holds those wished for now and the people who are shown."""

    def __init__(self, *args: Any, trades: Sequence[Trade], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        by_key = {str(trade.pk): trade for trade in trades}
        field = self.fields["trade"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = [("", "---------"), *((key, str(trade)) for key, trade in by_key.items())]
        field.coerce = by_key.__getitem__

    def add_wishes(self, shown: Sequence[Any], chosen: Mapping[int, Any]) -> None:
        """shown: rows of the other side; chosen: those wished for now, by rank."""
        self.people = {str(one.uuid): one for one in (*chosen.values(), *shown)}
        wished = {str(one.uuid) for one in chosen.values()}
        groups = {
            _("Wished for now"): [one for one in self.people.values() if str(one.uuid) in wished],
            _("Found"): [one for one in self.people.values() if str(one.uuid) not in wished],
        }
        choices: list[Any] = [("", "–")]
        choices += [
            (name, [(str(one.uuid), person_line(one)) for one in people])
            for name, people in groups.items()
            if people
        ]
        for rank in RANKS:
            field = forms.ChoiceField(
                label=_("Wish no. %(rank)d") % {"rank": rank},
                choices=choices,
                required=False,
                error_messages={"invalid_choice": _("This person is not in the round any more.")},
            )
            if rank in chosen:
                field.initial = str(chosen[rank].uuid)
            self.fields[f"wish_{rank}"] = field

    def wish_fields(self) -> list[forms.BoundField]:
        return [self[f"wish_{rank}"] for rank in RANKS]

    def ranks(self) -> list[int]:
        """Which of the five are given; an empty one between two is passed over."""
        return [rank for rank in RANKS if self.cleaned_data.get(f"wish_{rank}")]

    def wishes(self) -> list[Any]:
        """Rows of the other side in order."""
        return [self.people[self.cleaned_data[f"wish_{rank}"]] for rank in self.ranks()]

    def field_of(self, refused: RoundRefused) -> str | None:
        """Where a refusal stands: at the wish that it is about, where it is about one."""
        name = refused.field
        if name == "wishes":
            ranks = self.ranks()
            name = f"wish_{ranks[refused.place - 1] if 0 < refused.place <= len(ranks) else 1}"
        return name if name in self.fields else None


def _trade(label: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(label=label, empty_value=None)


class SeekForm(WishesForm):
    trade = _trade(gettext_lazy("In which trade"))
    hopes = forms.CharField(
        label=gettext_lazy("What I want to learn"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Masters of the round read it."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    only_wishes = forms.BooleanField(
        label=gettext_lazy("One of these, or nobody"),
        required=False,
        help_text=gettext_lazy("Leave it empty and you may also get somebody who fits well."),
    )


class OfferForm(WishesForm):
    trade = _trade(gettext_lazy("Which trade I teach"))
    places = forms.IntegerField(label=gettext_lazy("How many places"), min_value=1, widget=numeric(size="3"))
    teaches = forms.CharField(
        label=gettext_lazy("What I teach"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Workers of the round read it."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    only_wishes = forms.BooleanField(
        label=gettext_lazy("One of these, or nobody"),
        required=False,
        help_text=gettext_lazy("Leave it empty and a worker who fits may get your place."),
    )


def person_line(one: Seeker | Offer) -> str:
    """A person as a line of a list: name, level, firm."""
    employer = one.worker.employer
    parts = [
        one.worker.name,
        grade_words(one.grade),
        (employer.short_name or employer.name) if employer else "",
    ]
    return " · ".join(part for part in parts if part and part != "–")

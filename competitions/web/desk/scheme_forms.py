"""Forms over a scheme document: each takes the document apart into fields and puts the edited document together again.

What is right is decided by the engine's own reading of the whole document, so a form never checks a sum itself;
it only leads each fault back to the field in which it is mended.
"""

import copy
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from competitions import messages as words
from competitions.models import SchemeVersion
from competitions.scoring.numbers import plain_text
from competitions.scoring.scheme import SchemeErrors, dotted, dump_scheme
from competitions.scoring.scheme.errors import Path
from craft_site.kit.language import colon

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Document = dict[str, Any]
NUMBER_WIDGET = {"inputmode": "decimal"}


class SchemeForm(forms.Form):
    """One part of the scheme in force. Subclasses add fields in `lay_out` and write them back in `edit`."""

    based_on = forms.CharField(widget=forms.HiddenInput, max_length=64)
    reason = forms.CharField(
        label=_("Why it is changed"),
        max_length=300,
        help_text=_("The scheme is frozen: this makes a new version that everybody can see."),
    )

    def __init__(self, *args: Any, version: SchemeVersion, frozen: bool, **kwargs: Any) -> None:
        self.source: Document = dump_scheme(version.scheme)
        self.initials: dict[str, Any] = {"based_on": version.content_hash}
        self.at: dict[Path, str] = {}
        super().__init__(*args, **kwargs)
        if not frozen:
            del self.fields["reason"]
        self.lay_out()
        self.initial = {**self.initials, **self.initial}

    def lay_out(self) -> None:
        raise NotImplementedError

    def edit(self, document: Document) -> None:
        """Writes the cleaned fields into a copy of the document."""
        raise NotImplementedError

    def document(self) -> Document:
        document = copy.deepcopy(self.source)
        self.edit(document)
        return document

    def text(self, name: str, label: "StrOrPromise", value: Any, *, path: Path = (), **options: Any) -> None:
        """A field with its present value; path: the part of the document that it holds."""
        number = options.pop("number", False)
        widget = forms.TextInput(attrs=NUMBER_WIDGET) if number else options.pop("widget", None)
        options.setdefault("max_length", 40 if number else 200)
        self.fields[name] = forms.CharField(
            label=label, required=options.pop("required", False), widget=widget, **options
        )
        self._note(name, value, path)

    def choice(
        self, name: str, label: "StrOrPromise", value: Any, choices: Any, *, path: Path = (), **options: Any
    ) -> None:
        choices = list(choices)
        optional = any(key == "" for key, _label in choices)
        self.fields[name] = forms.ChoiceField(label=label, choices=choices, required=not optional, **options)
        if value is None and choices:
            value = choices[0][0]
        self._note(name, value, path)

    def flag(self, name: str, label: "StrOrPromise", value: bool, *, path: Path = ()) -> None:
        self.fields[name] = forms.BooleanField(label=label, required=False)
        self._note(name, value, path)

    def _note(self, name: str, value: Any, path: Path) -> None:
        if value is not None:
            self.initials[name] = value
        if path:
            self.at[path] = name

    def add_faults(self, faults: SchemeErrors) -> None:
        """Every fault at the field that holds its part, the others above the form with their place."""
        for fault in faults.errors:
            message = words.in_words(words.SCHEME, fault.code, fault.message_params, fault.message)
            name = self._field_at(fault.path)
            self.add_error(name, message if name else f"{dotted(fault.path)}{colon()}{message}")

    def _field_at(self, path: Path) -> str | None:
        while path:
            if path in self.at and self.at[path] in self.fields:
                return self.at[path]
            path = path[:-1]
        return None

    def given(self, name: str) -> str:
        value: str = self.cleaned_data.get(name, "")
        return value.strip()


def put_or_drop(group: Document, key: str, value: Any) -> None:
    """A blank field means: not given."""
    if value in ("", None):
        group.pop(key, None)
    else:
        group[key] = value


def even_share(total: str, points: int) -> str | None:
    """`total` over `points` as an exact decimal of at most six places, None when it does not end."""
    try:
        share = Fraction(Decimal(total)) / points
    except (ArithmeticError, ValueError):
        return None
    scaled = share * 10**6
    return plain_text(Decimal(scaled.numerator).scaleb(-6)) if scaled.denominator == 1 else None


class MarksForm(SchemeForm):
    """All marks at once: aspects are typed, sub-criteria and criteria follow as their sums."""

    def lay_out(self) -> None:
        for i, criterion in enumerate(self.source["criteria"]):
            for j, sub in enumerate(criterion["sub_criteria"]):
                for k, aspect in enumerate(sub["aspects"]):
                    path = ("criteria", i, "sub_criteria", j, "aspects", k)
                    self.text(
                        f"m-{aspect['code']}", aspect["code"], aspect["max_mark"], path=path, number=True
                    )

    def edit(self, document: Document) -> None:
        for criterion in document["criteria"]:
            for sub in criterion["sub_criteria"]:
                for aspect in sub["aspects"]:
                    set_mark(aspect, self.given(f"m-{aspect['code']}") or "0")
                sub["max_mark"] = _total(aspect["max_mark"] for aspect in sub["aspects"])
            criterion["max_mark"] = _total(sub["max_mark"] for sub in criterion["sub_criteria"])

    def sums(self) -> list[dict[str, Any]]:
        """What the typed marks add up to, by criterion and component, readable or not: {code, sum, full, good}."""
        rows: list[dict[str, Any]] = []
        by_component: dict[str, Decimal] = {}
        for criterion in self.source["criteria"]:
            marks = [
                _number(self[f"m-{aspect['code']}"].value())
                for sub in criterion["sub_criteria"]
                for aspect in sub["aspects"]
            ]
            total = sum(marks, Decimal(0))
            by_component[criterion["component"]] = (
                by_component.get(criterion["component"], Decimal(0)) + total
            )
            rows.append({"code": criterion["code"], "name": criterion["name"], "sum": plain_text(total)})
        for component in self.source["composition"]["components"]:
            if component["code"] in by_component:
                total, full = by_component[component["code"]], Decimal(component["full"])
                rows.append(
                    {
                        "code": component["code"],
                        "name": component["name"],
                        "sum": plain_text(total),
                        "full": plain_text(full),
                        "good": total == full,
                    }
                )
        return rows

    def lines(self) -> list[dict[str, Any]]:
        """For the template: headings and fields in order."""
        found: list[dict[str, Any]] = []
        for criterion in self.source["criteria"]:
            found.append({"kind": "crit", "code": criterion["code"], "name": criterion["name"]})
            for sub in criterion["sub_criteria"]:
                found.append({"kind": "sub", "code": sub["code"], "name": sub["name"]})
                found += [
                    {
                        "kind": "asp",
                        "code": aspect["code"],
                        "name": aspect["name"],
                        "field": self[f"m-{aspect['code']}"],
                    }
                    for aspect in sub["aspects"]
                ]
        return found


def set_mark(aspect: Document, mark: str) -> None:
    """Changes an aspect's mark; what a point is worth follows where it is written and can be written exactly."""
    if mark == aspect["max_mark"]:
        return
    aspect["max_mark"] = mark
    if "mark_per_point" in aspect:
        put_or_drop(aspect, "mark_per_point", even_share(mark, int(aspect.get("points", "1")) or 1))


def _number(text: Any) -> Decimal:
    try:
        value = Decimal(str(text).strip())
    except ArithmeticError:
        return Decimal(0)
    return value if value.is_finite() and abs(value) < 10**9 else Decimal(0)


def _total(marks: Any) -> str:
    return plain_text(sum((_number(mark) for mark in marks), Decimal(0)))

"""Forms of a programme: the plain one for what changes every year, and the text for everything else."""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from academy.domain.programmes import fault_words
from academy.files import programmes as yaml_files
from academy.models import ProgrammeVersion, SubsidyProgramme
from academy.rules import programme as reading
from academy.web import claim_words
from academy.web.fields import MomentField, WholeField
from craft_site.kit.language import colon, in_language
from craft_site.kit.names import check_title
from craft_site.people.web.forms import DateField

MOST_BYTES = 200_000
RESERVED = frozenset({"new", "export"})  # words that the addresses beside a programme use


def whole(label: Any, *, least: int = 0, most: int = reading.MOST, **options: Any) -> forms.IntegerField:
    """A whole number in a text field that telephones answer with digits."""
    return WholeField(label=label, min_value=least, max_value=most, **options)


def reason_field(*, needed: bool) -> forms.CharField:
    return forms.CharField(
        label=gettext_lazy("Reason for the new version"),
        max_length=300,
        required=needed,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Claims filed before keep the rules under which they were filed."),
    )


class CodeField(forms.CharField):
    def __init__(self, **options: Any) -> None:
        options.setdefault("label", gettext_lazy("Code"))
        options.setdefault(
            "help_text", gettext_lazy("Stands in addresses and in the ledger, e.g. yongkang-2025.")
        )
        super().__init__(
            max_length=40,
            validators=[RegexValidator(r"^[a-z0-9-]+$", gettext_lazy("Small letters, digits and -."))],
            **options,
        )

    def clean(self, value: Any) -> str:
        code: str = super().clean(value)
        if code in RESERVED or SubsidyProgramme.objects.filter(code=code).exists():
            raise forms.ValidationError(
                _("There is a programme with the code %(code)s. Choose another."), params={"code": code}
            )
        return code


class PlainForm(forms.Form):
    """Name, times, money, days; and of each item places, amounts, dates. All other rules stay as they are."""

    name = forms.CharField(
        label=gettext_lazy("Name of the programme"), max_length=120, validators=[check_title]
    )
    name_en = forms.CharField(
        label=gettext_lazy("Name in English"), max_length=160, required=False, validators=[check_title]
    )
    opens_at = MomentField(label=gettext_lazy("Opens"))
    closes_at = MomentField(label=gettext_lazy("Closes"), required=False)
    budget = whole(gettext_lazy("Budget"))
    allocation = forms.ChoiceField(
        label=gettext_lazy("How places are given"), choices=SubsidyProgramme.Allocation.choices
    )
    step_days = whole(gettext_lazy("Working days for each review"), least=1, most=reading.MOST_DAYS)
    publicity_days = whole(gettext_lazy("Working days on public notice"), least=1, most=reading.MOST_DAYS)

    def __init__(
        self, *args: Any, base: Mapping[str, Any], with_code: bool = False, used: bool = False, **kwargs: Any
    ) -> None:
        """base: data that can be read; used: there are claims, a change needs its reason."""
        super().__init__(*args, **kwargs)
        self.base = base
        self.rules = reading.read(base)
        self.fields["budget"].unit = _("yuan")  # type: ignore[attr-defined]
        for n, item in enumerate(self.rules.items):
            self._add_item(n, item)
        if with_code:
            self.fields = {"code": CodeField(), **self.fields}
        if used:
            self.fields["reason"] = reason_field(needed=True)
            self.fields["allocation"].disabled = True
            self.fields["allocation"].help_text = _("Cannot change once claims have been made.")

    def _add_item(self, n: int, item: reading.Item) -> None:
        for level, yuan in item.amounts.items():
            words = claim_words.level_words(item.kind, level) if level else ""
            label = colon().join((_("Amount"), words)) if words else _("Amount")
            field = whole(label, least=1, initial=yuan)
            field.unit = _("yuan")  # type: ignore[attr-defined]
            self.fields[f"item{n}_amount{level}"] = field
        self.fields[f"item{n}_places"] = whole(
            _("Places"), required=False, initial=item.places, help_text=_("Empty: no limit but the budget.")
        )
        for name, label, value in (
            ("dated_from", _("Certificates dated from"), item.dated_from),
            ("dated_to", _("Certificates dated to"), item.dated_to),
        ):
            self.fields[f"item{n}_{name}"] = DateField(label=label, required=False, initial=value)

    def general(self) -> Iterator[forms.BoundField]:
        return (field for field in self if not field.name.startswith("item") and field.name != "reason")

    def items(self) -> list[tuple[str, list[forms.BoundField]]]:
        """Each item's name with its fields."""
        return [
            (in_language(item.name, item.name_en), [f for f in self if f.name.startswith(f"item{n}_")])
            for n, item in enumerate(self.rules.items)
        ]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        opens, closes = given.get("opens_at"), given.get("closes_at")
        if opens and closes and closes <= opens:
            self.add_error("closes_at", _("The end lies before the beginning. Correct one of the two."))
        for n in range(len(self.rules.items)):
            start, end = given.get(f"item{n}_dated_from"), given.get(f"item{n}_dated_to")
            if start and end and end < start:
                self.add_error(f"item{n}_dated_to", _("The end lies before the start."))
        return given

    def data_read(self) -> dict[str, Any]:
        """The programme's data with the answers in it; the form is valid."""
        given, data = self.cleaned_data, deepcopy(dict(self.base))
        for name in ("name", "name_en", "budget", "allocation", "step_days", "publicity_days"):
            data[name] = given[name]
        if "code" in given:
            data["code"] = given["code"]
        for n, entry in enumerate(data["items"]):
            amounts = {level: given[f"item{n}_amount{level}"] for level in self.rules.items[n].amounts}
            if "amount" in entry:
                entry["amount"] = amounts[0]
            else:
                entry["amounts"] = amounts
            for name in ("places", "dated_from", "dated_to"):
                value = given[f"item{n}_{name}"]
                entry.pop(name, None)
                if value is not None:
                    entry[name] = value if isinstance(value, int) else value.isoformat()
        return data


def plain_initial(programme: SubsidyProgramme | None, data: Mapping[str, Any]) -> dict[str, Any]:
    """What a fresh PlainForm shows. programme: None while it is a template, which lends its rules and not its name."""
    rules = reading.read(data)
    found = {
        "budget": data.get("budget", 0),
        "allocation": rules.allocation,
        "step_days": rules.step_days,
        "publicity_days": rules.publicity_days,
    }
    if programme is not None:
        found |= {
            name: getattr(programme, name) for name in ("name", "name_en", "budget", "opens_at", "closes_at")
        }
    return found


class YamlForm(forms.Form):
    """The whole programme as text, written here or sent as a file. The answer is `read`."""

    text = forms.CharField(
        label=gettext_lazy("The programme as text (YAML)"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 28, "spellcheck": "false", "class": "code", "wrap": "off"}),
    )
    file = forms.FileField(
        label=gettext_lazy("Or a file"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".yaml,.yml,.txt"}),
        help_text=gettext_lazy("It is read instead of the text above."),
    )

    def __init__(self, *args: Any, new: bool = False, used: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.new = new
        self.read: dict[str, Any] = {}
        if new:
            self.fields["opens_at"] = MomentField(label=_("Opens"))
            self.fields["closes_at"] = MomentField(label=_("Closes"), required=False)
        if used:
            self.fields["reason"] = reason_field(needed=True)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        sent = given.get("file")
        text = self._decoded(sent) if sent else given.get("text", "")
        if self.errors:
            return given
        try:
            self.read = yaml_files.read(text)
            reading.read(self.read)
            if not str(self.read.get("name") or "").strip():
                raise reading.ProgrammeFault("name", "missing")
            if self.new:
                CodeField().clean(self.read.get("code"))
        except yaml_files.YamlFault as fault:
            self.add_error("text", str(fault))
        except reading.ProgrammeFault as fault:
            self.add_error("text", _placed(fault, text))
        except forms.ValidationError as error:
            self.add_error("text", [f"code{colon()}{message}" for message in error.messages])
        return given

    def _decoded(self, sent: Any) -> str:
        if sent.size > MOST_BYTES:
            self.add_error("file", _("The file is far too large for a programme."))
            return ""
        content = sent.read()
        for encoding in ("utf-8-sig", "gb18030"):
            try:
                return str(content.decode(encoding))
            except UnicodeDecodeError:
                continue
        self.add_error("file", _("The file is no text in UTF-8 or GB 18030."))
        return ""


def _placed(fault: reading.ProgrammeFault, text: str) -> str:
    """The fault in words, with the line where it is."""
    line = yaml_files.line_of(text, fault.place)
    words = fault_words(fault)
    if not line:
        return words
    where = _("Line %(line)d") % {"line": line}
    return f"{where}{colon()}{words}"


def yaml_of(version: ProgrammeVersion, programme: SubsidyProgramme) -> str:
    """A version as text, with the name and the money of today."""
    now = {"name": programme.name, "name_en": programme.name_en, "budget": programme.budget}
    return yaml_files.written({"code": programme.code, **version.data, **now})

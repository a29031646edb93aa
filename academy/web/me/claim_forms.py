"""What a claimant types: the claim (the programme decides the questions), documents one by one, the bank card."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from academy.domain.claim_checks import hired_on, stated_hiring
from academy.models import Claim, ClaimFile
from academy.rules.programme import Item, Rules
from academy.web.claim_words import QUESTIONS, level_choices, yuan
from craft_site.kit.certificates import plain_number
from craft_site.kit.identity import IdentityError
from craft_site.kit.language import in_language
from craft_site.kit.uploads import SCAN
from craft_site.people.domain import workers
from craft_site.people.models import Trade
from craft_site.people.web.forms import CleanFileField, DateField, needed_for, numeric

YES_NO = (("yes", _("Yes")), ("no", _("No")))
STAGES = (("completed", _("Finished")), ("enrolled", _("Enrolled, not finished yet")))


class AnswersForm(forms.Form):
    """Only what the programme asks. Its fields: `what` ("item:level"), the proof, one question for each trait."""

    def __init__(self, *args: Any, claim: Claim, **kwargs: Any) -> None:
        kwargs["initial"] = initial_answers(claim)
        super().__init__(*args, **kwargs)
        self.claim = claim
        self.rules = rules = claim.version.rules
        self.fields["what"] = forms.ChoiceField(
            label=_("What do you claim?"), choices=_things(rules, claim), widget=forms.RadioSelect
        )
        kinds, stages = {item.kind for item in rules.items}, {item.stage for item in rules.items}
        if "enrolled" in stages:
            self.fields["stage"] = forms.ChoiceField(
                label=_("How far are your studies?"), choices=STAGES, widget=forms.RadioSelect
            )
        self.fields["dated"] = DateField(
            label=_("Date of enrolment")
            if stages == {"enrolled"}
            else _("Date on the certificate or diploma")
        )
        if "skill" in kinds:
            self.fields["trade"] = trade = forms.ModelChoiceField(
                label=_("Trade on the certificate"), queryset=Trade.objects.all(), required=kinds == {"skill"}
            )
            if not trade.required:
                needed_for(trade, _("Needed for a skill certificate."))
        if stages != {"enrolled"}:
            self.fields["certificate_no"] = number = forms.CharField(
                label=_("Number of the certificate or diploma"),
                max_length=40,
                required=kinds == {"skill"},
                widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
                help_text=_("On skill certificates Y or S and 21 digits; it is read together with you."),
            )
            if "skill" in kinds and not number.required:
                needed_for(
                    number,
                    _("Needed for a skill certificate: Y or S and 21 digits. A diploma's may be left out."),
                )
        if rules.after_hiring or rules.months_in_firm:
            self.fields["hired_on"] = DateField(
                label=_("With your present employer since"),
                help_text=_("As the contract says; your union compares it."),
            )
        for name in rules.asked:
            self.fields[name] = forms.ChoiceField(
                label=str(QUESTIONS[name]), choices=YES_NO, widget=forms.RadioSelect
            )
        if any(item.insured_months for item in rules.items):
            field = forms.IntegerField(
                label=_("Months paid into the unemployment insurance"),
                min_value=0,
                max_value=720,
                widget=numeric(autocomplete="off"),
            )
            field.unit = _("months")  # type: ignore[attr-defined]  # read by the field's template
            self.fields["insured_months"] = field

    def clean_dated(self) -> Any:
        return self._past("dated")

    def clean_hired_on(self) -> Any:
        return self._past("hired_on")

    def _past(self, name: str) -> Any:
        day = self.cleaned_data[name]
        if day > timezone.localdate():
            raise forms.ValidationError(_("This date is still to come."))
        return day

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        item = self.rules.item(str(cleaned.get("what", "")).partition(":")[0])
        if item is None:
            return cleaned
        if item.kind == "skill" and not cleaned.get("trade"):
            self.add_error("trade", _("Choose the trade."))
        if "certificate_no" in cleaned:
            self._clean_number(item, cleaned)
        return cleaned

    def _clean_number(self, item: Item, cleaned: dict[str, Any]) -> None:
        """The number as it is kept; one that the checks would refuse at the end is refused here, with the reason."""
        text = cleaned["certificate_no"]
        if not text:
            if item.kind == "skill":
                self.add_error("certificate_no", _("Enter the number of the certificate."))
            return
        grade = int(str(cleaned["what"]).rpartition(":")[2]) if item.kind == "skill" else None
        try:
            cleaned["certificate_no"] = (
                workers.check_certificate(number=text, grade=grade, issued_on=cleaned.get("dated"))
                if item.kind == "skill"
                else plain_number(text)
            )
        except IdentityError as error:
            self.add_error("certificate_no", error)

    def given(self) -> dict[str, Any]:
        """The answers as claims.answer takes them."""
        cleaned = self.cleaned_data
        item, _sign, level = cleaned["what"].rpartition(":")
        said: dict[str, Any] = {name: cleaned[name] == "yes" for name in self.rules.asked}
        said |= {name: cleaned[name] for name in ("stage", "insured_months") if name in cleaned}
        if "hired_on" in cleaned:
            said["hired_on"] = cleaned["hired_on"].isoformat()
        return {
            "item": item,
            "level": int(level),
            "dated": cleaned["dated"],
            "trade": cleaned.get("trade"),
            "certificate_no": cleaned.get("certificate_no", ""),
            "answers": said,
        }


def _things(rules: Rules, claim: Claim) -> list[tuple[str, str]]:
    """Every level of every item with what it is worth; a claim that holds a place stays with its item."""
    return [
        (
            f"{item.key}:{level}",
            f"{in_language(item.name, item.name_en)} · {word} · {yuan(item.amount(level) or 0)}",
        )
        for item in rules.items
        if not claim.holds_place or item.key == claim.item
        for level, word in level_choices(item)
    ]


def initial_answers(claim: Claim) -> dict[str, Any]:
    given = {
        name: "yes" if value else "no" for name, value in claim.answers.items() if isinstance(value, bool)
    }
    return {
        **given,
        "what": f"{claim.item}:{claim.level}" if claim.item else "",
        "stage": claim.answers.get("stage", ""),
        "dated": claim.dated,
        "trade": claim.trade_id,
        "certificate_no": claim.certificate_no,
        "insured_months": claim.answers.get("insured_months"),
        "hired_on": stated_hiring(claim) or hired_on(claim.worker),
    }


class PaperForm(forms.Form):
    """One document at a time: what it is, and a photograph or a PDF of it."""

    def __init__(self, *args: Any, kinds: tuple[str, ...], first: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"] = forms.ChoiceField(
            label=_("What is it?"),
            choices=[(kind, ClaimFile.Kind(kind).label) for kind in kinds],
            initial=first,
        )
        # Any picture: a phone then offers its camera beside the gallery.
        self.fields["file"] = CleanFileField(
            label=_("File"),
            policy=SCAN,
            help_text=_("A photo taken with the phone, or a PDF; at most 15 MB."),
            widget=forms.FileInput(attrs={"accept": "image/*,application/pdf"}),
        )


class CardForm(forms.Form):
    """A card number goes in and never comes out again."""

    number = forms.CharField(
        label=_("Number of your bank card"),
        max_length=40,
        widget=numeric(autocomplete="off"),
        help_text=_("13 to 19 digits, spaces do not matter."),
    )

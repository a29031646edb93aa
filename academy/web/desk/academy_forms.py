"""Forms of academies, alliances, studios and memberships."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from academy.models import Academy, Alliance, Studio
from academy.web.desk.class_forms import RESERVED
from academy.web.desk.worker_choice import WorkerChoice
from craft_site.people.web.forms import DateField, EmployerField


class AcademyForm(forms.ModelForm):
    employer = EmployerField(label=_("Founded in"), required=False)
    founded_on = DateField(label=_("Founded on"), required=False)

    class Meta:
        model = Academy
        fields: tuple[str, ...] = (
            "kind",
            "name",
            "name_en",
            "parent",
            "employer",
            "alliance",
            "address",
            "founded_on",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].help_text = _("Only for a branch or a training base.")


class NewAcademyForm(AcademyForm):
    class Meta(AcademyForm.Meta):
        fields = ("code", *AcademyForm.Meta.fields)
        error_messages = {
            "code": {
                "unique": _("An academy has this code already: choose another."),
                "invalid": _("Use letters of the English alphabet, digits and hyphens only."),
            }
        }

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        if code in RESERVED:
            raise forms.ValidationError(_("Choose another code."))
        return code


class PlaceForm(forms.Form):
    name = forms.CharField(label=_("Room or workshop"), max_length=80)


class AllianceForm(forms.ModelForm):
    founded_on = DateField(label=_("Founded on"), required=False)

    class Meta:
        model = Alliance
        fields = ("name", "name_en", "founded_on")
        error_messages = {"name": {"unique": _("An alliance has this name already.")}}


class StudioForm(WorkerChoice, forms.ModelForm):
    """A studio; its leader is a worker, or nobody yet."""

    employer = EmployerField(label=_("Member unit"))
    field_order = ("name", "name_en", "employer", "find", "worker")

    class Meta:
        model = Studio
        fields = ("name", "name_en", "employer")
        error_messages = {"name": {"unique": _("A studio has this name already.")}}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["find"].label = _("Look for the leader")
        self.fields["worker"].label = _("Leader")
        self.fields["worker"].required = self.fields["find"].required = False


class JoinForm(forms.Form):
    studio = forms.ModelChoiceField(label=_("Studio"), queryset=Studio.objects.select_related("employer"))
    since = DateField(label=_("Member since"))
    until = DateField(label=_("Until"), required=False, help_text=_("Empty: until it leaves."))


class LeaveForm(forms.Form):
    on = DateField(label=_("Last day"))

"""Wagtail's forms in the editors' face, where Wagtail itself leaves English or a key for people to read."""

from django import forms
from django.contrib.auth.models import Group
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import choosers
from wagtail.admin.forms.collections import CollectionViewRestrictionForm
from wagtail.admin.forms.pages import PageViewRestrictionForm

from craft_site.home.foundation import CHIEF_EDITOR
from craft_site.people import roles

# Fields that Wagtail's choosers of links declare without a label.
LINK_LABELS = {
    "link_text": _("Words of the link"),
    "email_address": _("Mail address"),
    "subject": _("Subject of the mail"),
    "body": _("Text of the mail"),
    "phone_number": _("Telephone number"),
}
ROLE_LABELS = roles.LABELS | {CHIEF_EDITOR: _("Chief editor")}


class RoleChoices(forms.ModelMultipleChoiceField):
    """Groups by what their members are: a group's name is a key."""

    def label_from_instance(self, obj: Group) -> str:
        return str(ROLE_LABELS.get(obj.name, obj.name))


def put_words() -> None:
    for chooser in (
        choosers.ExternalLinkChooserForm,
        choosers.AnchorLinkChooserForm,
        choosers.EmailLinkChooserForm,
        choosers.PhoneLinkChooserForm,
    ):
        for name, label in LINK_LABELS.items():
            if name in chooser.base_fields:
                chooser.base_fields[name].label = label
    for restriction in (PageViewRestrictionForm, CollectionViewRestrictionForm):
        restriction.base_fields["groups"] = RoleChoices(
            Group.objects.all(), required=False, label=restriction.base_fields["groups"].label
        )

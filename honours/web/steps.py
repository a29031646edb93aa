"""What several pages of the wing do alike: a step chosen by a button, a picture added to a visit or a talk."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from craft_site.people.web.requests import PersonRequest
from honours.domain import outreach_pictures
from honours.domain.refusals import HonourRefused
from honours.models import Talk, Visit
from honours.web.desk.visit_forms import PictureForm


def take_step(request: PersonRequest, deeds: Mapping[str, Callable[[], Any]]) -> Any:
    """Does what the button says and gives back what its verb did; None when the verb refused, which is told.

    Raises PermissionDenied for a button that is none of these.
    """
    deed = deeds.get(request.POST.get("action", ""))
    if deed is None:
        raise PermissionDenied(_("This step is not made here."))
    try:
        return deed()
    except HonourRefused as refused:
        messages.error(request, str(refused))
        return None


def add_picture(request: PersonRequest, of: Visit | Talk) -> PictureForm | None:
    """The form of a picture, empty or with what is wrong; None once the picture is kept, which is told."""
    form = PictureForm(request.POST, request.FILES) if request.method == "POST" else PictureForm()
    if request.method != "POST" or not form.is_valid():
        return form
    given = form.cleaned_data
    try:
        outreach_pictures.add(
            of=of,
            upload=given["file"],
            words=given["words"],
            may_publish=given["may_publish"],
            by=request.user,
        )
    except HonourRefused as refused:
        form.add_error(refused.field or None, str(refused))
        return form
    messages.success(request, _("The picture is kept."))
    return None

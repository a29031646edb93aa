"""Pages that editors handed in and that wait for somebody who may publish them."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.models import TaskState

from craft_site.home.foundation import CHIEF_EDITOR
from craft_site.people import roles

APPROVERS = frozenset({roles.ORGANISER, CHIEF_EDITOR})


def desk_waiting(request: HttpRequest) -> list[dict[str, Any]]:
    """How many pages wait for the approval of whoever asks. One query, none for strangers."""
    user = request.user
    if not user.is_authenticated or not user.role_names & APPROVERS:
        return []
    waiting = TaskState.objects.filter(
        status=TaskState.STATUS_IN_PROGRESS,
        task__active=True,
        task__groupapprovaltask__groups__name__in=user.role_names,
    )
    pages = list(waiting.values_list("workflow_state__object_id", flat=True).distinct())
    if not pages:
        return []
    url = (
        reverse("wagtailadmin_pages:edit", args=(pages[0],))
        if len(pages) == 1
        else reverse("wagtailadmin_home")
    )
    return [
        {
            "title": _("Pages wait for your approval before they are published"),
            "count": len(pages),
            "kind": "warn",
            "url": url,
            "note": "",
            "place": "",
        }
    ]

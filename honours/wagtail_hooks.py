"""What editors keep for stories: videos. Honours, holders and consents are kept at the desk and are never registered
here; an honour can only be chosen."""

from typing import Any

from django.core.files.storage import default_storage
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.panels import FieldPanel
from wagtail.models import ReferenceIndex

from craft_site.kit.editing import KeepingDeleteView, KeptViewSet
from honours.choosers import honour_chooser, video_chooser
from honours.models import StoryVideo


class VideoDeleteView(KeepingDeleteView):
    def form_valid(self, form: Any) -> HttpResponse:
        """The file goes with the row, after the commit; a video that a story shows stays."""
        if ReferenceIndex.get_references_to(self.object).exists():
            messages.error(
                self.request,
                _("“%(object)s” is still used and cannot be deleted.") % {"object": self.object},
            )
            return redirect(self.index_url_name)
        name = self.object.file.name
        with transaction.atomic():
            response = super().form_valid(form)
            transaction.on_commit(lambda: default_storage.delete(name))
        return response


class StoryVideoViewSet(KeptViewSet):
    model = StoryVideo
    icon = "media"
    menu_label = _("Videos")
    menu_order = 310  # behind pictures and documents
    add_to_admin_menu = True
    list_display = ["title", "made_at"]
    search_fields = ["title"]
    delete_view_class = VideoDeleteView
    panels = [FieldPanel(name) for name in ("title", "file", "captions", "transcript")]


@hooks.register("register_admin_viewset")
def register_viewsets() -> list[Any]:
    return [StoryVideoViewSet(), honour_chooser, video_chooser]

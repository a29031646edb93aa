"""How editors find an honour and a video in their face: windows with a search. Whom no public page may name is not
found there, and an honour that is revoked cannot be chosen."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic import chooser as views
from wagtail.admin.viewsets.chooser import ChooserViewSet

from honours.models import Honour, StoryVideo


class WordsFilter(BaseFilterForm):
    """A search for a part of a word: every Chinese name is found by one of its characters."""

    q = forms.CharField(
        label=_("Search"),
        required=False,
        widget=forms.TextInput(attrs={"placeholder": _("Name, unit, title")}),
    )
    looks_at: tuple[str, ...] = ()

    def filter(self, objects: QuerySet[Any]) -> QuerySet[Any]:
        objects = super().filter(objects)
        if words := self.cleaned_data.get("q", "").strip():
            wanted = Q()
            for name in self.looks_at:
                wanted |= Q(**{f"{name}__icontains": words})
            objects = objects.filter(wanted)
            self.is_searching, self.search_query = True, words
        return objects


class HonourWords(WordsFilter):
    looks_at = ("holder__name", "holder__unit", "holder__employer__name", "title__name", "title__name_en")


class VideoWords(WordsFilter):
    looks_at = ("title",)


class _HonoursListed:
    filter_form_class = HonourWords
    per_page = 15

    def get_object_list(self) -> Any:
        return Honour.objects.in_public().for_list().order_by("-year", "-title__level", "pk")

    @property
    def columns(self) -> list[Column]:
        return [
            *super().columns,  # type: ignore[misc]  # mixed into Wagtail's views
            Column("unit", label=_("Unit"), accessor="holder.unit_name"),
        ]


class HonourChoose(_HonoursListed, views.ChooseView):  # type: ignore[misc]  # its view is untyped
    pass


class HonourResults(_HonoursListed, views.ChooseResultsView):  # type: ignore[misc]
    pass


class HonourChosen(views.ChosenView):
    def get_object(self, pk: Any) -> Honour:
        found: Honour = get_object_or_404(Honour.objects.in_public().for_list(), pk=pk)
        return found


class HonourChooser(ChooserViewSet):
    model = Honour
    icon = "crosshairs"
    choose_one_text = _("Choose an honour")
    choose_another_text = _("Choose another honour")
    choose_view_class = HonourChoose
    choose_results_view_class = HonourResults
    chosen_view_class = HonourChosen


class VideoChoose(views.ChooseView):
    filter_form_class = VideoWords


class VideoResults(views.ChooseResultsView):
    filter_form_class = VideoWords


class VideoChooser(ChooserViewSet):
    model = StoryVideo
    icon = "media"
    choose_one_text = _("Choose a video")
    choose_another_text = _("Choose another video")
    creation_tab_label = _("Upload a video")
    create_action_label = _("Upload")
    form_fields = ("title", "file", "captions", "transcript")
    choose_view_class = VideoChoose
    choose_results_view_class = VideoResults


honour_chooser = HonourChooser("honour_chooser")
video_chooser = VideoChooser("story_video_chooser")

"""What editors keep of contests: series, contests with their hosts, exhibitions and exhibits.

Events, schemes, entries, marks and results are worked on at /desk/ and are never registered here.
"""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSetGroup

from competitions.models import Competition, Exhibit, Exhibition, Series
from craft_site.kit.editing import KeptViewSet
from craft_site.pictures.render import render_later


class SeriesViewSet(KeptViewSet):
    model = Series
    icon = "list-ul"
    list_display = ["name", "name_en", "code"]
    search_fields = ["name", "name_en", "code"]
    panels = [FieldPanel("name"), FieldPanel("name_en"), FieldPanel("code")]


class CompetitionViewSet(KeptViewSet):
    model = Competition
    icon = "calendar"
    list_display = ["name", "series", "edition", "year", "tier"]
    list_filter = ["year", "series", "tier"]
    search_fields = ["name", "name_en", "code"]
    panels = [
        MultiFieldPanel([FieldPanel("name"), FieldPanel("name_en")], heading=_("Names")),
        FieldPanel("series"),
        FieldRowPanel([FieldPanel("year"), FieldPanel("edition"), FieldPanel("code")]),
        FieldRowPanel([FieldPanel("tier"), FieldPanel("klass")]),
        FieldPanel("place"),
        InlinePanel(
            "organisers",
            heading=_("Hosts, in the order in which they are named"),
            label=_("Host"),
            panels=[
                FieldRowPanel([FieldPanel("part"), FieldPanel("position")]),
                FieldPanel("name"),
                FieldPanel("name_en"),
            ],
        ),
    ]


class ExhibitionViewSet(KeptViewSet):
    model = Exhibition
    icon = "pick"
    list_display = ["name", "competition", "edition"]
    list_filter = ["competition"]
    search_fields = ["name", "name_en"]
    panels = [FieldPanel("competition"), FieldPanel("name"), FieldPanel("name_en"), FieldPanel("edition")]


class RendersPicture:
    """The exhibit's picture is made in the sizes of its pages after it is saved."""

    def save_instance(self) -> Any:
        exhibit = super().save_instance()  # type: ignore[misc]  # mixed into Wagtail's views
        render_later((exhibit.picture, place) for place in Exhibit.PICTURE_PLACES)
        return exhibit


class ExhibitCreateView(RendersPicture, generic.CreateView):
    pass


class ExhibitEditView(RendersPicture, generic.EditView):
    pass


class ExhibitViewSet(KeptViewSet):
    model = Exhibit
    icon = "cogs"
    add_view_class = ExhibitCreateView
    edit_view_class = ExhibitEditView
    list_display = ["booth", "name", "firm", "kind", "exhibition"]
    list_filter = ["exhibition", "kind"]
    search_fields = ["name", "name_en", "booth"]
    panels = [
        FieldPanel("exhibition"),
        FieldRowPanel([FieldPanel("booth"), FieldPanel("kind")]),
        MultiFieldPanel([FieldPanel("name"), FieldPanel("name_en")], heading=_("Mould")),
        FieldPanel("firm"),
        FieldRowPanel([FieldPanel("material"), FieldPanel("thickness")]),
        FieldRowPanel([FieldPanel("accuracy"), FieldPanel("life")]),
        FieldPanel("makers"),
        FieldPanel("pitch"),
        FieldPanel("pitch_en"),
        FieldPanel("picture"),
        MultiFieldPanel([FieldPanel("contact"), FieldPanel("contact_consent")], heading=_("Contact")),
    ]


class Contests(ModelViewSetGroup):
    menu_label = _("Contests")
    menu_icon = "calendar"
    menu_order = 300
    items = (CompetitionViewSet, SeriesViewSet, ExhibitionViewSet, ExhibitViewSet)


@hooks.register("register_admin_viewset")
def contests() -> Contests:
    return Contests()

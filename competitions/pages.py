"""The contest's public pages. Pages carry words, models carry facts; a page points at its fact with PROTECT."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.core.paginator import Paginator
from django.db import models
from django.db.models import F, Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from wagtail.contrib.routable_page.models import RoutablePageMixin, path
from wagtail.models import PageManager
from wagtail.query import PageQuerySet

from competitions import noticeboard
from competitions.models.event import Event
from competitions.models.exhibit import Exhibit
from competitions.models.series import Competition, Series
from craft_site.kit.language import in_language
from craft_site.kit.pages import BilingualPage, PicturedPage, after_title, share_address
from craft_site.pictures.models import load_renditions


class CompetitionPageQuerySet(PageQuerySet):
    def for_cards(self) -> "CompetitionPageQuerySet":
        """Newest first, with the contest, its announced events and the picture: two queries at any size."""
        return (
            self.defer_streamfields()
            .select_related("competition__series", "picture")
            .prefetch_related(
                Prefetch(
                    "competition__events", Event.objects.published().order_by("pk"), to_attr="announced"
                ),
            )
            .order_by("-competition__year", F("competition__edition").desc(nulls_last=True), "-pk")
        )


CompetitionPageManager = PageManager.from_queryset(CompetitionPageQuerySet)


class CompetitionFilter(forms.Form):
    """The filter of the list; its address can be passed on."""

    year = forms.TypedChoiceField(label=_("Year"), coerce=int, required=False)
    series = forms.ModelChoiceField(
        label=_("Series"),
        queryset=Series.objects.all(),
        to_field_name="code",
        required=False,
        empty_label=_("All"),
    )

    def __init__(self, *args: Any, years: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"].choices = [  # type: ignore[attr-defined]  # fields are typed as their base class
            ("", _("All")),
            *((year, str(year)) for year in years),
        ]


class CompetitionIndexPage(BilingualPage):
    """All contests, newest first, with a filter by year and series."""

    PER_PAGE = 24

    template = "competitions/pages/competition_index_page.html"
    parent_page_types = ["home.HomePage"]
    subpage_types = ["competitions.CompetitionPage"]
    max_count = 1

    class Meta:
        verbose_name = _("list of contests")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        pages = CompetitionPage.objects.child_of(self).live().public()
        years = pages.order_by("-competition__year").values_list("competition__year", flat=True).distinct()
        chosen = CompetitionFilter(request.GET, years=list(years))
        if chosen.is_valid():
            if year := chosen.cleaned_data["year"]:
                pages = pages.filter(competition__year=year)
            if series := chosen.cleaned_data["series"]:
                pages = pages.filter(competition__series=series)
        found = Paginator(pages.for_cards(), self.PER_PAGE).get_page(request.GET.get("page"))
        load_renditions(page.picture for page in found)
        return context | {
            "filter": chosen,
            "found": found,
            "cards": [(page, noticeboard.standing(page.competition.announced)) for page in found],
        }


class ExhibitFilter(forms.Form):
    kind = forms.ChoiceField(label=_("Type"), required=False, choices=[("", _("All")), *Exhibit.Kind.choices])


class CompetitionPage(RoutablePageMixin, PicturedPage):
    """One contest: its words (the notice), and the facts as they stand now. The show of moulds lies below it."""

    competition = models.OneToOneField(
        Competition, verbose_name=_("competition"), on_delete=models.PROTECT, related_name="page"
    )

    objects: ClassVar[Any] = CompetitionPageManager()

    template = "competitions/pages/competition_page.html"
    shown_with = ("competition__series", "picture", "share_image")
    content_panels = after_title("competition", "picture")
    parent_page_types = ["competitions.CompetitionIndexPage"]
    subpage_types: list[str] = []

    class Meta:
        verbose_name = _("contest page")
        verbose_name_plural = _("contest pages")

    @property
    def index_url(self) -> str:
        """The address of the list that this contest stands in: a child's address begins with its parent's."""
        return f"{self.url.rstrip('/').rpartition('/')[0]}/"

    @property
    def exhibition_url(self) -> str:
        return f"{self.url}exhibition/"

    def pictures(self) -> list[tuple[Any, str]]:
        found = super().pictures()
        for exhibit in noticeboard.exhibits_shown(self.competition):
            found += [(exhibit.picture, place) for place in Exhibit.PICTURE_PLACES if exhibit.picture]
        return found

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        exhibits = noticeboard.exhibits_shown(self.competition, limit=8)
        load_renditions([self.picture, *(exhibit.picture for exhibit in exhibits)])
        return context | {
            "competition": self.competition,
            "organisers": noticeboard.organisers(self.competition),
            "board": noticeboard.of(self.competition),
            "exhibition": noticeboard.exhibition(self.competition),
            "exhibits": exhibits,
        }

    def _exhibition(self) -> Any:
        exhibition = noticeboard.exhibition(self.competition)
        if exhibition is None:
            raise Http404("no exhibition beside this contest")
        return exhibition

    @path("exhibition/", name="exhibition")
    def exhibition(self, request: HttpRequest) -> HttpResponse:
        """The moulds on show, with a filter by type."""
        exhibition = self._exhibition()
        exhibits = noticeboard.exhibits_shown(self.competition)
        chosen = ExhibitFilter(request.GET)
        if chosen.is_valid() and (kind := chosen.cleaned_data["kind"]):
            exhibits = [exhibit for exhibit in exhibits if exhibit.kind == kind]
        load_renditions(exhibit.picture for exhibit in exhibits)
        return self.render(
            request,
            template="competitions/pages/exhibition.html",
            steps=[{"title": str(exhibition), "url": self.exhibition_url}],
            context_overrides={
                "exhibition": exhibition,
                "exhibits": exhibits,
                "filter": chosen,
                "page_title": str(exhibition),
                "share_title": str(exhibition),
            },
        )

    @path("exhibition/<int:pk>/", name="exhibit")
    def exhibit(self, request: HttpRequest, pk: int) -> HttpResponse:
        """One mould with its data; the firm's contact only with its consent."""
        exhibition = self._exhibition()
        exhibits = noticeboard.exhibits_shown(self.competition)
        place = next((n for n, exhibit in enumerate(exhibits) if exhibit.pk == pk), None)
        if place is None:
            raise Http404("no such exhibit in this show")
        return self.render(
            request,
            template="competitions/pages/exhibit.html",
            steps=[
                {"title": str(exhibition), "url": self.exhibition_url},
                {"title": str(exhibits[place]), "url": request.path},
            ],
            context_overrides={
                "exhibition": exhibition,
                "exhibit": (exhibit := exhibits[place]),
                "page_title": str(exhibit),
                "share_title": str(exhibit),
                "pitch": (pitch := in_language(exhibit.pitch, exhibit.pitch_en)),
                "share_description": pitch or str(exhibit.firm),
                **({"share_image": share_address(request, exhibit.picture)} if exhibit.picture else {}),
                "before": exhibits[place - 1] if place else None,
                "after": exhibits[place + 1] if place + 1 < len(exhibits) else None,
            },
        )

    @path("document/<slug:code>/", name="document")
    @path("document/<slug:code>/v<int:number>/", name="document_version")
    def document(self, request: HttpRequest, code: str, number: int | None = None) -> HttpResponse:
        """The technical document of an event: the version in force, or the one asked for."""
        versions = noticeboard.documents(self.competition, code)
        if number is None:
            shown = next(
                (version for version in versions if version.in_force), versions[0] if versions else None
            )
        else:
            shown = next((version for version in versions if version.number == number), None)
        if shown is None:
            raise Http404("no such version of a technical document")
        title = " · ".join((str(shown.event), str(_("Technical document"))))
        current = next((version for version in versions if version.in_force), None)
        return self.render(
            request,
            template="competitions/pages/document.html",
            steps=[{"title": title, "url": request.path}],
            context_overrides={
                "document": shown,
                "current": current,
                "versions": versions,
                "chapters": [
                    (chapter, in_language(chapter.text, chapter.text_en).splitlines())
                    for chapter in shown.chapters.all()
                ],
                "base": f"{self.url}document/{code}/",
                "page_title": title,
                "share_title": title,
            },
        )

    def render(
        self,
        request: HttpRequest,
        *args: Any,
        template: str = "",
        steps: Sequence[dict[str, str]] = (),
        context_overrides: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> HttpResponse:
        """A section below the page, without the facts of the contest page above it. steps: its place in the trail."""
        facts = {"competition": self.competition} | (context_overrides or {})
        return self.below(request, template, steps, facts)

    def get_sitemap_urls(self, request: HttpRequest | None = None) -> list[dict[str, Any]]:
        urls = super().get_sitemap_urls(request)
        if noticeboard.exhibition(self.competition) is not None:
            urls.append(
                {"location": f"{self.get_full_url(request)}exhibition/", "lastmod": self.last_published_at}
            )
        return urls

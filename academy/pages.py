"""The academies' public pages. Pages carry words, models carry facts; a page points at its academy with PROTECT."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from wagtail.contrib.routable_page.models import RoutablePageMixin, path
from wagtail.models import PageManager
from wagtail.query import PageQuerySet

from academy import noticeboard
from academy.models.academy import Academy
from academy.models.training import Programme, TrainingClass
from craft_site.kit.pages import PicturedPage, WordsPage, after_title
from craft_site.pictures.models import load_renditions


class AcademyPageQuerySet(PageQuerySet):
    def for_cards(self) -> "AcademyPageQuerySet":
        """In the order of the tree, with academy and picture."""
        return self.defer_streamfields().select_related("academy__employer", "picture").order_by("path")


AcademyPageManager = PageManager.from_queryset(AcademyPageQuerySet)


class AcademyIndexPage(WordsPage):
    """The door to learning: the academies, the classes open now, and what else the wing offers the public."""

    MOST = 12

    template = "academy/pages/academy_index_page.html"
    parent_page_types = ["home.HomePage"]
    subpage_types = ["academy.AcademyPage"]
    max_count = 1

    class Meta:
        verbose_name = _("list of academies")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        pages = list(AcademyPage.objects.child_of(self).live().public().for_cards())
        load_renditions(page.picture for page in pages)
        open_now = noticeboard.courses(noticeboard.open_classes()[: self.MOST])
        return context | {"academies": pages, "courses": open_now}


class AcademyPage(RoutablePageMixin, PicturedPage):
    """One academy with its branches and bases: its words, and what it teaches as it stands now."""

    academy = models.OneToOneField(
        Academy, verbose_name=_("academy"), on_delete=models.PROTECT, related_name="page"
    )

    objects: ClassVar[Any] = AcademyPageManager()

    template = "academy/pages/academy_page.html"
    shown_with = ("academy__employer", "picture", "share_image")
    content_panels = after_title("academy", "picture")
    parent_page_types = ["academy.AcademyIndexPage"]
    subpage_types: list[str] = []

    class Meta:
        verbose_name = _("academy page")
        verbose_name_plural = _("academy pages")

    def class_url(self, code: str) -> str:
        return f"{self.url}class/{code}/"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        load_renditions([self.picture])
        family = noticeboard.family(self.academy)
        return context | {
            "academy": self.academy,
            "branches": family[1:],
            "courses": noticeboard.courses(noticeboard.open_classes().filter(academy__in=family)),
            "coming": noticeboard.coming(family),
            "programmes": noticeboard.programmes(family),
            "teachers": noticeboard.teachers(family),
        }

    def get_sitemap_urls(self, request: HttpRequest | None = None) -> list[dict[str, Any]]:
        """With the classes that can be entered now."""
        open_now = noticeboard.open_classes().filter(academy__in=noticeboard.family(self.academy))
        here = self.get_full_url(request)
        return [
            *super().get_sitemap_urls(request),
            *({"location": f"{here}class/{one.code}/"} for one in open_now),
        ]

    @path("programme/<slug:code>/", name="programme")
    def programme(self, request: HttpRequest, code: str) -> HttpResponse:
        """What a programme teaches, and its classes here: those open first."""
        family = noticeboard.family(self.academy)
        programme = next((one for one in noticeboard.programmes(family) if one.code == code), None)
        if programme is None:
            raise Http404("no such programme is taught here")
        held = TrainingClass.objects.announced().filter(programme=programme, academy__in=family)
        found = sorted(noticeboard.courses(held), key=lambda course: not course.takes)
        return self._below(request, "programme", str(programme), {"programme": programme, "courses": found})

    @path("class/<slug:code>/", name="class")
    def one_class(self, request: HttpRequest, code: str) -> HttpResponse:
        """One class: its timetable, and how to get in."""
        course = noticeboard.announced(code, noticeboard.family(self.academy))
        if course is None:
            raise Http404("no such class is announced here")
        facts = {
            "course": course,
            "sessions": noticeboard.timetable(course.held),
            "mine": noticeboard.place_of(request.user, course.held),
        }
        return self._below(request, "class", str(course.held), facts, above=course.held.programme)

    def _below(
        self,
        request: HttpRequest,
        name: str,
        title: str,
        facts: dict[str, Any],
        *,
        above: Programme | None = None,
    ) -> HttpResponse:
        """A page below this one without its facts; above: the programme through which one came."""
        steps: Sequence[dict[str, str]] = [{"title": title, "url": request.path}]
        if above is not None:
            steps = [{"title": str(above), "url": f"{self.url}programme/{above.code}/"}, *steps]
        return self.below(request, f"academy/pages/{name}.html", steps, facts)


def page_of(academy: Academy) -> AcademyPage | None:
    """The public page that shows this academy: its own, or that of the nearest one it belongs to."""
    above = academy.above()
    pages = {page.academy_id: page for page in AcademyPage.objects.live().public().filter(academy__in=above)}
    return next((pages[one.pk] for one in above if one.pk in pages), None)

"""The roof's pages and the site's own settings. Facts stay in the wings; a page points at them."""

from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.db import models
from django.db.models import Case, F, Subquery, When, Window
from django.db.models.functions import RowNumber
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, PageChooserPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting
from wagtail.models import Page
from wagtail.query import PageQuerySet

from academy import noticeboard as academy_board
from competitions import noticeboard as contest_board
from competitions.pages import CompetitionPage
from craft_site.home.scorecard.models import (  # noqa: F401  # tables of this app in a file of their own
    Figure,
    FreezeRequest,
    Indicator,
    Measure,
    Scorecard,
    Snapshot,
)
from craft_site.kit.language import in_language
from craft_site.kit.pages import BilingualPage, PicturedPage, WordsPage, after_title, open_to_all
from craft_site.pictures.models import load_renditions
from honours.pages import StoryPage


@register_setting(icon="cog")
class SiteSettings(BaseSiteSetting):
    """Who runs the site: the footer that the law asks for, contacts, the picture of share cards."""

    name = models.CharField(_("name of the site"), max_length=60, blank=True)
    name_en = models.CharField(_("name of the site in English"), max_length=80, blank=True)
    host = models.CharField(_("host organisation"), max_length=120, blank=True)
    host_en = models.CharField(_("host organisation in English"), max_length=160, blank=True)
    address = models.CharField(_("address"), max_length=160, blank=True)
    address_en = models.CharField(_("address in English"), max_length=200, blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    office_hours = models.CharField(_("office hours"), max_length=80, blank=True)
    office_hours_en = models.CharField(_("office hours in English"), max_length=120, blank=True)
    icp = models.CharField(_("ICP record number"), max_length=40, blank=True)
    police = models.CharField(_("police record number"), max_length=40, blank=True)
    public_body_mark = models.URLField(
        _("address of the public-body mark"),
        blank=True,
        help_text=_("党政机关网站标识: the address that the registry gave. Empty when there is none."),
    )
    public_body_code = models.CharField(_("site code"), max_length=20, blank=True)
    about_page = models.ForeignKey(
        "wagtailcore.Page",
        verbose_name=_("about page"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    contact_page = models.ForeignKey(
        "wagtailcore.Page",
        verbose_name=_("contact page"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    accessibility_page = models.ForeignKey(
        "wagtailcore.Page",
        verbose_name=_("accessibility statement"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    share_image = models.ForeignKey(
        "pictures.SiteImage",
        verbose_name=_("picture of share cards"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    select_related = ("about_page", "contact_page", "accessibility_page", "share_image")
    panels = [
        MultiFieldPanel(
            [
                FieldPanel(name)
                for name in (
                    "name",
                    "name_en",
                    "host",
                    "host_en",
                    "address",
                    "address_en",
                    "phone",
                    "email",
                    "office_hours",
                    "office_hours_en",
                )
            ],
            heading=_("Who runs the site"),
        ),
        MultiFieldPanel(
            [FieldPanel(name) for name in ("icp", "police", "public_body_mark", "public_body_code")],
            heading=_("Records and marks"),
        ),
        MultiFieldPanel(
            [
                PageChooserPanel("about_page"),
                PageChooserPanel("contact_page"),
                PageChooserPanel("accessibility_page"),
                FieldPanel("share_image"),
            ],
            heading=_("Pages and picture"),
        ),
    ]

    class Meta:
        verbose_name = _("site settings")
        verbose_name_plural = _("site settings")

    def __str__(self) -> str:
        return self.host

    @property
    def site_name(self) -> str:
        return in_language(self.name, self.name_en) or settings.WAGTAIL_SITE_NAME

    @property
    def host_name(self) -> str:
        return in_language(self.host, self.host_en)

    @property
    def place(self) -> str:
        return in_language(self.address, self.address_en)

    @property
    def hours(self) -> str:
        return in_language(self.office_hours, self.office_hours_en)


class NewsPage(PicturedPage):
    """One piece of news. Results are never typed here: they are releases."""

    date = models.DateField(_("date"), default=timezone.localdate)

    template = "home/news_page.html"
    shown_with = ("picture", "share_image")
    picture_places = ("wide", "card", "share")
    content_panels = after_title("date", "picture")
    parent_page_types = ["home.NewsIndexPage"]
    subpage_types: list[str] = []

    class Meta:
        verbose_name = _("news item")
        verbose_name_plural = _("news items")

    @property
    def index_url(self) -> str:
        """The address of the list that this item stands in: a child's address begins with its parent's."""
        return self.url.rstrip("/").rpartition("/")[0] + "/"


def latest_news() -> PageQuerySet:
    """Published news, newest first, with their pictures."""
    return NewsPage.objects.live().defer_streamfields().select_related("picture").order_by("-date", "-pk")


def told_lately(each: int) -> tuple[list[NewsPage], list[StoryPage]]:
    """So many of the latest news and of the latest stories that everybody may see, with their pictures; one query."""
    since = Case(When(storypage__isnull=False, then=F("first_published_at")))
    latest = (
        F("newspage__date").desc(nulls_last=True),
        since.desc(nulls_last=True),
        F("pk").desc(),
    )
    bodies = ("newspage__body", "newspage__body_en", *(f"storypage__{name}" for name in StoryPage.BODIES))
    found = (
        open_to_all(Page.objects.live().exact_type(NewsPage, StoryPage))
        .annotate(place=Window(RowNumber(), partition_by=[F("content_type")], order_by=latest))
        .filter(place__lte=each)
        .select_related("newspage__picture", "storypage__portrait")
        .defer(*bodies)
        .order_by("place")
    )
    news: list[NewsPage] = []
    stories: list[StoryPage] = []
    for page in found:
        kinds: tuple[tuple[str, list[Any]], ...] = (("newspage", news), ("storypage", stories))
        for name, into in kinds:
            if (told := getattr(page, name, None)) is not None:
                into.append(told)
    return news, stories


class NewsIndexPage(BilingualPage):
    """All news, newest first."""

    PER_PAGE = 12

    template = "home/news_index_page.html"
    parent_page_types = ["home.HomePage"]
    subpage_types = ["home.NewsPage"]
    max_count = 1

    class Meta:
        verbose_name = _("news list")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        shown = latest_news().child_of(self).public()
        news = Paginator(shown, self.PER_PAGE).get_page(request.GET.get("page"))
        load_renditions(item.picture for item in news)
        return context | {"news": news}


class PlainPage(WordsPage):
    """Words alone: about the site, contacts, the accessibility statement."""

    template = "home/plain_page.html"
    parent_page_types = ["home.HomePage", "home.PlainPage"]
    subpage_types = ["home.PlainPage"]

    class Meta:
        verbose_name = _("plain page")
        verbose_name_plural = _("plain pages")


class HomePage(BilingualPage):
    """The front page: one contest large, then both wings in figures and in what is open now, results and news."""

    featured = models.ForeignKey(
        "competitions.CompetitionPage",
        verbose_name=_("contest shown large"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("Empty: the newest contest that has a page."),
    )

    SHOWN = 4  # of each list
    TOLD = 3  # of news and of stories

    template = "home/home_page.html"
    content_panels = [*BilingualPage.content_panels, PageChooserPanel("featured")]
    parent_page_types = ["wagtailcore.Page"]
    max_count = 1

    class Meta:
        verbose_name = _("front page")

    @classmethod
    def to_show(cls) -> Any:
        """With the figures of both wings, counted in the same query."""
        return super().to_show().annotate(**contest_board.counted(), **academy_board.counted())

    def leading_pages(self) -> Any:
        """Contests in the order in which they may stand large: the chosen one, then the newest."""
        pages = open_to_all(CompetitionPage.objects.live())
        newest = ("-competition__year", F("competition__edition").desc(nulls_last=True), "-pk")
        chosen = Case(When(pk=self.featured_id, then=0), default=1)
        return pages.order_by(*((chosen,) if self.featured_id else ()), *newest)

    def featured_page(self) -> CompetitionPage | None:
        """The chosen contest, else the newest one that everybody may see."""
        shown: CompetitionPage | None = (
            self.leading_pages().defer_streamfields().select_related("competition__series", "picture").first()
        )
        return shown

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        announced, open_events = contest_board.front(Subquery(self.leading_pages().values("competition")[:1]))
        featured = announced[0].competition.page if announced else self.featured_page()
        lead = contest_board.leading(announced)
        results = contest_board.latest_results()
        if lead:
            lead.release = next((row for row in results if row.event_id == lead.event.pk), None)
        news, stories = told_lately(self.TOLD)
        shown = [*(item.picture for item in news), *(story.portrait for story in stories)]
        load_renditions([featured.picture if featured else None, *shown])
        courses = academy_board.courses(academy_board.open_classes())
        return context | {
            "featured": featured,
            "lead_event": lead,
            "steps": lead.key_steps() if lead else [],
            "shows_moulds": bool(announced) and announced[0].shows_moulds,
            "open_events": open_events[: self.SHOWN],
            "results": results[: self.SHOWN],
            "courses": courses[: self.SHOWN],
            "subsidies": academy_board.open_subsidies(self.SHOWN),
            "figures": self._figures(),
            "news": news,
            "stories": stories,
        }

    def _figures(self) -> list[dict[str, Any]]:
        """What goes on in both wings, each number with the way to its facts."""
        counted: Any = self
        if not hasattr(self, "classes_open"):  # a preview is no row of the database yet
            counted = type(self).to_show().filter(pk=self.pk).first() or self
        rows = (
            (_("Contests under way"), "contests_now", "#open-now"),
            (_("Contests with results"), "contests_decided", "#last-results"),
            (_("Classes open for enrolment"), "classes_open", reverse("academy:classes")),
            (_("Courses completed this year"), "courses_completed", reverse("academy:classes")),
            (_("Masters and apprentices at work"), "pairs_now", reverse("academy:lineage")),
            (_("Subsidies open now"), "subsidies_open", reverse("academy:subsidies")),
        )
        return [{"label": label, "value": getattr(counted, name, 0), "url": url} for label, name, url in rows]

    def pictures(self) -> list[tuple[Any, str]]:
        found = super().pictures()
        if (featured := self.featured_page()) and featured.picture:
            found.append((featured.picture, "hero"))
        return found

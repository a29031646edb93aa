"""The roof's pages and the site's own settings. Facts stay in the wings; a page points at them."""

from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, PageChooserPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting
from wagtail.models import Page

from competitions import noticeboard
from competitions.pages import CompetitionPage
from craft_site.kit.language import in_language
from craft_site.kit.pages import BilingualPage, WordsPage


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


class NewsPage(WordsPage):
    """One piece of news. Results are never typed here: they are releases."""

    date = models.DateField(_("date"), default=timezone.localdate)
    picture = models.ForeignKey(
        "pictures.SiteImage",
        verbose_name=_("picture"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    template = "home/news_page.html"
    content_panels = [*WordsPage.content_panels[:1], FieldPanel("date"), FieldPanel("picture")]
    content_panels += WordsPage.content_panels[1:]
    parent_page_types = ["home.NewsIndexPage"]
    subpage_types: list[str] = []

    class Meta:
        verbose_name = _("news item")
        verbose_name_plural = _("news items")

    def shared_picture(self) -> Any:
        return self.share_image or self.picture

    def pictures(self) -> list[tuple[Any, str]]:
        found = super().pictures()
        if self.picture:
            found += [(self.picture, "wide"), (self.picture, "card"), (self.picture, "share")]
        return found


def latest_news(parent: Page | None = None) -> models.QuerySet[NewsPage]:
    """Published news, newest first, with pictures: two queries however many are shown."""
    news = NewsPage.objects.live().public()
    if parent is not None:
        news = news.child_of(parent)
    return (
        news.defer_streamfields()
        .select_related("picture")
        .prefetch_related("picture__renditions")
        .order_by("-date", "-pk")
    )


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
        news = Paginator(latest_news(self), self.PER_PAGE).get_page(request.GET.get("page"))
        return context | {"news": news, "news_parent": self}


class PlainPage(WordsPage):
    """Words alone: about the site, contacts, the accessibility statement."""

    template = "home/plain_page.html"
    parent_page_types = ["home.HomePage", "home.PlainPage"]
    subpage_types = ["home.PlainPage"]

    class Meta:
        verbose_name = _("plain page")
        verbose_name_plural = _("plain pages")


class HomePage(BilingualPage):
    """The front page: one contest large, what is open now, the last results, the last news."""

    featured = models.ForeignKey(
        "competitions.CompetitionPage",
        verbose_name=_("contest shown large"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("Empty: the newest contest that has a page."),
    )

    template = "home/home_page.html"
    content_panels = [*BilingualPage.content_panels, PageChooserPanel("featured")]
    parent_page_types = ["wagtailcore.Page"]
    max_count = 1

    class Meta:
        verbose_name = _("front page")

    def featured_page(self) -> CompetitionPage | None:
        pages = CompetitionPage.objects.live().public().for_cards()
        chosen = pages.filter(pk=self.featured_id).first() if self.featured_id else None
        return chosen or pages.first()

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        featured = self.featured_page()
        board = noticeboard.of(featured.competition) if featured else []
        lead = noticeboard.leading(board)
        return context | {
            "featured": featured,
            "board": board,
            "lead_event": lead,
            "steps": lead.key_steps() if lead else [],
            "open_events": noticeboard.open_for_entry(),
            "results": noticeboard.latest_results(),
            "exhibits": noticeboard.exhibits_shown(featured.competition, limit=4) if featured else [],
            "news": latest_news()[:3],
            "news_index": NewsIndexPage.objects.live().first(),
        }

    def pictures(self) -> list[tuple[Any, str]]:
        found = super().pictures()
        if (featured := self.featured_page()) and featured.picture:
            found.append((featured.picture, "hero"))
        return found

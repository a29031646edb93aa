"""The roof's pages and the site's own settings. Facts stay in the wings; a page points at them."""

from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.db import models
from django.db.models import Case, Q, When
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, PageChooserPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting
from wagtail.models import Page
from wagtail.query import PageQuerySet

from competitions import noticeboard
from competitions.pages import CompetitionPage
from craft_site.kit.language import in_language
from craft_site.kit.pages import BilingualPage, WordsPage
from craft_site.pictures.models import load_renditions


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

    @property
    def index_url(self) -> str:
        """The address of the list that this item stands in: a child's address begins with its parent's."""
        return self.url.rstrip("/").rpartition("/")[0] + "/"

    def shared_picture(self) -> Any:
        return self.share_image or self.picture

    def pictures(self) -> list[tuple[Any, str]]:
        found = super().pictures()
        if self.picture:
            found += [(self.picture, "wide"), (self.picture, "card"), (self.picture, "share")]
        return found


def latest_news() -> PageQuerySet:
    """Published news, newest first, with their pictures."""
    return NewsPage.objects.live().defer_streamfields().select_related("picture").order_by("-date", "-pk")


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

    def featured_page(self, hidden: Q) -> CompetitionPage | None:
        """The chosen contest, else the newest one. hidden: pages that not everybody may see."""
        pages = CompetitionPage.objects.live().exclude(hidden).for_cards()
        if self.featured_id:  # the chosen one first, the others in their order behind it
            pages = pages.order_by(Case(When(pk=self.featured_id, then=0), default=1), *pages.query.order_by)
        return pages.first()

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        hidden = Page.objects.all().private_q()
        featured = self.featured_page(hidden)
        lead = noticeboard.leading(featured.competition.announced) if featured else None
        results = noticeboard.latest_results()
        if lead:
            lead.release = next((row for row in results if row.event_id == lead.event.pk), None)
        exhibits = noticeboard.exhibits_shown(featured.competition, limit=4) if featured else []
        news = list(latest_news().exclude(hidden)[:3])
        load_renditions(
            [featured.picture if featured else None, *(item.picture for item in (*exhibits, *news))]
        )
        return context | {
            "featured": featured,
            "lead_event": lead,
            "steps": lead.key_steps() if lead else [],
            "open_events": noticeboard.open_for_entry(),
            "results": results[:4],
            "exhibits": exhibits,
            "news": news,
        }

    def pictures(self) -> list[tuple[Any, str]]:
        found = super().pictures()
        if (featured := self.featured_page(Page.objects.all().private_q())) and featured.picture:
            found.append((featured.picture, "hero"))
        return found

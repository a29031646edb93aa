"""What the pages of all wings share: words in two languages, a share card, seven kinds of blocks.

Abstract only: the tables stand in the app that owns the page. Pages carry words; facts are rows of a wing.
"""

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from django.db import models
from django.db.models import Exists, ExpressionWrapper, F, OuterRef, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.fields import StreamField
from wagtail.images.blocks import ImageChooserBlock
from wagtail.models import Page, PageViewRestriction, get_page_models
from wagtail.query import PageQuerySet
from wagtail.search import index

from craft_site.kit.language import in_language, reads_english
from craft_site.kit.page_addresses import FreeSlugForm, free_revision
from craft_site.pictures.sizes import PLACES

FRONT_DEPTH = 2  # the root is 1, the front page 2
RICH_TEXT = ["bold", "italic", "ol", "ul", "link", "document-link", "h3"]


class PictureBlock(blocks.StructBlock):
    image = ImageChooserBlock(label=_("Picture"))
    caption = blocks.CharBlock(label=_("Caption"), required=False, max_length=160)

    class Meta:
        icon = "image"
        template = "home/blocks/picture.html"


class QuoteBlock(blocks.StructBlock):
    text = blocks.TextBlock(label=_("Words"))
    who = blocks.CharBlock(label=_("Who said it"), required=False, max_length=80)

    class Meta:
        icon = "openquote"
        template = "home/blocks/quote.html"


class FigureBlock(blocks.StructBlock):
    label = blocks.CharBlock(label=_("What is counted"), max_length=40)
    value = blocks.CharBlock(label=_("Figure"), max_length=16)
    unit = blocks.CharBlock(label=_("Unit"), max_length=12, required=False)
    period = blocks.CharBlock(
        label=_("Period"), max_length=40, required=False, help_text=_("A number is never alone.")
    )


def body_blocks() -> list[tuple[str, blocks.Block]]:
    return [
        (
            "heading",
            blocks.CharBlock(
                label=_("Heading"), max_length=80, icon="title", template="home/blocks/heading.html"
            ),
        ),
        ("paragraph", blocks.RichTextBlock(label=_("Text"), features=RICH_TEXT, icon="pilcrow")),
        ("picture", PictureBlock(label=_("Picture"))),
        ("quote", QuoteBlock(label=_("Quotation"))),
        (
            "figures",
            blocks.ListBlock(
                FigureBlock(), label=_("Figures"), icon="list-ul", template="home/blocks/figures.html"
            ),
        ),
        (
            "notice",
            blocks.TextBlock(label=_("Hint"), icon="warning", template="home/blocks/notice.html"),
        ),
        (
            "download",
            DocumentChooserBlock(label=_("Download"), icon="download", template="home/blocks/download.html"),
        ),
    ]


def share_address(request: HttpRequest, image: Any) -> str:
    """The absolute address of a picture in the size of a share card."""
    (_width, spec), *_rest = PLACES["share"]
    return request.build_absolute_uri(image.get_rendition(spec).url)


def with_english(pages: PageQuerySet) -> PageQuerySet:
    """Pages of any type with their English title; one query, however many types there are."""
    fields = [
        f"{model._meta.model_name}__title_en"
        for model in get_page_models()
        if issubclass(model, BilingualPage)
    ]
    return pages.annotate(english=Coalesce(*fields, Value(""), Value("")))


def open_to_all(pages: PageQuerySet) -> PageQuerySet:
    """Those that nobody is kept from, neither themselves nor a page above them; asked within the query."""
    here = ExpressionWrapper(OuterRef("path"), output_field=models.CharField())
    kept = PageViewRestriction.objects.annotate(here=here).filter(here__startswith=F("page__path"))
    return pages.filter(~Exists(kept))


def headings(pages: Iterable[Any], request: HttpRequest | None = None) -> list[dict[str, str]]:
    """Title in the reader's language and address of pages that came `with_english`."""
    return [{"title": in_language(page.title, page.english), "url": page.get_url(request)} for page in pages]


class BilingualPage(Page):
    """A page in Chinese, with English words beside it where somebody has written them."""

    base_form_class = FreeSlugForm
    shown_with: ClassVar[
        tuple[str, ...]
    ] = ()  # what its template reads, joined when it is fetched to be shown
    way_here: Sequence[Page] | None = None  # the pages above it, with_english, where they are known already
    is_open = False  # known that neither it nor a page above it is kept from anybody

    title_en = models.CharField(_("title in English"), max_length=255, blank=True)
    intro = models.CharField(_("introduction"), max_length=300, blank=True)
    intro_en = models.CharField(_("introduction in English"), max_length=400, blank=True)
    share_image = models.ForeignKey(
        "pictures.SiteImage",
        verbose_name=_("picture of the share card"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("Shown when somebody passes the page on in a chat. Otherwise the site's own picture."),
    )

    search_fields = [*Page.search_fields, index.SearchField("title_en"), index.SearchField("intro")]
    content_panels = [
        *Page.content_panels,
        FieldPanel("title_en"),
        FieldPanel("intro"),
        FieldPanel("intro_en"),
    ]
    promote_panels = [
        *Page.promote_panels,
        MultiFieldPanel([FieldPanel("share_image")], heading=_("Share card")),
    ]

    class Meta:
        abstract = True

    @property
    def heading(self) -> str:
        return in_language(self.title, self.title_en)

    @property
    def lead(self) -> str:
        return in_language(self.intro, self.intro_en)

    @property
    def share_words(self) -> str:
        return self.search_description or self.lead

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """What base.html asks of a page: its title and its share card. Without a picture the site's own is taken."""
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        context |= {
            "page_title": self.heading,
            "share_title": self.heading,
            "share_description": self.share_words,
            "canonical": request.build_absolute_uri(self.url),
            "trail": self.trail(),
        }
        if image := self.shared_picture():
            context["share_image"] = share_address(request, image)
        return context

    def below(
        self, request: HttpRequest, template: str, steps: Sequence[dict[str, str]], facts: dict[str, Any]
    ) -> HttpResponse:
        """A section below this page, without the own facts. steps: its place in the trail, the last is its title."""
        context = BilingualPage.get_context(self, request)
        title = steps[-1]["title"] if steps else self.heading
        context |= {
            "canonical": request.build_absolute_uri(request.path),
            "trail": [*context["trail"], *steps],
            "page_title": title,
            "share_title": title,
        }
        return TemplateResponse(request, template, context | facts)

    def trail(self) -> list[dict[str, str]]:
        """The way here from the front page, for the breadcrumb; one query, and none just below the front page."""
        here = [{"title": self.heading, "url": self.url}]
        if self.depth <= FRONT_DEPTH + 1:
            return here
        if self.way_here is not None:
            return [*headings(one for one in self.way_here if one.live and one.depth > FRONT_DEPTH), *here]
        above = Page.objects.ancestor_of(self).filter(depth__gt=FRONT_DEPTH).live().order_by("depth")
        return [*headings(with_english(above)), *here]

    def publish(self, revision: Any, *args: Any, **kwargs: Any) -> Any:
        """By an approval or by the clock, when nobody is there to choose another slug."""
        free_revision(self, revision)
        return super().publish(revision, *args, **kwargs)

    @classmethod
    def to_show(cls) -> Any:
        """The pages of this type with what one of them needs to be shown."""
        return cls._default_manager.select_related(*cls.shown_with)

    def get_view_restrictions(self) -> Any:
        """Asked by Wagtail before it shows the page."""
        return PageViewRestriction.objects.none() if self.is_open else super().get_view_restrictions()

    def shared_picture(self) -> Any:
        """The picture of the share card that is this page's own, or None."""
        return self.share_image

    def pictures(self) -> list[tuple[Any, str]]:
        """(picture, place) pairs that a reader of this page will see; they are rendered when it is published."""
        return [(self.share_image, "share")] if self.share_image else []


class WordsPage(BilingualPage):
    """A page with a body in Chinese; without an English body the Chinese one is shown and said to be Chinese."""

    body = StreamField(body_blocks(), verbose_name=_("body"), blank=True)
    body_en = StreamField(body_blocks(), verbose_name=_("body in English"), blank=True)

    search_fields = [*BilingualPage.search_fields, index.SearchField("body")]
    content_panels = [*BilingualPage.content_panels, FieldPanel("body"), FieldPanel("body_en")]

    class Meta:
        abstract = True

    @property
    def words(self) -> Any:
        return self.body_en if reads_english() and self.body_en else self.body

    @property
    def words_are_foreign(self) -> bool:
        """Whether an English reader is shown Chinese words, so that the page says so and marks their language."""
        return bool(reads_english() and self.body and not self.body_en)

    def pictures(self) -> list[tuple[Any, str]]:
        found = super().pictures()
        for body in (self.body, self.body_en):
            found += [(block.value["image"], "wide") for block in body if block.block_type == "picture"]
        return [(picture, place) for picture, place in found if picture]


def after_title(*names: str) -> list[Any]:
    """The panels of a page with words, these fields of its own behind the title."""
    title, *rest = WordsPage.content_panels
    return [title, *(FieldPanel(name) for name in names), *rest]


class PicturedPage(WordsPage):
    """A page with words and one large picture, which stands on its share card where that has none of its own."""

    picture_places: ClassVar[tuple[str, ...]] = ("hero", "card", "share")  # in which sizes it is shown

    picture = models.ForeignKey(
        "pictures.SiteImage",
        verbose_name=_("picture"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    class Meta:
        abstract = True

    def shared_picture(self) -> Any:
        return self.share_image or self.picture

    def pictures(self) -> list[tuple[Any, str]]:
        own = [(self.picture, place) for place in self.picture_places] if self.picture else []
        return super().pictures() + own

"""The pages of craftsmen. Pages carry words, models carry facts; a story points at the honours it tells of with
PROTECT.

Whom a story names, where they work and what they hold is read from the register whenever it is shown.
"""

import logging
from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.core.paginator import Paginator
from django.db import models, transaction
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.actions.unpublish_page import UnpublishPageAction
from wagtail.admin.panels import (
    FieldPanel,
    InlinePanel,
    MultiFieldPanel,
    ObjectList,
    TabbedInterface,
)
from wagtail.fields import StreamField

from craft_site.kit.language import in_language, reads_english
from craft_site.kit.pages import BilingualPage, open_to_all
from craft_site.kit.questions import published_results, published_rows
from craft_site.ledger.chain import lock_head
from craft_site.pictures.models import load_renditions, rendered
from craft_site.pictures.sizes import specs
from honours import story_page
from honours.blocks import story_blocks
from honours.domain import stories
from honours.models import REGISTER, Honour
from honours.story_forms import StoryPageForm
from honours.story_list import StoryFilter, lines
from honours.story_panel import ConsentPanel

log = logging.getLogger(__name__)

PARTS = ("roots", "craft", "legacy")  # how somebody came to the trade, what it took, what is handed on


class StoryIndexPage(BilingualPage):
    """All stories, the latest first, with a filter by year, honour, trade and words."""

    PER_PAGE = 30

    template = "honours/pages/story_index_page.html"
    parent_page_types = ["home.HomePage"]
    subpage_types = ["honours.StoryPage"]
    max_count = 1

    class Meta:
        verbose_name = _("list of stories")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        told = lines(open_to_all(StoryPage.objects.child_of(self).live()))
        chosen = StoryFilter(request.GET, among=told)
        found = Paginator(chosen.chosen(), self.PER_PAGE).get_page(request.GET.get("page"))
        ready = rendered((line.portrait for line in found), specs(["portrait"]))
        for line in found:
            line.image = ready.get(line.portrait or 0)
        return context | {"filter": chosen, "found": found, "told": len(told)}


def _part(label: Any) -> tuple[models.CharField, StreamField, models.CharField, StreamField]:
    """Heading and body of one of the three parts, in both languages."""
    return (
        models.CharField(_("heading"), max_length=40, default=label, blank=True),
        StreamField(story_blocks(), verbose_name=_("body"), blank=True),
        models.CharField(_("heading in English"), max_length=60, blank=True),
        StreamField(story_blocks(), verbose_name=_("body in English"), blank=True),
    )


class StoryPage(BilingualPage):
    """One craftsman, or one unit or team: portrait, the way here as the record has it, and a story in three parts."""

    role = models.CharField(
        _("role"),
        max_length=80,
        blank=True,
        help_text=_("What the person does: 冲压模具钳工. No document number."),
    )
    role_en = models.CharField(_("role in English"), max_length=120, blank=True)
    portrait = models.ForeignKey(
        "pictures.SiteImage",
        verbose_name=_("portrait"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("Upright, 4:5. Needs a consent that covers pictures."),
    )
    portrait_alt = models.CharField(
        _("what the portrait shows"),
        max_length=160,
        blank=True,
        help_text=_("Read aloud to people who cannot see it."),
    )
    roots_heading, roots, roots_heading_en, roots_en = _part("缘起")
    craft_heading, craft, craft_heading_en, craft_en = _part("磨砺")
    legacy_heading, legacy, legacy_heading_en, legacy_en = _part("传承")

    BODIES = tuple(f"{part}{ending}" for part in PARTS for ending in ("", "_en"))

    base_form_class = StoryPageForm
    template = "honours/pages/story_page.html"
    shown_with = ("portrait", "share_image", "card")
    parent_page_types = ["honours.StoryIndexPage"]
    subpage_types: ClassVar[list[str]] = []

    edit_handler = TabbedInterface(
        [
            ObjectList(
                [
                    ConsentPanel(heading=_("Consent")),
                    *BilingualPage.content_panels[:1],
                    FieldPanel("role"),
                    FieldPanel("intro"),
                    InlinePanel(
                        "subjects",
                        heading=_("Whom the story tells of"),
                        label=_("Honour"),
                        min_num=1,
                        max_num=8,
                        help_text=_("By an honour that stands; the first one leads."),
                    ),
                    MultiFieldPanel(
                        [FieldPanel("portrait"), FieldPanel("portrait_alt")], heading=_("Portrait")
                    ),
                    *(
                        MultiFieldPanel([FieldPanel(f"{part}_heading"), FieldPanel(part)], heading=heading)
                        for part, heading in zip(
                            PARTS, (_("First part"), _("Second part"), _("Third part")), strict=True
                        )
                    ),
                ],
                heading=_("Story"),
            ),
            ObjectList(
                [
                    FieldPanel("title_en"),
                    FieldPanel("role_en"),
                    FieldPanel("intro_en"),
                    *(
                        MultiFieldPanel(
                            [FieldPanel(f"{part}_heading_en"), FieldPanel(f"{part}_en")], heading=heading
                        )
                        for part, heading in zip(
                            PARTS, (_("First part"), _("Second part"), _("Third part")), strict=True
                        )
                    ),
                ],
                heading=_("In English"),
            ),
            ObjectList(BilingualPage.promote_panels, heading=_("Promote")),
            ObjectList(BilingualPage.settings_panels, heading=_("Settings")),
        ]
    )

    class Meta:
        verbose_name = _("story")
        verbose_name_plural = _("stories")

    # --- words ---------------------------------------------------------------------------------------------------

    @property
    def post(self) -> str:
        return in_language(self.role, self.role_en)

    @property
    def words_are_foreign(self) -> bool:
        """Whether an English reader is shown Chinese words, so that the page says so and marks their language."""
        return reads_english() and not self._in_english and any(getattr(self, part) for part in PARTS)

    @property
    def _in_english(self) -> bool:
        return reads_english() and any(getattr(self, f"{part}_en") for part in PARTS)

    def parts(self) -> list[dict[str, Any]]:
        """{name, heading, body} of the parts that have something to say, in the reader's language."""
        ending = "_en" if self._in_english else ""
        found = []
        for name in PARTS:
            if body := getattr(self, f"{name}{ending}"):
                heading = getattr(self, f"{name}_heading{ending}") or getattr(self, f"{name}_heading")
                found.append({"name": name, "heading": heading, "body": body})
        return found

    def blocks(self) -> Iterator[Any]:
        """Every block of every part in both languages."""
        for name in self.BODIES:
            yield from getattr(self, name)

    # --- whom it tells of, and whether it may be told ------------------------------------------------------------

    @cached_property
    def honours(self) -> list[Honour]:
        """The honours because of which it is told, in their order. Of a draft those of the draft."""
        chosen = [subject.honour_id for subject in self.subjects.all()]
        rows = {one.pk: one for one in Honour.objects.filter(pk__in=chosen).for_list()}
        return [rows[key] for key in chosen if key in rows]

    @property
    def shows_pictures(self) -> bool:
        return bool(self.pictures()) or any(block.block_type == "video" for block in self.blocks())

    def hindrances(self) -> list[stories.Hindrance]:
        """What stands against publishing it as it is here; empty: nothing."""
        return stories.hindrances(self.honours, shows_pictures=self.shows_pictures)

    @transaction.atomic
    def may_stay_out(self) -> bool:
        """Asked once it is out. The form of a page that is there publishes past `publish`: where a consent was
        withdrawn between its look and the publication, the page is hidden again."""
        lock_head(REGISTER)
        if not self.live or not (found := self.hindrances()):
            return True
        log.warning("story %s was hidden again: %d hindrances", self.pk, len(found))
        UnpublishPageAction(self).execute(skip_permission_checks=True)
        return False

    def publish(self, revision: Any, *args: Any, **kwargs: Any) -> Any:
        """By whatever way it is published: from the form, by an approval, by the clock. Refused without a consent.

        The register's chain is locked, so a consent cannot be withdrawn between the look and the publication.
        """
        with transaction.atomic():
            lock_head(REGISTER)
            if found := revision.as_object().hindrances():
                log.warning("story %s was not published: %d hindrances", self.pk, len(found))
                raise PermissionDenied(" ".join(str(one.words) for one in found))
            return super().publish(revision, *args, **kwargs)

    # --- pictures ------------------------------------------------------------------------------------------------

    def pictures(self) -> list[tuple[Any, str]]:
        found = super().pictures()
        if self.portrait:
            found += [(self.portrait, place) for place in ("portrait", "share")]
        for block in self.blocks():
            if block.block_type == "picture":
                found.append((block.value["image"], "wide"))
            elif block.block_type == "gallery":
                found += [(one["image"], "card") for one in block.value]
            elif block.block_type == "video":
                found.append((block.value["poster"], "wide"))
        return [(picture, place) for picture, place in found if picture]

    @property
    def drawn_card(self) -> Any:
        """The share card that was drawn when it was published, or None."""
        try:
            return self.card
        except ObjectDoesNotExist:
            return None

    def shared_picture(self) -> Any:
        return None if self.drawn_card else self.share_image or self.portrait

    # --- shown ---------------------------------------------------------------------------------------------------

    @property
    def index_url(self) -> str:
        """The address of the list that it stands in: a child's address begins with its parent's."""
        return f"{self.url.rstrip('/').rpartition('/')[0]}/"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        if card := self.drawn_card:
            context["share_image"] = request.build_absolute_uri(card.file.url)
        load_renditions(picture for picture, _place in self.pictures())
        honours = self.honours
        return context | {
            "card": card,
            "people": story_page.people(honours),
            "consents": story_page.consents(honours),
            "related": story_page.related(honours, _neighbours(self)),
            "parts": self.parts(),
            "contest_results": self._results(),
        }

    def _results(self) -> tuple[dict[str, Any], dict[tuple[str, str], Any]]:
        """The published results that its blocks point at, and their rows."""
        asked = [block.value.where for block in self.blocks() if block.block_type == "result"]
        if not asked:
            return {}, {}
        rows = {where for where in asked if all(where)}
        return published_results({key for key, _no in asked}), published_rows(rows) if rows else {}


def _neighbours(page: StoryPage) -> Sequence[Any]:
    """The other stories of the list, as light lines with their addresses."""
    among = open_to_all(StoryPage.objects.live().exclude(pk=page.pk))
    found = lines(among)
    for line in found:
        line.url = f"{page.index_url}{line.slug}/"
    return found

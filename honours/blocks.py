"""The eight kinds of blocks a story is written with. A picture always says what it shows; a video is a file of ours."""

from typing import Any

from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks import StructValue
from wagtail.images.blocks import ImageChooserBlock

from craft_site.kit.pages import FigureBlock, QuoteBlock
from craft_site.kit.questions import published_results
from honours.choosers import video_chooser

RICH_TEXT = ["bold", "italic", "ol", "ul", "link", "h3"]
MOST_PICTURES = 12

VideoChooserBlock = video_chooser.get_block_class(name="VideoChooserBlock", module_path="honours.blocks")


class ShownPictureBlock(blocks.StructBlock):
    image = ImageChooserBlock(label=_("Picture"))
    alt = blocks.CharBlock(
        label=_("What it shows"), max_length=160, help_text=_("Read aloud to people who cannot see it.")
    )
    caption = blocks.CharBlock(label=_("Caption"), required=False, max_length=200)

    class Meta:
        icon = "image"
        template = "honours/blocks/picture.html"


class StoryQuoteBlock(QuoteBlock):
    class Meta:
        icon = "openquote"
        template = "honours/blocks/quote.html"


class VideoBlock(blocks.StructBlock):
    video = VideoChooserBlock(label=_("Video"))
    poster = ImageChooserBlock(label=_("Picture before it plays"))
    caption = blocks.CharBlock(label=_("Caption"), required=False, max_length=200)

    class Meta:
        icon = "media"
        template = "honours/blocks/video.html"


class MomentBlock(blocks.StructBlock):
    when = blocks.CharBlock(label=_("When"), max_length=24, help_text=_("2018, or March 2018."))
    what = blocks.CharBlock(label=_("What happened"), max_length=80)
    detail = blocks.TextBlock(label=_("In a sentence or two"), required=False, max_length=400)


class ResultValue(StructValue):
    @cached_property
    def where(self) -> tuple[str, str]:
        return (self.get("contest") or "", (self.get("contestant_no") or "").strip())


def contest_choices() -> list[tuple[str, str]]:
    return [(one.key, f"{one.title} ({one.on:%Y-%m-%d})") for one in published_results(None).values()]


class ResultBlock(blocks.StructBlock):
    """Points at a published result. What it says of the contest and the place is read there whenever it is shown."""

    contest = blocks.ChoiceBlock(label=_("Published result"), choices=contest_choices)
    contestant_no = blocks.CharBlock(
        label=_("Contestant number"),
        required=False,
        max_length=20,
        help_text=_("With it the block shows rank and award as they are published."),
    )

    class Meta:
        icon = "list-ol"
        template = "honours/blocks/result.html"
        value_class = ResultValue

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(value, parent_context=parent_context)
        known: Any = context.get("contest_results") or ({}, {})
        return context | {"result": known[0].get(value.where[0]), "row": known[1].get(value.where)}


def story_blocks() -> list[tuple[str, blocks.Block]]:
    """Text, picture, gallery, quotation, numbers, video, timeline, contest result; there is no ninth."""
    return [
        ("text", blocks.RichTextBlock(label=_("Text"), features=RICH_TEXT, icon="pilcrow")),
        ("picture", ShownPictureBlock(label=_("Picture"))),
        (
            "gallery",
            blocks.ListBlock(
                ShownPictureBlock(),
                label=_("Gallery"),
                icon="table",
                min_num=2,
                max_num=MOST_PICTURES,
                template="honours/blocks/gallery.html",
            ),
        ),
        ("quote", StoryQuoteBlock(label=_("Quotation"))),
        (
            "numbers",
            blocks.ListBlock(
                FigureBlock(),
                label=_("Numbers"),
                icon="order",
                max_num=6,
                template="honours/blocks/numbers.html",
            ),
        ),
        ("video", VideoBlock(label=_("Video file"))),
        (
            "timeline",
            blocks.ListBlock(
                MomentBlock(), label=_("Timeline"), icon="history", template="honours/blocks/timeline.html"
            ),
        ),
        ("result", ResultBlock(label=_("Contest result"))),
    ]

"""Stories for tests: with honour, consent and page, by the verbs."""

from io import BytesIO
from itertools import count
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.images import ImageFile
from django.utils import timezone
from PIL import Image
from wagtail.rich_text import RichText

from craft_site.jobs.queue import run_due
from craft_site.pictures.models import SiteImage
from honours.domain import stories
from honours.models import Honour, StoryConsent, StorySubject, StoryVideo
from honours.pages import StoryPage
from tests.factories import make_user
from tests.honours.makers import make_honour, make_title

_serial = count(1)
WORDS = [("text", RichText("<p>Ten years at the press.</p>"))]


def make_portrait(title: str = "Portrait") -> SiteImage:
    out = BytesIO()
    Image.new("RGB", (80, 100), "#7a5c22").save(out, "JPEG")
    out.seek(0)
    return SiteImage.objects.create(title=title, file=ImageFile(out, name=f"portrait-{next(_serial)}.jpg"))


def make_consent(honour: Honour, *, scope: str = "pictures", by: Any = None, **given: Any) -> StoryConsent:
    giver = "self" if honour.holder.kind == "person" else "unit"
    values = {"giver": giver, "given_by": honour.holder.name, "scope": scope} | given
    return stories.give_consent(
        holder=honour.holder,
        given=stories.Given(values.pop("given_on", timezone.localdate()), **values),
        by=by or make_user("organiser"),
    )


def draft_story(tree: Any, *honours: Honour, **fields: Any) -> StoryPage:
    """A page that is not published."""
    n = next(_serial)
    values = {"title": f"Story {n}", "slug": f"story-{n}", "roots": WORDS, "live": False} | fields
    page = StoryPage(**values)
    page.subjects = [StorySubject(honour=honour, sort_order=n) for n, honour in enumerate(honours)]
    tree.stories.refresh_from_db()
    tree.stories.add_child(instance=page)
    return page


def publish(page: StoryPage, by: Any = None) -> StoryPage:
    page.save_revision(user=by).publish(user=by)
    return StoryPage.objects.get(pk=page.pk)


def make_story(tree: Any, honour: Honour | None = None, *, consent: bool = True, **fields: Any) -> StoryPage:
    """A published story with its pictures made, as the jobs leave it."""
    honour = honour or make_honour()
    if consent:
        make_consent(honour)
    page = publish(draft_story(tree, honour, **fields))
    run_due()
    return StoryPage.to_show().get(pk=page.pk)


def make_video(**fields: Any) -> StoryVideo:
    content = b"\x00\x00\x00\x18ftypisom" + bytes(range(256)) * 4
    values = {
        "title": "At the press",
        "transcript": "What is said",
        "captions": "WEBVTT\n\n00:00.000 --> 00:02.000\nHello",
    }
    return StoryVideo.objects.create(file=ContentFile(content, name="x.mp4"), **values | fields)


def whole_body(contest: str = "") -> list[tuple[str, Any]]:
    """One block of every kind."""
    return [
        *WORDS,
        ("picture", {"image": make_portrait(), "alt": "A press seen from above", "caption": "The press"}),
        (
            "gallery",
            [{"image": make_portrait(), "alt": f"Part {n}", "caption": f"Caption {n}"} for n in (1, 2)],
        ),
        ("quote", {"text": "A quotation", "who": "A master"}),
        ("numbers", [{"label": "Patents", "value": "12", "unit": "of them", "period": "2024"}]),
        ("video", {"video": make_video(), "poster": make_portrait(), "caption": "In motion"}),
        ("timeline", [{"when": "2018", "what": "First die", "detail": "Of her own"}]),
        ("result", {"contest": contest, "contestant_no": ""}),
    ]


def make_whole_story(tree: Any, contest: str = "") -> StoryPage:
    """A published story of two honours and a team, with every kind of block, and a neighbour in the list."""
    title = make_title(level=4)
    honour = make_honour("王杭花", title=title, document_no="No. 7", unit="A firm with a long name")
    make_honour("王杭花", unit="A firm with a long name", year=2020)
    make_story(tree, make_honour("Neighbour", title=title))
    return make_story(
        tree,
        honour,
        title="一把锉刀，三十年：冲压模里的千分之五毫米",
        intro="In one sentence",
        role="Toolmaker",
        portrait=make_portrait(),
        portrait_alt="At the press",
        craft=whole_body(contest),
    )

"""What the search finds of the page tree: live pages that nobody is kept from, with the words that stand on them.

Wagtail says when a page changes; its signals reach here in the transaction of the change. What hangs on a page below
it (events on the page of their contest, programmes and mentors on the page of their academy) is read again with it.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models.signals import post_delete, post_save
from django.utils import timezone
from django.utils.html import strip_tags
from wagtail.models import Page, PageViewRestriction, Site, get_page_models
from wagtail.signals import page_slug_changed, page_unpublished, post_page_move

from academy.domain import lineage
from academy.findable import LINEAGE, MENTORS, PROGRAMMES
from academy.models import Mentor, TrainingClass
from academy.pages import AcademyIndexPage, AcademyPage
from competitions.findable import EVENTS, RESULTS
from competitions.models import Competition, Event
from competitions.pages import CompetitionIndexPage, CompetitionPage
from craft_site.home.fixed_pages import FIXED
from craft_site.home.models import NewsPage
from craft_site.kit.pages import BilingualPage, WordsPage, open_to_all
from craft_site.people.models import RecordAct
from craft_site.search import index
from craft_site.search.documents import Document, Keys, register
from craft_site.search.models import Kind
from honours.models import Holder, StorySubject
from honours.pages import StoryPage

KINDS: tuple[tuple[type[BilingualPage], Kind], ...] = (
    (CompetitionPage, Kind.CONTEST),
    (CompetitionIndexPage, Kind.CONTEST),
    (AcademyPage, Kind.COURSE),
    (AcademyIndexPage, Kind.COURSE),
)


def pages(keys: Keys) -> Iterator[Document]:
    """By the number of the page, parents before children. A query for each type, one more for whom stories name."""
    for model in get_page_models():
        if not issubclass(model, BilingualPage) or model._meta.abstract:
            continue
        found = open_to_all(model.objects.live())
        if keys is not None:
            found = found.filter(pk__in=keys)
        named = _people(found) if issubclass(model, StoryPage) else {}
        for page in found.order_by("path").iterator(chunk_size=200):
            if url := page.get_url():
                yield _page(page, url, tuple(named.get(page.pk, ())))


def _people(stories: Any) -> dict[int, list[str]]:
    """Whom each of these stories names, in the order of the page."""
    rows = StorySubject.objects.filter(page__in=stories.values("pk")).exclude(
        honour__holder__basis=Holder.Basis.NONE
    )
    found: dict[int, list[str]] = {}
    for page, name in rows.order_by("page", "sort_order", "pk").values_list("page", "honour__holder__name"):
        if name not in (names := found.setdefault(page, [])):
            names.append(name)
    return found


def _page(page: BilingualPage, url: str, names: tuple[str, ...]) -> Document:
    day = page.date if isinstance(page, NewsPage) else None
    if day is None and (when := page.last_published_at or page.first_published_at):
        day = timezone.localtime(when).date()
    return Document(
        key=str(page.pk),
        kind=next((kind for model, kind in KINDS if isinstance(page, model)), Kind.PAGE),
        title=page.title,
        title_en=page.title_en,
        url=url,
        body=" ".join([*names, page.intro, *_body(page, "body")]),
        body_en=" ".join([page.intro_en, *_body(page, "body_en")]),
        day=day,
        names=names,
    )


def _body(page: BilingualPage, name: str) -> Iterable[str]:
    """The words of a body, without their markup."""
    if not isinstance(page, WordsPage):
        return ()
    body = getattr(page, name)
    return (strip_tags(text) for text in body.stream_block.get_searchable_content(body))


PAGES = register("home.page", pages)


def connect() -> None:
    """Called once, when the models are there. Publishing, unpublishing and every other way of saving a page end in
    post_save of its type."""
    for model in get_page_models():
        if issubclass(model, BilingualPage):
            name = model._meta.label
            post_save.connect(_page_changed, sender=model, dispatch_uid=f"search.saved.{name}")
            post_delete.connect(_page_deleted, sender=model, dispatch_uid=f"search.deleted.{name}")
    post_save.connect(_subject_changed, sender=StorySubject, dispatch_uid="search.subject")
    post_delete.connect(_subject_changed, sender=StorySubject, dispatch_uid="search.no_subject")
    page_unpublished.connect(_page_changed, dispatch_uid="search.unpublished")
    post_page_move.connect(_branch_changed, dispatch_uid="search.moved")
    page_slug_changed.connect(_branch_changed, dispatch_uid="search.slug")
    post_save.connect(_restriction_changed, sender=PageViewRestriction, dispatch_uid="search.restricted")
    post_delete.connect(_restriction_changed, sender=PageViewRestriction, dispatch_uid="search.opened")
    post_save.connect(_contest_changed, sender=Competition, dispatch_uid="search.contest")
    post_save.connect(_site_changed, sender=Site, dispatch_uid="search.site")
    post_save.connect(_record_corrected, sender=RecordAct, dispatch_uid="search.record")


def _page_changed(sender: Any, instance: Page, **kwargs: Any) -> None:
    _refresh([instance.pk])


def _page_deleted(sender: Any, instance: Page, **kwargs: Any) -> None:
    index.drop(PAGES, str(instance.pk))
    _below(contests=[getattr(instance, "competition_id", None)], academies=isinstance(instance, AcademyPage))


def _subject_changed(sender: Any, instance: StorySubject, **kwargs: Any) -> None:
    """Whom a story tells of is kept after its page."""
    index.refresh(PAGES, [instance.page_id])


def _branch_changed(sender: Any, instance: Page, **kwargs: Any) -> None:
    """The page and all below it have another address."""
    _refresh(Page.objects.descendant_of(instance, inclusive=True).values_list("pk", flat=True))


def _restriction_changed(sender: Any, instance: PageViewRestriction, **kwargs: Any) -> None:
    if (page := Page.objects.filter(pk=instance.page_id).first()) is not None:
        _branch_changed(sender, page)


def _refresh(pages: Iterable[int]) -> None:
    keys = list(pages)
    index.refresh(PAGES, keys)
    contests = list(CompetitionPage.objects.filter(pk__in=keys).values_list("competition", flat=True))
    _below(contests=contests, academies=AcademyPage.objects.filter(pk__in=keys).exists())


def _below(*, contests: Iterable[int | None], academies: bool) -> None:
    if shown := [pk for pk in contests if pk is not None]:
        codes = Event.objects.filter(competition__in=shown).values_list("code", flat=True)
        index.refresh(EVENTS, codes)
    if academies:  # few, and a page shows the branches below its academy as well
        index.refresh(PROGRAMMES, TrainingClass.objects.values_list("programme__code", flat=True).distinct())
        index.refresh(MENTORS, Mentor.objects.named_in_public().values_list("uuid", flat=True))


def _contest_changed(sender: Any, instance: Competition, **kwargs: Any) -> None:
    """Editors correct the names of a contest under Administration."""
    codes = list(Event.objects.filter(competition=instance).values_list("code", flat=True))
    index.refresh(EVENTS, codes)
    index.refresh(RESULTS, codes)


def _site_changed(sender: Any, **kwargs: Any) -> None:
    """Before it has a site no page has an address."""
    Site.clear_site_root_paths_cache()  # Wagtail does it too, perhaps after us
    index.rebuild(PAGES)
    index.rebuild(FIXED)


def _record_corrected(sender: Any, instance: RecordAct, **kwargs: Any) -> None:
    """Pages that read a name from the record show the corrected one."""
    if instance.kind == RecordAct.Kind.NAME:
        lineage.read_again()
        worker = instance.worker
        index.refresh(MENTORS, Mentor.objects.filter(worker=worker).values_list("uuid", flat=True))
        index.refresh(LINEAGE, [lineage.key_of(worker.uuid)])

"""What the search finds of the academies: programmes taught, announced classes, mentors and people of the lineage who
agreed to be named, subsidy programmes. Names on public notice are never among it: a notice is not a register."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from academy.domain import lineage
from academy.models import Academy, Mentor, SubsidyProgramme, TrainingClass
from academy.pages import AcademyPage
from craft_site.kit.pages import open_to_all
from craft_site.search.documents import Document, Keys, joined, register
from craft_site.search.models import Kind


def programmes(keys: Keys) -> Iterator[Document]:
    """By the code of the programme, at the first academy with a page that has announced a class of it. 3 queries."""
    held = TrainingClass.objects.announced().order_by("programme", "-starts_on", "pk")
    if keys is not None:
        held = held.filter(programme__code__in=keys)
    pages = _Pages()
    seen: set[int] = set()
    for one in held.select_related("programme__trade").iterator(chunk_size=500):
        if one.programme_id in seen or not (url := pages.of(one.academy_id)):
            continue
        seen.add(one.programme_id)
        programme, trade = one.programme, one.programme.trade
        yield Document(
            key=programme.code,
            kind=Kind.COURSE,
            title=programme.name,
            title_en=programme.name_en,
            url=f"{url}programme/{programme.code}/",
            body=joined(trade and trade.name, programme.outline),
            body_en=joined(trade and trade.name_en, programme.outline_en),
            day=one.starts_on,
        )


def classes(keys: Keys) -> Iterator[Document]:
    """By the code of the class. One query."""
    held = TrainingClass.objects.announced().select_related("programme__trade", "academy").order_by("pk")
    if keys is not None:
        held = held.filter(code__in=keys)
    for one in held.iterator(chunk_size=500):
        programme, trade, academy = one.programme, one.programme.trade, one.academy
        yield Document(
            key=one.code,
            kind=Kind.COURSE,
            title=joined(f"{programme.name}第{one.edition}期", academy.name),
            title_en=joined(f"{programme.name_en}, class {one.edition}", academy.name_en)
            if programme.name_en
            else "",
            url=reverse("academy:class", args=(one.code,)),
            body=joined(trade and trade.name, one.starts_on, programme.outline),
            body_en=joined(trade and trade.name_en, programme.outline_en),
            day=one.starts_on,
        )


def mentors(keys: Keys) -> Iterator[Document]:
    """By the uuid of the appointment, on the page of the academy. Three queries."""
    found = Mentor.objects.named_in_public().select_related("worker__employer", "trade", "studio", "academy")
    if keys is not None:
        found = found.filter(uuid__in=keys)
    pages = _Pages()
    for one in found.order_by("pk").iterator(chunk_size=500):
        if not (url := pages.of(one.academy_id)):
            continue
        unit = one.studio or one.worker.employer
        yield Document(
            key=str(one.uuid),
            kind=Kind.PERSON,
            title=one.worker.name,
            url=f"{url}#mentors",
            body=joined(one.academy.name, one.trade.name, unit and unit.name),
            body_en=joined(one.academy.name_en, one.trade.name_en, one.studio and one.studio.name_en),
            day=one.since,
            until=one.until,
            is_name=True,
        )


def people_of_the_lineage(keys: Keys) -> Iterator[Document]:
    """By the key that stands for them in addresses. Two queries, as the lineage itself."""
    for key, person in lineage.for_public().people.items():
        if person.named and (keys is None or key in keys):
            yield Document(
                key=key,
                kind=Kind.PERSON,
                title=person.name,
                url=reverse("academy:lineage_of", args=(key,)),
                body=person.trade,
                body_en=person.trade_en,
                is_name=True,
            )


def subsidies(keys: Keys) -> Iterator[Document]:
    """By the code of the programme, those that are open or have been. Two queries."""
    found = SubsidyProgramme.objects.exclude(state=SubsidyProgramme.State.DRAFT).order_by("pk")
    if keys is not None:
        found = found.filter(code__in=keys)
    for one in found.prefetch_related("versions"):
        present = max(one.versions.all(), key=lambda version: version.number)  # type: ignore[attr-defined]
        items = present.rules.items
        yield Document(
            key=one.code,
            kind=Kind.SUBSIDY,
            title=one.name,
            title_en=one.name_en,
            url=f"{reverse('academy:subsidies')}#{one.code}",
            body=joined(*(item.name for item in items)),
            body_en=joined(*(item.name_en for item in items)),
            day=timezone.localtime(one.opens_at).date(),
        )


class _Pages:
    """The address of the public page that shows an academy: its own, or that of the nearest one it belongs to. Two
    queries for all, asked with the first."""

    def __init__(self) -> None:
        self._parents: dict[int, int | None] | None = None
        self._urls: dict[int, str] = {}

    def of(self, academy: int) -> str:
        if self._parents is None:
            self._parents = dict(Academy.objects.values_list("pk", "parent"))
            shown = open_to_all(AcademyPage.objects.live()).defer_streamfields()
            self._urls = {page.academy_id: page.get_url() or "" for page in shown}
        walked: set[int] = set()
        one: int | None = academy
        while one is not None and one not in walked:
            if url := self._urls.get(one):
                return url
            walked.add(one)
            one = self._parents.get(one)
        return ""


PROGRAMMES = register("academy.programme", programmes)
CLASSES = register("academy.class", classes)
MENTORS = register("academy.mentor", mentors, _("Mentor"))
LINEAGE = register("academy.lineage", people_of_the_lineage, _("Lineage"))
SUBSIDIES = register("academy.subsidy", subsidies)

"""What the search finds of the honours: whoever the roll names, with what stands on the page of the holder, and titles
that a source counts without naming anybody.

Lines of the growth record that a holder lets the page show are left out: they belong to other facts.
"""

from collections.abc import Iterator

from django.db.models import Prefetch
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from craft_site.search.documents import Document, Keys, joined, register
from craft_site.search.models import Kind
from honours.domain import roll
from honours.models import Holder, Honour, HonourTally, HonourTitle
from honours.models import Kind as GoesTo


def holders(keys: Keys) -> Iterator[Document]:
    """By the uuid of the holder. Three queries a batch."""
    held = Prefetch("honours", queryset=roll.named(), to_attr="in_public")
    found = Holder.objects.named().filter(honours__state=Honour.State.STANDS).distinct()
    if keys is not None:
        found = found.filter(uuid__in=keys)
    rows = found.select_related("employer", "trade").prefetch_related(held).order_by("pk")
    return (_document(holder) for holder in rows.iterator(chunk_size=500))


def _document(holder: Holder) -> Document:
    honours: list[Honour] = holder.in_public  # type: ignore[attr-defined]  # prefetched
    members = tuple(member.name for honour in honours for member in honour.members.all())
    days = [honour.conferred_on for honour in honours if honour.conferred_on is not None]
    trade = holder.trade
    return Document(
        key=str(holder.uuid),
        kind=Kind.PERSON,
        title=holder.name,
        url=holder.public_url,
        body=joined(holder.unit_name, trade and trade.name, *(_line(one) for one in honours), *members),
        body_en=joined(trade and trade.name_en, *(_line_en(one) for one in honours)),
        day=max(days, default=None),
        names=members,
        is_name=holder.kind == GoesTo.PERSON,
    )


def _line(honour: Honour) -> str:
    title = honour.title
    return joined(honour.year, title.name, title.body, honour.document_no)


def _line_en(honour: Honour) -> str:
    title = honour.title
    return joined(honour.year, title.name_en, title.body_en) if title.name_en else ""


def titles(keys: Keys) -> Iterator[Document]:
    """By the code of the title, at the table of counts. Two queries."""
    found = HonourTitle.objects.filter(tallies__isnull=False).distinct()
    if keys is not None:
        found = found.filter(code__in=keys)
    counts = Prefetch("tallies", queryset=HonourTally.objects.order_by("-year"))
    for title in found.prefetch_related(counts).order_by("pk"):
        told = [(one.period or str(one.year), one.count) for one in title.tallies.all()]  # type: ignore[attr-defined]
        yield Document(
            key=title.code,
            kind=Kind.PERSON,
            title=title.name,
            title_en=title.name_en,
            url=f"{reverse('honours:roll')}#counts",
            body=joined("荣誉", title.body, *(f"{when} {count}" for when, count in told)),
            body_en=joined("Honour", title.body_en, *(f"{when} {count}" for when, count in told))
            if title.name_en
            else "",
        )


TITLES = register("honours.title", titles, _("Honours"))
HOLDERS = register("honours.holder", holders, _("Honour roll"))

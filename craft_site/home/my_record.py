"""The growth record as a timeline: years as headings, a kind as an icon with its word."""

from dataclasses import dataclass
from datetime import date
from itertools import groupby

from craft_site.kit import known_day
from craft_site.kit.language import in_language
from craft_site.people.models import GrowthEntry, Worker

Kind = GrowthEntry.Kind
ICONS: dict[str, str] = {
    Kind.CONTEST: "calliper",
    Kind.LEVEL: "up",
    Kind.COURSE: "book",
    Kind.PAIR: "tools",
    Kind.SUBSIDY: "good",
    Kind.HONOUR: "medal",
    Kind.VISIT: "home",
    Kind.TALK: "text",
    Kind.JUDGED: "eye",
}
OPEN = 3  # years that lie open; the others are folded


@dataclass(frozen=True, slots=True)
class Row:
    on: date
    kind: str
    label: str
    icon: str
    title: str
    detail: str
    url: str

    @property
    def has_day(self) -> bool:
        return not known_day.year_alone(self.kind, self.on)


@dataclass(frozen=True, slots=True)
class Year:
    number: int
    rows: tuple[Row, ...]
    folded: bool


def years(worker: Worker | None) -> list[Year]:
    """What stands in the record, the newest first; withdrawn lines are not there. One query."""
    if worker is None:
        return []
    lines = GrowthEntry.objects.filter(worker=worker, withdrawn=False)
    grouped = [(year, tuple(map(_row, rows))) for year, rows in groupby(lines, key=lambda line: line.on.year)]
    return [Year(year, rows, n >= OPEN) for n, (year, rows) in enumerate(grouped)]


def _row(line: GrowthEntry) -> Row:
    return Row(
        line.on,
        line.kind,
        str(line.get_kind_display()),
        ICONS.get(line.kind, "list"),
        in_language(line.title, line.title_en),
        in_language(line.detail, line.detail_en),
        line.url,
    )

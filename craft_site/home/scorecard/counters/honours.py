"""Honours by title and year, as the roll counts them: those that stand, the unnamed of a source included."""

from collections.abc import Collection

from django.urls import reverse

from craft_site.home.scorecard.count import Asked, Count, Record
from honours.domain import roll


def of_a_title(asked: Collection[Asked]) -> dict[Asked, Count]:
    """argument: the code of the title. A period of several years counts all of them. Three queries for any number."""
    years = roll.years()
    public, desk = reverse("honours:roll"), reverse("desk:honours")
    found = {}
    for one in asked:
        records = []
        for row in years:
            if row.title.code != one.argument or not one.start.year <= row.year <= one.end.year:
                continue
            chosen = f"?title={row.title.pk}&year={row.year}"
            period = row.tally.period if row.tally and row.tally.period else str(row.year)
            records.append(
                Record(
                    name=f"{row.title.name}（{period}）",
                    name_en=f"{row.title.name_en or row.title.name} ({period})",
                    value=row.total,
                    # Whom nobody names is counted in the roll's table of sources, not in its list of names.
                    public=f"{public}{chosen}" if row.named else public,
                    desk=f"{desk}{chosen}" if row.named else reverse("desk:tallies"),
                )
            )
        found[one] = Count.of(records)
    return found

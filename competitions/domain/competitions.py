"""A new competition with its host, made where the event is made: nobody has to leave the desk for it."""

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from competitions.domain.event_setup import SetupRefused
from competitions.models import Competition, Organiser, Series


@transaction.atomic
def create_competition(*, fields: Mapping[str, Any], series: Series | None, host: str) -> Competition:
    """A competition and whoever hosts it. fields: code, name, year and other columns; series: None begins one of the
    competition's own name and code, to which later editions can be added. Raises SetupRefused."""
    try:
        with transaction.atomic():
            if series is None:
                series = Series.objects.create(
                    code=fields["code"], name=fields["name"][:100], name_en=fields.get("name_en", "")[:140]
                )
            competition: Competition = Competition.objects.create(series=series, **fields)
    except IntegrityError:
        raise _taken(fields, series) from None
    Organiser.objects.create(competition=competition, part=Organiser.Part.HOST, name=host)
    return competition


def _taken(fields: Mapping[str, Any], series: Series | None) -> SetupRefused:
    edition = fields.get("edition")
    if series is not None and series.pk and edition is not None:
        same = Competition.objects.filter(series=series, edition=edition)
        if same.exists():
            return SetupRefused(_("This series has an edition of this number already."), "edition")
    return SetupRefused(_("Another competition or series has this code already: choose another."), "code")

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CompetitionsConfig(AppConfig):
    name = "competitions"
    verbose_name = _("Competitions")

    def ready(self) -> None:
        from competitions.domain import (
            facts_evidence,  # noqa: F401  it tells the ledger's walk how to compare
            personal_data,  # models are not there before the apps are ready
        )
        from craft_site.people import keeping

        keeping.register("competitions", personal_data.KEEPER)

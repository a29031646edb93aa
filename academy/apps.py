from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AcademyConfig(AppConfig):
    name = "academy"
    verbose_name = _("Craftsman academy")

    def ready(self) -> None:
        from academy.domain import personal_data  # models are not there before the apps are ready
        from craft_site.people import keeping

        keeping.register("academy", personal_data.KEEPER)

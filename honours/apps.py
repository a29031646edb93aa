from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HonoursConfig(AppConfig):
    name = "honours"
    verbose_name = _("Honours")

    def ready(self) -> None:
        from craft_site.people import keeping
        from honours.domain import personal_data  # models are not there before the apps are ready

        keeping.register("honours", personal_data.KEEPER)

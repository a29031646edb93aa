from django.apps import AppConfig
from django.core import checks
from django.utils.translation import gettext_lazy as _

from craft_site.kit.encryption import check_keys


class PeopleConfig(AppConfig):
    name = "craft_site.people"
    label = "people"
    verbose_name = _("People")

    def ready(self) -> None:
        checks.register(check_keys)  # a missing or short key stops the start and says so

from django.apps import AppConfig
from django.core import checks
from django.utils.translation import gettext_lazy as _

from craft_site.kit import own_keys
from craft_site.kit.encryption import check_keys


class PeopleConfig(AppConfig):
    name = "craft_site.people"
    label = "people"
    verbose_name = _("People")

    def ready(self) -> None:
        from craft_site.people import keeping, personal_data
        from craft_site.people.models import data_key  # models are not there before the apps are ready

        keeping.register("people", personal_data.KEEPER)
        own_keys.use(find=data_key.find, keep=data_key.keep)
        checks.register(check_keys)  # a missing or short key stops the start and says so

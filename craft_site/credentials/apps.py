from django.apps import AppConfig
from django.core import checks
from django.utils.translation import pgettext_lazy

from craft_site.credentials.keys import check_keys


class CredentialsConfig(AppConfig):
    name = "craft_site.credentials"
    label = "credentials"
    verbose_name = pgettext_lazy("issued", "Certificates")

    def ready(self) -> None:
        from craft_site.credentials import (  # registers itself; the models are there only now
            comparison,
            personal_data,
        )
        from craft_site.people import keeping

        keeping.register("credentials", personal_data.KEEPER)
        checks.register(check_keys)  # without a key no certificate could be issued
        assert comparison

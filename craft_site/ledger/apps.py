from django.apps import AppConfig
from django.core import checks
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from craft_site.ledger.keys import check_keys


class LedgerConfig(AppConfig):
    name = "craft_site.ledger"
    label = "ledger"
    verbose_name = _("Ledger")

    def ready(self) -> None:
        from craft_site.ledger import append_only, durability  # models are there only now

        checks.register(check_keys)  # without a key nothing could be signed at the lock
        checks.register(append_only.check_triggers, checks.Tags.database)
        checks.register(durability.check_durability, checks.Tags.database)
        post_migrate.connect(append_only.install_after_migrate, sender=self, dispatch_uid="ledger.triggers")

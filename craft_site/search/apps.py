from django.apps import AppConfig
from django.core import checks
from django.db.models.signals import post_migrate
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    name = "craft_site.search"
    label = "search"
    verbose_name = _("Search")

    def ready(self) -> None:
        from craft_site.search import install  # models are there only now

        checks.register(install.check_parts, checks.Tags.database)
        post_migrate.connect(install.install_after_migrate, sender=self, dispatch_uid="search.index")
        autodiscover_modules("findable")  # each app's findable.py registers what is public of its facts

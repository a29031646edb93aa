from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class JobsConfig(AppConfig):
    name = "craft_site.jobs"
    label = "jobs"
    verbose_name = _("Work after the answer")

    def ready(self) -> None:
        autodiscover_modules("tasks")  # each app's tasks.py registers its handlers

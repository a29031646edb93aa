from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PicturesConfig(AppConfig):
    name = "craft_site.pictures"
    label = "pictures"
    verbose_name = _("Pictures")

    def ready(self) -> None:
        import_module("craft_site.pictures.render")  # registers its job

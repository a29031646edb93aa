from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from wagtail.signals import page_published


class HomeConfig(AppConfig):
    name = "craft_site.home"
    label = "home"
    verbose_name = _("Home")

    def ready(self) -> None:
        from craft_site.home.publication import prepare_pictures  # models are there only now

        page_published.connect(prepare_pictures, dispatch_uid="home.pictures")

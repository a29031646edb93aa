from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from wagtail.signals import page_published, page_unpublished

from craft_site.kit import questions


class HomeConfig(AppConfig):
    name = "craft_site.home"
    label = "home"
    verbose_name = _("Home")

    def ready(self) -> None:
        from academy import kin  # models are there only now
        from competitions import published
        from craft_site.home import editor_forms, findable
        from craft_site.home.publication import prepare_pictures, take_pictures_down

        editor_forms.put_words()
        findable.connect()
        page_published.connect(prepare_pictures, dispatch_uid="home.pictures")
        page_unpublished.connect(take_pictures_down, dispatch_uid="home.pictures_down")
        questions.published_results.answered_by(published.results)
        questions.published_rows.answered_by(published.rows)
        questions.lineage.answered_by(kin.of)

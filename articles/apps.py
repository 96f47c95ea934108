"""The app: names itself and connects the one handler of fixtures that are loaded raw."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ArticlesConfig(AppConfig):
    name = "articles"
    verbose_name = _("Encyclopedia")

    def ready(self) -> None:
        from articles import loading

        loading.connect()

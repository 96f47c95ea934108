"""The app and the receivers of the signals that Django sends."""

from django.apps import AppConfig
from django.core.checks import Tags, register
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class ArticlesConfig(AppConfig):
    name = "articles"
    verbose_name = _("Encyclopedia")

    def ready(self) -> None:
        from articles import checks, search
        from articles.management import create_groups, report_stale, update_planner_statistics
        from articles.serializers import loading

        loading.connect()
        post_migrate.connect(search.ensure_indexed, self, dispatch_uid="articles.search")
        post_migrate.connect(create_groups, self, dispatch_uid="articles.groups")
        post_migrate.connect(
            update_planner_statistics, self, dispatch_uid="articles.planner_statistics"
        )
        post_migrate.connect(report_stale, self, dispatch_uid="articles.stale")
        register(checks.check_derived_data, Tags.database)

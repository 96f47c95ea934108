"""What the project changes in Django when it starts."""

from django.apps import AppConfig


class ProjectConfig(AppConfig):
    name = "config"

    def ready(self) -> None:
        from django.db.backends.sqlite3.base import DatabaseWrapper

        # Django finds out in a transaction whether SQLite has JSON functions. If another process
        # is writing then, it concludes that there are none, and pages fail until the connection
        # is closed.
        DatabaseWrapper.features_class.supports_json_field = True  # type: ignore[assignment, method-assign]

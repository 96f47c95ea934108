"""What `migrate` does besides the tables: it creates groups of users, updates the statistics of
SQLite's query planner, and reports stale data."""

import sys
from typing import Any, TextIO

from django.apps import AppConfig
from django.apps import apps as global_apps
from django.apps.registry import Apps
from django.contrib.auth.management import create_permissions
from django.db import DEFAULT_DB_ALIAS, DatabaseError, transaction

from articles import transactions
from articles.checks import HINT, stale_message

EDITORS = (
    *(
        f"{verb}_{noun}"
        for noun in ("article", "tag", "tagsynonym", "tagging")
        for verb in ("add", "change", "delete", "view")
    ),
    "publish_article",
    "view_revision",
)
WRITERS = ("add_article", "change_article", "view_article", "view_tag", "view_revision")
GROUPS = {"Editors": EDITORS, "Writers": WRITERS}


def create_groups(
    app_config: AppConfig,
    using: str = DEFAULT_DB_ALIAS,
    apps: Apps = global_apps,
    verbosity: int = 1,
    **options: Any,
) -> None:
    """Create the groups that don't exist. The permissions of existing ones don't change.

    A receiver of `post_migrate`. Another one is Django's `create_permissions`, which is called
    here because it may come later.
    """
    try:
        Group, Permission = apps.get_model("auth", "Group"), apps.get_model("auth", "Permission")
    except LookupError:  # The migrations of auth are not applied yet.
        return
    create_permissions(app_config, verbosity=verbosity, using=using, apps=apps)
    ours = Permission.objects.using(using).filter(content_type__app_label=app_config.label)
    with transaction.atomic(using):
        for name, codenames in GROUPS.items():
            group, created = Group.objects.using(using).get_or_create(name=name)
            if created:
                group.permissions.set(ours.filter(codename__in=codenames))


def update_planner_statistics(using: str = DEFAULT_DB_ALIAS, **options: Any) -> None:
    """Update the statistics of the tables on SQLite.

    A receiver of `post_migrate`. To change a table, Django makes a new one; that one would have no
    statistics where the others have them, and queries would begin with the wrong table.
    """
    transactions.update_planner_statistics(using)


def report_stale(verbosity: int = 1, stdout: TextIO | None = None, **options: Any) -> None:
    """Say what to run if articles were derived by an earlier version.

    A receiver of `post_migrate`. Says nothing after migrating to an earlier version of the tables.
    """
    try:
        with transaction.atomic():
            message = stale_message()
    except DatabaseError:
        return
    if message and verbosity:
        (stdout or sys.stdout).write(f"{message} {HINT}\n")

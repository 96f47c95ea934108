"""The statistics of the query planner after `migrate`."""

import pytest
from django.db import connection

from articles.management import update_planner_statistics
from tests import factories

pytestmark = pytest.mark.django_db


def test_sqlite_has_statistics_of_all_tables_after_migrating():
    factories.article("Peace", tags=["history"], body="[[War]]")
    update_planner_statistics()
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("SELECT DISTINCT tbl FROM sqlite_stat1")
            tables = {table for (table,) in cursor.fetchall()}
        names = ("article", "tagging", "link", "name", "revision")
        assert tables >= {f"articles_{name}" for name in names}

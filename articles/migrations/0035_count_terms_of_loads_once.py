"""Let a load of new articles count the terms of all of them, instead of each batch.

PostgreSQL only: SQLite reads the numbers of documents from the index.
"""

from importlib import import_module

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

former = import_module("articles.migrations.0026_search_by_impact")

FUNCTION = "CREATE FUNCTION articles_search_insert()"
(COUNTING,) = (
    statement.replace("CREATE", "CREATE OR REPLACE", 1)
    for statement in former.POSTGRESQL
    if statement.startswith(FUNCTION)
)
COUNT = "INSERT INTO articles_searchterm"
# `articles.search.new_articles` sets it.
OPTIONAL = COUNTING.replace(
    COUNT,
    f"IF current_setting('articles.count_terms', true) = 'off' THEN RETURN NULL; END IF;\n{COUNT}",
)


def make_optional(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(OPTIONAL, None)


def always_count(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(COUNTING, None)


class Migration(migrations.Migration):
    dependencies = [("articles", "0034_synced_bases")]

    operations = [migrations.RunPython(make_optional, always_count)]

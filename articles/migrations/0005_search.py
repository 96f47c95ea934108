"""Tables of search terms and of searches with no results.

The full-text index belongs to the database: an FTS5 table that triggers maintain on SQLite, a
generated column with a GIN index on PostgreSQL. Altering the table on SQLite drops its triggers:
a migration that does so has to call `make_index` again.
"""

import django.db.models.deletion
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

import articles.models.fields

# The terms are folded and split in Python, so the tokenizer only has to split at spaces.
SQLITE = (
    """CREATE VIRTUAL TABLE articles_search USING fts5(
        terms, content='', columnsize=0, detail=none, tokenize="ascii tokenchars '_+#=^@~-'")""",
    """CREATE TRIGGER articles_search_insert AFTER INSERT ON articles_searchdocument BEGIN
        INSERT INTO articles_search (rowid, terms) VALUES (new.article_id, new.terms);
    END""",
    """CREATE TRIGGER articles_search_delete AFTER DELETE ON articles_searchdocument BEGIN
        INSERT INTO articles_search (articles_search, rowid, terms)
            VALUES ('delete', old.article_id, old.terms);
    END""",
    """CREATE TRIGGER articles_search_update AFTER UPDATE OF terms ON articles_searchdocument
    WHEN old.terms IS NOT new.terms BEGIN
        INSERT INTO articles_search (articles_search, rowid, terms)
            VALUES ('delete', old.article_id, old.terms);
        INSERT INTO articles_search (rowid, terms) VALUES (new.article_id, new.terms);
    END""",
)
POSTGRESQL = (
    """ALTER TABLE articles_searchdocument ADD COLUMN vector tsvector
        GENERATED ALWAYS AS (array_to_tsvector(string_to_array(terms, ' '))) STORED""",
    # A short pending list, because each search scans all of it.
    """CREATE INDEX articles_search ON articles_searchdocument
        USING GIN (vector) WITH (gin_pending_list_limit = 256)""",
    # Statistics of the thousand most frequent terms, so that the planner estimates them exactly.
    "ALTER TABLE articles_searchdocument ALTER COLUMN vector SET STATISTICS 1000",
)


def make_index(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    vendor = schema_editor.connection.vendor
    for statement in SQLITE if vendor == "sqlite" else POSTGRESQL:
        schema_editor.execute(statement)


def drop_index(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Drop the FTS5 table. All else is dropped with the table of terms."""
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute("DROP TABLE articles_search")


class Migration(migrations.Migration):
    dependencies = [("articles", "0004_translations")]

    operations = [
        migrations.CreateModel(
            name="Miss",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "key",
                    articles.models.fields.KeyField(
                        max_length=100, unique=True, verbose_name="looked for"
                    ),
                ),
                ("number", models.PositiveIntegerField(default=1, verbose_name="times")),
                ("day", models.DateField(verbose_name="last on")),
            ],
            options={
                "verbose_name": "search without result",
                "verbose_name_plural": "searches without result",
                "ordering": ["-number", "key"],
            },
        ),
        migrations.CreateModel(
            name="SearchDocument",
            fields=[
                (
                    "article",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="search",
                        serialize=False,
                        to="articles.article",
                    ),
                ),
                ("language", models.CharField(db_index=True, max_length=35)),
                ("title", models.TextField()),
                ("names", models.TextField()),
                ("headings", models.TextField()),
                ("tags", models.TextField()),
                ("terms", models.TextField()),
                ("body", models.TextField()),
            ],
        ),
        migrations.RunPython(make_index, drop_index),
    ]

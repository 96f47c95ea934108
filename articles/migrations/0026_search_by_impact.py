"""Index each root once for all forms of a word, with its impact, and count the documents of terms.

The full-text index belongs to the database: an FTS5 table on SQLite, a table with a GIN index on
PostgreSQL. Triggers on the table of documents maintain it, and on PostgreSQL the numbers of
documents, which SQLite reads from the index. Altering the table on SQLite drops its triggers: a
migration that does so has to call `make_index` again.

All rows are dropped; articles are indexed anew after migrating (`articles.search.ensure_indexed`).
"""

from importlib import import_module
from typing import Any

import django.db.models.deletion
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models.functions import Replace

former = import_module("articles.migrations.0005_search")

NEW, OLD = (
    f"{row}.roots || {row}.tags || '@' || lower({row}.language) || ' ' || {row}.terms"
    for row in ("new", "old")
)
# The terms are folded and split in Python, so the tokenizer only has to split at spaces.
SQLITE = (
    """CREATE VIRTUAL TABLE articles_search USING fts5(
        terms, content='', columnsize=0, detail=none, tokenize="ascii tokenchars '_+#=^@~-'")""",
    "CREATE VIRTUAL TABLE articles_search_vocabulary USING fts5vocab(articles_search, row)",
    """CREATE VIEW articles_searchterm AS
        SELECT term, doc AS documents FROM articles_search_vocabulary""",
    f"""CREATE TRIGGER articles_search_insert AFTER INSERT ON articles_searchdocument BEGIN
        INSERT INTO articles_search (rowid, terms) VALUES (new.article_id, {NEW});
    END""",
    f"""CREATE TRIGGER articles_search_delete AFTER DELETE ON articles_searchdocument BEGIN
        INSERT INTO articles_search (articles_search, rowid, terms)
            VALUES ('delete', old.article_id, {OLD});
    END""",
    f"""CREATE TRIGGER articles_search_update AFTER UPDATE ON articles_searchdocument
    WHEN {OLD} IS NOT {NEW} BEGIN
        INSERT INTO articles_search (articles_search, rowid, terms)
            VALUES ('delete', old.article_id, {OLD});
        INSERT INTO articles_search (rowid, terms) VALUES (new.article_id, {NEW});
    END""",
)
NEW_TERMS, OLD_TERMS = (
    f"articles_search_terms({row}.roots, {row}.tags, {row}.language, {row}.terms)"
    for row in ("n", "o")
)
# Narrow rows, with the vectors out of line, so that a search reads few pages.
POSTGRESQL = (
    """CREATE TABLE articles_search (article_id bigint PRIMARY KEY, vector tsvector NOT NULL)
        WITH (toast_tuple_target = 128)""",
    # A short pending list, because each search scans all of it.
    """CREATE INDEX articles_search_vector ON articles_search
        USING GIN (vector) WITH (gin_pending_list_limit = 256)""",
    # Room in each page for the new version of a row, so that its index need not change.
    """CREATE TABLE articles_searchterm (
        term text COLLATE "C" PRIMARY KEY, documents integer NOT NULL) WITH (fillfactor = 70)""",
    """CREATE FUNCTION articles_search_terms(roots text, tags text, language text, terms text)
        RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
        SELECT array_remove(string_to_array(
            roots || tags || '@' || lower(language) || ' ' || terms, ' '), '') $$""",
    # In the order of terms, so that two transactions can't wait for each other.
    f"""CREATE FUNCTION articles_search_insert() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        INSERT INTO articles_search
            SELECT article_id, array_to_tsvector({NEW_TERMS})
            FROM new_rows n;
        INSERT INTO articles_searchterm
            SELECT term, count(*) FROM new_rows n, unnest({NEW_TERMS}) term
            WHERE term NOT LIKE '%~_' GROUP BY term ORDER BY term
            ON CONFLICT (term) DO UPDATE
            SET documents = articles_searchterm.documents + excluded.documents;
        RETURN NULL;
    END $$""",
    f"""CREATE FUNCTION articles_search_update() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        UPDATE articles_search s
            SET vector = array_to_tsvector({NEW_TERMS})
            FROM new_rows n JOIN old_rows o USING (article_id)
            WHERE s.article_id = n.article_id
                AND {NEW_TERMS} <> {OLD_TERMS};
        INSERT INTO articles_searchterm
            SELECT term, sum(difference) FROM (
                SELECT unnest({NEW_TERMS}) AS term, 1 AS difference FROM new_rows n
                UNION ALL SELECT unnest({OLD_TERMS}), -1 FROM old_rows o) terms
            WHERE term NOT LIKE '%~_'
            GROUP BY term HAVING sum(difference) <> 0 ORDER BY term
            ON CONFLICT (term) DO UPDATE
            SET documents = articles_searchterm.documents + excluded.documents;
        RETURN NULL;
    END $$""",
    f"""CREATE FUNCTION articles_search_delete() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        DELETE FROM articles_search s USING old_rows o WHERE s.article_id = o.article_id;
        INSERT INTO articles_searchterm
            SELECT term, -count(*) FROM old_rows o, unnest({OLD_TERMS}) term
            WHERE term NOT LIKE '%~_' GROUP BY term ORDER BY term
            ON CONFLICT (term) DO UPDATE
            SET documents = articles_searchterm.documents + excluded.documents;
        RETURN NULL;
    END $$""",
    """CREATE FUNCTION articles_search_truncate() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        TRUNCATE articles_search, articles_searchterm;
        RETURN NULL;
    END $$""",
    """CREATE TRIGGER articles_search_insert AFTER INSERT ON articles_searchdocument
        REFERENCING NEW TABLE AS new_rows
        FOR EACH STATEMENT EXECUTE FUNCTION articles_search_insert()""",
    """CREATE TRIGGER articles_search_update AFTER UPDATE ON articles_searchdocument
        REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
        FOR EACH STATEMENT EXECUTE FUNCTION articles_search_update()""",
    """CREATE TRIGGER articles_search_delete AFTER DELETE ON articles_searchdocument
        REFERENCING OLD TABLE AS old_rows
        FOR EACH STATEMENT EXECUTE FUNCTION articles_search_delete()""",
    """CREATE TRIGGER articles_search_truncate AFTER TRUNCATE ON articles_searchdocument
        FOR EACH STATEMENT EXECUTE FUNCTION articles_search_truncate()""",
)
DROP_SQLITE = (
    "DROP VIEW articles_searchterm",
    "DROP TABLE articles_search_vocabulary",
    "DROP TABLE articles_search",
)
DROP_POSTGRESQL = (
    "DROP FUNCTION articles_search_terms(text, text, text, text)",
    *(
        f"DROP FUNCTION articles_search_{event}() CASCADE"
        for event in ("insert", "update", "delete", "truncate")
    ),
    "DROP TABLE articles_search",
    "DROP TABLE articles_searchterm",
)


def make_index(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    _execute(schema_editor, SQLITE, POSTGRESQL)


def drop_index(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    _execute(schema_editor, DROP_SQLITE, DROP_POSTGRESQL)


def _execute(
    schema_editor: BaseDatabaseSchemaEditor, sqlite: tuple[str, ...], other: tuple[str, ...]
) -> None:
    for statement in sqlite if schema_editor.connection.vendor == "sqlite" else other:
        schema_editor.execute(statement, None)


def unmark_stems(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """In the terms of drafts, make stems the roots that they are now."""
    drafts = apps.get_model("articles", "Draft").objects
    space, marked = models.Value(" "), models.Value(" _")
    drafts.update(terms=Replace("terms", marked, space))


class Migration(migrations.Migration):
    dependencies = [("articles", "0025_link_label_key")]

    operations = [
        migrations.RunPython(former.drop_index, former.make_index),
        migrations.DeleteModel("SearchDocument"),
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
                ("language", models.CharField(max_length=35)),
                ("length", models.PositiveIntegerField()),
                ("tags", models.TextField()),
                ("title", models.TextField()),
                ("names", models.TextField()),
                ("headings", models.TextField()),
                ("roots", models.TextField()),
                ("counts", models.TextField()),
                ("forms", models.TextField()),
                ("terms", models.TextField()),
                ("body", models.TextField()),
            ],
        ),
        migrations.RunPython(make_index, drop_index),
        migrations.RunPython(unmark_stems, migrations.RunPython.noop),
    ]

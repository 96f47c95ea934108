"""Removing what a test has committed, faster than by Django's `flush` of all tables."""

from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.core.management.color import no_style
from django.db import connection, transaction
from django.test import TransactionTestCase

# What `migrate` creates, and few tests change.
CREATED = (ContentType, Permission, Group, Group.permissions.through)
flush = TransactionTestCase._fixture_teardown


def created_rows():
    return [set(model._base_manager.values_list()) for model in CREATED]


def delete_rows():
    """Delete all rows of all tables but those that `migrate` creates."""
    tables = set(connection.introspection.django_table_names(only_existing=True))
    quoted = map(
        connection.ops.quote_name, sorted(tables - {model._meta.db_table for model in CREATED})
    )
    tests = [f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM {table})" for table in quoted]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(tests))
        for (table,) in cursor.fetchall():
            cursor.execute(f"DELETE FROM {table}")


def reset_sequences():
    """Let new rows get keys that follow those of the rows that `migrate` creates, also after a
    test that has restored other rows."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), CREATED):
            cursor.execute(statement)


def flush_faster():
    """Let each test that commits delete its rows. It flushes all tables only if it has changed
    what `migrate` has created. Call it after `migrate`."""
    expected = created_rows()

    def teardown(case):
        nonlocal expected
        if created_rows() == expected:
            delete_rows()
        else:
            flush(case)
            expected = created_rows()
        reset_sequences()

    TransactionTestCase._fixture_teardown = teardown

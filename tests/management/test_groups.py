"""The groups that `migrate` creates, and their permissions."""

import os
import subprocess
import sys
from io import StringIO

import pytest
from django.conf import settings
from django.contrib.auth.models import Group, User
from django.core.management import call_command

from articles.management import GROUPS

pytestmark = pytest.mark.django_db


def user_in(group: str) -> User:
    user = User.objects.create_user(group, is_staff=True)
    user.groups.add(Group.objects.get(name=group))
    return user


def test_editors_can_publish_and_manage_tags():
    editor = user_in("Editors")
    assert editor.has_perms(
        ["articles.publish_article", "articles.add_tag", "articles.add_article"]
    )
    assert not editor.has_perm("auth.change_user")


def test_no_group_may_delete_permanently():
    assert not any(user_in(group).has_perm("articles.empty_trash") for group in GROUPS)


def test_writers_can_edit_but_not_publish_or_create_tags():
    writer = user_in("Writers")
    assert writer.has_perms(["articles.add_article", "articles.change_article"])
    for permission in ("publish_article", "delete_article", "add_tag", "change_tag"):
        assert not writer.has_perm(f"articles.{permission}")


def test_migrating_again_changes_no_group_and_creates_a_missing_one():
    Group.objects.get(name="Writers").permissions.clear()
    Group.objects.get(name="Editors").delete()
    call_command("migrate", verbosity=0, stdout=StringIO())
    assert not Group.objects.get(name="Writers").permissions.exists()
    assert Group.objects.get(name="Editors").permissions.filter(codename="add_tag").exists()


@pytest.mark.parametrize("first", [["articles", "0001"], ["articles"], []])
def test_groups_exist_after_migrations_in_any_order(tmp_path, first):
    environment = {**os.environ, "DATABASE_URL": f"sqlite:///{tmp_path}/db.sqlite3"}
    manage = [sys.executable, f"{settings.BASE_DIR}/manage.py"]
    commands = [
        ["migrate", "--verbosity=0", *first],
        ["migrate", "--verbosity=0"],
        ["dumpdata", "auth.group", "--natural-primary", "--natural-foreign"],
    ]
    for command in commands:
        done = subprocess.run(
            [*manage, *command], env=environment, capture_output=True, text=True, check=True
        )
    assert all(f'"name": "{name}"' in done.stdout for name in ("Editors", "Writers"))
    assert '"publish_article"' in done.stdout

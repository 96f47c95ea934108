"""The groups that `migrate` creates, and their permissions."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
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


@pytest.mark.once
@pytest.mark.parametrize("first", [["articles", "0001"], ["articles"]])
def test_groups_exist_after_migrations_in_any_order(tmp_path, first):
    environment = {**os.environ, "DATABASE_URL": f"sqlite:///{tmp_path}/db.sqlite3"}
    migrate = [sys.executable, f"{settings.BASE_DIR}/manage.py", "migrate", "--verbosity=0"]
    for arguments in (first, []):
        subprocess.run([*migrate, *arguments], env=environment, check=True)
    with closing(sqlite3.connect(tmp_path / "db.sqlite3")) as database:
        rows = database.execute(
            "SELECT auth_group.name, codename FROM auth_group_permissions"
            " JOIN auth_group ON auth_group.id = group_id"
            " JOIN auth_permission ON auth_permission.id = permission_id"
        )
        permissions = {*rows}
    assert {group for group, _permission in permissions} == GROUPS.keys()
    assert ("Editors", "publish_article") in permissions

"""What `firstrun` creates on a new site, and what it doesn't change on an existing one."""

import re
from io import StringIO

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from articles import editing
from articles.models import Article, Tag
from tests import factories
from tests.config.test_server import listening

pytestmark = pytest.mark.django_db


def firstrun(**options: bool) -> str:
    out = StringIO()
    call_command("firstrun", stdout=out, **options)
    return out.getvalue()


def test_a_new_site_gets_articles_and_an_editor_account_with_its_password_printed(rf):
    printed = firstrun()
    password = re.search(r"password\s+(\S+)", printed)
    assert password
    editor = authenticate(rf.post("/"), username="editor", password=password[1])
    assert isinstance(editor, User)
    assert editor.is_staff
    assert not editor.is_superuser
    assert editor.has_perms(["articles.publish_article", "articles.add_tag"])
    assert Article.objects.public().count() == 4
    assert Tag.objects.exists()


def test_a_second_run_prints_nothing_and_changes_nothing():
    firstrun()
    article = Article.objects.get(slug="counter-terrorism-cooperation")
    article.body = "Edited."
    editing.save(article, ["terrorism"])
    Article.objects.exclude(pk=article.pk).delete()
    assert firstrun() == ""
    article.refresh_from_db()
    assert article.body == "Edited."
    assert Article.objects.count() == 1


def test_a_site_with_content_gets_no_articles():
    factories.article("Ours")
    firstrun()
    assert Article.objects.get().title == "Ours"


def test_a_site_with_users_gets_no_editor_account():
    User.objects.create_user("amina")
    assert firstrun() == ""


def test_a_port_in_use_is_an_error_of_one_line(settings):
    with listening() as port:
        settings.PORT = port
        with pytest.raises(CommandError, match=f"Port {port} .*is in use"):
            firstrun(free_port=True)

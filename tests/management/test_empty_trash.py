"""`empty_trash` deletes what has been in the trash for some days, and nothing else."""

from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.utils import timezone

from articles import editing
from articles.models import Article, TrashedArticle
from tests import factories

pytestmark = pytest.mark.django_db


def empty_trash(*arguments):
    output = StringIO()
    call_command("empty_trash", *arguments, stdout=output)
    return output.getvalue()


def test_old_articles_in_the_trash_are_deleted_permanently():
    factories.article("Live")
    old, new = factories.article("Old"), factories.article("New")
    with time_machine.travel(timezone.now() - timedelta(days=91)):
        editing.delete([old])
    editing.delete([new])
    assert empty_trash("--days=100") == "Deleted 0 article(s) permanently.\n"
    assert empty_trash() == "Deleted 1 article(s) permanently.\n"
    assert TrashedArticle.objects.get().title == "New" and Article.objects.get().title == "Live"
    empty_trash("--days=0")
    assert not TrashedArticle.objects.exists()


@pytest.mark.parametrize("days", ["-1", "1000000000"])
def test_impossible_numbers_of_days_are_refused(days):
    with pytest.raises(CommandError):
        empty_trash(f"--days={days}")

"""Derived data: all of it can be thrown away and made again."""

import io

import pytest
from django.core.management import call_command

from articles.models import Article, Link, Name, Tagging
from tests import factories
from tests.test_serializers import derived

pytestmark = pytest.mark.django_db


def test_rebuild_makes_everything_derived_again():
    factories.article("Peace", aliases=["Concord"], tags=["history"], body="See [[War|war]].")
    factories.article("War", body="# Causes\n\nSee [[Concord]].")
    before = derived()
    Article.objects.update(html="", text="", toc=[], words=0, sort_key="")
    Tagging.objects.update(sort_key="")
    Name.objects.all().delete()
    Link.objects.all().delete()
    out = io.StringIO()
    call_command("rebuild", stdout=out)
    assert derived() == before
    assert "2 article(s)" in out.getvalue()


def test_rebuilding_what_is_right_keeps_every_row():
    factories.article("Peace", aliases=["Concord"], tags=["history"], body="See [[War|war]].")
    rows = list(Name.objects.values_list("pk")), list(Link.objects.values_list("pk"))
    call_command("rebuild", stdout=io.StringIO())
    assert (list(Name.objects.values_list("pk")), list(Link.objects.values_list("pk"))) == rows

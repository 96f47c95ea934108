"""Translations in fixtures."""

from io import StringIO

import pytest
from django.core.management import call_command

from articles.models import Article, Revision
from articles.queries.translations import translations
from tests import factories

pytestmark = pytest.mark.django_db


DOCUMENT = """\
---
slug: سلام
title: سلام
language: ar
translation_of: peace
status: published
---

نص.
"""


def of(article: Article, **options) -> list[str]:
    return [other.slug for other in translations(article.pk, article.language, **options)]


def load(tmp_path, text: str) -> None:
    file = tmp_path / "document.md"
    file.write_text(text, encoding="utf-8")
    call_command("loaddata", str(file), verbosity=0)


def dump(**options) -> str:
    out = StringIO()
    call_command("dumpdata", "articles.article", stdout=out, **options)
    return out.getvalue()


@pytest.mark.django_db(transaction=True)
def test_a_translation_loads_before_its_source_and_dumps_unchanged(tmp_path):
    load(tmp_path, DOCUMENT)
    assert "translation_of: peace\n" in dump(format="md")
    load(tmp_path, "---\nslug: peace\ntitle: Peace\nstatus: published\n---\n\nText.\n")
    assert of(Article.objects.get(slug="peace")) == ["سلام"]
    count = Revision.objects.count()
    load(tmp_path, DOCUMENT)
    assert Revision.objects.count() == count


def test_json_fixtures_have_the_source(salam, tmp_path):
    dumped = dump(use_natural_primary_keys=True, use_natural_foreign_keys=True)
    assert '"translation_of": "peace"' in dumped
    assert "source_key" not in dumped
    file = tmp_path / "all.json"
    file.write_text(dumped, encoding="utf-8")
    Article.objects.all().delete()
    call_command("loaddata", str(file), verbosity=0)
    assert of(Article.objects.get(slug="peace")) == ["سلام"]


@pytest.mark.parametrize("source", ["war", "peace"])
def test_a_translation_can_not_be_a_source(tmp_path, source):
    factories.article("War")
    factories.article("Peace", language="fr", translation_of=source)
    with pytest.raises(Exception, match=rf"document\.md:\d: translation_of: “peace” .*“{source}”"):
        load(tmp_path, DOCUMENT)


def test_a_source_can_not_become_a_translation(tmp_path):
    factories.article("Peace")
    factories.article("سلام", language="ar")
    factories.article("Paix", language="fr", translation_of="سلام")
    with pytest.raises(Exception, match=r"document\.md:\d: translation_of: “paix” .*“سلام”"):
        load(tmp_path, DOCUMENT)
    assert not Article.objects.get(slug="سلام").translation_of
    both = f"{DOCUMENT}\f---\nslug: paix\ntitle: Paix\nlanguage: fr\ntranslation_of: peace\n---\n"
    load(tmp_path, both)
    assert of(Article.objects.get(slug="paix")) == ["سلام", "peace"]


def test_an_invalid_slug_of_a_source_is_refused_with_its_line(tmp_path):
    with pytest.raises(Exception, match=r"document\.md:5: translation_of: .*“some-peace”"):
        load(tmp_path, DOCUMENT.replace("peace", "Some Peace!"))

"""Which articles are translations of each other."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.utils import timezone

from articles import editing
from articles.models import Article, Link, Revision, Status
from articles.queries.links import link_targets
from articles.queries.translations import translations, translations_by_article
from tests import factories

pytestmark = pytest.mark.django_db


def of(article: Article, **options) -> list[str]:
    return [other.slug for other in translations(article.pk, article.language, **options)]


def test_translations_of_the_same_source_are_translations_of_each_other(peace, salam):
    paix = factories.article("Paix", language="fr", translation_of="peace")
    factories.article("Calm", body="[[Peace]]")
    assert of(peace) == ["سلام", "paix"]
    assert of(salam) == ["peace", "paix"]
    assert of(paix) == ["سلام", "peace"]


def test_a_translation_can_exist_before_its_source(salam):
    Article.objects.filter(slug="peace").delete()
    assert of(salam) == []
    assert of(factories.article("Peace again", slug="peace")) == ["سلام"]


def test_a_renamed_source_stays_the_source(peace, salam):
    factories.rename(peace, slug="state-of-peace")
    assert of(peace) == ["سلام"]
    assert of(salam) == ["state-of-peace"]
    assert Revision.objects.filter(article=salam).count() == 1


def test_a_former_slug_that_is_now_another_articles_slug_is_not_the_source(salam):
    """`peace` was the slug of an article in French once, and is that of another article now."""
    other = factories.article("Autre", language="fr", former=["peace"])
    assert of(other) == []
    assert of(salam) == ["peace"]


def test_a_translation_of_a_translation_is_a_translation_of_it(peace, salam):
    """Fixtures may contain such articles; the form refuses them."""
    paix = factories.article("Paix", language="fr", translation_of="سلام")
    assert of(paix) == ["سلام"]
    assert of(salam) == ["peace"] or of(salam) == ["peace", "paix"]


def test_translations_of_several_articles_take_one_query(django_assert_num_queries, peace, salam):
    paix = factories.article("Paix", language="fr", translation_of="peace")
    alone = factories.article("Alone")
    hidden = factories.article("Hidden", slug="frieden", language="de", translation_of="peace")
    editing.unpublish([hidden], None)
    languages = {article.pk: article.language for article in (peace, salam, paix, alone)}
    with django_assert_num_queries(1):
        results = translations_by_article(languages)
    slugs = {pk: [other.slug for other in others] for pk, others in results.items()}
    assert slugs == {
        peace.pk: ["سلام", "paix"],
        salam.pk: ["peace", "paix"],
        paix.pk: ["سلام", "peace"],
        alone.pk: [],
    }
    assert translations_by_article({}) == {}


def test_hidden_articles_are_not_translations_for_readers(client, peace):
    now = timezone.now()
    hidden = {"language": "ar", "translation_of": "peace"}
    factories.article("Secret draft", status=Status.DRAFT, **hidden)
    later = now + timedelta(days=1)
    factories.article("Secret of tomorrow", publish_at=later, **hidden | {"language": "fr"})
    assert "secret" not in client.get("/articles/peace/").content.decode()
    assert of(peace) == []
    assert len(of(peace, public=False)) == 2


def test_rebuild_derives_source_keys(salam):
    Article.objects.update(source_key=None)
    assert of(salam) == []
    call_command("rebuild", all=True, stdout=StringIO())
    assert of(salam) == ["peace"]


def test_an_invalid_slug_of_a_source_is_not_saved():
    with pytest.raises(ValidationError):
        factories.article("X", translation_of="Not A Slug")


def test_a_draft_with_the_former_slug_of_the_source_does_not_untie_translations(peace, salam):
    factories.rename(peace, title="Concord", slug="concord")
    paix = factories.article("Paix", language="fr", translation_of="peace")
    draft = factories.article("Frieden", slug="peace", language="de", status=Status.DRAFT)
    assert of(peace) == ["سلام", "paix"]
    assert of(salam) == ["concord", "paix"]
    assert of(paix) == ["سلام", "concord"]
    editing.publish([draft], None)
    assert of(peace) == []


@pytest.mark.parametrize("visible", [False, True])
def test_only_a_public_article_connects_others(peace, visible):
    status = Status.PUBLISHED if visible else Status.DRAFT
    source = factories.article("Mitte", language="de", aliases=["centre"], status=status)
    one = factories.article("Un", language="fr", translation_of="centre")
    factories.article("Uno", language="es", translation_of=source.slug)
    factories.article("Text", language="es", body="[[Mitte]]")
    link = Link.objects.get(source__slug="text")
    assert of(one) == (["mitte", "uno"] if visible else [])
    assert bool(link_targets(link.source)) == visible

"""Whether a document and an article say the same, however the document is written."""

from collections.abc import Mapping

from articles.models import Article, Tag, Tagging
from articles.models.article import AUTHORED
from articles.serializers.documents import ParsedDocument, serialize
from articles.sql import chunks
from articles.syncing.state import content_digest
from articles.syncing.tree import Tree
from articles.text import names

BATCH = 500
COLUMNS = (*AUTHORED, "hidden_former", "created", "updated")


def has_same_content(tree: Tree, articles: Mapping[int, str]) -> set[str]:
    """Return the files, given by primary keys of their articles, that say the same as these."""
    same: set[str] = set()
    for keys in chunks(list(articles), BATCH):
        tags = Tagging.objects.tags_by_article(keys)
        for article in Article.objects.filter(pk__in=keys).only(*COLUMNS):
            name = articles[article.pk]
            if _says_the_same(tree, name, article, tags[article.pk]):
                same.add(name)
    return same


def _says_the_same(tree: Tree, name: str, article: Article, tags: list[Tag]) -> bool:
    text = serialize(article, [tag.name for tag in tags])
    if content_digest(text.encode()) == tree.documents[name]:
        return True
    document = tree.document(name)
    return _same_fields(document, article) and _same_tags(document.tags, tags)


def _same_fields(document: ParsedDocument, article: Article) -> bool:
    fields = document.article.authored()
    stored = article.authored()
    former = set(map(names.fold, fields.pop("former")))
    if not former <= set(map(names.fold, stored.pop("former"))):
        return False
    for name in {"slug", "created", "updated"} - document.omitted:
        fields[name], stored[name] = getattr(document.article, name), getattr(article, name)
    if "slug" in document.omitted:
        fields["slug"] = stored["slug"]
    return bool(fields == stored)


def _same_tags(texts: list[str], tags: list[Tag]) -> bool:
    resolved = Tag.objects.resolve(texts)
    return {*resolved.values()} == {*tags} and len(resolved) == len({*map(names.fold, texts)})

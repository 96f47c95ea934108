"""One article as the document that it was written as, with what readers may know of it."""

from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.vary import vary_on_cookie

from articles import addresses
from articles.conditional import by_version
from articles.models import Article, Tag
from articles.text import frontmatter
from articles.views.article import elsewhere

MARKDOWN = "text/markdown; charset=utf-8"


@by_version
def source(request: HttpRequest, name: str) -> HttpResponse:
    articles = Article.objects.public().defer("html", "text", "toc")
    found = articles.filter(slug=name).first() if "\0" not in name else None
    if not found:
        return _elsewhere(request, name)
    response = HttpResponse(document(found), MARKDOWN)
    page = request.build_absolute_uri(found.get_absolute_url())
    response["Link"] = f'<{page}>; rel="canonical"'
    response["Content-Disposition"] = f"inline; filename*=utf-8''{quote(found.slug)}.md"
    return response


@vary_on_cookie
def _elsewhere(request: HttpRequest, name: str) -> HttpResponse:
    return elsewhere(request, name, addresses.source, otherwise=f"{name}.md")


def _is_public(slug: str) -> bool:
    return bool(slug) and Article.objects.public().filter(slug=slug).exists()


def document(article: Article) -> str:
    """`article` as a document that loads here or elsewhere.

    Not `documents.write`, which is for those who may see everything: schedules, former names
    and what is featured stay inside, and what was `created` is dated from its publication.
    """
    tags = Tag.objects.filter(taggings__content_object=article).order_by("key")
    fields: dict[str, frontmatter.Value] = {
        "slug": article.slug,
        "title": article.title,
        "summary": article.summary,
        "aliases": article.aliases,
        "language": article.language,
        "translation_of": article.translation_of if _is_public(article.translation_of) else "",
        "status": article.status,
        "author": article.author,
        "tags": [tag.name for tag in tags],
        "created": timezone.localtime(article.published).isoformat(),
        "updated": timezone.localtime(article.updated).isoformat(),
    }
    return frontmatter.join({key: value for key, value in fields.items() if value}, article.body)

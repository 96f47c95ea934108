"""One article as the document that it was written as, with what readers may know of it."""

from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.vary import vary_on_cookie

from articles import url_for
from articles.decorators import conditional
from articles.models import Article, Tag
from articles.text import frontmatter
from articles.views.article import redirect_or_404

MARKDOWN = "text/markdown; charset=utf-8"


@conditional
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
    return redirect_or_404(request, name, url_for.source, otherwise=f"{name}.md")


def _translation_of(article: Article) -> str:
    """The slug of the source as it is now; empty for a source that readers may not know of."""
    written = article.translation_of
    if not written:
        return ""
    sources = Article.objects.filter(slug=written)
    if not sources.exists():
        sources = Article.objects.filter(names__key=article.source_key, translation_of="")
    if not sources.exists():
        return written
    return sources.public().values_list("slug", flat=True).first() or ""


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
        "translation_of": _translation_of(article),
        "status": article.status,
        "author": article.author,
        "tags": [tag.name for tag in tags],
        "created": timezone.localtime(article.published).isoformat(),
        "updated": timezone.localtime(article.updated).isoformat(),
    }
    return frontmatter.join({key: value for key, value in fields.items() if value}, article.body)

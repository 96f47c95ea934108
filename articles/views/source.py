"""An article as a Markdown document with front matter, without what only editors may see."""

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
    article = articles.filter(slug=name).first() if "\0" not in name else None
    if not article:
        return _redirect_or_404(request, name)
    response = HttpResponse(document(article), MARKDOWN)
    page = request.build_absolute_uri(article.get_absolute_url())
    response["Link"] = f'<{page}>; rel="canonical"'
    response["Content-Disposition"] = f"inline; filename*=utf-8''{quote(article.slug)}.md"
    return response


@vary_on_cookie
def _redirect_or_404(request: HttpRequest, name: str) -> HttpResponse:
    return redirect_or_404(request, name, url_for.source, fallback=f"{name}.md")


def _translation_of(article: Article) -> str:
    """Return the current slug of the source article; an empty string if it is not public.

    It is also empty if the source has been deleted: it may never have been public.
    """
    if not article.translation_of:
        return ""
    public = Article.objects.public()
    sources = public.filter(slug=article.translation_of)
    by_former_name = public.filter(names__key=article.source_key, translation_of="")
    source: Article | None = sources.first() or by_former_name.first()
    return source.slug if source else ""


def document(article: Article) -> str:
    """Return `article` as a document that ``loaddata`` loads on this or another site.

    Unlike `serializers.documents`, which writes all fields, it omits schedules, former names and
    `featured`, and gives the date of publication as the date of creation.
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
        "updated": timezone.localtime(article.last_visible_change).isoformat(),
    }
    return frontmatter.join({key: value for key, value in fields.items() if value}, article.body)

"""Atom feeds (RFC 4287) of the most recently changed articles, with their full text."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote
from uuid import NAMESPACE_URL, uuid5

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed, rfc3339_date
from django.utils.html import format_html
from django.utils.translation import override
from django.utils.xmlutils import SimplerXMLGenerator

from articles import url_for
from articles.decorators import conditional
from articles.link_rendering import render_links
from articles.markdown import urls
from articles.models import Article, Revision, Tag, Tagging
from articles.models.content_version import EPOCH
from articles.models.link_resolution import Target
from articles.models.visibility import public
from articles.queries.links import LinkedPage, link_targets_by_article, linked_pages

ENTRIES = 20
# The characters that XML 1.0 (section 2.2) can't contain, not even as a reference.
INVALID_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

PrimaryKeys = QuerySet[Any, dict[str, Any]]


@dataclass(frozen=True)
class Channel:
    """What a feed says about itself. `link` is the path of the HTML page that it follows."""

    name: str
    title: str
    link: str
    language: str
    path: str
    origin: str
    articles: list[Article]


@dataclass(frozen=True)
class Entry:
    """An article and the parts of its feed entry that are not columns of the article."""

    article: Article
    guid: str
    tags: list[Tag]
    content: str
    source_url: str


class ArticleAtomFeed(Atom1Feed):
    """`Atom1Feed` with full content, languages, and the labels of categories.

    The two methods that write elements replace Django's, which leave out the `type` and
    `hreflang` of links and the `label` of categories, declare the summary as HTML, and raise
    `UnserializableContentError` for control characters.
    """

    def latest_post_date(self) -> datetime:
        """When the newest entry changed. An empty feed has no entry, and a date that stays."""
        return super().latest_post_date() if self.items else EPOCH

    def root_attributes(self) -> dict[str, str]:
        return super().root_attributes() | {"xml:lang": self.feed["xml_lang"]}

    def item_attributes(self, item: dict[str, Any]) -> dict[str, str]:
        return {"xml:lang": item["xml_lang"]}

    def add_root_elements(self, handler: SimplerXMLGenerator) -> None:
        feed = self.feed
        add_element(handler, "id", feed["id"])
        add_element(handler, "title", feed["title"])
        add_element(handler, "updated", rfc3339_date(self.latest_post_date()))
        add_author(handler, feed["author_name"])
        add_link(handler, "self", feed["feed_url"], "application/atom+xml")
        add_link(handler, "alternate", feed["link"], "text/html")
        add_element(handler, "icon", feed["icon"])
        add_element(handler, "generator", "Diwan")

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        language = item["xml_lang"]
        add_element(handler, "id", item["unique_id"])
        add_element(handler, "title", item["title"])
        add_element(handler, "published", rfc3339_date(item["pubdate"]))
        add_element(handler, "updated", rfc3339_date(item["updateddate"]))
        if item["author_name"]:
            add_author(handler, item["author_name"])
        add_link(handler, "alternate", item["link"], "text/html", hreflang=language)
        add_link(handler, "alternate", item["source_url"], "text/markdown", hreflang=language)
        for tag in item["tags"]:
            add_element(handler, "category", term=tag.slug, label=tag.name)
        if item["description"]:
            add_element(handler, "summary", item["description"])
        add_element(handler, "content", item["content"], type="html")


def add_element(
    handler: SimplerXMLGenerator, name: str, text: str = "", **attributes: str
) -> None:
    safe = {key: valid_xml(value) for key, value in attributes.items()}
    handler.addQuickElement(name, valid_xml(text), safe)


def add_author(handler: SimplerXMLGenerator, name: str) -> None:
    handler.startElement("author", {})  # type: ignore[arg-type]  # Django passes dicts, too.
    add_element(handler, "name", name)
    handler.endElement("author")


def add_link(
    handler: SimplerXMLGenerator, rel: str, href: str, media_type: str, **attributes: str
) -> None:
    add_element(handler, "link", rel=rel, href=href, type=media_type, **attributes)


def valid_xml(text: str) -> str:
    """Return `text` without the characters that XML can't contain.

    >>> valid_xml("form\\x0c feed")
    'form feed'
    """
    return INVALID_IN_XML.sub("", text)


class ArticleFeed(Feed):  # type: ignore[type-arg]  # Feed is generic in its stubs only.
    """Base class: subclasses select the articles in `get_object`."""

    feed_type = ArticleAtomFeed

    def __call__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().__call__(request, *args, **kwargs)
        # Django dates the feed by its newest entry, which doesn't change when an article is
        # unpublished. The date of the content version, which `conditional` adds, does.
        del response["Last-Modified"]
        return response

    def title(self, channel: Channel) -> str:
        return channel.title

    def link(self, channel: Channel) -> str:
        return channel.link

    def feed_url(self, channel: Channel) -> str:
        return quote(channel.path)

    def feed_guid(self, channel: Channel) -> str:
        return f"tag:{tagging_authority()},2026:feed/{quote(channel.name)}"

    def author_name(self) -> str:
        return settings.SITE_NAME

    def feed_extra_kwargs(self, channel: Channel) -> dict[str, Any]:
        return {
            "xml_lang": channel.language,
            "icon": f"{channel.origin}{static('articles/favicon.svg')}",
        }

    def items(self, channel: Channel) -> list[Entry]:
        """The entries of the channel. Their generated text is in the language of the feed."""
        articles, origin = channel.articles, channel.origin
        first_slugs = Revision.objects.first_slugs(articles)
        targets = link_targets_by_article(articles)
        pages = linked_pages((article.html, targets[article.pk]) for article in articles)
        tags = Tagging.objects.tags_by_article([article.pk for article in articles])
        with override(channel.language):
            return [
                Entry(
                    article=article,
                    guid=entry_id(article.language, first_slugs[article.pk]),
                    tags=tags[article.pk],
                    content=full_text(article, targets[article.pk], pages, origin),
                    source_url=f"{origin}{url_for.source(article.slug)}",
                )
                for article in articles
            ]

    def item_title(self, entry: Entry) -> str:
        return entry.article.title

    def item_description(self, entry: Entry) -> str:
        return entry.article.summary

    def item_link(self, entry: Entry) -> str:
        return entry.article.get_absolute_url()

    def item_guid(self, entry: Entry) -> str:
        return entry.guid

    def item_author_name(self, entry: Entry) -> str:
        return entry.article.author

    def item_pubdate(self, entry: Entry) -> datetime:
        return entry.article.published

    def item_updateddate(self, entry: Entry) -> datetime:
        return entry.article.last_visible_change

    def item_extra_kwargs(self, entry: Entry) -> dict[str, Any]:
        return {
            "xml_lang": entry.article.language,
            "source_url": entry.source_url,
            "tags": entry.tags,
            "content": entry.content,
        }


class SiteFeed(ArticleFeed):
    def get_object(self, request: HttpRequest) -> Channel:
        articles = Article.objects.public()
        return Channel(
            name="all",
            title=settings.SITE_NAME,
            link=reverse("articles:home"),
            language=settings.LANGUAGE_CODE,
            path=request.path,
            origin=url_for.origin(request),
            articles=last_changed(
                articles, articles.recent().values("pk")[:ENTRIES], last_scheduled(ENTRIES)
            ),
        )


class LanguageFeed(ArticleFeed):
    # The scheduled articles of all languages that are candidates.
    scheduled_candidates = 200

    def get_object(self, request: HttpRequest, language: str) -> Channel:
        articles = Article.objects.public().filter(language=language.replace("\0", ""))
        latest = last_changed(
            articles,
            articles.recent().values("pk")[:ENTRIES],
            last_scheduled(self.scheduled_candidates),
        )
        if not latest:
            raise Http404
        return Channel(
            name=f"language/{language}",
            title=f"{settings.SITE_NAME} ({language})",
            link=reverse("articles:article_index"),
            language=language,
            path=request.path,
            origin=url_for.origin(request),
            articles=latest,
        )


class TagFeed(ArticleFeed):
    """The last changed articles of a tag; exact if it has at most `newest_candidates` articles.

    A larger tag costs no more: its candidates are its newest articles, and those among the last
    updated and last scheduled articles of the site.
    """

    newest_candidates = 200
    updated_candidates = 500
    scheduled_candidates = 200

    def __call__(self, request: HttpRequest, name: str) -> HttpResponse:
        name = name.replace("\0", "")
        tag = Tag.objects.filter(slug=name).first()
        return super().__call__(request, tag) if tag else redirect_synonym(name)

    def get_object(self, request: HttpRequest, tag: Tag) -> Channel:
        newest = Tagging.objects.filter(tag=tag).order_by("-content_object")
        articles = Article.objects.public()
        latest = last_changed(
            articles.filter(taggings__tag=tag),
            newest.values("content_object")[: self.newest_candidates],
            articles.recent().values("pk")[: self.updated_candidates],
            last_scheduled(self.scheduled_candidates),
        )
        if not latest:
            raise Http404
        return Channel(
            name=f"tag/{tag.slug}",
            title=f"{settings.SITE_NAME}: {tag.name}",
            link=tag.get_absolute_url(),
            language=settings.LANGUAGE_CODE,
            path=request.path,
            origin=url_for.origin(request),
            articles=latest,
        )


site_feed = conditional(SiteFeed())
language_feed = conditional(LanguageFeed())
tag_feed = conditional(TagFeed())


def redirect_synonym(name: str) -> HttpResponse:
    """Redirect from a synonym to the feed of its tag, or from "name/feed" to a tag's page.

    A tag may be called "news/feed", so that the URL of its page looks like that of a feed.
    Raise Http404 if no public article has the tag.
    """
    name = name.strip("/")
    for text, url_of in ((name, url_for.tag_feed), (f"{name}/feed", url_for.tag)):
        for tag in Tag.objects.resolve([text], public=True).values():
            if Tagging.objects.filter(public("content_object__"), tag=tag).exists():
                return redirect(url_of(tag.slug), permanent=True)
    raise Http404


def last_scheduled(limit: int) -> PrimaryKeys:
    """The public articles whose `publish_at` passed last."""
    scheduled = Article.objects.public().filter(publish_at__isnull=False)
    keys: PrimaryKeys = scheduled.order_by("-publish_at", "-pk").values("pk")[:limit]
    return keys


def last_changed(articles: QuerySet[Article], *candidates: PrimaryKeys) -> list[Article]:
    """Return the `ENTRIES` last changed of those `articles` that are among `candidates`.

    `last_visible_change` is the later of two columns, which no index orders by. So each set of
    candidates comes from the index of one of them, and the rows are merged here.
    """
    changes: dict[int, datetime] = {}
    for keys in candidates:
        for row in articles.filter(pk__in=keys).only("created", "updated", "publish_at"):
            changes[row.pk] = row.last_visible_change
    latest = sorted(changes, key=lambda pk: (changes[pk], pk), reverse=True)[:ENTRIES]
    rows = Article.objects.public().defer("body", "text", "toc").in_bulk(latest)
    return [rows[pk] for pk in latest if pk in rows]


def full_text(
    article: Article, targets: dict[str, Target], pages: Mapping[int, LinkedPage], origin: str
) -> str:
    """Return the HTML of the article with absolute URLs, in an element with its language."""
    base = f"{origin}{article.get_absolute_url()}"
    html = urls.absolutize_urls(render_links(article.html, targets, pages=pages), base)
    start = format_html('<div lang="{}" dir="{}">', article.language, article.direction)
    return f"{start}{html}</div>"


def entry_id(language: str, first_slug: str) -> str:
    """Return the id of the article whose first slug, unique in its language, is `first_slug`.

    The id stays the same if the article is renamed, if it is loaded into another database, and
    whichever host serves the feed. It is a hash, because readers may never have seen that slug.
    """
    url = f"https://{tagging_authority()}/articles/{language}/{first_slug}"
    return uuid5(NAMESPACE_URL, url).urn


def tagging_authority() -> str:
    """Return the host that ids contain (RFC 4151, 2.1): the first in `ALLOWED_HOSTS`."""
    hosts = [host.lstrip(".") for host in settings.ALLOWED_HOSTS if host != "*"]
    return hosts[0] if hosts else "localhost"

"""The public pages that are measured, and their limits. Search pages are measured apart."""

from collections.abc import Sequence
from typing import NamedTuple

# Pages without the page cache, and the least part of their time that stored pages take.
STORED_PAGES = {
    "article page": "at least 0.45",
    "home": "at least 0.65",
    "A–Z": "at least 0.75",
    "A–Z, deep": "at least 0.45",
    "largest tag": "at least 0.25",
    "largest tag, deep": "at least 0.25",
    "tags": "at least 0.35",
    "backlinks": "at least 0.05",
}
# How much longer pages may take in larger sites.
MAX_GROWTH = 1.3
# Those with more or longer entries there, such as a letter with few articles in the smallest site:
# of tags, it has up to 200.
LONGER_PAGES = {
    "A–Z, a letter": 1.5,
    "tags": 1.5,
    "tags, a letter": 3,
    "backlinks": 1.5,
    "map of the largest tag": 3,
    "feed": 1.5,
    "feed of the largest tag": 2,
    "sitemap, articles": 10,
    "API, tags": 1.5,
}


class SiteSlugs(NamedTuple):
    """What the pages of a site are about, by slug: some articles, the one with the most links, one
    in the middle of the alphabet, the largest tag, and one in the middle of its articles."""

    articles: Sequence[str]
    most_linked: str
    middle: str
    tag: str
    middle_in_tag: str


def site_pages(count: int, site_slugs: SiteSlugs) -> dict[str, list[str]]:
    """Return the paths of each kind of page of a site with `count` articles."""
    articles, most_linked, middle, tag, middle_in_tag = site_slugs
    return {
        "article page": [f"/articles/{slug}/" for slug in articles],
        "home": ["/"],
        "A–Z": ["/articles/"],
        "A–Z, deep": [f"/articles/?after={middle}"],
        "A–Z, a letter": ["/articles/?letter=m"],
        "largest tag": [f"/tags/{tag}/"],
        "largest tag, deep": [f"/tags/{tag}/?after={middle_in_tag}"],
        "tags": ["/tags/"],
        "tags, a letter": ["/tags/?letter=m"],
        "backlinks": [f"/articles/{most_linked}/links/"],
        "document of an article": [f"/articles/{slug}.md" for slug in articles],
        "map": ["/map/"],
        "map of the largest tag": [f"/map/?tag={tag}"],
        "random": ["/random/"],
        "feed": ["/feed/"],
        "feed of the largest tag": [f"/tags/{tag}/feed/"],
        "sitemap": ["/sitemap.xml"],
        # A small site has one file only.
        "sitemap, articles": ["/sitemaps/articles-1.xml" if count > 1000 else "/sitemap.xml"],
        "API, articles": ["/api/v1/articles"],
        "API, article": [f"/api/v1/articles/{slug}" for slug in articles],
        "API, tags": ["/api/v1/tags"],
        "monitoring": ["/healthz"],
    }

"""The systems that keep documents as Markdown files: where, and at which URLs they show them."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from articles.importing import dialects
from articles.importing.permalinks import Permalink, document_type
from articles.importing.site_languages import SiteLanguages
from articles.importing.trees import SourceTree, stem

DATED = re.compile(r"(?P<year>\d{4})-(?P<month>\d\d?)-(?P<day>\d\d?)-(?P<name>.+)\Z")
INDEXES = frozenset(("index", "_index", "readme"))
LANGUAGE_FOLDER = re.compile(r"\A[a-z]{2}(-[A-Za-z]{2,4})?/")
# Numbers by which Docusaurus sorts; not those of a date or a version.
NUMBERED = re.compile(r"(?:^|(?<=/))\d+[ ]*[-_.]+[ ]*(?=[^-_.\s\d/])")


def no_urls(_path: str) -> tuple[str, ...]:
    """The URLs of a document of a system that has none."""
    return ()


@dataclass(frozen=True)
class Flavour:
    """How one system uses a tree of Markdown files.

    `folders` have the documents, relative to the root, which is the folder of the file that
    `detect` recognises; an empty one is the root itself. `is_site` says whether documents have
    URLs there, by which they are linked to; in vaults the names of files are names of documents.
    `titles` are those that the settings of a site give to paths, and `permalinks` the patterns of
    its URLs: the first one counts that applies. `bases` are what the site has before the paths of
    its URLs. It can be pickled, for worker processes.
    """

    folders: tuple[str, ...] = ("",)
    excluded: tuple[str, ...] = ("node_modules/", "vendor/")
    is_site: bool = False
    has_spaced_tags: bool = True
    urls: Callable[[str], Iterable[str]] = no_urls
    titles: Mapping[str, str] = field(default_factory=dict)
    permalinks: tuple[Permalink, ...] = ()
    bases: tuple[str, ...] = ()
    languages: SiteLanguages = field(default_factory=SiteLanguages)
    # What it adds to Markdown.
    dialect: dialects.Dialect = dialects.plain
    # Whether numbers before the names of files and folders only sort them, and whether `id` stands
    # for the name of a file in URLs.
    has_numbers_and_ids: bool = False
    # Whether texts are MDX, whatever the extensions of their files, or have tags of Liquid.
    is_mdx: bool = False
    has_liquid: bool = False
    # Whether fields may be those of MultiMarkdown.
    has_meta: bool = False


def find_root(tree: SourceTree, *marks: str) -> str | None:
    """Return the highest folder, with a slash at the end, that has a file with one of the paths
    `marks`.

    None if there is none within two folders.
    """
    endings = tuple(f"/{mark}" for mark in marks)
    roots = [
        path.removesuffix(mark)
        for path in tree.sizes
        if f"/{path}".endswith(endings)
        for mark in marks
        if f"/{path}".endswith(f"/{mark}")
    ]
    highest = min(roots, key=lambda root: (root.count("/"), root), default=None)
    return None if highest is None or highest.count("/") > 2 else highest


def document_name(path: str) -> str:
    """Return the name of the file or, for the index of a folder, the name of the folder.

    >>> document_name("docs/war/index.md"), document_name("_posts/2020-01-02-peace.md")
    ('war', 'peace')
    >>> document_name("blog/2020-01-02-truce/index.md")
    'truce'
    """
    name = stem(path)
    if name.lower() in INDEXES and "/" in path:
        name = path.rsplit("/", 2)[-2]
    match = DATED.match(name)
    return match["name"] if match else name


def page_url(path: str) -> str:
    """Return the URL of a page by the rule that most generators share.

    >>> page_url("docs/war/index.md"), page_url("docs/peace.md")
    ('/docs/war/', '/docs/peace/')
    """
    folder, _slash, _file = path.rpartition("/")
    name = stem(path)
    parts = [folder] if name.lower() in INDEXES else [folder, name]
    joined = "/".join(filter(None, parts))
    return f"/{joined}/" if joined else "/"


def quartz_urls(path: str) -> tuple[str, ...]:
    """The URL with hyphens for spaces."""
    return (page_url(path).replace(" ", "-"),)


def mkdocs_urls(path: str) -> tuple[str, ...]:
    """The URL below the folder of documents."""
    return (page_url(path),)


def hugo_urls(path: str) -> list[str]:
    """URLs with and without the folder of a language."""
    url = page_url(path)
    urls = [url, url.lower().replace(" ", "-")]
    return [*urls, *(f"/{LANGUAGE_FOLDER.sub('', text[1:])}" for text in urls)]


def docusaurus_urls(path: str) -> list[str]:
    """URLs below the folders that a site has by default; of a post, also with its date."""
    path = without_numbers(path)
    urls = [page_url(path)]
    if path.count("/") and path.rsplit("/", 2)[-2].lower() == stem(path).lower():
        urls.append(page_url(f"{path.rpartition('/')[0]}/index.md"))
    name = path.rsplit("/", 2)[-2] if "/" in path and stem(path) == "index" else stem(path)
    if match := DATED.match(name):
        day = "/".join(match.group("year", "month", "day"))
        urls.append(f"/{day}/{match['name']}/")
    return urls


def without_numbers(path: str) -> str:
    """Return a path without the numbers by which Docusaurus sorts files and folders.

    >>> without_numbers("01-guide/2. first-steps.md"), without_numbers("7.0-news/2020-01-02.md")
    ('guide/first-steps.md', '7.0-news/2020-01-02.md')
    """
    return NUMBERED.sub("", path)


def jekyll_urls(path: str) -> list[str]:
    """The default permalinks of members of collections, and of pages; posts have a pattern."""
    if document_type(path) == "posts":
        return []
    return [page_url(path.lstrip("_")), page_url(path)]


VAULT = Flavour()
QUARTZ = Flavour(folders=("content/", ""), urls=quartz_urls)
JEKYLL = Flavour(
    excluded=("_site/", "_includes/", "_layouts/", "_sass/", "node_modules/", "vendor/"),
    is_site=True,
    has_liquid=True,
    urls=jekyll_urls,
)
HUGO = Flavour(
    folders=("content/",),
    is_site=True,
    has_spaced_tags=False,
    urls=hugo_urls,
    dialect=dialects.hugo,
)
MKDOCS = Flavour(
    folders=("docs/",),
    is_site=True,
    has_spaced_tags=False,
    urls=mkdocs_urls,
    dialect=dialects.mkdocs,
    has_meta=True,
)
DOCUSAURUS = Flavour(
    folders=("docs/", "blog/", "src/pages/"),
    is_site=True,
    has_spaced_tags=False,
    urls=docusaurus_urls,
    bases=("/docs", "/blog"),
    has_numbers_and_ids=True,
    is_mdx=True,
)

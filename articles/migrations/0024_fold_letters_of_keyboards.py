"""Fold the stored names again: letters that keyboards have for each other's are one letter now.

Of two names that have become one, each keeps its row until `manage.py rebuild` settles whose the
name is; tags that have become one are merged by it.
"""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, unquote

from django.db import migrations

from articles.text import names

BATCH = 1000
WIKILINK = re.compile(r'(?<=href="wiki:)[^"#]+')


def changed_keys(model: Any, field: str) -> Iterator[tuple[int, str]]:
    """Yield the primary keys of the rows whose key is another one now, and the new keys."""
    rows = model.objects.exclude(**{field: ""}).exclude(**{field: None})
    for pk, key in list(rows.order_by("pk").values_list("pk", field)):
        if (folded := names.fold(key)) != key and folded:
            yield pk, folded


def fold_column(model: Any, field: str) -> None:
    """Write new keys that need not be unique."""
    for pk, key in changed_keys(model, field):
        model.objects.filter(pk=pk).update(**{field: key})


def fold_unique(model: Any, *scope: str) -> None:
    """Write new keys, but not one that is taken within the columns of `scope`."""
    for pk, key in changed_keys(model, "key"):
        row = model.objects.filter(pk=pk)
        same = dict(zip(scope, row.values_list(*scope)[0], strict=True)) if scope else {}
        if not model.objects.filter(key=key, **same).exists():
            row.update(key=key)


def fold_tags(apps: Any, schema_editor: Any) -> None:
    """Write the new keys of tags and synonyms, which share one namespace."""
    models = [apps.get_model("articles", name) for name in ("Tag", "TagSynonym")]
    taken = {key for model in models for key in model.objects.values_list("key", flat=True)}
    for model in models:
        for pk, key in changed_keys(model, "key"):
            if key not in taken:
                taken.add(key)
                model.objects.filter(pk=pk).update(key=key)


def fold_names(apps: Any, schema_editor: Any) -> None:
    """Write the new keys of the names of articles and of deleted ones."""
    fold_unique(apps.get_model("articles", "Name"), "language")
    trashed = apps.get_model("articles", "TrashedName")
    fold_unique(trashed, "trashed_id")
    # What is left is the same name of the same article twice.
    trashed.objects.filter(pk__in=[pk for pk, _key in changed_keys(trashed, "key")]).delete()
    fold_column(apps.get_model("articles", "Article"), "source_key")


def fold_links(apps: Any, schema_editor: Any) -> None:
    """Write the new keys of links, also into the stored HTML that has these links."""
    Article, Link = (apps.get_model("articles", name) for name in ("Article", "Link"))
    changed = [pk for field in ("key", "path") for pk, _key in changed_keys(Link, field)]
    sources: set[int] = set()
    for start in range(0, len(changed), BATCH):
        links = Link.objects.filter(pk__in=changed[start : start + BATCH])
        sources.update(links.values_list("source", flat=True))
    fold_column(Link, "key")
    fold_column(Link, "path")
    for pk in sorted(sources):
        article = Article.objects.filter(pk=pk)
        html = WIKILINK.sub(fold_quoted, article.values_list("html", flat=True)[0])
        article.update(html=html)


def fold_quoted(match: re.Match[str]) -> str:
    return quote(names.fold(unquote(match[0])), safe="")


def fold_failed_searches(apps: Any, schema_editor: Any) -> None:
    """Write the new texts of failed searches, and add up those that are one now."""
    searches = apps.get_model("articles", "FailedSearch").objects
    for pk, query in changed_keys(apps.get_model("articles", "FailedSearch"), "query"):
        row, other = searches.get(pk=pk), searches.filter(query=query).first()
        if other is None:
            searches.filter(pk=pk).update(query=query)
            continue
        other.count += row.count
        other.last_searched = max(other.last_searched, row.last_searched)
        other.save()
        row.delete()


class Migration(migrations.Migration):
    dependencies = [("articles", "0023_link_path")]

    operations = [
        migrations.RunPython(function, migrations.RunPython.noop)
        for function in (fold_tags, fold_names, fold_links, fold_failed_searches)
    ]

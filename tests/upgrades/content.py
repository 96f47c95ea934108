"""Content of all kinds, written as editors do. Executed by `store`, with Django's settings."""

import tempfile
from datetime import UTC, datetime
from pathlib import Path

import django
from django.core.management import call_command

django.setup()

from django.contrib.auth.models import Group, User  # noqa: E402

from articles import editing  # noqa: E402
from articles.models import Article, FailedSearch, Profile, Status, Tag  # noqa: E402

VAULT = {"Treaty.md": "---\ntags: [law]\n---\n\nSee [[Peace]].\n", "Law.md": "Words.\n"}


def write() -> None:
    editor = User.objects.create_user("mona", "mona@example.org", "correct horse battery")
    editor.is_staff = True
    editor.save()
    editor.groups.set(Group.objects.filter(name="Editors"))
    write_articles(editor)
    write_drafts(editor)
    write_trash(editor)
    Profile.objects.create_feed_token(editor.pk)
    FailedSearch.objects.record("unknown")
    import_and_export()


def create(title: str, tags: list[str], user: User, **fields: str) -> Article:
    article = Article(title=title, slug=title.lower(), **fields)
    editing.save(article, tags, user, "first version")
    return article


def write_articles(user: User) -> None:
    published = {"status": Status.PUBLISHED}
    peace = create("Peace", ["calm", "law"], user, body="# One\n\nNot [[War#Two]].", **published)
    create("War", ["law"], user, body="## Two\n\nNot [[Peace|peace]], [[Truce]].", **published)
    create("السلام", ["هدوء"], user, language="ar", translation_of="peace", **published)
    tag = Tag.objects.get(name="calm")
    tag.name = "calmness"
    editing.save_tag(tag, ["quiet"])
    peace.title, peace.slug, peace.aliases = "Concord", "concord", ["Accord"]
    editing.save(peace, user=user, comment="a better title")


def write_drafts(user: User) -> None:
    war = Article.objects.get(title="War")
    war.body += "\n\nA paragraph of the draft."
    editing.save_draft(war, user=user)
    concord = Article.objects.get(title="Concord")
    concord.summary = "Scheduled."
    editing.schedule(concord, datetime(2100, 1, 1, tzinfo=UTC), user=user)
    create("Idea", ["calmness"], user, body="Not yet.", status=Status.DRAFT)
    editing.store_working_copy(user, "0" * 32, war, 1, {"title": "War", "body": "Typed."})


def write_trash(user: User) -> None:
    editing.delete([create("Deleted", ["law"], user, body="Gone.", status=Status.PUBLISHED)], user)


def import_and_export() -> None:
    with tempfile.TemporaryDirectory() as folder:
        vault = Path(folder, "vault")
        vault.mkdir()
        for name, text in VAULT.items():
            (vault / name).write_text(text)
        call_command("import_articles", vault, verbosity=0)
        call_command("export_articles", Path(folder, "tree"), verbosity=0)


if __name__ == "__main__":
    write()

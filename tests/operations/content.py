"""The users and articles of a site for the tests of operations."""

from django.contrib.auth.models import Group, User

from articles import editing
from articles.models import Article, Status

PASSWORD = "correct horse battery"
USERNAMES = [f"editor{number}" for number in range(1, 9)]


def create() -> None:
    """Create the editors, and an article for each, with the keys 1 to 8."""
    group = Group.objects.get(name="Editors")
    for username in USERNAMES:
        user = User.objects.create_user(username, password=PASSWORD, is_staff=True)
        user.groups.add(group)
        article = Article(title=username.title(), slug=username, status=Status.PUBLISHED)
        article.body = "\n\n".join(f"{name} saved 0.\n\nUnchanged." for name in USERNAMES)
        editing.save(article, ["test"])

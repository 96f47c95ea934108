"""Fill a new site: the groups, an editor's account, the first articles."""

import secrets
import socket
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group, Permission, User
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from articles.models import ContentVersion

EDITORS = (
    *(
        f"{verb}_{noun}"
        for noun in ("article", "tag", "tagsynonym", "tagging")
        for verb in ("add", "change", "delete", "view")
    ),
    "publish_article",
    "view_revision",
)
WRITERS = ("add_article", "change_article", "view_article", "view_tag", "view_revision")
GROUPS = {"Editors": EDITORS, "Writers": WRITERS}


class Command(BaseCommand):
    help = "Fills a new site; does nothing where somebody has begun to work."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--free-port", action="store_true", help="refuse if the site's PORT is taken"
        )

    def handle(self, *args: Any, free_port: bool = False, **options: Any) -> None:
        if free_port and not port_is_free(settings.PORT):
            raise CommandError(
                f"Port {settings.PORT} of 127.0.0.1 is taken: "
                f"choose another, as in PORT={settings.PORT % 65535 + 1}."
            )
        make_groups()
        if ContentVersion.objects.untouched():
            call_command("loaddata", *fixtures(), verbosity=0)
        if password := make_editor():
            self.stdout.write(ACCOUNT.format(port=settings.PORT, password=password))


ACCOUNT = """
  ┌─ The editor's account, shown this once
  │  address   http://127.0.0.1:{port}/admin/
  │  name      editor
  │  password  {password}
  └─
"""


def fixtures() -> list[str]:
    folder = Path(settings.BASE_DIR) / "fixtures"
    return [str(folder / "tags.json"), *map(str, sorted(folder.glob("articles/*.md")))]


@transaction.atomic
def make_groups() -> None:
    """Make the groups that are not there; what somebody made of the others stays."""
    for name, codenames in GROUPS.items():
        group, created = Group.objects.get_or_create(name=name)
        if created:
            group.permissions.set(
                Permission.objects.filter(
                    content_type__app_label="articles", codename__in=codenames
                )
            )


@transaction.atomic
def make_editor() -> str:
    """Make the first user and give back the password, or nothing where there are users."""
    if User.objects.exists():
        return ""
    password = secrets.token_urlsafe(12)
    user = User.objects.create_user("editor", password=password, is_staff=True)
    user.groups.add(Group.objects.get(name="Editors"))
    return password


def port_is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True

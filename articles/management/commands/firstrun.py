"""Set up a new site: an editor account and the first articles."""

import secrets
import socket
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from articles.models import ContentVersion


class Command(BaseCommand):
    help = "Sets up a new site. Does nothing on a site that has content and users."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--free-port", action="store_true", help="fail if another process uses PORT"
        )

    def handle(self, *args: Any, free_port: bool = False, **options: Any) -> None:
        if free_port and not port_is_free(settings.PORT):
            raise CommandError(
                f"Port {settings.PORT} of 127.0.0.1 is in use. "
                f"Choose another one, such as PORT={settings.PORT % 65535 + 1}."
            )
        if ContentVersion.objects.untouched():
            call_command("loaddata", *fixtures(), verbosity=0)
        if password := create_editor():
            self.stdout.write(ACCOUNT.format(port=settings.PORT, password=password))


ACCOUNT = """
  ┌─ Editor account, displayed only once
  │  URL       http://127.0.0.1:{port}/admin/
  │  username  editor
  │  password  {password}
  └─
"""


def fixtures() -> list[str]:
    folder = Path(settings.BASE_DIR) / "fixtures"
    return [str(folder / "tags.json"), *map(str, sorted(folder.glob("articles/*.md")))]


@transaction.atomic
def create_editor() -> str:
    """Create the first user and return the password, or an empty string if there are users."""
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

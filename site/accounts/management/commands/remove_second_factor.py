"""Removes the second factor of users who have lost it."""

from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts import second_factor


class Command(BaseCommand):
    help = "Remove the second factor of users, who then log in with their password alone."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username", nargs="+")

    def handle(self, *, username: list[str], **options: Any) -> None:
        users = User.objects.in_bulk(username, field_name="username")
        if missing := [name for name in username if name not in users]:
            raise CommandError(f"No such user: {', '.join(missing)}. Nothing was changed.")
        count = second_factor.remove(users.values())
        self.stdout.write(f"Removed the second factor of {count} of {len(users)} users.")

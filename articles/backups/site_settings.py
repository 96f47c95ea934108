"""The environment variables of the site, as a file in the format of `.env`."""

import os
import re
from collections.abc import Mapping

from django.conf import settings

# What a variable may give away: by its name, or by a password within a URL.
SECRET_NAME = re.compile("KEY|SECRET|PASSWORD|TOKEN|DSN|URL|CREDENTIAL|PRIVATE")
USER_IN_URL = re.compile("://[^/]*@")
HEADING = "# Settings of the site that was backed up."


def site_settings(*, with_secrets: bool) -> dict[str, str]:
    """Return the variables that are set, secrets only if asked for."""
    names = [name for name in settings.ENVIRONMENT_VARIABLES if name in os.environ]
    return {
        name: os.environ[name]
        for name in sorted(names)
        if with_secrets or not is_secret(name, os.environ[name])
    }


def is_secret(name: str, value: str) -> bool:
    return bool(SECRET_NAME.search(name) or USER_IN_URL.search(value))


def as_env(variables: Mapping[str, str]) -> bytes:
    """Return variables in the format of `.env`, each in one line."""
    lines = [f"{name}={' '.join(value.splitlines())}" for name, value in variables.items()]
    return "\n".join([HEADING, *lines, ""]).encode()


def differences(content: bytes) -> list[str]:
    """Return the names of the variables in `content` that have another value here."""
    here = site_settings(with_secrets=True)
    lines = [line.partition("=") for line in content.decode(errors="replace").splitlines()]
    return [
        name
        for name, sign, value in lines
        if sign and not name.startswith("#") and " ".join(here.get(name, "").splitlines()) != value
    ]

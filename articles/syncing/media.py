"""The files in the media folder that articles use."""

import re
import unicodedata
from html import unescape
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

from django.conf import settings

# Attributes are in double quotes, as our own rules write them.
URL = re.compile(r'(?:src|href)="([^"]+)"')


def media_paths(html: str) -> set[str]:
    """Return the paths within the media folder that the HTML of an article refers to."""
    prefix: str = settings.MEDIA_URL
    if f'="{prefix}' not in html:
        return set()
    urls = (unescape(url) for url in URL.findall(html))
    paths = (re.split("[?#]", url, maxsplit=1)[0] for url in urls if url.startswith(prefix))
    return {path for url in paths if is_safe(path := unquote(url.removeprefix(prefix)))}


def is_safe(path: str) -> bool:
    """Whether a path stays in its folder and is not hidden."""
    parts = PurePosixPath(path).parts
    if not parts or path.startswith("/") or "\0" in path or "\\" in path:
        return False
    return not any(part.startswith(".") for part in parts)


def media_file(path: str) -> Path | None:
    """Return a file of the media folder, or None if it has no such file."""
    root = Path(settings.MEDIA_ROOT).resolve()
    try:
        file = (root / path).resolve()
        return file if file.is_file() and file.is_relative_to(root) else None
    except OSError:
        return None


def stored_media(path: str) -> Path | None:
    """Return a file of the media folder by its name in any normalization."""
    forms = (path, *(unicodedata.normalize(form, path) for form in ("NFC", "NFD")))
    return next(filter(None, map(media_file, forms)), None)

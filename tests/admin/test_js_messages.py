"""The messages that the article form passes to its JavaScript."""

import re
from pathlib import Path

from django.conf import settings

from articles.admin.js_messages import JS_MESSAGES

SCRIPTS = Path(settings.BASE_DIR) / "articles/static/articles/js/admin"


def test_scripts_use_all_messages_and_no_others():
    source = "".join(path.read_text(encoding="utf-8") for path in sorted(SCRIPTS.glob("*.js")))
    used = set(re.findall(r"\bmessages\.(\w+)", source))
    used |= set(re.findall(r'"(\w+_of)"', source))
    assert used == set(JS_MESSAGES)

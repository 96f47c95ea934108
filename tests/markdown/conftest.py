"""The examples of the CommonMark specification are not part of the repository."""

import os

collect_ignore = [] if os.environ.get("COMMONMARK_SPEC") else ["test_commonmark.py"]

"""Texts of fixtures."""

import json


def document(title, **fields):
    lines = [f"{key}: {json.dumps(value)}" for key, value in {"title": title, **fields}.items()]
    return "---\n" + "\n".join(lines) + "\n---\n\nWords.\n"


def record(**fields):
    return {"model": "articles.article", "fields": {"slug": "x", "title": "X", **fields}}

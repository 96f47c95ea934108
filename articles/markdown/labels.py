"""Labels that the renderer generates, in the language of the article."""

# The callout types of GitHub and Obsidian, by the five styles in which they are shown.
CALLOUT_TYPES = {
    "note": "note abstract summary tldr info todo quote cite example",
    "tip": "tip hint success check done",
    "important": "important question help faq",
    "warning": "warning attention",
    "caution": "caution failure fail missing danger error bug",
}
CALLOUT_STYLE = {kind: style for style, kinds in CALLOUT_TYPES.items() for kind in kinds.split()}

ENGLISH = {
    "done": "Done",
    "open": "To do",
    "table": "Table",
    "footnotes": "Footnotes",
    "back": "Back to the text",
}
ARABIC = {
    "note": "ملاحظة",
    "tip": "نصيحة",
    "important": "مهم",
    "warning": "تحذير",
    "caution": "تنبيه",
    "info": "معلومة",
    "example": "مثال",
    "question": "سؤال",
    "quote": "اقتباس",
    "summary": "خلاصة",
    "done": "تم",
    "open": "لم يتم",
    "table": "جدول",
    "footnotes": "الحواشي",
    "back": "العودة إلى النص",
}


def labels_for(language: str) -> dict[str, str]:
    """Return the labels in a language (BCP 47 tag), or in English."""
    return ARABIC if language.lower().split("-")[0] == "ar" else ENGLISH


def callout_title(kind: str, labels: dict[str, str]) -> str:
    """Return the default title of a callout.

    >>> callout_title("see-also", ENGLISH)
    'See also'
    """
    title = labels.get(kind) or labels.get(CALLOUT_STYLE.get(kind, ""))
    return title or kind.replace("-", " ").capitalize()

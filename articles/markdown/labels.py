"""The few words that pages say by themselves, in the language of the article."""

# What GitHub and Obsidian call callouts, and the five looks that a page has for them.
LOOKS = {
    "note": "note abstract summary tldr info todo quote cite example",
    "tip": "tip hint success check done",
    "important": "important question help faq",
    "warning": "warning attention",
    "caution": "caution failure fail missing danger error bug",
}
LOOK_OF = {kind: look for look, kinds in LOOKS.items() for kind in kinds.split()}

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


def words(language: str) -> dict[str, str]:
    """What is said in a language (BCP 47 tag), or in English."""
    return ARABIC if language.lower().split("-")[0] == "ar" else ENGLISH


def callout_title(kind: str, words: dict[str, str]) -> str:
    """What a callout without a title of its own is headed with.

    >>> callout_title("see-also", ENGLISH)
    'See also'
    """
    known = words.get(kind) or words.get(LOOK_OF.get(kind, ""))
    return known or kind.replace("-", " ").capitalize()

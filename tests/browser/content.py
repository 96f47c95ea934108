"""Articles with all kinds of content, for tests of whole pages."""

from articles.text import names
from tests import factories

ENGLISH = (
    """\
A *calm* page with [[ديوان|a link]], a [[Nowhere|wanted one]], [another](https://example.org/),
`code`, ~~words taken back~~ and a note.[^1] Bare: https://example.org/.

## History of the register

> [!NOTE]
> Something that the reader should know.

> [!WARNING]
> Something that needs attention at once.

"""
    + "The register was kept by a scribe who wrote down what came in and what went out. " * 30
    + """

### Early registers

- [x] done
- [ ] not done

Term
: What it means.

1. one
2. two
   - nested

## Numbers

| Year | Articles | What happened then, at some length, in a cell that would not be broken | By |
| ---: | :------: | --- | --- |
| 2024 | 1,204 | Averyveryveryveryveryveryveryveryveryveryveryveryveryverylongword | [[Nobody]] |

```python
print("a line of code that is longer than any telephone is wide, and may not widen the page")
```

![A map of the registers](https://example.invalid/map.png)

Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft

## Afterlife

"""
    + "Those who came after him could find what they were looking for. " * 60
    + """

[^1]: As one reads in the sources.
"""
)

ARABIC = (
    """\
كان [[Register of State|الديوان]] سجلاً تحفظ فيه الدولة وثائقها، and English within it.

## التاريخ

"""
    + "وقد كتب فيه الكُتّاب يوماً بعد يوم ما دخل وما خرج. " * 40
    + """

## الأثر

"""
    + "حتى صار من جاء بعدهم يجد ما يبحث عنه. " * 40
)

# Starts with the letter of the page "letter".
LONG = "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz"

PAGES = {
    "home": "/",
    "index": "/articles/",
    "letter": "/articles/?letter=r",
    "results": "/search/?q=regis",
    "article": "/articles/register-of-state/",
    "arabic article": "/articles/ديوان/",
    "long article": f"/articles/{names.slug(LONG + ': a title')}/",
    "backlinks": "/articles/register-of-state/links/",
    "tags": "/tags/",
    "tag": "/tags/history/",
    "search without results": "/search/?q=zzzzzz",
    "search": "/search/",
    "map": "/map/",
    "graph": "/articles/register-of-state/graph/",
    "api": "/api/v1/docs",
    "missing article": "/articles/registre of stat/",
}


def create() -> None:
    """Create the articles of `PAGES`."""
    factories.article(
        "Register of State",
        summary="A register in which a state kept its documents.",
        author="Layla Haddad",
        featured=True,
        tags=["history", "administration", "state"],
        aliases=["Diwan of old"],
        body=ENGLISH,
    )
    factories.article(
        "ديوان",
        language="ar",
        summary="السجل الذي كانت الدولة تحفظ فيه وثائقها.",
        author="ليلى حداد",
        tags=["history", "تاريخ"],
        body=ARABIC,
    )
    factories.article(
        f"{LONG}: a title",
        summary=f"The {LONG} and its register.",
        tags=["history", "administration", LONG],
        body=f"## {LONG}\n\nThe [[Register of State]] has {LONG}, as [[{LONG} 2]] has.",
    )
    for number in range(60):
        factories.article(
            f"Scribe {number}",
            summary="A scribe of the register." if number % 2 else "",
            tags=["history", f"topic {number % 7}"],
            body="They kept the [[Register of State|register]], as [[ديوان]] says.",
        )

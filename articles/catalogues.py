"""What the interface says → catalogues that people translate (.po) → what programs read (.mo).

Babel does both, so that nobody needs GNU gettext. A .mo is not kept in the repository.
"""

import os
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages import Catalog, mofile, pofile
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from django.utils.translation.template import templatize

APP = Path(__file__).resolve().parent
FOLDER = APP / "locale"
HEADER = r"""msgid ""
msgstr ""
"Language: {language}\n"
"Plural-Forms: {plural}\n"
"MIME-Version: 1.0\n"
"Content-Type: text/plain; charset=utf-8\n"
"Content-Transfer-Encoding: 8bit\n"

"""
# Where sentences are said, and by what they are known.
SAID = {APP: (".py",), APP.parent / "templates": (".html", ".xml")}
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    **{f"{name}_lazy": DEFAULT_KEYWORDS[name] for name in ("gettext", "ngettext", "pgettext")},
}


def compile_stale(folder: Path = FOLDER) -> list[Path]:
    """Compile each catalogue that is newer than what was made of it. Returns those compiled."""
    stale = [path for path in sorted(folder.glob("*/LC_MESSAGES/*.po")) if is_stale(path)]
    for path in stale:
        _compile(path)
    return stale


def is_stale(path: Path) -> bool:
    compiled = path.with_suffix(".mo")
    return not compiled.exists() or compiled.stat().st_mtime < path.stat().st_mtime


def _compile(path: Path) -> None:
    """Into a file of its own first: a server may be reading the one that is there."""
    unfinished = path.with_suffix(f".{os.getpid()}")
    with unfinished.open("wb") as out:
        mofile.write_mo(out, read(path))
    unfinished.replace(path.with_suffix(".mo"))


def read(path: Path) -> Catalog:
    with path.open("rb") as source:
        return pofile.read_po(source, locale=path.parents[1].name)


def update(path: Path) -> Catalog:
    """Let the catalogue at `path` ask for exactly what is said. A new one begins empty."""
    catalogue = read(path) if path.exists() else Catalog(locale=path.parents[1].name)
    catalogue.update(said(), no_fuzzy_matching=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    write(catalogue, path)
    return catalogue


def write(catalogue: Catalog, path: Path) -> None:
    """Without dates and places, which would differ where nothing else does."""
    with path.open("wb") as out:
        language, plural = path.parents[1].name, catalogue.plural_forms
        out.write(HEADER.format(language=language, plural=plural).encode())
        pofile.write_po(
            out, catalogue, width=99, include_lineno=False, ignore_obsolete=True, omit_header=True
        )


def said() -> Catalog:
    """All sentences of templates and of Python, not translated."""
    found = Catalog()
    for folder, kinds in SAID.items():
        for path in sorted(file for file in folder.rglob("*") if file.suffix in kinds):
            place = path.relative_to(APP.parent).as_posix()
            for _line, message, comments, context in extract(
                "python", BytesIO(_python(path).encode()), KEYWORDS, options={"encoding": "utf-8"}
            ):
                found.add(message, None, [(place, 0)], (), comments, context=context)
    return found


def _python(path: Path) -> str:
    """Python as it is; a template as calls of gettext, without the indentation of its HTML."""
    text = path.read_text(encoding="utf-8")
    return text if path.suffix == ".py" else "\n".join(_stripped(templatize(text)))


def _stripped(text: str) -> Iterator[str]:
    return (line.strip() for line in text.splitlines())

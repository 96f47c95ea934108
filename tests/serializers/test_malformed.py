"""Files that are not what they should be: a message in one line for each fault, and the database
as before. Or as after, if nothing is wrong with them."""

import gzip
import io
import json
import random
import re
import threading
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from articles.models import Article, ContentVersion, Tag
from articles.serializers import markdown
from articles.serializers.sources import FixtureError
from tests.serializers.builders import document

FIXTURES = Path(__file__).parents[2] / "fixtures"
FILES = [FIXTURES / "tags.json", *sorted((FIXTURES / "articles").glob("*.md"))]

pytestmark = pytest.mark.django_db(transaction=True)


def load(*files):
    """Load files. Return the message if they are refused; check that nothing was loaded then."""
    before = ContentVersion.objects.current(), Article.objects.count(), Tag.objects.count()
    try:
        call_command("loaddata", *map(str, files), verbosity=0, stdout=io.StringIO())
    except CommandError as error:
        message = str(error)
    else:
        return ""
    after = ContentVersion.objects.current(), Article.objects.count(), Tag.objects.count()
    assert message and before == after
    return message


def locations(message):
    """Return the locations of the faults; fail if there is a line without one."""
    *lines, summary = message.splitlines()
    assert re.fullmatch(r"\d+ faults?( and more)?\. Nothing was loaded\.", summary)
    matches = [re.match(r"[^:]+(:\d+)*: .", line) for line in lines]
    assert all(matches), lines
    return [match[0] for match in matches]


def mutate(content: bytes, number: int) -> bytes:
    """Return `content` with some bytes flipped, inserted, deleted or cut off."""
    chance = random.Random(number)
    changed = bytearray(content)
    for _time in range(chance.randint(1, 6)):
        at = chance.randrange(len(changed))
        insertions = [b"\0", b"\xff", b"\xef\xbb\xbf", b"\r", b"\x0c", b"---\n", b": ", b'"', b"["]
        match chance.randrange(4):
            case 0:
                changed[at] ^= 1 << chance.randrange(8)
            case 1:
                changed[at:at] = chance.choice(insertions)
            case 2:
                del changed[at : at + chance.randint(1, 20)]
            case 3:
                changed = changed[: max(1, at)]
    return bytes(changed)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_mutated_file_is_loaded_or_refused_in_one_piece(tmp_path, file):
    path, content = tmp_path / file.name, file.read_bytes()
    for number in range(40):
        path.write_bytes(mutate(content, number))
        if message := load(path):
            assert all(str(path) in location for location in locations(message))


YAML = st.text(alphabet="ab:-[]{}&*!|>%@`\"'#, \n\t?~\\", max_size=60)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.one_of(
        st.binary(max_size=80),
        st.text(max_size=80).map(lambda text: text.encode(errors="ignore")),
        YAML.map(lambda block: f"---\n{block}\n---\nBody".encode()),
        YAML.map(lambda block: f"---\ntitle: X\n{block}\n---\nBody".encode()),
    )
)
def test_any_bytes_are_loaded_or_refused(tmp_path, content):
    path = tmp_path / "x.md"
    path.write_bytes(content)
    if message := load(path):
        locations(message)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
        lambda values: (
            st.lists(values, max_size=3)
            | st.dictionaries(st.sampled_from(["model", "fields", "pk", "title", "tags"]), values)
        ),
        max_leaves=8,
    )
)
def test_any_json_is_loaded_or_refused(tmp_path, value):
    path = tmp_path / "x.json"
    fields = {"slug": "x", "title": value, "aliases": value, "created": value, "featured": value}
    for records in (value, [value], [{"model": "articles.article", "fields": fields}]):
        path.write_text(json.dumps(records))
        if message := load(path):
            locations(message)


# Each anchor is twice the one before ("billion laughs").
BOMB = "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 40))
HOSTILE = {
    "nested lists": "---\na: " + "[" * 100_000 + "\n---\n",
    "nested mappings": "---\na: " + "{a: " * 50_000 + "\n---\n",
    "anchors": "---\na: &a [x, x]\n"
    + "".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [*{chr(97 + n)}, *{chr(97 + n)}]\n" for n in range(20)
    )
    + "---\n",
    "a tag of YAML": "---\ntitle: !!python/object/apply:os.system [id]\n---\n",
    "a huge value": f"---\ntitle: {'x' * 1_000_000}\n---\n",
    "many fields": "---\n" + "".join(f"f{n}: x\n" for n in range(10_000)) + "---\n",
    "NULs": "---\ntitle: X\n---\n" + "\0\n" * 100_000,
    "only form feeds": "\f" * 100_000,
    "nothing": "",
    "a byte order mark": "\ufeff",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_documents_are_refused_quickly(tmp_path, elapsed, text):
    path = tmp_path / "x.md"
    path.write_text(text, encoding="utf-8")
    with elapsed(5):
        locations(load(path))
    assert not Article.objects.exists()


def test_deeply_nested_json_is_refused(tmp_path):
    path = tmp_path / "x.json"
    path.write_text("[" * 100_000)
    assert "nested too deeply" in load(path)


@pytest.mark.parametrize("ends", ["\r\n", "\r", "mixed"])
def test_all_line_ends_are_read(tmp_path, ends):
    text = document("Peace")
    path = tmp_path / "x.md"
    if ends == "mixed":
        text = text.replace("\n", "\r\n", 2)
    path.write_bytes((text if ends == "mixed" else text.replace("\n", ends)).encode())
    message = load(path)
    assert bool(message) == (ends == "\r")


@pytest.mark.parametrize(
    "name", ["سلام", "café", "cafe\u0301", "战争 🙂", "a b'\"", "%s", "-x", "[a]*?"]
)
def test_a_file_name_may_have_any_characters(tmp_path, name, monkeypatch):
    path = tmp_path / f"{name}.md"
    path.write_text(document("Peace", status="secret"))
    assert locations(load(path))[0].startswith(f"{path}:3: ")
    path.write_text(document("Peace"))
    assert load(path) == ""
    json_path = tmp_path / f"{name}.json"
    json_path.write_text("[")
    assert locations(load(json_path))[0].startswith(f"{json_path}:1: ")


def test_a_document_of_100_megabytes_is_refused_without_reading_all_of_it(tmp_path, monkeypatch):
    path, other = tmp_path / "huge.md", tmp_path / "other.md"
    with path.open("wb") as file:
        file.truncate(100_000_000)
    other.write_text(document("X", status="secret"))
    sizes = []
    original = markdown.decode

    def decode(content, *position):
        sizes.append(len(content))
        return original(content, *position)

    monkeypatch.setattr(markdown, "decode", decode)
    message = load(path, other)
    assert "longer than 8000000 bytes" in message and "other.md:3: status" in message
    assert max(sizes) == markdown.MAX_DOCUMENT + 1


def test_a_long_stream_is_read_in_parts(tmp_path, monkeypatch):
    monkeypatch.setattr(markdown, "CHUNK", 10)
    path = tmp_path / "x.md"
    texts = [document(f"Title {number} é", summary="سلام") for number in range(5)]
    path.write_text("\f\n".join(texts), encoding="utf-8")
    assert load(path) == "" and Article.objects.count() == 5
    path.write_text("\f\n".join([*texts, document("X", status="secret")]), encoding="utf-8")
    assert locations(load(path)) == [f"{path}:38: s"]


def test_a_damaged_archive_is_refused(tmp_path):
    content = gzip.compress(b"[]" * 10_000)
    for number, damaged in enumerate((content[:50], b"x" + content, content[:-4])):
        path = tmp_path / f"{number}.json.gz"
        path.write_bytes(damaged)
        assert str(path) in locations(load(path))[0]


def test_a_link_to_nothing_is_refused(tmp_path):
    path = tmp_path / "x.md"
    path.symlink_to(tmp_path / "nothing.md")
    assert "x" in load(path)


@pytest.mark.usefixtures("separate_connections")
def test_two_loads_at_once_are_both_complete(tmp_path):
    errors = []

    def run(name):
        path = tmp_path / f"{name}.md"
        texts = [document(f"{name} {number}", tags=["a", name]) for number in range(20)]
        path.write_text("\f".join(texts))
        try:
            call_command("loaddata", str(path), verbosity=0, stdout=io.StringIO())
        except Exception as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[name]) for name in ("x", "y")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert all(isinstance(error, CommandError) for error in errors)
    assert Article.objects.count() == 40 - 20 * len(errors)


def test_more_faults_of_one_document_than_are_named(tmp_path):
    path = tmp_path / "x.md"
    path.write_text("---\n" + "".join(f"key{n}: x\n" for n in range(500)) + "---\n")
    with pytest.raises(FixtureError) as error:
        call_command("loaddata", str(path), verbosity=0)
    assert len(error.value.faults) == 100
    assert error.value.summary == "100 faults and more. Nothing was loaded."

"""All faults of a load at once, in the order of the files, and nothing loaded."""

import gzip
import json
import os
import re

import pytest
from django.core.management import CommandError, call_command

from articles.management.commands.loaddata import Command
from articles.models import Article, Tag
from articles.serializers import documents, json_records
from articles.serializers.sources import MAX_FAULTS
from tests import factories
from tests.serializers.builders import document, record

FAULTY = """---
titel: Peace
slug: A B
status: secret
publish_at: soon
featured: maybe
params:
  deep: [1, {a: b}]
aliases:
- a: b
summary: One
summary: Two
---

Words.
"""


@pytest.fixture
def faults_of(tmp_path, transactional_db):
    """Return a function that loads files and returns the lines of the error."""

    def load(files):
        for name, text in files.items():
            (tmp_path / name).write_bytes(text if isinstance(text, bytes) else text.encode())
        with pytest.raises(CommandError) as error:
            call_command("loaddata", *(str(tmp_path / name) for name in files), verbosity=0)
        assert not Tag.objects.exists()
        return [line.replace(f"{tmp_path}/", "") for line in str(error.value).splitlines()]

    return load


def heads(lines):
    """Return file, line and field of each fault."""
    return [re.match(r"[^:]*:\d+: [^:]*", line)[0] for line in lines[:-1]]


def test_all_faults_of_one_document_are_named(faults_of):
    lines = faults_of({"1.md": FAULTY})
    assert heads(lines) == [
        "1.md:1: title",
        "1.md:2: titel",
        "1.md:3: slug",
        "1.md:4: status",
        "1.md:5: publish_at",
        "1.md:6: featured",
        "1.md:8: params",
        "1.md:10: aliases",
        "1.md:12: summary",
    ]
    text = "\n".join(lines)
    for hint in ("Did you mean “title”", "like “a-b”", "draft, review", "like 2026-", "true nor"):
        assert hint in text
    assert lines[-1] == "9 faults. Nothing was loaded."
    assert not Article.objects.exists()


def test_a_fault_is_one_line_whatever_the_file_is_called(faults_of):
    lines = faults_of({"a\nb\u202ec.md": "---\ntitle: A#B\n---\n"})
    assert lines[0].startswith(r"a\nb\u202ec.md:2: title: ")


def test_faults_are_in_the_order_of_the_files_whenever_they_are_detected(faults_of):
    factories.article("Stored", aliases=["Known"])
    before = list(Article.objects.values())
    lines = faults_of(
        {
            "b.md": document("First", aliases=["Same"], tags=["new"]),
            "a.md": document("Second", status="secret"),
            "c.md": document("Known"),
            "d.md": b"---\ntitle: X\n---\n\n\xff\n",
            "e.md": document("same", featured="maybe"),
            "f.md": document("Good"),
        }
    )
    assert heads(lines) == [
        "a.md:3: status",
        "c.md:2: title",
        "d.md:5: body",
        "e.md:2: title",
        "e.md:3: featured",
    ]
    assert "“Stored”" in lines[1] and "b.md:3" in lines[3]
    assert list(Article.objects.values()) == before


def test_broken_yaml_hides_no_fault_of_other_documents(faults_of):
    stream = f"{document('One', status='x')}\f---\ntitle: [\n---\n\f{document('Two', status='y')}"
    lines = faults_of({"1.md": stream, "2.md": "Words."})
    assert heads(lines) == [
        "1.md:3: status",
        "1.md:9: front matter",
        "1.md:12: status",
        "2.md:1: title",
    ]


CLASHES = {
    "slug": (document("One", slug="x"), document("Two", slug="x"), "3: slug", "1.md:3"),
    "title": (document("One"), document("ONE", slug="x"), "2: title", "1.md:2"),
    "alias": (document("One", aliases=["X"]), document("Two", aliases=["x"]), "3: aliases", "3"),
    "former name": (document("One", former=["X"]), document("X"), "2: title", "1.md:3"),
    "title and alias": (document("One"), document("Two", aliases=["one"]), "3: aliases", "1.md:2"),
    "slug and alias": (document("One", slug="x"), document("T", aliases=["X"]), "3: al", "1.md:3"),
}


@pytest.mark.parametrize(("first", "second", "location", "other"), CLASHES.values(), ids=CLASHES)
def test_a_clash_within_the_load_names_both_locations(
    faults_of, monkeypatch, first, second, location, other
):
    lines = faults_of({"1.md": first, "2.md": second})
    assert len(lines) == 2
    assert lines[0].startswith(f"2.md:{location}") and other in lines[0]


def test_articles_in_two_languages_may_share_names_but_no_slug(faults_of, tmp_path):
    first, second = document("One", slug="a"), document("One", slug="b", language="fr")
    lines = faults_of({"1.md": first, "2.md": second, "3.md": document("Un", slug="a")})
    assert heads(lines) == ["3.md:3: slug"]


@pytest.mark.parametrize("count", [MAX_FAULTS, MAX_FAULTS + 1, 3 * MAX_FAULTS])
def test_at_most_100_faults_are_named(faults_of, count):
    files = {f"{n:04}.md": document(f"Title {n}", status="secret") for n in range(count)}
    lines = faults_of(files)
    assert len(lines) == MAX_FAULTS + 1
    counts = {MAX_FAULTS: "100 faults. Nothing was loaded."}
    assert lines[-1] == counts.get(count, "100 faults and more. Nothing was loaded.")
    assert lines[0].startswith("0000.md:3: status")


def test_all_faults_of_json_records_are_named(faults_of):
    rows = [
        record(status="secret", titel="x"),
        record(slug="A B", title="Y", featured="maybe"),
        record(slug="x", title="Z", summary=None),
        {"model": "articles.nothing", "fields": {}},
        {"model": "articles.tagging", "fields": {"content_object": ["x"], "tag": ["none"]}},
    ]
    text = "[\n" + ",\n".join(map(json.dumps, rows)) + "\n]"
    lines = faults_of({"1.json": text})
    assert [line.split(": ")[:3] for line in lines[:-1]] == [
        ["1.json:2", "x", "titel"],
        ["1.json:3", "A B", "featured"],
        ["1.json:4", "x", "summary"],
        ["1.json:5", "record", "model"],
        ["1.json:6", "record", "tag"],
    ]


def test_a_record_of_an_article_that_was_not_stored_because_of_faults_is_no_fault(faults_of):
    rows = [
        record(slug="a", title="A", status="secret"),
        record(slug="b", title="B"),
        {"model": "articles.tag", "fields": {"name": "calm", "slug": "calm"}},
        {"model": "articles.tagging", "fields": {"content_object": ["a"], "tag": ["calm"]}},
        {"model": "articles.tagging", "fields": {"content_object": ["b"], "tag": ["calm"]}},
        {"model": "articles.tagging", "fields": {"content_object": ["c"], "tag": ["calm"]}},
    ]
    lines = faults_of({"1.json": json.dumps(rows)})
    assert len(lines) == 3
    assert "a: status: " in lines[0] and 'natural key ["c"]' in lines[1]


def test_names_that_change_hands_are_no_fault_beside_other_faults(faults_of):
    factories.article("Mercury", slug="planet")
    lines = faults_of(
        {
            "1.md": document("Mercury", slug="metal"),
            "2.md": document("Venus", status="secret"),
            "3.md": document("Mercury (planet)", slug="planet"),
        }
    )
    assert heads(lines) == ["2.md:3: status"]


def test_translations_of_translations_are_all_named(faults_of):
    factories.article("Stored", slug="stored", language="ar", translation_of="original")
    lines = faults_of(
        {
            "1.md": document("One", slug="one", translation_of="two"),
            "2.md": document("Two", slug="two", translation_of="three"),
            "3.md": document("Four", slug="four", translation_of="stored"),
            "4.md": document("Original", slug="original", translation_of="one"),
        }
    )
    assert heads(lines) == [
        "1.md:4: translation_of",
        "3.md:4: translation_of",
        "4.md:4: translation_of",
        "4.md:4: translation_of",
    ]


def test_files_that_cannot_be_read_are_faults_too(tmp_path, transactional_db):
    (tmp_path / "dir.md").mkdir()
    (tmp_path / "broken.json").write_text("[")
    (tmp_path / "bad.md").write_text(document("X", status="secret"))
    names = ("bad.md", "missing.md", "dir.md", "broken.json")
    with pytest.raises(CommandError) as error:
        call_command("loaddata", *(str(tmp_path / name) for name in names), verbosity=0)
    files = [os.path.basename(line.partition(": ")[0]) for line in str(error.value).splitlines()]
    assert files == [
        "bad.md:3",
        "missing.md",
        "dir.md",
        "broken.json:1",
        "4 faults. Nothing was loaded.",
    ]
    assert "Errno" not in str(error.value)


@pytest.mark.parametrize("suffix", ["json", "json.gz"])
def test_a_json_fixture_has_a_limit_also_decompressed(
    tmp_path, transactional_db, monkeypatch, suffix
):
    text = json.dumps([{"model": "articles.tag", "fields": {"name": "x" * 100}}])
    file = tmp_path / f"tags.{suffix}"
    file.write_bytes(gzip.compress(text.encode()) if suffix == "json.gz" else text.encode())
    monkeypatch.setattr(json_records, "MAX_FIXTURE", len(text) - 1)
    with pytest.raises(CommandError, match=rf"{suffix}: there are more than {len(text) - 1:,} b"):
        call_command("loaddata", str(file), verbosity=0)
    assert not Tag.objects.exists()
    monkeypatch.setattr(json_records, "MAX_FIXTURE", len(text))
    call_command("loaddata", str(file), verbosity=0)
    assert Tag.objects.exists()


def test_parsing_returns_a_document_with_its_faults():
    document = documents.parse_leniently(documents.DocumentText("x.md", 1, FAULTY))
    assert {fault.field for fault in document.faults} >= {"titel", "title", "params", "aliases"}
    assert document.article.body == "Words.\n" and document.article.summary == "One"
    assert not any(fault.column for fault in document.faults)


@pytest.mark.django_db(transaction=True)
def test_on_the_command_line_each_fault_is_a_line_and_the_last_one_their_number(tmp_path, capsys):
    for number in (1, 2):
        (tmp_path / f"{number}.md").write_text(document(f"Title {number}", status="secret"))
    files = [str(tmp_path / f"{number}.md") for number in (1, 2)]
    with pytest.raises(SystemExit) as ended:
        Command().run_from_argv(["manage.py", "loaddata", "--no-color", "--skip-checks", *files])
    out, err = capsys.readouterr()
    first, second, last = err.splitlines()
    assert (ended.value.code, out) == (1, "")
    assert first.startswith(f"{files[0]}:3: status: ")
    assert second.startswith(f"{files[1]}:3: status: ")
    assert last == "CommandError: 2 faults. Nothing was loaded."

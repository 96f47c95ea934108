"""What the linter says about tags."""

import json
from collections import Counter

import pytest

from articles.linting.tag_lists import near_duplicates


def article(tags):
    return f"---\ntitle: Peace\ntags: {tags}\n---\n\nWords.\n"


def tag_file(*names, description="About it.", synonyms=()):
    tags = [
        {"model": "articles.tag", "fields": {"name": name, "description": description}}
        for name in names
    ]
    tags += [
        {"model": "articles.tagsynonym", "fields": {"name": name, "tag": [names[0]]}}
        for name in synonyms
    ]
    return json.dumps(tags, ensure_ascii=False, indent=1)


def test_tags_that_the_file_of_tags_has_are_clean(lint):
    files = {
        "a.md": article("[PEACE, Frieden]"),
        "tags.json": tag_file("peace", synonyms=["Frieden"]),
    }
    assert lint(files) == []


def test_unknown_tags_are_reported_where_they_stand(lint):
    files = {"a.md": article("[peace, 🙂 سلام, harmony]"), "tags.json": tag_file("peace")}
    assert lint(files) == [
        ("unknown-tag", 3, 15, "🙂 سلام"),
        ("unknown-tag", 3, 23, "harmony"),
    ]


def test_without_a_file_of_tags_all_are_known(lint):
    assert lint({"a.md": article("[peace]")}) == []


def test_the_file_of_tags_may_be_above_the_folder(lint, tmp_path):
    files = {"articles/a.md": article("[pax]"), "tags.json": tag_file("peace")}
    assert [rule for rule, *_ in lint(files, paths=[str(tmp_path / "articles")])] == [
        "unknown-tag"
    ]


def test_a_tag_without_description_is_reported_in_the_file_of_tags(lint):
    files = {"a.md": article("[peace]"), "tags.json": tag_file("سلام", "peace", description=" ")}
    assert lint(files) == [
        ("tag-without-description", 5, 13, "سلام"),
        ("tag-without-description", 12, 13, "peace"),
    ]


def test_almost_equal_tags_are_reported_once(lint):
    files = {"a.md": article("[alliance]"), "tags.json": tag_file("alliance", "alliances")}
    assert [(rule, text) for rule, *_, text in lint(files)] == [
        ("near-duplicate-tag", "alliances")
    ]
    files = {"b.md": article("[alliance, alliances]").replace("Peace", "B")}
    assert [
        (rule, text)
        for rule, *_, text in lint(
            files | {"tags.json": "[]"}, ignore="unknown-tag,missing-summary,dead-end,orphan"
        )
    ] == [("near-duplicate-tag", "alliances")]


@pytest.mark.parametrize("content", ["{}", "nonsense", "[1, null]", "[" * 100_000])
def test_any_file_of_tags_gets_an_answer(lint, content):
    lint({"a.md": article("[peace]"), "tags.json": content})


@pytest.mark.parametrize(
    "pair",
    [
        ("defense diplomacy", "defence diplomacy"),
        ("cyber security", "cybersecurity"),
        ("defense trade", "trade defense"),
        ("alliances", "alliance"),
        ("сотрудничество", "сотрудничества"),
    ],
)
def test_these_are_almost_equal(pair):
    assert len(near_duplicates(Counter(pair))) == 1


@pytest.mark.parametrize(
    "pair",
    [("war", "wax"), ("world war 1", "world war 2"), ("peace", "defense"), ("平和", "平和的")],
)
def test_these_are_not(pair):
    assert near_duplicates(Counter(pair)) == {}


def test_thousands_of_tags_take_linear_time(elapsed):
    tags = Counter(f"tag {chr(0x4E00 + n)} name of some length" for n in range(2000))
    with elapsed(4):
        near_duplicates(tags)

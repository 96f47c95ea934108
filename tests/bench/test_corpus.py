"""The generated articles: their words, lengths, links and tags; and folders of real ones."""

import random
import re
from collections import Counter
from itertools import pairwise
from statistics import fmean

import pytest

from articles.models import Article
from articles.text import names
from tests.bench import corpus, documents, navigational, search_times
from tests.bench.vocabulary import FUNCTION_WORDS, NAMES, build_vocabulary

COUNT = 1500


@pytest.fixture(scope="module")
def generated():
    return list(corpus.generate(COUNT))


def test_the_same_articles_each_time(generated):
    assert list(corpus.generate(COUNT)) == generated


def test_the_vocabulary_is_that_of_a_language():
    vocabulary = build_vocabulary(random.Random(1))
    words = set(vocabulary.words)
    assert len(words) == len(vocabulary.words) > 60_000
    assert vocabulary.words[: len(FUNCTION_WORDS)] == list(FUNCTION_WORDS)
    assert sum(f"{word}s" in words and word.islower() for word in words) > 20_000
    assert sum(word.istitle() for word in words) >= NAMES
    assert sum(bool(re.fullmatch(r"\d[\d,.]*", word)) for word in words) > 2000


def test_frequencies_follow_the_zipf_mandelbrot_law():
    vocabulary = build_vocabulary(random.Random(1))
    frequencies = [high - low for low, high in pairwise([0, *vocabulary.weights])]
    for first, second in ((1, 10), (10, 1000), (1000, 60_000)):
        ratio = frequencies[first - 1] / frequencies[second - 1]
        assert ratio == pytest.approx((second + 2.7) / (first + 2.7), rel=1e-3)


def test_lengths_are_log_normal_within_limits(generated):
    lengths = sorted(len(item.body.split()) for item in generated)
    median = lengths[COUNT // 2]
    assert lengths[0] >= 45
    assert lengths[-1] < 10_000
    assert 200 < median < 320
    assert 1.3 * median < fmean(lengths) < 1.8 * median


def test_few_articles_have_most_links_and_few_tags_most_articles(generated):
    links = Counter(
        names.fold(name).removeprefix("the ")
        for item in generated
        for name in re.findall(r"\[\[([^]|]+)", item.body)
    )
    assert links.keys() <= {names.fold(item.title) for item in generated}
    assert sum(count for _name, count in links.most_common(COUNT // 10)) > links.total() / 2
    tags = Counter(tag for item in generated for tag in item.tags)
    assert len(tags) > 50
    assert tags.most_common(1)[0][1] > COUNT / 5
    assert sum(count < 5 for count in tags.values()) > len(tags) / 2


def test_names_are_distinct(generated):
    keys = [names.fold(name) for item in generated for name in (item.title, *item.aliases)]
    slugs = {names.slug(item.title) for item in generated}
    assert (len(set(keys)), len(slugs)) == (len(keys), COUNT)


@pytest.mark.django_db
def test_queries_of_each_kind(monkeypatch):
    corpus.fill(iter([*corpus.generate(30)]))
    monkeypatch.setattr(search_times, "QUERIES", 3)
    monkeypatch.setattr(search_times, "MIDDLING", (0.05, 0.3))
    queries = search_times.sample_queries()
    assert queries == search_times.sample_queries()
    assert list(queries) == ["rare", "middling", "common", "two words", "sentence"]
    assert all(len(query.split()) == 2 for query in queries["two words"])
    assert all(len(query.split()) > 8 for query in queries["sentence"])


@pytest.mark.django_db
def test_a_folder_of_documents(tmp_path):
    files = {
        "Peace.md": "---\naliases: [Calm, ]\ntags: [calm, war]\n---\nSee [[War]].\n",
        "folder/War.md": "---\ntitle: peace\ntags: Calm, war\n---\nText.\n",
        "folder/index.md": "---\n: [\n---\nText.",
        "readme.txt": "no document",
    }
    (tmp_path / "folder").mkdir()
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    corpus.fill(documents.read_documents(tmp_path))
    articles = {article.title: article for article in Article.objects.public()}
    assert set(articles) == {"Peace", "peace 2", "index"}
    assert articles["Peace"].aliases == ["Calm"]
    for title in ("Peace", "peace 2"):
        tags = articles[title].taggings.values_list("tag__name", flat=True)
        assert sorted(tags) == ["calm", "war"]


@pytest.mark.django_db
def test_navigational_come_first(tmp_path):
    text = "---\naliases: [Calm]\n---\nText."
    (tmp_path / "Peace.md").write_text(text)
    (tmp_path / "War.md").write_text("[[Peace|no war]], [[Peace|calm]], [[War|calm]], [[None|x]].")
    corpus.fill(documents.read_documents(tmp_path))
    assert navigational.labels() == {("no war", Article.objects.get(title="Peace").pk)}
    assert navigational.first_result_rates() == {
        "titles": (2, 1),
        "aliases": (1, 1),
        "labels": (1, 1),
    }

"""The relevance of results, so that a change of the ranking shows its effect."""

import pytest

from tests.search import quality

MIN_MEAN_RECIPROCAL_RANK = 0.9


@pytest.mark.django_db
def test_the_expected_article_mostly_comes_first():
    quality.create_corpus()
    judgments = quality.judge()
    worse = [judgment for judgment in judgments if judgment.rank != 1]
    assert len(judgments) >= 40
    assert quality.mean_reciprocal_rank(judgments) >= MIN_MEAN_RECIPROCAL_RANK, worse

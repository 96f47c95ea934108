"""Good answers come first. Whoever changes the weights sees here what it does."""

import pytest

from tests.search import quality

FLOOR = 0.9


@pytest.mark.django_db
def test_what_should_come_first_mostly_does():
    quality.write()
    answers = quality.answers()
    worse = [answer for answer in answers if answer.place != 1]
    assert len(answers) >= 40
    assert quality.mean_reciprocal_rank(answers) >= FLOOR, worse

"""Names that are similar to a text."""

import pytest

from articles.models import Name
from tests import factories

pytestmark = pytest.mark.django_db


def test_similar_names():
    factories.article("Counter-Terrorism Cooperation")
    factories.article("Defense Budget", aliases=["Budget of Defense"])
    nearest = lambda text: [name.article.title for name in Name.objects.similar_to(text)]  # noqa: E731
    assert nearest("counter terorism coperation") == ["Counter-Terrorism Cooperation"]
    assert nearest("the defense budgets") == ["Defense Budget"]
    assert nearest("") == [] == nearest("qqqq zzzz")

"""What a proof of the round trip prints if it fails."""

import pytest

from articles.models import Article
from articles.syncing import roundtrip
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("form", roundtrip.DUMPS)
def test_the_first_difference_names_its_record(form, tmp_path):
    factories.article("Peace")
    factories.article("War")
    first, second = (tmp_path / f"{name}.{form}" for name in ("first", "second"))
    roundtrip._dump(form, first)
    Article.objects.filter(slug="war").update(summary="Changed.")
    roundtrip._dump(form, second)
    difference = roundtrip.compare(form, first, second)
    assert difference.record == "record 2" and "Changed." in difference.second

"""Times in fixtures when the clocks change."""

import json
from datetime import UTC, datetime

import pytest
from django.core.management import CommandError
from django.core.serializers import serialize

from articles.models import Article
from articles.serializers import documents
from tests import factories
from tests.serializers.builders import document, record

FIELDS = ("publish_at", "expire_at", "created", "updated")


@pytest.fixture(autouse=True)
def _berlin(settings):
    settings.TIME_ZONE = "Europe/Berlin"


def as_json(time, field):
    return json.dumps([record(**{field: time})], indent=1)


@pytest.fixture(params=[lambda time, field: document("X", **{field: time}), as_json])
def write(request):
    return request.param


@pytest.mark.parametrize("field", FIELDS)
def test_a_time_that_the_clocks_skip_is_refused(load, write, field):
    with pytest.raises(CommandError, match=rf"{field}: “2026-03-29T02:30:00” does not exist"):
        load(write("2026-03-29 02:30", field))
    assert not Article.objects.exists()


@pytest.mark.parametrize("field", FIELDS)
def test_a_time_that_occurs_twice_is_refused_with_both_ways_to_write_it(load, write, field):
    both = r"Write 2026-10-25T02:30:00\+02:00 or 2026-10-25T02:30:00\+01:00\."
    with pytest.raises(CommandError, match=rf"{field}: .*occurs twice in Europe/Berlin\. {both}"):
        load(write("2026-10-25T02:30", field))


@pytest.mark.parametrize("offset", ["+02:00", "+01:00"])
def test_a_time_in_the_repeated_hour_with_its_offset_is_read_and_written(load, write, offset):
    time = f"2026-10-25T02:30:00{offset}"
    load(write(time, "publish_at"))
    article = Article.objects.get()
    assert article.publish_at.isoformat() == f"2026-10-25T0{2 - int(offset[2])}:30:00+00:00"
    assert f"publish_at: {time}\n" in documents.serialize(article, [])


def test_a_time_without_offset_is_in_the_time_zone_of_the_site(load, write):
    load(write("2026-07-01T12:00", "publish_at"))
    assert Article.objects.get().publish_at.isoformat() == "2026-07-01T10:00:00+00:00"


def test_a_date_whose_midnight_the_clocks_skip_is_refused(load, write, settings):
    settings.TIME_ZONE = "Africa/Cairo"
    with pytest.raises(CommandError, match=r"publish_at: .*does not exist in Africa/Cairo"):
        load(write("2026-04-24", "publish_at"))


def test_the_time_of_a_revision_is_checked_too(load):
    factories.article("X", slug="x")
    fields = {"article": ["x"], "number": 2, "fields": {"title": "X"}, "body": ""}
    with pytest.raises(CommandError, match=r"created: .*does not exist"):
        load(
            json.dumps(
                [
                    {
                        "model": "articles.revision",
                        "fields": {**fields, "created": "2026-03-29T02:30"},
                    }
                ]
            )
        )


@pytest.mark.parametrize(
    ("microsecond", "seconds"),
    [(0, "07Z"), (1, "07Z"), (999, "07Z"), (1000, "07.001Z"), (123456, "07.123Z")],
)
def test_a_time_in_json_stays_the_same_when_it_is_loaded_and_dumped_again(
    load, microsecond, seconds
):
    created = datetime(2026, 11, 30, 17, 58, 7, microsecond, UTC)
    Article.objects.filter(pk=factories.article("X").pk).update(created=created)

    def dump():
        return serialize("json", Article.objects.all(), indent=1)

    first = dump()
    assert f'"created": "2026-11-30T17:58:{seconds}"' in first
    Article.objects.all().delete()
    load(first)
    assert dump() == first


def test_times_in_json_lines_are_those_of_json(transactional_db):
    created = datetime(2026, 11, 30, 17, 58, 7, 1, UTC)
    Article.objects.filter(pk=factories.article("X").pk).update(created=created)
    assert '"created": "2026-11-30T17:58:07Z"' in serialize("jsonl", Article.objects.all())

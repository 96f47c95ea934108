"""Form fields: submitted text → values."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from articles.form_fields import MAX_LENGTH, MAX_NAMES, NamesField, ScheduleField, TagsField


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        (" \r\n , ,,", []),
        ("a, b", ["a", "b"]),
        ("a،b、c，d", ["a", "b", "c", "d"]),
        ("a\r\nb\n\nc", ["a", "b", "c"]),
        ("  two   words ,x", ["two words", "x"]),
        ("Peace, PEACE, peace", ["Peace"]),
        ('a, "Washington, D.C." ,b', ["a", "Washington, D.C.", "b"]),
        ('"بغداد، العراق"، "和、平"', ["بغداد، العراق", "和、平"]),
        ('"The ""Great"" War, 1914", x', ['The "Great" War, 1914', "x"]),
        ('5" gun, "Heroes" of war, "open, x', ['5" gun', '"Heroes" of war', '"open', "x"]),
        ('""', []),
    ],
)
def test_tags_are_separated_by_commas_of_any_script_outside_quotation_marks(text, expected):
    assert TagsField().clean(text) == expected


@pytest.mark.parametrize(
    "tags",
    [
        ["Washington, D.C.", "Washington", "D.C."],
        ["بغداد، العراق", "和、平", "a，b", "c﹐d", "e﹑f", "g︐h"],
        ['"quoted"', 'say "x", y', '"', '",', ',"', '""', ","],
    ],
)
def test_tags_are_read_as_they_are_displayed(tags):
    field = TagsField()
    assert field.clean(field.prepare_value(tags)) == tags
    assert not field.has_changed(tags, field.prepare_value(tags))


def test_names_are_one_per_line_and_may_contain_commas_of_any_script():
    text = "Paris, Texas\r\n  بغداد،  العراق \n\n和、平\nparis, texas"
    assert NamesField().clean(text) == ["Paris, Texas", "بغداد، العراق", "和、平"]


def test_the_number_of_names_is_limited():
    text = ",".join(map(str, range(MAX_NAMES)))
    assert len(TagsField().clean(text)) == MAX_NAMES
    with pytest.raises(ValidationError, match="at most 500 are allowed"):
        TagsField().clean(f"{text},more")


@pytest.mark.parametrize(
    "part", ["ab,", " ", '"', '"a,', '""', '"b"","",', '"" ,', '"a" ', ',"a""', "\r\n", '"\n']
)
def test_splitting_takes_linear_time(part, elapsed):
    with elapsed(1):
        list(TagsField().split(part * (500_000 // len(part)) + "x"))


def schedule(text):
    return ScheduleField().clean(text)


@pytest.mark.parametrize("text", ["2026-12-31 09:00", "2026-12-31T09:00", " 2026-12-31 09:00:00 "])
def test_a_date_and_a_time_are_read(text):
    assert schedule(text) == datetime(2026, 12, 31, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["2026-12-31", "12/31/2026", "31", "09:00", "2026-12-31 9", "soon"]
)
def test_an_incomplete_date_is_an_error(text):
    with pytest.raises(ValidationError, match="Enter a date and a time"):
        schedule(text)


def test_an_hour_that_the_clock_skips_is_an_error():
    with timezone.override(ZoneInfo("Europe/Berlin")), pytest.raises(ValidationError) as caught:
        schedule("2027-03-28 02:30")
    assert caught.value.messages == [
        "2027-03-28 02:30 doesn't exist in the time zone Europe/Berlin: the clock is put forward."
    ]


def test_an_hour_that_the_clock_shows_twice_is_the_first():
    with timezone.override(ZoneInfo("Europe/Berlin")):
        assert schedule("2026-10-25 02:30") == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize("hour", [0, 1])
def test_a_date_in_the_repeated_hour_is_unchanged_if_the_clock_shows_the_same(hour):
    stored = datetime(2026, 10, 25, hour, 30, 12, tzinfo=UTC)
    with timezone.override(ZoneInfo("Europe/Berlin")):
        assert not ScheduleField().has_changed(stored, "2026-10-25T02:30")
        assert ScheduleField().has_changed(stored, "2026-10-25T02:31")
        assert ScheduleField().has_changed(stored, "")


@pytest.mark.parametrize(("text", "hour"), [("02:30+02:00", 0), ("02:30+01:00", 1)])
def test_an_offset_selects_one_of_the_repeated_hours(text, hour):
    dates = [datetime(2026, 10, 25, hour, 30, 12, tzinfo=UTC) for hour in (0, 1)]
    with timezone.override(ZoneInfo("Europe/Berlin")):
        assert schedule(f"2026-10-25 {text}") == dates[hour].replace(second=0)
        changed = [ScheduleField().has_changed(date, f"2026-10-25 {text}") for date in dates]
    assert changed == [hour == 1, hour == 0]


def test_a_date_that_cannot_be_read_is_a_change():
    assert ScheduleField().has_changed(None, "soon")


def test_a_date_at_the_limits_of_the_calendar_is_an_error():
    with timezone.override(ZoneInfo("Asia/Tokyo")), pytest.raises(ValidationError, match="years"):
        schedule("0001-01-01 00:00")


@pytest.mark.parametrize("year", ["0002", "0020", "0202"])
def test_a_half_typed_year_is_an_error(year):
    with pytest.raises(ValidationError, match="Enter a date and a time"):
        schedule(f"{year}-12-31 09:00")


def test_a_list_that_is_too_long_is_not_split(elapsed):
    with elapsed(1), pytest.raises(ValidationError, match=f"at most {MAX_LENGTH} characters"):
        NamesField().clean("a," * 5_000_000)

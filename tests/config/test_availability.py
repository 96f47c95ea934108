"""The lines that tell that a service stops responding, and that it responds again."""

import logging

import pytest

from config.availability import Availability, RateFilter


@pytest.fixture
def clock(monkeypatch):
    """Seconds, which a test lets pass."""
    clock = {"now": 100.0}
    monkeypatch.setattr("config.availability.time.monotonic", lambda: clock["now"])
    return clock


def test_a_service_that_stops_and_responds_again_is_two_lines(clock, caplog):
    service = Availability("The database")
    for _ in range(3):
        service.succeeded()
    for _ in range(1000):
        service.failed(OSError("connection\n  refused"))
    clock["now"] += 90
    for _ in range(1000):
        service.succeeded()
    assert [record.getMessage() for record in caplog.records] == [
        "The database is not available: connection refused",
        "The database is available again, after 90 s.",
    ]
    assert [record.levelname for record in caplog.records] == ["ERROR", "WARNING"]


def test_a_state_that_changes_at_each_request_is_one_line_a_second(clock, caplog):
    service = Availability("Redis")
    for _ in range(100):
        clock["now"] += 0.1
        service.failed(OSError("refused"))
        service.succeeded()
    assert len(caplog.records) <= 11


def test_the_last_line_is_the_state_that_lasts(clock, caplog):
    service = Availability("Redis")
    service.failed(TimeoutError())
    clock["now"] += 0.1
    service.succeeded()
    clock["now"] += 1
    service.succeeded()
    assert service.is_available
    assert caplog.records[0].getMessage() == "Redis is not available: TimeoutError"
    assert "again" in caplog.records[-1].getMessage()


def test_records_that_follow_one_with_the_same_message_are_dropped(clock):
    rate, passed = RateFilter(10), []
    for number in range(100):
        for message in ("error connecting: %s", "giving up"):
            record = logging.LogRecord("psycopg.pool", 30, "", 1, message, (number,), None)
            passed.append(rate.filter(record))
        clock["now"] += 1
    assert sum(passed) == 2 * 10

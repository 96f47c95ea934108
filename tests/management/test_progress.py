"""The line of a terminal that displays the progress of long work."""

import io

import pytest
from django.core.management import call_command
from django.core.management.base import OutputWrapper

from articles.management import progress
from articles.management.progress import Progress, format_duration
from tests import factories
from tests.serializers.builders import document


class Terminal(io.StringIO):
    def isatty(self):
        return True


class Clock:
    """A clock that a test moves."""

    def __init__(self):
        self.seconds = 100.0

    def __call__(self):
        return self.seconds


@pytest.fixture
def clock():
    return Clock()


def displayed(stream):
    """Return what was displayed on the line, one state after the other."""
    return [state.rstrip() for state in stream.getvalue().split("\r") if state.strip()]


def test_a_terminal_displays_what_is_done_the_rate_and_the_time_left(clock):
    stream = Terminal()
    with Progress(OutputWrapper(stream), 10_000, clock=clock) as line:
        clock.seconds += 10
        line.advance(2_500)
        clock.seconds += 10
        line.advance(5_000)
    assert displayed(stream) == [
        "2,500 of 10,000 articles, 250 a second, 0:30 left",
        "7,500 of 10,000 articles, 375 a second, 0:07 left",
    ]


def test_the_line_is_removed_at_the_end_even_after_an_error(clock):
    stream = Terminal()

    def fail():
        with Progress(OutputWrapper(stream), 2, clock=clock) as line:
            clock.seconds += 2
            line.advance()
            raise ValueError("x")

    with pytest.raises(ValueError, match="x"):
        fail()
    *_states, spaces, end = stream.getvalue().split("\r")
    assert (spaces.strip(), end) == ("", "") and len(spaces) >= len(displayed(stream)[0])
    assert "\n" not in stream.getvalue()


def test_a_shorter_line_covers_a_longer_one(clock):
    stream = Terminal()
    line = Progress(OutputWrapper(stream), 1_000, clock=clock)
    for count in (1, 998):
        clock.seconds += 100
        line.advance(count)
    first, second = stream.getvalue().split("\r")[1:]
    assert len(second) >= len(first) and second.startswith("999 of 1,000")


def test_nothing_is_displayed_if_the_output_is_piped(clock):
    stream = io.StringIO()
    with Progress(OutputWrapper(stream), 10, clock=clock) as line:
        clock.seconds += 60
        line.advance(5)
    assert stream.getvalue() == ""


def test_short_work_displays_nothing_and_long_work_not_each_step(clock):
    stream = Terminal()
    with Progress(OutputWrapper(stream), 1_000, clock=clock) as line:
        for _step in range(1_000):
            clock.seconds += 0.01
            line.advance()
    assert 40 <= len(displayed(stream)) <= 50
    assert displayed(stream)[0].startswith("100 of 1,000")


def test_more_articles_than_expected_are_the_new_total(clock):
    stream = Terminal()
    with Progress(OutputWrapper(stream), 1, clock=clock) as line:
        clock.seconds += 2
        line.advance(4)
    assert displayed(stream) == ["4 of 4 articles, 2 a second, 0:00 left"]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0:00"), (0.1, "0:01"), (59.2, "1:00"), (3599, "59:59"), (360_000, "100:00:00")],
)
def test_a_duration_has_minutes_and_seconds_and_hours_if_needed(seconds, text):
    assert format_duration(seconds) == text


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "peace.md"
    path.write_text(document("Peace"))
    return path


@pytest.mark.django_db
@pytest.mark.parametrize("command", ["loaddata", "rebuild --all", "reindex"])
def test_long_commands_display_progress_on_a_terminal_only(command, file, monkeypatch):
    monkeypatch.setattr(progress, "FIRST", 0)
    factories.article("War")
    arguments = [*command.split(), *([str(file)] if command == "loaddata" else [])]
    terminal, pipe = Terminal(), io.StringIO()
    call_command(*arguments, stdout=terminal)
    call_command(*arguments, stdout=pipe)
    assert "1 of 1 articles" in terminal.getvalue() or "2 of 2 articles" in terminal.getvalue()
    assert "\r" not in pipe.getvalue() and len(pipe.getvalue().splitlines()) == 1


@pytest.mark.once
@pytest.mark.parametrize("workers", ["0", "2"])
def test_the_linter_displays_progress_on_a_terminal_only(workers, tmp_path, monkeypatch):
    monkeypatch.setattr(progress, "FIRST", 0)
    monkeypatch.setattr(progress, "INTERVAL", 0)
    for number in range(250):
        (tmp_path / f"{number}.md").write_text(document(f"Peace {number}"))
    arguments = ["lint_articles", "--workers", workers, "--select", "wanted-link", str(tmp_path)]
    terminal, pipe = Terminal(), io.StringIO()
    call_command(*arguments, stdout=terminal)
    call_command(*arguments, stdout=pipe)
    assert "\r0 of 250 articles" in terminal.getvalue()
    assert "250 of 250 articles" in terminal.getvalue()
    assert pipe.getvalue() == "No findings in 250 files.\n"


@pytest.mark.django_db
def test_a_silent_command_displays_no_progress(file, monkeypatch):
    monkeypatch.setattr(progress, "FIRST", 0)
    terminal = Terminal()
    call_command("loaddata", str(file), verbosity=0, stdout=terminal)
    assert terminal.getvalue() == ""


def test_the_rate_is_that_since_the_first_pass_over_all_files(clock):
    stream = Terminal()
    with Progress(OutputWrapper(stream), 1_000, unit="files", clock=clock) as line:
        clock.seconds += 30
        line.advance(0)
        clock.seconds += 10
        line.advance(100)
    assert displayed(stream) == [
        "0 of 1,000 files, 0 a second, ? left",
        "100 of 1,000 files, 10 a second, 1:30 left",
    ]

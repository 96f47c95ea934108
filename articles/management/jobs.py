"""The options of commands that start worker processes."""

from argparse import ArgumentTypeError

from django.core.management.base import CommandParser


def add_jobs(parser: CommandParser) -> None:
    """Add the option `--jobs`, the number of processes of `Workers`."""
    parser.add_argument(
        "--jobs",
        type=number_of_processes,
        metavar="N",
        help="How many processes derive the data of many articles (default: one for each"
        " processor, at most 4; with 0, this process does it).",
    )


def number_of_processes(text: str) -> int:
    """Return the value of an option. Raises `ArgumentTypeError` if it is no number from 0 on."""
    if not text.isdecimal():
        raise ArgumentTypeError(f"“{text}” is not a number of processes, such as 2.")
    return int(text)

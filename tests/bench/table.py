"""The rows of the table."""

from collections.abc import Sequence


def row(engine: str, label: str, value: str, limit: str = "") -> None:
    """Print a row: what was measured on a database engine, and what it should be."""
    print(f"| {engine:10} | {label:48} | {value:24} | {limit:14} |", flush=True)


def compare(engine: str, label: str, base: float, value: float, limit: float) -> None:
    """Print two figures, and the ratio of the second to the first, which should not be above
    `limit`."""
    compare_sizes(engine, label, [base, value], limit)


def compare_sizes(engine: str, label: str, values: Sequence[float], limit: float) -> None:
    """Print the figures of sites of growing sizes, and the ratio of the last to the first, which
    should not be above `limit`."""
    numbers = " → ".join(f"{value:.2f}" for value in values)
    row(engine, label, f"{numbers}  ×{values[-1] / values[0]:.2f}", f"at most ×{limit}")


def join_sizes(sizes: Sequence[int]) -> str:
    """Return the numbers of articles as in “100, 10000 and 100000”."""
    *first, last = map(str, sizes)
    return f"{', '.join(first)} and {last}"

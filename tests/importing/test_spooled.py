"""Lists in temporary files."""

import tracemalloc

from articles.importing.spooled import MAX_MEMORY, SpooledList


def test_a_list_is_read_in_order_however_long_it_is():
    items = SpooledList()
    items += [("a", number) for number in range(MAX_MEMORY // 10)]
    items.append(("b", 0))
    assert list(items) == [*(("a", number) for number in range(MAX_MEMORY // 10)), ("b", 0)]
    assert len(items) == MAX_MEMORY // 10 + 1


def test_a_list_can_be_appended_to_and_read_while_it_is_read():
    items = SpooledList()
    items += "ab"
    assert not SpooledList()
    pairs = []
    for item in items:
        items.append(item.upper())
        pairs += [(item, other) for other in items]
    assert pairs == [("a", "a"), ("a", "b"), ("a", "A"), *(("b", other) for other in "abAB")]


def test_a_long_list_takes_no_memory():
    items = SpooledList()
    tracemalloc.start()
    try:
        items += ("text" * 100 + str(number) for number in range(5000))
        size, _peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert size < 500_000

"""Values in a temporary file."""

import tracemalloc

from articles.importing.spool import Spool


def test_values_come_back_in_order_and_more_than_once():
    spool = Spool(in_memory=1)
    spool.append("a")
    spool.append(["b", 2])
    assert list(spool) == ["a", ["b", 2]]
    assert list(spool) == ["a", ["b", 2]]


def test_an_empty_spool_has_no_values():
    assert not list(Spool()) and not Spool()


def test_values_are_not_in_memory():
    tracemalloc.start()
    try:
        spool = Spool(in_memory=10)
        for number in range(1000):
            spool.append(str(number) * 3000)
        assert sum(len(value) for value in spool) > 3_000_000
        assert tracemalloc.get_traced_memory()[1] < 500_000
    finally:
        tracemalloc.stop()


def test_values_can_be_read_in_lists_of_one_length():
    spool = Spool(in_memory=2)
    spool += range(5)
    assert list(spool.chunks(2)) == [[0, 1], [2, 3], [4]]
    assert len(spool) == 5 and list(Spool().chunks(2)) == []

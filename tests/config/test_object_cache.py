"""The cache in local memory that returns the objects themselves."""

from django.core.cache import cache


def test_the_object_itself_is_returned():
    value = [object()]
    cache.set("a key", value)
    assert cache.get("a key") is value
    assert cache.get("another key", 7) == 7


def test_values_expire():
    cache.set("a key", "a value", timeout=-1)
    assert cache.get("a key") is None


def test_the_number_of_values_is_limited():
    for number in range(400):
        cache.set(f"key {number}", number)
    assert len([number for number in range(400) if cache.get(f"key {number}") is not None]) <= 300
    assert cache.get("key 399") == 399

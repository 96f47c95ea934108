"""Cached pages as bytes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.cached_pages import CachedPage
from config.page_encoding import PlainSerializer, decode_page, encode_page

PAGES = st.builds(
    CachedPage,
    version=st.text(),
    etag=st.text(),
    headers=st.lists(st.tuples(st.text(), st.text())).map(tuple),
    bodies=st.dictionaries(st.sampled_from(["", "br", "gzip"]), st.binary()),
    is_reused=st.booleans(),
)


@given(PAGES)
def test_a_page_is_equal_after_encoding_and_decoding(page):
    assert decode_page(encode_page(page, b"secret", "key"), b"secret", "key") == page


@given(PAGES, st.data())
def test_no_byte_can_be_changed(page, data):
    encoded = bytearray(encode_page(page, b"secret", "key"))
    encoded[data.draw(st.integers(0, len(encoded) - 1))] ^= data.draw(st.integers(1, 255))
    assert decode_page(bytes(encoded), b"secret", "key") is None


@pytest.mark.parametrize("data", [None, 7, "page", b"", b"\x80\x05.", b"x" * 40])
def test_other_values_are_no_page(data):
    assert decode_page(data, b"secret", "key") is None


def test_the_cache_stores_integers_and_bytes_only():
    serializer = PlainSerializer()
    for value in (7, b"\x80\x05}\x94."):
        assert serializer.loads(str(value).encode() if value == 7 else value) == value
        assert serializer.dumps(value) == value
    with pytest.raises(TypeError):
        serializer.dumps({"a": "pickle"})

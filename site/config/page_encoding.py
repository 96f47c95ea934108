"""Cached pages as bytes, authenticated, for a cache that other programs may write to.

A page of somebody else would be shown to readers, and a pickle could run code. The bytes are a
message authentication code, the length of a header in JSON, the header, and the bodies.
"""

import hmac
import json
import struct
from hashlib import sha256
from itertools import accumulate, pairwise
from typing import Any

from config.cached_pages import CachedPage

DIGEST_SIZE = sha256().digest_size
LENGTH = struct.Struct("!I")


def encode_page(page: CachedPage, secret: bytes, key: str) -> bytes:
    """Return `page` as bytes that are valid for `key` only."""
    header = {
        "version": page.version,
        "etag": page.etag,
        "headers": page.headers,
        "bodies": [(encoding, len(body)) for encoding, body in page.bodies.items()],
        "is_reused": page.is_reused,
    }
    encoded = json.dumps(header).encode()
    payload = b"".join((LENGTH.pack(len(encoded)), encoded, *page.bodies.values()))
    return _digest(payload, secret, key) + payload


def decode_page(data: object, secret: bytes, key: str) -> CachedPage | None:
    """Return the page in `data`, or None if `encode_page` did not make it with this secret and
    key."""
    if not isinstance(data, bytes):
        return None
    digest, payload = data[:DIGEST_SIZE], data[DIGEST_SIZE:]
    if not hmac.compare_digest(digest, _digest(payload, secret, key)):
        return None
    start = LENGTH.size + LENGTH.unpack_from(payload)[0]
    header: dict[str, Any] = json.loads(payload[LENGTH.size : start])
    sizes = [size for _encoding, size in header["bodies"]]
    bodies = [payload[first:last] for first, last in pairwise(accumulate(sizes, initial=start))]
    return CachedPage(
        version=header["version"],
        etag=header["etag"],
        headers=tuple((name, value) for name, value in header["headers"]),
        bodies={
            encoding: body
            for (encoding, _size), body in zip(header["bodies"], bodies, strict=True)
        },
        is_reused=header["is_reused"],
    )


def _digest(payload: bytes, secret: bytes, key: str) -> bytes:
    return hmac.digest(secret, key.encode() + payload, "sha256")


class PlainSerializer:
    """A serializer for Django's Redis cache: integers and bytes as they are, and nothing else."""

    def dumps(self, value: int | bytes) -> int | bytes:
        if type(value) not in (int, bytes):
            raise TypeError(f"{type(value)} can't be stored.")
        return value

    def loads(self, data: bytes) -> int | bytes:
        try:
            return int(data)
        except ValueError:
            return data

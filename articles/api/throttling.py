"""The API's rate limit: `settings.API_RATE` requests a minute for each client."""

import hashlib
import time
from ipaddress import IPv6Address, ip_address

from django.conf import settings
from django.core.cache import BaseCache, caches
from django.http import HttpRequest
from ninja.throttling import BaseThrottle
from redis.exceptions import RedisError

# Seconds for which a shared cache that has failed is not used.
RETRY_INTERVAL = 5.0


class ClientThrottle(BaseThrottle):
    """Count requests in fixed windows of a minute, in the shared cache if there is one.

    Ninja's `SimpleRateThrottle` has a sliding window, but it reads a list of timestamps and
    writes it back: of several concurrent requests only one is counted. It also keeps the state of
    a request on an object that all threads share. Here a request is one `incr`, which is atomic
    in each cache, and nothing is kept but the counter. The price is that a client may send up to
    twice the rate within 60 seconds that extend over two windows.
    """

    window = 60

    def __init__(self) -> None:
        self.retry_at = 0.0

    def allow_request(self, request: HttpRequest) -> bool:
        return self.count(self.get_cache_key(request)) <= settings.API_RATE

    def wait(self) -> int:
        """Return the seconds until the next window."""
        return int(self.window - time.time() % self.window) + 1

    def get_ident(self, request: HttpRequest) -> str:
        """Return the client's IPv4 address, or its network for IPv6.

        A client of IPv6 can choose its address within a /64 network. Ninja's method would trust
        X-Forwarded-For, which a client can set. Behind a proxy REMOTE_ADDR has been taken from it.
        """
        ident = str(request.META.get("REMOTE_ADDR", ""))
        try:
            address = ip_address(ident)
        except ValueError:
            return ident
        if isinstance(address, IPv6Address):
            return str(address.ipv4_mapped or address.exploded[:19])
        return ident

    def get_cache_key(self, request: HttpRequest) -> str:
        """Return a key for the client and the current window. A cache holds no addresses."""
        ident = self.get_ident(request).encode(errors="replace")
        return f"{hashlib.sha256(ident).hexdigest()}.{int(time.time() // self.window)}"

    def count(self, key: str) -> int:
        """Count a request; in this process if the shared cache fails."""
        if "shared_rates" in settings.CACHES and time.monotonic() >= self.retry_at:
            try:
                return self.increment(caches["shared_rates"], key)
            except (RedisError, OSError):
                self.retry_at = time.monotonic() + RETRY_INTERVAL
        return self.increment(caches["rates"], key)

    def increment(self, cache: BaseCache, key: str) -> int:
        # Twice the window, so that no key expires between `add` and `incr`.
        cache.add(key, 0, timeout=2 * self.window)
        try:
            return cache.incr(key)
        except ValueError:  # It has been evicted.
            return 1

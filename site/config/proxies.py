"""What proxies in front of the site tell about a request, if they are trusted."""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address
from typing import Any

from config.pagecache import Application

Network = IPv4Network | IPv6Network

# An address with or without a port. A zone, as in fe80::1%eth0, is no address for databases.
ADDRESS = re.compile(
    r"\[(?P<ipv6>[0-9a-f:.]+)\](:\d+)?|(?P<ipv4>[0-9.]+):\d+|[0-9a-f:.]+", re.ASCII | re.IGNORECASE
)
FORWARDED_FOR, FORWARDED_PROTO = "HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO"


class TrustedProxies:
    """A WSGI application that sets REMOTE_ADDR to the address of the client, for another one.

    `networks` are those of the proxies. A proxy adds the address of its own client at the end of
    X-Forwarded-For; the client is the last one that is no proxy. If the header has something else
    there, such as `unknown`, the address is that of the proxy which added it. Headers of a peer
    that is no proxy are removed. A peer without an address, at a Unix socket, is a proxy.
    """

    def __init__(self, application: Application, networks: Iterable[Network]) -> None:
        self.application = application
        networks = tuple(networks)

        @lru_cache(maxsize=1024)
        def is_proxy(address: str) -> bool:
            parsed = ip_address(address)
            return any(parsed in network for network in networks)

        self._is_proxy = is_proxy

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        peer = environ.get("REMOTE_ADDR", "")
        if not peer or self._is_proxy(peer):
            environ["REMOTE_ADDR"] = self._client(peer, environ.get(FORWARDED_FOR, ""))
        else:
            environ.pop(FORWARDED_FOR, None)
            environ.pop(FORWARDED_PROTO, None)
        return self.application(environ, start_response)

    def _client(self, peer: str, forwarded: str) -> str:
        client = peer
        for address in _from_last(forwarded):
            client = address
            if not self._is_proxy(address):
                break
        return client


def _from_last(forwarded: str) -> Iterator[str]:
    """Yield the addresses of X-Forwarded-For from the last one to the first, until an item is no
    address."""
    for item in reversed(forwarded.split(",")):
        if not (address := parse_address(item.strip())):
            return
        yield address


def parse_address(forwarded: str) -> str:
    """Return the IP address in an item of X-Forwarded-For, or an empty string.

    Some proxies add the port, as in ``192.0.2.7:4711`` and ``[2001:db8::7]:4711``.

    >>> parse_address("[2001:db8::7]:4711")
    '2001:db8::7'
    """
    match = ADDRESS.fullmatch(forwarded)
    try:
        return str(ip_address(match["ipv6"] or match["ipv4"] or forwarded)) if match else ""
    except ValueError:
        return ""

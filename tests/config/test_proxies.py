"""What proxies tell about a request: trusted only if it comes from a trusted proxy."""

from ipaddress import ip_network

import pytest
from django.conf import settings

from config.proxies import TrustedProxies

NETWORKS = [ip_network(network) for network in ("127.0.0.1", "10.0.0.0/8", "fd00::/8")]


def environ_of(peer="127.0.0.1", **headers):
    """The WSGI environment of a request as the application gets it."""
    received = {}

    def application(environ, start_response):
        received.update(environ)
        return []

    names = {f"HTTP_{name.upper()}": value for name, value in headers.items()}
    TrustedProxies(application, NETWORKS)({"REMOTE_ADDR": peer, **names}, None)
    return received


@pytest.mark.parametrize(
    ("forwarded", "address"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("192.0.2.7:4711", "192.0.2.7"),
        ("6.6.6.6, 192.0.2.7:4711", "192.0.2.7"),
        ("2001:db8::7", "2001:db8::7"),
        ("[2001:db8::7]", "2001:db8::7"),
        ("[2001:DB8:0::7]:4711", "2001:db8::7"),
        ("unknown", "127.0.0.1"),
        ("192.0.2.7, unknown", "127.0.0.1"),
        ("192.0.2.7,", "127.0.0.1"),
        ("_hidden", "127.0.0.1"),
        ("localhost:80", "127.0.0.1"),
        ("1.2.3", "127.0.0.1"),
        ("1.2.3.4.5:80", "127.0.0.1"),
        ("fe80::1%eth0", "127.0.0.1"),
        ("192.0.2.7:", "127.0.0.1"),
        ("::ffff:192.0.2.7", "::ffff:c000:207"),
        ("\u0661\u0662.1.1.1", "127.0.0.1"),
        ("", "127.0.0.1"),
    ],
)
def test_the_client_address_is_always_an_ip_address(forwarded, address):
    assert environ_of(x_forwarded_for=forwarded)["REMOTE_ADDR"] == address


@pytest.mark.parametrize(
    ("forwarded", "address"),
    [
        ("6.6.6.6, 192.0.2.7, 10.0.0.1", "192.0.2.7"),
        ("192.0.2.7, 10.0.0.1, 127.0.0.1", "192.0.2.7"),
        ("10.0.0.2, 10.0.0.1", "10.0.0.2"),
        ("192.0.2.7, unknown, 10.0.0.1", "10.0.0.1"),
        ("2001:db8::7, fd00::1", "2001:db8::7"),
    ],
)
def test_the_client_of_a_chain_is_the_last_address_that_is_no_proxy(forwarded, address):
    assert environ_of(x_forwarded_for=forwarded)["REMOTE_ADDR"] == address


def test_headers_of_a_peer_that_is_no_proxy_are_removed():
    environ = environ_of("192.0.2.9", x_forwarded_for="6.6.6.6", x_forwarded_proto="https")
    assert environ == {"REMOTE_ADDR": "192.0.2.9"}


def test_a_peer_at_a_unix_socket_is_a_proxy():
    environ = environ_of("", x_forwarded_for="192.0.2.7", x_forwarded_proto="https")
    assert environ["REMOTE_ADDR"] == "192.0.2.7"
    assert environ["HTTP_X_FORWARDED_PROTO"] == "https"


def test_without_a_proxy_the_scheme_is_that_of_the_connection():
    assert not settings.BEHIND_PROXY
    assert settings.SECURE_PROXY_SSL_HEADER is None

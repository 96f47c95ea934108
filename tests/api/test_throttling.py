"""The rate limit: requests of a client in a minute."""

import pytest
import time_machine
from django.core.cache import caches
from django.core.cache.backends.locmem import LocMemCache
from django.test import RequestFactory

from articles.api.middleware import throttle
from articles.api.throttling import ClientThrottle

LOCAL = "django.core.cache.backends.locmem.LocMemCache"


class UnreachableCache(LocMemCache):
    attempts = 0

    def add(self, *args, **kwargs):
        type(self).attempts += 1
        raise ConnectionRefusedError


def request(address):
    return RequestFactory().get("/api/v1/articles", REMOTE_ADDR=address)


@pytest.mark.django_db
def test_too_many_requests_get_429_and_the_seconds_to_wait(client, get, settings):
    settings.API_RATE = 3
    with time_machine.travel("2026-11-21T08:00:20Z", tick=False) as clock:
        assert client.head("/api/v1/articles").status_code == 200
        for _request in range(2):
            get("articles")
        response = client.get("/api/v1/articles")
        assert response.status_code == 429
        assert (response["Retry-After"], response.json()["status"]) == ("41", 429)
        assert client.get("/api/v1/articles", REMOTE_ADDR="192.0.2.1").status_code == 200
        clock.shift(41)
        get("articles")


@pytest.mark.django_db
def test_conditional_requests_errors_and_unknown_urls_are_counted(client, settings):
    settings.API_RATE = 3
    with time_machine.travel("2026-11-21T08:00:20Z", tick=False):
        etag = client.get("/api/v1/articles")["ETag"]
        headers = {"If-None-Match": etag}
        assert client.get("/api/v1/articles", headers=headers).status_code == 304
        assert client.get("/api/v1/nothing").status_code == 404
        assert client.get("/api/v1/articles", headers=headers).status_code == 429
        assert client.get("/api/v1/docs").status_code == 200


def test_clients_are_told_apart_by_what_they_cannot_choose(settings):
    settings.API_RATE = 1
    with time_machine.travel("2026-11-21T08:00:20Z", tick=False):
        for address in ("2001:db8::1", "192.0.2.1", "not an address \x00"):
            assert throttle.allow_request(request(address))
        assert not throttle.allow_request(request("2001:db8::2"))
        assert throttle.allow_request(request("2001:db8:0:1::2"))
        assert throttle.allow_request(request("192.0.2.2"))
        assert throttle.allow_request(request("::ffff:192.0.2.3"))
        assert not throttle.allow_request(request("::ffff:192.0.2.2"))
        assert not throttle.allow_request(request("not an address \x00"))


def test_a_client_cannot_choose_its_address_by_a_header(settings):
    settings.API_RATE = 1
    with time_machine.travel("2026-11-21T08:00:20Z", tick=False):
        for address, allowed in (("192.0.2.7", True), ("192.0.2.8", False)):
            spoofed = request("192.0.2.1")
            spoofed.META["HTTP_X_FORWARDED_FOR"] = address
            assert throttle.allow_request(spoofed) is allowed


def test_processes_count_together_in_the_shared_cache(settings):
    settings.API_RATE = 2
    settings.CACHES = {**settings.CACHES, "shared_rates": {"BACKEND": LOCAL, "LOCATION": "shared"}}
    caches["shared_rates"].clear()
    with time_machine.travel("2026-11-21T08:00:20Z", tick=False):
        first, second = ClientThrottle(), ClientThrottle()
        assert first.allow_request(request("192.0.2.1"))
        caches["rates"].clear()
        assert second.allow_request(request("192.0.2.1"))
        caches["rates"].clear()
        assert not first.allow_request(request("192.0.2.1"))


def test_requests_are_counted_in_the_process_while_the_shared_cache_fails(settings):
    settings.API_RATE = 2
    backend = f"{__name__}.{UnreachableCache.__name__}"
    settings.CACHES = {**settings.CACHES, "shared_rates": {"BACKEND": backend}}
    UnreachableCache.attempts = 0
    with time_machine.travel("2026-11-21T08:00:20Z", tick=False):
        limited = ClientThrottle()
        allowed = [limited.allow_request(request("192.0.2.1")) for _request in range(3)]
    assert allowed == [True, True, False]
    assert UnreachableCache.attempts == 1, "a cache that has failed is left alone for a while"

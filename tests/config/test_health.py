"""What monitoring requests: liveness, readiness, and who may know the reasons."""

import json
from ipaddress import ip_network

import pytest
from django.db import OperationalError, connection
from django.test import Client, RequestFactory, override_settings

from articles import fingerprints
from articles.models import Article
from config import health
from config.readiness import Readiness, Result, Status
from tests import factories


def fail(*_arguments, **_options):
    raise OperationalError("connection to db.example failed")


@pytest.fixture
def results(monkeypatch):
    """The results of the checks, which a test may change."""
    results = {
        "database": Result(Status.OK, "SQLite responds."),
        "derived_data": Result(Status.OK, "Nothing is stale."),
        "cache": Result(Status.OK, "Redis responds."),
    }
    monkeypatch.setattr(Readiness, "results", lambda self: results)
    return results


@pytest.fixture
def allowed(settings):
    settings.MONITORING_ALLOWED = [ip_network("127.0.0.0/8"), ip_network("2001:db8::/32")]


@pytest.mark.parametrize("host", ["localhost", "no.such.example", "10.0.0.7:8000", "a b"])
@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_monitoring_may_use_any_host_name_without_https(results, host, path):
    with override_settings(SECURE_SSL_REDIRECT=True):
        response = Client().get(path, headers={"host": host})
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_monitoring_reads_only(results, client, path):
    assert client.head(path).status_code == 200
    response = client.post(path)
    assert (response.status_code, response["Allow"]) == (405, "GET, HEAD")


def test_liveness_needs_no_database(client, monkeypatch):
    # Without the mark `django_db`, any query is an error.
    monkeypatch.setattr("config.middleware.status.is_down", lambda: True)
    response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok\n")
    assert response["Content-Length"] == "3"


@pytest.mark.django_db
def test_the_deep_check_counts_what_is_stale(client, peace, django_assert_num_queries):
    assert client.get("/healthz?deep=1").text == "ok\nstale articles: 0\nstale drafts: 0\n"
    Article.objects.update(derived_by="")
    with django_assert_num_queries(2):
        response = client.get("/healthz?deep=1")
    assert (response.status_code, response.text) == (
        200,
        "ok\nstale articles: 1\nstale drafts: 0\n",
    )
    assert client.get("/healthz").text == "ok\n"


@pytest.mark.django_db
def test_the_count_of_the_deep_check_is_bounded(client, monkeypatch):
    monkeypatch.setattr(fingerprints, "MAX_COUNTED", 2)
    for number in range(4):
        factories.article(f"Article {number}")
    Article.objects.update(derived_by="")
    assert "stale articles: more than 2\n" in client.get("/healthz?deep=1").text


@pytest.mark.django_db
def test_the_deep_check_answers_503_without_a_database(client):
    with connection.execute_wrapper(fail):
        response = client.get("/healthz?deep=1")
    assert (response.status_code, response.content) == (503, b"database unavailable\n")


def test_readers_get_the_status_only(client, results):
    results["cache"] = Result(Status.FAILED, "Redis does not respond.")
    response = client.get("/readyz")
    assert (response.status_code, response.json()) == (503, {"status": "failed"})


def test_allowed_addresses_get_the_reasons(client, results, allowed):
    detail = "Error 111 connecting to redis.example"
    results["cache"] = Result(Status.FAILED, "Redis does not respond.", "Start it.", detail)
    response = client.get("/readyz")
    assert response.json() == {
        "status": "failed",
        "checks": {
            "database": {"status": "ok", "reason": "SQLite responds."},
            "derived_data": {"status": "ok", "reason": "Nothing is stale."},
            "cache": {"status": "failed", "reason": "Redis does not respond."},
        },
    }


def test_a_warning_leaves_the_site_ready(client, results):
    results["derived_data"] = Result(Status.WARNING, "1 article(s) are stale.")
    response = client.get("/readyz")
    assert (response.status_code, response.json()) == (200, {"status": "warning"})


def test_checks_can_be_excluded(client, results, allowed):
    results["cache"] = results["database"] = Result(Status.FAILED, "It does not respond.")
    assert client.get("/readyz?exclude=cache").status_code == 503
    response = client.get("/readyz?exclude=cache&exclude=database")
    assert response.status_code == 200
    assert list(response.json()["checks"]) == ["derived_data"]


def test_an_unknown_name_of_a_check_is_refused(client, results):
    response = client.get("/readyz?exclude=redis")
    assert response.status_code == 400
    assert "database_writable" in response.json()["detail"]


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::ffff:127.0.0.1", True),
        ("2001:db8::7", True),
        ("192.0.2.7", False),
        ("::1", False),
        ("", False),
        ("unknown", False),
    ],
)
def test_monitoring_is_allowed_to_networks(allowed, address, expected):
    request = RequestFactory().get("/readyz", REMOTE_ADDR=address)
    assert health.may_monitor(request) == expected


def test_what_a_proxy_passes_on_is_not_allowed_unless_the_site_knows_the_proxy(allowed, settings):
    request = RequestFactory().get("/readyz", headers={"x-forwarded-for": "192.0.2.7"})
    assert not health.may_monitor(request)
    settings.BEHIND_PROXY = True
    assert health.may_monitor(request)


def test_no_address_is_allowed_by_default():
    assert not health.may_monitor(RequestFactory().get("/readyz"))


@pytest.mark.django_db(transaction=True)
def test_the_checks_of_the_site_have_no_secrets(
    client, allowed, settings, monkeypatch, separate_connections
):
    monkeypatch.setattr("config.health.readiness", Readiness())
    response = client.get("/readyz")
    text = json.dumps(response.json())
    assert response.status_code == 200, text
    for secret in (settings.SECRET_KEY, str(settings.BASE_DIR), "db.sqlite3", "threads.sqlite3"):
        assert secret not in text

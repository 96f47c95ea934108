"""Which requests read a replica, and when; tests/operations/test_replica.py has a real one."""

import pytest
from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.db import connection, connections
from django.db.utils import load_backend
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from articles.models import ContentVersion, FailedSearch
from articles.routing import on_primary, on_replica, uses_replica
from config import replica
from config.pagecache import VERSION
from tests import factories

SESSION = {"HTTP_COOKIE": f"sessionid={'a' * 32}"}


def connect(**changes):
    """Another connection to the database of the tests, with the alias of the replica."""
    options = {**connection.settings_dict, **changes}
    return load_backend(options["ENGINE"]).DatabaseWrapper(options, "replica")


@pytest.fixture(autouse=True)
def database(transactional_db):
    connections["replica"] = connect()
    # Django would refuse to connect when the replica is in the settings, but not in the test.
    connections["replica"].ensure_connection()
    factories.article("Peace")
    yield connections["replica"]
    connections["replica"].close()
    if connection.vendor == "postgresql":
        connections["replica"].close_pool()
    del connections["replica"]


@pytest.fixture
def configured(database, monkeypatch):
    monkeypatch.setitem(settings.DATABASES, "replica", {})


def version(missing=0):
    """Return the current version, or one that the database does not have yet."""
    count, *rest = ContentVersion.objects.current().split("_")
    return "_".join([str(int(count) + missing), *rest])


def test_queries_in_the_context_go_to_the_replica_and_writes_to_the_primary():
    assert not uses_replica()
    with on_replica():
        assert uses_replica() and connection.alias == "replica"
        with on_primary():
            assert connection.alias == "default"
        assert uses_replica()
    with on_primary():
        assert connection.alias == "default"


def test_the_primary_is_used_again_after_an_error():
    with pytest.raises(ZeroDivisionError), on_replica(), on_primary():
        raise ZeroDivisionError
    assert not uses_replica()


def test_a_failed_search_is_counted_in_the_primary(monkeypatch):
    aliases = []
    monkeypatch.setattr(
        "articles.models.failed_search.FailedSearchManager._make_room",
        lambda manager, today: aliases.append(connection.alias),
    )
    with on_replica():
        FailedSearch.objects.record("nowhere")
    assert aliases == ["default"]


def request_for(path="/", method="GET", missing=0, **environ):
    environ |= {VERSION: version(missing)}
    return RequestFactory().generic(method, path, **environ)


def database_of(request):
    """Return the alias of the database that the view of a request reads."""
    middleware = replica.replica_reads(lambda request: HttpResponse(connection.alias))
    return middleware(request).content.decode()


@pytest.mark.usefixtures("configured")
@pytest.mark.parametrize(
    ("path", "method", "environ", "alias"),
    [
        ("/articles/peace/", "GET", {}, "replica"),
        ("/search/", "HEAD", {}, "replica"),
        ("/api/v1/articles", "GET", {}, "replica"),
        ("/articles/peace/", "GET", {"HTTP_COOKIE": "theme=dark; language=ar"}, "replica"),
        ("/articles/peace/", "GET", SESSION, "default"),
        ("/language/", "POST", {}, "default"),
        ("/admin/login/", "GET", {}, "default"),
        ("/shared/token/", "GET", {}, "default"),
    ],
)
def test_requests_without_a_session_read_the_replica(path, method, environ, alias):
    assert database_of(request_for(path, method, **environ)) == alias


@pytest.mark.usefixtures("configured")
def test_a_replica_without_the_current_content_is_not_used():
    assert database_of(request_for(missing=0)) == "replica"
    assert database_of(request_for(missing=1)) == "default"
    assert database_of(request_for(missing=-1)) == "replica"


@pytest.mark.usefixtures("configured")
def test_a_request_that_fails_on_the_replica_is_repeated_on_the_primary():
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse(connection.alias, status=503 if uses_replica() else 200)

    response = replica.replica_reads(view)(request_for())
    assert (response.status_code, response.content) == (200, b"default")


@pytest.mark.usefixtures("configured")
def test_other_caches_do_not_store_pages_while_the_primary_is_down(monkeypatch):
    middleware = replica.replica_reads(lambda request: HttpResponse())
    assert "Cache-Control" not in middleware(request_for())
    # Not longer: the database is flushed after the test.
    with monkeypatch.context() as patch:
        patch.setattr(replica.status, "is_down", lambda: True)
        assert middleware(request_for())["Cache-Control"] == "no-cache"


def test_without_a_replica_nothing_is_done():
    with pytest.raises(MiddlewareNotUsed):
        replica.replica_reads(lambda request: HttpResponse())


def test_a_replica_that_fails_is_tried_again_later_and_logged_once(monkeypatch, caplog, database):
    state = replica.Replica()
    connections["replica"] = connect(NAME="/no/such/database", OPTIONS={})
    assert [state.has(version()) for _ in range(3)] == [False] * 3
    state.retry_at = 0
    assert not state.has(version())
    connections["replica"] = database
    assert not state.has(version())
    state.retry_at = 0
    assert state.has(version()) and state.has(version())
    first, second = caplog.messages
    assert "The replica of the database can't be read: " in first
    assert second == "The replica of the database is used again."


def test_a_replica_that_lags_is_logged_once_after_a_while(monkeypatch, caplog):
    state = replica.Replica()
    assert not state.has(version(1)) and not state.has(version(1))
    assert caplog.messages == []
    monkeypatch.setattr(replica, "TOLERATED_LAG", 0)
    assert not state.has(version(1)) and not state.has(version(2))
    assert state.has(version())
    states = ["lags behind.", "is used again."]
    assert caplog.messages == [f"The replica of the database {state}" for state in states]

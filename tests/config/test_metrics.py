"""The metrics for Prometheus: what is counted, by which labels, over all worker processes."""

import os
import re
import signal
import subprocess
import sys
import tempfile
from ipaddress import ip_network
from pathlib import Path

import pytest
from django.conf import settings as site_settings
from django.db import OperationalError, connection, transaction
from django.db.backends.signals import connection_created
from prometheus_client.parser import text_string_to_metric_families

from articles import editing
from articles.models import Article, FailedSearch, Status
from articles.search import search_articles
from articles.signals import edit_conflict, revision_saved, search_finished
from config import metrics, pagecache
from config.pagecache import PageCache
from config.request_log import RequestLog
from tests.config.test_server import running, send
from tests.operations.servers import wait_until

ROOT = Path(site_settings.BASE_DIR)


@pytest.fixture
def measured():
    """Measure what happens in a test."""
    metrics.connect_signals()
    yield
    connection_created.disconnect(metrics._measure_queries)
    revision_saved.disconnect(metrics._count_save)
    edit_conflict.disconnect(metrics._count_conflict)
    search_finished.disconnect(metrics._measure_search)


def samples(text):
    """Return the value of each sample, by its name and the values of its labels in their order."""
    return {
        (sample.name, *(value for _name, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def value(*key):
    return samples(metrics.metrics_text().decode()).get(key, 0)


def request(path, method="GET", status="200 OK", seconds=0.0):
    metrics.count_request({"PATH_INFO": path, "REQUEST_METHOD": method}, status, seconds)


@pytest.mark.parametrize(
    ("path", "view"),
    [
        ("/", "articles:home"),
        ("/articles/peace/", "articles:article"),
        ("/articles/TCP/IP/", "articles:article"),
        ("/articles/\xd8\xb3/", "articles:article"),
        ("/articles/\xff\xfe/", "articles:article"),
        ("/admin/articles/article/7/change/", "admin:articles_article_change"),
        ("/api/v1/articles", "articles:api:articles"),
        ("/static/articles/site.css", "static"),
        ("/healthz", "healthz"),
        ("/metrics", "metrics"),
        ("/wp-login.php", "none"),
        ("", "none"),
        ("no slash", "none"),
    ],
)
def test_the_label_of_a_path_is_its_view(path, view):
    assert metrics.view_name(path) == view


@pytest.mark.django_db
def test_any_number_of_urls_and_methods_has_a_bounded_number_of_labels():
    before = len(samples(metrics.metrics_text().decode()))
    for number in range(500):
        request(f"/articles/{number}/")
        request(f"/{number}.php", method=f"X{number}", status="404 Not Found")
    after = samples(metrics.metrics_text().decode())
    assert len(after) - before < 100
    assert not [key for key in after if "499" in str(key)]
    assert after["diwan_http_requests_total", "other", "404", "none"] >= 500


@pytest.mark.django_db
def test_requests_are_counted_by_view_method_and_status():
    key = "diwan_http_requests_total", "HEAD", "200", "articles:tags"
    before = value(*key)
    for _ in range(3):
        request("/tags/", "HEAD")
    assert value(*key) == before + 3


@pytest.mark.django_db
def test_latencies_are_in_the_bucket_of_their_upper_bound():
    name = "diwan_http_request_duration_seconds"
    before = samples(metrics.metrics_text().decode())
    for seconds in (0.001, 0.002, 0.3, 60):
        request("/map/", seconds=seconds)
    after = samples(metrics.metrics_text().decode())
    view = "articles:map"

    def added(key):
        return after[key] - before.get(key, 0)

    buckets = {bound: added((f"{name}_bucket", bound, view)) for bound in ("0.001", "0.0025")}
    assert buckets == {"0.001": 1, "0.0025": 2}
    assert added((f"{name}_bucket", "0.5", view)) == 3
    assert added((f"{name}_bucket", "+Inf", view)) == added((f"{name}_count", view)) == 4
    assert added((f"{name}_sum", view)) == pytest.approx(60.303)


def test_the_log_of_requests_observes_status_and_time():
    observed = []

    def application(environ, start_response):
        start_response("404 Not Found", [])
        return []

    log = RequestLog(
        application, log_all=False, slow=0, observe=lambda *args: observed.append(args)
    )
    environ = {"REQUEST_METHOD": "GET"}
    log(environ, lambda *args: None)
    ((same, status, seconds),) = observed
    assert same is environ and status == "404 Not Found" and 0 <= seconds < 1


def test_the_page_cache_observes_hits_misses_and_stale_pages():
    observed = []
    version = "1"

    def current():
        if not version:
            raise OperationalError
        return version

    class Store(dict):
        def get(self, key, version):
            return super().get(key)

        def set(self, key, page):
            self[key] = page

    def application(environ, start_response):
        pagecache.allow_sharing(environ)
        start_response("200 OK", [("Content-Type", "text/plain")])

        class Body(list):
            streaming = False

            def close(self):
                pass

        return Body([b"page"])

    cache = PageCache(
        application,
        Store(),
        current,
        lambda environ: ("key",),
        unavailable=(OperationalError,),
        observe=observed.append,
    )
    environ = {"REQUEST_METHOD": "GET"}
    for _ in range(2):
        cache(environ, lambda *args: None)
    version = ""
    cache(environ, lambda *args: None)
    assert observed == ["miss", "hit", "stale"]


@pytest.mark.django_db
def test_results_of_the_page_cache_are_counted():
    before = value("diwan_page_cache_requests_total", "hit")
    metrics.count_page("hit")
    assert value("diwan_page_cache_requests_total", "hit") == before + 1


@pytest.mark.django_db
def test_queries_are_counted_with_their_time(measured):
    metrics._measure_queries(connection)
    metrics._measure_queries(connection)
    try:
        before = value("diwan_database_query_duration_seconds_count")
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        metrics.buffer.write()
        # Reading the metrics is a query itself, which comes before the text.
        assert value("diwan_database_query_duration_seconds_count") - before <= 3
        assert value("diwan_database_query_duration_seconds_sum") > 0
    finally:
        connection.execute_wrappers.remove(metrics._measure)


@pytest.mark.django_db(transaction=True)
def test_saves_are_counted_when_they_are_committed(measured):
    key = "diwan_saves_total", "created"
    before = value(*key)
    with transaction.atomic():
        editing.save(Article(slug="rolled-back", title="Rolled back"), [])
        transaction.set_rollback(True)
    assert value(*key) == before
    article = Article(slug="peace", title="Peace", status=Status.PUBLISHED)
    editing.save(article, [])
    assert value(*key) == before + 1
    article.body = "More."
    editing.save(article, [])
    assert value("diwan_saves_total", "edit") >= 1


@pytest.mark.django_db
def test_searches_are_measured(measured, peace):
    before = value("diwan_search_duration_seconds_count")
    search_articles("peace")
    assert value("diwan_search_duration_seconds_count") == before + 1


@pytest.mark.django_db
def test_the_list_of_failed_searches_is_counted():
    FailedSearch.objects.record("unicorns")
    assert value("diwan_failed_searches") == 1
    assert value("diwan_database_up") == 1


@pytest.mark.django_db
def test_without_a_database_there_are_metrics_too():
    def fail(*_arguments):
        raise OperationalError

    with connection.execute_wrapper(fail):
        text = metrics.metrics_text().decode()
    assert samples(text)["diwan_database_up",] == 0
    assert "diwan_failed_searches" not in text
    assert "diwan_http_requests_total" in text


def test_others_get_the_page_of_urls_that_lead_nowhere(client, settings):
    assert client.get("/metrics").status_code == 404
    settings.MONITORING_ALLOWED = [ip_network("10.0.0.0/8")]
    response = client.get("/metrics")
    assert response.status_code == 404
    assert "<h1>" in response.text and "diwan_" not in response.text


@pytest.mark.django_db
def test_allowed_addresses_get_the_text_format(client, settings):
    settings.MONITORING_ALLOWED = [ip_network("127.0.0.1")]
    response = client.get("/metrics", headers={"host": "10.0.0.7:8000"})
    assert response.status_code == 200
    assert response["Content-Type"].startswith("text/plain; version=")
    assert "no-store" in response["Cache-Control"]
    families = list(text_string_to_metric_families(response.text))
    assert all(family.documentation for family in families)


def test_nothing_is_measured_unless_monitoring_is_allowed():
    code = "import config.wsgi, sys; print('prometheus_client' in sys.modules)"
    environ = {**os.environ, "PYTHONPATH": "site:.", "DJANGO_SETTINGS_MODULE": "tests.settings"}
    for allowed, expected in (("", "False"), ("127.0.0.1", "True")):
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", code],
            cwd=ROOT,
            env={**environ, "MONITORING_ALLOWED": allowed},
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout.strip() == expected


# A server with worker processes


def scrape(port):
    with send(port, "GET", "/metrics") as response:
        assert response.status == 200
        return samples(response.read().decode())


def count(port):
    return scrape(port).get(("diwan_http_requests_total", "GET", "404", "none"), 0)


def folders(pid):
    return list(Path(tempfile.gettempdir()).glob(f"diwan-metrics-{pid}-*"))


def children(pid):
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@pytest.mark.once
@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_worker_processes_count_together_and_go_on_where_one_has_ended(tmp_path):
    variables = {
        "MONITORING_ALLOWED": "127.0.0.1",
        "WEB_CONCURRENCY": "2",
        # Without hashed static files.
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "PYTHONPATH": f"{ROOT}:{ROOT}/site",
        "DATABASE_URL": f"sqlite:///{tmp_path}/site.sqlite3",
    }
    environ = {**os.environ, **variables}
    migrate = [sys.executable, "manage.py", "migrate", "--verbosity=0"]
    subprocess.run(migrate, cwd=ROOT, env=environ, check=True)
    with running(tmp_path, ROOT, **variables) as (server, port):

        def request(times):
            for _ in range(times):
                with send(port, "GET", "/none.php", Host="localhost") as response:
                    assert response.status == 404

        request(40)
        wait_until(lambda: count(port) == 40)
        (folder,) = folders(server.pid)
        assert folder.stat().st_mode & 0o777 == 0o700
        for expected in (80, 120):
            old = children(server.pid)
            server.send_signal(signal.SIGHUP)
            wait_until(lambda old=old: not set(old) & set(children(server.pid)))
            os.kill(children(server.pid)[0], signal.SIGKILL)
            wait_until(lambda: len(children(server.pid)) == 2)
            request(40)
            wait_until(lambda expected=expected: count(port) == expected)
        # Two workers, and two more while they are replaced.
        assert len(list(folder.glob("counter_*.db"))) <= 4
    server.wait()
    assert folders(server.pid) == []


@pytest.mark.once
@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_the_folder_of_a_master_that_was_killed_is_removed_by_the_next_one(tmp_path):
    environment = {"MONITORING_ALLOWED": "127.0.0.1"}
    with running(tmp_path, ROOT, **environment) as (server, _port):
        server.kill()
        server.wait()
        assert folders(server.pid)
    with running(tmp_path, ROOT, **environment) as (other, _port):
        assert folders(other.pid) and not folders(server.pid)


def test_names_follow_the_conventions():
    text = metrics.generate_latest(metrics.registry).decode()
    endings = {"counter": "_total", "histogram": "_seconds", "gauge": "_created"}
    for name, kind in re.findall(r"^# TYPE (\S+) (\S+)$", text, re.MULTILINE):
        assert name.startswith("diwan_") and name.endswith(endings[kind]), name

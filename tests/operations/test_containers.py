"""The image and the services of compose.yaml: executed without containers, on real servers."""

import re
import subprocess
import sys
from contextlib import ExitStack, closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path

import pytest
import yaml
from compose_spec import PyCompose

from config import environment
from tests.operations.dockerfile import Build, instructions
from tests.operations.servers import (
    ROOT,
    free_port,
    nginx_configuration,
    postgresql,
    running,
    wait_until,
)

HOST = "encyclopedia.example.org"
HTTPS = {"Host": HOST, "X-Forwarded-Proto": "https"}
SERVICES = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]
VARIABLE = re.compile(r"\$\{(\w+):[-?]([^}]*)\}")


class Container:
    """The image with a database and nginx. Its processes are started by `started`."""

    def __init__(self, build: Build, database_url: str) -> None:
        self.build = build
        self.image = build.stage
        self.port, self.public_port = free_port(), free_port()
        self.log = build.folder / "log"
        self.environment = {
            **self.image.environment(build.programs),
            "SECRET_KEY": "x" * 50,
            "ALLOWED_HOSTS": HOST,
            "DATABASE_URL": database_url,
            "BEHIND_PROXY": "on",
            "BIND": "127.0.0.1",
            "PORT": str(self.port),
        }

    def path(self, name: str) -> Path:
        return self.image.path(name)

    @contextmanager
    def started(self):
        command = [self.path(self.image.entrypoint[0]), *self.image.command]
        options = {"cwd": self.path("."), "env": self.environment}
        with running(command, self.log, **options):
            wait_until(self.is_healthy)
            yield self

    def is_healthy(self) -> bool:
        done = subprocess.run(self.image.healthcheck, env=self.environment, capture_output=True)
        return done.returncode == 0

    @contextmanager
    def nginx(self):
        text = (ROOT / "docs/deploy/nginx-compose.conf").read_text()
        replacements = {
            "listen 8080": f"listen 127.0.0.1:{self.public_port}",
            "http://site:8000": f"http://127.0.0.1:{self.port}",
            "/srv/diwan": str(self.path(".")),
        }
        for old, new in replacements.items():
            assert old in text
            text = text.replace(old, new)
        folder = self.build.folder
        (folder / "nginx.conf").write_text(nginx_configuration(folder, text))
        command = ["nginx", "-c", folder / "nginx.conf", "-p", folder, "-g", "daemon off;"]
        with running(command, self.log):
            wait_until(lambda: self.responds("/healthz"))
            yield

    def responds(self, path: str) -> bool:
        try:
            return self.get(path)[0] == 200
        except OSError:
            return False

    def get(self, path: str, headers: dict[str, str] = HTTPS) -> tuple[int, dict[str, str], str]:
        with closing(HTTPConnection("127.0.0.1", self.public_port, timeout=20)) as connection:
            connection.request("GET", path, headers=headers)
            response = connection.getresponse()
            return response.status, dict(response.getheaders()), response.read().decode()


@pytest.fixture(scope="module")
def container(tmp_path_factory):
    build = Build(ROOT, tmp_path_factory.mktemp("image"))
    build.run()
    with ExitStack() as stack:
        container = Container(build, stack.enter_context(postgresql()).url)
        # What a container of an earlier version has left in the volume.
        earlier = container.path("static/articles/earlier.0123456789ab.css")
        earlier.parent.mkdir()
        earlier.write_text("a {}")
        stack.enter_context(container.started())
        stack.enter_context(container.nginx())
        yield container


def test_the_container_migrates_and_serves_the_site(container):
    status, headers, _body = container.get("/")
    assert (status, "Strict-Transport-Security" in headers) == (200, True)
    assert container.get("/", {"Host": HOST})[0] == 301
    assert container.get("/readyz")[0] == 200


def test_files_of_this_and_of_earlier_versions_are_served_for_good(container):
    _status, _headers, body = container.get("/")
    present = re.findall(r'href="(/static/[^"]+\.css)"', body)
    for path in (*present, "/static/articles/earlier.0123456789ab.css"):
        status, headers, _body = container.get(path)
        assert (status, "immutable" in headers["Cache-Control"]) == (200, True)


def test_media_are_served_by_nginx_with_the_headers_that_keep_scripts_from_running(container):
    (container.path("media") / "x.svg").write_text("<svg/>")
    status, headers, _body = container.get("/media/x.svg")
    assert status == 200 and headers["Content-Disposition"] == "attachment"
    assert "sandbox" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_other_commands_run_in_the_container(container):
    done = subprocess.run(
        [container.path(container.image.entrypoint[0]), "python", "manage.py", "showmigrations"],
        cwd=container.path("."),
        env=container.environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "[X] 0001_initial" in done.stdout and "[ ]" not in done.stdout


def test_the_image_has_only_what_the_site_needs(container):
    names = {path.name for path in container.path(".").iterdir()}
    assert not names & {".env", ".git", "tests", "db.sqlite3", "Makefile", "README.md"}
    assert container.image.user not in ("root", "0")


def test_the_dockerfile_has_no_faults():
    done = subprocess.run(
        [Path(sys.executable).parent / "hadolint", "--failure-threshold", "warning", "Dockerfile"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout


def test_the_compose_file_is_valid():
    text = VARIABLE.sub(
        lambda match: match[2].replace(" ", ""), (ROOT / "compose.yaml").read_text()
    )
    compose = PyCompose.from_yaml(text)
    assert compose.services.keys() == {"site", "database", "cache", "nginx"}


def test_what_the_compose_file_refers_to_exists():
    compose = yaml.safe_load((ROOT / "compose.yaml").read_text())
    mounts = [mount for service in SERVICES.values() for mount in service.get("volumes", [])]
    files = {mount.partition(":")[0] for mount in mounts if mount.startswith(".")}
    assert files and all((ROOT / file).is_file() for file in files)
    volumes = {mount.partition(":")[0] for mount in mounts} - files
    assert volumes == compose["volumes"].keys()
    for service in SERVICES.values():
        assert set(service.get("depends_on", [])) <= SERVICES.keys()
    for name in SERVICES["site"]["depends_on"]:
        assert SERVICES[name]["healthcheck"]


def test_the_settings_of_the_compose_file_are_known_and_their_values_documented():
    assert SERVICES["site"]["environment"].keys() <= environment.read_names
    text = (ROOT / "compose.yaml").read_text()
    documentation = (ROOT / "docs/operations.md").read_text()
    for name, _default in VARIABLE.findall(text):
        assert f"`{name}" in documentation or f"{name}=" in documentation, name


def test_volumes_are_where_the_image_has_folders():
    runs = instructions((ROOT / "Dockerfile").read_text())
    (install,) = [text for _name, text in runs if text.startswith("install -d")]
    for mount in SERVICES["site"]["volumes"]:
        folder = mount.rpartition("/")[2]
        assert folder in install.split()


def test_all_services_restart_and_gain_no_privileges():
    for service in SERVICES.values():
        assert service["restart"] == "unless-stopped"
        assert "no-new-privileges:true" in service["security_opt"]

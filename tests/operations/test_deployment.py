"""The deployment that the README describes: executed line by line, in a temporary folder.

`sudo`, `useradd`, `apt-get` and `systemctl` are replaced by scripts; PostgreSQL, nginx, gunicorn
and all other programs are real.
"""

import os
import re
import shlex
import shutil
import signal
import ssl
import subprocess
import time
from contextlib import closing
from http.client import HTTPSConnection
from pathlib import Path

import pytest
from django.conf import settings

from tests.operations.dockerfile import PIP_CACHE
from tests.operations.servers import (
    CERTIFICATE,
    START_TIMEOUT,
    documented_configuration,
    free_port,
    nginx_configuration,
)
from tests.tools import postgres

ROOT = Path(settings.BASE_DIR)
HOST = "encyclopedia.example.org"
# The user of a command is the one of the test: drop `-u` and the name.
SUDO = '#!/bin/sh\n[ "$1" = -u ] && shift 2\nexec "$@"\n'
NOTHING = "#!/bin/sh\n"
SYSTEMCTL = """#!/bin/sh
case "$1 $3" in
    "enable diwan") cd {home} && nohup {start} >{home}/site.log 2>&1 & echo $! >{home}/site.pid ;;
    "reload ") nginx -c {home}/nginx.conf -p {home} ;;
esac
"""
DEPLOY = r"^## Deploy\n.*?^```sh\n(.*?)^```"


class Machine:
    """A folder that stands for the machine: the checkout, the programs, and their ports."""

    def __init__(self, folder: Path, database: str) -> None:
        self.folder = folder
        self.home = folder / "srv"
        self.programs = folder / "bin"
        self.port, self.tls_port, self.http_port = free_port(), free_port(), free_port()
        self.socket = database.partition("@/")[2].rpartition("/")[0].replace("%2F", "/")

    def create(self) -> None:
        tracked = subprocess.check_output(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT,
            text=True,
        )
        for name in filter(None, tracked.split("\0")):
            (self.home / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, self.home / name)
        self.programs.mkdir()
        unit = (self.home / "docs/deploy/diwan.service").read_text()
        start = re.search(r"^ExecStart=/srv/diwan/(.*)$", unit, re.MULTILINE)
        assert start
        self.write_program("sudo", SUDO)
        self.write_program("systemctl", SYSTEMCTL.format(home=self.home, start=start[1]))
        for name in ("useradd", "apt-get", "chown"):
            self.write_program(name, NOTHING)

    def write_program(self, name: str, script: str) -> None:
        (self.programs / name).write_text(script)
        (self.programs / name).chmod(0o755)

    def commands(self) -> str:
        """Return the commands of the README, with the paths of this machine."""
        readme = (ROOT / "README.md").read_text()
        (block,) = re.findall(DEPLOY, readme, re.DOTALL | re.MULTILINE)
        replacements = {
            "/srv/diwan": shlex.quote(str(self.home)),
            "/etc/systemd/system/": f"{self.folder}/",
            "/etc/nginx/sites-enabled/diwan": f"{self.folder}/site.conf",
            "createsuperuser": "createsuperuser --no-input",
        }
        for old, new in replacements.items():
            assert old in block
            block = block.replace(old, new)
        return block

    def run(self, script: str) -> None:
        done = subprocess.run(
            ["bash", "-c", f"set -eux\numask 022\n{script}"],
            cwd=self.folder,
            env=self.environment(),
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stdout + done.stderr

    def write_nginx_configuration(self) -> None:
        """Complete the configuration that was copied, with free ports and the paths here."""
        text = (self.folder / "site.conf").read_text()
        ports = (self.port, self.http_port, self.tls_port)
        site = documented_configuration(text, self.home, *ports)
        (self.home / "nginx.conf").write_text(nginx_configuration(self.home, site))

    def environment(self) -> dict[str, str]:
        return {
            "PATH": f"{self.programs}:{postgres.binaries()}:{os.environ['PATH']}:/usr/sbin",
            "HOME": str(self.folder),
            "PGHOST": self.socket,
            "PGUSER": "tests",
            "PORT": str(self.port),
            # What is imported is compiled anyway.
            "PIP_NO_COMPILE": "false",
            "PIP_CACHE_DIR": PIP_CACHE,
            "DJANGO_SUPERUSER_USERNAME": "admin",
            "DJANGO_SUPERUSER_EMAIL": "admin@example.org",
            "DJANGO_SUPERUSER_PASSWORD": "correct horse battery",
        }

    def get(self, path: str) -> tuple[int, dict[str, str], str]:
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        client = HTTPSConnection("127.0.0.1", self.tls_port, context=context, timeout=20)
        with closing(client) as connection:
            connection.request("GET", path, headers={"Host": HOST})
            response = connection.getresponse()
            return response.status, dict(response.getheaders()), response.read().decode()

    def stop(self) -> None:
        for name in ("site.pid", "nginx.pid"):
            if (file := self.home / name).exists():
                os.kill(int(file.read_text()), signal.SIGTERM)


@pytest.fixture(scope="module")
def machine(tmp_path_factory):
    binaries = postgres.binaries()
    assert binaries, "PostgreSQL is not installed"
    with postgres.cluster(binaries) as url:
        machine = Machine(tmp_path_factory.mktemp("machine"), url)
        machine.create()
        before, after = machine.commands().split("sudo nginx -t\n")
        try:
            machine.run(f"{before}\n{CERTIFICATE}")
            machine.write_nginx_configuration()
            machine.run(f"cd {machine.home}; nginx -t -c $PWD/nginx.conf -p $PWD\n{after}")
            wait_for_site(machine)
            yield machine
        finally:
            machine.stop()


def wait_for_site(machine: Machine) -> None:
    deadline = time.monotonic() + START_TIMEOUT
    while time.monotonic() < deadline:
        try:
            if machine.get("/readyz")[0] == 200:
                return
        except OSError:
            pass
        time.sleep(0.2)
    pytest.fail((machine.home / "site.log").read_text())


def test_the_site_is_served_over_https(machine):
    status, headers, body = machine.get("/")
    assert (status, "Strict-Transport-Security" in headers) == (200, True)
    assert "X-Request-ID" in headers
    assert "/articles/" in body


def test_static_files_are_served_for_good(machine):
    _status, _headers, body = machine.get("/")
    (path,) = re.findall(r'href="(/static/[^"]+\.css)"', body)[:1]
    status, headers, _body = machine.get(path)
    assert (status, "immutable" in headers["Cache-Control"]) == (200, True)


def test_media_have_the_headers_that_keep_scripts_from_running(machine):
    (machine.home / "media" / "x.svg").write_text("<svg/>")
    (machine.home / "media" / "x.png").write_bytes(b"png")
    for name, disposition in (("x.svg", "attachment"), ("x.png", None)):
        status, headers, _body = machine.get(f"/media/{name}")
        assert status == 200
        assert "sandbox" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers.get("Content-Disposition") == disposition


def test_secrets_are_readable_by_their_owner_only(machine):
    assert (machine.home / ".env").stat().st_mode & 0o777 == 0o600


def test_the_unit_is_valid(machine):
    unit = (machine.folder / "diwan.service").read_text()
    (machine.folder / "diwan.service").write_text(unit.replace("User=diwan\nGroup=diwan\n", ""))
    command = ["systemd-analyze", "verify", machine.folder / "diwan.service"]
    done = subprocess.run(command, capture_output=True, text=True)
    # The paths are those of another machine.
    problems = [line for line in done.stderr.splitlines() if "/srv/diwan/.venv" not in line]
    assert problems == []


def test_the_configuration_of_caddy_is_valid():
    command = ["caddy", "validate", "--adapter", "caddyfile", "--config", "docs/deploy/Caddyfile"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_groups_and_articles_are_there(machine):
    assert machine.get("/admin/login/")[0] == 200
    code = (
        "from django.contrib.auth.models import Group;"
        "print(sorted(Group.objects.values_list('name', flat=True)))"
    )
    done = subprocess.run(
        [machine.home / ".venv/bin/python", "manage.py", "shell", "-v0", "-c", code],
        cwd=machine.home,
        env=machine.environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "['Editors', 'Writers']"

"""The instructions of a Dockerfile, executed in folders: one for each stage.

The paths below /srv are those of the folder of the stage. Programs of the base image are those of
this machine; users of the image do not exist.
"""

import fnmatch
import json
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from string import Template

PIP_CACHE = str(Path.home() / ".cache" / "pip")
NOTHING = "#!/bin/sh\n"
# What pip has downloaded for the environment of the tests isn't downloaded once more.
CACHE = ("--no-cache-dir", f"--cache-dir {shlex.quote(PIP_CACHE)}")


def instructions(text: str) -> Iterator[tuple[str, str]]:
    """Yield names and arguments, without comments."""
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    for line in "\n".join(lines).replace("\\\n", " ").splitlines():
        if line.strip():
            name, _, arguments = line.strip().partition(" ")
            yield name, arguments.strip()


def is_ignored(name: str, patterns: list[str]) -> bool:
    """Whether .dockerignore leaves out a file: the last pattern that matches decides."""
    parts = name.split("/")
    paths = ["/".join(parts[: end + 1]) for end in range(len(parts))]
    ignored = False
    for pattern in patterns:
        if any(fnmatch.fnmatch(path, pattern.removeprefix("!")) for path in paths):
            ignored = not pattern.startswith("!")
    return ignored


def context(root: Path) -> list[str]:
    """Return the files that a build gets: without those that Git ignores, as in a clone."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.check_output(command, cwd=root, text=True).split("\0")
    lines = (root / ".dockerignore").read_text().splitlines()
    patterns = [line for line in lines if line and not line.startswith("#")]
    return [name for name in names if name and not is_ignored(name, patterns)]


@dataclass
class Stage:
    """A stage of the build: its folder, and what its instructions have set."""

    folder: Path
    variables: dict[str, str] = field(default_factory=dict)
    workdir: str = "/"
    user: str = "root"
    entrypoint: list[str] = field(default_factory=list)
    command: list[str] = field(default_factory=list)
    healthcheck: list[str] = field(default_factory=list)

    def path(self, name: str) -> Path:
        """Return where a path of the image is, which may be relative to the WORKDIR."""
        return self.folder / os.path.join(self.workdir, name).lstrip("/")

    def localize(self, text: str) -> str:
        return text.replace("/srv/", f"{self.folder}/srv/")

    def environment(self, programs: Path) -> dict[str, str]:
        base = {"PATH": f"{programs}:{os.environ['PATH']}", "HOME": str(self.folder)}
        for name, value in self.variables.items():
            base[name] = Template(self.localize(value)).safe_substitute(base)
        return base


class Build:
    """The build of an image, of which the last stage remains."""

    def __init__(self, root: Path, folder: Path) -> None:
        self.root = root
        self.folder = folder
        self.programs = folder / "bin"
        self.stages: dict[str, Stage] = {}
        self.programs.mkdir()
        python = Path(sys.base_prefix, "bin", "python3")
        self.write_program("python", f'#!/bin/sh\nexec {python} "$@"\n')
        self.write_program("useradd", NOTHING)

    def write_program(self, name: str, script: str) -> None:
        (self.programs / name).write_text(script)
        (self.programs / name).chmod(0o755)

    def run(self) -> Stage:
        for name, arguments in instructions((self.root / "Dockerfile").read_text()):
            getattr(self, f"execute_{name.lower()}")(arguments)
        return self.stage

    @property
    def stage(self) -> Stage:
        return list(self.stages.values())[-1]

    def execute_arg(self, arguments: str) -> None:
        assert "=" in arguments, "each argument has a default"

    def execute_from(self, arguments: str) -> None:
        name = arguments.partition(" AS ")[2] or "last"
        self.stages[name] = Stage(self.folder / name)
        self.stages[name].folder.mkdir()

    def execute_env(self, arguments: str) -> None:
        pairs = [pair.partition("=") for pair in shlex.split(arguments)]
        self.stage.variables |= {name: value for name, _, value in pairs}

    def execute_workdir(self, arguments: str) -> None:
        self.stage.workdir = arguments
        self.stage.path(".").mkdir(parents=True, exist_ok=True)

    def execute_copy(self, arguments: str) -> None:
        *sources, target = arguments.split()
        if sources[0].startswith("--from="):
            stage = self.stages[sources.pop(0).removeprefix("--from=")]
            for source in sources:
                # No file is changed later, so that links do.
                shutil.copytree(
                    *(stage.path(source), self.stage.path(target)),
                    symlinks=True,
                    copy_function=os.link,
                )
            return
        names = context(self.root)
        for name in names if sources == ["."] else sources:
            assert name in names, f"{name} is in .dockerignore"
            copy = self.stage.path(target) / name
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(self.root / name, copy)

    def execute_run(self, arguments: str) -> None:
        # There is no such user here.
        command = self.stage.localize(arguments.replace("-o diwan ", "")).replace(*CACHE)
        done = subprocess.run(
            ["sh", "-ec", command],
            cwd=self.stage.path("."),
            env=self.stage.environment(self.programs),
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"

    def execute_user(self, arguments: str) -> None:
        self.stage.user = arguments

    def execute_expose(self, arguments: str) -> None:
        assert arguments == self.stage.variables["PORT"]

    def execute_healthcheck(self, arguments: str) -> None:
        self.stage.healthcheck = json.loads(arguments.partition("CMD ")[2])

    def execute_entrypoint(self, arguments: str) -> None:
        self.stage.entrypoint = json.loads(arguments)

    def execute_cmd(self, arguments: str) -> None:
        self.stage.command = json.loads(arguments)

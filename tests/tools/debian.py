"""Debian packages of the programs that tests need."""

import os
import shutil
import subprocess
import sys

from tests.tools.suite import Tally, heading, in_ci


def install(*packages: str) -> None:
    """Install Debian packages if apt-get is permitted: in CI at once, else after a question."""
    sudo = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if not all(map(shutil.which, ["apt-get", *sudo[:1]])):
        return
    if subprocess.run([*sudo, "true"], stderr=subprocess.DEVNULL).returncode:
        return
    if not (in_ci() or confirm(f"Install {', '.join(packages)} with apt-get?")):
        return
    heading(f"Installing {', '.join(packages)}")
    apt = [*sudo, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
    install = ["install", "-y", "--no-install-recommends", *packages]
    for command in (["update"], install):
        subprocess.run([*apt, *command], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)


def confirm(question: str) -> bool:
    """Ask on the terminal. Without a terminal the answer is no."""
    if not sys.stdin.isatty():
        return False
    return input(f"{question} [y/N] ").strip().lower() in ("y", "yes")


def skip(tally: Tally, program: str, package: str) -> None:
    print(f"Skipped: {program} is missing; on Debian: apt-get install {package}", flush=True)
    tally.skipped += 1

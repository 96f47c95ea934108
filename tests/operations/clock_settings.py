"""The settings of the site, with a time of day that is set by the file in the variable CLOCK.

It says how many seconds the clock is ahead of the true one. The time that only passes
(`time.monotonic`) stays as it is, as when an administrator or NTP sets the clock of a machine.
"""

import os
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import time_machine

from tests.operations.settings import *  # noqa: F403

INTERVAL = 0.01


def follow(file: Path) -> None:
    """Set the clock of this process whenever the file changes."""
    traveller = time_machine.travel(datetime.now(UTC), tick=True).start()
    ahead = 0
    while True:
        now = int(file.read_text())
        traveller.shift(now - ahead)
        ahead = now
        time.sleep(INTERVAL)


threading.Thread(target=follow, args=[Path(os.environ["CLOCK"])], daemon=True).start()

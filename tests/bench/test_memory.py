"""The measurement of memory."""

import subprocess
import sys

from tests.bench.memory import PeakMemory

MEGABYTES = 120


def test_memory_of_children_counts_without_that_of_their_parent():
    own = bytearray(MEGABYTES << 20)
    with PeakMemory() as without:
        pass
    script = f"import time; text = bytearray({MEGABYTES} << 20); time.sleep(0.5)"
    with PeakMemory() as memory:
        subprocess.run([sys.executable, "-c", script], check=True)
    assert len(own) and MEGABYTES < memory.megabytes - without.megabytes < MEGABYTES + 40

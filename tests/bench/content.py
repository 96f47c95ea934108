"""Content as code: exporting to a folder, syncing it, and importing one."""

from tests.bench.server import run_in_process
from tests.bench.sites import Engine
from tests.bench.table import row
from tests.bench.writing import documents_folder

# Seconds for the first size; those of others are in proportion.
LIMITS = {"first export": 10, "export of nothing": 10, "sync of nothing": 3, "sync of ten": 4}


def measure_syncing(engine: Engine) -> None:
    """Sync as many documents as each site but the smallest has, and export them. The first sync
    is to take what `loaddata` takes, which `loads` measures."""
    for size in engine.sizes[1:]:
        folder = documents_folder(engine, size)
        url = engine.create_database("sync")
        results = run_in_process(url, "sync_and_export", str(folder))
        factor = size / engine.sizes[1]
        value = f"{results['first sync, s of processors']:.1f}"
        row(engine.name, f"first sync of {size}, s of processors", value)
        for name, limit in LIMITS.items():
            seconds = results[f"{name}, s of processors"]
            label = f"{name}, {size} articles, s of processors"
            row(engine.name, label, f"{seconds:.2f}", f"at most {limit * factor:.0f}")
        megabytes = f"{results['megabytes']:.0f}"
        row(engine.name, f"first sync of {size}, MB of all processes", megabytes, "below 500")


def measure_lint(engine: Engine) -> None:
    """Lint as many documents as each site but the smallest has, without a database."""
    for size in engine.sizes[1:]:
        none = f"sqlite:///{engine.folder}/none.sqlite3"
        result = run_in_process(none, "lint", str(documents_folder(engine, size)))
        limit = f"at most {20 * size / engine.sizes[1]:.0f}"
        row(engine.name, f"lint {size}, s", f"{result['seconds']:.1f}", limit)
        row(engine.name, f"lint {size}, s of processors", f"{result['processor']:.1f}")
        megabytes = f"{result['megabytes']:.0f}"
        row(engine.name, f"lint {size}, MB of all processes", megabytes)


def measure_importing(engine: Engine) -> None:
    """Import as many documents as each site but the smallest has, with their links resolved, and
    once more without a change. The first import is to take what `loaddata` takes."""
    for size in engine.sizes[1:]:
        folder = documents_folder(engine, size)
        url = engine.create_database("import")
        results = run_in_process(url, "import_folder", str(folder))
        for name in ("first", "again"):
            row(engine.name, f"import of {size}, {name}, s of processors", f"{results[name]:.1f}")
        megabytes = f"{results['megabytes']:.0f}"
        row(engine.name, f"import of {size}, MB of all processes", megabytes, "below 500")

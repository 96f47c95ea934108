"""How long a search takes: the whole page over HTTP, by the kind of the query."""

import random
import re
import statistics
import time
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from urllib.parse import quote

from articles.models import Article
from tests.bench.client import Connection
from tests.bench.timed import HEADER

# Queries of each kind, all different, enough for a 99th percentile.
QUERIES = 120
SAMPLE = 1000
WORD = re.compile(r"[^\W_]+")
# Of the sampled articles, a middling word is in 0.5 to 5 %, a common one in a tenth or more.
MIDDLING, COMMON = (0.005, 0.05), 0.1
SENTENCE_LENGTH = range(9, 26)


@dataclass(frozen=True)
class Times:
    """Milliseconds: the CPU time of the server and the time that the client waits."""

    cpu: list[float]
    wall: list[float]

    def percentiles(self) -> dict[str, float]:
        """Return the median and the 99th percentile of both."""
        return {
            name: value
            for kind, values in (("CPU", sorted(self.cpu)), ("wall", sorted(self.wall)))
            for name, value in (
                (f"{kind} p50", statistics.median(values)),
                (f"{kind} p99", values[int(len(values) * 0.99)]),
            )
        }


def measure(port: int, queries: list[str]) -> Times:
    """Search for each query on one connection, one after the other. Raise RuntimeError if a
    search fails."""
    connection = Connection(port)
    times = Times([], [])
    # A first round warms the caches of the database, as on a site in use.
    for query in [*queries, *queries]:
        start = time.perf_counter()
        response = connection.get(f"/search/?q={quote(query)}")
        times.wall.append((time.perf_counter() - start) * 1000)
        times.cpu.append(float(response.header(HEADER)))
        if response.status != 200:
            raise RuntimeError(f"The status of {query!r} is {response.status}")
    connection.close()
    return Times(times.cpu[len(queries) :], times.wall[len(queries) :])


def sample_queries() -> dict[str, list[str]]:
    """Return queries of each kind from the texts of articles, the same each time."""
    rng = random.Random(7)
    texts = sample_texts()
    words = [[match.lower() for match in WORD.findall(text)] for text in texts]
    counts = Counter(word for text in words for word in set(text))
    low, high = (share * len(texts) for share in MIDDLING)
    pairs = [f"{first} {second}" for text in words for first, second in pairwise(text)]
    sentences = [line for text in texts for line in re.split(r"(?<=\.)\s+", text)]
    kinds = {
        "rare": [word for word, count in counts.items() if count == 1],
        "middling": [word for word, count in counts.items() if low <= count <= high],
        "common": [word for word, count in counts.items() if count >= COMMON * len(texts)],
        "two words": pairs,
        "sentence": [text for text in sentences if len(text.split()) in SENTENCE_LENGTH],
    }
    return {kind: rng.sample(sorted(queries), QUERIES) for kind, queries in kinds.items()}


def sample_texts() -> list[str]:
    """Return the texts of `SAMPLE` articles, evenly chosen."""
    pks = list(Article.objects.order_by("pk").values_list("pk", flat=True))
    sample = pks[:: max(1, len(pks) // SAMPLE)][:SAMPLE]
    articles = Article.objects.filter(pk__in=sample).order_by("pk")
    return list(articles.values_list("text", flat=True))

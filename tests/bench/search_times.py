"""How long a search takes: the response of `/search/`, from the request to the last byte."""

import random
import statistics
import time
from collections import Counter
from itertools import pairwise

from django.test import Client

from articles.models import SearchDocument

QUERIES = 120
SAMPLE = 300


def times() -> dict[str, float]:
    """Return percentiles, in milliseconds, over queries of one and two words."""
    queries = sample_queries()
    client = Client(HTTP_HOST="127.0.0.1")
    for query in queries:
        # A first run warms the caches of the database, as on a site in use.
        measure(client, query)
    values = sorted(measure(client, query) for query in queries)
    return {
        "p50": statistics.median(values),
        "p99": values[int(len(values) * 0.99)],
        "max": values[-1],
    }


def measure(client: Client, query: str) -> float:
    """Return the milliseconds of one search. Raise RuntimeError if it fails."""
    start = time.perf_counter()
    response = client.get("/search/", {"q": query})
    if response.status_code != 200:
        raise RuntimeError(f"The status of {query!r} is {response.status_code}")
    return (time.perf_counter() - start) * 1000


def sample_queries() -> list[str]:
    """Return words and pairs of words of articles, the same each time: a third each of the most
    frequent ones, of random ones, and of the rarest."""
    rng = random.Random(7)
    bodies = SearchDocument.objects.order_by("pk").values_list("body", flat=True)[:SAMPLE]
    texts = [body.partition("  ")[0].split() for body in bodies]
    counts = Counter(word for text in texts for word in text)
    words = [word for word, _count in counts.most_common()]
    size = QUERIES // 6
    frequent, rare = words[:size], words[-size:]
    single = frequent + rng.sample(words, size) + rare
    pairs = list(pairwise(words[: size + 1]))
    pairs += rng.sample([pair for text in texts for pair in pairwise(text)], size)
    pairs += zip(frequent, rare, strict=True)
    return single + [" ".join(pair) for pair in pairs]

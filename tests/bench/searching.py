"""How long a search takes: the whole answer of `/search/`, from the request to the last byte."""

import random
import statistics
import time
from collections import Counter
from itertools import pairwise

from django.test import Client

from articles.models import SearchDocument

ASKED = 120
SAMPLE = 300


def times() -> dict[str, float]:
    """Milliseconds of answers to questions of one and two words, frequent and rare ones mixed."""
    questions = asked()
    client = Client(HTTP_HOST="127.0.0.1")
    for question in questions:
        # Once before, so that what is read lies in memory, as on a site that is in use.
        measured(client, question)
    values = sorted(measured(client, question) for question in questions)
    return {
        "p50": statistics.median(values),
        "p99": values[int(len(values) * 0.99)],
        "worst": values[-1],
    }


def measured(client: Client, question: str) -> float:
    began = time.perf_counter()
    response = client.get("/search/", {"q": question})
    if response.status_code != 200:
        raise RuntimeError(f"{question!r} was answered with {response.status_code}")
    return (time.perf_counter() - began) * 1000


def asked() -> list[str]:
    """Words and pairs of words that stand in articles, the same each time: a third each of the
    most frequent, of all as they come, and of the rarest."""
    chance = random.Random(7)
    bodies = SearchDocument.objects.order_by("pk").values_list("body", flat=True)[:SAMPLE]
    texts = [body.partition("  ")[0].split() for body in bodies]
    counted = [word for word, _n in Counter(w for text in texts for w in text).most_common()]
    pairs = [" ".join(pair) for text in texts for pair in pairwise(text)]
    each = ASKED // 6
    words = counted[:each] + chance.sample(counted, each) + counted[-each:]
    frequent = [f"{one} {other}" for one, other in pairwise(counted[: each + 1])]
    return (
        words
        + frequent
        + chance.sample(pairs, each)
        + [f"{one} {other}" for one, other in zip(counted[:each], counted[-each:], strict=True)]
    )

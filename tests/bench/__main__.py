"""`python -m tests.bench [NAME…]`: every benchmark, or those named."""

import sys
from collections.abc import Callable

from tests.bench import (
    articles,
    feeds,
    fetch,
    identity,
    pipeline,
    quality,
    readers,
    retention,
    spool,
    stages,
    store,
    touch,
)

BENCHMARKS: dict[str, Callable[[], dict[str, float]]] = {
    "stages": stages.run,
    "store": store.run,
    "identity": identity.run,
    "pipeline": pipeline.run,
    "touch": touch.run,
    "retention": retention.run,
    "readers": readers.run,
    "fetch": fetch.run,
    "feeds": feeds.run,
    "articles": articles.run,
    "spool": spool.run,
    "quality": quality.run,
}


def main() -> None:
    """Run and print."""
    for name in sys.argv[1:] or BENCHMARKS:
        print(name, flush=True)  # noqa: T201
        for figure, value in BENCHMARKS[name]().items():
            print(f"  {figure:<48}{value:>12,.1f}", flush=True)  # noqa: T201


main()
